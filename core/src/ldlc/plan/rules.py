# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rules a claim may have: the keys that go together, the measures and seeds that they need.

Everything here follows from the plan alone. A rule that could never decide, or whose statistics are
unsound for its measure, is refused before the first run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ldlc.plan.decode import Problem, nearest, show
from ldlc.plan.model import Claim, Judge, Measure, Plan
from ldlc.plan.resolve import (
    amendments,
    claim_arms,
    default_scale,
    extend_to,
    measure_of,
    measures_of,
    seeds,
)

LEVEL = 0.025  # what one look may spend on one side; two looks spend 5 % at most
LEAST_FOR_MEDIANS = 6  # 5 runs on one side of a median have a chance of 1/32 > LEVEL
LEAST_FOR_RANKS = 4  # 3 runs against 3 have a chance of 1/20 > LEVEL
MOST_STEPS = 5  # of one curve, as parts of a claim


@dataclass(frozen=True)
class Form:
    """The keys of one judge beside its own: each of `one_of` is a set that must be complete."""

    one_of: tuple[frozenset[str], ...] = (frozenset(),)
    optional: frozenset[str] = frozenset()
    published: bool = False  # needs the published value
    why: bool = True  # needs a reason for its margin
    kinds: frozenset[str] = field(default=frozenset({"number", "positive", "count", "exact"}))
    median: bool = False  # may speak about medians, or ranks


def _sets(*names: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(name.split()) for name in names)


_EVERY = frozenset({"number", "positive", "count", "yes-no", "exact"})
_SEEDED = frozenset({"number", "positive", "count", "yes-no"})

FORMS: dict[str, Form] = {
    "at_most": Form(median=True),
    "at_least": Form(median=True),
    "within": Form(_sets("", "sd n0"), published=True, kinds=_EVERY, median=True),
    "within_factor": Form(published=True, median=True),
    "compatible": Form(
        _sets("resolution"), published=True, kinds=frozenset({"number", "positive"})
    ),
    "equals": Form(
        _sets("rounding", "atol", "rtol", "atol rtol"), published=True, kinds=_EVERY
    ),
    "rate_at_least": Form(kinds=_SEEDED),
    "rate_at_most": Form(kinds=_SEEDED),
    "less_than": Form(_sets("", "by", "times"), why=False, kinds=_EVERY, median=True),
    "greater_than": Form(_sets("", "by", "times"), why=False, kinds=_EVERY, median=True),
    "not_worse_than": Form(_sets("by"), kinds=_SEEDED),
    "similar_to": Form(_sets("within", "fraction gap_to"), kinds=_SEEDED),
    "order": Form(why=False, kinds=_EVERY, median=True),
    "slope": Form(
        _sets("at_least", "at_most", "within"),
        optional=frozenset({"log"}),
        kinds=frozenset({"number", "positive", "count"}),
    ),
    "seen": Form(why=False, kinds=_EVERY),
}

_OWNERS = ("slope", "similar_to")  # judges that use the bound of another one


def judge_name(given: dict[str, object]) -> str:
    """Returns the name of the judge that the stated keys make.

    Raises:
      ValueError: If they name no judge, or several.
    """
    named = [key for key in given if key in FORMS]
    for owner in _OWNERS:
        if owner in named:
            allowed = frozenset().union(*FORMS[owner].one_of)
            named = [key for key in named if key == owner or key not in allowed]
    if len(named) != 1:
        got = "none" if not named else " and ".join(f"`{n}`" for n in named)
        raise ValueError(f"a judge must be exactly one of {', '.join(FORMS)}, got {got}.")
    return named[0]


def least_seeds(claim: Claim, kind: str) -> int:
    """Returns the fewest seeds with which a claim's rule can say anything, for a kind of measure."""
    assert claim.judge is not None
    name = claim.judge.name
    if name in ("equals", "seen") or kind == "exact":
        return 1
    if name.startswith("rate"):
        return 1  # what its bound allows is checked apart
    if claim.of == "median":
        return LEAST_FOR_RANKS if claim.rivals else LEAST_FOR_MEDIANS
    return 5 if claim.judge.gap_to else 3


