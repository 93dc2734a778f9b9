# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a rule's statistics are sound for its measures, and its arms fit each other."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ldlc.plan.decode import Problem
from ldlc.plan.forms import FORMS
from ldlc.plan.model import Claim, Judge, Measure, Plan
from ldlc.plan.resolve import claim_arms, measure_of, measures_of


def check_soundness(plan: Plan, claim: Claim, name: str) -> Iterator[Problem]:
    """Yields what makes a claim's rule unsound, as (key, message).

    Args:
      plan: The plan.
      claim: A claim whose keys go together.
      name: Its judge.
    """
    yield from _check_measures(plan, claim, name)
    yield from _check_arms(plan, claim, name)
    yield from _check_options(plan, claim, name)


def _check_measures(plan: Plan, claim: Claim, name: str) -> Iterator[Problem]:
    """Checks that the rule is sound for the kind of each measure."""
    judge, path = claim.judge, f"claims[{claim.id}]"
    assert judge is not None
    form = FORMS[name]
    if claim.of == "median" and not form.median:
        yield (
            f"{path}.of",
            f'`{path}.of = "median"` does not go with `{name}`. Choose '
            f"{', '.join(f'`{k}`' for k, f in FORMS.items() if f.median)}, or the mean.",
        )
        return
    for reference in claim.measures:
        measure = measure_of(plan, reference)
        where, kind = f"{path}.judge.{name}", measure.kind
        if kind not in form.kinds:
            hint = "`rate_at_least` or `rate_at_most`" if kind == "yes-no" else "`equals`"
            if kind == "count":
                hint = "`within`"
            yield where, f"`{where}` does not suit `{reference}` of kind `{kind}`. Use {hint}."
            continue
        yield from _check_kind(claim, judge, name, reference, measure, where)
        yield from _check_absent(claim, judge, name, reference, measure, where)
        for rival in claim.rivals:
            other = measure_of(plan, rival)
            if measure.absent is not None and other.range != measure.range:
                yield (
                    where,
                    f"`{where}` compares `{reference}` with `{rival}` under another budget. Give both "
                    "one `range`, and every run the same budget.",
                )
            if (other.kind, other.total) != (kind, measure.total):
                yield (
                    where,
                    f"`{where}` compares `{reference}` of kind `{kind}` with `{rival}` of kind "
                    f"`{other.kind}`. Compare measures of one kind and total.",
                )


def _check_kind(
    claim: Claim, judge: Judge, name: str, reference: str, measure: Measure, where: str
) -> Iterator[Problem]:
    kind, mean = measure.kind, claim.of == "mean"
    if kind == "yes-no" and not mean:
        yield where, f"`{reference}` is yes or no and has no median. Leave `of` out."
    if kind == "exact":
        if not mean:
            yield where, f"`{reference}` is exact: one value, no median. Leave `of` out."
        if name != "equals" and claim.finer is None:
            yield (
                where,
                f"`{where}` needs `finer`: an exact measure has no seed noise, so its error is "
                f"numerical. Name the arm with half the step, {_or_instead(claim)}.",
            )
        if judge.sd is not None:
            yield where, f"`{where}`: `sd` needs seeds, and an exact measure has none. Remove it."
    elif claim.finer is not None:
        yield (
            f"claims[{claim.id}].finer",
            f"`claims[{claim.id}].finer` is for kind `exact`, got `{kind}`. Remove it.",
        )
    if kind == "positive" and mean and name == "within":
        yield (
            where,
            f"`{where}`: means of a positive measure are judged by factors. Use `within_factor`.",
        )
    if name == "within_factor" and mean and kind not in ("positive", "exact"):
        yield (
            where,
            f"`{where}`: a factor of a mean needs kind `positive`, got `{kind}`. Declare it, or "
            'use `of = "median"` or `within`.',
        )
    if judge.sd is not None and (kind != "number" or not mean):
        yield where, f"`{where}` with `sd` is for means of kind `number`, got {claim.of}, `{kind}`."
    if kind == "positive" and judge.by is not None and name in ("less_than", "greater_than"):
        yield where, f"`{where}`: a positive measure is compared by factors. Use `times`, not `by`."
    factor = {
        "not_worse_than": judge.by,
        "similar_to": judge.within,
        "compatible": judge.resolution,
    }
    if kind == "positive" and name in factor and (factor[name] or 2.0) <= 1:
        yield where, f"`{where}`: of a positive measure this is a factor and must be more than 1."
    if judge.times is not None and (kind == "yes-no" or (not mean and kind != "positive")):
        need = "positive" if not mean else "number, positive or count"
        yield where, f"`{where}`: `times` needs kind {need}, got `{kind}`. Use `by`."
    if kind == "yes-no" and judge.fraction is not None:
        yield where, f"`{where}`: a fraction of a gap needs means, got rates. Use `within`."
    if name == "slope" and (kind == "positive") != bool(judge.log):
        yield where, f"`{where}`: `log = true` and kind `positive` go together, got `{kind}`."
    if name.startswith("rate"):
        reaches = measure.better is not None and None not in claim.values
        if kind != "yes-no" and not reaches:
            yield (
                where,
                f"`{where}` counts the runs that reach the published value: `{reference}` needs "
                "`better`, and the claim `published`. Or use a yes-no measure.",
            )
    signed = name == "not_worse_than" or judge.gap_to is not None
    if signed and measure.better is None:
        yield where, f'`{where}` needs `better = "low"` or `"high"` of `{reference}`. Add it.'


