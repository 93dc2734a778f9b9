# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import math

import msgspec
import numpy as np
import pytest
from scipy import stats

from ldlc.plan.model import Judge, Measure, Scale
from ldlc.plan.rules import LEVEL
from ldlc.verdict import assess
from ldlc.verdict.chance import chance_to_settle
from ldlc.verdict.evidence import look_at, runs_of
from ldlc.verdict.sentences import twentieths

from cases import MEASURES, claim, diverged, line, plan, runs, verdict  # isort: skip

GOOD = [10.0 + 0.1 * (i % 7) for i in range(60)]


def data(*x, measure="x", arm="a"):
    return {arm: {measure: list(x)}}


# ---- outcomes that are no test


def test_a_blocked_claim():
    plan_ = plan(claim(blocked="the data are not public"))

    found = assess(plan_, {}).verdicts[0]

    assert (found.outcome, found.because) == ("blocked", "It is blocked: the data are not public")


def test_without_runs_nothing_is_attempted():
    found = assess(plan(claim(Judge(at_most=20))), {}).verdicts[0]

    assert (found.outcome, found.seeds, found.look) == ("not attempted", 0, 0)
    assert found.because == "0 of 10 runs are there, in the arm that has fewest."


def test_a_missing_run_waits():
    plan_ = plan(claim(Judge(less_than="E.b.x")))
    results = runs(plan_, {"a": {"x": GOOD[:10]}, "b": {"x": GOOD[:7]}})

    found = assess(plan_, results).verdicts[0]

    assert (found.outcome, found.because[:13]) == ("not attempted", "7 of 10 runs ")


def test_a_gap_in_the_seeds_waits():
    plan_ = plan(claim(Judge(at_most=20)))
    results = runs(plan_, data(*GOOD[:11]))
    del results["E", "a"][4]

    assert assess(plan_, results).verdicts[0].outcome == "not attempted"


def test_a_run_that_raised_is_an_error_until_it_ran():
    plan_ = plan(claim(Judge(at_most=20)))
    results = runs(plan_, data(*GOOD[:10]))
    results["E", "a"][3] = line(plan_, "a", 3, {}, error="Traceback ...")

    found = assess(plan_, results).verdicts[0]

    assert found.outcome == "error"
    assert found.because == (
        "1 runs raised an error, the first being seed 3 of `E.a`; a verdict waits until they ran."
    )


def test_of_several_errors_the_first_is_named():
    plan_ = plan(claim(Judge(at_most=20)))
    results = runs(plan_, data(*GOOD[:10]))
    for seed in (3, 7):
        results["E", "a"][seed] = line(plan_, "a", seed, {}, error="Traceback ...")

    because = assess(plan_, results).verdicts[0].because

    assert because.startswith("2 runs raised an error, the first being seed 3 of `E.a`;")


def test_the_smoke_scale_is_never_judged():
    plan_ = plan(claim(Judge(at_most=20)))

    found = assess(plan_, runs(plan_, data(10.0), scale="smoke"), "smoke").verdicts[0]

    assert found.outcome == "not attempted"
    assert "nothing is judged" in found.because


# ---- scales


@pytest.mark.parametrize("approved_by", [None, "Ada"])
def test_a_reduced_scale_is_approximate(approved_by):
    reduced = Scale(seeds=6, why="one machine", approved_by=approved_by)
    plan_ = plan(claim(Judge(at_most=20)), seeds=50, scales={"reduced": reduced})

    found = assess(plan_, runs(plan_, data(*GOOD[:6]), scale="reduced")).verdicts[0]

    assert (found.outcome, found.scale, found.seeds) == ("replicated", "reduced", 6)
    assert (found.approximate, found.approved) == (True, approved_by is not None)


def test_the_full_scale_needs_no_approval():
    found = verdict(claim(Judge(at_most=20)), data(*GOOD[:10]))

    assert (found.scale, found.approximate, found.approved) == ("full", False, True)


def test_a_scale_that_is_asked_for_is_judged():
    reduced = Scale(seeds=6, why="one machine")
    plan_ = plan(claim(Judge(at_most=20)), seeds=10, scales={"reduced": reduced})

    found = assess(plan_, runs(plan_, data(*GOOD[:10])), "full").verdicts[0]

    assert (found.scale, found.seeds, found.approximate) == ("full", 10, False)


# ---- judged by eye


@pytest.mark.parametrize(
    ("answers", "outcome", "why"),
    [
        ({}, "not attempted", "0 of the 2 people that a question needs have answered."),
        ({"Ann": True}, "not attempted", "1 of the 2 people"),
        ({"Ann": True, "Bob": True}, "replicated", "2 of 2 said yes (seen by Ann, Bob)"),
        ({"Ann": True, "Bob": False}, "inconclusive", "1 of 2 said yes"),
        ({"Ann": False, "Bob": False}, "not replicated", "0 of 2 said yes"),
    ],
)
def test_a_question_needs_two_people_who_agree(answers, outcome, why):
    found = assess(plan(claim(Judge(seen="Is it there?"))), {}, seen={"c1": answers}).verdicts[0]

    assert found.outcome == outcome
    assert found.because.startswith(why)
    assert found.seen_by == tuple(answers)
    assert found.compared == f"{len(answers)} people were asked: Is it there?"


