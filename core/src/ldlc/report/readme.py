# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdicts in a paper's README.md: what stands between two marks; the rest belongs to the replicator."""

from __future__ import annotations

from ldlc.report import marks
from ldlc.report.data import ClaimReport, Report
from ldlc.report.document import anchor, each, image, link, mark, md, table

FILE = "README.md"
BEGIN, END = "<!-- verdicts:begin -->", "<!-- verdicts:end -->"
_LISTED_COMMITS = 3


class MarksError(ValueError):
    """The marks in README.md are not one pair."""


def filled(readme: str, report: Report, monorepo: str = "") -> str:
    """Returns a README with the verdicts between its marks; one without marks stays as it is.

    Args:
      readme: The README's text.
      report: The report on the record.
      monorepo: The address of the repository that the record's commits are in; "" if it is not public.

    Raises:
      MarksError: If there is anything but one begin and one end, in this order.
    """
    counts = readme.count(BEGIN), readme.count(END)
    if counts == (0, 0):
        return readme
    head, _, rest = readme.partition(BEGIN)
    _, found, tail = rest.partition(END)
    if counts != (1, 1) or not found:
        raise MarksError(
            f"`{FILE}` must have `{BEGIN}` and behind it `{END}`, each once; found {counts[0]} and "
            f"{counts[1]}. Mend them, or remove both if the verdicts don't belong there."
        )
    return f"{head}{BEGIN}\n{section(report, monorepo)}\n{END}{tail}"


def section(report: Report, monorepo: str = "") -> str:
    """Returns the badge, one row a claim, which leads into REPORT.md, and where the runs came from."""
    counted = f": {marks.counts(report.strip)}" if report.strip else ""
    badge = image("figures/status.svg", f"{report.headline}{counted}")
    head = [f"Outcome{8 * '&nbsp;'}", "Claim", "Published", "Recorded"]
    rows = table(head, [_row(claim) for claim in report.claims], "|:--|:--|--:|--:|")
    parts = [f"[{badge}](REPORT.md)", *([rows] if report.claims else []), _origin(report, monorepo)]
    return "\n\n".join(part for part in parts if part)


def _origin(report: Report, monorepo: str) -> str:
    """Returns the commits of the monorepo that the runs were made at."""
    if len(report.commits) > _LISTED_COMMITS:
        return f"<sub>Recorded at {len(report.commits)} commits of the monorepo.</sub>"
    address = f"{monorepo.rstrip('/')}/tree/"
    shown = [
        link(f"`{commit[:12]}`", f"{address}{commit}/repos/{report.name}")
        if monorepo
        else f"`{commit[:12]}`"
        for commit in report.commits
    ]
    return f"<sub>Recorded at {', '.join(shown)} of the monorepo.</sub>" if shown else ""


def _row(claim: ClaimReport) -> list[str]:
    approximate = "<br><sub>approximate</sub>" if claim.approximate else ""
    return [
        f"{mark(claim)}&nbsp;[{claim.outcome}](REPORT.md#{anchor(claim.id)}){approximate}",
        f"{md(claim.says)}<br><sub>{md(claim.where)}</sub>",
        each(claim.parts, "published"),
        each(claim.parts, "estimate"),
    ]
