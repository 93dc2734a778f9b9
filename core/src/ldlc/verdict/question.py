# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a claim to what is tested: for each part, a quantity of some arms and the set it must lie in.

Everything in a `Question` follows from the plan, so no test is chosen after seeing runs.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ldlc.plan import measure_of
from ldlc.plan.model import Claim, Judge, Measure, Plan
from ldlc.plan.rules import LEVEL, accepted, least_seeds
from ldlc.verdict.compatible import REACH, SeedDeviations
from ldlc.verdict.contrast import Contrast, Ratio, Summary, contrast, summary
from ldlc.verdict.counts import mean_count
from ldlc.verdict.decide import Answer, Set, answer
from ldlc.verdict.medians import Median
from ldlc.verdict.quantity import Array, Flags, Quantity
from ldlc.verdict.ranks import RankComparison
from ldlc.verdict.rates import Rate, RateDifference
from ldlc.verdict.spread import differs_by_factors

Statistic = Literal[
    "mean",
    "ratio",
    "share of gap",
    "count",
    "rate",
    "median",
    "ranks",
    "rates",
    "deviations",
    "paper",
]

Axis = Literal["measure", "difference", "factor", "rate", "share", "slope"]


@dataclass(frozen=True)
class Question:
    """One part of a claim.

    Args:
      references: The measures it reads, `experiment.arm.measure`; the claim's own first.
      measures: Their declarations.
      statistic: Which quantity is estimated from their runs.
      accepted: The set that the claim says it lies in, on the axis of the statistic.
      direction: The set that only says which way, where the claim also names a size.
      published: The published value of the claim's own measure.
      weights: Of each arm in a contrast; the numerator's of a ratio.
      denominator: Of each arm in the denominator of a ratio.
      paired: Whether runs of equal seed are pairs.
      logs: Whether means are of logarithms.
      least: The fewest runs an arm.
      among: Whether failed runs of the arms are left out.
      examples: How many examples the test set holds, where the claim is about all examples.
      judge: The rule.
      label: What is estimated, for people.
    """

    references: tuple[str, ...]
    measures: tuple[Measure, ...]
    statistic: Statistic
    accepted: Set
    direction: Set | None
    published: float | None
    weights: tuple[float, ...]
    denominator: tuple[float, ...]
    paired: bool
    logs: bool
    least: int
    among: bool
    examples: int | None
    judge: Judge
    label: str

    @property
    def axis(self) -> Axis:
        """What a value of the quantity is, for people."""
        if self.judge.slope is not None:
            return "slope"
        if self.statistic in ("rate", "rates"):
            return "rate"
        if self.statistic == "share of gap":
            return "share"
        if len(self.references) == 1:
            return "measure"
        by_rank = self.statistic == "ranks" and self.measures[0].kind == "positive"
        return "factor" if self.logs or by_rank or self.statistic == "ratio" else "difference"

    def quantity(self, samples: Sequence[Array]) -> Quantity:
        """Returns the quantity, estimated from the runs `[..., n]` of each arm."""
        with np.errstate(all="ignore"):  # what cannot be computed is NaN, and then guarded
            return _guarded(self, samples, _estimate(self, samples))

    def answers(self, samples: Sequence[Array]) -> tuple[Answer, Answer | None]:
        """Returns the p-values of the claimed set, and of the direction where a size is claimed."""
        quantity = self.quantity(samples)
        size = answer(quantity, self.accepted)
        return size, answer(quantity, self.direction) if self.direction else None


def questions(plan: Plan, claim: Claim) -> tuple[Question, ...]:
    """Returns the parts of a claim that has a judge decided by runs."""
    judge = claim.judge
    assert judge is not None
    found: list[Question] = []
    for index, (own, value) in enumerate(zip(claim.measures, claim.values, strict=True)):
        for references in _arms(claim, judge, own, index):
            found.append(_question(plan, claim, judge, references, value))
    return tuple(found)


def _arms(claim: Claim, judge: Judge, own: str, index: int) -> list[tuple[str, ...]]:
    """Returns the arms of each question that one of the claim's measures raises."""
    if judge.slope is not None:
        experiment, _, measure = own.split(".")
        return [tuple(f"{experiment}.{arm}.{measure}" for arm in judge.slope)]
    if judge.order is not None:
        return list(itertools.pairwise([own, *judge.order]))
    if judge.similar_to is not None:
        return [(own, judge.similar_to, *([judge.gap_to] if judge.gap_to else []))]
    if judge.not_worse_than is not None:
        return [(own, judge.not_worse_than)]
    rivals = judge.less_than if judge.less_than is not None else judge.greater_than
    if rivals is None:
        return [(own,)]
    if isinstance(rivals, str):
        return [(own, rivals)]
    if len(claim.measures) > 1:
        return [(own, rivals[index])]
    return [(own, rival) for rival in rivals]


