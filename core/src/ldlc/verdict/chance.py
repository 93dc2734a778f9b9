# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The chance that further seeds settle an open claim.

Not "N more seeds": ten seeds know the variance to a factor of 0.6 to 2.2, and N grows with it
(Hoenig & Heisey 2001). Instead the runs to come are drawn from what is plausible after those seen,
added to them, and judged by the same rule. Normal runs: variance and mean from their posterior
under the flat prior; rates from that of Jeffreys; counts, medians and ranks resample the runs, which
is rough.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

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
    counted = question.measures[0].kind == "count" or question.statistic in ("median", "ranks")
    if counted or any(np.isnan(x).any() for x in old):
        return [rng.choice(x, (DRAWS, count)) for x, count in zip(old, counts, strict=True)]
    if question.logs:
        drawn = _normal([np.log(x) for x in old], counts, question.paired, rng)
        return [np.exp(x) for x in drawn]
    return _normal(old, counts, question.paired, rng)


def _rates(x: Array, count: int, rng: np.random.Generator) -> Array:
    seen = x[~np.isnan(x)]
    rate = rng.beta(seen.sum() + 0.5, len(seen) - seen.sum() + 0.5, (DRAWS, 1))
    return (rng.random((DRAWS, count)) < rate).astype(float)


def _normal(
    old: Sequence[Array], counts: Sequence[int], paired: bool, rng: np.random.Generator
) -> list[Array]:
    """Returns normal runs; where runs are paired, arms correlate as they did."""
    later = max(counts)
    correlation = np.zeros((len(old), len(old)))
    if paired:
        with np.errstate(divide="ignore", invalid="ignore"):
            correlation = np.nan_to_num(np.corrcoef(np.stack(old)))
    np.fill_diagonal(correlation, 1.0 + 1e-9)
    root = np.linalg.cholesky(correlation)
    noise = np.einsum("ij,djn->din", root, rng.normal(size=(DRAWS, len(old), later)))
    drawn = []
    for x, count, z in zip(old, counts, np.moveaxis(noise, 1, 0), strict=True):
        runs = summary(x)
        sigma = np.sqrt((runs.n - 1) * runs.variance / rng.chisquare(runs.n - 1, (DRAWS, 1)))
        mean = runs.mean + sigma * rng.normal(size=(DRAWS, 1)) / np.sqrt(runs.n)
        drawn.append(mean + sigma * z[:, :count])
    return drawn
