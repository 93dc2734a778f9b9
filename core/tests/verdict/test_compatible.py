# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import math

import numpy as np
import pytest
from scipy import special, stats
from scipy.integrate import quad

from ldlc.verdict.compatible import SeedDeviations, noncentral_t

X = np.array([4.1, 3.7, 5.0, 4.4, 4.9, 3.9])


def by_integral(df, nc, t):
    """Returns the same from its definition: a normal over the root of a chi-squared."""

    def density(u):
        chi2 = math.exp(special.xlogy(df / 2 - 1, u / 2) - u / 2 - math.lgamma(df / 2)) / 2
        return special.ndtr(t * math.sqrt(u / df) - nc) * chi2

    return quad(density, 0, 20 * df + 200, limit=500, points=[df], epsabs=1e-12)[0]


@pytest.mark.parametrize("df", [2, 4, 9, 19, 59, 199])
def test_the_noncentral_t_is_its_definition(df):
    for t in np.linspace(-8, 25, 9):
        for nc in (-4.0, 0.0, 3.5, 2 * math.sqrt(df + 1)):
            chance = noncentral_t(np.asarray(df), np.asarray(nc), np.asarray(t))
            assert chance == pytest.approx(by_integral(df, nc, t), rel=1e-6, abs=1e-9)


def test_where_scipy_has_no_number_the_chance_is_nought_or_one():
    assert np.isnan(special.nctdtr(99, -4.0, 5.0))

    assert noncentral_t(np.asarray(99.0), np.asarray(-4.0), np.asarray(5.0)) == 1.0
    assert noncentral_t(np.asarray(99.0), np.asarray(4.0), np.asarray(-5.0)) == 0.0


@pytest.mark.parametrize("value", [3.0, 4.3, 9.9])
def test_two_seed_deviations_are_tested_as_wellek_says(value):
    n = len(X)
    t = abs(X.mean() - value) / (X.std(ddof=1) / math.sqrt(n))
    found = SeedDeviations(X, value, 10.0)

    show = max(found.below(2.0), found.above(-2.0))
    refute = min(found.above(2.0), found.below(-2.0))

    assert show == pytest.approx(stats.nct.cdf(t, n - 1, 2 * math.sqrt(n)), rel=1e-6)
    assert refute == pytest.approx(stats.nct.sf(t, n - 1, 2 * math.sqrt(n)), rel=1e-6, abs=1e-12)


def test_the_interval_holds_the_distances_that_are_not_refuted():
    found = SeedDeviations(X, 3.0, 10.0)

    low, high = found.interval()

    assert found.below(float(high)) == pytest.approx(0.025, rel=1e-5)
    assert found.above(float(low)) == pytest.approx(0.025, rel=1e-5)


def test_a_spread_above_the_resolution_tells_nothing():
    s = X.std(ddof=1)

    assert SeedDeviations(X, 4.0, 1.99 * s).guards["resolution"]
    assert not SeedDeviations(X, 4.0, 2.01 * s).guards["resolution"]


def test_runs_that_are_all_equal_tell_nothing():
    assert SeedDeviations(np.full(5, 2.0), 2.0, 1.0).guards["still"]