def _question(
    plan: Plan, claim: Claim, judge: Judge, references: tuple[str, ...], value: float | None
) -> Question:
    measures = tuple(measure_of(plan, reference) for reference in references)
    kind = measures[0].kind
    draft = Question(
        references=references,
        measures=measures,
        statistic="mean",
        accepted=Set(),
        direction=None,
        published=value,
        weights=(1.0,) if len(references) == 1 else (1.0, -1.0),
        denominator=(),
        paired=claim.paired is not None,
        logs=kind == "positive",
        least=least_seeds(claim, kind),
        among=claim.among is not None,
        examples=claim.examples,
        judge=judge,
        label=_label(references, kind == "positive" or judge.times is not None),
    )
    if len(references) == 1:
        return _one_arm(draft, claim, judge)
    if judge.slope is not None:
        return _slope(draft, judge)
    return _several_arms(draft, claim, judge)


def _one_arm(draft: Question, claim: Claim, judge: Judge) -> Question:
    kind, value = draft.measures[0].kind, draft.published
    low, high = accepted(judge, value)
    if judge.rate_at_least is not None or judge.rate_at_most is not None:
        low = -math.inf if judge.rate_at_least is None else judge.rate_at_least
        high = math.inf if judge.rate_at_most is None else judge.rate_at_most
        return replace(draft, statistic="rate", accepted=Set(low, high))
    if judge.compatible:
        return replace(draft, statistic="deviations", accepted=Set(-REACH, REACH))
    if claim.of == "median":
        return replace(draft, statistic="median", accepted=Set(low, high), logs=False)
    if judge.sd is not None:
        assert value is not None
        tol = high - value
        return replace(draft, statistic="paper", accepted=Set(-tol, tol))
    if draft.logs:
        low = math.log(low) if low > 0 else -math.inf
        high = math.log(high) if high < math.inf else math.inf
    if draft.examples is not None:
        return replace(draft, accepted=Set(low, high))
    names: Mapping[str, Statistic] = {"yes-no": "rate", "count": "count"}
    return replace(draft, statistic=names.get(kind, "mean"), accepted=Set(low, high))


def _slope(draft: Question, judge: Judge) -> Question:
    assert judge.slope is not None
    z = np.array(list(judge.slope.values()), dtype=float)
    z = np.log(z) if judge.log else z
    z = z - z.mean()
    low, high = accepted(judge, draft.published)
    return replace(draft, weights=tuple((z / (z @ z)).tolist()), accepted=Set(low, high))


def _several_arms(draft: Question, claim: Claim, judge: Judge) -> Question:
    kind = draft.measures[0].kind
    ranks = claim.of == "median"
    lower_is_claimed = judge.less_than is not None or judge.order is not None
    if judge.gap_to is not None:
        assert judge.fraction is not None
        sign = 1.0 if draft.measures[0].better == "low" else -1.0
        return replace(
            draft,
            statistic="share of gap",
            weights=(1.0, -1.0, 0.0),
            denominator=(-sign, 0.0, sign),
            accepted=Set(-judge.fraction, judge.fraction),
        )
    if judge.similar_to is not None:
        assert judge.within is not None
        tol = math.log(judge.within) if draft.logs else judge.within
        statistic: Statistic = "rates" if kind == "yes-no" else "mean"
        return replace(draft, statistic=statistic, accepted=Set(-tol, tol))
    if judge.not_worse_than is not None:
        assert judge.by is not None
        by = math.log(judge.by) if draft.logs else judge.by
        worse_is_higher = draft.measures[0].better == "low"
        edge = Set(high=by) if worse_is_higher else Set(low=-by)
        return replace(draft, statistic="rates" if kind == "yes-no" else "mean", accepted=edge)
    by_factor = judge.times is not None
    on_factors = (ranks and kind == "positive") or (by_factor and not draft.logs)
    neutral = 1.0 if on_factors else 0.0
    size = neutral
    if judge.by is not None:
        size = -judge.by if lower_is_claimed else judge.by
    if judge.times is not None:
        size = judge.times if on_factors else math.log(judge.times)
    claimed = Set(high=size) if lower_is_claimed else Set(low=size)
    direction = Set(high=neutral) if lower_is_claimed else Set(low=neutral)
    which: Statistic = "mean"
    if kind == "yes-no":
        which = "rates"
    elif ranks:
        which = "ranks"
    elif on_factors:
        which = "ratio"
    return replace(
        draft,
        statistic=which,
        logs=draft.logs and not ranks,
        accepted=claimed,
        direction=direction if size != neutral else None,
        weights=(1.0, 0.0) if which == "ratio" else (1.0, -1.0),
        denominator=(0.0, 1.0) if which == "ratio" else (),
    )


