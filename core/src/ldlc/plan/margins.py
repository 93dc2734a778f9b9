# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a claim's margin and seeds can decide anything: what it accepts, and its looks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal

from ldlc.plan.decode import Problem
from ldlc.plan.forms import LEVEL, least_seeds
from ldlc.plan.model import Claim, Judge, Measure, Plan
from ldlc.plan.resolve import (
    amendments,
    claim_arms,
    default_scale,
    extend_to,
    measure_of,
    seeds,
)

MOST_SEARCHED = 1_000  # runs beyond which nobody asks how many a rate's margin needs


def _limits(measure: Measure) -> tuple[float, float]:
    """Returns the values that a measure can have."""
    if measure.range is not None:
        return measure.range[0], measure.range[1]
    if measure.kind == "positive":
        return 0.0, math.inf
    if measure.kind == "count":
        return 0.0, float(measure.total or math.inf)
    return (0.0, 1.0) if measure.kind == "yes-no" else (-math.inf, math.inf)


def accepted(judge: Judge, value: float | None) -> tuple[float, float]:
    """Returns the values that a judge of one arm accepts, `(-inf, inf)` where it names none."""
    low, high = -math.inf, math.inf
    if judge.at_least is not None:
        low = judge.at_least
    if judge.at_most is not None:
        high = judge.at_most
    if value is not None and judge.within is not None:
        low, high = value - judge.within, value + judge.within
    if value is not None and judge.within_factor is not None:
        low, high = value / judge.within_factor, value * judge.within_factor
    return low, high


def check_margin(plan: Plan, claim: Claim, name: str) -> Iterator[Problem]:
    """Yields what makes a claim's margin or seeds useless, as (key, message).

    Args:
      plan: The plan.
      claim: A claim whose rule is sound.
      name: Its judge.
    """
    yield from _check_range(plan, claim, name)
    yield from _check_digits(claim, name)
    yield from _check_seeds(plan, claim, name)


def _check_range(plan: Plan, claim: Claim, name: str) -> Iterator[Problem]:
    judge, path = claim.judge, f"claims[{claim.id}]"
    assert judge is not None
    if name in ("slope", "similar_to"):
        return  # their bounds are on another axis than the measure
    where = f"{path}.judge.{name}"
    one_arm = name in ("at_most", "at_least", "within", "within_factor", "compatible", "equals")
    for reference, value in zip(claim.measures, claim.values, strict=True):
        measure = measure_of(plan, reference)
        least, most = _limits(measure)
        on_axis = one_arm or (name.startswith("rate") and measure.kind != "yes-no")
        if measure.kind == "positive" and on_axis and value is not None and value <= 0:
            yield f"{path}.published", f"`{path}.published` of a positive measure must be above 0."
            continue
        if on_axis and value is not None and not least <= value <= most:
            yield (
                f"{path}.published",
                f"`{path}.published` is {value:g}, outside [{least:g}, {most:g}], the range of "
                f"`{reference}`. Is it in other units?",
            )
            continue
        low, high = accepted(judge, value)
        if low <= least and high >= most and one_arm and name not in ("compatible", "equals"):
            yield (
                where,
                f"`{where}` accepts every value of `{reference}`: it cannot fail. Tighten it.",
            )
            continue
        edges = [edge for edge in (low, high) if math.isfinite(edge)]
        if any(not least <= edge <= most for edge in edges):
            shown = " and ".join(f"{edge:g}" for edge in edges)
            yield (
                where,
                f"`{where}` puts an edge at {shown}, outside [{least:g}, {most:g}], the range of "
                f"`{reference}`. Correct the unit, or use `at_least` or `at_most`.",
            )
        elif (
            (high <= least or low >= most)
            and claim.of == "mean"
            and measure.kind != "exact"
            and one_arm
            and edges
        ):
            yield (
                where,
                f"`{where}` leaves one value, the end of the range of `{reference}`, and no mean "
                "is shown to be exactly there. Use `equals`, or move the bound.",
            )
        if judge.by is not None and judge.by >= most - least:
            yield f"{path}.judge.by", f"`{path}.judge.by` is wider than the range of `{reference}`."


