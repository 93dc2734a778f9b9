# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from ldlc.plan.model import Judge
from ldlc.verdict.sentences import confidence, number, percent, span, twentieths

from cases import claim, verdict  # isort: skip

A = [10.2, 9.7, 10.9, 10.4, 9.9, 10.1, 10.6, 9.5]


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (None, "none"),
        (0.123456, "0.1235"),
        (999.96, "1000"),
        (1000.0, "1,000"),
        (1425.4, "1,425"),
        (-74000.0, "-74,000"),
        (1.5e-7, "1.5e-07"),
        (3e15, "3e+15"),
        (0.0, "0"),
    ],
)
def test_numbers_have_four_digits(x, text):
    assert number(x) == text


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.631, "63 %"),
        (0.1, "10 %"),
        (0.0312, "3.1 %"),
        (0.0004, "0.04 %"),
        (1e-4, "0.01 %"),
        (9e-5, "less than 0.01 %"),
        (0, "0 %"),
    ],
)
def test_shares_are_percent(x, text):
    assert percent(x) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (1, 2, "1 to 2 s"),
        (None, 2, "at most 2 s"),
        (1, None, "at least 1 s"),
        (None, None, "anything"),
        (3, 3, "3 s"),
    ],
)
def test_intervals_in_words(low, high, text):
    assert span(low, high, "s") == text


@pytest.mark.parametrize(
    ("chance", "text"),
    [
        (0.03, "under 10 %"),
        (0.0999, "under 10 %"),
        (0.1, "about 10 %"),
        (0.43, "about 45 %"),
        (0.75, "about 75 %"),
        (0.99, "about 95 %"),
    ],
)
def test_simulated_chances_have_no_more_digits_than_they_deserve(chance, text):
    assert twentieths(chance) == text


def test_confidence_follows_the_level():
    assert confidence(0.025) == "95 %"
    assert confidence(0.0125) == "97.5 %"
    assert confidence(0.00625) == "98.8 %"


@pytest.mark.parametrize(
    ("judge", "because"),
    [
        (Judge(within=1.0), "The whole 95 % interval lies inside what the claim accepts."),
        (Judge(at_most=9.0), "The whole 95 % interval lies outside what the claim accepts."),
        (
            Judge(at_most=10.3),
            "The interval reaches across an edge of what the claim accepts, so 8 seeds cannot tell.",
        ),
    ],
)
def test_one_arm_in_two_sentences(judge, because):
    found = verdict(claim(judge, published=10.0), {"a": {"x": A}})

    assert found.compared.startswith(
        "The mean of `E.a.x` over 8 runs is 10.16 (95 % interval 9.773 to 10.55); the paper says 10, "
        "and the claim accepts "
    )
    assert found.because == because


def test_parts_in_two_sentences():
    b = [x + 5 for x in A]
    values = {"a": {"x": A}, "b": {"x": b}}

    shown = verdict(claim(Judge(at_most=20.0), ["E.a.x", "E.b.x"]), values)
    open_ = verdict(claim(Judge(at_most=15.3), ["E.a.x", "E.b.x"]), values)
    wrong = verdict(claim(Judge(at_most=12.0), ["E.a.x", "E.b.x"]), values)

    assert shown.because == (
        "The whole 95 % interval of every part lies inside what the claim accepts."
    )
    assert open_.because == (
        "The interval of at least one of 2 parts reaches across an edge of what the claim accepts, so "
        "8 seeds cannot tell."
    )
    assert open_.compared.startswith(
        "Of 2 comparisons, the claim hangs on this one: the mean of `E.b.x`"
    )
    assert wrong.because == (
        "The interval of this part, made wider because any of 2 could fail, lies outside what the "
        "claim accepts, and one wrong part refutes the whole."
    )


