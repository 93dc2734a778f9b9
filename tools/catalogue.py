# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the table of papers into README.md, from their reports alone; runs in an environment that has core.

nox -s catalogue [-- --check]
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from papers import papers
from wheels import ROOT

from ldlc.report import catalogue, decode

BEGIN, END = "<!-- papers:begin -->\n", "\n<!-- papers:end -->"


class CatalogueError(ValueError):
    """The table cannot be made; the message says why and what to do."""


def readme(root: Path) -> str:
    """Returns README.md with the table as the papers' reports have it now. A paper without one is left out.

    Raises:
      CatalogueError: If README.md has no place for it, or a report cannot be read.
    """
    text = (root / "README.md").read_text(encoding="utf-8")
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise CatalogueError(
            f"README.md must have the lines `{BEGIN.strip()}` and `{END.strip()}` around the table of papers."
        )
    reports = {}
    for paper in papers(root).values():
        file = paper / "report.json"
        if not file.exists():
            continue
        try:
            reports[paper.relative_to(root).as_posix()] = decode(file.read_bytes())
        except ValueError as error:
            raise CatalogueError(
                f"{file} is no report: {error}. Write it anew: nox -s report"
            ) from None
    return f"{head}{begin}{catalogue.table(reports)}{end}{tail}"


def check(root: Path) -> list[str]:
    """Returns what is wrong with the table in README.md: one sentence, or nothing."""
    if (root / "README.md").read_text(encoding="utf-8") == readme(root):
        return []
    return [
        "README.md: the table of papers is not what their reports say. Write it: nox -s catalogue"
    ]


def write(root: Path) -> None:
    """Brings README.md up to date."""
    file, text = root / "README.md", readme(root)
    if file.read_text(encoding="utf-8") != text:
        new = root / ".README.md.new"
        new.write_text(text, encoding="utf-8")
        new.replace(file)
        print(file.name)


def main(arguments: Sequence[str]) -> int:
    if list(arguments) not in ([], ["--check"]):
        print("usage: nox -s catalogue [-- --check]", file=sys.stderr)
        return 2
    problems = []
    try:
        if arguments:
            problems = check(ROOT)
        else:
            write(ROOT)
    except CatalogueError as error:
        problems = [str(error)]
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