def rate_is_attainable(bound: float, at_least: bool, n: int, level: float = LEVEL) -> bool:
    """Returns whether `n` runs that all turn out well would show a rate beyond `bound`."""
    chance = bound if at_least else 1.0 - bound
    return chance**n <= level


def check_claim(plan: Plan, claim: Claim) -> list[Problem]:
    """Returns what is wrong with a claim's rule, as (key, message).

    Args:
      plan: A plan in which every name that the claim uses exists.
      claim: One of its claims.
    """
    if claim.judge is None:
        return []
    given = claim.judge.given()
    path = f"claims[{claim.id}].judge"
    try:
        name = judge_name(given)
    except ValueError as error:
        return [(path, f"`{path}`: {error} Keep one.")]
    problems = list(_check_keys(claim, name, path)) or list(_check_numbers(claim.judge, path))
    if problems or name == "seen":
        return problems
    for check in (_check_texts, _check_measures, _check_arms, _check_options):
        problems += check(plan, claim, name)
    return problems or [
        *_check_range(plan, claim, name),
        *_check_digits(claim, name),
        *_check_seeds(plan, claim, name),
    ]


def warn_claim(plan: Plan, claim: Claim) -> list[Problem]:
    """Returns what is allowed and unwise in a claim's rule, as (key, message).

    Args:
      plan: A plan without errors.
      claim: One of its claims.
    """
    judge = claim.judge
    if judge is None or judge.name == "seen":
        return []
    path = f"claims[{claim.id}].judge"
    return [
        *_warn_bounds(claim, judge, path),
        *_warn_neighbours(plan, claim, judge, path),
        *_warn_looks(plan, claim, judge, path),
    ]


def _check_keys(claim: Claim, name: str, path: str) -> Iterator[Problem]:
    assert claim.judge is not None
    form = FORMS[name]
    options = {key for key in claim.judge.given() if key != name}
    allowed = form.optional.union(*form.one_of)
    for key in sorted(options - allowed):
        hint = nearest(key, sorted(allowed)) if allowed else f"`{name}` has no options."
        yield f"{path}.{key}", f"`{path}.{key}` does not go with `{name}`. {hint}"
    if options <= allowed and options - form.optional not in form.one_of:
        choices = " or ".join(
            "nothing" if not keys else " with ".join(f"`{k}`" for k in sorted(keys))
            for keys in form.one_of
        )
        got = ", ".join(f"`{k}`" for k in sorted(options)) or "nothing"
        yield f"{path}.{name}", f"`{path}.{name}` goes with {choices}, got {got}. Change it."


# What each number of a judge must satisfy: (least, whether that itself is allowed, most).
_LIMITS: dict[str, tuple[float, bool, float]] = {
    "within": (0, False, math.inf),
    "within_factor": (1, False, math.inf),
    "resolution": (0, False, math.inf),
    "rounding": (0, False, math.inf),
    "atol": (0, True, math.inf),
    "rtol": (0, True, 1),
    "sd": (0, False, math.inf),
    "n0": (5, True, math.inf),
    "by": (0, False, math.inf),
    "times": (0, False, math.inf),
    "fraction": (0, False, 1),
    "rate_at_least": (0, False, 1),
    "rate_at_most": (0, False, 1),
    "at_most": (-math.inf, False, math.inf),
    "at_least": (-math.inf, False, math.inf),
}


