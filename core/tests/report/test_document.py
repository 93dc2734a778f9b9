# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import math
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldlc.plan.model import Amendment
from ldlc.report import document, encode
from ldlc.report.document import md
from ldlc.report.rounding import text
from ldlc.verdict import Part


def section(markdown: str, heading: str) -> str:
    """Returns the text under a heading, up to the next one of its level or above."""
    level = heading.partition(" ")[0]
    start = markdown.index(f"\n{heading}\n") + len(heading) + 2
    end = re.search(rf"^#{{1,{len(level)}}} ", markdown[start:], re.MULTILINE)
    return markdown[start : start + end.start()] if end else markdown[start:]


def visible(markdown: str) -> str:
    """Returns what a reader sees, without marks and pictures."""
    return re.sub(r"<[^>]*>|&nbsp;|\\", " ", markdown)


def numbers(value) -> set[str]:
    """Returns every number of a JSON value, as REPORT.md writes them."""
    if isinstance(value, dict):
        return set().union(*map(numbers, value.values()))
    if isinstance(value, list):
        return set().union(*map(numbers, value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {text(value)}
    return {"∞"} if value == "inf" else set()


def test_the_first_screen_has_paper_headline_and_every_claim(make_report):
    shown = document.render(make_report({}, {"outcome": "not replicated"}))
    first = shown[: shown.index("## The claims one by one")]

    for part in (
        "Doe, Jane (1999). Journal of Tests 1, 2-3.",
        "https://doi.org/10.1000/182",
        "public since 1999-01-02",
        "figures/strip.svg",
        "## 1 of 2 claims replicated",
        "[sweeps](#sweeps) · Figure 1",
        "[beats](#beats) · abstract",
        "**not replicated**",
        "secondary source",
        "20&nbsp;seeds,&nbsp;full&nbsp;scale",
    ):
        assert part in first


def test_every_number_of_a_claim_stands_in_its_section(make_report):
    report = make_report()
    shown = document.render(report)

    for claim in json.loads(encode(report))["claims"]:
        found = section(shown, f"### {claim['id']}")
        part = claim["parts"][0]
        for key in ("published", "estimate", "low", "high"):
            assert text(part[key]) in found
        for key in ("p_show", "p_refute", "holm_show", "holm_refute"):
            assert text(claim[key]) in found


@pytest.mark.parametrize(
    "heading", ["## Everything that was measured", "## 1 of 2 claims replicated"]
)
def test_every_number_of_the_tables_stands_in_report_json(make_report, heading):
    report = make_report()
    rows = [
        row
        for row in section(document.render(report), heading).splitlines()
        if row.startswith("| ") and "Figure" not in row.partition("|")[0]
    ]

    allowed = numbers(json.loads(encode(report))) | {"1", "2", "425", "1,425"}
    for row in rows[1:]:
        for number in re.findall(r"-?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?", visible(row)):
            assert number.rstrip(",") in allowed


def test_the_measures_table_is_computed_from_the_runs(make_report):
    shown = section(document.render(make_report()), "## Everything that was measured")

    # toy.wide.sweeps: 1000 + 40 s of the seeds 0-19 without 9 and 19
    values = [1000 + 40 * s for s in range(20) if s not in (9, 19)]
    mean = sum(values) / 18
    sd = math.sqrt(sum((v - mean) ** 2 for v in values) / 17)
    cells = f"18<br><sub>2&nbsp;absent</sub> | {mean:,.0f} | {sd:.5g} | 1,360 | 1,000 | 1,720 |"
    assert f"| wide | sweeps<br><sub>sweeps</sub> | {cells}" in shown


def test_every_picture_that_is_shown_is_a_file_of_the_report(paper):
    from ldlc.report import render

    files = render(paper)
    shown = set(re.findall(r'src="([^"]+)"', files["REPORT.md"].decode()))

    assert shown <= set(files)
    assert {f for f in files if f.endswith(".svg")} - shown == {"figures/status.svg"}


def test_an_exploratory_claim_says_what_that_means(make_report):
    report = make_report({"outcome": "exploratory", "notes": ("its margin was 2",)})
    found = section(document.render(report), "### sweeps")

    assert "> **Exploratory.**" in found
    assert "- its margin was 2" in found


@pytest.mark.parametrize(
    ("approved", "expected"),
    [(False, "**Approximate, not approved.**"), (True, "**Approximate.**")],
)
def test_a_reduced_scale_is_marked(make_report, approved, expected):
    report = make_report({"approximate": True, "approved": approved, "scale": "reduced"})

    assert expected in section(document.render(report), "### sweeps")


def test_a_claim_decided_alone_is_marked_in_both_places(make_report):
    shown = document.render(make_report({"alone": True}))

    assert "alone, not after Holm" in shown[: shown.index("## The claims one by one")]
    assert "decided alone, not after Holm" in section(shown, "### sweeps")


def test_the_share_of_successful_runs_is_shown(make_report):
    found = section(document.render(make_report()), "### sweeps")

    assert "Among: 18 of 20 runs, where `toy.wide.solved` is yes" in found


def test_the_chance_that_an_extension_settles_is_rounded(make_report):
    report = make_report({"outcome": "inconclusive", "chance": 0.7123})

    assert report.claims[0].chance == 0.7
    assert "about 70 %" in section(document.render(report), "### sweeps")


def test_parts_have_a_table(make_report, make_part):
    parts = tuple(make_part(label=f"layer {k}", published=90.0 + k) for k in range(5))
    shown = document.render(make_report({"parts": parts}))

    assert "| layer 4 | 94 | 10.123 | 9 to 11 | from 8 to 12 | 0.0012 | 1 |" in shown
    assert "5 numbers" in shown


def test_parts_without_published_numbers_share_one_dash(make_report, make_part):
    parts = tuple(make_part(published=None) for _ in range(3))

    shown = document.render(make_report({"parts": parts}))

    assert "| –<br><sub>secondary source</sub> |" in shown


def test_an_amended_claim_shows_both_verdicts(make_report, make_verdict):
    earlier = make_verdict("sweeps", outcome="inconclusive", compared="Then 9.", because="Open.")
    report = msgspec.structs.replace(
        make_report({"earlier": earlier}),
        amendments=[Amendment("sweeps", "2026-01-02", "within 2", "a better reason", 100)],
    )
    report = msgspec.convert(msgspec.to_builtins(report), type(report))
    shown = document.render(report)

    assert "Before the amendment, 20 seeds: inconclusive. Then 9. Open." in section(
        shown, "### sweeps"
    )
    assert "| 2026-01-02 | [sweeps](#sweeps) | within 2 | a better reason | 100 |" in shown


def test_errors_show_the_last_lines_of_their_traceback(make_report, make_run):
    lines = [f"line {k}" for k in range(30)]
    failed = make_run("wide", 3, error="\n".join([*lines, "ValueError: ```bad"]), measures={})
    shown = document.render(make_report(runs={("toy", "wide"): {3: failed}}))

    found = section(shown, "## Errors and divergence")
    assert "**toy · wide · seed 3**" in found
    assert "````text\nline 25\n" in found
    assert "ValueError: ```bad\n````" in found


def test_diverged_runs_are_listed(make_report, make_run):
    from ldlc.runs import DivergedAt

    run = make_run("wide", 3, diverged=DivergedAt("loss", 120, math.inf))
    shown = document.render(make_report(runs={("toy", "wide"): {3: run}}))

    assert "| toy · wide | 3 | 120 | loss | ∞ |" in section(shown, "## Errors and divergence")


def test_departures_unstated_choices_and_the_clean_room_are_shown(make_report):
    shown = document.render(make_report())

    assert "| weights are drawn by hand | weights are drawn at random | the paper" in shown
    assert "| the initial range | 0.3 | as in the companion report |" in shown
    assert "- no implementation was looked at" in section(shown, "## Clean room")
    assert "ann@example.org" not in shown


def test_the_cost_adds_up(make_report):
    found = visible(section(document.render(make_report()), "## Cost"))

    # 2 arms of 20 runs: 0.5 + seed / 100 s by the clock, 0.25 s of CPU, at most 119 MiB
    assert "| toy · wide | full | 20 of 20 | 0.59 s | 12 s | 5 s | 119 MiB |" in found
    assert "| **all** |  | **40** |  | **24 s** | **10 s** | **119 MiB** |  |" in found


def test_the_commands_name_every_experiment(make_report):
    found = section(document.render(make_report()), "## Do it again")

    assert "nox -s replicate -- --experiment toy" in found
    assert "It pins core 0.1.0" in found


def test_configs_are_shown_once_and_arms_by_what_differs(make_report):
    found = section(document.render(make_report()), "## Do it again")

    assert "**toy** (Figure 1), all arms: `sweeps = 4000`" in found
    assert "- wide: `hidden = 2`\n- none: `hidden = 0`" in found


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"label": "toy.wide.sweeps"}, "**10.123 sweeps** (median)"),
        ({"label": "wide − none"}, "**10.123 sweeps** (wide − none)"),
    ],
)
def test_a_recorded_number_says_what_it_is(make_report, make_part, changes, expected):
    report = make_report({"parts": (make_part(**changes),)})

    assert expected in section(document.render(report), "### sweeps")


