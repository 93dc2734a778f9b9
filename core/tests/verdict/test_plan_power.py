# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import io
import math

import numpy as np
import pytest
from rich.console import Console
from scipy import integrate, stats

from ldlc.plan.model import Judge, Measure, Scale
from ldlc.show import plan_table
from ldlc.verdict.power import (
    bound_power,
    compatible_power,
    detectable,
    least_successes,
    median_power,
    most_successes,
    plan_rows,
    rank_power,
    rate_power,
    within_power,
)

from cases import MEASURES, claim, plan  # isort: skip


def one(n):
    return 1 / math.sqrt(n), n - 1.0


def two(n):
    return math.sqrt(2 / n), 2.0 * n - 2


@pytest.mark.parametrize("arms", [one, two])
@pytest.mark.parametrize(("n", "distance"), [(3, 1.0), (10, 0.7), (20, 0.3)])
def test_power_is_integrated_over_the_deviations_that_may_be_measured(arms, n, distance):
    error, degrees = arms(n)
    least = stats.t.ppf(0.975, degrees)

    def reached(variance):
        """Probability of this variance, in true ones, times that of a mean far enough for it."""
        density = degrees * stats.chi2.pdf(degrees * variance, degrees)
        return density * stats.norm.sf(least * math.sqrt(variance) - distance / error)

    expected, _ = integrate.quad(reached, 0, np.inf)

    assert bound_power(distance, error, degrees) == pytest.approx(expected, rel=1e-6)


def test_power_on_the_edge_is_the_level():
    assert bound_power(0.0, *one(7)) == pytest.approx(0.025)


def test_power_where_the_chance_is_too_small_for_scipy():
    assert bound_power(20.0, *one(100)) == 1.0


# 80 % power in one look, in seed deviations: docs/statistics.md.
TABLE = {
    3: (3.26, 3.07, 3.65, 3.54),
    5: (1.68, 2.02, 1.94, 2.35),
    10: (1.00, 1.32, 1.15, 1.53),
    20: (0.66, 0.91, 0.76, 1.05),
    40: (0.45, 0.63, 0.53, 0.73),
}


@pytest.mark.parametrize("n", TABLE)
def test_what_eighty_percent_power_needs(n):
    found = (
        detectable(lambda x: bound_power(x, *one(n))),
        detectable(lambda x: bound_power(x, *two(n))),
        detectable(lambda x: within_power(x, 0.0, *one(n))),
        detectable(lambda x: within_power(x, 0.0, *two(n))),
    )

    assert found == pytest.approx(TABLE[n], abs=0.0051)


@pytest.mark.parametrize(
    ("n", "power"), [(3, 0.06), (5, 0.15), (10, 0.61), (20, 0.98), (12, 0.766)]
)
def test_a_margin_of_one_deviation(n, power):
    assert within_power(1.0, 0.0, *one(n)) == pytest.approx(power, abs=0.005)


def test_power_to_show_a_margin_agrees_with_simulation():
    rng = np.random.default_rng(7)
    x = 0.3 + rng.normal(size=(40_000, 8))
    m, se = x.mean(1), x.std(1, ddof=1) / math.sqrt(8)
    t = stats.t.ppf(0.975, 7)

    simulated = np.mean((m - t * se >= -1.5) & (m + t * se <= 1.5))

    # standard error of the simulation: 0.0025
    assert within_power(1.5, 0.3, *one(8)) == pytest.approx(simulated, abs=0.0075)


@pytest.mark.parametrize(("n", "power"), [(3, 0.42), (5, 0.56), (10, 0.72), (20, 0.80)])
def test_power_to_show_an_honest_run_compatible(n, power):
    assert compatible_power(n) == pytest.approx(power, abs=0.015)


@pytest.mark.parametrize("n", [3, 6, 20])
def test_power_to_show_an_honest_run_compatible_is_a_t_of_the_paper_and_ours(n):
    # The distance of our mean from one run, in our s, is √(1/n + 1)·t.
    limit = stats.nct.ppf(0.025, n - 1, 2 * math.sqrt(n))

    assert compatible_power(n) == pytest.approx(1 - 2 * stats.t.sf(limit / math.sqrt(n + 1), n - 1))


