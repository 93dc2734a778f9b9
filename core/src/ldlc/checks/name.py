# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One name everywhere: folder, package and distribution, derived from the authors and the year."""

from __future__ import annotations

import tomllib
from pathlib import Path

from ldlc.naming import NamingError, stem
from ldlc.plan import PlanError, load

CODE, TITLE = "P02", "the name follows the rule"


def check(paper: Path) -> list[str]:
    """Returns where the name is another than the rule's."""
    try:
        folder = load(paper)
    except PlanError:
        return []  # P01 tells
    name, bibliography = folder.name, folder.plan.paper
    year = bibliography.year
    if bibliography.kind == "patent" and bibliography.priority is not None:
        year = bibliography.priority.year
    try:
        expected = stem(bibliography.authors, year)
    except NamingError as error:
        return [f"{folder.file}: {error}"]
    problems = []
    head, _, counter = name.rpartition("_")
    if (
        head != expected
        or not counter.isdecimal()
        or counter != str(int(counter))
        or counter == "0"
    ):
        problems.append(
            f"{folder.package}: the package must be named `{expected}_1` (or a higher counter where that "
            f"is taken), got `{name}`. Rename it."
        )
    if paper.resolve().name != name and paper.resolve().parent.name == "repos":
        problems.append(f"{paper}: the folder must have its package's name, `{name}`. Rename it.")
    project = paper / "pyproject.toml"
    try:
        distribution = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["name"]
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError):
        return [*problems, f'{project}: `project.name` can\'t be read. Write `name = "{name}"`.']
    if distribution != name:
        problems.append(
            f"{project}: `project.name` must be `{name}`, got `{distribution}`. Rename it."
        )
    return problems
