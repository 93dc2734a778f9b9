# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Positions are read from the drawing and turned back into values by its own tick labels."""

import math
import re
from xml.etree import ElementTree

import pytest

from ldlc.report import figures

NUMBER = r"-?[\d.]+"


class Drawn:
    """A claim's figure, read back."""

    def __init__(self, text: str) -> None:
        self.root = ElementTree.fromstring(text)

    def all(self, name: str, mark: str) -> list[ElementTree.Element]:
        return [e for e in self.root.findall(f"{{*}}{name}") if mark in e.get("class", "").split()]

    def words(self) -> list[str]:
        return [text.text for text in self.root.findall("{*}text")]

    def value(self, pixel: float, log: bool = False) -> float:
        """Returns the value at a horizontal pixel, by the first and last tick label."""
        marks = [float(line.get("x1")) for line in self.all("line", "f-axis")]
        lines = [
            (float(text.get("x")), float(text.text.replace(",", "")))
            for text in self.root.findall("{*}text")
            if re.fullmatch(r"-?[\d,.]+", text.text)
            and text.get("class") == "f-s"
            and any(abs(float(text.get("x")) - mark) < 0.05 for mark in marks)
            and float(text.get("y")) > max(float(r.get("y")) for r in self.all("rect", "f-accept"))
        ]
        (x0, v0), (x1, v1) = lines[0], lines[-1]
        share = (pixel - x0) / (x1 - x0)
        return v0 * (v1 / v0) ** share if log else v0 + (v1 - v0) * share

    def band(self) -> tuple[float, float]:
        rect = self.all("rect", "f-accept")[1]  # the first is the legend's
        left = float(rect.get("x"))
        return left, left + float(rect.get("width"))

    def interval(self) -> tuple[float, float]:
        d = next(p for p in self.all("path", "f-ours") if "f-v-" in p.get("class")).get("d")
        paths = [p.get("d") for p in self.all("path", "f-ours")]
        d = paths[-1] if len(paths) > 1 else d
        found = re.match(rf"M({NUMBER}),{NUMBER}H({NUMBER})", d)
        return float(found[1]), float(found[2])

    def pin(self) -> float:
        d = [p.get("d") for p in self.all("path", "f-pin")][-1]
        return float(re.match(rf"M({NUMBER}),", d)[1])

    def dot(self) -> float:
        return float(self.all("circle", "f-dot")[-1].get("cx"))


@pytest.fixture
def draw(make_report, make_part):
    """Returns what draws a claim whose parts are changed as given."""

    def make(*parts, outcome="replicated", drawing=figures.claim):
        changes = {"parts": tuple(make_part(**p) for p in parts), "outcome": outcome}
        return Drawn(drawing(make_report(changes).claims[0]))

    return make


def test_band_interval_and_pin_stand_at_their_values(draw):
    drawn = draw(
        {"published": 10.0, "accepted": (8.0, 12.0), "low": 9.25, "estimate": 10.5, "high": 11.75}
    )

    found = [drawn.value(x) for x in (*drawn.band(), *drawn.interval(), drawn.pin(), drawn.dot())]
    assert pytest.approx(found, abs=0.005) == [8.0, 12.0, 9.25, 11.75, 10.0, 10.5]


def test_on_a_logarithmic_axis_they_stand_there_too(draw):
    drawn = draw(
        {
            "published": 1425.0, "accepted": (475.0, 4275.0), "low": 1019.7, "estimate": 1180.4,
            "high": 1366.1, "log_axis": True,
        }
    )  # fmt: skip

    pixels = (*drawn.band(), *drawn.interval(), drawn.pin(), drawn.dot())
    found = [drawn.value(x, log=True) for x in pixels]
    assert pytest.approx(found, rel=2e-3) == [475, 4275, 1019.7, 1366.1, 1425, 1180.4]
    assert any("logarithmic" in word for word in drawn.words())


@pytest.mark.parametrize(
    ("low", "high", "inside", "outside"),
    [(9.0, 11.0, True, False), (13.0, 15.0, False, True), (11.0, 13.0, False, False)],
)
def test_inside_outside_or_across_is_seen(draw, low, high, inside, outside):
    drawn = draw({"low": low, "high": high, "estimate": (low + high) / 2})

    (left, right), (start, end) = drawn.band(), drawn.interval()
    assert inside == (left < start and end < right)
    assert outside == (end < left or right < start)


