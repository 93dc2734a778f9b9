# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures without seed noise: equality, and margins where the only error is numerical.

Nothing is random, so there is no p-value, no second look and no extension.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ldlc.plan import measure_of
from ldlc.plan.model import Claim, Judge, Plan
from ldlc.plan.rules import accepted
from ldlc.verdict.evidence import Runs
from ldlc.verdict.quantity import Array
from ldlc.verdict.result import Part, Verdict
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
    """Where an exact quantity lies, by comparison with a run at half the step or less.

    A first-order method's remaining error is the difference e, a second-order one's e/3; the
    interval is the finer value ± 2e.
    """

    low: float
    high: float

    @classmethod
    def of(cls, value: float, finer: float) -> Enclosure:
        """Returns the enclosure from a value and the one at the finer step."""
        error = 2.0 * abs(value - finer)
        return cls(finer - error, finer + error)

    def against(self, low: float, high: float) -> tuple[bool, bool]:
        """Returns whether it lies inside [low, high], and whether outside."""
        inside = lies_within(self.low, low, high) and lies_within(self.high, low, high)
        return inside, self.high < low or self.low > high


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
    draft = replace(draft, seeds=runs.wanted, look=look, outcome="inconclusive")
    parts, faults, outside = [], [], []
    for reference, value in zip(claim.measures, claim.values, strict=True):
        own = _sample(plan, claim, runs, reference)
        fault = own.problem or _not_repeated(plan, runs, reference)
        if judge.equals:
            assert value is not None
            tol = tolerance(judge, value)
            low, high = value - tol, value + tol
            found = own.values[~np.isnan(own.values)]
            inside = all(lies_within(float(x), low, high) for x in found)
            wrong = not inside
            part = _equality(plan, reference, value, found, (low, high))
        else:
            low, high = accepted(judge, value)
            enclosure, differs = _enclosure(plan, claim, runs, reference)
            fault = fault or differs
            inside, wrong = enclosure.against(low, high)
            part = _enclosed(plan, reference, value, enclosure, (low, high))
        parts.append(part)
        if fault:
            faults.append(fault)
        elif not inside:
            outside.append((part, wrong))
    verdict = replace(draft, parts=tuple(parts), notes=tuple(_notes(plan, claim, runs)))
    refuted = [part for part, wrong in outside if wrong]
    told = refuted or [part for part, _ in outside] or parts
    verdict = replace(verdict, compared=_compared(told[0], len(parts), claim))
    if refuted:
        why = (
            f"`{refuted[0].label}` lies outside what the claim accepts, and nothing here is chance."
        )
        return replace(verdict, outcome="not replicated", because=why)
    if faults:
        return replace(verdict, because=f"There is no verdict: {faults[0]}.")
    if outside:
        why = (
            f"The numerical error of `{outside[0][0].label}` reaches across an edge of what the claim "
            "accepts: refine the step or the grid."
        )
        return replace(verdict, because=why)
    return replace(
        verdict,
        outcome="replicated",
        because="Every value lies inside what the claim accepts, and nothing here is chance.",
    )


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


def _enclosure(
    plan: Plan, claim: Claim, runs: Runs, reference: str
) -> tuple[Enclosure, str | None]:
    experiment, _, measure = reference.split(".")
    finer = f"{experiment}.{claim.finer}.{measure}"
    both = [_sample(plan, claim, runs, name) for name in (reference, finer)]
    fault = both[1].problem or _not_repeated(plan, runs, finer)
    if any(np.ptp(s.values) != 0 for s in both):
        fault = fault or f"runs of `{reference}` differ between seeds, so it is not exact"
    value, closer = (float(s.values[0]) for s in both)
    return Enclosure.of(value, closer), fault


def _equality(
    plan: Plan, reference: str, value: float, found: Array, ends: tuple[float, float]
) -> Part:
    """Returns the part of an equality: the run that lies farthest from the published value."""
    measure = measure_of(plan, reference)
    if not len(found):
        return Part(reference, value, None, None, None, ends, unit=measure.unit)
    farthest = found[np.argmax(np.abs(found - value))]
    estimate, low, high = (
        float(x) if math.isfinite(x) else None for x in (farthest, found.min(), found.max())
    )
    return Part(reference, value, estimate, low, high, ends, unit=measure.unit)


def _enclosed(
    plan: Plan,
    reference: str,
    value: float | None,
    enclosure: Enclosure,
    ends: tuple[float, float],
) -> Part:
    middle = (enclosure.low + enclosure.high) / 2
    estimate, lowest, highest, low, high = (
        x if math.isfinite(x) else None for x in (middle, enclosure.low, enclosure.high, *ends)
    )
    unit = measure_of(plan, reference).unit
    return Part(reference, value, estimate, lowest, highest, (low, high), unit=unit)


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
        return [
            f"No seed noise; the numerical error is at most twice the difference from `{claim.finer}`."
        ]
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
