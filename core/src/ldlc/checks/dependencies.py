# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every dependency beyond core has its reason in the plan, and every reason its dependency.

Each package that a paper adds must be installed, trusted and kept alive by everybody who runs it again.
"""

from __future__ import annotations

import re

from ldlc.checks.tree import Tree

CODE, TITLE, LOOKS_AT = "P07", "dependencies beyond core are justified", "paper"


def check(tree: Tree) -> list[str]:
    """Returns dependencies without a reason, and reasons without a dependency."""
    folder = tree.paper
    if folder is None or not tree.project:
        return []  # P01, P02 and P05 tell
    listed = list(tree.project.get("dependencies", []))
    for extra in tree.project.get("optional-dependencies", {}).values():
        listed += extra
    needed = {name_of(str(requirement)) for requirement in listed} - {"ldlc"}
    reasons = {name_of(name): why for name, why in folder.plan.dependencies.items()}
    problems = [
        f"{folder.file}: `{name}` is a dependency without a reason. Add it to `[dependencies]`, or do "
        "without it."
        for name in sorted(needed)
        if not reasons.get(name, "").strip()
    ]
    problems += [
        f"{folder.file}: `dependencies.{name}` gives a reason for what pyproject.toml does not need. Remove it."
        for name in sorted(set(reasons) - needed)
    ]
    return problems


def name_of(requirement: str) -> str:
    """Returns the distribution that a requirement names, in the index's one spelling of it."""
    name = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", requirement)
    return re.sub(r"[-_.]+", "-", name[1]).lower() if name else requirement