def test_power_to_show_an_honest_run_compatible_by_simulation():
    rng = np.random.default_rng(8)
    x, y = rng.normal(size=(40_000, 6)), rng.normal(size=40_000)
    t = abs(x.mean(1) - y) / (x.std(1, ddof=1) / math.sqrt(6))
    limit = stats.nct.ppf(0.025, 5, 2 * math.sqrt(6))

    assert compatible_power(6) == pytest.approx(np.mean(t <= limit), abs=0.0075)


def test_successes_that_show_a_rate():
    assert least_successes(20, 0.5) == 15
    assert least_successes(17, 0.8) == 17
    assert least_successes(16, 0.8) is None
    assert most_successes(20, 0.5) == 5
    assert most_successes(3, 0.2) is None
    assert most_successes(10, 0.9999) == 9  # one failure in ten shows it
    assert stats.binom.sf(14, 20, 0.5) <= 0.025 < stats.binom.sf(13, 20, 0.5)


def test_power_to_show_a_rate():
    assert rate_power(20, 0.5, 0.9) == pytest.approx(stats.binom.sf(14, 20, 0.9))
    assert rate_power(5, 0.8, 1.0) == 0.0


def test_power_of_ranks_is_noethers():
    # N = (z_level + z_power)²/(3(P - ½)²) runs in both arms together.
    superiority = 0.8
    total = (stats.norm.isf(0.025) + stats.norm.ppf(0.8)) ** 2 / (3 * 0.3**2)

    assert rank_power(total / 2, total / 2, superiority) == pytest.approx(0.8)
    assert rank_power(5, 20, 0.8) < rank_power(12, 13, 0.8)


def test_what_no_margin_reaches_is_none():
    assert detectable(lambda x: 0.5) is None


SPREAD = {
    **MEASURES,
    "x": Measure(range=[0, 1000], spread=1.0, unit="points"),
    "p": Measure(kind="positive", better="low", spread=0.2),
}


def rows(*claims, **options):
    return plan_rows(plan(*claims, measures=SPREAD, **options))


def row(rule, measure="E.a.x", seeds=10, extend_to=20, **fields):
    return rows(claim(rule, measure, **fields), seeds=seeds, extend_to=extend_to)[0]


def test_a_margin_with_a_stated_spread():
    found = row(Judge(within=1.0), published=10.0)

    assert found.rule == "within 1"
    assert found.margin == "1 points"
    assert found.seeds == (10, 20)
    assert found.power == pytest.approx((0.614, 0.977), abs=0.001)
    assert found.needs == ("margin 1.15 sd", "margin 0.76 sd")
    assert found.warning == ""


def test_too_little_power_at_the_last_look_is_a_warning():
    found = row(Judge(within=1.0), published=10.0, extend_to=None)

    assert found.warning.startswith("a true claim is shown with 61 % at the last look")


def test_without_a_spread_there_is_a_table_in_deviations():
    found = row(Judge(at_most=12.0), "E.a.free", published=10.0)

    assert found.power == (None, None)
    assert found.needs == ("bound off by 1.00 sd", "bound off by 0.66 sd")
    assert found.margin == "<= 12, 2 from the published value"


def test_a_bound_with_a_published_value():
    found = row(Judge(at_least=9.0), published=10.0)

    assert found.margin == ">= 9 points, 1 points from the published value"
    assert found.power[0] == pytest.approx(bound_power(1.0, *one(10)))


def test_a_bound_without_a_published_value():
    found = row(Judge(at_least=9.0))

    assert (found.margin, found.power) == (">= 9 points", (None, None))


def test_factors():
    found = row(Judge(within_factor=1.2), "E.a.p", published=10.0)

    assert found.margin == "x1.2"
    assert found.power[0] == pytest.approx(within_power(math.log(1.2) / 0.2, 0, *one(10)))
    bound = row(Judge(at_most=12.0), "E.a.p", published=10.0)
    assert bound.margin == "<= 12, x1.2 from the published value"


