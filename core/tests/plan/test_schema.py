# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import tomllib
from importlib import resources
from typing import Any

import jsonschema
import pytest
from papers import PLAN

from ldlc.plan import json_schema


def test_the_schema_for_editors_is_in_step_with_the_types() -> None:
    stored = resources.files("ldlc.plan").joinpath("paper.schema.json").read_text(encoding="utf-8")

    assert (
        json_schema() == stored
    )  # renew it: ldlc plan --schema > core/src/ldlc/plan/paper.schema.json


def test_a_sound_plan_fits_the_schema() -> None:
    jsonschema.validate(tomllib.loads(PLAN), json.loads(json_schema()))


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: plan.update(experimens={}),
        lambda plan: plan.pop("paper"),
        lambda plan: plan["claims"][0].update(certainty="sure"),
        lambda plan: plan["experiments"]["walk"].update(seeds="6"),
    ],
)
def test_a_broken_plan_does_not_fit_the_schema(change: Any) -> None:
    plan = tomllib.loads(PLAN)
    change(plan)

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plan, json.loads(json_schema()))
