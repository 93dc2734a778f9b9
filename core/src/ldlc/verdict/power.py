# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a claim's seeds can show, before any run.

t rules: the noncentral t distribution; exact for one arm and pairs, for two arms with 2n-2 degrees
of freedom it promises 7 points too much at 3 seeds, less than 1 from 10. Two one-sided tests: the
exact integral over the deviation. Rates and medians: exact binomial, of two rates by Boschloo's test.
Ranks: Noether (1987). The truth is taken to be what is published, the spread what the plan guesses.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy.special import bdtr, chdtri, nctdtrit, ndtr, ndtri, stdtr, stdtrit

from ldlc.plan import claim_arms, default_scale
from ldlc.plan.model import Claim, Plan
from ldlc.plan.rules import LEVEL, level_of, looks
from ldlc.verdict.compatible import REACH, noncentral_t
from ldlc.verdict.counts import at_least, at_most
from ldlc.verdict.decide import Set
from ldlc.verdict.looks import sizes
from ldlc.verdict.question import Question, example_variance, questions
from ldlc.verdict.rates import boschloo_less

ENOUGH = 0.8  # power below this at the last look is a warning
_STEPS = 400  # of the integral over the deviation


def bound_power(distance: float, error: float, df: float, level: float = LEVEL) -> float:
    """Returns the chance to show that θ is beyond a bound.

    Args:
      distance: From the truth to the bound, positive on the claimed side.
      error: The estimate's true standard error.
      df: Degrees of freedom.
      level: Of the one-sided test.
    """
    return float(noncentral_t(np.asarray(df), np.asarray(-distance / error), stdtrit(df, level)))


def within_power(tol: float, offset: float, error: float, df: float, level: float = LEVEL) -> float:
    """Returns the chance to show, by two one-sided tests, that θ is within `tol` of a value.

    Args:
      tol: The margin.
      offset: The truth's distance from the value.
      error: The estimate's true standard error.
      df: Degrees of freedom.
      level: Of each test.
    """
    u = (np.arange(_STEPS) + 0.5) / _STEPS
    width = stdtrit(df, 1.0 - level) * np.sqrt(chdtri(df, 1.0 - u) / df)
    inside = ndtr((tol - offset) / error - width) - ndtr(-(tol + offset) / error + width)
    return float(np.maximum(0.0, inside).mean())


def compatible_power(n: int, level: float = LEVEL) -> float:
    """Returns the chance that an honest published run is shown to be one of ours."""
    root = math.sqrt(n)
    limit = float(nctdtrit(n - 1.0, REACH * root, level))
    return float(1.0 - 2.0 * stdtr(n - 1.0, -limit / math.sqrt(n + 1.0)))


def least_successes(n: int, bound: float, level: float = LEVEL) -> int | None:
    """Returns how many of n runs must succeed to show a rate of at least `bound`; None: no number."""
    for k in range(n + 1):
        if at_least(np.asarray(float(k)), np.asarray(float(n)), bound) <= level:
            return k
    return None


def most_successes(n: int, bound: float, level: float = LEVEL) -> int | None:
    """Returns how many of n runs may succeed to show a rate of at most `bound`; None: no number."""
    shown = [
        k
        for k in range(n + 1)
        if at_most(np.asarray(float(k)), np.asarray(float(n)), bound) <= level
    ]
    return shown[-1] if shown else None


def rate_power(n: int, bound: float, truth: float, level: float = LEVEL) -> float:
    """Returns the chance to show a rate of at least `bound` when it is `truth`."""
    k = least_successes(n, bound, level)
    if k is None:
        return 0.0
    return float(at_least(np.asarray(float(k)), np.asarray(float(n)), truth))


def rank_power(n: int, m: int, superiority: float, level: float = LEVEL) -> float:
    """Returns the chance to show by ranks that a run of a is smaller than one of b more often.

    Noether (1987), for arms of n and m runs.

    Args:
      n: Runs of arm a.
      m: Runs of arm b.
      superiority: P(a < b) + P(a = b)/2.
      level: Of the one-sided test.
    """
    total = n + m
    share = n / total
    z = (superiority - 0.5) * math.sqrt(12.0 * share * (1.0 - share) * total)
    return float(ndtr(z + ndtri(level)))


def detectable(power: Callable[[float], float]) -> float | None:
    """Returns the least argument at which an increasing power reaches 80 %; None beyond 1,000."""
    low, high = 0.0, 1e3
    if power(high) < ENOUGH:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if power(middle) >= ENOUGH else (middle, high)
    return high


