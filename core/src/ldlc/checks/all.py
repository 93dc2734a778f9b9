# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All checks of a paper, in the order of their codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

from ldlc.checks import (
    clean_room,
    dependencies,
    files,
    header,
    hosts,
    licence,
    name,
    pin,
    plan,
    report,
    runtime,
    secrets,
)
from ldlc.checks.result import Result
from ldlc.checks.tree import Tree

CHECKS: tuple[ModuleType, ...] = (
    plan,
    name,
    header,
    licence,
    pin,
    clean_room,
    dependencies,
    report,
    files,
    hosts,
    secrets,
)
"""Modules with `CODE`, `TITLE`, `check(tree)` and, where a fault can be mended, `fix(tree)`.

Their docstring is shown with what they find. `LOOKS_AT` is "files" where each file is looked at by itself, "paper"
where several are held against each other.
"""

INSTALLED: tuple[ModuleType, ...] = (runtime,)
"""Checks of the environment that a paper runs in, which `LOOKS_AT` calls "environment"."""


def run(paper: Path, fix: bool = False, installed: bool = False) -> list[Result]:
    """Returns the result of every check of a paper.

    Args:
      paper: The paper's folder.
      fix: Whether to mend first what can be mended.
      installed: Whether to look at what is installed in this environment too, and not only at files.

    Raises:
      NotADirectoryError: If there is no such folder.
    """
    if not paper.is_dir():
        raise NotADirectoryError(f"`{paper}` is no folder. Name a paper's folder.")
    return run_on(Tree(paper), (*CHECKS, *INSTALLED) if installed else CHECKS, fix)


def run_on_files(folder: Path, files: Iterable[Path], fix: bool = False) -> list[Result]:
    """Returns the results of the checks that look at single files, for some files of a folder.

    Args:
      folder: The folder.
      files: Files in it; those that are not there any more are left out.
      fix: Whether to mend first what can be mended.

    Raises:
      ValueError: If a file lies elsewhere.
    """
    top, names = folder.resolve(), []
    for file in files:
        whole = file.parent.resolve() / file.name
        if not whole.is_relative_to(top):
            raise ValueError(f"`{file}` is not in `{folder}`. Name files of that folder.")
        names.append(whole.relative_to(top).as_posix())
    chosen = [module for module in CHECKS if module.LOOKS_AT == "files"]
    return run_on(Tree(folder, names), chosen, fix)


def run_on(tree: Tree, modules: Iterable[ModuleType], fix: bool = False) -> list[Result]:
    """Returns the results of some checks of a folder."""
    results = []
    for module in modules:
        mend: Callable[[Tree], list[str]] | None = getattr(module, "fix", None)
        fixed = mend(tree) if fix and mend is not None else []
        results.append(
            Result(
                module.CODE,
                module.TITLE,
                problems=tuple(module.check(tree)),
                fixed=tuple(fixed),
                text=module.__doc__ or "",
            )
        )
    return results
