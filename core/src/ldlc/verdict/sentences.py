# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A verdict in two sentences: what was compared, and why the outcome follows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ldlc.plan.rules import LEVEL
from ldlc.verdict.chance import UNLIKELY
from ldlc.verdict.compatible import SeedDeviations
from ldlc.verdict.contrast import correlation, summary
from ldlc.verdict.counts import clopper_pearson
from ldlc.verdict.evidence import Evidence, Look
from ldlc.verdict.question import Question, ends
from ldlc.verdict.ranks import RankComparison
from ldlc.verdict.result import Part, confidence
from ldlc.verdict.spread import guarded_end

_MEANS = ("mean", "ratio", "share of gap", "deviations", "paper")


def number(x: float | None) -> str:
    """Returns a number with four significant digits, thousands apart."""
    if x is None:
        return "none"
    return f"{x:,.0f}" if 1000 <= abs(x) < 1e15 else f"{x:.4g}"


def percent(x: float) -> str:
    """Returns a share as percent: whole from 10 % on, with two digits below."""
    if 0 < x < 1e-4:
        return "less than 0.01 %"
    return f"{100 * x:.0f} %" if x >= 0.1 else f"{100 * x:.2g} %"


def twentieths(chance: float) -> str:
    """Returns a simulated chance in words, to 5 %: more digits would be noise."""
    rounded = 5 * round(20 * chance)
    return "under 10 %" if chance < UNLIKELY else f"about {min(rounded, 95)} %"


def span(low: float | None, high: float | None, unit: str = "") -> str:
    """Returns an interval in words."""
    tail = f" {unit}" if unit else ""
    if low is None and high is None:
        return "anything"
    if low is None:
        return f"at most {number(high)}{tail}"
    if high is None:
        return f"at least {number(low)}{tail}"
    if low == high:
        return f"{number(low)}{tail}"
    return f"{number(low)} to {number(high)}{tail}"


def compared(parts: Sequence[Part], look: Look, level: float = LEVEL) -> str:
    """Returns what was compared; of several parts, the one on which the claim hangs."""
    at = _decisive(look)
    part, evidence = parts[at], look.evidence[at]
    sentence = _estimate(part, evidence, level)
    if len(parts) > 1:
        sentence = f"Of {len(parts)} comparisons, the claim hangs on this one: {sentence}"
    return sentence[0].upper() + sentence[1:]


def _estimate(part: Part, evidence: Evidence, level: float) -> str:
    q = evidence.question
    tail = f" {part.unit}" if part.unit else ""
    if evidence.quantity is not None and np.isinf(evidence.quantity.estimate):
        found = f"{subject(evidence)} lies beyond every value, for most runs have none"
    elif part.estimate is None and part.low is None and part.high is None:
        found = f"{subject(evidence)} is not known"
    else:
        shown = "not known" if part.estimate is None else f"{number(part.estimate)}{tail}"
        known = part.low is not None or part.high is not None
        between = span(part.low, part.high) if known else "not known"
        found = f"{subject(evidence)} is {shown} ({confidence(level)} interval {between})"
    accepted = f"the claim accepts {span(*part.accepted)}"
    if part.accepted == (None, None):
        accepted = "the claim accepts two of our standard deviations on either side"
    elif q.direction is not None and q.direction.low > -math.inf:
        accepted += f", and the direction alone needs more than {_neutral(q)}"
    elif q.direction is not None:
        accepted += f", and the direction alone needs less than {_neutral(q)}"
    if part.published is not None and q.judge.slope is None:
        return f"{found}; the paper says {number(part.published)}, and {accepted}."
    return f"{found}; {accepted}."


def _neutral(q: Question) -> str:
    assert q.direction is not None
    edge = q.direction.high if q.direction.high < math.inf else q.direction.low
    return "1" if q.logs or edge == 1.0 else "0"


