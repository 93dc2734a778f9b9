# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a plan, its runs and their verdicts to the report as data."""

from __future__ import annotations

import json
import math
import re
import statistics
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ldlc.plan import (
    default_scale,
    extend_to,
    first_seed,
    measures_of,
    needed_seeds,
    resolve_config,
    seeds,
)
from ldlc.plan.model import Claim, Experiment, Plan, Scale
from ldlc.report import curves, rules
from ldlc.report.data import (
    GENERATOR,
    SCHEMA,
    AmongReport,
    ArmReport,
    ClaimReport,
    CostReport,
    DataSetReport,
    DivergedReport,
    EarlierReport,
    EnvironmentReport,
    ExperimentReport,
    FailureReport,
    FigureReport,
    MeasureReport,
    PartReport,
    ReplicationReport,
    Report,
)
from ldlc.report.rounding import SIGNIFICANT, STATED, chance, estimate, p_value

if TYPE_CHECKING:
    from ldlc.runs import RunLine
    from ldlc.verdict import Assessment, Part, Verdict

Runs = Mapping[tuple[str, str], Mapping[int, "RunLine"]]

_TRACEBACK_LINES = 6


def summarise(
    name: str,
    plan: Plan,
    runs: Runs,
    assessment: Assessment,
    *,
    core: str | None = None,
    figures: Iterable[FigureReport] = (),
    inputs: Mapping[str, str] | None = None,
) -> Report:
    """Returns the report of one paper, without the digests of its outputs.

    Args:
      name: The paper's name.
      plan: Its plan.
      runs: The recorded runs, those of each experiment at one scale.
      assessment: The verdicts on them.
      core: The version of core that the paper pins.
      figures: What the paper's own figures.py made.
      inputs: SHA-256 of each file that the report is made from.
    """
    lines = [run for arm in sorted(runs) for _, run in sorted(runs[arm].items())]
    verdicts = {verdict.claim: verdict for verdict in assessment.verdicts}
    by_experiment = {
        key: {arm: runs[key, arm] for arm in whole.arms if (key, arm) in runs}
        for key, whole in plan.experiments.items()
    }
    return Report(
        schema=SCHEMA,
        generator=GENERATOR,
        core=core,
        name=name,
        headline=assessment.headline,
        counts=dict(assessment.counts),
        holm=dict(assessment.holm),
        strip=[verdicts[claim.id].outcome for claim in plan.claims],
        paper=plan.paper,
        replication=ReplicationReport(
            track=plan.replication.track,
            framework=plan.replication.framework,
            replicators=[_without_address(person) for person in plan.replication.replicators],
            clean_room=plan.replication.clean_room,
        ),
        claims=[_claim(plan, claim, verdicts[claim.id], runs) for claim in plan.claims],
        experiments=[
            _experiment(plan, key, whole, by_experiment[key])
            for key, whole in plan.experiments.items()
        ],
        curves=[c for key, arms in by_experiment.items() for c in curves.summarise(key, arms)],
        figures=list(figures),
        departures=list(plan.departures),
        unstated=list(plan.unstated),
        amendments=list(plan.amendments),
        dependencies=dict(plan.dependencies),
        failures=[_failure(run) for run in lines if run.error is not None],
        diverged=[_diverged(run) for run in lines if run.diverged is not None],
        cost=_cost(lines),
        environments=_environments(lines),
        commits=sorted({run.commit for run in lines if run.commit}),
        data=[
            DataSetReport(*pair) for pair in sorted({p for run in lines for p in run.data.items()})
        ],
        inputs=dict(inputs or {}),
    )


def _claim(plan: Plan, claim: Claim, verdict: Verdict, runs: Runs) -> ClaimReport:
    return ClaimReport(
        id=claim.id,
        where=claim.where,
        says=claim.says,
        certainty=claim.certainty,
        outcome=verdict.outcome,
        scale=verdict.scale,
        approximate=verdict.approximate,
        approved=verdict.approved,
        seeds=verdict.seeds,
        look=verdict.look,
        measures=list(claim.measures),
        of=claim.of,
        among=_among(plan, claim, verdict, runs),
        judge=claim.judge.given() if claim.judge is not None else {},
        rule=rules.sentence(claim),
        why=claim.why,
        paired=claim.paired,
        parts=[_part(claim, part) for part in verdict.parts],
        p_show=p_value(verdict.p_show),
        p_refute=p_value(verdict.p_refute),
        p_direction=p_value(verdict.p_direction),
        holm_show=p_value(verdict.holm_show),
        holm_refute=p_value(verdict.holm_refute),
        alone=verdict.alone,
        compared=verdict.compared,
        because=verdict.because,
        notes=list(verdict.notes),
        remarks=claim.notes,
        chance=chance(verdict.chance),
        blocked=claim.blocked,
        seen_by=list(verdict.seen_by),
        earlier=_earlier(claim, verdict),
        figure=f"figures/claim-{claim.id}.svg" if verdict.parts else None,
    )


def _earlier(claim: Claim, verdict: Verdict) -> list[EarlierReport]:
    """Returns the verdicts from before each amendment, the latest first."""
    found = []
    old = verdict.earlier
    while old is not None:
        parts = [_part(claim, part) for part in old.parts]
        found.append(EarlierReport(old.outcome, old.seeds, parts, old.compared, old.because))
        old = old.earlier
    return found


