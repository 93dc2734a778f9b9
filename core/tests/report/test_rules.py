# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from ldlc.plan.model import Claim, Judge
from ldlc.report.rules import sentence


def claim(judge: dict, **changes) -> Claim:
    fields = {
        "id": "c", "where": "", "says": "", "certainty": "text", "measure": "x.a.m",
        "judge": Judge(**judge), **changes,
    }  # fmt: skip
    return Claim(**fields)


@pytest.mark.parametrize(
    ("judge", "expected"),
    [
        ({"at_most": 2}, "the mean of `x.a.m` is at most 2"),
        ({"at_least": 2000}, "the mean of `x.a.m` is at least 2,000"),
        ({"within": 0.1}, "is within 0.1 of the published value"),
        ({"within_factor": 3}, "is within a factor of 3 of the published value"),
        ({"compatible": True, "resolution": 2}, "which are at most 2 together"),
        ({"equals": True, "rounding": 0.5}, "equals the published value in every run, to 0.5"),
        ({"rate_at_least": 0.8}, "the rate of `x.a.m` is at least 0.8"),
        ({"rate_at_most": 0.1}, "the rate of `x.a.m` is at most 0.1"),
        ({"less_than": "x.b.m"}, "is below that of `x.b.m`"),
        ({"less_than": "x.b.m", "by": 2}, "is below that of `x.b.m` by at least 2"),
        (
            {"greater_than": ["x.b.m", "x.c.m"], "times": 3},
            "is above 3 times that of `x.b.m` and `x.c.m`",
        ),
        ({"not_worse_than": "x.b.m", "by": 1}, "is at most 1 worse than that of `x.b.m`"),
        ({"similar_to": "x.b.m", "within": 1}, "is within 1 of that of `x.b.m`"),
        (
            {"similar_to": "x.b.m", "fraction": 0.5, "gap_to": "x.c.m"},
            "is within 0.5 of the gap to `x.c.m` from that of `x.b.m`",
        ),
        ({"order": ["x.b.m", "x.c.m"]}, "the means stand in the order `x.a.m` < `x.b.m` < `x.c.m`"),
        (
            {"slope": {"a": 1, "b": 2}, "at_most": 0},
            "the slope of `x.a.m` over the arms is at most 0",
        ),
        ({"seen": "Is it?"}, "two people at least answer yes to: Is it?"),
    ],
)
def test_every_judge_has_its_sentence(judge, expected):
    assert expected in sentence(claim(judge))


def test_every_judge_of_the_plan_is_in_the_table_above():
    from ldlc.plan.rules import FORMS

    told = {
        next(iter(judge)) for judge, _ in test_every_judge_has_its_sentence.pytestmark[0].args[1]
    }

    assert set(FORMS) <= told


def test_several_parts_are_named_as_parts():
    several = claim({"within": 1}, measure=["x.a.m", "x.a.n"])

    assert sentence(several) == "each of the 2 parts: the mean is within 1 of the published value"


def test_a_claim_about_all_examples_says_so():
    about_all = claim({"at_most": 2}, examples=500)

    assert sentence(about_all) == "the mean of `x.a.m` over all examples is at most 2"


def test_a_median_is_called_so():
    assert sentence(claim({"at_most": 2}, of="median")).startswith("the median of")
