# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every judge, end to end: from runs to p-values that SciPy or a hand gives too."""

import math

import numpy as np
import pytest
from scipy import stats

from ldlc.plan.model import Judge, Measure
from ldlc.verdict import assess
from ldlc.verdict.question import questions

from cases import MEASURES, claim, equivalence, plan, runs, students_interval, verdict  # isort: skip

A = [10.2, 9.7, 10.9, 10.4, 9.9, 10.1, 10.6, 9.5]
B = [11.1, 11.9, 11.0, 12.2, 11.6, 10.7, 11.4, 11.8]
C = [14.0, 13.1, 13.7, 14.9, 13.5, 14.2, 12.9, 13.8]
D = [12.0, 11.5, 12.8, 11.9, 12.4, 12.6, 11.2, 12.1]
ARMS = {"a": A, "b": B, "c": C, "d": D}


def values(measure="x", **arms):
    return {arm: {measure: list(v)} for arm, v in arms.items()}


def one_sided(x, bound, side):
    return stats.ttest_1samp(x, bound, alternative=side).pvalue


def welch(a, b, side, shift=0.0):
    return stats.ttest_ind(np.array(a) - shift, b, equal_var=False, alternative=side).pvalue


def two_arms(a, b, side, shift=0.0):
    """Welch's t; where seeds correlate negatively, the paired t too."""
    common = min(len(a), len(b))
    x, y = np.array(a)[:common] - shift, np.array(b)[:common]
    if np.corrcoef(x, y)[0, 1] >= 0:
        return welch(a, b, side, shift)
    return max(welch(a, b, side, shift), stats.ttest_rel(x, y, alternative=side).pvalue)


def test_at_most():
    found = verdict(claim(Judge(at_most=10.5)), values(a=A))

    assert found.p_show == pytest.approx(one_sided(A, 10.5, "less"))
    assert found.p_refute == pytest.approx(one_sided(A, 10.5, "greater"))
    assert found.parts[0].accepted == (None, 10.5)
    assert (found.parts[0].low, found.parts[0].high) == pytest.approx(students_interval(A))
    assert found.outcome == "inconclusive"


def test_at_least():
    found = verdict(claim(Judge(at_least=9.0)), values(a=A))

    assert found.p_show == pytest.approx(one_sided(A, 9.0, "greater"))
    assert found.p_refute == pytest.approx(one_sided(A, 9.0, "less"))
    assert found.outcome == "replicated"


def test_within_a_margin_of_the_published_value():
    found = verdict(claim(Judge(within=1.0), published=10.0), values(a=A))

    assert found.p_show == pytest.approx(equivalence(A, 9.0, 11.0))
    assert found.p_refute == pytest.approx(
        min(one_sided(A, 9.0, "less"), one_sided(A, 11.0, "greater"))
    )
    part = found.parts[0]
    assert (part.published, part.accepted, part.label) == (10.0, (9.0, 11.0), "E.a.x")


def test_far_from_the_published_value():
    found = verdict(claim(Judge(within=1.0), published=20.0), values(a=A))

    assert found.outcome == "not replicated"


def test_within_a_margin_of_a_published_mean_with_its_spread():
    found = verdict(claim(Judge(within=1.5, sd=0.6, n0=5), published=10.0), values(a=A))

    def against(at, side):
        return stats.ttest_ind_from_stats(
            np.mean(A), np.std(A, ddof=1), 8, at, 0.6, 5, equal_var=False, alternative=side
        ).pvalue

    assert found.p_show == pytest.approx(max(against(8.5, "greater"), against(11.5, "less")))
    assert found.p_refute == pytest.approx(min(against(8.5, "less"), against(11.5, "greater")))
    assert found.parts[0].accepted == (8.5, 11.5)
    assert found.parts[0].estimate == pytest.approx(np.mean(A))
    low, high = found.parts[0].low, found.parts[0].high
    assert high - np.mean(A) == pytest.approx(np.mean(A) - low)


def test_within_a_factor_of_a_geometric_mean():
    found = verdict(claim(Judge(within_factor=1.2), "E.a.p", published=10.0), values("p", a=A))

    logs = np.log(A)
    expected = equivalence(logs, math.log(10 / 1.2), math.log(12))
    assert found.p_show == pytest.approx(expected)
    part = found.parts[0]
    assert part.accepted == pytest.approx((10 / 1.2, 12.0))
    assert part.estimate == pytest.approx(stats.gmean(A))
    assert (part.low, part.high) == pytest.approx(np.exp(students_interval(logs)))
    assert part.log_axis
    assert "geometric mean" in found.compared


