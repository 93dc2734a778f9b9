# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is allowed and unwise in a claim's rule."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ldlc.plan.decode import Problem
from ldlc.plan.margins import accepted, least_for, level_of, looks
from ldlc.plan.model import Claim, Judge, Plan
from ldlc.plan.resolve import measure_of

MOST_STEPS = 5  # of one curve, as parts of a claim


def warn_claim(plan: Plan, claim: Claim) -> list[Problem]:
    """Returns what is allowed and unwise in a claim's rule, as (key, message).

    Args:
      plan: A plan without errors.
      claim: One of its claims.
    """
    judge = claim.judge
    if judge is None or judge.name == "seen":
        return []
    path = f"claims[{claim.id}].judge"
    return [
        *_warn_bounds(claim, judge, path),
        *_warn_neighbours(plan, claim, judge, path),
        *_warn_looks(plan, claim, judge, path),
    ]


def _warn_bounds(claim: Claim, judge: Judge, path: str) -> Iterator[Problem]:
    for key in ("at_most", "at_least"):
        bound = getattr(judge, key)
        if bound is not None and bound in claim.values and judge.slope is None:
            yield (
                f"{path}.{key}",
                f"`{path}.{key}` stands at the published value: an exactly right paper is shown "
                "with a chance of 2.5 % a look. Leave room.",
            )
    arms = [tuple(reference.split(".")[:2]) for reference in claim.measures]
    if any(arms.count(arm) > MOST_STEPS for arm in arms):
        yield (
            f"claims[{claim.id}].measure",
            f"`claims[{claim.id}].measure` names more than {MOST_STEPS} numbers of one arm. Choose "
            f"{MOST_STEPS} steps of a curve, or one number that stands for it.",
        )


def _published(plan: Plan) -> dict[str, float]:
    """Returns what other claims say is published, by measure."""
    return {
        reference: value
        for claim in plan.claims
        for reference, value in zip(claim.measures, claim.values, strict=True)
        if value is not None and (claim.judge is None or claim.judge.slope is None)
    }


def _warn_neighbours(plan: Plan, claim: Claim, judge: Judge, path: str) -> Iterator[Problem]:
    """Warns where a margin does not tell the paper's own arms apart."""
    known = _published(plan)
    for reference, value in zip(claim.measures, claim.values, strict=True):
        experiment, arm, measure = reference.split(".")
        for other, its_value in sorted(known.items()):
            its_experiment, its_arm, its_measure = other.split(".")
            same = (its_experiment, its_measure) == (experiment, measure) and its_arm != arm
            if same and judge.slope is None and _confuses(judge, value, its_value):
                yield (
                    f"{path}.{judge.name}",
                    f"`{path}.{judge.name}` reaches over half the gap to {its_value:g}, published for "
                    f"`{other}`: it does not tell the two apart. Take at most half the gap.",
                )
        for rival in claim.rivals:
            gap = abs(known.get(reference, math.nan) - known.get(rival, math.nan))
            if judge.by is not None and judge.by >= gap and judge.name != "not_worse_than":
                yield (
                    f"{path}.by",
                    f"`{path}.by` is the whole published difference from `{rival}`: an exactly right "
                    "paper is shown with a chance of 2.5 % a look. Take half of it.",
                )


def _confuses(judge: Judge, value: float | None, other: float) -> bool:
    """Returns whether the accepted set reaches over half the gap from a value to another one."""
    low, high = accepted(judge, value)
    edges = [edge for edge in (low, high) if math.isfinite(edge)]
    if value is None:
        return bool(edges) and low <= other <= high
    if judge.within_factor is not None and other > 0:
        value, other, *edges = (math.log(x) for x in (value, other, *edges))
    gap = other - value
    return any(
        gap * (edge - value) > 0 and 2 * abs(edge - value) > abs(gap) * (1 + 1e-9) for edge in edges
    )


def _warn_looks(plan: Plan, claim: Claim, judge: Judge, path: str) -> Iterator[Problem]:
    planned = looks(plan, claim)
    for reference, value in zip(claim.measures, claim.values, strict=True):
        kind = measure_of(plan, reference).kind
        least = least_for(claim, judge, kind, value, level_of(plan, claim))
        if planned[0] < least:
            yield (
                f"{path}.{judge.name}",
                f"`{path}.{judge.name}` cannot be shown before the extension: it needs {least} "
                f"seeds, and the first look has {planned[0]}.",
            )
            return