def _check_absent(
    claim: Claim, judge: Judge, name: str, reference: str, measure: Measure, where: str
) -> Iterator[Problem]:
    several = bool(claim.rivals)
    if measure.kind == "yes-no":
        return
    may_be_absent = measure.absent is not None and not name.startswith("rate")
    if may_be_absent and claim.among is None and (claim.of == "mean"):
        yield (
            where,
            f"`{where}`: a run may have no `{reference}` (`absent`), so it has no mean. Use "
            '`of = "median"`, or `among` a yes-no measure.',
        )
    ranks = (may_be_absent and claim.of == "median") or (claim.among is not None and several)
    if ranks and measure.better is None:
        yield (
            where,
            f'`{where}` ranks runs without `{reference}` as the worst: add `better = "low"` or '
            '`"high"` to the measure.',
        )
    budget = measure.range is not None and math.isfinite(measure.range[1])
    shifted = judge.times is not None or judge.by is not None
    if ranks and shifted and not (budget and measure.better == "low"):
        yield (
            where,
            f"`{where}` with `times` or `by`, where runs may have no value, needs the budget of "
            f'`{reference}`: give the measure `better = "low"` and `range = [0, budget]`.',
        )


def _check_arms(plan: Plan, claim: Claim, name: str) -> Iterator[Problem]:
    """Checks that arms and parts fit each other."""
    judge, path = claim.judge, f"claims[{claim.id}]"
    assert judge is not None
    for rival in claim.rivals:
        if rival in claim.measures:
            yield (
                f"{path}.judge.{name}",
                f"`{path}.judge` compares `{rival}` with itself. Name another arm.",
            )
    named = getattr(judge, name)
    if isinstance(named, list) and len(named) != len(set(named)):
        yield f"{path}.judge.{name}", f"`{path}.judge.{name}` names a rival twice. Remove one."
    if isinstance(named, list) and not named:
        yield f"{path}.judge.{name}", f"`{path}.judge.{name}` is empty. Name a rival."
    parts = len(claim.measures)
    if name == "order" and parts > 1:
        yield (
            f"{path}.measure",
            f"`{path}.measure` must be the lowest arm alone: `order` lists the others, ascending.",
        )
    elif isinstance(named, list) and parts > 1 and len(named) != parts:
        yield (
            f"{path}.judge.{name}",
            f"`{path}.judge.{name}` must name one rival, or one for each of the {parts} parts, got "
            f"{len(named)}.",
        )
    if judge.slope is not None:
        yield from _check_slope(claim, judge, f"{path}.judge.slope")
    if claim.among is not None:
        yield from _check_among(plan, claim, name, f"{path}.among")


def _check_slope(claim: Claim, judge: Judge, where: str) -> Iterator[Problem]:
    assert judge.slope is not None
    levels = list(judge.slope.values())
    if len(levels) < 3 or len(set(levels)) < len(levels):
        yield where, f"`{where}` needs three arms at least, each at another level, got {levels}."
    if not all(math.isfinite(z) for z in levels) or (judge.log and min(levels, default=1) <= 0):
        yield where, f"`{where}` needs finite levels, above 0 where `log = true`, got {levels}."
    for reference in claim.measures:
        arm = reference.split(".")[1]
        if arm not in judge.slope:
            yield where, f"`{where}` must hold the claim's own arm `{arm}`. Add it with its level."