@pytest.mark.parametrize(
    ("judge", "ends"), [({"at_most": 12.0}, (None, 12.0)), ({"at_least": 9.0}, (9.0, None))]
)
def test_bounds_of_a_geometric_mean(judge, ends):
    found = verdict(claim(Judge(**judge), "E.a.p"), values("p", a=A))

    side = "less" if ends[0] is None else "greater"
    assert found.p_show == pytest.approx(one_sided(np.log(A), math.log(ends[0] or ends[1]), side))
    assert found.parts[0].accepted == (
        ends[0] and pytest.approx(ends[0]),
        ends[1] and pytest.approx(ends[1]),
    )


def test_compatible_with_one_published_run():
    found = verdict(claim(Judge(compatible=True, resolution=1.5), published=10.5), values(a=A))

    s, n = np.std(A, ddof=1), 8
    t = abs(np.mean(A) - 10.5) / (s / math.sqrt(n))
    assert found.p_show == pytest.approx(stats.nct.cdf(t, n - 1, 2 * math.sqrt(n)))
    assert found.p_refute == pytest.approx(stats.nct.sf(t, n - 1, 2 * math.sqrt(n)))
    part = found.parts[0]
    assert part.accepted == pytest.approx((10.5 - 2 * s, 10.5 + 2 * s))
    assert part.estimate == pytest.approx(np.mean(A))
    assert part.accepted[0] < part.low < part.high < part.accepted[1]
    assert found.outcome == "replicated"


def test_compatible_on_a_log_scale():
    judge = Judge(compatible=True, resolution=1.3)

    found = verdict(claim(judge, "E.a.p", published=10.5), values("p", a=A))

    logs = np.log(A)
    s = logs.std(ddof=1)
    t = abs(logs.mean() - math.log(10.5)) / (s / math.sqrt(8))
    assert found.p_show == pytest.approx(stats.nct.cdf(t, 7, 2 * math.sqrt(8)))
    assert found.parts[0].accepted == pytest.approx(
        (10.5 * math.exp(-2 * s), 10.5 * math.exp(2 * s))
    )


def test_compatible_says_nothing_beyond_its_resolution():
    found = verdict(claim(Judge(compatible=True, resolution=0.5), published=10.5), values(a=A))

    assert found.outcome == "inconclusive"
    assert "two seed deviations are more than the resolution" in found.because
    assert found.p_show is None


def test_a_rate_of_at_least():
    found = verdict(claim(Judge(rate_at_least=0.5), "E.a.ok"), values("ok", a=[1.0] * 9 + [0.0]))

    assert found.p_show == pytest.approx(stats.binomtest(9, 10, 0.5, "greater").pvalue)
    assert found.outcome == "replicated"
    assert found.parts[0].unit == ""


def test_a_rate_of_at_most():
    found = verdict(claim(Judge(rate_at_most=0.5), "E.a.ok"), values("ok", a=[1.0] + [0.0] * 9))

    assert found.p_show == pytest.approx(stats.binomtest(1, 10, 0.5, "less").pvalue)
    assert found.p_refute == pytest.approx(stats.binomtest(1, 10, 0.5, "greater").pvalue)


def test_a_rate_within_a_margin():
    ok = [1.0] * 30 + [0.0] * 10

    found = verdict(claim(Judge(within=0.2), "E.a.ok", published=0.75), values("ok", a=ok))

    sides = [
        stats.binomtest(30, 40, 0.55, "greater").pvalue,
        stats.binomtest(30, 40, 0.95, "less").pvalue,
    ]
    assert found.p_show == pytest.approx(max(sides))


def test_the_share_of_runs_that_reach_a_published_best():
    judge = Judge(rate_at_least=1 - 0.5**0.5)

    found = verdict(claim(judge, "E.a.low", published=10.0), values("low", a=A))

    assert found.p_show == pytest.approx(
        stats.binomtest(3, 8, 1 - 0.5**0.5, "greater").pvalue  # 9.7, 9.9 and 9.5
    )
    assert found.parts[0].published is None
    assert found.compared.startswith(
        "The share of runs whose `E.a.low` reaches 10 (3 of 8) is 0.375 "
    )


