# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One look at a claim: its runs, what is estimated from them, and the p-values of each part."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ldlc.plan import first_seed
from ldlc.plan.model import Claim, Plan
from ldlc.plan.rules import LEVEL
from ldlc.runs import RunLine
from ldlc.verdict.compatible import SeedDeviations
from ldlc.verdict.decide import Answer, Reached, Set, answer, decide, merge
from ldlc.verdict.looks import sizes
from ldlc.verdict.quantity import Quantity
from ldlc.verdict.question import Question, as_ranks, questions
from ldlc.verdict.result import Part, confidence
from ldlc.verdict.sample import Sample, sample

Results = Mapping[tuple[str, str], Mapping[int, RunLine]]
LEAST_TO_FORETELL = 3  # runs from which a spread can be guessed
_NOTHING = Answer(np.asarray(1.0), np.asarray(1.0))


@dataclass(frozen=True)
class Runs:
    """The runs that one look needs, by arm, and what is missing of them."""

    lines: Mapping[tuple[str, str], tuple[RunLine, ...]]
    wanted: int  # of the arm that has most
    missing: int  # over all arms
    failed: tuple[RunLine, ...]

    @property
    def complete(self) -> bool:
        """Whether the look can be judged."""
        return not self.missing and not self.failed


@dataclass(frozen=True)
class Evidence:
    """One part of a claim at one look.

    Args:
      question: What was asked.
      samples: The runs of each arm.
      quantity: What was estimated; None where the runs give no number.
      size: P-values of the claimed set.
      direction: P-values of the direction, where a size is claimed too.
      problem: Why there is no verdict on this part; None if there is.
      few: Whether the only reason is that the runs are too few.
    """

    question: Question
    samples: tuple[Sample, ...]
    quantity: Quantity | None
    size: Answer
    direction: Answer | None
    problem: str | None
    few: bool = False


@dataclass(frozen=True)
class Look:
    """A claim at one look.

    Args:
      n: Seeds an arm; of the arm that has most.
      evidence: Each part.
      size: P-values of the whole claim.
      direction: Those of its direction, where it names a size.
      reached: What the look decides.
    """

    n: int
    evidence: tuple[Evidence, ...]
    size: Answer
    direction: Answer | None
    reached: Reached

    @property
    def testable(self) -> bool:
        """Whether what more seeds would show can be foretold."""
        return all(
            e.problem is None or (e.few and min(s.used for s in e.samples) >= LEAST_TO_FORETELL)
            for e in self.evidence
        )


def arms_of(claim: Claim) -> tuple[tuple[str, str], ...]:
    """Returns the (experiment, arm) pairs that a claim reads."""
    split = (reference.split(".") for reference in claim.inputs)
    return tuple(dict.fromkeys((s[0], s[1]) for s in split))


def runs_of(
    plan: Plan, claim: Claim, results: Results, scales: Mapping[str, str], look: int
) -> Runs | None:
    """Returns the runs of a claim's first (0) or second (1) look; None if no second is declared."""
    start = first_seed(plan, claim.id)
    lines: dict[tuple[str, str], tuple[RunLine, ...]] = {}
    wanted = missing = 0
    failed: list[RunLine] = []
    for experiment, arm in arms_of(claim):
        count = sizes(plan, f"{experiment}.{arm}.", scales[experiment])[look]
        if count is None:
            return None
        recorded = results.get((experiment, arm), {})
        own = [recorded[s] for s in range(start, start + count) if s in recorded]
        lines[experiment, arm] = tuple(own)
        wanted, missing = max(wanted, count), missing + count - len(own)
        failed += [line for line in own if line.error is not None]
    return Runs(lines, wanted, missing, tuple(failed))


def common_runs(claim: Claim, results: Results) -> Runs:
    """Returns the runs with the seeds that all arms of a claim have, whatever was planned."""
    arms = arms_of(claim)
    shared = set.intersection(*(set(results.get(arm, {})) for arm in arms))
    lines = {arm: tuple(results[arm][s] for s in sorted(shared)) for arm in arms if shared}
    failed = tuple(line for own in lines.values() for line in own if line.error is not None)
    return Runs(lines, len(shared), 0 if shared else 1, failed)


def look_at(plan: Plan, claim: Claim, runs: Runs, level: float = LEVEL) -> Look:
    """Returns what complete runs say about a claim that is judged by p-values."""
    evidence = tuple(_evidence(claim, question, runs) for question in questions(plan, claim))
    size = merge([e.size for e in evidence])
    directions = [e.direction for e in evidence if e.direction is not None]
    direction = merge(directions) if directions else None
    return Look(runs.wanted, evidence, size, direction, decide(size, direction, level))


