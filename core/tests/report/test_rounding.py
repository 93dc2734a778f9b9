# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldlc.report import rounding


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1180.4449, 1180.4),
        (0.000123456, 0.00012346),
        (-0.0, 0.0),
        (1e300, 1e300),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (math.nan, "nan"),
        (None, None),
    ],
)
def test_estimates_have_five_significant_digits(value, expected):
    assert expected == rounding.estimate(value)


def test_stated_numbers_keep_their_digits():
    assert rounding.estimate(1234567.0, rounding.STATED) == 1234567.0
    assert rounding.estimate(0.1 + 0.2, rounding.STATED) == 0.3


def test_a_negative_zero_is_written_without_its_sign():
    assert repr(rounding.estimate(-0.0)) == "0.0"
    assert rounding.text(-0.0) == "0"


@given(st.floats(min_value=-1e300, max_value=1e300))
def test_rounding_twice_changes_nothing(value):
    once = rounding.estimate(value)

    assert once == rounding.estimate(once)


@given(st.floats(min_value=-1e14, max_value=1e14))
def test_a_written_number_reads_back_as_the_rounded_one(value):
    rounded = rounding.estimate(value)

    assert float(rounding.text(rounded).replace(",", "")) == pytest.approx(rounded, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1425.0, "1,425"),
        (0.95, "0.95"),
        (12345.0, "12,345"),
        (0.000012346, "1.2346e-5"),
        (2e20, "2e20"),
        (-3.5, "-3.5"),
        ("inf", "∞"),
        (None, "–"),
    ],
)
def test_numbers_are_written_for_readers(value, expected):
    assert expected == rounding.text(value)


def test_p_values_have_two_significant_digits_and_a_floor():
    found = [rounding.p_value(p) for p in (0.012345, 1.0, 1e-40, None)]

    assert found == [0.012, 1.0, 1e-9, None]
    assert rounding.p_text(found[2]) == "< 1e-9"


@pytest.mark.parametrize(
    ("value", "expected"), [(0.71, 0.7), (0.02, 0.0), (0.98, 1.0), (0.13, 0.15)]
)
def test_chances_are_given_to_five_percent(value, expected):
    assert expected == rounding.chance(value)


def test_chances_are_never_called_certain():
    assert [rounding.chance_text(c) for c in (0.0, 0.7, 1.0)] == [
        "under 5 %",
        "about 70 %",
        "over 95 %",
    ]


def test_costs_are_written_in_the_unit_that_suits_them():
    assert [rounding.seconds_text(s) for s in (0.42, 14, 192, 10_800)] == [
        "0.42 s",
        "14 s",
        "3.2 min",
        "3.0 h",
    ]
    assert [rounding.memory_text(m) for m in (830, 1536)] == ["830 MiB", "1.5 GiB"]
