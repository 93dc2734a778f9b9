# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the table of papers, and what the first command prints, into README.md, from the papers' reports alone.

Runs in an environment that has core.

nox -s catalogue [-- --check]
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from papers import QUICKSTART, PaperError, papers, pinned
from wheels import ROOT, WheelError, released_wheel

from ldlc.report import catalogue, decode

BEGIN, END = "<!-- papers:begin -->\n", "\n<!-- papers:end -->"
_PRINT = """\
import sys
from pathlib import Path
from ldlc.report import decode, plain
report = decode(Path(sys.argv[1]).read_bytes())
print(plain(report, report))
"""
TRANSCRIPT = "<!-- transcript:begin -->\n", "\n<!-- transcript:end -->"


class CatalogueError(ValueError):
    """The table cannot be made; the message says why and what to do."""


def readme(root: Path) -> str:
    """Returns README.md with table and transcript as the reports have them now. A paper without one is left out.

    The transcript stands only where README.md has a place for it, and the quickstart paper is here.

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
    text = f"{head}{begin}{catalogue.table(reports)}{end}{tail}"
    head, begin, rest = text.partition(TRANSCRIPT[0])
    _, end, tail = rest.partition(TRANSCRIPT[1])
    if not end or f"repos/{QUICKSTART}" not in reports:
        return text
    return f"{head}{begin}```text\n{transcript(root, QUICKSTART)}\n```{end}{tail}"


def transcript(root: Path, name: str) -> str:
    """Returns what replicating a paper prints where runs come out as recorded, without the sentences on claims.

    The core that the paper pins says it, since that is the one that will print it.
    """
    paper = root / "repos" / name
    wheel = released_wheel(root, pinned(paper))
    done = subprocess.run(
        [sys.executable, "-c", _PRINT, str(paper / "report.json")],
        env={**os.environ, "PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise CatalogueError(
            f"{paper}: core {pinned(paper)} cannot print its report: {done.stderr.splitlines()[-1]}"
        )
    head, *lines = done.stdout.splitlines()
    facts = [line for line in lines if not line.startswith("  ") or line.startswith("  published ")]
    return "\n".join([head, *facts])


def check(root: Path) -> list[str]:
    """Returns what is wrong with what README.md takes from reports: one sentence, or nothing."""
    if (root / "README.md").read_text(encoding="utf-8") == readme(root):
        return []
    return [
        "README.md: the table of papers or the transcript is not what the reports say. Write it: nox -s catalogue"
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
    except (CatalogueError, PaperError, WheelError) as error:
        problems = [str(error)]
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
