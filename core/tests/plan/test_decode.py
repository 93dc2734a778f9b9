# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound plans are decoded in one step; the walk that finds mistakes would have made the same of them."""

from __future__ import annotations

import tomllib
import typing
from pathlib import Path

import msgspec
import pytest
from papers import PLAN

from ldlc.plan import decode
from ldlc.plan.decode import Problem
from ldlc.plan.model import Plan

PAPERS = sorted(Path(__file__).resolve().parents[3].glob("repos/*/paper.toml"))
PLANS = {"small": PLAN} | {file.parent.name: file.read_text() for file in PAPERS}


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