def _part(claim: Claim, part: Part) -> PartReport:
    judge = claim.judge
    computed = judge is not None and (
        judge.compatible or judge.gap_to is not None or judge.within_factor is not None
    )
    digits = SIGNIFICANT if computed else STATED  # a bound of the plan is shown as it stands there
    accepted = [
        None if end is None or math.isinf(end) else estimate(end, digits) for end in part.accepted
    ]
    return PartReport(
        label=part.label,
        unit=part.unit,
        log_axis=part.log_axis,
        published=estimate(part.published, STATED),
        estimate=estimate(part.estimate),
        low=estimate(part.low),
        high=estimate(part.high),
        accepted_low=accepted[0],
        accepted_high=accepted[1],
        p_show=p_value(part.p_show),
        p_refute=p_value(part.p_refute),
        interval=part.interval,
    )


def _among(plan: Plan, claim: Claim, verdict: Verdict, runs: Runs) -> list[AmongReport]:
    """Returns the share of judged runs that succeeded, for a claim about those."""
    if claim.among is None:
        return []
    experiment, arm, measure = claim.among.split(".")
    start = first_seed(plan, claim.id)
    judged = [
        run
        for seed, run in runs.get((experiment, arm), {}).items()
        if start <= seed < start + verdict.seeds and run.error is None
    ]
    yes = sum(1 for run in judged if run.measures.get(measure) == 1)
    return [AmongReport(claim.among, yes, len(judged))]


def _experiment(
    plan: Plan, name: str, whole: Experiment, arms: Mapping[str, Mapping[int, RunLine]]
) -> ExperimentReport:
    recorded = {run.scale for runs in arms.values() for run in runs.values()}
    scale = min(recorded) if recorded else default_scale(whole)
    chosen = whole.scales.get(scale, Scale())
    first = next(iter(whole.arms))
    return ExperimentReport(
        name=name,
        where=whole.where,
        scale=scale,
        scale_why=chosen.why,
        approved_by=chosen.approved_by,
        seeds=max((seeds(whole, arm, scale) for arm in whole.arms), default=whole.seeds),
        extend_to=extend_to(whole, first, scale),
        arms=[_arm(plan, name, arm, scale, arms.get(arm, {})) for arm in whole.arms],
    )


def _arm(
    plan: Plan, experiment: str, arm: str, scale: str, runs: Mapping[int, RunLine]
) -> ArmReport:
    whole = plan.experiments[experiment]
    lines = [run for _, run in sorted(runs.items())]
    return ArmReport(
        name=arm,
        config=resolve_config(whole, arm, scale),
        engine=whole.engine.of(arm),
        wanted=len(needed_seeds(plan, experiment, arm, scale)),
        recorded=len(lines),
        errors=sum(run.error is not None for run in lines),
        diverged=sum(run.diverged is not None for run in lines),
        exact=any(run.repeated == "same bits" for run in lines),
        measures=[_measure(whole, name, lines) for name in measures_of(whole, arm)],
        wall_s=estimate(math.fsum(run.wall_s for run in lines)) if lines else None,
        cpu_s=estimate(math.fsum(run.cpu_s for run in lines)) if lines else None,
        wall_s_run=estimate(statistics.median(run.wall_s for run in lines)) if lines else None,
        peak_memory_mib=estimate(max(run.peak_memory_mib for run in lines)) if lines else None,
    )


def _measure(whole: Experiment, name: str, lines: Iterable[RunLine]) -> MeasureReport:
    """Returns plain statistics of one measure; what they are worth is the verdicts' business."""
    given = [run.measures.get(name) for run in lines if run.error is None]
    known = [float(value) for value in given if value is not None]
    finite = [value for value in known if math.isfinite(value)]
    declared = whole.measures[name]
    mean = math.fsum(finite) / len(finite) if finite else None
    sd = None
    if mean is not None and len(finite) > 1:
        sd = math.sqrt(math.fsum((v - mean) ** 2 for v in finite) / (len(finite) - 1))
    return MeasureReport(
        name=name,
        kind=declared.kind,
        unit=declared.unit,
        runs=len(finite),
        absent=len(given) - len(known),
        not_finite=len(known) - len(finite),
        mean=estimate(mean),
        sd=estimate(sd),
        median=estimate(statistics.median(finite)) if finite else None,
        low=estimate(min(finite)) if finite else None,
        high=estimate(max(finite)) if finite else None,
    )


def _failure(run: RunLine) -> FailureReport:
    last = [line for line in (run.error or "").splitlines() if line.strip()][-_TRACEBACK_LINES:]
    return FailureReport(run.experiment, run.arm, run.seed, last)


def _diverged(run: RunLine) -> DivergedReport:
    found = run.diverged
    assert found is not None  # the caller chose such runs
    return DivergedReport(
        run.experiment, run.arm, run.seed, found.step, found.term, estimate(found.last)
    )


def _cost(lines: list[RunLine]) -> CostReport:
    return CostReport(
        runs=len(lines),
        wall_s=estimate(math.fsum(run.wall_s for run in lines)),
        cpu_s=estimate(math.fsum(run.cpu_s for run in lines)),
        peak_memory_mib=estimate(max((run.peak_memory_mib for run in lines), default=0.0)),
    )


def _environments(lines: list[RunLine]) -> list[EnvironmentReport]:
    """Returns the distinct environments, the one of most runs first."""
    found: dict[str, tuple[dict[str, Any], int]] = {}
    for run in lines:
        key = json.dumps(run.environment, sort_keys=True)
        facts, count = found.get(key, (dict(sorted(run.environment.items())), 0))
        found[key] = facts, count + 1
    ordered = sorted(found.items(), key=lambda item: (-item[1][1], item[0]))
    return [EnvironmentReport(facts, count) for _, (facts, count) in ordered]


def _without_address(person: str) -> str:
    return re.sub(r"\s*<[^>]*>\s*$", "", person)