@dataclass(frozen=True)
class PlanRow:
    """What one claim's rule can show.

    Args:
      claim: Its id.
      rule: The rule, as the plan states it.
      margin: What has to be told apart, in the measure's unit.
      seeds: Seeds of each look.
      power: Chance to show a true claim at each look, for the stated spread; None if unknown.
      needs: What 80 % power needs at each look.
      warning: What is unwise; empty if nothing is.
      cost_s: Seconds that its runs take to each look, one after another; None if unknown.
    """

    claim: str
    rule: str
    margin: str
    seeds: tuple[int, ...]
    power: tuple[float | None, ...]
    needs: tuple[str, ...]
    warning: str = ""
    cost_s: tuple[float | None, ...] = ()


_UNKNOWN: Mapping[tuple[str, str], float] = MappingProxyType({})


def plan_rows(
    plan: Plan, seconds: Mapping[tuple[str, str], float] = _UNKNOWN
) -> tuple[PlanRow, ...]:
    """Returns what each judged claim can show, in the plan's order.

    Args:
      plan: A plan without errors.
      seconds: Of one run of each (experiment, arm), where known.
    """
    return tuple(
        replace(_row(plan, claim), cost_s=_cost(plan, claim, seconds))
        for claim in plan.claims
        if claim.judge is not None
    )


def _cost(
    plan: Plan, claim: Claim, seconds: Mapping[tuple[str, str], float]
) -> tuple[float | None, ...]:
    """Returns the seconds that all runs of a claim take, one after another, to each look."""
    found: list[float | None] = []
    for look in range(len(looks(plan, claim))):
        total: float | None = 0.0
        for experiment, arm in claim_arms(claim):
            scale = default_scale(plan.experiments[experiment])
            runs = sizes(plan, f"{experiment}.{arm}.", scale)[look]
            one = seconds.get((experiment, arm))
            total = None if total is None or one is None or runs is None else total + runs * one
        found.append(total)
    return tuple(found)


def _row(plan: Plan, claim: Claim) -> PlanRow:
    judge = claim.judge
    assert judge is not None
    rule = ", ".join(f"{key} {_text(value)}" for key, value in judge.given().items())
    seeds, level = tuple(looks(plan, claim)), level_of(plan, claim)
    exact = any(q.measures[0].kind == "exact" for q in questions(plan, claim))
    if judge.seen is not None or judge.equals or exact:
        return PlanRow(claim.id, rule, "-", seeds, (), ())
    found = []
    for question in questions(plan, claim):
        margin, power, needs = _power(plan, question, seeds, level)
        last = next((p for p in reversed(power) if p is not None), math.inf)
        warning = ""
        if last < ENOUGH:
            warning = (
                f"a true claim is shown with {100 * last:.0f} % at the last look: raise `seeds` or "
                "`extend_to`, or widen the margin for a reason"
            )
        found.append((last, PlanRow(claim.id, rule, margin, seeds, power, needs, warning)))
    return min(found, key=lambda pair: pair[0])[1]  # of several parts the weakest


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} = {v:g}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _power(
    plan: Plan, q: Question, seeds: tuple[int, ...], level: float
) -> tuple[str, tuple[float | None, ...], tuple[str, ...]]:
    """Returns margin, power and needs of one part of a claim."""
    unit = f" {q.measures[0].unit}" if q.measures[0].unit else ""
    if q.statistic == "rate":
        return _rate(q, seeds, level)
    if q.statistic == "median":
        needs = [f"{_least(n, 0.5, level)} runs on the claimed side" for n in seeds]
        margin = f"median {_edges(q.accepted)}{unit}"
        return margin, tuple(_median(q, n, level) for n in seeds), tuple(needs)
    if q.statistic == "rates":
        known = tuple(_rates_power(plan, q, n, level) for n in seeds)
        return "difference of rates", known, _rates(q, seeds, level)
    if q.statistic == "ranks":
        found = [detectable(partial(_rank_power, n, level)) for n in seeds]
        needs = [
            "even all pairs alike may not show it"
            if x is None
            else f"smaller in {50 + 100 * x:.0f} % of pairs"
            for x in found
        ]
        return "order of runs", tuple(_ranks(plan, q, n, level) for n in seeds), tuple(needs)
    if q.statistic == "deviations":
        powers = [compatible_power(n, level) if n > 2 else 0.0 for n in seeds]
        return "two seed deviations", tuple(powers), ()
    return _means(plan, q, seeds, level, unit)