def test_claims_judged_by_eye_are_not_counted():
    plan_ = plan(claim(Judge(seen="?")), claim(Judge(at_most=20), id="c2"))
    yes = {"c1": {"Ann": True, "Bob": True}}

    found = assess(plan_, runs(plan_, data(*GOOD[:10])), seen=yes)

    assert found.headline == "1 of 1 claim replicated (1 after Holm)"
    assert found.counts == {"replicated": 1}
    assert found.verdicts[0].holm_show is None
    assert assess(plan(claim(Judge(seen="?"))), {}).headline == "no claim is tested"


# ---- two looks


def looked(first, second, judge=None, **options):
    """Returns the verdict with 5 runs around `first` and 10 more around `second`."""
    spread = np.array([-0.2, -0.1, 0.0, 0.1, 0.2])
    x = [*(first + spread), *(second + np.tile(spread, 2))]
    return verdict(claim(judge or Judge(at_most=10.0)), data(*x), seeds=5, extend_to=15, **options)


def test_the_first_look_is_judged_on_its_seeds_alone():
    x = [*GOOD[:5], *[1000.0] * 5]

    found = verdict(claim(Judge(at_most=20)), data(*x), seeds=5, extend_to=15)

    assert (found.outcome, found.seeds, found.look) == ("replicated", 5, 1)
    assert found.parts[0].estimate == pytest.approx(np.mean(GOOD[:5]))


def test_an_open_claim_is_judged_again_at_the_extension():
    found = looked(9.9, 9.8)

    assert (found.outcome, found.seeds, found.look) == ("replicated", 15, 2)


def test_the_first_look_that_decides_stands():
    found = looked(9.0, 10.5)  # the mean of all 15 is 10.0: open

    assert (found.outcome, found.seeds, found.look) == ("replicated", 5, 1)
    assert "Decided at 5 seeds; 15 seeds do not contradict it." in found.notes


def test_looks_that_contradict_each_other_leave_nothing():
    found = looked(9.5, 12.0)

    assert (found.outcome, found.seeds, found.look) == ("inconclusive", 15, 2)
    assert found.because == (
        "The first look, at 5 seeds, decided the opposite of the second: contradicted at 15 seeds."
    )


def test_seeds_beyond_the_extension_change_nothing():
    x = [*GOOD[:6], *[1000.0] * 5]

    found = verdict(claim(Judge(at_most=20)), data(*x), seeds=3, extend_to=6)

    assert found.outcome == "replicated"


def test_holm_takes_the_smaller_p_of_both_looks():
    found = looked(9.0, 10.5)

    first = np.array([-0.2, -0.1, 0.0, 0.1, 0.2]) + 9.0
    assert found.holm_show == pytest.approx(
        stats.ttest_1samp(first, 10.0, alternative="less").pvalue
    )


def test_an_open_claim_has_a_chance_to_be_settled():
    x = [9.7, 10.2, 9.8, 10.1, 9.9]

    found = verdict(claim(Judge(at_most=10.0)), data(*x, *x[:3]), seeds=5, extend_to=20)

    assert found.outcome == "inconclusive"
    assert 0.0 < found.chance < 1.0
    assert "8 of 20 runs of the extension are there; they are not judged." in found.notes
    none = verdict(claim(Judge(at_most=10.0)), data(*x), seeds=5, extend_to=20)
    assert not any("runs of the extension" in note for note in none.notes)


def test_of_the_extensions_runs_the_arm_with_fewest_is_told():
    x = [9.7, 10.2, 9.8, 10.1, 9.9]
    plan_ = plan(claim(Judge(less_than="E.b.x")), seeds=5, extend_to=20)
    results = runs(plan_, {"a": {"x": [*x, *x]}, "b": {"x": [*x[::-1], *x[:2]]}})

    notes = assess(plan_, results).verdicts[0].notes

    assert "7 of 20 runs of the extension are there; they are not judged." in notes


def test_an_equality_is_judged_at_the_last_look_that_is_complete():
    rule = claim(Judge(equals=True, atol=0.5), published=10.0)

    found = verdict(rule, data(10.0, 10.1, 10.2, 11.0), seeds=2, extend_to=4)

    assert (found.outcome, found.seeds, found.look) == ("not replicated", 4, 2)


def test_seeds_that_will_not_settle_it():
    x = [9.0, 11.0, 10.02, 9.98, 10.5, 9.5]

    found = verdict(claim(Judge(compatible=True, resolution=0.1), published=10.0), data(*x))
    assert (found.outcome, found.chance) == ("inconclusive", None)  # held up by its guard

    found = verdict(claim(Judge(within=0.05), published=10.0), data(*x), extend_to=8)
    assert found.chance < 0.1
    assert found.notes[0] == "Seeds will not settle it: 8 seeds would with a chance below 10 %."


def test_what_is_not_decided_is_not_decided_alone():
    found = verdict(claim(Judge(at_most=10.0)), data(9.7, 10.2, 9.8, 10.1, 9.9))

    assert (found.outcome, found.alone) == ("inconclusive", False)
    assert found.holm_show > 0.025


def test_without_an_extension_fresh_seeds_have_a_chance():
    x = [9.7, 10.2, 9.8, 10.1, 9.9]

    found = verdict(claim(Judge(at_most=10.0)), data(*x))

    assert found.chance is None
    plan_ = plan(claim(Judge(at_most=10.0)), seeds=5)
    look = look_at(
        plan_,
        plan_.claims[0],
        runs_of(plan_, plan_.claims[0], runs(plan_, data(*x)), {"E": "full"}, 0),
    )
    alone, added = (
        [twentieths(chance_to_settle(look, [[n]], LEVEL / 2, fresh=fresh)) for n in (10, 20)]
        for fresh in (True, False)
    )
    whole = [twentieths(chance_to_settle(look, [[n]], LEVEL, fresh=True)) for n in (10, 20)]
    assert alone != added
    assert alone != whole
    assert found.notes[0] == (
        f"Chance to settle it, under an amended plan: 10 fresh seeds {alone[0]}, 20 fresh seeds "
        f"{alone[1]}."
    )


