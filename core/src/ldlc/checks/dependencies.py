# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every dependency beyond core has its reason in the plan, and every reason its dependency."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from ldlc.plan import PlanError, load

CODE, TITLE = "P07", "dependencies are justified"


def check(paper: Path) -> list[str]:
    """Returns dependencies without a reason, and reasons without a dependency."""
    file = paper / "pyproject.toml"
    try:
        folder = load(paper)
        project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
    except (PlanError, OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError):
        return []  # P01, P02 and P05 tell
    needed = {_name(str(r)) for r in project.get("dependencies", [])} - {"ldlc"}
    reasons = {_name(name): why for name, why in folder.plan.dependencies.items()}
    problems = [
        f"{folder.file}: `{name}` is a dependency without a reason. Add it to `[dependencies]`, or do "
        "without it."
        for name in sorted(needed)
        if not reasons.get(name, "").strip()
    ]
    problems += [
        f"{folder.file}: `dependencies.{name}` gives a reason for what {file.name} does not need. Remove it."
        for name in sorted(set(reasons) - needed)
    ]
    return problems


def _name(requirement: str) -> str:
    name = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", requirement)
    return re.sub(r"[-_.]+", "-", name[1]).lower() if name else requirement
