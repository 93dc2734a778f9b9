# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""paper.toml breaks no rule: every name resolves, every claim has a sound rule."""

from __future__ import annotations

from pathlib import Path

from ldlc.plan import PlanError, load

CODE, TITLE = "P01", "the plan is valid"


def check(paper: Path) -> list[str]:
    """Returns every rule that the plan breaks."""
    try:
        load(paper)
    except PlanError as error:
        return str(error).splitlines()
    return []