def _check_numbers(judge: Judge, path: str) -> Iterator[Problem]:
    for key, (least, closed, most) in _LIMITS.items():
        value = getattr(judge, key)
        if value is None:
            continue
        if not (least < value < most or (closed and value == least)):
            above = "at least" if closed else "more than"
            rule = f"{above} {least:g}" if math.isfinite(least) else "finite"
            rule += f" and less than {most:g}" if math.isfinite(most) else ""
            yield f"{path}.{key}", f"`{path}.{key}` must be {rule}, got {show(value)}."
    for key in ("compatible", "equals"):
        if getattr(judge, key) is False:
            yield f"{path}.{key}", f"`{path}.{key}` must be true, got false. Choose another judge."
    for key, low, high in (("less_than", 0, 1), ("greater_than", 1, math.inf)):
        if getattr(judge, key) is not None and judge.times is not None:
            if not low < judge.times < high:
                rule = "less than 1" if high == 1 else "more than 1"
                yield (
                    f"{path}.times",
                    f"`{path}.times` of `{key}` must be {rule}, got {show(judge.times)}: the claim "
                    "is that this arm has at most, or at least, so many times the rival's value.",
                )


def _check_texts(plan: Plan, claim: Claim, name: str) -> Iterator[Problem]:
    assert claim.judge is not None
    form, path = FORMS[name], f"claims[{claim.id}]"
    needs_why = form.why or claim.judge.by is not None or claim.judge.times is not None
    if needs_why and not claim.why.strip():
        yield (
            f"{path}.why",
            f"`{path}.why` is missing: a margin has a reason. Say where the number in "
            f"`{name}` comes from.",
        )
    needs_value = form.published or (name == "slope" and claim.judge.within is not None)
    if needs_value and any(v is None for v in claim.values):
        yield (
            f"{path}.published",
            f"`{path}.published` is missing: `{name}` compares with the published value. Add it.",
        )


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
                "numerical. Name the arm with half the step, or use `equals`.",
            )
        if judge.sd is not None or judge.by is not None or judge.times is not None:
            yield where, f"`{where}`: `sd`, `by` and `times` need seeds, and exact has none."
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
    factor = {"not_worse_than": judge.by, "similar_to": judge.within, "compatible": judge.resolution}
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
    experiment, arm, success = claim.among.split(".")
    if measure_of(plan, claim.among).kind != "yes-no":
        yield where, f"`{where}` must be a yes-no measure, got `{claim.among}`."
    if name in ("slope", "not_worse_than", "similar_to") or name.startswith("rate") or claim.finer:
        yield where, f"`{where}` does not go with `{name}`: it is for values of successful runs."
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
        for reference in claim.measures:
            if reference.split(".")[1] == claim.finer:
                where = f"{path}.finer"
                yield where, f"`{where}` must be another arm than the measured `{claim.finer}`."


def _limits(measure: Measure) -> tuple[float, float]:
    """Returns the values that a measure can have."""
    if measure.range is not None:
        return measure.range[0], measure.range[1]
    if measure.kind == "positive":
        return 0.0, math.inf
    if measure.kind == "count":
        return 0.0, float(measure.total or math.inf)
    return (0.0, 1.0) if measure.kind == "yes-no" else (-math.inf, math.inf)


def accepted(judge: Judge, value: float | None) -> tuple[float, float]:
    """Returns the values that a judge of one arm accepts, `(-inf, inf)` where it names none."""
    low, high = -math.inf, math.inf
    if judge.at_least is not None:
        low = judge.at_least
    if judge.at_most is not None:
        high = judge.at_most
    if value is not None and judge.within is not None:
        low, high = value - judge.within, value + judge.within
    if value is not None and judge.within_factor is not None:
        low, high = value / judge.within_factor, value * judge.within_factor
    return low, high


