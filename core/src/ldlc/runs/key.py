# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The content key of a run: while it holds, the run is valid; when anything in it changes, stale."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ldlc.runs.form import digest_of_modules, reached_modules

KEY_VERSION = 1

RUN_HALF = ("data", "engine", "log", "nets", "optimizers", "runs", "train", "worker")
"""What of core a run's numbers can depend on; the other half only reads them."""

FETCHING = (
    *("__init__", "archives", "cache", "commands", "download", "errors"),
    *("registries", "sources", "table", "unpack"),
)
"""Modules of `data` that only bring files here: checksums vouch for those, and runs list them."""


def source_digest(package: Path) -> str:
    """Returns the digest of the paper's modules that `experiments.py` reaches.

    Args:
      package: The paper's package folder.
    """
    return digest_of_modules(reached_modules(package))


def run_half_digest(core: Path) -> str:
    """Returns the digest of the modules of core that runs depend on.

    Args:
      core: The folder of the package `ldlc`, as installed or in a tree.
    """
    modules = {}
    for part in RUN_HALF:
        for file in [core / f"{part}.py", *sorted((core / part).rglob("*.py"))]:
            fetching = part == "data" and file.parent.name == "data" and file.stem in FETCHING
            if file.is_file() and not fetching:
                modules[".".join(file.relative_to(core).with_suffix("").parts)] = file
    return digest_of_modules(modules)


@functools.cache
def installed_run_half() -> str:
    """Returns the digest of the run half of the core that is running."""
    return run_half_digest(Path(__file__).resolve().parents[1])


def run_key(
    source: str,
    core: str,
    experiment: str,
    config: Mapping[str, Any],
    engine: Mapping[str, Any],
    seed: int,
) -> str:
    """Returns the key of one run.

    Args:
      source: `source_digest` of the paper.
      core: `run_half_digest` of core.
      experiment: The function that is called.
      config: The arm's resolved config.
      engine: Its engine settings.
      seed: The seed.
    """
    content = [KEY_VERSION, source, core, experiment, dict(config), dict(engine), seed]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