def test_a_rate_is_called_a_share_of_runs(make_report):
    report = make_report()
    claim = msgspec.structs.replace(report.claims[0], judge={"rate_at_least": 0.5})
    report = msgspec.structs.replace(report, claims=[claim])

    assert "(share of runs)" in section(document.render(report), "### sweeps")


def test_the_environment_and_the_commit_of_the_runs_are_shown(make_report):
    found = section(document.render(make_report()), "## Environment")

    assert "**40 runs:** processor Testing &amp; Co, python 3.11.7, threads 1." in found
    assert "`abc1234`" in found


def test_lines_end_in_lf_and_tables_are_whole(make_report):
    shown = document.render(make_report())

    assert "\r" not in shown
    assert shown.endswith("\n")
    widths = set()
    for line in [*shown.splitlines(), ""]:
        if line.startswith("|"):
            widths.add(len(re.findall(r"(?<!\\)\|", line)))
        elif widths:
            assert len(widths) == 1
            widths = set()


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ("a | b", r"a \| b"),
        ("*bold* and _it_", r"\*bold\* and \_it\_"),
        ("two_hidden", "two_hidden"),
        ("<script>&", "&lt;script&gt;&amp;"),
        ("# no heading", r"\# no heading"),
        ("1. no list", r"\1. no list"),
        ("$x$ [y](z)", r"\$x\$ \[y\](z)"),
        ("see `a_b<c` here", "see `a_b<c` here"),
        ("`a|b`", r"`a\|b`"),
        ("one ` alone", r"one \` alone"),
        ("two\n  lines", "two lines"),
    ],
)
def test_plain_text_is_shown_as_it_is(plain, expected):
    assert expected == md(plain)


@given(st.text())
def test_no_text_breaks_a_table_or_opens_a_tag(content):
    shown = md(content)

    assert "\n" not in shown
    assert not re.search(r"(?<!\\)(?:\\\\)*\|", shown)
    outside = re.sub(r"`[^`]*`", "", re.sub(r"\\.", "", shown))
    assert "<" not in outside


@pytest.mark.parametrize(
    ("outcome", "ends", "is_said"),
    [
        ("replicated", (-0.1, 0.5), True),
        ("not replicated", (-0.1, 0.5), True),
        ("inconclusive", (-0.1, 0.5), False),
        ("replicated", (0.1, 0.5), False),
        ("replicated", (0.1, math.inf), False),
        ("replicated", (None, None), False),
    ],
)
def test_a_bar_across_an_edge_that_is_decided_all_the_same_is_explained(
    make_report, outcome, ends, is_said
):
    part = Part("a - b", None, 0.3, *ends, (0.0, None))

    shown = document.render(make_report({"outcome": outcome, "parts": (part,)}))

    assert ("across an edge is open, unless the claim says why." in shown) == is_said