def subject(evidence: Evidence) -> str:
    """Returns what was estimated, from how many runs."""
    q, samples = evidence.question, evidence.samples
    own = f"`{q.references[0]}`"
    runs = _runs(evidence)
    mean = "geometric mean" if q.logs else "mean"
    if q.judge.slope is not None:
        measure = q.references[0].split(".")[2]
        return f"the slope of `{measure}` over {len(samples)} arms, {runs},"
    match q.statistic:
        case "rate":
            k = round(float(np.nansum(samples[0].values)))
            if q.measures[0].kind == "yes-no":
                return f"the share of runs with {own} ({k} of {samples[0].used})"
            return (
                f"the share of runs whose {own} reaches {number(q.published)} "
                f"({k} of {samples[0].used})"
            )
        case "median":
            return f"the median of {own} over {runs}"
        case "rates":
            shares = [
                f"`{r}` ({round(float(np.nansum(s.values)))} of {s.used})"
                for r, s in zip(q.references, samples, strict=True)
            ]
            return f"the rate of {shares[0]} minus that of {shares[1]}"
        case "ranks":
            how = "factor" if q.measures[0].kind == "positive" else "difference"
            between = "of" if how == "factor" else "between"
            joint = "to" if how == "factor" else "and"
            return f"the typical {how} {between} {own} {joint} `{q.references[1]}`, {runs},"
        case "share of gap":
            names = [f"`{r}`" for r in q.references]
            return f"the distance of {names[0]} from {names[1]}, in gaps to {names[2]}, {runs},"
    if len(samples) == 1:
        return f"the {mean} of {own} over {runs}"
    if q.axis == "factor":
        return f"the {mean} of {own} divided by that of `{q.references[1]}`, {runs},"
    return f"the {mean} of {own} minus that of `{q.references[1]}`, {runs},"


def _runs(evidence: Evidence) -> str:
    counts = [s.used for s in evidence.samples]
    failed = [s.left_out for s in evidence.samples]
    seeds = len(evidence.samples[0].seeds)
    if len(counts) == 1:
        if evidence.question.among:
            return f"{counts[0]} successful runs of {seeds}"
        return f"{counts[0]} runs"
    if any(failed):
        return (
            f"{seeds} runs an arm, of which {' and '.join(map(str, failed))} failed and rank last"
        )
    if len(set(counts)) == 1:
        return f"{counts[0]} runs an arm"
    return f"{' and '.join(map(str, counts))} runs"


def _decisive(look: Look) -> int:
    """Returns which part the claim hangs on: a refuted one, else the least sure."""
    if look.reached.decision == "not replicated":
        return int(np.argmin([float(e.size.refute) for e in look.evidence]))
    return int(np.argmax([float(e.size.show) for e in look.evidence]))


def because(parts: Sequence[Part], look: Look, level: float = LEVEL) -> str:
    """Returns why the outcome of one look follows."""
    at = _decisive(look)
    part, evidence = parts[at], look.evidence[at]
    held_up = next((e for e in look.evidence if e.problem is not None), None)
    decision = look.reached.decision
    if decision == "inconclusive" and held_up is not None:
        name = f" on {held_up.question.label}" if len(parts) > 1 else ""
        return f"There is no verdict{name}: {held_up.problem}."
    whole = f"the whole {confidence(level)} interval"
    if evidence.question.statistic in ("rates", "deviations"):
        return _by_p_value(part, look, level)
    every = "of every part " if len(parts) > 1 else ""
    if decision == "replicated":
        return f"{_cap(whole)} {every}lies inside what the claim accepts."
    if decision == "not replicated":
        if len(parts) > 1:
            return (
                f"The interval of this part, made wider because any of {len(parts)} could fail, lies "
                "outside what the claim accepts, and one wrong part refutes the whole."
            )
        return f"{_cap(whole)} lies outside what the claim accepts."
    if decision == "replicated in direction":
        size = "is not shown yet" if look.reached.size_open else "is refuted: the effect is smaller"
        side = f"on the claimed side of {_neutral(evidence.question)}"
        return f"{_cap(whole)} {every}is {side}, but the claimed size {size}."
    edge = f"of at least one of {len(parts)} parts" if len(parts) > 1 else ""
    return (
        f"The interval {edge + ' ' if edge else ''}reaches across an edge of what the claim accepts, "
        f"so {look.n} seeds cannot tell."
    )


def _by_p_value(part: Part, look: Look, level: float) -> str:
    """Returns the reason where the test is sharper than the interval."""
    limit = f"{100 * level:.3g} %"
    show, refute = float(look.size.show), float(look.size.refute)
    if look.reached.decision == "replicated":
        return (
            f"If the claim were false, runs like these would come up with a chance of {percent(show)} "
            f"at most, and {limit} is the limit."
        )
    if look.reached.decision == "not replicated":
        return (
            f"If the claim were true, runs like these would come up with a chance of {percent(refute)} "
            f"at most, and {limit} is the limit."
        )
    if look.reached.decision == "replicated in direction":
        size = "not shown yet" if look.reached.size_open else "refuted: the effect is smaller"
        return f"The direction is shown at the limit of {limit}, and the claimed size is {size}."
    return (
        f"Runs like these could come up with the claim true or false (chances of up to "
        f"{percent(refute)} and {percent(show)}, the limit is {limit}), so {look.n} seeds cannot tell."
    )


