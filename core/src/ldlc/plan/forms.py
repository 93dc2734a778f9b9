# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judges that a plan can name, and the keys, measures and seeds that each needs."""

from __future__ import annotations

from dataclasses import dataclass

from ldlc.plan.model import Claim

LEVEL = 0.025  # what one look may spend on one side; two looks spend 5 % at most
LEAST_FOR_MEDIANS = 6  # 5 runs on one side of a median have a chance of 1/32 > LEVEL
LEAST_FOR_RANKS = 4  # 3 runs against 3 have a chance of 1/20 > LEVEL


@dataclass(frozen=True)
class Form:
    """The keys of one judge beside its own: each of `one_of` is a set that must be complete."""

    one_of: tuple[frozenset[str], ...] = (frozenset(),)
    optional: frozenset[str] = frozenset()
    published: bool = False  # needs the published value
    why: bool = True  # needs a reason for its margin
    kinds: frozenset[str] = frozenset({"number", "positive", "count", "exact"})
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
    "equals": Form(_sets("rounding", "atol", "rtol", "atol rtol"), published=True, kinds=_EVERY),
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
    # Welch's t against a summary of many more runs takes up to 3.8 % for 2.5 % at 3 runs, 2.9 % at 5.
    return 5 if claim.judge.gap_to or claim.judge.sd is not None else 3
