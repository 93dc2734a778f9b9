# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Papers as rows of a Markdown table, from their report.json alone."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ldlc.report import marks
from ldlc.report.data import Report
from ldlc.report.document import md
from ldlc.report.rounding import seconds_text

HEAD = "| Paper | Claims | Outcome | CPU |\n|---|---|---|--:|"


def row(report: Report, folder: str) -> str:
    """Returns one paper's row.

    Args:
      report: Its report.json.
      folder: Its folder, relative to the file that holds the table, such as "repos/X".
    """
    paper = report.paper
    names = [author.partition(",")[0] for author in paper.authors]
    by = ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")
    alt = escape(marks.counts(report.strip))
    height = 20 * max(1, -(-len(report.strip) // marks.PER_LINE))
    strip = f'<img src="{folder}/figures/strip.svg" alt="{alt}" height="{height}">'
    cells = [
        f"[{md(paper.title)}]({folder}/REPORT.md)<br><sub>{md(by)} ({paper.year}), "
        f"`{report.name}`</sub>",
        strip,
        md(report.headline),
        seconds_text(float(report.cost.cpu_s or 0)),
    ]
    return f"| {' | '.join(cells)} |"


def table(reports: Mapping[str, Report]) -> str:
    """Returns the table of several papers, by folder, in order of year and name."""
    ordered = sorted(reports.items(), key=lambda item: (item[1].paper.year, item[1].name))
    return "\n".join([HEAD, *(row(report, folder) for folder, report in ordered)])
