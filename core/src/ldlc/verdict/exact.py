# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures without seed noise: equality, and margins where the only error is numerical.

Nothing is random, so there is no p-value, no second look and no extension.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ldlc.plan import measure_of
from ldlc.plan.model import Claim, Judge, Plan
from ldlc.verdict.decide import Set
from ldlc.verdict.evidence import Runs
from ldlc.verdict.question import Question, questions
from ldlc.verdict.result import Outcome, Part, Verdict
from ldlc.verdict.sample import Sample, sample
from ldlc.verdict.sentences import number, span


def tolerance(judge: Judge, value: float) -> float:
    """Returns how far from the published `value` a run may lie: the rounding, or atol + rtol·|v|."""
    if judge.rounding is not None:
        return judge.rounding
    return (judge.atol or 0.0) + (judge.rtol or 0.0) * abs(value)


def lies_within(x: float, low: float, high: float) -> bool:
    """Returns whether x lies in [low, high], to the rounding of the ends' own arithmetic."""
    slack = 4 * math.ulp(max((abs(end) for end in (low, high) if math.isfinite(end)), default=0.0))
    return low - slack <= x <= high + slack


@dataclass(frozen=True)
class Enclosure:
    """Where an exact quantity lies, by comparison with runs at half the step or less.

    A first-order method's remaining error is the difference e, a second-order one's e/3; the
    interval is the finer value ± 2e. Of a weighted sum of arms, errors add up.
    """

    low: float
    high: float

    @classmethod
    def of(
        cls, values: Sequence[float], finer: Sequence[float], weights: Sequence[float]
    ) -> Enclosure:
        """Returns the enclosure of a weighted sum from its values, and those at the finer step."""
        middle = sum(w * f for w, f in zip(weights, finer, strict=True))
        error = sum(2.0 * abs(w * (v - f)) for w, v, f in zip(weights, values, finer, strict=True))
        return cls(middle - error, middle + error)

    def against(self, ends: Set) -> tuple[bool, bool]:
        """Returns whether it lies inside, and whether outside."""
        inside = lies_within(self.low, *ends) and lies_within(self.high, *ends)
        return inside, self.high < ends.low or self.low > ends.high

    def beyond(self, ends: Set) -> tuple[bool, bool]:
        """Returns the same where the only finite end is itself outside: "less" is not "equal"."""
        if math.isfinite(ends.high):
            return self.high < ends.high, self.low >= ends.high
        return self.low > ends.low, self.high <= ends.low


@dataclass(frozen=True)
class _Finding:
    """What one part of a claim says: yes, no or neither, and the same of its direction alone."""

    part: Part
    yes: bool
    no: bool
    towards: bool | None = None  # None where no size is claimed
    fault: str | None = None


def judge_exact(plan: Plan, claim: Claim, runs: Runs, draft: Verdict, look: int) -> Verdict:
    """Returns the verdict on a claim that holds run by run, or up to a numerical error.

    Args:
      plan: The plan.
      claim: A claim with `equals`, or with `finer` about exact measures.
      runs: Complete runs.
      draft: The verdict's frame.
      look: Which look the runs are from.
    """
    judge = claim.judge
    assert judge is not None
    if judge.equals:
        found = [
            _equality(plan, claim, runs, reference, value)
            for reference, value in zip(claim.measures, claim.values, strict=True)
        ]
    else:
        found = [_enclosed(plan, claim, runs, question) for question in questions(plan, claim)]
    told, outcome, why = _outcome(found)
    return replace(
        draft,
        seeds=runs.wanted,
        look=look,
        outcome=outcome,
        parts=tuple(f.part for f in found),
        notes=tuple(_notes(plan, claim, runs)),
        compared=_compared(told.part, len(found), claim),
        because=why,
    )


def _outcome(found: Sequence[_Finding]) -> tuple[_Finding, Outcome, str]:
    """Returns the part to tell of, the outcome of all parts, and why."""
    faulty = [f for f in found if f.fault]
    sound = [f for f in found if not f.fault]
    refuted = [f for f in sound if f.no]
    open_ = [f for f in sound if not f.yes]
    in_direction = not faulty and all(f.yes or f.towards for f in found)
    if refuted and not in_direction:
        label = refuted[0].part.label
        return (
            refuted[0],
            "not replicated",
            f"`{label}` lies outside what the claim accepts, {_SURE}.",
        )
    if faulty:
        return faulty[0], "inconclusive", f"There is no verdict: {faulty[0].fault}."
    if not open_:
        why = f"Every value lies inside what the claim accepts, {_SURE}."
        return found[0], "replicated", why
    if in_direction:
        told = (refuted or open_)[0]
        size = "is refuted: the effect is smaller" if refuted else "is not shown: refine the step"
        why = f"The direction of `{told.part.label}` is as claimed, but the claimed size {size}."
        return told, "replicated in direction", why
    why = (
        f"The numerical error of `{open_[0].part.label}` reaches across an edge of what the claim "
        "accepts: refine the step or the grid."
    )
    return open_[0], "inconclusive", why


_SURE = "and nothing here is chance"