def test_a_decided_claim_has_no_chance():
    assert verdict(claim(Judge(at_most=20)), data(*GOOD[:5]), extend_to=10).chance is None


def test_what_the_next_look_may_change_is_open():
    x = [9.7, 10.2, 9.8, 10.1, 9.9]
    b = {"a": {"x": A8}, "b": {"x": [v + 2 for v in A8]}}

    assert verdict(claim(Judge(at_most=10.0)), data(*x)).open
    assert verdict(claim(Judge(less_than="E.b.x", by=2.1)), b).open
    assert not verdict(claim(Judge(less_than="E.b.x", by=9)), b).open
    assert not verdict(claim(Judge(at_most=20)), data(*x)).open
    plan_ = plan(claim(Judge(at_most=10.0)), seeds=5)
    assert not assess(plan_, runs(plan_, data(*x), claims={})).verdicts[0].open


@pytest.mark.parametrize(("n", "known"), [(2, False), (3, True), (5, True)])
def test_too_few_runs_for_the_first_look_may_do_for_the_second(n, known):
    x = [9.0, 9.5, 9.2, 9.8, 8.9][:n]

    found = verdict(claim(Judge(at_most=10.0), of="median"), data(*x), seeds=n, extend_to=20)

    assert found.outcome == "inconclusive"
    assert found.open
    assert (found.chance is not None) == known
    if known:
        assert found.chance > 0.9


A8 = [10.2, 9.7, 10.9, 10.4, 9.9, 10.1, 10.6, 9.5]


# ---- a stranger's own runs


def test_here_any_number_of_seeds_is_the_only_look():
    plan_ = plan(claim(Judge(less_than="E.b.x")), seeds=20, extend_to=60)
    results = runs(plan_, {"a": {"x": GOOD[:5]}, "b": {"x": [x + 2 for x in GOOD[:4]]}}, claims={})

    found = assess(plan_, results, here=True).verdicts[0]

    assert (found.outcome, found.seeds, found.look) == ("replicated", 4, 1)


def test_here_a_complete_look_is_judged_as_planned():
    plan_ = plan(claim(Judge(at_most=10)), seeds=5, extend_to=8)
    results = runs(plan_, data(9.7, 10.2, 9.8, 10.1, 9.9, 9.9))

    found = assess(plan_, results, here=True).verdicts[0]

    assert (found.seeds, found.chance) == (5, None)
    assert not any("fresh" in note for note in found.notes)


def test_here_without_a_common_seed_nothing_is_attempted():
    plan_ = plan(claim(Judge(less_than="E.b.x")), seeds=20)
    results = runs(plan_, {"a": {"x": GOOD[:5]}})

    found = assess(plan_, results, here=True).verdicts[0]

    assert (found.outcome, found.because) == (
        "not attempted",
        "0 of 0 runs are there, in the arm that has fewest.",
    )


# ---- degenerate runs


@pytest.mark.parametrize("n", [1, 2])
def test_one_or_two_seeds_show_their_numbers_and_decide_nothing(n):
    found = verdict(claim(Judge(at_most=20)), data(*GOOD[:n]))

    assert found.outcome == "inconclusive"
    assert found.because == f"There is no verdict: {n} runs are too few: the rule needs 3."
    assert found.parts[0].estimate == pytest.approx(np.mean(GOOD[:n]))
    assert found.p_show is None


def test_runs_that_are_all_equal_decide_nothing():
    found = verdict(claim(Judge(at_most=20)), data(*[10.0] * 8))

    assert found.outcome == "inconclusive"
    assert "the seed changes nothing: declare kind `exact`" in found.because
    assert (found.parts[0].low, found.parts[0].high) == (None, None)
    assert found.compared == (
        "The mean of `E.a.x` over 8 runs is 10 (95 % interval not known); the claim accepts at most 20."
    )


def test_counts_that_are_all_nought_are_decided_by_the_binomial():
    found = verdict(claim(Judge(at_most=2), "E.a.k"), data(*[0.0] * 5, measure="k"))

    assert found.outcome == "replicated"
    assert found.p_show == pytest.approx((1 - 2 / 50) ** 250)


def test_counts_that_cluster_decide_nothing():
    x = [0.0, 0.0, 9.0, 0.0, 0.0, 7.0]

    found = verdict(claim(Judge(at_most=20), "E.a.k"), data(*x, measure="k"))

    assert found.outcome == "inconclusive"
    assert "counts differ from run to run by more than chance" in found.because


def test_runs_that_differ_by_factors_have_no_mean():
    x = [0.1, 1.0, 10.0, 0.2, 5.0]

    found = verdict(claim(Judge(at_most=100)), data(*x))

    assert found.because.startswith("There is no verdict: runs differ by factors")


def test_without_a_range_skew_is_said_to_be_unguarded():
    found = verdict(
        claim(Judge(at_most=100), "E.a.free"), data(*[0.1, 1, 10, 0.2, 5], measure="free")
    )

    assert found.outcome == "replicated"
    assert "`E.a.free` declares no end of its range, so its skew is not guarded." in found.notes


