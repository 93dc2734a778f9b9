# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All checks of a paper, in the order of their codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from ldlc.checks import clean_room, dependencies, header, licence, name, pin, plan, report
from ldlc.checks.result import Result

CHECKS: tuple[ModuleType, ...] = (
    plan,
    name,
    header,
    licence,
    pin,
    clean_room,
    dependencies,
    report,
)
"""Modules with `CODE`, `TITLE`, `check(paper)` and, where a fault can be mended, `fix(paper)`."""


def run(paper: Path, fix: bool = False) -> list[Result]:
    """Returns the result of every check of a paper.

    Args:
      paper: The paper's folder.
      fix: Whether to mend first what can be mended.

    Raises:
      NotADirectoryError: If there is no such folder.
    """
    if not paper.is_dir():
        raise NotADirectoryError(f"`{paper}` is no folder. Name a paper's folder.")
    results = []
    for module in CHECKS:
        mend: Callable[[Path], list[str]] | None = getattr(module, "fix", None)
        fixed = mend(paper) if fix and mend is not None else []
        results.append(Result(module.CODE, module.TITLE, tuple(module.check(paper)), tuple(fixed)))
    return results
