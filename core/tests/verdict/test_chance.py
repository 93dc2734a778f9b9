# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest
from scipy import stats

from ldlc.plan.model import Judge
from ldlc.verdict import chance
from ldlc.verdict.chance import DRAWS, _scale, chance_to_settle
from ldlc.verdict.evidence import look_at, runs_of

from cases import claim, plan, runs  # isort: skip

RNG = np.random.default_rng(11)


def look(rule, values):
    count = max(len(v) for measures in values.values() for v in measures.values())
    plan_ = plan(rule, seeds=count)
    found = runs_of(plan_, rule, runs(plan_, values), {"E": "full"}, 0)
    return look_at(plan_, rule, found)


def test_the_chance_is_the_same_every_time():
    open_ = look(claim(Judge(at_most=10.0)), {"a": {"x": [9.7, 10.2, 9.8, 10.1, 9.9]}})

    assert chance_to_settle(open_, [[20]]) == chance_to_settle(open_, [[20]])


def test_more_seeds_have_a_larger_chance():
    open_ = look(claim(Judge(at_most=10.0)), {"a": {"x": [9.7, 10.2, 9.8, 10.1, 9.9]}})

    chances = [chance_to_settle(open_, [[n]]) for n in (8, 20, 200)]

    assert chances == sorted(chances)
    assert chances[0] < chances[2]


def test_the_chance_agrees_with_the_frequency():
    """Open `within` claims at 5 seeds, settled at 15: said against done, over many true values."""
    said, done = [], []
    for _ in range(250):
        x = RNG.normal(100 + RNG.uniform(-3.5, 3.5), 1.0, 15)
        first = look(claim(Judge(within=1.0), published=100.0), {"a": {"x": x[:5].tolist()}})
        if first.reached.decision != "inconclusive":
            continue
        later = look(claim(Judge(within=1.0), published=100.0), {"a": {"x": x.tolist()}})
        said.append(chance_to_settle(first, [[15]]))
        done.append(later.reached.decision != "inconclusive")

    assert len(said) > 100
    # standard error of the frequency: about 0.035
    assert np.mean(said) == pytest.approx(np.mean(done), abs=0.1)
    likely = np.array(said) > np.median(said)
    assert np.mean(np.array(done)[likely]) > np.mean(np.array(done)[~likely])


def test_rates_are_drawn_from_their_posterior():
    ok = [1.0] * 7 + [0.0] * 3
    open_ = look(claim(Judge(rate_at_least=0.5), "E.a.ok"), {"a": {"ok": ok}})

    chance = chance_to_settle(open_, [[30]])

    new = np.arange(21)
    k = 7 + new
    settled = (stats.binom.sf(k - 1, 30, 0.5) <= 0.025) | (stats.binom.cdf(k, 30, 0.5) <= 0.025)
    exact = stats.betabinom(20, 7.5, 3.5).pmf(new)[settled].sum()
    assert chance == pytest.approx(exact, abs=0.075)  # three standard errors of 400 draws


def test_a_published_spread_stays_what_it_is():
    rule = claim(Judge(within=0.5, sd=0.5, n0=5), published=10.0)

    open_ = look(rule, {"a": {"x": [9.7, 10.2, 9.8, 10.1, 9.9]}})

    assert open_.reached.decision == "inconclusive"
    # At best the paper's own five runs leave 0.5/√5 = 0.22 of error: 0.5 is rarely shown.
    assert 0.0 <= chance_to_settle(open_, [[40]]) < 0.5


