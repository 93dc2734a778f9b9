# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import io

import pytest
from rich.console import Console

from ldlc.report import plain, terminal


def drawn(width: int, *reports) -> str:
    """Returns what a terminal of some width shows."""
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    console.print(terminal(*reports))
    return console.file.getvalue()


def test_published_recorded_and_here_stand_beside_each_other(make_report, make_part):
    here = make_report({"parts": (make_part(estimate=11.5, low=11.0, high=12.0),)})

    shown = drawn(120, make_report(), here)

    row = next(line for line in shown.splitlines() if "The net learns in 1,425" in line)
    assert [w for w in row.split() if w in ("10", "10.12", "11.5")] == ["10", "10.12", "11.5"]
    assert "✔ replicated" in row
    assert "1 of 2 claims replicated" in shown


def test_another_outcome_than_the_recorded_one_is_told(make_report):
    here = make_report({"outcome": "inconclusive"})

    assert "recorded: replicated" in drawn(120, make_report(), here)
    assert "recorded: replicated" in plain(make_report(), here)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_it_fits_the_terminal(make_report, width):
    assert all(len(line.rstrip()) <= width for line in drawn(width, make_report()).splitlines())


@pytest.mark.parametrize("width", [80, 100])
def test_no_verdict_is_cut_where_three_columns_of_numbers_stand(make_report, make_part, width):
    parts = (make_part(published=12345.0, estimate=0.12345678, low=-0.12345, high=1234.5),)
    report = make_report({"parts": parts, "outcome": "not replicated"}, {"outcome": "inconclusive"})

    shown = drawn(width, report, report)

    for words in ("✘ not", "replicated", "? inconclusive", "12,345", "0.1235", "1,234"):
        assert words in shown


def test_a_claim_with_many_parts_shows_a_few(make_report, make_part):
    parts = tuple(make_part(published=90.0 + k) for k in range(12))

    shown = drawn(120, make_report({"parts": parts}))

    assert "92" in shown
    assert "95" not in shown
    assert "… of 12" in shown


def test_without_a_terminal_the_same_is_text(make_report):
    shown = plain(make_report())

    assert "replicated: sweeps (Figure 1): The net learns in 1,425 sweeps." in shown.splitlines()
    assert "published 10 (second hand); recorded 10.12 (9 to 11, 20 seeds)" in shown
    assert "The published value is 10. The interval lies inside." in shown


def test_nothing_at_all_is_refused():
    with pytest.raises(ValueError, match="nothing has been run"):
        plain(None)
