# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import math

import numpy as np
import pytest
from scipy import stats

from ldlc.plan.model import Measure
from ldlc.verdict.agreement import agreement, contradictions

NUMBER = Measure()
RECORDED = dict(enumerate([10.1, 9.4, 10.6, 9.9, 10.3, 9.7, 10.0, 10.8, 9.2, 10.0]))


def here(*values, first=100):
    return {first + i: v for i, v in enumerate(values)}


def test_the_same_bits_measure_nothing_new():
    found = agreement(RECORDED, {3: 9.9, 4: 10.3}, NUMBER)

    assert found.state == "identical"
    assert found.sentence == (
        "identical (2 runs here, 10 recorded): nothing new was measured; the next unused seeds would "
        "tell more"
    )


def test_equal_values_are_identical_whatever_object_they_are():
    assert agreement({0: 1.5}, {0: float("1.5")}, NUMBER).state == "identical"


@pytest.mark.parametrize("value", [None, math.nan])
def test_values_that_are_none_can_be_identical(value):
    assert agreement({0: value, 1: 1.0}, {0: value}, Measure(absent="x")).state == "identical"


def test_one_absent_value_here_is_enough_for_ranks():
    recorded = dict(enumerate([1.0, 2.0, 3.0, 4.0]))

    assert agreement(recorded, here(None, 2.5), Measure(absent="never")).distance is None
    assert (
        agreement({**recorded, 4: None}, here(2.5, 3.5), Measure(absent="never")).distance is None
    )


@pytest.mark.parametrize(("a", "b"), [(None, 1.0), (1.0, None), (math.nan, 1.0), (1.0, math.nan)])
def test_a_value_and_none_are_not_the_same(a, b):
    assert agreement({0: a}, {0: b}, Measure(absent="never")).state != "identical"


def test_a_small_spread_about_a_large_mean_is_spread():
    recorded = {k: 1000 + 0.1 * v for k, v in RECORDED.items()}

    assert agreement(recorded, here(1001.04, 1000.98), NUMBER).distance is not None


def test_a_spread_is_one_from_a_millionth_of_a_millionth_of_the_mean():
    def found(relative):
        d = relative * 2.0**20
        # Four runs at 2^20 ± d: the pooled deviation is d·√(4/2).
        recorded = {0: 2.0**20 - d, 1: 2.0**20 + d}
        return agreement(recorded, {5: 2.0**20 - d, 6: 2.0**20 + d + 2e-9}, NUMBER)

    assert found(1.04e-12 / 2**0.5).distance is not None
    assert found(0.9e-12 / 2**0.5).distance is None


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_what_has_no_logarithm_is_not_compared(value):
    recorded, positive = dict(enumerate([1.0, 2.0, 3.0])), Measure(kind="positive")

    for found in (
        agreement(recorded, here(value), positive),
        agreement({9: value}, recorded, positive),
    ):
        assert (found.state, found.p, found.distance) == ("cannot tell", None, None)


def test_one_value_without_a_logarithm_is_enough():
    good, bad = dict(enumerate([1.0, 2.0, 3.0])), {7: 1.5, 8: -1.0, 9: 2.5}

    assert agreement(good, bad, Measure(kind="positive")).p is None
    assert agreement(bad, good, Measure(kind="positive")).p is None


def test_small_positive_values_are_compared():
    recorded = {k: 0.01 * v for k, v in RECORDED.items()}

    assert agreement(recorded, here(0.05, 0.051), Measure(kind="positive")).state == "differs"


def test_none_is_not_zero():
    assert agreement({0: 0.0}, {0: None}, Measure(kind="yes-no")).state != "identical"


def test_difference_is_students_pooled_t():
    values = [10.9, 11.6, 11.3]

    found = agreement(RECORDED, here(*values), NUMBER)

    expected = stats.ttest_ind(values, list(RECORDED.values()))
    assert found.p == pytest.approx(expected.pvalue)
    assert found.state == "differs"
    assert found.sentence == "differs (3 runs here, 10 recorded, +2.7 seed deviations apart)"


# With 10 recorded runs: |d|/s below which it agrees, and above which it differs.
@pytest.mark.parametrize(
    ("n", "agrees", "differs"),
    [
        (1, 0.279, 3.408),
        (2, 0.717, 2.455),
        (3, 0.893, 2.044),
        (5, 1.057, 1.650),
        (10, 1.209, 1.287),
    ],
)
def test_limits_of_agreement_and_difference(n, agrees, differs):
    recorded = np.array([-1.0, 1.0] * 5)

    def state(distance):
        spread = np.resize([-1.0, 1.0], n) if n > 1 else np.zeros(1)
        spread = spread - spread.mean()
        pooled = math.sqrt((recorded.var() * 10 + spread.var() * n) / (8 + n))
        values = spread + distance * pooled
        return agreement(dict(enumerate(recorded)), here(*values), NUMBER).state

    assert state(agrees - 0.002) == "agrees"
    assert state(agrees + 0.002) == "cannot tell"
    assert state(differs - 0.002) == "cannot tell"
    assert state(-differs - 0.002) == "differs"


