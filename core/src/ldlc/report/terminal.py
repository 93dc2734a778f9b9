# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdicts on a terminal: published, recorded and here beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ldlc.report.data import ClaimReport, Number, Report
from ldlc.report.figures import interval
from ldlc.report.marks import MARKS
from ldlc.report.rounding import estimate, text

if TYPE_CHECKING:
    from rich.console import RenderableType

_SURE = {"text": "paper's text", "secondary": "second hand", "memory": "from memory"}

_LISTED_PARTS = 4


def terminal(recorded: Report | None, here: Report | None = None) -> RenderableType:
    """Returns the verdicts for `rich`: the strip, the headline, one row a claim.

    Args:
      recorded: The report on the record, if there is one.
      here: The report on this machine's runs, if there are any.

    Raises:
      ValueError: If neither is given.
    """
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    shown = _shown(recorded, here)
    head = Text()
    for outcome in shown.strip:
        head.append(MARKS[outcome].glyph + " ", style=MARKS[outcome].style)
    head.append(f" {shown.headline}", style="bold")
    head.append(" (here)" if here is not None else " (recorded)", style="dim")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False, show_lines=False)
    table.add_column("Verdict")
    table.add_column("Claim", overflow="fold")
    table.add_column("Published", justify="right")
    if recorded is not None:
        table.add_column("Recorded", justify="right")
    if here is not None:
        table.add_column("Here", justify="right")
    for claim, old, new in _pairs(recorded, here):
        verdict = Text(f"{MARKS[claim.outcome].glyph} {claim.outcome}", MARKS[claim.outcome].style)
        for remark in _remarks(claim, old, new):
            verdict.append(f"\n{remark}", style="dim")
        cells = [
            verdict,
            Text.assemble(claim.says, (f"\n{claim.id} · {claim.where}", "dim")),
            Text.assemble(_values(claim, "published"), (f"\n{_SURE[claim.certainty]}", "dim")),
        ]
        columns = [claims for claims, whole in ((old, recorded), (new, here)) if whole is not None]
        cells += [Text.assemble(_values(c, "estimate"), (_below(c), "dim")) for c in columns]
        table.add_row(*cells)
    sentences = [
        Text.assemble(
            (f"{MARKS[claim.outcome].glyph} ", MARKS[claim.outcome].style), f"{claim.id}: {said}"
        )
        for claim, _, _ in _pairs(recorded, here)
        if (said := _said(claim))
    ]
    return Group(head, table, *sentences)


def plain(recorded: Report | None, here: Report | None = None) -> str:
    """Returns the same as lines of text, for where there is no terminal.

    Args:
      recorded: The report on the record, if there is one.
      here: The report on this machine's runs, if there are any.

    Raises:
      ValueError: If neither is given.
    """
    shown = _shown(recorded, here)
    lines = [f"{shown.name}: {shown.headline} ({'here' if here is not None else 'recorded'})"]
    for claim, old, new in _pairs(recorded, here):
        lines.append(f"{claim.outcome}: {claim.id} ({claim.where}): {claim.says}")
        facts = [f"published {_values(claim, 'published', ', ')} ({_SURE[claim.certainty]})"]
        for word, one in (("recorded", old), ("here", new)):
            if one is not None:
                below = ", ".join(_below(one).split("\n")[1:])
                facts.append(f"{word} {_values(one, 'estimate', ', ')} ({below})")
        lines.append(f"  {'; '.join(facts)}")
        lines += [f"  {line}" for line in (_said(claim), *_remarks(claim, old, new)) if line]
    return "\n".join(lines)


def _shown(recorded: Report | None, here: Report | None) -> Report:
    shown = here if here is not None else recorded
    if shown is None:
        raise ValueError(
            "`recorded` and `here` are both None: nothing has been run. Run `ldlc replicate` first."
        )
    return shown


def _pairs(
    recorded: Report | None, here: Report | None
) -> Iterator[tuple[ClaimReport, ClaimReport | None, ClaimReport | None]]:
    """Yields each claim as it is judged (here, if run here), as recorded and as run here."""
    old = {claim.id: claim for claim in recorded.claims} if recorded else {}
    new = {claim.id: claim for claim in here.claims} if here else {}
    for claim in _shown(recorded, here).claims:
        yield claim, old.get(claim.id), new.get(claim.id)


def _values(claim: ClaimReport | None, field: str, between: str = "\n") -> str:
    parts = claim.parts if claim is not None else []
    if all(getattr(part, field) is None for part in parts):
        return "–"
    more = [f"… of {len(parts)}"] if len(parts) > _LISTED_PARTS else []
    listed = [getattr(part, field) for part in parts[: _LISTED_PARTS - len(more)]]
    shown = [text(value) if field == "published" else _number(value) for value in listed]
    return between.join([*shown, *more])


def _number(value: Number) -> str:
    """Returns a number with the 4 digits that a terminal has room for."""
    return text(estimate(value, 4)) if isinstance(value, float | int) else text(value)


def _below(claim: ClaimReport | None) -> str:
    """Returns what stands under an estimate: its interval and the number of seeds."""
    if claim is None:
        return ""
    seeds = f"\n{claim.seeds} seed{'' if claim.seeds == 1 else 's'}"
    part = claim.parts[0] if len(claim.parts) == 1 else None
    if part is None or not interval(part):
        return seeds
    low, high = ("open" if end is None else _number(end) for end in (part.low, part.high))
    return f"\n{low} to {high}{seeds}"


def _remarks(claim: ClaimReport, old: ClaimReport | None, new: ClaimReport | None) -> list[str]:
    """Returns what a reader must know beside the outcome."""
    remarks = ["judged by eye"] if claim.seen_by else []
    if claim.alone:
        remarks.append("alone, not after Holm")
    if claim.approximate:
        remarks.append("approximate" if claim.approved else "approximate, not approved")
    if old is not None and new is not None and old.outcome != new.outcome:
        remarks.append(f"recorded: {old.outcome}")
    return remarks


def _said(claim: ClaimReport) -> str:
    return " ".join(sentence for sentence in (claim.compared, claim.because) if sentence)