def last_digit(value: float) -> float:
    """Returns one unit of the last digit that a number is written with: 0.1 for 98.8."""
    exponent = Decimal(repr(value)).as_tuple().exponent
    assert isinstance(exponent, int)
    return 1.0 if float(value).is_integer() else 10.0**exponent


def _check_digits(claim: Claim, name: str) -> Iterator[Problem]:
    assert claim.judge is not None
    for value in claim.values:
        if name != "within" or value is None or claim.judge.within is None:
            continue
        half = last_digit(value) / 2
        if claim.judge.within < half * (1 - 1e-9):
            where = f"claims[{claim.id}].judge.within"
            yield (
                where,
                f"`{where}` is {claim.judge.within:g}, less than {half:g}, half a unit of the last "
                f"digit of the published {value:g}. Nobody can know it better: widen it.",
            )


def looks(plan: Plan, claim: Claim) -> list[int]:
    """Returns the seeds of a claim's looks at its default scale, of the arm that has fewest."""
    pairs = [(plan.experiments[name], arm) for name, arm in claim_arms(claim)]
    found = [min(seeds(e, arm, default_scale(e)) for e, arm in pairs)]
    last = [extend_to(e, arm, default_scale(e)) for e, arm in pairs]
    more = [n for n in last if n is not None]
    return [*found, min(more)] if len(more) == len(pairs) else found


def level_of(plan: Plan, claim: Claim) -> float:
    """Returns what one look at a claim may spend on one side: LEVEL, halved by each amendment."""
    return LEVEL * 0.5 ** len(amendments(plan, claim.id))


def _check_seeds(plan: Plan, claim: Claim, name: str) -> Iterator[Problem]:
    assert claim.judge is not None
    last, level = looks(plan, claim)[-1], level_of(plan, claim)
    for reference, value in zip(claim.measures, claim.values, strict=True):
        kind = measure_of(plan, reference).kind
        least = least_for(claim, claim.judge, kind, value, level)
        if last < least:
            where = f"claims[{claim.id}].judge.{name}"
            yield (
                where,
                f"`{where}` can decide nothing with {last} seeds: it needs {least}. Raise `seeds`, "
                "or declare `extend_to`.",
            )
            return


def least_for(claim: Claim, judge: Judge, kind: str, value: float | None, level: float) -> int:
    """Returns the fewest seeds with which this rule could be shown."""
    least = least_seeds(claim, kind)
    for bound, at_least in ((judge.rate_at_least, True), (judge.rate_at_most, False)):
        if bound is not None:
            chance = bound if at_least else 1.0 - bound
            return max(1, math.ceil(math.log(level) / math.log(chance) - 1e-9))
    if kind == "yes-no" and judge.name == "within" and value is not None:
        assert judge.within is not None
        while least < MOST_SEARCHED and not _can_be_within(value, judge.within, least, level):
            least += 1
    return least


def _can_be_within(value: float, tol: float, n: int, level: float) -> bool:
    """Returns whether some number of successes shows a rate within `tol` of `value`.

    The fewest successes that show the lower edge leave the most room to the upper one.
    """
    low, high = value - tol, value + tol
    fewest, tail = 0, 0.0
    if low > 0:
        fewest = n + 1
        while fewest > 0 and tail + _chance(n, fewest - 1, low) <= level:
            fewest -= 1
            tail += _chance(n, fewest, low)
    if fewest > n:
        return False
    return high >= 1 or math.fsum(_chance(n, k, high) for k in range(fewest + 1)) <= level


def _chance(n: int, k: int, p: float) -> float:
    """Returns the chance of k successes in n runs."""
    choices = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(choices + k * math.log(p) + (n - k) * math.log1p(-p))
