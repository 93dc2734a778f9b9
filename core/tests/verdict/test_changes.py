# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import datetime

import msgspec
import pytest

from ldlc.plan.model import Amendment, Judge
from ldlc.runs import HistoryLine
from ldlc.verdict import assess

from cases import claim, plan, runs  # isort: skip

VALUES = {"a": {"x": [10.0 + 0.1 * i for i in range(10)]}}
CLAIM = claim(Judge(at_most=20.0))
PLAN = plan(CLAIM)


def judged(plan_, results, history=(), **options):
    return assess(plan_, results, history=history, **options).verdicts[0]


def history(seed, claims, arm="a", scale="full"):
    return HistoryLine("E", arm, scale, seed, "old", claims, {}, "1999-01-01")


def test_a_rule_that_stood_before_its_runs_is_judged():
    found = judged(PLAN, runs(PLAN, VALUES))

    assert (found.outcome, found.earlier) == ("replicated", None)


def test_a_claim_that_a_run_does_not_know_is_exploratory():
    found = judged(PLAN, runs(PLAN, VALUES, claims={}))

    assert found.outcome == "exploratory"
    assert found.because == (
        "It is only explored, and counted neither way: the claim was added after seed 0 of `E.a` "
        "had been run."
    )
    assert found.parts[0].estimate == pytest.approx(10.45)
    assert found.parts[0].low < 10.45
    assert (found.p_show, found.p_refute, found.parts[0].p_show) == (None, None, None)


def test_a_margin_changed_after_the_runs_is_exploratory():
    loosened = plan(claim(Judge(at_most=30.0)))

    found = judged(loosened, runs(PLAN, VALUES))

    assert found.outcome == "exploratory"
    assert "its rule was changed after seed 0" in found.because


def test_a_run_of_the_extension_under_another_rule_is_enough():
    plan_ = plan(CLAIM, seeds=10, extend_to=20)
    results = runs(plan_, VALUES)
    results["E", "a"].update(runs(plan_, VALUES, first=10, claims={"c1": "other"})["E", "a"])

    found = judged(plan_, results)

    assert found.outcome == "exploratory"
    assert "its rule was changed after seed 10 of `E.a` had been run" in found.because


def test_one_run_under_another_rule_is_enough():
    results = runs(PLAN, VALUES)
    results["E", "a"][7] = msgspec.structs.replace(results["E", "a"][7], claims={"c1": "other"})

    assert "after seed 7" in judged(PLAN, results).because


def test_a_replaced_run_remembers_its_rule():
    found = judged(PLAN, runs(PLAN, VALUES), [history(4, {"c1": "other"})])

    assert found.outcome == "exploratory"
    assert "after seed 4" in found.because


@pytest.mark.parametrize(
    "old", [history(4, {"c1": "other"}, arm="b"), history(4, {"c1": "other"}, scale="smoke")]
)
def test_other_arms_and_scales_do_not_matter(old):
    assert judged(PLAN, runs(PLAN, VALUES), [old]).outcome == "replicated"


def test_a_replaced_run_under_the_same_rule_does_not_matter():
    same = runs(PLAN, VALUES)["E", "a"][4].claims

    assert judged(PLAN, runs(PLAN, VALUES), [history(4, same)]).outcome == "replicated"


def test_a_strangers_runs_are_judged_by_the_rules_as_they_stand():
    assert judged(PLAN, runs(PLAN, VALUES, claims={}), here=True).outcome == "replicated"


def amended(first_seed, *more, judge=CLAIM.judge):
    changes = [
        Amendment(claim="c1", date=datetime.date(2000, 1, i + 1), was="?", why="?", first_seed=at)
        for i, at in enumerate((first_seed, *more))
    ]
    return plan(claim(judge), amendments=changes)


def with_fresh(plan_, first, old):
    """Returns old runs with the seeds 0 to 9, and new ones under `plan_` from `first` on."""
    results = runs(old, VALUES)
    results["E", "a"].update(runs(plan_, VALUES, first=first)["E", "a"])
    return results


