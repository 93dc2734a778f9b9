# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rules a claim may have: the keys that go together, the measures and seeds that they need.

Everything here follows from the plan alone. A rule that could never decide, or whose statistics are
unsound for its measure, is refused before the first run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Set

from ldlc.plan.advice import warn_claim
from ldlc.plan.decode import Problem, nearest, show
from ldlc.plan.forms import FORMS, LEVEL, judge_name, least_seeds
from ldlc.plan.margins import accepted, check_margin, last_digit, level_of, looks
from ldlc.plan.model import Claim, Judge, Plan
from ldlc.plan.soundness import check_soundness

__all__ = [
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
    problems = [*_check_keys(given.keys() - {name}, name, path)]
    problems = problems or [*_check_numbers(claim.judge, given, path)]
    if problems or name == "seen":
        return problems
    problems += [*_check_texts(claim, name), *check_soundness(plan, claim, name)]
    return problems or list(check_margin(plan, claim, name))


def _check_keys(options: Set[str], name: str, path: str) -> Iterator[Problem]:
    form = FORMS[name]
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


def _check_numbers(judge: Judge, given: Mapping[str, object], path: str) -> Iterator[Problem]:
    for key, value in given.items():
        if key not in _LIMITS:
            continue
        least, closed, most = _LIMITS[key]
        assert isinstance(value, int | float)
        if not (least < value < most or (closed and value == least)):
            above = "at least" if closed else "more than"
            rule = f"{above} {least:g}" if math.isfinite(least) else "finite"
            rule += f" and less than {most:g}" if math.isfinite(most) else ""
            yield f"{path}.{key}", f"`{path}.{key}` must be {rule}, got {show(value)}."
    for key in ("compatible", "equals"):
        if getattr(judge, key) is False:
            yield f"{path}.{key}", f"`{path}.{key}` must be true, got false. Choose another judge."
    for key, low, high in (("less_than", 0, 1), ("greater_than", 1, math.inf)):
        times = judge.times if getattr(judge, key) is not None else None
        if times is not None and not low < times < high:
            rule = "less than 1" if high == 1 else "more than 1"
            yield (
                f"{path}.times",
                f"`{path}.times` of `{key}` must be {rule}, got {show(times)}: the claim is that "
                "this arm has at most, or at least, so many times the rival's value.",
            )


def _check_texts(claim: Claim, name: str) -> Iterator[Problem]:
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