def as_ranks(question: Question) -> Question:
    """Returns the question between arms of which some runs failed: ranks, failures as the worst."""
    was_logs = question.logs
    on_factors = question.measures[0].kind == "positive"

    def moved(edges: Set | None) -> Set | None:
        if edges is None or not (was_logs and on_factors):
            return edges
        return Set(
            math.exp(edges.low) if edges.low > -math.inf else -math.inf,
            math.exp(edges.high) if edges.high < math.inf else math.inf,
        )

    claimed = moved(question.accepted)
    assert claimed is not None
    return replace(
        question,
        statistic="ranks",
        accepted=claimed,
        direction=moved(question.direction),
        logs=False,
        least=4,
    )


def _label(references: Sequence[str], by_factor: bool) -> str:
    """Returns the arms' shortest names: without what they have in common."""
    if len(references) == 1:
        return references[0]
    split = [reference.split(".") for reference in references]
    varying = [i for i in range(3) if len({s[i] for s in split}) > 1]
    names = [".".join(s[i] for i in varying) for s in split]
    return (" / " if by_factor else " − ").join(names) if len(names) == 2 else ", ".join(names)


def ends(measure: Measure) -> tuple[float, float]:
    """Returns the declared range of a measure; infinite where open."""
    return (measure.range[0], measure.range[1]) if measure.range else (-math.inf, math.inf)


def _estimate(q: Question, samples: Sequence[Array]) -> Quantity:
    own = samples[0]
    match q.statistic:
        case "rate":
            return Rate(own)
        case "median":
            return Median(own)
        case "count":
            total = q.measures[0].total
            assert total is not None
            return mean_count(own, total)
        case "rates":
            return RateDifference(own, samples[1])
        case "ranks":
            ratio = q.measures[0].kind == "positive"
            budget = ends(q.measures[0])[1] if q.measures[0].better == "low" else math.inf
            return RankComparison(own, samples[1], ratio, budget)
    x = [_logs(s) for s in samples] if q.logs else list(samples)
    match q.statistic:
        case "deviations":
            value, resolution = q.published, q.judge.resolution
            assert value is not None
            assert resolution is not None
            if q.logs:
                value, resolution = math.log(value), math.log(resolution)
            return SeedDeviations(x[0], value, resolution)
        case "paper":
            sd, n0, value = q.judge.sd, q.judge.n0, q.published
            assert sd is not None
            assert n0 is not None
            assert value is not None
            paper = Summary(np.asarray(float(n0)), np.asarray(value), np.asarray(sd * sd))
            ours = summary(x[0])
            difference = Contrast([ours, paper], (1.0, -1.0))
            difference.guards = {"still": ours.variance == 0}
            return difference
        case "ratio" | "share of gap":
            return Ratio(x, q.weights, q.denominator, q.paired)
    if q.examples is not None:
        ours = summary(own)
        theirs = Summary(
            np.asarray(float(q.examples)), np.asarray(0.0), example_variance(q, ours.mean)
        )
        about_all = Contrast([ours, theirs], (1.0, 1.0))
        about_all.guards = {"still": ours.variance == 0}
        return about_all
    return contrast(x, q.weights, q.paired)


def example_variance(q: Question, mean: Array) -> Array:
    """Returns the variance of one example's result, right or wrong, where the mean is so much."""
    measure = q.measures[0]
    low, high = (0.0, float(measure.total)) if measure.total is not None else ends(measure)
    share = np.clip((mean - low) / (high - low), 0.0, 1.0)
    return np.asarray((high - low) ** 2 * share * (1.0 - share))


def _logs(x: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(x)


def _guarded(q: Question, samples: Sequence[Array], quantity: Quantity) -> Quantity:
    """Adds what no statistic knows by itself: too few runs, and the spread guard."""
    guards: dict[str, Flags] = dict(quantity.guards)
    runs = np.min([(~np.isnan(s)).sum(-1) for s in samples], axis=0)
    guards["few"] = runs < q.least
    if q.measures[0].kind == "number" and q.statistic in (
        "mean",
        "ratio",
        "share of gap",
        "deviations",
        "paper",
    ):
        guards["spread"] = np.any(
            [differs_by_factors(s, ends(m)) for s, m in zip(samples, q.measures, strict=True)],
            axis=0,
        )
    quantity.guards = guards
    return quantity


__all__ = ["LEVEL", "Question", "as_ranks", "ends", "questions"]
