# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a plan and its runs to a verdict on every claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import msgspec
import numpy as np

from ldlc.plan import SMOKE, default_scale, first_seed, measure_of
from ldlc.plan.model import Claim, Plan
from ldlc.plan.rules import LEVEL, level_of
from ldlc.runs import HistoryLine
from ldlc.verdict import sentences
from ldlc.verdict.chance import UNLIKELY, chance_to_settle
from ldlc.verdict.changes import changed
from ldlc.verdict.decide import Reached
from ldlc.verdict.evidence import (
    Look,
    Results,
    Runs,
    arms_of,
    common_runs,
    look_at,
    part_of,
    runs_of,
)
from ldlc.verdict.exact import judge_exact
from ldlc.verdict.holm import holm
from ldlc.verdict.looks import settle, sizes
from ldlc.verdict.result import OUTCOMES, Assessment, Outcome, Verdict

Seen = Mapping[str, Mapping[str, bool]]
_NOBODY: Seen = MappingProxyType({})


@dataclass(frozen=True)
class _Judged:
    """A verdict, and what the correction over all claims needs of it.

    Args:
      verdict: The verdict on its own.
      p: The smallest p-values over its looks, to show and to refute it; None where the claim is
        outside both families.
    """

    verdict: Verdict
    p: tuple[float, float] | None = None


_NO_TEST = (1.0, 1.0)  # of a claim that should have been tested and was not


def assess(
    plan: Plan,
    results: Results,
    scale: str | None = None,
    history: Sequence[HistoryLine] = (),
    seen: Seen = _NOBODY,
    *,
    here: bool = False,
) -> Assessment:
    """Returns the verdict on every claim of a plan.

    Args:
      plan: A plan without errors.
      results: Finished runs at one scale, (experiment, arm) -> seed -> run.
      scale: That scale; None for each experiment's default.
      history: What is kept of recorded runs that were replaced.
      seen: For claims judged by eye, claim -> person -> yes or no.
      here: Whether these are a stranger's own runs: the seeds that are there are then the only
        look, and rules are taken as they stand.
    """
    with np.errstate(all="ignore"):  # what cannot be computed is NaN, and then guarded
        judged = [_claim(plan, claim, results, scale, history, seen, here) for claim in plan.claims]
    return _corrected(plan, judged)


def _claim(
    plan: Plan,
    claim: Claim,
    results: Results,
    scale: str | None,
    history: Sequence[HistoryLine],
    seen: Seen,
    here: bool,
) -> _Judged:
    scales = {e: scale or default_scale(plan.experiments[e]) for e, _ in arms_of(claim)}
    draft = _draft(plan, claim, scales)
    if claim.blocked is not None:
        verdict = replace(draft, outcome="blocked", because=f"It is blocked: {claim.blocked}")
        return _Judged(verdict, _NO_TEST)
    assert claim.judge is not None
    if claim.judge.seen is not None:
        return _Judged(_by_eye(draft, claim.judge.seen, seen.get(claim.id, {})))
    if SMOKE in scales.values():
        why = "The smoke scale only proves that everything runs: nothing is judged at it."
        return _Judged(replace(draft, because=why), _NO_TEST)
    first = runs_of(plan, claim, results, scales, 0)
    assert first is not None
    if here and not first.complete:
        first = common_runs(claim, results)
    if not first.complete:
        return _Judged(_unfinished(draft, first), _NO_TEST)
    second = None if here else runs_of(plan, claim, results, scales, 1)
    reached = [first] + ([second] if second is not None and second.complete else [])
    if _is_exact(plan, claim):
        verdict = judge_exact(plan, claim, reached[-1], draft, len(reached))
        looks: list[Look] = []
    else:
        looks = [look_at(plan, claim, runs, level_of(plan, claim)) for runs in reached]
        verdict = _tested(plan, claim, looks, draft, second, scales, here)
    judging = [line for lines in reached[-1].lines.values() for line in lines]
    why_explored = None if here else changed(plan, claim, judging, results, history)
    if why_explored is not None:
        return _Judged(_exploratory(verdict, why_explored), _NO_TEST)
    if first_seed(plan, claim.id) > 0 and not here:
        verdict = replace(verdict, earlier=_before(plan, claim, results, scales, draft))
    if not looks:
        return _Judged(verdict)
    factor = LEVEL / level_of(plan, claim)
    show, refute = (
        min(1.0, factor * float(min(getattr(look.size, side) for look in looks)))
        for side in ("show", "refute")
    )
    return _Judged(verdict, (show, refute))


