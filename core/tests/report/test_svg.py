# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldlc.report import marks, svg

GITHUB = {"light": "#ffffff", "dark": "#0d1117"}  # the pages that transparent figures stand on


def luminance(colour: str) -> float:
    """Returns the relative luminance of WCAG 2.2."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_formula_gives_21_for_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("palette", [svg.LIGHT, svg.DARK], ids=["light", "dark"])
class TestPalette:
    @pytest.mark.parametrize("text", ["ink", "soft"])
    def test_text_is_readable_on_its_card(self, palette, text):
        assert contrast(palette[text], palette["card"]) >= 4.5

    @pytest.mark.parametrize("name", [*svg.VERDICTS, "ink", "soft"])
    def test_marks_and_intervals_stand_out_on_card_and_band(self, palette, name):
        assert contrast(palette[name], palette["card"]) >= 3
        assert contrast(palette[name], palette["accept"]) >= 3

    @pytest.mark.parametrize("name", svg.VERDICTS)
    def test_marks_stand_out_on_the_page(self, palette, name):
        page = GITHUB["light" if palette is svg.LIGHT else "dark"]

        assert contrast(palette[name], page) >= 3

    @pytest.mark.parametrize("name", svg.ARMS)
    def test_lines_of_arms_stand_out_on_the_card(self, palette, name):
        assert contrast(palette[name], palette["card"]) >= 3

    @pytest.mark.parametrize("name", ["plus", "minus"])
    def test_weights_of_either_sign_stand_out_on_their_field(self, palette, name):
        assert contrast(palette[name], palette["field"]) >= 3


def test_both_palettes_name_the_same_colours():
    assert list(svg.LIGHT) == list(svg.DARK)


def test_every_outcome_has_a_colour_and_a_shape_of_its_own():
    shapes = {mark.shape for mark in marks.MARKS.values()}

    assert len(marks.MARKS) == len(shapes)
    assert set(svg.VERDICTS) == {mark.colour for mark in marks.MARKS.values()}


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1.0, "1"), (-0.04, "0"), (12.34, "12.3"), (-5.06, "-5.1"), (0.25, "0.2")],
)
def test_coordinates_have_a_tenth_of_a_pixel_and_no_negative_zero(value, expected):
    assert expected == svg.xy(value)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_round_few_and_inside(low, span):
    found = svg.ticks(low, low + span)
    slack = span * 1e-6

    assert 2 <= len(found) <= 11
    assert all(low - slack <= t <= low + span + slack for t in found)
    steps = [b - a for a, b in pairwise(found)]
    assert steps == pytest.approx([steps[0]] * len(steps), rel=1e-3)
    mantissa = float(f"{steps[0]:.3e}".partition("e")[0])
    assert any(abs(mantissa - m) < 0.01 for m in (1, 2, 5, 10))


def test_logarithmic_ticks_are_one_two_five_or_decades():
    assert svg.log_ticks(400, 6000) == [500.0, 1000.0, 2000.0, 5000.0]
    assert svg.log_ticks(1e-3, 1e5) == [0.001, 0.1, 10.0, 1000.0, 100000.0]


def test_a_logarithmic_axis_puts_equal_factors_at_equal_distance():
    axis = svg.Axis(1, 100, 0, 200, log=True)

    assert pytest.approx([axis.at(v) for v in (1, 10, 100)]) == [0, 100, 200]


def test_values_beyond_an_axis_lie_on_its_end():
    axis = svg.Axis(0, 10, 50, 150)

    assert [axis.at(v) for v in (-3, 12, float("inf"))] == [50, 150, 150]


def test_an_axis_of_one_value_still_has_a_length():
    for value in (0.0, 5.0, -2.0):
        axis = svg.spanning([value], 0, 100)
        assert axis.low < value < axis.high


def test_a_logarithmic_axis_is_refused_where_a_value_is_not_positive():
    assert not svg.spanning([0.0, 10.0], 0, 100, log=True).log


@given(st.lists(st.floats(0, 300), max_size=12))
def test_labels_never_stand_on_one_another_and_keep_their_order(wanted):
    found = svg.spread(wanted, 15, 0, 300)

    ordered = sorted(found)
    assert all(b - a >= 15 - 1e-9 for a, b in pairwise(ordered))
    assert all(p >= 0 for p in found)
    for k, a in enumerate(wanted):
        for m, b in enumerate(wanted):
            if a < b:
                assert found[k] < found[m]


def test_labels_that_fit_stay_within_their_limits():
    assert svg.spread([290.0, 295.0, 299.0], 15, 0, 300) == [270.0, 285.0, 300.0]


def test_a_label_alone_stands_where_it_is_wanted():
    assert svg.spread([120.0], 15, 0, 300) == [120.0]


def test_a_document_escapes_what_it_is_told():
    drawn = svg.document(10, 10, 'a "b" <c> & d', [svg.label(1, 1, "<x> & y")])

    root = ElementTree.fromstring(drawn)
    assert root.get("aria-label") == 'a "b" <c> & d'
    assert root.findall("{*}text")[0].text == "<x> & y"


def test_a_document_has_no_ids_and_only_prefixed_classes():
    drawn = marks.strip(list(marks.MARKS))
    classes = {c for found in re.findall(r'class="([^"]*)"', drawn) for c in found.split()}

    assert " id=" not in drawn
    assert all(c == "ldlc-fig" or c.startswith("f-") for c in classes)
    assert "prefers-color-scheme:dark" in drawn
    assert 'role="img"' in drawn


def test_every_class_that_is_used_has_a_rule_and_no_rule_is_unused():
    drawn = marks.badge(list(marks.MARKS), "3 of 8")
    used = {c for found in re.findall(r'class="([^"]*)"', drawn) for c in found.split()} - {
        "ldlc-fig"
    }
    styled = set(re.findall(r"\.ldlc-fig \.([\w-]+)\{", drawn))

    assert used == styled