def test_a_comparison_names_the_direction_and_the_size():
    b = [x + 2 for x in A]

    found = verdict(claim(Judge(less_than="E.b.x", by=2.1)), {"a": {"x": A}, "b": {"x": b}})

    assert found.compared == (
        "The mean of `E.a.x` minus that of `E.b.x`, 8 runs an arm, is -2 (95 % interval -2.5 to -1.5); "
        "the claim accepts at most -2.1, and the direction alone needs less than 0."
    )
    assert found.because == (
        "The whole 95 % interval is on the claimed side of 0, but the claimed size is not shown yet."
    )


def test_a_factor_between_arms_names_the_direction():
    c = [x * 3 for x in A]

    found = verdict(
        claim(Judge(greater_than="E.a.p", times=1.5), "E.c.p"), {"a": {"p": A}, "c": {"p": c}}
    )

    assert "divided by that of `E.a.p`, 8 runs an arm, is 3 " in found.compared
    assert "the direction alone needs more than 1." in found.compared


@pytest.mark.parametrize(
    ("judge", "than"),
    [
        (Judge(less_than="E.b.x", times=0.9), "less"),
        (Judge(greater_than="E.b.x", times=1.1), "more"),
    ],
)
def test_a_ratio_of_means_names_the_direction(judge, than):
    found = verdict(claim(judge), {"a": {"x": A}, "b": {"x": [v + 0.5 for v in A]}})

    assert f"the direction alone needs {than} than 1." in found.compared


def test_ranks_name_a_difference_or_a_factor():
    values = {"a": {"x": A, "p": A}, "b": {"x": [v + 5 for v in A], "p": [v + 5 for v in A]}}

    shifted = verdict(claim(Judge(less_than="E.b.x"), of="median"), values)
    scaled = verdict(claim(Judge(less_than="E.b.p"), "E.a.p", of="median"), values)

    assert shifted.compared.startswith(
        "The typical difference between `E.a.x` and `E.b.x`, 8 runs an arm, is -5 "
    )
    assert scaled.compared.startswith(
        "The typical factor of `E.a.p` to `E.b.p`, 8 runs an arm, is 0.6689 "
    )


def test_an_interval_with_one_open_end_is_told():
    steps = {"a": {"steps": [1.0, 2.0, 3.0, 4.0, 5.0, None, None]}}

    found = verdict(claim(Judge(at_most=50.0), "E.a.steps", of="median"), steps)

    assert "is 4 steps (95 % interval at least 1)" in found.compared


@pytest.mark.parametrize(
    ("rule", "compared"),
    [
        (
            claim(Judge(greater_than="E.b.ok"), "E.a.ok"),
            "The rate of `E.a.ok` (6 of 8) minus that of `E.b.ok` (2 of 8) is 0.5 ",
        ),
        (
            claim(Judge(similar_to="E.b.low", fraction=0.5, gap_to="E.c.low"), "E.a.low"),
            "The distance of `E.a.low` from `E.b.low`, in gaps to `E.c.low`, 8 runs an arm, is ",
        ),
        (
            claim(Judge(less_than="E.b.x")),
            "The mean of `E.a.x` minus that of `E.b.x`, 8 runs an arm, is -0.5 ",
        ),
        (
            claim(Judge(less_than="E.b.x", times=0.5)),
            "The mean of `E.a.x` divided by that of `E.b.x`, 8 runs an arm, is 0.9531 ",
        ),
        (
            claim(Judge(slope={"a": 0.0, "b": 1.0, "c": 2.0}, at_least=0.0)),
            "The slope of `x` over 3 arms, 8 runs an arm, is 2 ",
        ),
    ],
)
def test_every_comparison_names_its_arms(rule, compared):
    data = {
        "a": {"ok": [1.0] * 6 + [0.0] * 2, "x": A, "low": A},
        "b": {"ok": [1.0] * 2 + [0.0] * 6, "x": [v + 0.5 for v in A], "low": [v + 0.5 for v in A]},
        "c": {"ok": [1.0] * 8, "x": [v + 4 for v in A], "low": [v + 4 for v in A]},
    }

    assert verdict(rule, data).compared.startswith(compared)