def test_many_runs_can_differ_by_little():
    rng = np.random.default_rng(1)
    a, b = rng.normal(0, 1, 200), rng.normal(0.7, 1, 200)

    found = agreement(dict(enumerate(a)), here(*b, first=1000), NUMBER)

    assert found.state == "differs, by less than 2 sd"


def test_positive_measures_are_compared_on_a_log_scale():
    recorded = {k: math.exp(v) for k, v in RECORDED.items()}
    measure = Measure(kind="positive")

    found = agreement(recorded, here(math.exp(10.4), math.exp(9.8)), measure)

    same = agreement(RECORDED, here(10.4, 9.8), NUMBER)
    assert (found.p, found.state) == (pytest.approx(same.p), same.state)
    assert agreement(recorded, here(-1.0), measure).state == "cannot tell"


def test_success_is_compared_by_fishers_test():
    recorded = dict(enumerate([1.0] * 10))

    found = agreement(recorded, here(0.0, 0.0, None), Measure(kind="yes-no"))

    assert found.p == pytest.approx(stats.fisher_exact([[0, 10], [3, 0]]).pvalue)
    assert found.state == "differs"
    assert agreement(recorded, here(0.0), Measure(kind="yes-no")).state == "cannot tell"


@pytest.mark.parametrize("better", ["low", "high"])
def test_absent_values_are_compared_by_ranks(better):
    recorded = dict(enumerate([1.0, 2.0, 3.0, None, 5.0, 6.0, 4.0, 2.5]))
    values = [None, None, None, None, None, 9.0]
    worst = -math.inf if better == "high" else math.inf

    found = agreement(recorded, here(*values), Measure(absent="never", better=better))

    expected = stats.mannwhitneyu(
        [worst if v is None else v for v in values],
        [worst if v is None else v for v in recorded.values()],
        method="exact",
    )
    assert found.p == pytest.approx(expected.pvalue)
    assert found.distance is None
    assert found.state == ("differs" if expected.pvalue < 0.01 else "cannot tell")
    assert found.sentence == f"{found.state} (6 runs here, 8 recorded)"


@pytest.mark.parametrize(("value", "state"), [(3.0, "agrees"), (3.0000001, "differs")])
def test_exact_measures_are_equal_or_differ(value, state):
    found = agreement({0: 3.0}, {7: value}, Measure(kind="exact"))

    assert found.state == state
    assert found.p == (1.0 if state == "agrees" else 0.0)


@pytest.mark.parametrize(
    ("recorded", "mine"), [({}, {0: 1.0}), ({0: 1.0}, {}), ({0: 1.0}, {1: 2.0})]
)
def test_too_few_runs_cannot_tell(recorded, mine):
    found = agreement(recorded, mine, NUMBER)

    assert (found.state, found.p) == ("cannot tell", None)


def test_runs_without_any_spread_are_permuted():
    equal = dict(enumerate([2.0] * 10))

    assert agreement(equal, here(2.0), NUMBER).state == "cannot tell"
    one = agreement(equal, here(3.0), NUMBER)
    assert (one.p, one.state) == (pytest.approx(2 / 11), "cannot tell")
    three = agreement(equal, here(3.0, 3.0, 3.0), NUMBER)
    assert (three.p, three.state) == (pytest.approx(2 / 286), "differs")


def test_still_runs_that_are_equal_cannot_tell_however_many():
    equal = dict(enumerate([2.0] * 10))

    assert agreement(equal, here(2.0, 2.0, 2.0, 2.0), NUMBER).p is None


def test_a_difference_counts_up_to_the_level():
    recorded = dict(enumerate([2.0] * 199))

    found = agreement(recorded, here(3.0, first=500), NUMBER)  # two labellings of 200

    assert (found.p, found.state) == (0.01, "differs")
    assert contradictions([0.01]) == [0]
    assert contradictions([0.0101]) == []


def test_a_success_that_is_not_known_is_none():
    recorded = dict(enumerate([0.0] * 4))
    ten = {100 + i: None for i in range(10)}

    assert agreement(recorded, ten, Measure(kind="yes-no")).p == pytest.approx(1.0)


def test_only_differences_that_survive_holm_contradict():
    assert contradictions([0.001, 0.009, None, 0.5]) == [0]  # 4·0.001; 3·0.009 = 0.027
    assert contradictions([0.009]) == [0]
    assert contradictions([]) == []


def test_many_runs_without_an_answer_did_not_succeed():
    recorded = dict(enumerate([1.0] * 12 + [0.0] * 8))
    silent, failed = (here(*[1.0] * 3, *[value] * 17) for value in (None, 0.0))

    found = [agreement(recorded, values, Measure(kind="yes-no")) for values in (silent, failed)]

    assert found[0] == found[1]
