# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound plans are decoded in one step; the walk that finds mistakes would have made the same of them."""

from __future__ import annotations

import tomllib
import typing

import msgspec
import pytest
from papers import PLAN

from ldlc.plan import decode
from ldlc.plan.decode import Problem
from ldlc.plan.model import Plan

RICH = f"""{PLAN}
[[claims]]
id = "both"
where = "Note G"
says = "The drift decides."
certainty = "memory"
measure = ["walk.with_drift.end", "walk.with_drift.high"]
published = [5, 5.5]
judge = {{ greater_than = ["walk.without.end"], by = 1 }}
finer = {{ with_drift = "without" }}

[[departures]]
from = "cards"
to = "bytes"
why = "there are no cards"

[[unstated]]
what = "the seed"
chosen = "0"
how = "not tuned"

[[amendments]]
claim = "both"
date = 1843-08-01
was = "greater"
why = "an example"
first_seed = 60
""".replace(
    "seeds = 6\n",
    "seeds = 6\narray_seeds = [0, 3]\nengine = { threads = 2, arms = { without = { jit = true } } }\n",
).replace('kind = "number" }', 'kind = "positive", range = [0, inf], arms = ["without"] }')
PLANS = {"small": PLAN, "rich": RICH}


def structs(type_: object) -> set[type[msgspec.Struct]]:
    """Returns a struct and all structs in it."""
    found: set[type[msgspec.Struct]] = set()
    todo = [type_]
    while todo:
        one = todo.pop()
        if isinstance(one, type) and issubclass(one, msgspec.Struct) and one not in found:
            found.add(one)
            todo += [field.type for field in msgspec.structs.fields(one)]
        todo += typing.get_args(one)
    return found


def test_every_table_of_a_plan_is_strict() -> None:
    assert len(structs(Plan)) > 10
    assert all(one.__struct_config__.forbid_unknown_fields for one in structs(Plan))


@pytest.mark.parametrize("name", PLANS)
def test_a_sound_plan_is_what_the_walk_makes_of_it(name: str) -> None:
    data = tomllib.loads(PLANS[name])
    problems: list[Problem] = []

    plan, none = decode.decode(data, Plan)

    assert plan == decode._struct(data, Plan, "", problems)
    assert isinstance(plan, Plan)
    assert none == problems == []