@pytest.mark.parametrize(("accepted", "side"), [((8.0, None), 1), ((None, 12.0), 0)])
def test_an_open_end_of_the_band_runs_to_the_end_of_the_axis(draw, accepted, side):
    drawn = draw({"accepted": accepted})

    line = max(drawn.all("line", "f-axis"), key=lambda e: float(e.get("x2")) - float(e.get("x1")))
    ends = float(line.get("x1")), float(line.get("x2"))
    assert ends[side] == pytest.approx(drawn.band()[side], abs=0.1)
    assert len(drawn.all("line", "f-edge")) == 1


def test_the_interval_has_the_colour_of_the_outcome(draw):
    for outcome, colour in (("not replicated", "f-v-not"), ("inconclusive", "f-v-inconclusive")):
        drawn = draw({}, outcome=outcome)

        assert colour in drawn.all("circle", "f-dot")[-1].get("class").split()


def test_an_infinite_end_is_an_arrow(draw):
    with_arrow = draw({"high": math.inf}).all("path", "f-ours")[-1].get("d")
    with_caps = draw({}).all("path", "f-ours")[-1].get("d")

    assert with_arrow.count("L") == 2
    assert with_caps.count("L") == 0


def test_an_infinite_estimate_is_drawn_at_the_end(draw):
    drawn = draw({"estimate": math.inf, "high": math.inf})

    assert drawn.dot() == pytest.approx(drawn.interval()[1], abs=0.1)
    assert "∞" in drawn.words()


def test_without_runs_only_the_plan_is_drawn(draw):
    drawn = draw({"estimate": None, "low": None, "high": None}, outcome="not attempted")

    assert "nothing recorded" in drawn.words()
    assert drawn.all("circle", "f-dot") == []


def test_without_a_published_value_there_is_no_pin(draw):
    assert draw({"published": None}).all("path", "f-pin") == []


def test_the_legend_names_only_what_is_there(draw):
    words = " ".join(draw({"published": None, "accepted": (None, None)}).words())

    assert "published" not in words
    assert "accepted" not in words
    assert "recorded" in words


def test_every_part_has_a_row_with_its_label(draw):
    drawn = draw(*({"label": f"layer {k}"} for k in range(7)))

    assert {f"layer {k}" for k in range(7)} <= set(drawn.words())
    assert len(drawn.all("rect", "f-accept")) == 8


def test_labels_leave_out_what_all_parts_begin_with(draw):
    drawn = draw({"label": "trees.fast.branch"}, {"label": "trees.fast.nation"})

    assert {"branch", "nation"} <= set(drawn.words())


def test_a_single_part_is_named_at_its_axis(draw):
    assert "trees.fast.branch, sweeps" in draw({"label": "trees.fast.branch"}).words()


def test_parts_of_other_units_have_axes_of_their_own(draw):
    def long_lines(drawn):
        return [
            e for e in drawn.all("line", "f-axis") if float(e.get("x2")) - float(e.get("x1")) > 200
        ]

    same = draw({"label": "a"}, {"label": "b"})
    other = draw({"label": "a"}, {"label": "b", "unit": "percent"})

    assert len(long_lines(same)) == 1
    assert len(long_lines(other)) == 2


def test_words_near_an_end_stay_inside_the_axis(draw):
    drawn = draw({"estimate": None, "low": None, "high": None})
    text = next(e for e in drawn.root.findall("{*}text") if e.text == "nothing recorded")

    assert float(text.get("x")) - len(text.text) * 13 * 0.58 / 2 >= 23.9


def test_a_row_shows_the_same_without_words(draw):
    row = draw({}, drawing=figures.row)

    assert row.words() == []
    assert len(row.all("rect", "f-accept")) == 1
    assert len(row.all("path", "f-pin")) == 1
    assert len(row.all("circle", "f-dot")) == 1


def test_a_figure_says_in_words_what_it_shows(draw):
    said = draw({"label": "x", "estimate": 10.1, "low": 9.0, "high": 11.0}).root.get("aria-label")

    assert (
        said == "sweeps, replicated: published 10, accepted from 8 to 12, recorded 10.1 (9 to 11)"
    )


def test_learning_curves_label_every_arm_with_its_seeds(make_report):
    curve = make_report().curves[0]

    root = ElementTree.fromstring(figures.curves(curve))

    words = {text.text for text in root.findall("{*}text")}
    assert {"wide (20)", "none (20)", "error", "step"} <= words
    lines = [p for p in root.findall("{*}path") if "f-line" in p.get("class")]
    assert len(lines) == 2
    assert lines[0].get("class") != lines[1].get("class")