def _equality(
    plan: Plan, claim: Claim, runs: Runs, reference: str, value: float | None
) -> _Finding:
    """Returns what the runs say of an equality; its part is the run farthest from the paper."""
    assert claim.judge is not None
    assert value is not None
    own, measure = _sample(plan, claim, runs, reference), measure_of(plan, reference)
    tol = tolerance(claim.judge, value)
    ends = (value - tol, value + tol)
    found = own.values[~np.isnan(own.values)]
    inside = all(lies_within(float(x), *ends) for x in found)
    part = Part(
        reference, value, None, None, None, ends, unit=measure.unit, interval="range of runs"
    )
    if len(found):
        farthest = found[np.argmax(np.abs(found - value))]
        estimate, low, high = (
            float(x) if math.isfinite(x) else None for x in (farthest, found.min(), found.max())
        )
        part = replace(part, estimate=estimate, low=low, high=high)
    fault = own.problem or _not_repeated(plan, runs, reference)
    if not len(found):
        fault = fault or f"no run of `{reference}` is left to compare"
    return _Finding(part, inside, not inside, fault=fault)


def _enclosed(plan: Plan, claim: Claim, runs: Runs, question: Question) -> _Finding:
    """Returns what runs at two steps say of one part of a claim."""
    values, finer, faults = [], [], []
    for reference in question.references:
        close = claim.finer_of(reference)
        assert close is not None
        both = [_sample(plan, claim, runs, name) for name in (reference, close)]
        faults += [s.problem for s in both]
        faults += [_not_repeated(plan, runs, name) for name in (reference, close)]
        if any(np.ptp(s.values) != 0 for s in both):
            faults.append(f"runs of `{reference}` differ between seeds, so it is not exact")
        values.append(float(both[0].values[0]))
        finer.append(float(both[1].values[0]))
    ends, weights = question.accepted, question.weights
    if question.statistic == "ratio":  # a <= r·b is judged as a - r·b <= 0
        ratio = ends.high if math.isfinite(ends.high) else ends.low
        weights = (1.0, -ratio)
        ends = Set(high=0.0) if math.isfinite(ends.high) else Set(low=0.0)
    enclosure = Enclosure.of(values, finer, weights)
    towards = None
    if len(question.references) == 1:
        yes, no = enclosure.against(ends)
    elif question.direction is None:
        yes, no = enclosure.beyond(ends)
    else:
        yes, no = enclosure.against(ends)
        side = Set(high=0.0) if math.isfinite(ends.high) else Set(low=0.0)
        towards, _ = Enclosure.of(values, finer, (1.0, -1.0)).beyond(side)
    middle = (enclosure.low + enclosure.high) / 2
    estimate, low, high, least, most = (
        x if math.isfinite(x) else None for x in (middle, enclosure.low, enclosure.high, *ends)
    )
    one = len(question.references) == 1
    part = Part(
        _name(question, weights),
        question.published if one else None,
        estimate,
        low,
        high,
        (least, most),
        unit=question.measures[0].unit,
        interval="numerical bounds",
    )
    return _Finding(part, yes, no, towards, next((f for f in faults if f), None))


def _name(question: Question, weights: Sequence[float]) -> str:
    """Returns what is enclosed: a measure, a difference, or one with a multiple of the rival."""
    if question.statistic != "ratio":
        return question.label
    own, rival = question.label.split(" / ")
    return f"{own} − {-weights[1]:g}·{rival}"


def _sample(plan: Plan, claim: Claim, runs: Runs, reference: str) -> Sample:
    experiment, arm, _ = reference.split(".")
    success = claim.among.split(".")[2] if claim.among else None
    return sample(
        runs.lines[experiment, arm], reference, measure_of(plan, reference), success=success
    )


def _not_repeated(plan: Plan, runs: Runs, reference: str) -> str | None:
    """Returns what is wrong where a measure is called exact and no second run showed it."""
    experiment, arm, _ = reference.split(".")
    if measure_of(plan, reference).kind != "exact":
        return None
    if any(line.repeated == "other bits" for line in runs.lines[experiment, arm]):
        return f"a second run of `{experiment}.{arm}` gave other bits, so it is not exact"
    if not any(line.repeated for line in runs.lines[experiment, arm]):
        return (
            f"`{experiment}.{arm}` is called exact, and no second run in a process of its own showed "
            "the same bits"
        )
    return None


def _compared(part: Part, count: int, claim: Claim) -> str:
    many = f"Of {count} values, this one is told: " if count > 1 else ""
    tail = f" {part.unit}" if part.unit else ""
    accepts = f"the claim accepts {span(*part.accepted, part.unit)}"
    says = f"; the paper says {number(part.published)}{tail}" if part.published is not None else ""
    if part.estimate is None:
        found = f"`{part.label}` is not known"
    elif claim.finer is not None:
        found = f"`{part.label}` lies between {number(part.low)} and {number(part.high)}{tail}"
    else:
        found = (
            f"the run of `{part.label}` farthest from the paper gave {number(part.estimate)}{tail}"
        )
    sentence = f"{many}{found}{says}, and {accepts}."
    return sentence[0].upper() + sentence[1:]


def _notes(plan: Plan, claim: Claim, runs: Runs) -> list[str]:
    if claim.finer is not None:
        named = claim.finer.values() if isinstance(claim.finer, dict) else [claim.finer]
        finer = ", ".join(f"`{arm}`" for arm in named)
        return [f"No seed noise; the numerical error is at most twice the difference from {finer}."]
    notes = []
    for reference, value in zip(claim.measures, claim.values, strict=True):
        experiment, arm, _ = reference.split(".")
        cases = len(runs.lines[experiment, arm]) * (measure_of(plan, reference).total or 1)
        if value == 0 and cases > 1:
            notes.append(
                f"`{reference}` was checked in {cases:,} cases: a rate below {3 / cases:.2g} is not "
                "excluded."
            )
    return notes