def _check_range(plan: Plan, claim: Claim, name: str) -> Iterator[Problem]:
    judge, path = claim.judge, f"claims[{claim.id}]"
    assert judge is not None
    if name in ("slope", "similar_to"):
        return  # their bounds are on another axis than the measure
    where = f"{path}.judge.{name}"
    one_arm = name in ("at_most", "at_least", "within", "within_factor", "compatible", "equals")
    for reference, value in zip(claim.measures, claim.values, strict=True):
        measure = measure_of(plan, reference)
        least, most = _limits(measure)
        on_axis = one_arm or (name.startswith("rate") and measure.kind != "yes-no")
        if measure.kind == "positive" and on_axis and value is not None and value <= 0:
            yield f"{path}.published", f"`{path}.published` of a positive measure must be above 0."
            continue
        if on_axis and value is not None and not least <= value <= most:
            yield (
                f"{path}.published",
                f"`{path}.published` is {value:g}, outside [{least:g}, {most:g}], the range of "
                f"`{reference}`. Is it in other units?",
            )
            continue
        low, high = accepted(judge, value)
        if low <= least and high >= most and one_arm and name not in ("compatible", "equals"):
            yield where, f"`{where}` accepts every value of `{reference}`: it cannot fail. Tighten it."
            continue
        edges = [edge for edge in (low, high) if math.isfinite(edge)]
        if any(not least <= edge <= most for edge in edges):
            shown = " and ".join(f"{edge:g}" for edge in edges)
            yield (
                where,
                f"`{where}` puts an edge at {shown}, outside [{least:g}, {most:g}], the range of "
                f"`{reference}`. Correct the unit, or use `at_least` or `at_most`.",
            )
        elif claim.of == "mean" and measure.kind != "exact" and one_arm and edges:
            if high <= least or low >= most:
                yield (
                    where,
                    f"`{where}` leaves one value, the end of the range of `{reference}`, and no mean "
                    "is shown to be exactly there. Use `equals`, or move the bound.",
                )
        if judge.by is not None and judge.by >= most - least:
            yield f"{path}.judge.by", f"`{path}.judge.by` is wider than the range of `{reference}`."


def last_digit(value: float) -> float:
    """Returns one unit of the last digit that a number is written with: 0.1 for 98.8."""
    exponent = Decimal(repr(value)).as_tuple().exponent
    assert isinstance(exponent, int)
    return 1.0 if float(value).is_integer() else 10.0**exponent


def _check_digits(claim: Claim, name: str) -> Iterator[Problem]:
    assert claim.judge is not None
    for value in claim.values:
        if name != "within" or value is None or claim.judge.within is None:
            continue
        half = last_digit(value) / 2
        if claim.judge.within < half * (1 - 1e-9):
            where = f"claims[{claim.id}].judge.within"
            yield (
                where,
                f"`{where}` is {claim.judge.within:g}, less than {half:g}, half a unit of the last "
                f"digit of the published {value:g}. Nobody can know it better: widen it.",
            )


def looks(plan: Plan, claim: Claim) -> list[int]:
    """Returns the seeds of a claim's looks at its default scale, of the arm that has fewest."""
    pairs = [(plan.experiments[name], arm) for name, arm in claim_arms(claim)]
    found = [min(seeds(e, arm, default_scale(e)) for e, arm in pairs)]
    last = [extend_to(e, arm, default_scale(e)) for e, arm in pairs]
    more = [n for n in last if n is not None]
    return [*found, min(more)] if len(more) == len(pairs) else found


def level_of(plan: Plan, claim: Claim) -> float:
    """Returns what one look at a claim may spend on one side: LEVEL, halved by each amendment."""
    return LEVEL / 2 ** len(amendments(plan, claim.id))


def _check_seeds(plan: Plan, claim: Claim, name: str) -> Iterator[Problem]:
    assert claim.judge is not None
    last, level = looks(plan, claim)[-1], level_of(plan, claim)
    for reference, value in zip(claim.measures, claim.values, strict=True):
        kind = measure_of(plan, reference).kind
        least = _least_for(claim, claim.judge, kind, value, level)
        if last < least:
            where = f"claims[{claim.id}].judge.{name}"
            yield (
                where,
                f"`{where}` can decide nothing with {last} seeds: it needs {least}. Raise `seeds`, "
                "or declare `extend_to`.",
            )
            return


def _least_for(
    claim: Claim, judge: Judge, kind: str, value: float | None, level: float
) -> int:
    """Returns the fewest seeds with which this rule could be shown."""
    least = least_seeds(claim, kind)
    for bound, at_least in ((judge.rate_at_least, True), (judge.rate_at_most, False)):
        if bound is not None:
            chance = bound if at_least else 1.0 - bound
            return max(1, math.ceil(math.log(level) / math.log(chance) - 1e-9))
    if kind == "yes-no" and judge.name == "within" and value is not None:
        assert judge.within is not None
        while least <= 10_000 and not _can_be_within(value, judge.within, least, level):
            least += 1
    return least


