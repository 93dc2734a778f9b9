# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""At most two looks, declared beforehand: at `seeds` and at `extend_to`.

Each look spends LEVEL on a side, so that by the union bound both together spend at most 5 %, for
every rule and every pair of numbers. The first look that decides counts. If the second decides the
opposite, nothing is decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ldlc.plan import extend_to, seeds
from ldlc.plan.model import Plan
from ldlc.verdict.decide import Reached


class Settled(NamedTuple):
    """What the looks together say.

    Args:
      reached: The outcome.
      look: Which look it is from, 1 or 2.
      contradicted: Whether the second look decided the opposite of the first.
    """

    reached: Reached
    look: int
    contradicted: bool = False


def settle(looks: Sequence[Reached]) -> Settled:
    """Returns what one look, or two, decide."""
    first = looks[0]
    if len(looks) == 1:
        return Settled(first, 1)
    second = looks[1]
    if first.decision == "inconclusive":
        return Settled(second, 2)
    if second.decision == "inconclusive" or second == first:
        return Settled(first, 1)
    if "not replicated" in (first.decision, second.decision):
        return Settled(Reached("inconclusive"), 2, contradicted=True)
    if first.size_open:
        return Settled(second, 2)
    if second.size_open:
        return Settled(first, 1)
    # Both show the direction; one shows the size and the other refutes it.
    return Settled(Reached("replicated in direction", size_open=True), 2, contradicted=True)


def sizes(plan: Plan, reference: str, scale: str) -> tuple[int, int | None]:
    """Returns how many seeds of an arm the first look uses, and the second if one is declared."""
    experiment, arm, _ = reference.split(".")
    whole = plan.experiments[experiment]
    return seeds(whole, arm, scale), extend_to(whole, arm, scale)