def test_the_skew_of_logarithms_is_said_to_be_unguarded():
    said = "Means of `E.a.p` are of logarithms, and the skew of these is not guarded."

    assert said in verdict(claim(Judge(at_most=20), "E.a.p"), data(*GOOD[:8], measure="p")).notes
    median = claim(Judge(at_most=20), "E.a.p", of="median")
    assert said not in verdict(median, data(*GOOD[:8], measure="p")).notes


def test_two_arms_that_are_both_still_and_different():
    both = {"a": {"x": [1.0] * 4}, "b": {"x": [2.0] * 4}}

    found = verdict(claim(Judge(less_than="E.b.x")), both)

    assert (found.outcome, found.p_show) == ("replicated", pytest.approx(1 / 70))


def test_two_arms_that_are_both_still_and_equal():
    both = {"a": {"x": [2.0] * 4}, "b": {"x": [2.0] * 4}}

    found = verdict(claim(Judge(less_than="E.b.x")), both)

    assert found.outcome == "inconclusive"
    assert "the seed changes nothing" in found.because


def test_a_diverged_run_decides_nothing():
    plan_ = plan(claim(Judge(at_most=20)))
    results = runs(plan_, data(*GOOD[:10]))
    results["E", "a"][3] = diverged(plan_, "a", 3, "x")

    found = assess(plan_, results).verdicts[0]

    assert found.outcome == "inconclusive"
    assert found.because.startswith(
        "There is no verdict: 1 of 10 runs of `E.a.x` diverged or gave no number"
    )
    assert found.parts[0].estimate is None
    assert "is not known; the claim accepts at most 20" in found.compared


def test_one_part_without_a_verdict_leaves_the_others_to_refute():
    values = {"a": {"x": [math.nan] * 8}, "b": {"x": GOOD[:8]}}
    rule = claim(Judge(at_most=5), ["E.a.x", "E.b.x"])

    found = verdict(rule, values)

    assert found.outcome == "not replicated"
    assert found.parts[0].p_show is None
    assert found.p_refute == pytest.approx(2 * found.parts[1].p_refute)


def test_one_part_without_a_verdict_keeps_the_claim_from_being_shown():
    values = {"a": {"x": [math.nan] * 8}, "b": {"x": GOOD[:8]}}

    found = verdict(claim(Judge(at_most=20), ["E.a.x", "E.b.x"]), values)

    assert found.outcome == "inconclusive"
    assert found.because.startswith("There is no verdict on E.a.x: 8 of 8 runs")


def test_a_mean_needs_a_value_of_every_successful_run():
    values = {"a": {"score": [1.0, None, 3.0, 2.0], "ok": [1.0] * 4}}

    found = verdict(claim(Judge(at_least=0), "E.a.score", among="E.a.ok"), values)

    assert "1 of 4 runs have no value, and a mean needs all" in found.because


def test_a_value_outside_the_range_decides_nothing():
    found = verdict(claim(Judge(at_most=20)), data(*GOOD[:5], 1001.0))

    assert "seed 5 gave 1001 for `E.a.x`, whose range is [0, 1000]" in found.because


def test_a_gap_that_is_not_above_nought_decides_nothing():
    values = {
        arm: {"low": [10 + d + 0.1 * (i % 3) for i in range(6)]}
        for arm, d in zip("abc", (2, 1, 0), strict=True)
    }
    rule = Judge(similar_to="E.b.low", fraction=0.5, gap_to="E.c.low")

    found = verdict(claim(rule, "E.a.low"), values)

    assert "the mean to divide by is not above 0" in found.because


def test_every_run_succeeds_and_the_note_says_what_is_not_excluded():
    for n, share in ((3, 63), (5, 45), (10, 26), (20, 14)):
        found = verdict(claim(Judge(rate_at_least=0.05), "E.a.ok"), data(*[1.0] * n, measure="ok"))

        assert f"failure rates up to {share} % are not excluded." in found.notes[0]


def test_a_mean_may_have_missed_runs_that_rarely_fail():
    found = verdict(claim(Judge(at_most=20)), data(*GOOD[:10]))

    assert (
        "A kind of run that is rarer than 26 % may not have come up in 10 runs of `E.a`."
        in found.notes
    )


def test_most_runs_absent_leave_a_median_without_a_value():
    x = [5.0, *[None] * 8]
    rule = claim(Judge(at_most=50), "E.a.steps", of="median")

    found = verdict(rule, data(*x, measure="steps"))

    assert found.outcome == "not replicated"
    assert found.parts[0].estimate is None
    assert found.compared == (
        "The median of `E.a.steps` over 9 runs lies beyond every value, for most runs have none; the "
        "claim accepts at most 50."
    )


def test_a_narrow_margin_around_a_single_run_is_noted():
    x = [9.0, 11.0, 10.0, 9.5, 10.5, 10.2]

    found = verdict(claim(Judge(within=1.0), published=10.0), data(*x))

    assert any("`compatible` asks the right question" in note for note in found.notes)
    wide = verdict(claim(Judge(within=2.0), published=10.0), data(*x))
    assert not any("compatible" in note for note in wide.notes)


def test_correlation_between_arms_is_printed():
    values = {"a": {"x": GOOD[:8]}, "b": {"x": [x + 3 for x in GOOD[:8]]}}

    found = verdict(claim(Judge(less_than="E.b.x")), values)

    assert (
        "Runs of equal seed correlate by 1.00 between a − b; compared by Welch's t." in found.notes
    )


# ---- the paper as a whole