def test_a_median_within_a_factor():
    steps = [5.0, 7.0, None, 6.0, 9.0, 8.0, 7.5, 6.5, 7.2, 30.0]
    judge = Judge(within_factor=2)

    found = verdict(claim(judge, "E.a.steps", published=7.0, of="median"), values("steps", a=steps))

    assert found.p_show == pytest.approx(stats.binom.sf(7, 10, 0.5))  # 8 of 10 are at most 14
    assert found.parts[0].accepted == (3.5, 14.0)
    assert found.parts[0].log_axis
    assert (found.parts[0].low, found.parts[0].high) == (6.0, 30.0)  # 2nd and 9th of 10
    assert "1 of 10 runs of `E.a` have no value and rank last." in found.notes


def test_a_median_above_a_bound():
    found = verdict(claim(Judge(at_least=9.0), of="median"), values(a=A))

    assert found.p_show == pytest.approx(1 / 256)
    assert not found.parts[0].log_axis


def test_a_count_needs_both_tests():
    wrong = [2.0, 3.0, 1.0, 2.0, 4.0, 2.0]

    found = verdict(claim(Judge(at_most=5), "E.a.k"), values("k", a=wrong))

    t = one_sided(wrong, 5, "less")
    binomial = stats.binom.cdf(14, 300, 0.1)
    assert found.p_show == pytest.approx(max(t, binomial))


def test_a_mean_among_successful_runs():
    ok = [1.0] * 6 + [0.0] * 2
    data = {"a": {"x": A, "ok": ok}}

    found = verdict(claim(Judge(at_most=11), among="E.a.ok"), data)

    assert found.p_show == pytest.approx(one_sided(A[:6], 11, "less"))
    assert "6 successful runs of 8" in found.compared
    bounds = stats.binomtest(2, 8).proportion_ci(0.95)
    expected = (
        f"among 6 of 8 runs; failures in {100 * bounds.low:.2g} % to {100 * bounds.high:.0f} %"
    )
    assert expected in found.notes[0]


def test_fewer_than_three_successes_are_too_few():
    data = {"a": {"x": A, "ok": [1.0] * 2 + [0.0] * 6}}

    found = verdict(claim(Judge(at_most=11), among="E.a.ok"), data)

    assert found.because == "There is no verdict: 2 runs are too few: the rule needs 3."


def test_less_than_a_rival():
    found = verdict(claim(Judge(less_than="E.b.x")), values(a=A, b=B))

    assert found.p_show == pytest.approx(two_arms(A, B, "less"))
    assert found.parts[0].label == "a − b"
    assert found.parts[0].published is None


def test_greater_than_a_rival_by_a_size():
    found = verdict(claim(Judge(greater_than="E.a.x", by=1.0), "E.c.x"), values(a=A, c=C))

    assert found.p_show == pytest.approx(two_arms(C, A, "greater", 1.0))
    assert found.p_direction < found.p_show
    assert found.parts[0].accepted == (1.0, None)
    assert found.outcome == "replicated"


def test_direction_without_size():
    found = verdict(claim(Judge(less_than="E.b.x", by=3.0)), values(a=A, b=B))

    assert found.outcome == "replicated in direction"
    assert "the claimed size is refuted" in found.because


def test_direction_with_size_open():
    found = verdict(claim(Judge(less_than="E.b.x", by=1.2)), values(a=A, b=B))

    assert found.outcome == "replicated in direction"
    assert "the claimed size is not shown yet" in found.because


def test_neither_direction_nor_size():
    found = verdict(claim(Judge(less_than="E.b.x", by=1.2), "E.c.x"), values(c=C, b=B))

    assert found.outcome == "not replicated"


def test_times_of_a_number():
    found = verdict(claim(Judge(less_than="E.c.x", times=0.9)), values(a=A, c=C))

    assert found.p_show == pytest.approx(two_arms(A, 0.9 * np.array(C), "less"))
    part = found.parts[0]
    assert part.estimate == pytest.approx(np.mean(A) / np.mean(C))
    assert part.accepted == (None, 0.9)
    assert (part.label, part.log_axis, part.unit) == ("a / c", True, "")
    assert found.outcome == "replicated"