def test_a_difference_whose_arms_are_both_published():
    both = [
        claim(Judge(within=1.0), published=10.0),
        claim(Judge(within=1.0), "E.b.x", published=13.0, id="c2"),
        claim(Judge(less_than="E.b.x", by=1.5), id="c3"),
    ]

    found = rows(*both)[2]

    assert found.power[0] == pytest.approx(bound_power(1.5, *two(10)))
    assert found.margin == "<= -1.5 points, 1.5 points from the published value"


def test_the_test_sets_error_does_not_shrink():
    measures = {"m": Measure(range=[0, 1], spread=0.01)}
    rules = [
        claim(Judge(at_most=0.12), "E.a.m", published=0.1, examples=900),
        claim(Judge(at_most=0.12), "E.a.m", examples=900, id="c2"),
        claim(Judge(at_most=0.12), "E.a.m", published=0.1, id="c3"),
    ]

    told, by_another, seeds_alone = plan_rows(plan(*rules, measures=measures, seeds=10))

    # 0.1·0.9/900 is the square of 0.01: one seed deviation.
    expected = bound_power(2.0, math.sqrt(1 / 10 + 1), 9.0)
    assert told.power[0] == pytest.approx(expected)
    assert by_another.power == told.power  # what another claim says is published of it
    alone = plan(rules[1], measures=measures, seeds=10)
    assert plan_rows(alone)[0].power == (None,)
    assert seeds_alone.power[0] == pytest.approx(bound_power(2.0, *one(10)))


def test_pairs_have_the_degrees_of_freedom_of_one_arm():
    both = claim(Judge(similar_to="E.b.x", within=2.0), paired="why")

    found = rows(both)[0]

    assert found.power[0] == pytest.approx(within_power(2.0, 0.0, math.sqrt(2 / 10), 9.0))


def test_not_worse_assumes_equal_arms():
    found = row(Judge(not_worse_than="E.b.low", by=1.0), "E.a.low")

    assert found.margin == "<= 1, 1 from the published value"


def test_counts_spread_as_the_binomial_at_least():
    found = row(Judge(at_most=4.0), "E.a.k", published=2.0)

    s = math.sqrt(2 * (1 - 2 / 50))
    assert found.power[0] == pytest.approx(bound_power(2.0 / s, *one(10)))
    never = row(Judge(at_most=4.0), "E.a.k", published=0.0)
    assert never.power == (None, None)


def test_slopes():
    found = row(Judge(slope={"a": 0.0, "b": 1.0, "c": 2.0}, at_least=0.5), published=1.0)

    assert found.power[0] == pytest.approx(bound_power(0.5, math.sqrt(0.5 / 10), 27.0))
    assert found.margin == ">= 0.5, 0.5 from the published value"


def test_rates():
    found = row(Judge(rate_at_least=0.5), "E.a.ok", published=0.9)

    assert found.needs == ("9 of 10 runs succeed", "15 of 20 runs succeed")
    assert found.power[1] == pytest.approx(stats.binom.sf(14, 20, 0.9))
    assert row(Judge(rate_at_least=0.5), "E.a.ok").power == (None, None)
    below = row(Judge(rate_at_most=0.5), "E.a.ok", published=0.1)
    assert below.needs == ("at most 1 of 10 runs succeed", "at most 5 of 20 runs succeed")
    assert below.power == found.power
    few = row(Judge(rate_at_least=0.8), "E.a.ok")
    assert few.needs[0] == "no number of 10 runs succeed"
    between = row(Judge(within=0.3), "E.a.ok", published=0.6)
    assert between.margin == "rate between 0.3 and 0.9"


def test_two_rates():
    found = row(Judge(greater_than="E.b.ok"), "E.a.ok")

    assert found.needs == ("4 of 10 succeed against 0 of 10", "5 of 20 succeed against 0 of 20")
    assert stats.boschloo_exact([[4, 0], [6, 10]], alternative="greater").pvalue <= 0.025
    assert stats.boschloo_exact([[3, 0], [7, 10]], alternative="greater").pvalue > 0.025
    assert row(Judge(similar_to="E.b.ok", within=0.5), "E.a.ok").needs == ()