def _evidence(claim: Claim, question: Question, runs: Runs) -> Evidence:
    samples = _samples(claim, question, runs, failures_are_worst=False)
    if len(samples) > 1 and any(s.left_out for s in samples):
        question = as_ranks(question)
        samples = _samples(claim, question, runs, failures_are_worst=True)
    nothing = _NOTHING if question.direction else None
    problem = next((s.problem for s in samples if s.problem), None)
    if problem is None and question.statistic not in ("rate", "rates", "median", "ranks"):
        without = [s for s in samples if s.absent]
        if without:
            problem = (
                f"{without[0].absent} of {without[0].used} runs have no value, and a mean needs all"
            )
    if problem is not None:
        return Evidence(question, samples, None, _NOTHING, nothing, problem)
    values = [s.values for s in samples]
    quantity = question.quantity(values)
    size = answer(quantity, question.accepted)
    direction = answer(quantity, question.direction) if question.direction else None
    reason = _guard(question, quantity, samples)
    few = _holds(quantity, "few")
    return Evidence(question, samples, quantity, size, direction, reason, few)


def _samples(
    claim: Claim, question: Question, runs: Runs, failures_are_worst: bool
) -> tuple[Sample, ...]:
    success = claim.among.split(".")[2] if claim.among else None
    found = []
    for reference, measure in zip(question.references, question.measures, strict=True):
        experiment, arm, _ = reference.split(".")
        counts_reached = question.statistic == "rate" and measure.kind != "yes-no"
        found.append(
            sample(
                runs.lines[experiment, arm],
                reference,
                measure,
                success=success,
                reach=question.published if counts_reached else None,
                failures_are_worst=failures_are_worst,
            )
        )
    return tuple(found)


def _guard(question: Question, quantity: Quantity, samples: Sequence[Sample]) -> str | None:
    """Returns the reason of the first guard that forbids a verdict."""
    runs = min(s.used for s in samples)
    texts = {
        "few": f"{runs} runs are too few: the rule needs {question.least}",
        "still": "every run gave the same value, so the seed changes nothing: declare kind `exact`, "
        "or mend how the seed is used",
        "spread": "runs differ by factors, so their mean says little: use kind `positive` or "
        "`count`, or the median",
        "clustered": "counts differ from run to run by more than chance: ask instead, yes or no, "
        "whether a run has at most so many",
        "resolution": "two seed deviations are more than the resolution that the plan asks for",
        "denominator": "the mean to divide by is not above 0",
    }
    return next((text for key, text in texts.items() if _holds(quantity, key)), None)


def _holds(quantity: Quantity, guard: str) -> bool:
    return guard in quantity.guards and bool(np.any(quantity.guards[guard]))


def part_of(evidence: Evidence, level: float = LEVEL) -> Part:
    """Returns one part on the axis that a reader knows."""
    q, quantity = evidence.question, evidence.quantity
    estimate = low = high = None
    if quantity is not None:
        ends = quantity.interval(level)
        estimate, low, high = (_natural(q, quantity, float(v)) for v in (quantity.estimate, *ends))
    accepted = _ends(q, quantity, q.accepted)
    reached = q.statistic == "rate" and q.measures[0].kind != "yes-no"  # a share, not the value
    on_own_axis = len(q.references) == 1 or q.axis == "slope"
    positive = q.measures[0].kind == "positive"
    return Part(
        label=q.label,
        published=q.published if on_own_axis and not reached else None,
        estimate=estimate,
        low=low,
        high=high,
        accepted=accepted,
        p_show=None if evidence.problem else float(evidence.size.show),
        p_refute=None if evidence.problem else float(evidence.size.refute),
        log_axis=q.axis == "factor" or (q.axis == "measure" and positive),
        unit=q.measures[0].unit if q.axis in ("measure", "difference") else "",
        interval=f"{confidence(level)} interval",
    )


def _ends(q: Question, quantity: Quantity | None, edges: Set) -> tuple[float | None, float | None]:
    return _natural(q, quantity, edges.low), _natural(q, quantity, edges.high)


def _natural(q: Question, quantity: Quantity | None, value: float) -> float | None:
    """Returns a value of the statistic's axis on the measure's; None where it is open."""
    if math.isnan(value) or math.isinf(value):
        return None
    if q.statistic == "deviations":
        if not isinstance(quantity, SeedDeviations) or q.published is None:
            return None
        distance = value * float(quantity.deviation)
        if math.isnan(distance):
            return None
        return q.published * math.exp(distance) if q.logs else q.published + distance
    if q.statistic == "paper" and q.published is not None:
        return q.published + value
    return math.exp(value) if q.logs and q.axis in ("measure", "factor") else value
