# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The chance that further seeds settle an open claim.

Not "N more seeds": ten seeds know the variance to a factor of 0.6 to 2.2, and N grows with it
(Hoenig & Heisey 2001). Instead the runs to come are drawn from what is plausible after those seen,
added to them, and judged by the same rule. Runs are taken as normal (of kind positive their
logarithms), with variance and mean from their posterior under the flat prior; counts as binomial, and
rates, of success as of counts, from the posterior of Jeffreys. A run may be absent or fail again as
often as runs did.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ldlc.plan.model import Measure
from ldlc.plan.rules import LEVEL
from ldlc.verdict.contrast import summary
from ldlc.verdict.decide import Answer, merge
from ldlc.verdict.evidence import Evidence, Look
from ldlc.verdict.quantity import Array
from ldlc.verdict.question import Question

DRAWS = 400
UNLIKELY = 0.1  # below this, seeds will not settle it


def chance_to_settle(
    look: Look, totals: Sequence[Sequence[int]], level: float = LEVEL, fresh: bool = False
) -> float:
    """Returns the chance that a later look decides, with a fixed seed.

    Args:
      look: The open look.
      totals: For each part, the number of runs an arm at the later look.
      level: What that look may spend on one side.
      fresh: Whether it judges new seeds only, instead of adding them to those seen.
    """
    rng = np.random.default_rng(0)
    sizes: list[Answer] = []
    directions: list[Answer] = []
    for evidence, counts in zip(look.evidence, totals, strict=True):
        size, direction = _answers(evidence, counts, rng, fresh)
        sizes.append(size)
        directions += [direction] if direction is not None else []
    size = merge(sizes)
    settled = (size.show <= level) | (size.refute <= level)
    if directions and look.reached.decision == "inconclusive":
        settled |= merge(directions).show <= level
    return float(np.mean(settled))


def _answers(
    evidence: Evidence, counts: Sequence[int], rng: np.random.Generator, fresh: bool
) -> tuple[Answer, Answer | None]:
    old = [s.values for s in evidence.samples]
    question = evidence.question
    new = _drawn(
        question, old, [c if fresh else c - len(x) for x, c in zip(old, counts, strict=True)], rng
    )
    whole = [
        drawn if fresh else np.concatenate([np.broadcast_to(x, (DRAWS, len(x))), drawn], axis=-1)
        for x, drawn in zip(old, new, strict=True)
    ]
    return question.answers(whole)


def _drawn(
    question: Question, old: Sequence[Array], counts: Sequence[int], rng: np.random.Generator
) -> list[Array]:
    """Returns runs to come of each arm, `[draw, count]`."""
    if question.statistic in ("rate", "rates"):
        return [_rates(x, count, rng) for x, count in zip(old, counts, strict=True)]
    if question.paired:
        logs = [np.log(x) if question.logs else x for x in old]
        drawn = _normal(logs, counts, _scale(old[:1], rng), rng)
        return [np.exp(x) if question.logs else x for x in drawn]
    scale = _scale(old, rng)
    return [
        _runs(measure, x, count, scale, rng)
        for measure, x, count in zip(question.measures, old, counts, strict=True)
    ]


def _scale(arms: Sequence[Array], rng: np.random.Generator) -> Array:
    """Returns plausible ratios of true deviations to those of some runs, `[draw, 1]`.

    One ratio for all arms, as Welch's test too has nearly the degrees of freedom of all: with one of
    each arm's own, few seeds would look less sure than they prove to be (docs/statistics.md).
    """
    freedom = max(1.0, sum(np.isfinite(x).sum() - 1.0 for x in arms))
    return np.asarray(np.sqrt(freedom / rng.chisquare(freedom, (DRAWS, 1))))


def _runs(measure: Measure, x: Array, count: int, scale: Array, rng: np.random.Generator) -> Array:
    """Returns runs to come of one arm, of which some have no value where some had none."""
    here = np.isfinite(x)
    seen, without = x[here], x[~here]
    if len(seen) < 2:
        return rng.choice(x, (DRAWS, count))
    if measure.kind == "count":
        assert measure.total is not None
        rate = _beta(seen.sum(), len(seen) * measure.total, rng)
        drawn = rng.binomial(measure.total, rate, (DRAWS, count)).astype(float)
    elif measure.kind == "positive":
        with np.errstate(over="ignore"):  # beyond all numbers is absent, too
            drawn = np.exp(_normal([np.log(seen)], [count], scale, rng)[0])
    else:
        drawn = _normal([seen], [count], scale, rng)[0]
    if not len(without):
        return drawn
    lost = rng.random((DRAWS, count)) < _beta(len(without), len(x), rng)
    return np.where(lost, without[0], drawn)


def _rates(x: Array, count: int, rng: np.random.Generator) -> Array:
    seen = x[~np.isnan(x)]
    return (rng.random((DRAWS, count)) < _beta(seen.sum(), len(seen), rng)).astype(float)


def _beta(k: float, n: float, rng: np.random.Generator) -> Array:
    """Returns rates from the posterior of Jeffreys after k of n, `[draw, 1]`."""
    return rng.beta(k + 0.5, n - k + 0.5, (DRAWS, 1))


def _normal(
    old: Sequence[Array], counts: Sequence[int], scale: Array, rng: np.random.Generator
) -> list[Array]:
    """Returns normal runs of arms that correlate as they did, of one arm, or of several in pairs."""
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = np.nan_to_num(np.atleast_2d(np.corrcoef(np.stack(old))))
    np.fill_diagonal(correlation, 1.0 + 1e-9)
    root = np.linalg.cholesky(correlation)
    # The first column is the mean's own error, the others are the runs'.
    noise = np.einsum("ij,djn->din", root, rng.normal(size=(DRAWS, len(old), 1 + max(counts))))
    drawn = []
    for x, count, z in zip(old, counts, np.moveaxis(noise, 1, 0), strict=True):
        runs = summary(x)
        sigma = scale * np.sqrt(runs.variance)
        mean = runs.mean + sigma * z[:, :1] / np.sqrt(runs.n)
        drawn.append(mean + sigma * z[:, 1 : 1 + count])
    return drawn