def many(*x, bound=10.3):
    """Returns the assessment of one claim an arm; each arm's runs lie around its number."""
    arms = "abcd"[: len(x)]
    plan_ = plan(*(claim(Judge(at_most=bound), f"E.{a}.x", id=a) for a in arms), seeds=5)
    spread = np.array([-0.2, -0.1, 0.0, 0.1, 0.2])
    values = {a: {"x": (m + spread).tolist()} for a, m in zip(arms, x, strict=True)}
    return assess(plan_, runs(plan_, values))


def p_at(distance):
    return float(stats.t.sf(distance / (np.std([-0.2, -0.1, 0, 0.1, 0.2], ddof=1) / 5**0.5), 4))


def test_what_is_said_about_the_paper_is_corrected():
    found = many(9.0, 10.08, 11.5)

    assert [v.outcome for v in found.verdicts] == ["replicated", "replicated", "not replicated"]
    weak = p_at(0.22)
    assert 0.0125 < weak < 0.025
    assert found.verdicts[1].p_show == pytest.approx(weak, rel=1e-6)
    assert found.verdicts[1].holm_show == pytest.approx(2 * weak, rel=1e-6)
    assert [v.alone for v in found.verdicts] == [False, True, False]
    assert found.headline == "2 of 3 claims replicated (1 after Holm)"
    assert found.counts == {"replicated": 2, "not replicated": 1}
    assert found.holm == {"replicated": 1, "not replicated": 1}


def test_refutations_are_corrected_in_their_own_family():
    found = many(10.52, 9.0)

    assert found.verdicts[0].outcome == "not replicated"
    assert found.verdicts[0].holm_refute == pytest.approx(2 * p_at(0.22), rel=1e-6)
    assert found.verdicts[0].alone
    assert found.holm == {"replicated": 1, "not replicated": 0}


@pytest.mark.parametrize(
    "other", [claim(blocked="no data", id="c2"), claim(Judge(at_most=1), "E.b.x", id="c2")]
)
def test_blocked_and_missing_claims_count_in_the_correction(other):
    plan_ = plan(claim(Judge(at_most=20)), other)

    found = assess(plan_, runs(plan_, data(*GOOD[:10])))

    assert found.verdicts[0].holm_show == pytest.approx(2 * found.verdicts[0].p_show)
    assert found.verdicts[1].holm_show is None
    assert found.headline == "1 of 2 claims replicated (1 after Holm)"


def test_equalities_are_outside_the_correction():
    plan_ = plan(
        claim(Judge(at_most=20)),
        claim(Judge(equals=True, atol=1), published=10.0, id="c2"),
    )

    found = assess(plan_, runs(plan_, data(*GOOD[:10])))

    assert found.verdicts[0].holm_show == pytest.approx(found.verdicts[0].p_show)
    assert found.verdicts[1].holm_show is None
    assert found.headline == "2 of 2 claims replicated (2 after Holm)"


def test_exploratory_claims_are_counted_neither_way():
    plan_ = plan(claim(Judge(at_most=20)))

    found = assess(plan_, runs(plan_, data(*GOOD[:10]), claims={}))

    assert found.headline == "0 of 1 claim replicated (0 after Holm)"
    assert found.counts == {"exploratory": 1}


# ---- exact measures


def exact(*x, arm="a", repeated="same bits"):
    plan_ = plan(claim(Judge(equals=True, atol=1e-9), "E.a.e", published=3.0), seeds=len(x))
    results = runs(plan_, data(*x, measure="e", arm=arm))
    for seed, old in results["E", arm].items():
        results["E", arm][seed] = msgspec.structs.replace(
            old, repeated=repeated if not seed else None
        )
    return assess(plan_, results).verdicts[0]


def test_an_exact_equality():
    found = exact(3.0)

    assert found.outcome == "replicated"
    assert (found.p_show, found.parts[0].p_show) == (None, None)
    assert found.parts[0].accepted == (3.0 - 1e-9, 3.0 + 1e-9)
    assert found.because == (
        "Every value lies inside what the claim accepts, and nothing here is chance."
    )


def test_an_equality_among_no_runs_at_all_is_open():
    rule = claim(Judge(equals=True, atol=1.0), published=10.0, among="E.a.ok")

    found = verdict(rule, {"a": {"x": [10.0, 10.0], "ok": [0.0, 0.0]}})

    assert found.outcome == "inconclusive"
    assert found.because == "There is no verdict: no run of `E.a.x` is left to compare."


def test_an_equality_shows_the_range_of_its_runs():
    found = verdict(claim(Judge(equals=True, atol=1.0), published=10.0), data(10.2, 9.4, 10.0))

    part = found.parts[0]
    assert (part.low, part.estimate, part.high) == (9.4, 9.4, 10.2)  # the farthest is told
    assert part.interval == "range of runs"


def test_one_run_outside_refutes_an_equality():
    found = exact(3.0, 3.0, 3.1)

    assert found.outcome == "not replicated"
    assert (found.parts[0].estimate, found.parts[0].low, found.parts[0].high) == (3.1, 3.0, 3.1)
    assert "farthest from the paper gave 3.1; the paper says 3" in found.compared


@pytest.mark.parametrize(
    ("repeated", "why"),
    [
        (None, "no second run in a process of its own showed the same bits"),
        ("other bits", "a second run of `E.a` gave other bits, so it is not exact"),
    ],
)
def test_what_is_called_exact_must_have_been_run_twice(repeated, why):
    found = exact(3.0, repeated=repeated)

    assert found.outcome == "inconclusive"
    assert why in found.because