def test_medians_and_ranks():
    found = row(Judge(within_factor=2), "E.a.steps", published=10, of="median")

    assert found.margin == "median 5 to 20 steps"
    assert row(Judge(at_most=30), of="median").margin == "median <= 30 points"
    assert row(Judge(at_least=30), of="median").margin == "median >= 30 points"
    assert found.needs == ("9 of 10 runs on the claimed side", "15 of 20 runs on the claimed side")
    ranks = row(Judge(less_than="E.b.x"), of="median")
    assert ranks.needs == ("smaller in 86 % of pairs", "smaller in 76 % of pairs")


def test_power_of_a_median_is_the_sign_tests():
    # One side: 9 of 10 runs at least on the claimed side, each with a chance of 0.9.
    assert median_power(10, 0.0, 0.1) == pytest.approx(stats.binom.sf(8, 10, 0.9))
    assert median_power(10, 0.1, 0.0) == pytest.approx(stats.binom.sf(8, 10, 0.9))
    assert median_power(5, 0.0, 0.0) == 0.0  # five runs decide nothing
    assert median_power(10, 1.0, 0.0) == pytest.approx(0.0)


def test_power_of_a_median_between_two_ends_is_the_multinomials():
    law = stats.multinomial(12, [0.2, 0.7, 0.1])  # below, inside, above
    shown = [
        law.pmf([low, 12 - low - high, high])
        for low in range(3)
        for high in range(3)  # 10 of 12 on either side show a median
    ]

    assert least_successes(12, 0.5) == 10
    assert median_power(12, 0.2, 0.1) == pytest.approx(sum(shown))


@pytest.mark.parametrize(
    ("judge", "measure", "below", "above"),
    [
        (Judge(at_most=11.0), "E.a.x", 0.0, stats.norm.sf(1.0)),
        (Judge(at_least=9.5), "E.a.x", stats.norm.sf(0.5), 0.0),
        (Judge(within=0.8), "E.a.x", stats.norm.sf(0.8), stats.norm.sf(0.8)),
        (Judge(at_most=12.0), "E.a.p", 0.0, stats.norm.sf(math.log(1.2) / 0.2)),
        (Judge(at_least=9.0), "E.a.p", stats.norm.sf(math.log(10 / 9) / 0.2), 0.0),
    ],
)
def test_power_of_a_median_for_a_stated_spread(judge, measure, below, above):
    found = row(judge, measure, published=10.0, of="median")

    assert found.power == pytest.approx(
        (median_power(10, below, above), median_power(20, below, above))
    )
    assert row(judge, measure, of="median", **({"published": 10.0} if judge.within else {})).seeds


def test_power_of_a_median_below_one():
    found = row(Judge(at_most=0.6), "E.a.p", published=0.5, of="median")

    above = stats.norm.sf(math.log(1.2) / 0.2)
    assert found.power[0] == pytest.approx(median_power(10, 0.0, above))


def test_power_of_ranks_where_both_arms_are_published():
    both = [
        claim(Judge(within=1.0), published=10.0),
        claim(Judge(within=1.0), "E.b.x", published=11.5, id="c2"),
        claim(Judge(less_than="E.b.x", by=0.5), of="median", id="c3"),
        claim(Judge(greater_than="E.a.x", by=0.25), "E.b.x", of="median", id="c4"),
        claim(Judge(within_factor=2.0), "E.a.p", published=1.0, id="c5"),
        claim(Judge(within_factor=2.0), "E.b.p", published=2.0, id="c6"),
        claim(Judge(less_than="E.b.p", times=0.8), "E.a.p", of="median", id="c7"),
    ]

    found = rows(*both)

    by, other, factor = (found[i].power[0] for i in (2, 3, 6))
    assert by == pytest.approx(rank_power(10, 10, stats.norm.cdf(1.0 / math.sqrt(2))))
    assert other == pytest.approx(rank_power(10, 10, stats.norm.cdf(1.25 / math.sqrt(2))))
    share = stats.norm.cdf((math.log(0.8) - math.log(0.5)) / (0.2 * math.sqrt(2)))
    assert factor == pytest.approx(rank_power(10, 10, share))