def test_fresh_seeds_do_not_lean_on_those_seen():
    x = [9.7, 10.2, 9.8, 10.1, 9.9]
    open_ = look(claim(Judge(at_most=10.0)), {"a": {"x": x}})

    assert chance_to_settle(open_, [[5]], fresh=True) > 0.0
    assert chance_to_settle(open_, [[5]]) == 0.0  # no new seed: the claim stays open


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        (
            claim(Judge(at_most=9.0), of="median"),
            {"a": {"x": [8.0, 8.5, 9.5, 8.8, 9.2, 8.7, 8.9, 9.3]}},
        ),
        (
            claim(Judge(less_than="E.b.x"), of="median"),
            {"a": {"x": [1.0, 3, 5, 2, 4, 6]}, "b": {"x": [2.5, 4.5, 6.5, 5.5, 3.5, 7.0]}},
        ),
        (claim(Judge(at_most=3), "E.a.k"), {"a": {"k": [2.0, 3, 2, 4, 1, 3]}}),
        (
            claim(Judge(at_most=10.0), among="E.a.ok"),
            {"a": {"x": [9.7, 10.2, 9.8, 10.1, 9.9, 5.0], "ok": [1.0] * 5 + [0.0]}},
        ),
        (
            claim(Judge(greater_than="E.b.ok"), "E.a.ok"),
            {"a": {"ok": [1.0] * 6 + [0.0] * 4}, "b": {"ok": [1.0] * 3 + [0.0] * 7}},
        ),
        (
            claim(Judge(within_factor=1.2), "E.a.p", published=10.0),
            {"a": {"p": [10.0, 12.5, 9.0, 11.0, 13.0]}},
        ),
        (
            claim(Judge(less_than="E.b.x", by=0.5)),
            {"a": {"x": [9.7, 10.2, 9.8, 10.1, 9.9]}, "b": {"x": [10.3, 9.9, 10.6, 10.0, 10.4]}},
        ),
    ],
)
def test_every_kind_of_rule_has_a_chance(rule, values):
    open_ = look(rule, values)
    assert open_.reached.decision in ("inconclusive", "replicated in direction")

    arms = len(open_.evidence[0].samples)

    assert 0.0 < chance_to_settle(open_, [[20] * arms]) < 1.0


def test_a_size_that_is_open_waits_for_the_size():
    values = {"a": {"x": [9.0, 9.1, 9.2, 8.9, 8.8]}, "b": {"x": [10.3, 9.8, 10.6, 9.6, 10.2]}}
    size_open = look(claim(Judge(less_than="E.b.x", by=0.8)), values)
    assert size_open.reached.size_open

    assert chance_to_settle(size_open, [[5, 5]]) == 0.0  # the direction is shown already


def test_a_run_may_be_absent_again():
    late = [8.0, 8.5, 9.5, 8.8, 9.2, 8.7, 8.9, 9.3]
    rule = claim(Judge(at_most=9.4), "E.a.steps", of="median")

    chances = [
        chance_to_settle(look(rule, {"a": {"steps": [*late, *lost]}}), [[30]])
        for lost in ([None] * 2, [None] * 4)
    ]

    assert chances[0] > chances[1] + 0.2


def test_two_runs_without_another_value_are_drawn_again():
    rule = claim(Judge(at_most=9.4), "E.a.steps", of="median")

    open_ = look(rule, {"a": {"steps": [8.0, None, None, None, None, None]}})

    # 1 of 6 runs is at most 9.4: drawn again, the median of 30 will nearly always be absent.
    assert chance_to_settle(open_, [[30]]) > 0.9


def test_counts_are_drawn_from_their_posterior():
    open_ = look(claim(Judge(at_most=3), "E.a.k"), {"a": {"k": [2.0, 3, 2, 3, 2, 3]}})

    chance = chance_to_settle(open_, [[12]])

    rng = np.random.default_rng(5)
    rate = rng.beta(15 + 0.5, 300 - 15 + 0.5, (20_000, 1))
    x = np.concatenate(
        [np.broadcast_to([2.0, 3, 2, 3, 2, 3], (20_000, 6)), rng.binomial(50, rate, (20_000, 6))],
        axis=1,
    )
    t = stats.ttest_1samp(x, 3.0, axis=1, alternative="less").pvalue
    total = stats.binom.cdf(x.sum(1), 600, 3 / 50)
    m = x.mean(1)
    clustered = x.var(1, ddof=1) > 2 * m * (1 - m / 50)
    shown = (np.maximum(t, total) <= 0.025) & ~clustered
    refuted = (np.maximum(1 - t, stats.binom.sf(x.sum(1) - 1, 600, 3 / 50)) <= 0.025) & ~clustered
    # three standard errors of 400 draws
    assert chance == pytest.approx(np.mean(shown | refuted), abs=0.075)


def test_numbers_are_drawn_about_any_value_and_positive_ones_by_any_factor():
    x = [9.7, 10.2, 9.8, 10.1, 9.9]

    number, moved = (
        chance_to_settle(
            look(claim(Judge(at_most=10.0 - d), "E.a.free"), {"a": {"free": [v - d for v in x]}}),
            [[15]],
        )
        for d in (0.0, 64.0)
    )
    one, scaled = (
        chance_to_settle(
            look(claim(Judge(at_most=10.0 * f), "E.a.p"), {"a": {"p": [v * f for v in x]}}), [[15]]
        )
        for f in (1.0, 1024.0)
    )

    assert number == moved
    assert one == scaled