def _can_be_within(value: float, tol: float, n: int, level: float) -> bool:
    """Returns whether some number of successes shows a rate within `tol` of `value`."""
    k = min(n, max(0, round(n * value)))
    return any(
        (value - tol <= 0 or _tail(n, value - tol, range(i, n + 1)) <= level)
        and (value + tol >= 1 or _tail(n, value + tol, range(i + 1)) <= level)
        for i in (k - 1, k, k + 1)
        if 0 <= i <= n
    )


def _tail(n: int, p: float, successes: range) -> float:
    return math.fsum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in successes)


def _warn_bounds(claim: Claim, judge: Judge, path: str) -> Iterator[Problem]:
    for key in ("at_most", "at_least"):
        bound = getattr(judge, key)
        if bound is not None and bound in claim.values and judge.slope is None:
            yield (
                f"{path}.{key}",
                f"`{path}.{key}` stands at the published value: an exactly right paper is shown "
                "with a chance of 2.5 % a look. Leave room.",
            )
    arms = [tuple(reference.split(".")[:2]) for reference in claim.measures]
    if any(arms.count(arm) > MOST_STEPS for arm in arms):
        yield (
            f"claims[{claim.id}].measure",
            f"`claims[{claim.id}].measure` names more than {MOST_STEPS} numbers of one arm. Choose "
            f"{MOST_STEPS} steps of a curve, or one number that stands for it.",
        )


def _published(plan: Plan) -> dict[str, float]:
    """Returns what other claims say is published, by measure."""
    return {
        reference: value
        for claim in plan.claims
        for reference, value in zip(claim.measures, claim.values, strict=True)
        if value is not None and (claim.judge is None or claim.judge.slope is None)
    }


def _warn_neighbours(plan: Plan, claim: Claim, judge: Judge, path: str) -> Iterator[Problem]:
    """Warns where a margin does not tell the paper's own arms apart."""
    known = _published(plan)
    for reference, value in zip(claim.measures, claim.values, strict=True):
        experiment, arm, measure = reference.split(".")
        low, high = accepted(judge, value)
        if judge.slope is None and (math.isfinite(low) or math.isfinite(high)):
            for other, its_value in sorted(known.items()):
                its_experiment, its_arm, its_measure = other.split(".")
                same = (its_experiment, its_measure) == (experiment, measure) and its_arm != arm
                if same and low <= its_value <= high:
                    yield (
                        f"{path}.{judge.name}",
                        f"`{path}.{judge.name}` also accepts {its_value:g}, published for `{other}`: "
                        "it does not tell the two apart. Take at most half the gap.",
                    )
        for rival in claim.rivals:
            own, other_value = known.get(reference), known.get(rival)
            if judge.by is not None and own is not None and other_value is not None:
                if judge.by >= abs(own - other_value) and judge.name != "not_worse_than":
                    yield (
                        f"{path}.by",
                        f"`{path}.by` is the whole published difference from `{rival}`: an exactly "
                        "right paper is shown with a chance of 2.5 % a look. Take half of it.",
                    )


def _warn_looks(plan: Plan, claim: Claim, judge: Judge, path: str) -> Iterator[Problem]:
    planned = looks(plan, claim)
    for reference, value in zip(claim.measures, claim.values, strict=True):
        kind = measure_of(plan, reference).kind
        least = _least_for(claim, judge, kind, value, level_of(plan, claim))
        if planned[0] < least:
            yield (
                f"{path}.{judge.name}",
                f"`{path}.{judge.name}` cannot be shown before the extension: it needs {least} "
                f"seeds, and the first look has {planned[0]}.",
            )
            return


__all__: Sequence[str] = [
    "LEVEL",
    "accepted",
    "check_claim",
    "judge_name",
    "last_digit",
    "least_seeds",
    "level_of",
    "looks",
    "warn_claim",
]