@pytest.mark.parametrize(
    ("judge", "value", "outcome"),
    [
        ({"rounding": 0.05}, 98.85, "replicated"),
        ({"rounding": 0.05}, 98.7, "not replicated"),
        ({"rtol": 0.01}, 99.7, "replicated"),
        ({"rtol": 0.01}, 99.8, "not replicated"),
        ({"atol": 0.1, "rtol": 0.01}, 99.88, "replicated"),
        ({"atol": 0.0}, 98.8, "replicated"),
        ({"atol": 0.0}, 98.80000001, "not replicated"),
    ],
)
def test_tolerances_of_an_equality(judge, value, outcome):
    rule = claim(Judge(equals=True, **judge), published=98.8)

    assert verdict(rule, data(value, 98.8)).outcome == outcome


def test_an_equality_with_a_diverged_run():
    rule = claim(Judge(equals=True, atol=0.1), published=10.0)

    open_ = verdict(rule, data(10.0, math.nan))
    assert open_.outcome == "inconclusive"
    assert "1 of 2 runs of `E.a.x` diverged" in open_.because
    nothing = verdict(rule, data(math.nan, math.nan))
    assert nothing.parts[0].estimate is None
    assert nothing.outcome == "inconclusive"


def test_one_wrong_part_refutes_where_another_has_no_verdict():
    values = {"a": {"x": [math.nan]}, "b": {"x": [7.0]}}
    rule = claim(Judge(equals=True, atol=0.1), ["E.a.x", "E.b.x"], published=[10.0, 10.0])

    found = verdict(rule, values)

    assert found.outcome == "not replicated"
    assert found.compared.startswith("Of 2 values, this one is told: the run of `E.b.x`")


def test_an_absent_value_equals_nothing():
    rule = claim(Judge(equals=True, atol=0.1), "E.a.score", published=10.0)

    found = verdict(rule, data(10.0, None, measure="score"))

    assert found.outcome == "not replicated"
    assert (found.parts[0].estimate, found.parts[0].low) == (None, None)


def test_an_equality_among_successful_runs():
    rule = claim(Judge(equals=True, atol=0.1), published=10.0, among="E.a.ok")

    found = verdict(rule, {"a": {"x": [10.0, 99.0], "ok": [1.0, 0.0]}})

    assert found.outcome == "replicated"


def test_never_is_checked_in_so_many_cases():
    rule = claim(Judge(equals=True, atol=0), "E.a.k", published=0)

    found = verdict(rule, data(0.0, 0.0, measure="k"))

    assert found.notes == ("`E.a.k` was checked in 100 cases: a rate below 0.03 is not excluded.",)
    twice = verdict(claim(Judge(equals=True, atol=0), published=0), data(0.0, 0.0))
    assert "2 cases: a rate below 1.5" in twice.notes[0]
    once = verdict(claim(Judge(equals=True, atol=0), published=0), data(0.0))
    assert once.notes == ()


def finer(value, closer, judge, *, repeated="same bits", published=None, more=None):
    plan_ = plan(
        claim(judge, "E.a.e", finer="b", published=published),
        seeds=1 if more is None else 2,
        measures={**MEASURES, "e": Measure(kind="exact", unit="m/s")},
    )
    results = runs(
        plan_,
        {
            arm: {"e": [v] if more is None else [v, v + more]}
            for arm, v in (("a", value), ("b", closer))
        },
        repeated=repeated,
    )
    return assess(plan_, results).verdicts[0]


def test_a_margin_without_seeds_is_the_numerical_error():
    found = finer(10.0, 10.1, Judge(within=0.5), published=10.0)

    assert found.outcome == "replicated"
    part = found.parts[0]
    assert (part.low, part.estimate, part.high) == pytest.approx((9.9, 10.1, 10.3))
    assert part.accepted == (9.5, 10.5)
    assert part.interval == "numerical bounds"
    assert found.notes == (
        "No seed noise; the numerical error is at most twice the difference from `b`.",
    )
    assert found.compared == (
        "`E.a.e` lies between 9.9 and 10.3 m/s; the paper says 10 m/s, and the claim accepts 9.5 to "
        "10.5 m/s."
    )


@pytest.mark.parametrize(
    ("judge", "outcome"),
    [
        (Judge(at_most=10.3), "replicated"),
        (Judge(at_most=10.2), "inconclusive"),
        (Judge(at_most=9.8), "not replicated"),
        (Judge(at_least=9.9), "replicated"),
        (Judge(at_least=10.4), "not replicated"),
    ],
)
def test_a_numerical_error_decides_bounds(judge, outcome):
    assert finer(10.0, 10.1, judge).outcome == outcome


@pytest.mark.parametrize("judge", [Judge(at_least=10.75), Judge(at_most=9.75)])
def test_a_numerical_error_that_touches_an_edge_decides_nothing(judge):
    assert finer(10.0, 10.25, judge).outcome == "inconclusive"  # 9.75 to 10.75


def test_the_ends_own_rounding_is_allowed():
    rule = claim(Judge(equals=True, atol=0.15), published=0.15)

    assert verdict(rule, data(0.1 + 0.2)).outcome == "replicated"  # 0.30000000000000004 of 0.3
    assert verdict(rule, data(0.3001)).outcome == "not replicated"


def test_a_numerical_error_across_an_edge_asks_for_refinement():
    found = finer(10.0, 10.1, Judge(at_most=10.2))

    assert "refine the step or the grid" in found.because
    assert "the claim accepts at most 10.2 m/s" in found.compared


def test_a_factor_without_seeds():
    assert finer(10.0, 10.1, Judge(within_factor=1.1), published=10.0).outcome == "replicated"


