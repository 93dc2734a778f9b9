# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from typing import get_args
from xml.etree import ElementTree

from ldlc.report import marks
from ldlc.verdict import Outcome


def test_there_is_a_mark_for_every_outcome():
    assert set(get_args(Outcome)) == set(marks.MARKS)


def test_a_strip_has_one_mark_a_claim_in_order():
    outcomes = ["replicated", "replicated", "blocked"]

    root = ElementTree.fromstring(marks.strip(outcomes))

    classes = [path.get("class") for path in root.findall("{*}path")]
    assert classes == ["f-v-replicated", "f-v-replicated", "f-v-blocked"]
    assert root.get("aria-label") == "Claims: 2 replicated, 1 blocked"


def test_a_long_strip_takes_a_second_line():
    one, two = (ElementTree.fromstring(marks.strip(["replicated"] * count)) for count in (30, 31))

    assert 2 * (float(one.get("height")) + 2) == float(two.get("height")) + 2
    assert one.get("width") == two.get("width")


def test_a_strip_without_claims_is_still_a_picture():
    assert "<svg" in marks.strip([])


def test_counts_name_only_what_occurs():
    outcomes = ["not replicated", "replicated", "replicated in direction", "replicated"]

    assert marks.counts(outcomes) == "2 replicated, 1 in direction, 1 not replicated"


def test_a_badge_says_the_headline():
    root = ElementTree.fromstring(marks.badge(["replicated"], "1 of 1 claims replicated"))

    assert [text.text for text in root.findall("{*}text")] == ["1 of 1 claims replicated"]