@pytest.mark.parametrize("judge", ["greater_than", "less_than"])
def test_power_of_two_published_rates(judge):
    high, low = ("a", "b") if judge == "greater_than" else ("b", "a")
    both = [
        claim(Judge(rate_at_least=0.5), f"E.{high}.ok", published=0.9),
        claim(Judge(rate_at_most=0.5), f"E.{low}.ok", published=0.3, id="c2"),
        claim(Judge(**{judge: "E.b.ok"}), "E.a.ok", id="c3"),
    ]

    found = rows(*both, seeds=8)[2].power[0]

    k = np.arange(9)
    chance = np.outer(stats.binom.pmf(k, 8, 0.9), stats.binom.pmf(k, 8, 0.3))
    shown = [
        [
            stats.boschloo_exact([[i, j], [8 - i, 8 - j]], alternative="greater").pvalue <= 0.025
            for j in k
        ]
        for i in k
    ]
    assert found == pytest.approx((chance * shown).sum())


def test_the_cost_is_that_of_all_runs_of_the_claims_arms():
    rules = [
        claim(Judge(at_most=12.0)),
        claim(Judge(less_than="E.b.x"), id="c2"),
        claim(Judge(at_most=12.0), "E.c.x", id="c3"),
        claim(Judge(seen="?"), id="c4"),
    ]
    plan_ = plan(*rules, seeds=20, extend_to=40, fewer={"b": 5})

    found = plan_rows(plan_, {("E", "a"): 2.0, ("E", "b"): 10.0})

    assert [r.cost_s for r in found] == [(40.0, 80.0), (90.0, 180.0), (None, None), (40.0, 80.0)]
    reduced = plan(*rules[:1], scales={"reduced": Scale(seeds=3, why="small")})
    assert plan_rows(reduced, {("E", "a"): 2.0})[0].cost_s == (6.0,)
    assert plan_rows(plan_)[0].cost_s == (None, None)


def test_compatible():
    found = row(Judge(compatible=True, resolution=1.0), published=10.0, seeds=2, extend_to=10)

    assert found.power == (0.0, pytest.approx(compatible_power(10)))
    three = row(Judge(compatible=True, resolution=1.0), published=10.0, seeds=3, extend_to=None)
    assert three.power == (pytest.approx(compatible_power(3)),)


def test_too_few_seeds_have_no_power():
    assert row(Judge(within=9.0), published=10.0, seeds=2).power[0] == 0.0
    assert row(Judge(within=9.0), published=10.0, seeds=3).power[0] > 0.9


def test_a_fraction_of_a_gap_has_no_power_before_the_runs():
    rule = Judge(similar_to="E.b.low", fraction=0.5, gap_to="E.c.low")

    assert row(rule, "E.a.low").power == (None, None)
    assert row(rule, "E.a.low").margin == "0.5 of the gap"


def test_times_of_a_number_has_no_known_truth():
    found = row(Judge(less_than="E.b.x", times=0.5), published=10.0)

    assert (found.margin, found.power) == ("<= 0.5", (None, None))


@pytest.mark.parametrize(
    "rule",
    [
        claim(Judge(seen="Is it there?")),
        claim(Judge(equals=True, atol=1.0), published=3.0),
        claim(Judge(at_most=3.0), "E.a.e", finer="b"),
    ],
)
def test_what_is_no_test_has_no_power(rule):
    found = rows(rule)[0]

    assert (found.power, found.needs, found.margin) == ((), (), "-")


def test_blocked_claims_have_no_row():
    assert rows(claim(blocked="why")) == ()


def test_of_several_parts_the_weakest_is_told():
    found = row(Judge(within=1.0), ["E.a.free", "E.a.x", "E.b.x"], published=[10.0, 10.0, 10.0])

    assert found.power[0] == pytest.approx(0.614, abs=0.001)


