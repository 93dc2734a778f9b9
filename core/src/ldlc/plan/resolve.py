# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows from a plan: configs of arms, seeds to run, fingerprints of claims."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ldlc.plan.model import Amendment, Claim, ConfigValue, Experiment, Measure, Plan, Scale

FULL, REDUCED, SMOKE = "full", "reduced", "smoke"


def default_scale(experiment: Experiment) -> str:
    """Returns the scale that is judged: `reduced` where the plan declares one, else `full`."""
    return REDUCED if REDUCED in experiment.scales else FULL


def scales(experiment: Experiment) -> tuple[str, ...]:
    """Returns the names of an experiment's scales, `full` first."""
    return (FULL, *experiment.scales)


def resolve_config(experiment: Experiment, arm: str, scale: str) -> dict[str, ConfigValue]:
    """Returns the config of one arm: the experiment's, then the arm's, then the scale's."""
    chosen = experiment.scales.get(scale, Scale())
    return {
        **experiment.config,
        **experiment.arms[arm],
        **chosen.config,
        **chosen.arms.get(arm, {}),
    }


def seeds(experiment: Experiment, arm: str, scale: str) -> int:
    """Returns how many seeds the first look uses."""
    chosen = experiment.scales.get(scale, Scale()).seeds or experiment.seeds
    return min(chosen, experiment.fewer.get(arm, chosen))


def extend_to(experiment: Experiment, arm: str, scale: str) -> int | None:
    """Returns how many seeds the second look uses; None without an extension.

    An arm with fewer seeds keeps its share of them.
    """
    declared = experiment.scales.get(scale, Scale())
    first = declared.seeds or experiment.seeds
    last = declared.extend_to or (experiment.extend_to if declared.seeds is None else None)
    if scale == SMOKE or last is None:
        return None
    return last * seeds(experiment, arm, scale) // first


def claim_arms(claim: Claim) -> tuple[tuple[str, str], ...]:
    """Returns the (experiment, arm) pairs whose runs judge a claim."""
    pairs = [tuple(name.split(".")[:2]) for name in claim.inputs]
    return tuple(dict.fromkeys((p[0], p[1]) for p in pairs))


def measure_of(plan: Plan, reference: str) -> Measure:
    """Returns the measure that `experiment.arm.measure` names."""
    experiment, _, measure = reference.split(".")
    return plan.experiments[experiment].measures[measure]


def measures_of(experiment: Experiment, arm: str) -> tuple[str, ...]:
    """Returns the names of the measures that a run of this arm gives."""
    return tuple(n for n, m in experiment.measures.items() if m.arms is None or arm in m.arms)


def amendments(plan: Plan, claim: str) -> tuple[Amendment, ...]:
    """Returns the amendments of a claim, in the plan's order."""
    return tuple(a for a in plan.amendments if a.claim == claim)


def first_seed(plan: Plan, claim: str) -> int:
    """Returns the first seed that judges a claim: 0, or what its last amendment says."""
    changed = amendments(plan, claim)
    return changed[-1].first_seed if changed else 0


def needed_seeds(
    plan: Plan, experiment: str, arm: str, scale: str, extend: bool = False
) -> tuple[int, ...]:
    """Returns the seeds that a replication runs, amended claims' fresh ones included."""
    whole = plan.experiments[experiment]
    count = seeds(whole, arm, scale)
    if extend:
        count = extend_to(whole, arm, scale) or count
    needed = set(range(count))
    if scale != SMOKE:
        for claim in plan.claims:
            if (experiment, arm) in claim_arms(claim):
                start = first_seed(plan, claim.id)
                needed |= set(range(start, start + count))
    return tuple(sorted(needed))


def fingerprint(plan: Plan, claim: Claim) -> str:
    """Returns a digest of everything in the plan that decides a claim's verdict.

    Texts, certainty and approvals are no part of it; the config stands in a run's key.
    """
    names = sorted({name.split(".")[0] for name in claim.inputs})
    content = {
        "measure": claim.measure,
        "of": claim.of,
        "among": claim.among,
        "published": claim.published,
        "judge": claim.judge.given() if claim.judge is not None else None,
        "paired": claim.paired is not None,
        "finer": claim.finer,
        "blocked": claim.blocked is not None,
        "measures": {name: _measure_content(measure_of(plan, name)) for name in claim.inputs},
        "seeds": {
            name: {
                "seeds": plan.experiments[name].seeds,
                "extend_to": plan.experiments[name].extend_to,
                "fewer": plan.experiments[name].fewer,
                "scales": {
                    key: [scale.seeds, scale.extend_to]
                    for key, scale in plan.experiments[name].scales.items()
                    if key != SMOKE
                },
            }
            for name in names
        },
    }
    if claim.examples is not None:  # a key of its own, so that older claims keep their fingerprint
        content["examples"] = claim.examples
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _measure_content(measure: Measure) -> dict[str, Any]:
    return {
        "kind": measure.kind,
        "total": measure.total,
        "range": [repr(float(v)) for v in measure.range] if measure.range else None,
        "better": measure.better,
        "absent": measure.absent is not None,
    }
