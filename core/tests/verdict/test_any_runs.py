# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever runs give, every sound rule has a verdict, two sentences, and numbers that fit together."""

import math
import warnings

import numpy as np
import pytest

from ldlc.verdict import assess

from cases import claim, plan, runs  # isort: skip
from test_plan_rules import SOUND  # isort: skip

USUAL = {
    "p": [1.0, 1.1, 3.0, 0.2, 1e-9, 1e9, 0.0],
    "k": [0.0, 1.0, 2.0, 50.0, 51.0, 0.5],
    "ok": [0.0, 1.0],
    "e": [3.0, 3.5],
    "steps": [1.0, 1.1, 3.0, 50.0],
}
OTHER = [10.0, 10.1, 9.7, 11.3, 12.0, 0.0, 999.0, 1001.0]
ODD = [None, math.nan, math.inf, -math.inf]


def invent(rng, measure, n):
    """Returns n values: a few usual ones again and again, now and then an odd one."""
    usual = list(rng.permutation(USUAL.get(measure, OTHER))[: rng.integers(1, 5)])
    choice = usual + (ODD if rng.random() < 0.3 else [])
    return [None if v is None else float(v) for v in rng.choice(np.array(choice, object), n)]


@pytest.mark.parametrize("case", range(len(SOUND)))
def test_any_runs_have_a_verdict(case):
    rule, fields = SOUND[case]
    fields = {key: value for key, value in fields.items() if key != "seeds"}
    one = claim(rule, fields.pop("measure", "E.a.x"), **fields)
    names = [reference.split(".")[2] for reference in one.inputs]
    rng = np.random.default_rng(case)
    for n in (1, 2, 3, 5, 8, 12):
        plan_ = plan(one, seeds=n)
        for _ in range(3):
            values = {
                arm: {name: invent(rng, name, n) for name in {*names, "ok"}} for arm in "abcd"
            }
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                found = assess(plan_, runs(plan_, values, repeated="same bits")).verdicts[0]
            if rule.seen is None:
                check(found, values)


def check(verdict, values):
    allowed = ("replicated", "not replicated", "inconclusive", "replicated in direction")
    assert verdict.outcome in allowed, values
    assert verdict.compared.endswith("."), values
    assert verdict.because.endswith("."), values
    assert "nan" not in verdict.compared + verdict.because, values
    for p in (verdict.p_show, verdict.p_refute, verdict.p_direction, verdict.chance):
        assert p is None or 0.0 <= p <= 1.0, values
    for part in verdict.parts:
        ends = [v for v in (part.low, part.estimate, part.high) if v is not None]
        assert all(math.isfinite(v) for v in ends), values
        assert ends == sorted(ends), (part, values)
