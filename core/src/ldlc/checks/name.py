# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One name everywhere, that of folder, package and distribution; authors and year decide it.

Author1Author2Author3EtAl1996_1: family names of the first three authors, the year, a counter. `ldlc name`
derives it.
"""

from __future__ import annotations

from ldlc.checks.tree import Tree
from ldlc.naming import NamingError, stem

CODE, TITLE, LOOKS_AT = "P02", "the name follows the rule", "paper"


def check(tree: Tree) -> list[str]:
    """Returns where the name is another than the rule's."""
    folder, paper = tree.paper, tree.path
    if folder is None:
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
    real = paper.resolve()
    if real.name != name and real.parent.name == "repos":
        problems.append(f"{paper}: the folder must have its package's name, `{name}`. Rename it.")
    project, distribution = paper / "pyproject.toml", tree.project.get("name")
    if distribution is None:
        return [*problems, f'{project}: `project.name` can\'t be read. Write `name = "{name}"`.']
    if distribution != name:
        problems.append(
            f"{project}: `project.name` must be `{name}`, got `{distribution}`. Rename it."
        )
    return problems