def test_times_of_a_positive_measure():
    found = verdict(claim(Judge(greater_than="E.a.p", times=1.2), "E.c.p"), values("p", a=A, c=C))

    logs_a, logs_c = np.log(A), np.log(C) - math.log(1.2)
    assert found.p_show == pytest.approx(two_arms(logs_c, logs_a, "greater"))
    assert found.parts[0].estimate == pytest.approx(stats.gmean(C) / stats.gmean(A))
    assert found.parts[0].accepted == (pytest.approx(1.2), None)


def test_pairs_by_seed():
    found = verdict(claim(Judge(less_than="E.b.x"), paired="the same batches"), values(a=A, b=B))

    assert found.p_show == pytest.approx(stats.ttest_rel(A, B, alternative="less").pvalue)
    assert any("compared in pairs" in note for note in found.notes)


def test_less_than_every_rival():
    found = verdict(claim(Judge(less_than=["E.b.x", "E.c.x"])), values(a=A, b=B, c=C))

    assert [part.label for part in found.parts] == ["a − b", "a − c"]
    assert found.p_show == pytest.approx(max(p.p_show for p in found.parts))
    assert found.p_refute == pytest.approx(min(1, 2 * min(p.p_refute for p in found.parts)))


def test_each_part_has_its_own_rival():
    data = values(a=A, b=B, c=C, d=D)
    rule = claim(Judge(less_than=["E.c.x", "E.d.x"]), ["E.a.x", "E.b.x"])

    found = verdict(rule, data)

    assert [part.label for part in found.parts] == ["a − c", "b − d"]


def test_every_part_has_one_rival():
    found = verdict(claim(Judge(less_than="E.c.x"), ["E.a.x", "E.b.x"]), values(a=A, b=B, c=C))

    assert [part.label for part in found.parts] == ["a − c", "b − c"]


def test_parts_of_a_table():
    rule = claim(Judge(within=1.0), ["E.a.x", "E.b.x"], published=[10.0, 11.5])

    found = verdict(rule, values(a=A, b=B))

    assert found.p_show == pytest.approx(max(equivalence(A, 9, 11), equivalence(B, 10.5, 12.5)))
    assert [part.published for part in found.parts] == [10.0, 11.5]
    assert found.compared.startswith("Of 2 comparisons, the claim hangs on this one: ")


def test_order_ascends_from_the_measure():
    found = verdict(claim(Judge(order=["E.b.x", "E.c.x"])), values(a=A, b=B, c=C))

    assert [part.label for part in found.parts] == ["a − b", "b − c"]
    assert found.outcome == "replicated"


def test_an_order_that_is_wrong_in_one_place():
    found = verdict(claim(Judge(order=["E.c.x", "E.b.x"])), values(a=A, b=B, c=C))

    assert found.outcome == "not replicated"
    assert "one wrong part refutes the whole" in found.because


@pytest.mark.parametrize(("better", "ends"), [("low", (None, 2.0)), ("high", (-2.0, None))])
def test_not_worse_than_a_rival(better, ends):
    found = verdict(
        claim(Judge(not_worse_than=f"E.b.{better}", by=2.0), f"E.a.{better}"),
        values(better, a=A, b=B),
    )

    assert found.parts[0].accepted == ends
    side = "less" if better == "low" else "greater"
    shifted = 2.0 if better == "low" else -2.0
    assert found.p_show == pytest.approx(two_arms(A, B, side, shifted))
    assert found.outcome == "replicated"


def test_not_worse_by_a_factor():
    found = verdict(claim(Judge(not_worse_than="E.b.p", by=1.1), "E.a.p"), values("p", a=A, b=B))

    assert found.parts[0].accepted == (None, pytest.approx(1.1))
    assert found.outcome == "replicated"


def test_similar_to_a_rival():
    found = verdict(claim(Judge(similar_to="E.b.x", within=3.0)), values(a=A, b=B))

    assert found.parts[0].accepted == (-3.0, 3.0)
    assert found.p_show == pytest.approx(
        max(two_arms(A, B, "greater", -3.0), two_arms(A, B, "less", 3.0))
    )


def test_similar_to_a_rival_by_a_factor():
    found = verdict(claim(Judge(similar_to="E.b.p", within=1.3), "E.a.p"), values("p", a=A, b=B))

    assert found.parts[0].accepted == pytest.approx((1 / 1.3, 1.3))
    assert found.outcome == "replicated"


