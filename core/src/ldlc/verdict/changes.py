# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a claim's rule stood before the runs that judge it.

Each run carries the fingerprints of the claims it judges from the moment it starts. A claim that is
missing from a run, or has another fingerprint there or in a run that was replaced, was changed
after looking: it is exploratory, until an amendment judges fresh seeds. Each amendment halves the
level, so all together stay below twice the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ldlc.plan import amendments, claim_arms, fingerprint, first_seed
from ldlc.plan.model import Claim, Plan
from ldlc.runs import HistoryLine, RunLine

TRIAL_SEEDS = 10_000  # seeds from here on are for trials while a plan is written


def changed(
    plan: Plan,
    claim: Claim,
    judging: Sequence[RunLine],
    results: Mapping[tuple[str, str], Mapping[int, RunLine]],
    history: Sequence[HistoryLine],
) -> str | None:
    """Returns why a claim is exploratory, or None if its rule stood before its runs.

    Args:
      plan: The plan as it is now.
      claim: The claim.
      judging: The runs that judge it.
      results: All runs of its arms at the judged scale.
      history: What is kept of runs that were replaced.
    """
    now, arms = fingerprint(plan, claim), claim_arms(claim)
    seeds = {(line.experiment, line.arm, line.seed) for line in judging}
    scales = {(line.experiment, line.scale) for line in judging}
    old = [
        h for h in history if (h.experiment, h.arm) in arms and (h.experiment, h.scale) in scales
    ]
    relevant: list[RunLine | HistoryLine] = [*judging]
    relevant += [h for h in old if (h.experiment, h.arm, h.seed) in seeds]
    for line in relevant:
        then = line.claims.get(claim.id)
        if then != now:
            what = "the claim was added" if then is None else "its rule was changed"
            return f"{what} after seed {line.seed} of `{line.experiment}.{line.arm}` had been run"
    everything: list[RunLine | HistoryLine] = [*old]
    for arm in arms:
        everything += results.get(arm, {}).values()
    rules = {line.claims.get(claim.id) for line in everything if line.seed < TRIAL_SEEDS} - {now}
    declared = len(amendments(plan, claim.id))
    if len(rules) > declared:
        return (
            f"its rule was changed {len(rules)} times since the first run, and {declared} "
            "amendments are declared"
        )
    return None


def earlier_seeds(plan: Plan, claim: Claim) -> bool:
    """Returns whether an amendment has the claim judged on fresh seeds."""
    return first_seed(plan, claim.id) > 0
