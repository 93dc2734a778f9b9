# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import math
import re

import msgspec
import pytest

from ldlc.report import Report, decode, encode
from ldlc.report.summary import pinned_core


def test_a_report_reads_back_as_it_was(make_report):
    report = make_report({"parts": ()}, {"outcome": "blocked"})

    assert report == decode(encode(report))


def test_computed_numbers_are_written_rounded(make_report, make_part):
    part = make_part(
        estimate=1180.44449, low=math.pi, high=math.inf, accepted=(-math.inf, 0.1 + 0.2)
    )
    report = make_report({"parts": (part,), "p_show": 0.0123456, "holm_show": 1e-30})

    found = json.loads(encode(report))["claims"][0]

    assert [found["parts"][0][k] for k in ("estimate", "low", "high")] == [1180.4, 3.1416, "inf"]
    assert [found["parts"][0][k] for k in ("accepted_low", "accepted_high")] == [None, 0.3]
    assert [found["p_show"], found["holm_show"]] == [0.012, 1e-9]


def test_published_numbers_keep_all_their_digits(make_report, make_part):
    report = make_report({"parts": (make_part(published=1234567.0),)})

    assert report.claims[0].parts[0].published == 1234567.0


def test_bounds_that_follow_from_runs_are_rounded_as_those_are(make_report, make_part, paper):
    from ldlc.plan.model import Judge

    paper.plan.claims[0] = msgspec.structs.replace(
        paper.plan.claims[0], judge=Judge(compatible=True, resolution=2.0)
    )
    report = make_report({"parts": (make_part(accepted=(8.123456789, 12.0)),)})

    assert report.claims[0].parts[0].accepted_low == 8.1235


def test_the_strip_has_the_outcome_of_every_claim(make_report):
    report = make_report({"outcome": "inconclusive"}, {"outcome": "blocked"})

    assert report.strip == ["inconclusive", "blocked"]


def test_measures_count_what_is_absent_and_not_finite(make_report, make_run):
    values = [1.0, 3.0, None, math.nan]
    runs = {k: make_run("wide", k, measures={"sweeps": v}) for k, v in enumerate(values)}
    runs[4] = make_run("wide", 4, measures={}, error="Traceback")
    arm = make_report(runs={("toy", "wide"): runs}).experiments[0].arms[0]

    found = next(m for m in arm.measures if m.name == "sweeps")

    assert (found.runs, found.absent, found.not_finite, found.mean, found.sd) == (
        2,
        1,
        1,
        2.0,
        1.4142,
    )
    assert (arm.recorded, arm.errors) == (5, 1)


def test_the_share_of_successes_counts_judged_seeds_only(make_report):
    found = make_report({"seeds": 10}).claims[0].among[0]

    assert (found.yes, found.of) == (9, 10)


def test_environments_are_listed_by_how_many_runs_they_made(make_report, make_run):
    runs = {k: make_run("wide", k, environment={"python": f"3.{11 + (k > 2)}"}) for k in range(5)}

    found = make_report(runs={("toy", "wide"): runs}).environments

    assert [(e.facts["python"], e.runs) for e in found] == [("3.11", 3), ("3.12", 2)]


def test_a_field_of_a_later_version_is_ignored(make_report):
    content = json.loads(encode(make_report()))
    content["claims"][0]["new"] = 1

    assert isinstance(decode(json.dumps(content).encode()), Report)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"schema": 2}', "has `schema` 2; this version of ldlc reads 1"),
        (b'{"schema": 1}', "can't be read: .* missing required field"),
        (b"no json", "can't be read"),
        (b"\xff\xfe", "can't be read"),
    ],
)
def test_another_file_is_refused(content, message):
    with pytest.raises(ValueError, match=message):
        decode(content)


def test_lists_of_plain_values_take_one_line(make_report):
    content = encode(make_report()).decode()

    assert re.search(r'"steps": \[[^\n]+\]', content)
    assert content.endswith("}\n")
    assert all(not line.endswith(" ") for line in content.splitlines())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ldlc[sonnet]==0.1.0", "0.1.0"),
        ("ldlc == 1.2.3", "1.2.3"),
        ("ldlc>=0.1", None),
        ("ldlc-plugin==9", None),
    ],
)
def test_the_pinned_core_is_read_from_pyproject(tmp_path, line, expected):
    (tmp_path / "pyproject.toml").write_text(f'[project]\ndependencies = ["{line}"]\n')

    assert expected == pinned_core(tmp_path)


def test_without_a_pyproject_nothing_is_pinned(tmp_path):
    assert pinned_core(tmp_path) is None
