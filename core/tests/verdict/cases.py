# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small plans and runs on which verdicts are tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scipy import stats

from ldlc.plan import fingerprint
from ldlc.plan.model import (
    Amendment,
    Claim,
    CleanRoom,
    Experiment,
    Judge,
    Measure,
    Paper,
    Plan,
    Replication,
    Scale,
)
from ldlc.runs import DivergedAt, RunLine
from ldlc.verdict import Verdict, assess

ARMS = ("a", "b", "c", "d")
MEASURES = {
    "x": Measure(range=[0, 1000]),
    "free": Measure(),
    "p": Measure(kind="positive", better="low"),
    "k": Measure(kind="count", total=50),
    "ok": Measure(kind="yes-no", better="high"),
    "steps": Measure(kind="positive", better="low", absent="never", range=[0, 100], unit="steps"),
    "score": Measure(better="high", absent="none"),
    "e": Measure(kind="exact"),
    "low": Measure(better="low", range=[0, 1000]),
    "high": Measure(better="high", range=[0, 1000]),
}


def claim(judge: Judge | None = None, measure: str | list[str] = "E.a.x", **fields) -> Claim:
    """Returns a claim with everything that a plan demands."""
    content = {
        "id": "c1",
        "where": "Table 1",
        "says": "It is so.",
        "certainty": "text",
        "why": "a reason",
        **fields,
    }
    return Claim(judge=judge, measure=measure, **content)


def plan(
    *claims: Claim,
    seeds: int = 10,
    extend_to: int | None = None,
    measures: Mapping[str, Measure] = MEASURES,
    fewer: Mapping[str, int] | None = None,
    amendments: Sequence[Amendment] = (),
    scales: Mapping[str, Scale] | None = None,
) -> Plan:
    """Returns a plan of one experiment, `E`, with the arms a to d."""
    experiment = Experiment(
        where="Table 1",
        seeds=seeds,
        extend_to=extend_to,
        config={},
        measures=dict(measures),
        arms={arm: {} for arm in ARMS},
        scales={"smoke": Scale(seeds=1), **(scales or {})},
        fewer=dict(fewer or {}),
    )
    return Plan(
        schema=1,
        paper=Paper(title="Title", authors=["Family, Given"], year=2000),
        replication=Replication(
            track="research",
            framework="numpy",
            replicators=["Name <a@b.c>"],
            clean_room=CleanRoom(read=[], attested=[]),
        ),
        experiments={"E": experiment},
        claims=list(claims),
        amendments=list(amendments),
    )


def line(
    plan_: Plan,
    arm: str,
    seed: int,
    measures: Mapping[str, float | None],
    scale: str = "full",
    **fields,
) -> RunLine:
    """Returns a finished run that knows the plan's claims."""
    content = {
        "claims": {c.id: fingerprint(plan_, c) for c in plan_.claims},
        "experiment": "E",
        "key": "key",
        "config": {},
        "engine": {},
        "curves": {},
        "arrays": {},
        "data": {},
        "environment": {},
        "wall_s": 1.0,
        "cpu_s": 1.0,
        "peak_memory_mib": 1.0,
        "started": "2000-01-01T00:00:00Z",
        "ended": "2000-01-01T00:00:01Z",
        **fields,
    }
    return RunLine(arm=arm, seed=seed, scale=scale, measures=dict(measures), **content)


Values = Mapping[str, Mapping[str, Sequence[float | None]]]


def runs(plan_: Plan, values: Values, first: int = 0, scale: str = "full", **fields):
    """Returns runs from arm -> measure -> values, with the seeds first, first + 1, ..."""
    found = {}
    for arm, measures in values.items():
        count = len(next(iter(measures.values())))
        found["E", arm] = {
            first + i: line(
                plan_, arm, first + i, {m: v[i] for m, v in measures.items()}, scale, **fields
            )
            for i in range(count)
        }
    return found


def verdict(claim_: Claim, values: Values, **options) -> Verdict:
    """Returns the verdict on one claim; `seeds` is the number of runs unless given."""
    count = max(len(v) for measures in values.values() for v in measures.values())
    plan_ = plan(claim_, **{"seeds": count, **options})
    return assess(plan_, runs(plan_, values)).verdicts[0]


def diverged(plan_: Plan, arm: str, seed: int, measure: str) -> RunLine:
    """Returns a run that left the finite numbers."""
    return line(plan_, arm, seed, {measure: None}, diverged=DivergedAt(term="loss", step=3))


def equivalence(x: Sequence[float], low: float, high: float) -> float:
    """Returns the p-value of the two one-sided t-tests that a mean is between two bounds."""
    above = stats.ttest_1samp(x, low, alternative="greater").pvalue
    below = stats.ttest_1samp(x, high, alternative="less").pvalue
    return max(above, below)


def students_interval(x: Sequence[float]) -> tuple[float, float]:
    """Returns Student's 95 % confidence interval of a mean."""
    return tuple(stats.ttest_1samp(x, 0.0).confidence_interval())