@pytest.mark.parametrize("better", ["low", "high"])
def test_similar_within_a_fraction_of_a_gap(better):
    data = dict(zip("abc", (A, D, C) if better == "low" else (C, D, A), strict=True))
    rule = Judge(similar_to=f"E.b.{better}", fraction=0.9, gap_to=f"E.c.{better}")

    found = verdict(claim(rule, f"E.a.{better}"), values(better, **data))

    a, b, c = (np.mean(data[arm]) for arm in "abc")
    gap = c - a if better == "low" else a - c
    assert found.parts[0].estimate == pytest.approx((a - b) / gap)
    assert found.parts[0].accepted == (-0.9, 0.9)
    assert found.outcome == "replicated"
    assert "in gaps to `E.c." in found.compared


def test_a_fraction_of_a_gap_of_factors():
    data = {"a": A, "b": D, "c": [10 * x for x in A]}
    rule = Judge(similar_to="E.b.p", fraction=0.5, gap_to="E.c.p")

    found = verdict(claim(rule, "E.a.p"), values("p", **data))

    a, b, c = (np.log(data[arm]).mean() for arm in "abc")
    assert found.parts[0].estimate == pytest.approx((a - b) / (c - a))
    assert found.parts[0].accepted == (-0.5, 0.5)


def test_slope_over_arms():
    levels = {"a": 1.0, "b": 2.0, "d": 3.0}

    found = verdict(claim(Judge(slope=levels, at_least=0.2)), values(a=A, b=B, d=D))

    w = np.array([-0.5, 0.0, 0.5])
    x = np.array([A, B, D])
    estimate = w @ x.mean(1)
    parts = w**2 * x.var(1, ddof=1) / 8
    df = parts.sum() ** 2 / (parts**2 / 7).sum()
    t = (estimate - 0.2) / math.sqrt(parts.sum())
    independent = stats.t.sf(t, df)
    paired = stats.ttest_1samp(w @ x, 0.2, alternative="greater").pvalue
    guarded = (w @ x).var(ddof=1) > (w**2 * x.var(1, ddof=1)).sum()
    assert found.p_show == pytest.approx(max(independent, paired) if guarded else independent)
    assert found.parts[0].estimate == pytest.approx(estimate)
    assert "slope of `x` over 3 arms" in found.compared


def test_slope_on_logarithms_is_a_power():
    levels = {"a": 1.0, "b": 10.0, "c": 100.0}
    data = {arm: (np.array(A) * 10 ** (0.5 * i)).tolist() for i, arm in enumerate("abc")}

    found = verdict(
        claim(Judge(slope=levels, within=0.1, log=True), "E.a.p", published=0.5),
        values("p", **data),
    )

    assert found.parts[0].estimate == pytest.approx(0.5)
    assert found.parts[0].accepted == (pytest.approx(0.4), pytest.approx(0.6))
    assert found.parts[0].published == 0.5
    assert not found.parts[0].log_axis
    assert found.outcome == "replicated"


def test_two_rates_are_compared_by_boschloo():
    ok = {"a": [1.0] * 9 + [0.0], "b": [1.0] * 3 + [0.0] * 7}

    found = verdict(claim(Judge(greater_than="E.b.ok"), "E.a.ok"), values("ok", **ok))

    expected = stats.boschloo_exact([[9, 3], [1, 7]], alternative="greater").pvalue
    assert found.p_show == pytest.approx(expected, rel=1e-4)
    assert found.outcome == "replicated"
    assert "If the claim were false" in found.because


def test_two_rates_with_a_size():
    ok = {"a": [1.0] * 20, "b": [0.0] * 20}

    found = verdict(claim(Judge(greater_than="E.b.ok", by=0.3), "E.a.ok"), values("ok", **ok))

    low = stats.binomtest(20, 20).proportion_ci(0.975).low
    high = stats.binomtest(0, 20).proportion_ci(0.975).high
    assert found.parts[0].low == pytest.approx(low - high)
    assert found.outcome == "replicated"


@pytest.mark.parametrize(
    ("judge", "accepted"),
    [
        (Judge(not_worse_than="E.b.ok", by=0.4), (-0.4, None)),
        (Judge(similar_to="E.b.ok", within=0.4), (-0.4, 0.4)),
    ],
)
def test_rates_that_are_alike(judge, accepted):
    ok = {"a": [1.0] * 38 + [0.0] * 2, "b": [1.0] * 38 + [0.0] * 2}

    found = verdict(claim(judge, "E.a.ok"), values("ok", **ok))

    assert found.parts[0].accepted == accepted
    assert found.outcome == "replicated"