def _is_exact(plan: Plan, claim: Claim) -> bool:
    """Returns whether no p-value belongs to a claim."""
    assert claim.judge is not None
    kinds = {measure_of(plan, reference).kind for reference in claim.measures}
    return bool(claim.judge.equals) or "exact" in kinds


def _draft(plan: Plan, claim: Claim, scales: Mapping[str, str]) -> Verdict:
    reduced = {e: s for e, s in scales.items() if s != "full"}
    approvals = [
        plan.experiments[e].scales[s].approved_by if s in plan.experiments[e].scales else None
        for e, s in reduced.items()
    ]
    return Verdict(
        claim=claim.id,
        outcome="not attempted",
        scale=next(iter(reduced.values()), "full"),
        approximate=bool(reduced),
        approved=all(approvals),
        seeds=0,
        look=0,
    )


def _by_eye(draft: Verdict, question: str, answers: Mapping[str, bool]) -> Verdict:
    """Returns the verdict on a question that at least two named people answer."""
    yes, people = sum(answers.values()), len(answers)
    asked = f"{people} people were asked: {question}"
    if people < 2:
        why = f"{people} of the 2 people that a question needs have answered."
        return replace(draft, compared=asked, because=why, seen_by=tuple(answers))
    outcome: Outcome = "inconclusive" if yes else "not replicated"
    if yes == people:
        outcome = "replicated"
    why = f"{yes} of {people} said yes (seen by {', '.join(answers)}); all must agree."
    return replace(draft, outcome=outcome, compared=asked, because=why, seen_by=tuple(answers))


def _unfinished(draft: Verdict, runs: Runs) -> Verdict:
    if runs.failed:
        line = runs.failed[0]
        why = (
            f"{len(runs.failed)} runs raised an error, the first being seed {line.seed} of "
            f"`{line.experiment}.{line.arm}`; a verdict waits until they ran."
        )
        return replace(draft, outcome="error", because=why)
    fewest = min((len(lines) for lines in runs.lines.values()), default=0)
    why = f"{fewest} of {runs.wanted} runs are there, in the arm that has fewest."
    return replace(draft, because=why)


def _tested(
    plan: Plan,
    claim: Claim,
    looks: Sequence[Look],
    draft: Verdict,
    second: Runs | None,
    scales: Mapping[str, str],
    here: bool,
) -> Verdict:
    """Returns the verdict of a claim that is decided by p-values."""
    level = level_of(plan, claim)
    settled = settle([look.reached for look in looks])
    look = looks[settled.look - 1]
    parts = tuple(part_of(e, level) for e in look.evidence)
    notes = sentences.remarks(look)
    chance = None
    if not here and len(looks) == 1:
        chance, said = _outlook(plan, claim, look, second, scales, level)
        notes = said + notes
    why = sentences.because(parts, look, level)
    if settled.contradicted:
        why = (
            f"The first look, at {looks[0].n} seeds, decided the opposite of the second: contradicted "
            f"at {looks[1].n} seeds."
        )
    elif len(looks) == 2 and settled.look == 1:
        notes.append(f"Decided at {looks[0].n} seeds; {looks[1].n} seeds do not contradict it.")
    tested = any(e.problem is None for e in look.evidence)
    return replace(
        draft,
        outcome=settled.reached.decision,
        seeds=look.n,
        look=settled.look,
        parts=parts,
        p_show=float(look.size.show) if tested else None,
        p_refute=float(look.size.refute) if tested else None,
        p_direction=float(look.direction.show) if tested and look.direction is not None else None,
        compared=sentences.compared(parts, look, level),
        because=why,
        notes=tuple(notes),
        chance=chance,
        open=_is_open(settled.reached),
    )


def _is_open(reached: Reached) -> bool:
    return reached.decision == "inconclusive" or reached.size_open