def test_the_correlation_of_the_two_arms_is_told():
    b = [10.9, 10.1, 11.4, 10.2, 11.1, 10.6, 10.0, 11.3]

    notes = verdict(claim(Judge(less_than="E.b.x")), {"a": {"x": A}, "b": {"x": b}}).notes

    r = np.corrcoef(A, b)[0, 1]
    assert f"Runs of equal seed correlate by {r:.2f} between a − b; compared by Welch's t." in notes


def test_a_narrow_margin_is_held_against_two_deviations():
    found = verdict(claim(Judge(within=0.5), published=10.1), {"a": {"x": A}})

    said = f"The margin 0.5 is less than two standard deviations of our runs ({2 * np.std(A, ddof=1):.4g})"
    assert any(note.startswith(said) for note in found.notes)


OK = {"a": {"ok": [1.0] * 10}, "b": {"ok": [0.0] * 10}}


@pytest.mark.parametrize(
    ("judge", "because"),
    [
        (Judge(greater_than="E.b.ok", by=0.2), "If the claim were false, runs like these"),
        (Judge(less_than="E.b.ok"), "If the claim were true, runs like these would come up with"),
        (
            Judge(greater_than="E.b.ok", by=0.7),
            "The direction is shown at the limit of 2.5 %, and the claimed size is not shown yet.",
        ),
        (Judge(similar_to="E.b.ok", within=0.9), "Runs like these could come up with the claim"),
    ],
)
def test_rates_are_explained_by_chances(judge, because):
    assert verdict(claim(judge, "E.a.ok"), OK).because.startswith(because)


def test_a_size_of_rates_that_is_refuted():
    ok = {"a": {"ok": [1.0] * 30 + [0.0] * 30}, "b": {"ok": [1.0] * 10 + [0.0] * 50}}

    found = verdict(claim(Judge(greater_than="E.b.ok", by=0.7), "E.a.ok"), ok)

    assert found.outcome == "replicated in direction"
    assert found.because.endswith("the claimed size is refuted: the effect is smaller.")


def test_compatible_is_explained_by_chances():
    found = verdict(claim(Judge(compatible=True, resolution=5.0), published=11.0), {"a": {"x": A}})

    assert found.because.startswith("Runs like these could come up with the claim true or false")
    assert any("leans on the shape" in note for note in found.notes)


def test_compatible_without_any_spread_has_no_range_to_show():
    found = verdict(
        claim(Judge(compatible=True, resolution=5.0), published=11.0), {"a": {"x": [10.0] * 5}}
    )

    assert found.parts[0].accepted == (11.0, 11.0)
    missing = verdict(
        claim(Judge(compatible=True, resolution=5.0), published=11.0), {"a": {"x": [None] * 5}}
    )
    assert missing.parts[0].accepted == (None, None)
    assert "the claim accepts two of our standard deviations on either side" in missing.compared


def test_a_sharper_test_than_the_interval_is_told():
    rule = claim(Judge(greater_than="E.b.ok"), "E.a.ok")
    few = {"a": {"ok": [1.0] * 5 + [0.0] * 15}, "b": {"ok": [0.0] * 20}}
    many = {"a": {"ok": [1.0] * 9 + [0.0] * 11}, "b": {"ok": [0.0] * 20}}  # from 0.01 up
    open_ = {"a": {"ok": [1.0] * 2 + [0.0] * 18}, "b": {"ok": [0.0] * 20}}
    told = "Boschloo's test, which decides, is sharper than the interval: that reaches across 0."

    assert verdict(rule, few).outcome == verdict(rule, many).outcome == "replicated"
    assert verdict(rule, few).parts[0].low < 0
    assert told in verdict(rule, few).notes
    assert told not in verdict(rule, many).notes
    assert told not in verdict(rule, open_).notes


def test_a_refuted_part_is_told_where_another_could_not_be_tested():
    rule = claim(Judge(at_most=9.0), ["E.a.score", "E.b.score"])
    untested = [10.0, None, 9.0, 8.0, 8.5, 9.5, 8.2, 9.1]

    found = verdict(rule, {"a": {"score": untested}, "b": {"score": A}})

    assert found.outcome == "not replicated"
    assert "the mean of `E.b.score`" in found.compared
