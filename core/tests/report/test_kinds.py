# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from ldlc.report import Bars, Curves, Heat, Line, Panel, Points, Scatter, Series, Weights
from ldlc.report.kinds import draw

EVERY = {
    "curves": Curves("t", "c", [Line("a", [0, 1], [1.0, 2.0], [0.5, 1], [2, 3])], "x", "y"),
    "scatter": Scatter("t", "c", [Points("a", [0, 1], [1, 2], ["p", "q"])], "x", "y"),
    "bars": Bars("t", "c", ["g", "h"], [Series("a", [1.0, -2.0], [0.5, -3], [2, -1])], "unit"),
    "weights": Weights("t", "c", [Panel("a", [[1.0, -4.0]], ["r"], ["c1", "c2"])]),
    "heat": Heat("t", "c", [[1.0, -0.5]], ["r"], ["c1", "c2"], show_values=True),
}


def parsed(figure):
    return ElementTree.fromstring(draw(figure))


def rects(root, mark):
    return [e for e in root.findall("{*}rect") if mark in e.get("class").split()]


@pytest.mark.parametrize("kind", EVERY)
def test_every_kind_is_drawn_without_ids_and_named(kind):
    text = draw(EVERY[kind])

    assert ElementTree.fromstring(text).get("aria-label") == "t"
    assert " id=" not in text
    assert "nan" not in text
    assert "inf" not in text.replace("infer", "")


@pytest.mark.parametrize("kind", EVERY)
def test_arrays_of_numpy_are_drawn_as_lists_are(kind):
    def as_arrays(value):
        if isinstance(value, list) and value and not hasattr(value[0], "__dataclass_fields__"):
            return np.array(value) if not isinstance(value[0], str) else value
        if isinstance(value, list):
            return [as_arrays(v) for v in value]
        if hasattr(value, "__dataclass_fields__"):
            fields = {n: as_arrays(getattr(value, n)) for n in value.__dataclass_fields__}
            return type(value)(**fields)
        return value

    assert draw(EVERY[kind]) == draw(as_arrays(EVERY[kind]))


@pytest.mark.parametrize("n", range(100, 120))
def test_last_bits_are_not_drawn(n):
    # Values whose coordinates lie just on the edge between two tenths of a pixel.
    size = ((n + 0.5) / 170) ** 2
    place = (n + 0.5) / (10 * (760 - 14 - 18 - 13 * 0.58 - 68))

    def drawn(nudge: float) -> list[str]:
        weights = Weights("t", "c", [Panel("", [[size * nudge, 1.0]])])
        curves = Curves("t", "c", [Line("a", [0, place * nudge, 1], [0, 1, 2])], "x", "y")
        return [draw(weights), draw(curves)]

    assert drawn(1 - 1e-12) == drawn(1 + 1e-12)


def test_the_area_of_a_weight_is_its_size_and_its_shade_its_sign():
    root = parsed(Weights("t", "c", [Panel("", [[1.0, -4.0, 0.0, math.nan]])]))

    plus, minus = rects(root, "f-plus")[0], rects(root, "f-minus")[0]  # the legend's come after
    assert 1 + 1 == len(rects(root, "f-plus")) == len(rects(root, "f-minus"))
    ratio = (float(minus.get("width")) / float(plus.get("width"))) ** 2
    assert ratio == pytest.approx(4, rel=0.03)


def test_all_panels_have_one_scale():
    root = parsed(Weights("t", "c", [Panel("a", [[1.0]]), Panel("b", [[4.0]])]))

    first, second = rects(root, "f-plus")[:2]
    assert float(first.get("width")) < float(second.get("width"))


def test_panels_that_do_not_fit_take_another_line():
    panels = [Panel(f"unit {k}", [[1.0] * 12]) for k in range(6)]

    root = parsed(Weights("t", "c", panels))

    fields = [f for f in rects(root, "f-field") if float(f.get("width")) > 100]
    assert len(fields) == 6
    assert len({f.get("y") for f in fields}) > 1
    assert all(float(f.get("x")) + float(f.get("width")) <= 760 for f in fields)


def test_bars_start_at_zero_and_are_as_long_as_their_values():
    root = parsed(Bars("t", "c", ["g", "h", "i"], [Series("a", [1.0, -2.0, 4.0])]))

    bars = [r for r in rects(root, "f-bar")]
    widths = [float(bar.get("width")) for bar in bars]
    zero = float(bars[0].get("x"))
    assert pytest.approx([w / widths[0] for w in widths], rel=0.01) == [1, 2, 4]
    assert zero == pytest.approx(float(bars[1].get("x")) + widths[1], abs=0.11)


def test_bars_start_at_zero_even_where_all_are_long():
    root = parsed(Bars("t", "c", ["g", "h"], [Series("a", [3.0, 4.0])]))

    first, second = (float(bar.get("width")) for bar in rects(root, "f-bar"))
    assert first / second == pytest.approx(0.75, rel=0.01)


def test_a_line_is_broken_where_it_is_not_finite():
    line = Line("a", [0, 1, 2, 3, 4], [1, 2, math.nan, 2, 1])

    root = parsed(Curves("t", "c", [line], "x", "y"))

    d = next(p.get("d") for p in root.findall("{*}path") if "f-line" in p.get("class"))
    assert len(re.findall("M", d)) == 2


def test_shades_follow_size_and_sign():
    root = parsed(Heat("t", "c", [[1.0, 0.25, -1.0]]))

    cells = [r for r in root.findall("{*}rect") if r.get("fill-opacity")]
    shades = [float(c.get("fill-opacity")) for c in cells]
    assert shades[0] == shades[2] > shades[1]
    assert cells[0].get("class") == cells[1].get("class") != cells[2].get("class")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Line("a", [1, 2], [1]), "line `a` must have equally many .* 2 `x`, 1 `y`"),
        (lambda: Points("a", [1], [1], ["p", "q"]), "points `a`"),
        (lambda: Series("a", [1, 2], [1], [2]), "series `a`"),
        (lambda: Bars("t", "c", ["g"], [Series("a", [1, 2])]), "1 `groups`, 2 `values`"),
        (
            lambda: Panel("a", [[1], [1, 2]]),
            r"panel `a` must have rows of one length, got \[1, 2\]",
        ),
        (lambda: Heat("t", "c", [[1, 2]], ["r"], ["only one"]), "heat map `t`"),
    ],
)
def test_data_that_does_not_fit_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