def test_two_runs_with_a_value_are_drawn_with_their_spread():
    rule = claim(Judge(at_most=9.4), "E.a.steps", of="median")
    three = {"a": {"steps": [8.0, 9.3, None]}}
    close = {"a": {"steps": [8.0, 8.01, None]}}

    wide, narrow = (chance_to_settle(look(rule, values), [[30]]) for values in (three, close))

    # Drawn again alone, both would give the same: no run above 9.4 but the absent ones.
    assert wide < narrow - 0.05


def test_pairs_are_foretold_like_their_differences():
    a, b = np.array([10.0, 11.0, 9.0, 10.4]), np.array([10.5, 11.2, 9.1, 11.2])
    pairs = claim(Judge(less_than="E.b.x"), paired="why")
    apart = claim(Judge(at_most=0.0), "E.a.free")

    together = chance_to_settle(
        look(pairs, {"a": {"x": a.tolist()}, "b": {"x": b.tolist()}}), [[8, 8]]
    )
    alone = chance_to_settle(look(apart, {"a": {"free": (a - b).tolist()}}), [[8]])

    assert together == pytest.approx(alone, abs=0.1)  # three errors of a difference of 400 draws


def test_pairs_that_correlate_perfectly_can_be_foretold():
    a = [9.0, 10.0, 11.0, 10.5, 9.5]
    values = {"a": {"x": a}, "b": {"x": [2 * v - 9.9 for v in a]}}

    open_ = look(claim(Judge(less_than="E.b.x"), paired="why"), values)

    assert 0.0 <= chance_to_settle(open_, [[15, 15]]) < 0.5


def test_the_scale_is_drawn_with_the_degrees_of_freedom_of_all_arms():
    arms = [np.arange(5.0), np.array([1.0, np.inf, 3.0, np.nan])]  # 4 and 1

    found = _scale(arms, np.random.default_rng(5))

    expected = np.random.default_rng(5).chisquare(5, (DRAWS, 1))
    assert found**2 == pytest.approx(5 / expected)
    assert np.isfinite(_scale([np.array([1.0])], np.random.default_rng(5))).all()


def test_pairs_stay_correlated():
    a = RNG.normal(10, 1, 8)
    b = a + 0.12 + 0.2 * RNG.normal(size=8)
    values = {"a": {"x": a.tolist()}, "b": {"x": b.tolist()}}
    paired = claim(Judge(less_than="E.b.x", by=0.01), paired="why")
    apart = claim(Judge(less_than="E.b.x", by=0.01))

    chances = [chance_to_settle(look(rule, values), [[40, 40]]) for rule in (paired, apart)]

    assert chances[0] > chances[1] + 0.3


def test_pairs_are_as_unsure_as_one_arm_of_their_differences():
    a, b = [1.0, 2.0, 3.5, 1.5], [1.3, 2.2, 4.5, 1.6]
    paired = claim(Judge(less_than="E.b.free"), "E.a.free", paired="the same data")
    pairs = look(paired, {"a": {"free": a}, "b": {"free": b}})
    differences = [x - y for x, y in zip(a, b, strict=True)]
    alone = look(claim(Judge(at_most=0.0), "E.a.free"), {"a": {"free": differences}})
    assert pairs.size.show == pytest.approx(alone.size.show)
    assert pairs.reached.decision == alone.reached.decision == "inconclusive"

    chances = [
        chance_to_settle(one, [[n] * arms for _ in one.evidence])
        for n in (5, 6, 8)
        for one, arms in ((pairs, 2), (alone, 1))
    ]

    # Both 400 draws: three standard errors of a difference are 0.1.
    assert chances[::2] == pytest.approx(chances[1::2], abs=0.1)


def test_the_spread_of_pairs_is_known_as_well_as_that_of_one_arm(monkeypatch):
    seen = []
    scale = chance._scale
    monkeypatch.setattr(
        chance, "_scale", lambda arms, rng: seen.append(len(arms)) or scale(arms, rng)
    )
    values = {"a": {"free": [1.0, 2.0, 3.5, 1.5]}, "b": {"free": [1.3, 2.2, 4.5, 1.6]}}

    for fields in ({"paired": "the same data"}, {}):
        chance_to_settle(
            look(claim(Judge(less_than="E.b.free"), "E.a.free", **fields), values), [[8, 8]]
        )

    assert seen == [1, 2]
