# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The content key of a run: while it holds, the run is valid; when anything in it changes, stale."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ldlc.data import cache
from ldlc.runs.files import replace
from ldlc.runs.form import FORM_VERSION, digest_of_modules, reached_modules

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
    return digest_of_modules(_run_half(core))


def kept_run_half_digest(core: Path, kept: Path) -> str:
    """Returns `run_half_digest`, computed once for the same files: it is most of a worker's start.

    Args:
      core: The folder of the package `ldlc`.
      kept: The folder that keeps digests, each under a name that stands for the files' bytes.
    """
    modules = _run_half(core)
    place = kept / _bytes_digest(modules)
    with contextlib.suppress(OSError, UnicodeDecodeError):
        text = place.read_text(encoding="ascii")
        if re.fullmatch("[0-9a-f]{64}", text):
            return text
    digest = digest_of_modules(modules)
    if _bytes_digest(modules) == place.name:  # nobody edited them meanwhile
        with contextlib.suppress(OSError):  # where it can't be kept, it is computed each time
            replace(place, digest.encode())
    return digest


@functools.cache
def installed_run_half() -> str:
    """Returns the digest of the run half of the core that is running."""
    return kept_run_half_digest(Path(__file__).resolve().parents[1], cache.home() / "digests")


def _run_half(core: Path) -> dict[str, Path]:
    modules = {}
    for part in RUN_HALF:
        for file in [core / f"{part}.py", *sorted((core / part).rglob("*.py"))]:
            fetching = part == "data" and file.parent.name == "data" and file.stem in FETCHING
            if file.is_file() and not fetching:
                modules[".".join(file.relative_to(core).with_suffix("").parts)] = file
    return modules


def _bytes_digest(modules: Mapping[str, Path]) -> str:
    whole = hashlib.sha256(f"form {FORM_VERSION}\n".encode())
    for name, file in modules.items():
        whole.update(f"{name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


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