def test_times_to_a_target_are_compared_by_rank():
    steps = {"a": [5.0, 6, 7, 8, 9, 10], "b": [20.0, None, 25, None, 30, 40]}
    rule = claim(Judge(less_than="E.b.steps"), "E.a.steps", of="median")

    found = verdict(rule, values("steps", **steps))

    b = [math.inf if v is None else v for v in steps["b"]]
    expected = stats.mannwhitneyu(steps["a"], b, alternative="less", method="exact").pvalue
    assert found.p_show == pytest.approx(expected)
    assert found.parts[0].accepted == (None, 1.0)
    assert "In 100 % of all pairs of runs the one of `E.a.steps` is smaller" in found.notes[1]


def test_at_least_so_many_times_faster():
    steps = {"a": [5.0, 6, 7, 8, 9, 10], "b": [30.0, None, 35, None, 38, 45]}
    rule = claim(Judge(less_than="E.b.steps", times=0.5), "E.a.steps", of="median")

    found = verdict(rule, values("steps", **steps))

    assert found.p_show == pytest.approx(1 / math.comb(12, 6))  # 2·10 is less than 30
    assert found.outcome == "replicated"
    assert found.parts[0].accepted == (None, 0.5)


def test_medians_of_numbers_are_shifted():
    rule = claim(Judge(greater_than="E.b.x", by=1.0), "E.c.x", of="median")

    found = verdict(rule, values(c=C, b=B))

    expected = stats.mannwhitneyu(
        np.array(C) - 1.0, B, alternative="greater", method="exact"
    ).pvalue
    assert found.p_show == pytest.approx(expected)
    assert found.parts[0].label == "c − b"
    assert "typical difference between" in found.compared


def test_arms_among_successful_runs_are_means_if_none_failed():
    data = {arm: {"low": v, "ok": [1.0] * 8} for arm, v in (("a", A), ("b", B))}

    found = verdict(claim(Judge(less_than="E.b.low"), "E.a.low", among="E.a.ok"), data)

    assert found.p_show == pytest.approx(two_arms(A, B, "less"))
    assert "minus" in found.compared


@pytest.mark.parametrize("measure", ["low", "p"])
def test_arms_among_successful_runs_are_ranked_if_one_failed(measure):
    data = {
        "a": {measure: A, "ok": [1.0] * 8},
        "b": {measure: B, "ok": [0.0] + [1.0] * 7},
    }

    found = verdict(
        claim(Judge(less_than=f"E.b.{measure}"), f"E.a.{measure}", among="E.a.ok"), data
    )

    b = [math.inf, *B[1:]]
    expected = stats.mannwhitneyu(A, b, alternative="less", method="exact").pvalue
    assert found.p_show == pytest.approx(expected)
    assert found.parts[0].accepted == (None, 1.0 if measure == "p" else 0.0)
    assert "of which 0 and 1 failed and rank last" in found.compared


def test_a_factor_among_successful_runs_stays_a_factor():
    data = {
        "c": {"p": C, "ok": [1.0] * 8},
        "a": {"p": A, "ok": [0.0] + [1.0] * 7},
    }
    rule = claim(Judge(greater_than="E.a.p", times=1.1), "E.c.p", among="E.c.ok")
    measures = {**MEASURES, "p": Measure(kind="positive", better="low", range=[0, 100])}

    found = verdict(rule, data, measures=measures)

    # a/1.1 against c, the failed run of a last; the budget hides nothing here.
    expected = stats.mannwhitneyu(
        np.array(C) / 1.1, [math.inf, *A[1:]], alternative="greater", method="exact"
    ).pvalue
    assert found.p_show == pytest.approx(expected)
    assert found.parts[0].accepted == (pytest.approx(1.1), None)


def test_medians_among_successful_runs_stay_factors():
    data = {"a": {"p": A, "ok": [0.0] + [1.0] * 7}, "b": {"p": B, "ok": [1.0] * 8}}

    found = verdict(claim(Judge(less_than="E.b.p"), "E.a.p", of="median", among="E.a.ok"), data)

    expected = stats.mannwhitneyu([math.inf, *A[1:]], B, alternative="less", method="exact").pvalue
    assert found.p_show == pytest.approx(expected)
    assert found.parts[0].accepted == (None, 1.0)