def test_an_amended_claim_is_judged_on_fresh_seeds_alone():
    plan_ = amended(10, judge=Judge(at_most=30.0))

    found = judged(plan_, with_fresh(plan_, 10, PLAN))

    assert found.outcome == "replicated"
    assert found.earlier.outcome == "exploratory"
    assert found.earlier.parts[0].estimate == pytest.approx(10.45)
    assert "these seeds were seen before the rule was amended" in found.earlier.because


def test_an_amended_claim_waits_for_its_fresh_seeds():
    found = judged(amended(10), runs(PLAN, VALUES))

    assert found.outcome == "not attempted"
    assert found.because == "0 of 10 runs are there, in the arm that has fewest."


def test_each_amendment_halves_the_level():
    # Ten runs of mean 10.45 and deviation 0.3028: p = 0.02 at a bound of 10.45 + 2.398·0.3028/√10.
    judge = Judge(at_most=10.45 + 2.398 * 0.302765 / 10**0.5)
    once = amended(10, judge=judge)

    first, second = PLAN, with_fresh(once, 10, PLAN)
    fresh = judged(once, second)

    assert fresh.p_show == pytest.approx(0.02, abs=1e-4)
    assert fresh.outcome == "inconclusive"
    assert judged(plan(claim(judge)), runs(plan(claim(judge)), VALUES)).outcome == "replicated"
    assert "97.5 % interval" in fresh.compared
    assert fresh.parts[0].interval == "97.5 % interval"
    assert first is PLAN


def test_the_correction_over_claims_knows_the_amended_level():
    plan_ = amended(10, judge=Judge(at_most=30.0))

    found = judged(plan_, with_fresh(plan_, 10, PLAN))

    assert found.holm_show == pytest.approx(2 * found.p_show)


def test_fresh_seeds_under_yet_another_rule_are_exploratory():
    plan_ = amended(10)
    results = with_fresh(plan_, 10, PLAN)
    results["E", "a"][12] = msgspec.structs.replace(results["E", "a"][12], claims={"c1": "other"})

    assert judged(plan_, results).outcome == "exploratory"


def test_more_changes_than_amendments_are_exploratory():
    plan_ = amended(20, judge=Judge(at_most=30.0))
    results = with_fresh(plan_, 20, PLAN)
    results["E", "a"].update(runs(plan(claim(Judge(at_most=25.0))), VALUES, first=10)["E", "a"])

    found = judged(plan_, results)

    assert found.outcome == "exploratory"
    assert "changed 2 times since the first run; amendments declared: 1." in found.because


def test_the_last_seed_below_the_trials_is_part_of_the_record():
    results = runs(PLAN, VALUES)
    results["E", "a"].update(runs(PLAN, {"a": {"x": [10.0]}}, first=9_999, claims={})["E", "a"])

    assert judged(PLAN, results).outcome == "exploratory"


def test_trial_seeds_are_no_part_of_the_record():
    results = runs(PLAN, VALUES)
    results["E", "a"].update(runs(PLAN, VALUES, first=10_000, claims={})["E", "a"])

    assert judged(PLAN, results).outcome == "replicated"


def test_an_amendment_without_its_old_runs_has_no_earlier_reading():
    plan_ = amended(10)

    found = judged(plan_, runs(plan_, VALUES, first=10))

    assert (found.outcome, found.earlier) == ("replicated", None)


def test_an_amended_equality_shows_its_earlier_reading():
    judge = Judge(equals=True, atol=1.0)
    old = plan(claim(judge, published=10.0))
    plan_ = msgspec.structs.replace(old, amendments=amended(10).amendments)

    found = judged(plan_, with_fresh(plan_, 10, old))

    assert (found.earlier.outcome, found.earlier.look) == ("exploratory", 1)
    assert found.earlier.parts[0].high == pytest.approx(10.9)


def test_an_earlier_reading_foretells_nothing():
    judge = Judge(at_most=10.5)  # open at ten runs around 10.45
    plan_ = amended(10, judge=judge)

    found = judged(plan_, with_fresh(plan_, 10, plan(claim(judge))))

    assert found.earlier.look == 1
    assert not any("Chance to settle" in note for note in found.earlier.notes)
    assert any("Chance to settle" in note for note in found.notes)
