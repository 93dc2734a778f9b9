# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The paper pins one released core exactly, by version, and takes nothing from a path or an address."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from ldlc.replicate import ReplicateError, pinned_core
from ldlc.runs.machine import is_released

CODE, TITLE = "P05", "core is pinned exactly"


def check(paper: Path) -> list[str]:
    """Returns what is wrong with the pin."""
    file = paper / "pyproject.toml"
    try:
        pinned = pinned_core(paper)
        project: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ReplicateError) as error:
        return [f"{file}: {error}"]
    problems = []
    if pinned is None:
        problems.append(
            f"{file}: core is not pinned. Write `ldlc[...]==X.Y.Z` into `dependencies`."
        )
    elif not is_released(pinned):
        problems.append(f"{file}: core {pinned} is no release. Pin a released version.")
    for requirement in project.get("project", {}).get("dependencies", []):
        if "@" in str(requirement):
            problems.append(
                f"{file}: `{requirement}` comes from an address or a path. Name a version."
            )
    if "sources" in project.get("tool", {}).get("uv", {}):
        problems.append(f"{file}: `tool.uv.sources` exists only inside this machine. Remove it.")
    return problems