def test_runs_that_differ_are_not_exact():
    found = finer(10.0, 10.0, Judge(at_most=20), more=0.1)

    assert found.outcome == "inconclusive"
    assert "differ between seeds, so it is not exact" in found.because


@pytest.mark.parametrize(
    ("closer", "repeated", "why"),
    [
        (10.1, None, "`E.b` is called exact, and no second run"),
        (None, "same bits", "`E.b.e` diverged"),
    ],
)
def test_the_finer_arm_must_be_sound_too(closer, repeated, why):
    plan_ = plan(claim(Judge(at_most=20), "E.a.e", finer="b"), seeds=1)
    results = runs(plan_, data(10.0, measure="e"), repeated="same bits")
    results |= runs(plan_, data(closer, measure="e", arm="b"), repeated=repeated)

    found = assess(plan_, results).verdicts[0]

    assert found.outcome == "inconclusive"
    assert why in found.because


def compared(judge, *, a=10.0, b=12.0, finer_a=10.1, finer_b=12.0, measure="E.a.e"):
    """Returns the verdict on exact arms a and b, of which c and d are the finer ones."""
    rule = claim(judge, measure, finer={"a": "c", "b": "d"})
    plan_ = plan(rule, seeds=1)
    values = {"a": a, "b": b, "c": finer_a, "d": finer_b}
    results = runs(plan_, {arm: {"e": [v]} for arm, v in values.items()}, repeated="same bits")
    return assess(plan_, results).verdicts[0]


@pytest.mark.parametrize(
    ("judge", "outcome"),
    [
        # The difference is -1.9 at the finer step, and -2 at the other: -2.1 to -1.7.
        (Judge(less_than="E.b.e"), "replicated"),
        (Judge(greater_than="E.b.e"), "not replicated"),
        (Judge(less_than="E.b.e", by=1.7), "replicated"),
        (Judge(less_than="E.b.e", by=1.8), "replicated in direction"),
        (Judge(less_than="E.b.e", by=2.2), "replicated in direction"),
        (Judge(greater_than="E.b.e", by=1.0), "not replicated"),
        # a - 0.9·b is -0.7 at the finer step, and -0.8 at the other: -0.9 to -0.5.
        (Judge(less_than="E.b.e", times=0.9), "replicated"),
        (Judge(less_than="E.b.e", times=0.8), "replicated in direction"),
        (Judge(greater_than="E.b.e", times=1.1), "not replicated"),
        (Judge(order=["E.b.e"]), "replicated"),
    ],
)
def test_exact_arms_are_compared_up_to_their_numerical_errors(judge, outcome):
    assert compared(judge).outcome == outcome


@pytest.mark.parametrize(
    ("edge", "outcome", "why"),
    [
        (20.0, "replicated", "Every value lies inside"),
        (9.0, "not replicated", "`E.a.e` lies outside"),
        (10.2, "inconclusive", "The numerical error of `E.a.e`"),
    ],
)
def test_of_several_exact_parts_that_say_the_same_the_first_is_told(edge, outcome, why):
    found = compared(Judge(at_most=edge), b=10.0, finer_b=10.1, measure=["E.a.e", "E.b.e"])

    assert (found.outcome, found.because.startswith(why)) == (outcome, True)
    assert "`E.a.e`" in found.compared


def test_of_several_exact_parts_without_a_verdict_the_first_is_told():
    found = verdict(
        claim(Judge(equals=True, atol=0.1), ["E.a.x", "E.b.x"], published=[10.0, 10.0]),
        {"a": {"x": [math.nan]}, "b": {"x": [math.nan]}},
    )

    assert found.outcome == "inconclusive"
    assert "`E.a.x`" in found.because
    assert "`E.a.x`" in found.compared


def test_too_few_runs_are_those_of_the_arm_with_fewest():
    plan_ = plan(claim(Judge(less_than="E.b.x")), seeds=8, fewer={"b": 2})

    found = assess(
        plan_, runs(plan_, {"a": {"x": [1.0, 2, 3, 4, 5, 6, 7, 8]}, "b": {"x": [4.0, 5]}})
    )

    assert found.verdicts[0].because == (
        "There is no verdict: 2 runs are too few: the rule needs 3."
    )


def test_a_comparison_of_exact_arms_is_told_in_two_sentences():
    found = compared(Judge(less_than="E.b.e", by=1.8))

    part = found.parts[0]
    assert (part.low, part.estimate, part.high) == pytest.approx((-2.1, -1.9, -1.7))
    assert (part.accepted, part.published, found.p_show) == ((None, -1.8), None, None)
    assert (
        found.compared == "`a − b` lies between -2.1 and -1.7, and the claim accepts at most -1.8."
    )
    assert found.because == (
        "The direction of `a − b` is as claimed, but the claimed size is not shown: refine the step."
    )
    assert found.notes == (
        "No seed noise; the numerical error is at most twice the difference from `c`, `d`.",
    )
    smaller = compared(Judge(less_than="E.b.e", by=2.2))
    assert "the claimed size is refuted: the effect is smaller." in smaller.because
    assert compared(Judge(less_than="E.b.e", times=0.9)).compared == (
        "`a − 0.9·b` lies between -0.9 and -0.5, and the claim accepts at most 0."
    )