def _cap(text: str) -> str:
    return text[0].upper() + text[1:]


def remarks(look: Look) -> list[str]:
    """Returns what else the runs of a look say: what could not be seen, and what was assumed."""
    found: list[str] = []
    for evidence in look.evidence:
        found += _rare(evidence)
        found += _assumed(evidence)
    return list(dict.fromkeys(found))


def _rare(evidence: Evidence) -> list[str]:
    """Returns the lines on runs that fail rarely, or did."""
    q, found = evidence.question, []
    for reference, s in zip(q.references, evidence.samples, strict=True):
        n, arm = len(s.seeds), ".".join(reference.split(".")[:2])
        if q.among and s.left_out:
            low, high = (float(v) for v in clopper_pearson(np.asarray(s.left_out), np.asarray(n)))
            found.append(
                f"Of `{arm}`, among {s.used} of {n} runs; failures in {percent(low)} to "
                f"{percent(high)} of all runs are compatible with that."
            )
            continue
        if s.absent:
            found.append(f"{s.absent} of {n} runs of `{arm}` have no value and rank last.")
            continue
        missed = 1.0 - 0.05 ** (1.0 / n)
        if q.statistic == "rate" and np.nansum(s.values) == s.used:
            found.append(
                f"Every run succeeded; failure rates up to {percent(missed)} are not excluded."
            )
        elif q.among or q.statistic in _MEANS:
            found.append(
                f"A kind of run that is rarer than {percent(missed)} may not have come up in {n} runs "
                f"of `{arm}`."
            )
    return found


def _assumed(evidence: Evidence) -> list[str]:
    q, found = evidence.question, []
    if q.statistic == "rates" and evidence.quantity is not None and 0.0 in q.accepted:
        low, high = (float(end) for end in evidence.quantity.interval())
        if low < 0.0 < high and min(evidence.size.show, evidence.size.refute) <= LEVEL:
            found.append(
                "Boschloo's test, which decides, is sharper than the interval: that reaches across 0."
            )
    if isinstance(evidence.quantity, RankComparison):
        found.append(
            f"In {percent(float(evidence.quantity.superiority()))} of all pairs of runs the one of "
            f"`{q.references[0]}` is smaller (a tie counts one half)."
        )
    if len(q.references) == 2 and q.statistic in ("mean", "ratio") and evidence.quantity:
        r = correlation(evidence.samples[0].values, evidence.samples[1].values)
        if r is not None:
            how = "compared in pairs" if q.paired else "compared by Welch's t"
            found.append(f"Runs of equal seed correlate by {r:.2f} between {q.label}; {how}.")
    unguarded = [
        reference
        for reference, measure, s in zip(q.references, q.measures, evidence.samples, strict=True)
        if measure.kind == "number"
        and q.statistic in _MEANS
        and np.isnan(guarded_end(s.values, ends(measure)))
    ]
    if unguarded:
        found.append(f"`{unguarded[0]}` declares no end of its range, so its skew is not guarded.")
    if q.logs and q.statistic in _MEANS:
        found.append(
            f"Means of `{q.references[0]}` are of logarithms, and the skew of these is not guarded."
        )
    if q.examples is not None:
        found.append(
            f"The claim is about all examples: the {q.examples:,} of the test set add an error of their "
            "own, which more seeds do not shrink."
        )
    if isinstance(evidence.quantity, SeedDeviations):
        found.append(
            "That one published value could be one of our runs leans on the shape of their "
            "distribution, not on their mean alone."
        )
    single = q.judge.within is not None and q.judge.sd is None and len(q.references) == 1
    if single and q.statistic == "mean" and q.judge.slope is None and q.judge.within is not None:
        s = float(np.sqrt(summary(evidence.samples[0].values).variance))
        if q.judge.within < 2 * s:
            found.append(
                f"The margin {number(q.judge.within)} is less than two standard deviations of our runs "
                f"({number(2 * s)}): if the paper reports a single run, an honest value may fail it; "
                "`compatible` asks the right question."
            )
    return found