def _outlook(
    plan: Plan,
    claim: Claim,
    look: Look,
    second: Runs | None,
    scales: Mapping[str, str],
    level: float,
) -> tuple[float | None, list[str]]:
    """Returns the chance that the extension settles an open claim, and sentences on it."""
    if not _is_open(look.reached) or not look.testable:
        return None, []
    arms = [e.question.references for e in look.evidence]
    if second is None:
        said = []
        for times in (2, 4):
            totals = [[times * len(s.seeds) for s in e.samples] for e in look.evidence]
            chance = chance_to_settle(look, totals, level / 2, fresh=True)  # an amendment halves it
            said.append(f"{times * look.n} fresh seeds {sentences.twentieths(chance)}")
        return None, [f"Chance to settle it, under an amended plan: {', '.join(said)}."]
    totals = [[_last(plan, r, scales) for r in references] for references in arms]
    chance = chance_to_settle(look, totals, level)
    had = min(len(lines) for lines in second.lines.values())
    said = []
    if chance < UNLIKELY:
        said.append(
            f"Seeds will not settle it: {second.wanted} seeds would with a chance below 10 %."
        )
    if had > look.n:
        said.append(
            f"{had} of {second.wanted} runs of the extension are there; they are not judged."
        )
    return chance, said


def _last(plan: Plan, reference: str, scales: Mapping[str, str]) -> int:
    """Returns how many seeds of an arm the second look uses, where one is declared."""
    count = sizes(plan, reference, scales[reference.split(".")[0]])[1]
    assert count is not None
    return count


def _exploratory(verdict: Verdict, why: str) -> Verdict:
    return replace(
        verdict,
        outcome="exploratory",
        parts=tuple(replace(part, p_show=None, p_refute=None) for part in verdict.parts),
        p_show=None,
        p_refute=None,
        p_direction=None,
        because=f"It is only explored, and counted neither way: {why}.",
        chance=None,
        open=False,
    )


def _before(
    plan: Plan, claim: Claim, results: Results, scales: Mapping[str, str], draft: Verdict
) -> Verdict | None:
    """Returns the reading of the seeds that stood before an amendment; None if they are gone."""
    unamended = _without_amendments(plan, claim)
    runs = runs_of(unamended, claim, results, scales, 0)
    assert runs is not None
    if not runs.complete:
        return None
    if _is_exact(plan, claim):
        verdict = judge_exact(unamended, claim, runs, draft, 1)
    else:
        verdict = _tested(
            unamended, claim, [look_at(unamended, claim, runs)], draft, None, scales, here=True
        )
    return _exploratory(verdict, "these seeds were seen before the rule was amended")


def _without_amendments(plan: Plan, claim: Claim) -> Plan:
    kept = [a for a in plan.amendments if a.claim != claim.id]
    return msgspec.structs.replace(plan, amendments=kept)


def _corrected(plan: Plan, judged: Sequence[_Judged]) -> Assessment:
    """Adds Holm's correction, and what is said about the paper."""
    family = [(i, *j.p) for i, j in enumerate(judged) if j.p is not None]
    shows = holm([show for _, show, _ in family])
    refutes = holm([refute for _, _, refute in family])
    verdicts = [j.verdict for j in judged]
    for (i, _, _), show, refute in zip(family, shows, refutes, strict=True):
        verdict = verdicts[i]
        if verdict.p_show is None:
            continue
        corrected = {"replicated": show, "not replicated": refute}.get(verdict.outcome, 0.0)
        verdicts[i] = replace(verdict, holm_show=show, holm_refute=refute, alone=corrected > LEVEL)
    by_eye = {c.id for c in plan.claims if c.judge is not None and c.judge.seen is not None}
    tested = [v for v in verdicts if v.claim not in by_eye]
    counts: dict[str, int] = {o: n for o in OUTCOMES if (n := sum(v.outcome == o for v in tested))}
    after: dict[str, int] = {
        outcome: sum(v.outcome == outcome and not v.alone for v in tested)
        for outcome in ("replicated", "not replicated")
    }
    return Assessment(tuple(verdicts), _headline(tested, counts, after), counts, after)


def _headline(
    tested: Sequence[Verdict], counts: Mapping[str, int], after: Mapping[str, int]
) -> str:
    if not tested:
        return "no claim is tested"
    claims = "claim" if len(tested) == 1 else "claims"
    shown = counts.get("replicated", 0)
    return f"{shown} of {len(tested)} {claims} replicated ({after['replicated']} after Holm)"
