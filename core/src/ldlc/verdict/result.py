# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a verdict consists of. Numbers are at full precision; a report rounds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Outcome = Literal[
    "replicated",
    "replicated in direction",
    "not replicated",
    "inconclusive",
    "exploratory",
    "blocked",
    "error",
    "not attempted",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


def confidence(level: float) -> str:
    """Returns the confidence of an interval that leaves `level` on each side, such as "95 %"."""
    return f"{100 * (1 - 2 * level):.3g} %"


@dataclass(frozen=True)
class Part:
    """One number of a claim: where it lies, and where it has to lie.

    Args:
      label: What was estimated.
      published: The published value on the same axis; None where none is published.
      estimate: Ours; None where there is none.
      low: Lower end of our interval; None if open or unknown.
      high: Upper end.
      accepted: The ends of the claim's set; None where open.
      p_show: P-value against "the part is false"; None where nothing was tested.
      p_refute: P-value against "the part is true".
      log_axis: Whether the axis shows factors.
      unit: Unit of all values.
      interval: What `low` and `high` are, for people.
    """

    label: str
    published: float | None
    estimate: float | None
    low: float | None
    high: float | None
    accepted: tuple[float | None, float | None]
    p_show: float | None = None
    p_refute: float | None = None
    log_axis: bool = False
    unit: str = ""
    interval: str = "95 % interval"


@dataclass(frozen=True)
class Verdict:
    """What became of one claim.

    Args:
      claim: Its id.
      outcome: The outcome.
      scale: The scale it was judged at.
      approximate: Whether that is a reduced protocol.
      approved: Whether somebody accepted the approximation; true at full scale.
      seeds: Seeds of the look that decided, or of the last one reached.
      look: 1 or 2; 0 if none was reached.
      parts: The numbers that were compared.
      p_show: P-value against "the claim is false" at that look; None where nothing was tested.
      p_refute: P-value against "the claim is true".
      p_direction: P-value for the direction alone, where the claim also names a size.
      holm_show: The smallest `p_show` of the looks, corrected over the paper's claims.
      holm_refute: The smallest `p_refute`, corrected.
      alone: Whether the outcome holds for the claim alone, and falls under the correction.
      compared: One sentence: what was compared.
      because: One sentence: why the outcome follows.
      notes: What else a reader should know.
      chance: Chance that the declared extension settles an open claim.
      open: Whether the next look may still change it: inconclusive, or a size neither shown nor
        refuted.
      seen_by: Who answered the question of a claim that is judged by eye.
      earlier: Of an amended claim, the reading of the seeds before the amendment.
    """

    claim: str
    outcome: Outcome
    scale: str
    approximate: bool
    approved: bool
    seeds: int
    look: int
    parts: tuple[Part, ...] = ()
    p_show: float | None = None
    p_refute: float | None = None
    p_direction: float | None = None
    holm_show: float | None = None
    holm_refute: float | None = None
    alone: bool = False
    compared: str = ""
    because: str = ""
    notes: tuple[str, ...] = ()
    chance: float | None = None
    open: bool = False
    seen_by: tuple[str, ...] = ()
    earlier: Verdict | None = None


@dataclass(frozen=True)
class Assessment:
    """The verdicts on a paper.

    Args:
      verdicts: One a claim, in the plan's order.
      headline: The sentence about the paper.
      counts: How many claims have each outcome; claims judged by eye are left out.
      holm: How many are still "replicated" and "not replicated" after Holm's correction.
    """

    verdicts: tuple[Verdict, ...]
    headline: str
    counts: dict[str, int]
    holm: dict[str, int]