def test_a_part_that_nothing_can_show_is_the_weakest():
    weak = claim(Judge(within=0.01), "E.a.x", published=10.0)
    parts = [
        claim(Judge(within=w), ["E.a.x", "E.b.x"], published=[10.0, 10.0], id="c2")
        for w in (0.01, 9.0)
    ]

    assert rows(weak, seeds=3)[0].power[-1] == 0.0
    assert rows(*parts, seeds=3)[0].power[-1] == 0.0
    two = {**MEASURES, "x": Measure(spread=1.0), "free": Measure(spread=50.0)}
    for order in (["E.a.free", "E.a.x"], ["E.a.x", "E.a.free"]):
        rule = claim(Judge(within=9.0), order, published=[10.0, 10.0])
        assert plan_rows(plan(rule, measures=two, seeds=5))[0].power[-1] < 0.01


def test_the_warning_tells_of_the_last_look():
    found = row(Judge(within=1.0), published=10.0, seeds=5, extend_to=8)

    first, last = found.power
    assert first < last < 0.8
    assert f"is shown with {100 * last:.0f} % at the last look" in found.warning


def test_rules_are_written_as_in_the_plan():
    found = row(Judge(less_than=["E.b.x", "E.c.x"], by=1.5))
    slope = row(Judge(slope={"a": 0.0, "b": 1.0, "c": 2.0}, at_least=0.5))

    assert found.rule == "less_than E.b.x, E.c.x, by 1.5"
    assert slope.rule == "at_least 0.5, slope a = 0, b = 1, c = 2"


def test_the_table_shows_every_claim_and_its_warning():
    rules = [
        claim(Judge(within=1.0), published=10.0),
        claim(Judge(at_most=12.0), "E.a.free", id="c2"),
        claim(Judge(seen="?"), id="c3"),
    ]
    console = Console(file=io.StringIO(), width=200)

    console.print(plan_table(plan(*rules, measures=SPREAD), {("E", "a"): 3.0}))

    text = console.file.getvalue()
    assert "61 %" in text
    assert "a true claim is shown with 61 % at the last look" in text
    assert "bound off by 1.00 sd" in text
    assert text.count("c3") == 1
    assert "30 s" in text  # ten runs


def test_the_table_fits_a_narrow_terminal_with_a_line_a_look():
    rule = claim(Judge(within=1.0), published=10.0, id="claim-with-a-long-name")
    console = Console(file=io.StringIO(), width=80)
    two_looks = plan(rule, measures=SPREAD, extend_to=40)

    console.print(plan_table(two_looks, {("E", "a"): 3.0}))

    lines = console.file.getvalue().splitlines()
    (first,) = (line.split() for line in lines if "claim-with-a-long-name" in line)
    (second,) = (line.split() for line in lines if line.split()[:1] == ["40"])
    assert first[1:4] == ["10", "61", "%"]
    assert first[-2:] == ["30", "s"]
    assert second[:2] == ["40", "100"]


def test_the_warning_tells_the_power_to_the_percent():
    for tenths in range(6, 11):
        found = row(Judge(within=tenths / 10), published=10.0, extend_to=None)

        told = f"a true claim is shown with {100 * found.power[-1]:.0f} % at the last look"
        assert found.warning.startswith(told)


def test_all_of_three_runs_are_told_where_they_are_needed():
    assert row(Judge(greater_than="E.b.ok"), "E.a.ok", seeds=3).needs[0] == (
        "3 of 3 succeed against 0 of 3"
    )


def test_a_median_that_may_be_as_small_as_0_has_a_power():
    measures = {**SPREAD, "p": Measure(kind="positive", better="low", spread=0.5)}
    rule = claim(Judge(within=10.0), "E.a.p", published=10.0, of="median")

    found = plan_rows(plan(rule, measures=measures, seeds=10))[0]

    # Only what lies above 20 is outside: one side, a factor of 2.
    above = 1.0 - stats.norm.cdf(math.log(2.0) / 0.5)
    assert found.power[0] == pytest.approx(stats.binom.cdf(1, 10, above))


def test_ranks_of_four_runs_an_arm_may_not_show_even_the_clearest_order():
    found = row(Judge(less_than="E.b.x"), of="median", seeds=4, extend_to=20)

    assert found.needs == ("even all pairs alike may not show it", "smaller in 76 % of pairs")