def _rate(
    q: Question, seeds: tuple[int, ...], level: float
) -> tuple[str, tuple[float | None, ...], tuple[str, ...]]:
    low, high = q.accepted
    truth = q.published if q.measures[0].kind == "yes-no" else None
    if math.isinf(high):
        needs = [f"{_least(n, low, level)} runs succeed" for n in seeds]
        power = [None if truth is None else rate_power(n, low, truth, level) for n in seeds]
        return f"rate of at least {low:g}", tuple(power), tuple(needs)
    if math.isinf(low):
        needs = [f"at most {_of(most_successes(n, high, level), n)} runs succeed" for n in seeds]
        power = [
            None if truth is None else rate_power(n, 1 - high, 1 - truth, level) for n in seeds
        ]
        return f"rate of at most {high:g}", tuple(power), tuple(needs)
    return f"rate between {low:g} and {high:g}", (None,) * len(seeds), ()


def median_power(n: int, below: float, above: float, level: float = LEVEL) -> float:
    """Returns the chance to show by sign tests that a median lies in a set; exact.

    Args:
      n: Runs.
      below: The chance of a run to lie below the set; 0 where it has no lower end.
      above: That of a run to lie above it.
      level: Of each test.
    """
    k = least_successes(n, 0.5, level)
    if k is None:
        return 0.0
    most = n - k  # runs that may lie on one side
    low = np.arange(most + 1.0)
    rest = n - low
    chances = bdtr(low, n, below) - np.where(low > 0, bdtr(np.maximum(low - 1, 0), n, below), 0.0)
    others = above / (1.0 - below) if below < 1 else 0.0
    return float((chances * bdtr(np.minimum(most, rest), rest.astype(int), others)).sum())


def _median(q: Question, n: int, level: float) -> float | None:
    """Returns the power of a median at the published value, for the stated spread."""
    spread, value = q.measures[0].spread, q.published
    if spread is None or value is None:
        return None
    low, high = q.accepted
    if q.measures[0].kind == "positive":
        value, low, high = (math.log(x) if x > 0 else -math.inf for x in (value, low, high))
    below, above = ndtr((low - value) / spread), ndtr((value - high) / spread)
    return median_power(n, float(below), float(above), level)


def _ranks(plan: Plan, q: Question, n: int, level: float) -> float | None:
    """Returns the power of ranks where both arms are published, for the stated spread."""
    spread, truth = q.measures[0].spread, _truth(plan, q)
    if spread is None or truth is None:
        return None
    edge = q.accepted.high if math.isfinite(q.accepted.high) else q.accepted.low
    if q.measures[0].kind == "positive":
        edge = math.log(edge)
    distance = edge - truth if math.isfinite(q.accepted.high) else truth - edge
    return rank_power(n, n, float(ndtr(distance / (math.sqrt(2.0) * spread))), level)


def _rates_power(plan: Plan, q: Question, n: int, level: float) -> float | None:
    """Returns the power to tell two published rates apart by Boschloo's test; exact."""
    known = _published(plan, q)
    low, high = known if math.isfinite(q.accepted.high) else known[::-1]
    if 0.0 not in q.accepted or low is None or high is None:
        return None
    k = np.arange(n + 1.0)
    ps = [
        bdtr(k, n, p) - np.where(k > 0, bdtr(np.maximum(k - 1, 0), n, p), 0.0) for p in (low, high)
    ]
    shown = np.array([[boschloo_less(a, float(n), b, float(n)) <= level for b in k] for a in k])
    return float(ps[0] @ shown @ ps[1])


def _rank_power(n: int, level: float, excess: float) -> float:
    return rank_power(n, n, min(1.0, 0.5 + excess), level)


def _rates(q: Question, seeds: tuple[int, ...], level: float) -> tuple[str, ...]:
    """Returns the least successes that tell an arm from one that never succeeds."""
    if 0.0 not in q.accepted:
        return ()
    found = []
    for n in seeds:
        shown = (
            k for k in range(n + 1) if boschloo_less(0.0, float(n), float(k), float(n)) <= level
        )
        found.append(f"{_of(next(shown, None), n)} succeed against 0 of {n}")
    return tuple(found)


def _least(n: int, bound: float, level: float) -> str:
    return _of(least_successes(n, bound, level), n)


def _of(k: int | None, n: int) -> str:
    return f"no number of {n}" if k is None else f"{k} of {n}"