def test_what_the_budget_hides_after_scaling_is_hidden_in_both_arms():
    steps = {"a": [60.0, 55.0, 58.0, 57.0, 59.0], "b": [None] * 5}
    rule = claim(Judge(less_than="E.b.steps", times=0.5), "E.a.steps", of="median")

    found = verdict(rule, values("steps", **steps))

    # Twice 55 lies beyond the budget of 100: the runs of b could have been as fast as that.
    assert found.outcome == "replicated in direction"
    assert found.p_show == pytest.approx(
        stats.mannwhitneyu(
            [math.inf] * 5, [math.inf] * 5, alternative="less", method="exact"
        ).pvalue
    )


def test_two_measures_of_one_arm_are_labelled_by_their_names():
    data = {"a": {"x": A, "free": B}}

    found = verdict(claim(Judge(less_than="E.a.free")), data)

    assert found.parts[0].label == "x − free"


def test_arms_with_fewer_seeds():
    plan_ = plan(claim(Judge(less_than="E.b.x")), seeds=8, fewer={"b": 5})

    found = assess(plan_, runs(plan_, values(a=A, b=B[:5]))).verdicts[0]

    assert found.p_show == pytest.approx(two_arms(A, B[:5], "less"))
    assert found.seeds == 8
    assert "8 and 5 runs" in found.compared


def test_one_wide_arm_of_two_forbids_a_verdict_on_means():
    wide = [1.0, 30.0, 2.0, 90.0, 3.0, 1.5, 60.0, 2.5]

    for rule, data in (
        (claim(Judge(less_than="E.b.x")), values(a=A, b=wide)),
        (claim(Judge(greater_than="E.b.x")), values(a=wide, b=A)),
    ):
        assert "runs differ by factors" in verdict(rule, data).because


def test_too_few_runs_of_one_arm_forbid_a_verdict():
    (question,) = questions(plan(claim(Judge(less_than="E.b.x"))), claim(Judge(less_than="E.b.x")))

    assert question.quantity([np.array(A[:2]), np.array(B)]).guards["few"]
    assert question.quantity([np.array(A), np.array(B[:2])]).guards["few"]
    assert not question.quantity([np.array(A[:3]), np.array(B)]).guards["few"]


@pytest.mark.parametrize(
    ("judge", "side"), [({"at_least": 0.5}, "greater"), ({"at_most": 0.5}, "less")]
)
def test_bounds_of_a_geometric_mean_below_one(judge, side):
    x = [v / 20 for v in A]

    found = verdict(claim(Judge(**judge), "E.a.p"), values("p", a=x))

    assert found.p_show == pytest.approx(one_sided(np.log(x), math.log(0.5), side))


ERRORS = [0.081, 0.095, 0.088, 0.102, 0.079, 0.091]


@pytest.mark.parametrize(
    ("measure", "scale"),
    [
        (Measure(range=[0, 1]), 1.0),
        (Measure(range=[0, 100]), 100.0),
        (Measure(kind="count", total=1000), 1000.0),
    ],
)
def test_a_claim_about_all_examples_has_the_test_sets_error_too(measure, scale):
    x = [round(v * scale, 9) for v in ERRORS]
    rule = claim(Judge(at_most=0.12 * scale), "E.a.m", examples=500)

    found = verdict(rule, values("m", a=x), measures={"m": measure})

    m = np.mean(ERRORS)
    expected = stats.ttest_ind_from_stats(
        m, np.std(ERRORS, ddof=1), 6, 0.12, math.sqrt(m * (1 - m)), 500, equal_var=False,
        alternative="less",
    )  # fmt: skip
    assert found.p_show == pytest.approx(expected.pvalue)
    assert found.parts[0].estimate == pytest.approx(m * scale)
    assert found.parts[0].accepted == (None, 0.12 * scale)
    said = (
        "The claim is about all examples: the 500 of the test set add an error of their own, which "
        "more seeds do not shrink."
    )
    assert said in found.notes
    alone = verdict(claim(rule.judge, "E.a.m"), values("m", a=x), measures={"m": measure})
    assert alone.p_show < found.p_show
    assert said not in alone.notes