@pytest.mark.parametrize(
    ("judge", "a", "outcome"),
    [
        # b is 12, and nothing has an error.
        (Judge(less_than="E.b.e", times=0.829), 10.0, "replicated in direction"),
        (Judge(less_than="E.b.e", times=0.8375), 10.0, "replicated"),
        (Judge(greater_than="E.b.e", times=1.2), 14.35, "replicated in direction"),
        (Judge(greater_than="E.b.e", times=1.2), 14.45, "replicated"),
        (Judge(less_than="E.b.e", by=1.0), 12.05, "not replicated"),
        (Judge(less_than="E.b.e", by=1.0), 11.95, "replicated in direction"),
        (Judge(greater_than="E.b.e", by=1.0), 11.95, "not replicated"),
        (Judge(greater_than="E.b.e", by=1.0), 12.05, "replicated in direction"),
        (Judge(less_than="E.b.e"), 11.95, "replicated"),
        (Judge(less_than="E.b.e"), 12.05, "not replicated"),
    ],
)
def test_exact_arms_close_to_an_edge(judge, a, outcome):
    assert compared(judge, a=a, finer_a=a).outcome == outcome


def test_errors_of_both_arms_add_up():
    found = compared(Judge(less_than="E.b.e"), finer_b=12.3)

    assert (found.parts[0].low, found.parts[0].high) == pytest.approx((-3.0, -1.4))


@pytest.mark.parametrize(
    ("judge", "outcome"),
    [
        (Judge(less_than="E.b.e"), "not replicated"),
        (Judge(greater_than="E.b.e"), "not replicated"),
        (Judge(less_than="E.b.e", by=1.0), "not replicated"),
    ],
)
def test_equal_exact_arms_are_neither_less_nor_greater(judge, outcome):
    assert compared(judge, a=3.0, b=3.0, finer_a=3.0, finer_b=3.0).outcome == outcome


def test_an_open_comparison_of_exact_arms_asks_for_refinement():
    found = compared(Judge(less_than="E.b.e"), b=10.2, finer_b=10.2)

    assert found.outcome == "inconclusive"
    assert "refine the step or the grid" in found.because


def test_an_exact_arm_that_is_not_sound_leaves_the_direction_open():
    rule = claim(Judge(less_than="E.b.e", by=1.8), "E.a.e", finer={"a": "c", "b": "d"})
    plan_ = plan(rule, seeds=1)
    values = {arm: {"e": [v]} for arm, v in zip("abcd", (10, 12, 10.1, 12), strict=True)}

    found = assess(plan_, runs(plan_, values)).verdicts[0]

    assert found.outcome == "inconclusive"
    assert "no second run in a process of its own showed the same bits" in found.because


@pytest.mark.parametrize("n", [3, 4])
def test_exactly_enough_runs_decide(n):
    assert verdict(claim(Judge(at_most=20)), data(*GOOD[:n])).outcome == "replicated"
    both = {
        "a": {"p": [1.0, 2, 3, 4][:n], "ok": [1.0] * n},
        "b": {"p": [9.0, 8, 7, 6][:n], "ok": [0.0] + [1.0] * (n - 1)},
    }
    ranked = verdict(claim(Judge(less_than="E.b.p"), "E.a.p", among="E.a.ok"), both)
    assert ranked.outcome == ("replicated" if n == 4 else "inconclusive")
    assert ("too few: the rule needs 4" in ranked.because) == (n == 3)


def test_runs_that_are_all_equal_decide_nothing_against_a_published_spread():
    rule = claim(Judge(within=1.0, sd=0.1, n0=5), published=10.0)

    assert "the seed changes nothing" in verdict(rule, data(*[10.0] * 5)).because


def test_notes_stand_only_where_they_are_true():
    two = {"a": {"x": GOOD[:8]}, "b": {"x": [v + 0.1 for v in GOOD[:8]]}}
    ok = [1.0] * 8

    def notes(rule, values):
        return " ".join(verdict(rule, values).notes)

    assert "compatible" not in notes(claim(Judge(similar_to="E.b.x", within=0.01)), two)
    spread = claim(Judge(within=0.1, sd=1.0, n0=5), published=10.3)
    assert "compatible" not in notes(spread, data(*GOOD[:8]))
    among = claim(Judge(at_most=20), among="E.a.ok")
    assert "are compatible with that" not in notes(among, {"a": {"x": GOOD[:8], "ok": ok}})
    rate = claim(Judge(rate_at_least=0.3), "E.a.ok")
    assert "Every run" not in notes(rate, data(*ok, 0.0, measure="ok"))
    assert "skew" not in notes(claim(Judge(at_most=20)), data(*GOOD[:8]))
    assert "skew" not in notes(claim(Judge(at_most=20), "E.a.k"), data(*[9.0, 11] * 4, measure="k"))
    assert "skew" not in notes(claim(Judge(at_most=20)), data(*GOOD[:8]))


@pytest.mark.parametrize(("n", "is_foretold"), [(2, False), (3, True)])
def test_what_more_seeds_would_show_rests_on_the_arm_with_fewest(n, is_foretold):
    rule = claim(Judge(less_than="E.b.k"), "E.a.k", of="median")
    plan_ = plan(rule, seeds=8, extend_to=16, fewer={"b": n})
    a, b = [3.0, 4, 5, 3, 4, 6, 5, 4], [9.0, 2, 7]

    found = assess(plan_, runs(plan_, {"a": {"k": a}, "b": {"k": b[:n]}})).verdicts[0]

    assert found.outcome == "inconclusive"
    assert (found.chance is not None) == is_foretold


def test_an_exact_verdict_is_open_to_no_look():
    assert not compared(Judge(less_than="E.b.e")).open
    assert not compared(Judge(greater_than="E.b.e")).open