def _means(
    plan: Plan, q: Question, seeds: tuple[int, ...], level: float, unit: str
) -> tuple[str, tuple[float | None, ...], tuple[str, ...]]:
    """Returns the same for t rules, in seed deviations where no spread is stated."""
    arms = len(q.references)
    weight = math.sqrt(sum(w * w for w in q.weights))
    low, high = q.accepted
    two_sided = math.isfinite(low) and math.isfinite(high)

    examples = _example_error(plan, q)

    def error(n: int) -> tuple[float, float]:
        freedom = (n - 1.0) * (1 if arms == 1 or q.paired else arms)
        return math.hypot(weight / math.sqrt(n), examples), freedom

    def power(n: int, distance: float) -> float:
        se, df = error(n)
        if n < q.least:
            return 0.0
        if two_sided:
            return within_power(distance, 0.0, se, df, level)
        return bound_power(distance, se, df, level)

    found = [detectable(partial(power, n)) for n in seeds]
    kind = "margin" if two_sided else "bound off by"
    needs = [f"{kind} {x:.2f} sd" for x in found if x is not None]
    distance = _distance(plan, q)
    spread = _spread(q)
    margin = _margin(q, distance, unit)
    if distance is None or spread is None:
        return margin, (None,) * len(seeds), tuple(needs)
    return margin, tuple(power(n, distance / spread) for n in seeds), tuple(needs)


def _example_error(plan: Plan, q: Question) -> float:
    """Returns the error that the test set adds, in seed deviations; 0 where it is none or unknown."""
    spread, truth = _spread(q), _truth(plan, q)
    if q.examples is None or spread is None or truth is None:
        return 0.0
    variance = float(example_variance(q, np.asarray(truth)))
    return math.sqrt(variance / q.examples) / spread


def _margin(q: Question, distance: float | None, unit: str) -> str:
    """Returns the margin in words: a factor, a share of a gap, or in the measure's unit."""
    low, high = q.accepted
    two_sided = math.isfinite(low) and math.isfinite(high)
    by_factor = q.logs and q.axis in ("measure", "factor")
    unit = unit if q.axis in ("measure", "difference") else ""

    def shown(x: float) -> str:
        return f"x{math.exp(x):.3g}" if by_factor else f"{x:.3g}{unit}"

    if two_sided:
        half = (high - low) / 2
        return f"{half:.3g} of the gap" if q.axis == "share" else shown(half)
    edge = high if math.isfinite(high) else low
    sign = "<=" if math.isfinite(high) else ">="
    bound = f"{sign} {math.exp(edge) if by_factor else edge:.4g}{unit}"
    return bound if distance is None else f"{bound}, {shown(distance)} from the published value"


def _spread(q: Question) -> float | None:
    """Returns the stated seed deviation (of logarithms for kind positive), or a count's binomial one."""
    measure = q.measures[0]
    if measure.spread is not None:
        return measure.spread
    if measure.kind == "count" and q.published is not None and measure.total:
        return math.sqrt(max(q.published * (1.0 - q.published / measure.total), 0.0)) or None
    return None


def _distance(plan: Plan, q: Question) -> float | None:
    """Returns how far the claim's edge lies from where the paper says that the truth is."""
    low, high = q.accepted
    if math.isfinite(low) and math.isfinite(high):
        return (high - low) / 2 if q.axis != "share" else None
    truth = _truth(plan, q)
    if truth is None:
        return None
    return high - truth if math.isfinite(high) else truth - low


def _truth(plan: Plan, q: Question) -> float | None:
    """Returns the published value on the axis of the test: a difference where it compares arms."""
    if q.judge.slope is not None:
        return q.published
    if q.statistic == "ratio":
        return None
    if q.judge.not_worse_than is not None:
        return 0.0
    values = _published(plan, q)
    if None in values:
        return None
    logs = q.logs or (q.statistic == "ranks" and q.measures[0].kind == "positive")
    x = [math.log(v) if logs else v for v in values if v is not None]
    return sum(w * v for w, v in zip(q.weights, x, strict=True))


def _published(plan: Plan, q: Question) -> list[float | None]:
    """Returns what is published of each arm, by this claim or by another one."""
    known = {
        reference: value
        for claim in plan.claims
        for reference, value in zip(claim.measures, claim.values, strict=True)
        if value is not None
    }
    values = [known.get(reference) for reference in q.references]
    values[0] = q.published if q.published is not None else values[0]
    return values


def _edges(accepted: Set) -> str:
    low, high = accepted
    if math.isinf(low):
        return f"<= {high:.4g}"
    return f">= {low:.4g}" if math.isinf(high) else f"{low:.4g} to {high:.4g}"
