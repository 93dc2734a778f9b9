# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""paper.toml breaks no rule: it is valid, every name in it resolves, and every claim has a sound rule."""

from __future__ import annotations

from ldlc.checks.tree import Tree

CODE, TITLE, LOOKS_AT = "P01", "the plan is valid", "paper"


def check(tree: Tree) -> list[str]:
    """Returns every rule that the plan breaks."""
    if tree.paper is not None:
        return []
    from ldlc.plan import PlanError

    try:
        tree.load()
    except PlanError as error:
        return str(error).splitlines()
    return []