def _check_among(plan: Plan, claim: Claim, name: str, where: str) -> Iterator[Problem]:
    assert claim.among is not None
    success = claim.among.split(".")[2]
    if measure_of(plan, claim.among).kind != "yes-no":
        yield where, f"`{where}` must be a yes-no measure, got `{claim.among}`."
    if name in ("slope", "not_worse_than", "similar_to") or name.startswith("rate") or claim.finer:
        yield where, f"`{where}` does not go with `{name}`: it is for values of successful runs."
    kinds = {measure_of(plan, reference).kind for reference in claim.measures}
    if claim.rivals and "yes-no" in kinds:
        yield (
            where,
            f"`{where}`: rates of successful runs are not compared between arms. Remove it.",
        )
    by_factor = claim.judge is not None and claim.judge.times is not None
    if claim.rivals and by_factor and kinds - {"positive"}:
        yield (
            where,
            f"`{where}` with `times` compares by rank where runs failed, which needs kind "
            "`positive`. Declare it, or use `by`.",
        )
    for reference in (*claim.measures, *claim.rivals):
        other, its_arm, _ = reference.split(".")
        if success not in measures_of(plan.experiments[other], its_arm):
            yield (
                where,
                f"`{where}`: the arm `{other}.{its_arm}` has no `{success}`, so its successful runs "
                "are unknown. Measure it there too.",
            )


def _check_options(plan: Plan, claim: Claim, name: str) -> Iterator[Problem]:
    path = f"claims[{claim.id}]"
    judge = claim.judge
    assert judge is not None
    if claim.paired is not None:
        several = bool(claim.rivals) or judge.slope is not None
        kinds = {measure_of(plan, reference).kind for reference in claim.measures}
        where = f"{path}.paired"
        if not several:
            yield where, f"`{where}` pairs runs of several arms, and `{name}` has one. Remove it."
        elif claim.of == "median" or claim.among or kinds & {"yes-no", "exact"}:
            yield (
                where,
                f"`{where}` pairs means by seed. Remove it: medians, `among`, yes-no and exact "
                "measures are never paired.",
            )
        elif any(arm in plan.experiments[e].fewer for e, arm in claim_arms(claim)):
            yield where, f"`{where}` needs every seed in every arm, and one has `fewer`. Remove it."
    if claim.finer is not None:
        yield from _check_finer(claim, f"{path}.finer")
    if claim.examples is not None:
        yield from _check_examples(plan, claim, name, f"{path}.examples")


def _check_examples(plan: Plan, claim: Claim, name: str, where: str) -> Iterator[Problem]:
    """Checks that a claim about all examples is one about a share of them."""
    assert claim.examples is not None
    assert claim.judge is not None
    if claim.examples < 2:
        yield where, f"`{where}` must be 2 or more, got {claim.examples}."
    bounds = name in ("at_most", "at_least", "within") and claim.judge.sd is None
    if not bounds or claim.of == "median":
        yield (
            where,
            f"`{where}` goes with `at_most`, `at_least` and a plain `within` of a mean: of other rules "
            'the error that the test set adds is not known. Remove it, and say "on this test set".',
        )
        return
    for reference in claim.measures:
        measure = measure_of(plan, reference)
        ends = measure.range or [-math.inf, math.inf]
        is_share = measure.kind == "number" and all(map(math.isfinite, ends))
        if not is_share and measure.kind != "count":
            yield (
                where,
                f"`{where}` needs `{reference}` to be a share of examples: kind `count`, or kind "
                "`number` with both ends of its `range`.",
            )


def _or_instead(claim: Claim) -> str:
    if claim.rivals:
        return 'for every arm: `finer = { arm = "its finer arm", .. }`'
    return "or use `equals`"


def _check_finer(claim: Claim, where: str) -> Iterator[Problem]:
    """Checks that every compared arm has a finer one, and no other arm has."""
    compared = (*claim.measures, *claim.rivals)
    arms = [reference.split(".")[1] for reference in compared]
    if claim.rivals and isinstance(claim.finer, str):
        yield (
            where,
            f"`{where}` names one arm, and several are compared. Name one {_or_instead(claim)}.",
        )
        return
    for reference, arm in zip(compared, arms, strict=True):
        finer = claim.finer_of(reference)
        if finer is None:
            yield where, f"`{where}` names no finer arm for `{arm}`. Add it."
        elif finer == reference:
            yield where, f"`{where}` must be another arm than the measured `{arm}`."
    if isinstance(claim.finer, dict):
        for arm in sorted(set(claim.finer) - set(arms)):
            yield where, f"`{where}` names `{arm}`, which the claim does not compare. Remove it."