def test_a_share_of_examples_is_counted_from_the_lower_end_of_its_range():
    x = [1 + 2 * v for v in ERRORS]  # a range of 1 to 3
    rule = claim(Judge(at_most=1.24), "E.a.m", examples=500)

    found = verdict(rule, values("m", a=x), measures={"m": Measure(range=[1, 3])})

    m = np.mean(ERRORS)
    expected = stats.ttest_ind_from_stats(
        m, np.std(ERRORS, ddof=1), 6, 0.12, math.sqrt(m * (1 - m)), 500, equal_var=False,
        alternative="less",
    )  # fmt: skip
    assert found.p_show == pytest.approx(expected.pvalue)


def test_a_margin_about_all_examples():
    rule = claim(Judge(within=0.05), "E.a.m", published=0.09, examples=500)

    found = verdict(rule, values("m", a=ERRORS), measures={"m": Measure(range=[0, 1])})

    m = np.mean(ERRORS)
    spread = math.sqrt(np.var(ERRORS, ddof=1) / 6 + m * (1 - m) / 500)
    low, high = found.parts[0].low, found.parts[0].high
    assert (low + high) / 2 == pytest.approx(m)
    assert 1.96 * spread < (high - low) / 2 < 2.0 * spread
    assert found.outcome == "replicated"


def test_equal_runs_say_nothing_about_all_examples():
    rule = claim(Judge(at_most=0.2), "E.a.m", examples=500)

    found = verdict(rule, values("m", a=[0.1] * 6), measures={"m": Measure(range=[0, 1])})

    assert "the seed changes nothing" in found.because


UNITS = {
    "x": Measure(range=[0, 1000], unit="points"),
    "p": Measure(kind="positive", better="low", unit="s"),
    "ok": Measure(kind="yes-no", unit="runs", better="high"),
    "low": Measure(range=[0, 1000], unit="points", better="low"),
}
ABC = {"a": 1.0, "b": 2.0, "c": 4.0}


@pytest.mark.parametrize(
    ("judge", "measure", "fields", "unit", "log_axis"),
    [
        (Judge(at_most=20), "x", {}, "points", False),
        (Judge(at_most=20), "x", {"of": "median"}, "points", False),
        (Judge(at_most=20), "p", {}, "s", True),
        (Judge(at_most=20), "p", {"of": "median"}, "s", True),
        (Judge(compatible=True, resolution=9), "p", {"published": 10}, "s", True),
        (Judge(less_than="E.b.x"), "x", {}, "points", False),
        (Judge(less_than="E.b.x"), "x", {"of": "median"}, "points", False),
        (Judge(less_than="E.b.x", times=0.9), "x", {}, "", True),
        (Judge(less_than="E.b.p"), "p", {}, "", True),
        (Judge(less_than="E.b.p"), "p", {"of": "median"}, "", True),
        (Judge(similar_to="E.b.low", fraction=0.5, gap_to="E.c.low"), "low", {}, "", False),
        (Judge(similar_to="E.b.p", fraction=0.5, gap_to="E.c.p"), "p", {}, "", False),
        (Judge(slope=ABC, at_least=0), "x", {}, "", False),
        (Judge(slope=ABC, at_least=0, log=True), "p", {}, "", False),
        (Judge(rate_at_least=0.5), "ok", {}, "", False),
        (Judge(rate_at_least=0.5), "low", {"published": 10}, "", False),
        (Judge(greater_than="E.b.ok"), "ok", {}, "", False),
    ],
)
def test_axes_and_units(judge, measure, fields, unit, log_axis):
    data = {
        arm: {measure: [1.0] * 8 if measure == "ok" else v}
        for arm, v in zip("abc", (A, B, C), strict=True)
    }

    part = verdict(claim(judge, f"E.a.{measure}", **fields), data, measures=UNITS).parts[0]

    assert (part.unit, part.log_axis) == (unit, log_axis)


def test_a_margin_down_to_0_of_a_positive_value_has_no_lower_end():
    found = verdict(
        claim(Judge(within=10.0), "E.a.p", published=10.0),
        {"a": {"p": [9.0, 10.0, 11.0, 10.5, 9.5]}},
    )

    assert found.outcome == "replicated"
    assert found.parts[0].accepted == (None, pytest.approx(20.0))
