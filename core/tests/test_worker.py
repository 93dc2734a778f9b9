# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import math
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers import EXPERIMENTS, PLAN, make_paper

from ldlc.plan import fingerprint, load
from ldlc.runs import RunLine, read_work
from ldlc.worker import Group, format_seeds, main, parse_seeds, same_bits

RETURN = 'return {"end": place, "high": high}'


def execute(paper: Path, seed: int = 0) -> RunLine:
    return Group(load(paper), "walk", "with_drift", "full").execute(seed)


@pytest.fixture
def returning(paper: Path) -> Any:
    """Makes the paper's runs return something else, or do something first."""

    def change(new: str) -> Path:
        file = paper / paper.name / "experiments.py"
        file.write_text(EXPERIMENTS.replace(RETURN, new).lstrip())
        return paper

    return change


@given(st.sets(st.integers(0, 300), min_size=1))
def test_seeds_are_read_as_they_are_written(seeds: set[int]) -> None:
    assert tuple(sorted(seeds)) == parse_seeds(format_seeds(tuple(seeds)))


@pytest.mark.parametrize(
    "text", ["", "a", "3-1", "-1", "1-", "1,,2", "1.5", "0-99999999", "٣", " - "]
)
def test_seeds_that_name_nothing_are_refused(text: str) -> None:
    if text == "٣":
        assert parse_seeds(text) == (3,)  # a decimal digit is a decimal digit
        return
    with pytest.raises(ValueError, match="`seeds` must"):
        parse_seeds(text)


def test_what_is_wrong_with_a_range_of_seeds_is_said() -> None:
    with pytest.raises(ValueError, match="`seeds` must go upwards, got '3-1'"):
        parse_seeds("3-1")
    with pytest.raises(ValueError, match="`seeds` must name at most 1,000,000, got '0-99999999'"):
        parse_seeds("0-99999999")


def test_a_run_is_the_same_alone_and_after_others(paper: Path) -> None:
    group = Group(load(paper), "walk", "with_drift", "full")
    after_others = [group.execute(seed) for seed in (0, 1, 2, 3)][3]

    alone = Group(load(paper), "walk", "with_drift", "full").execute(3)

    assert alone.error is None
    assert same_bits(after_others, alone)
    assert not same_bits(group.execute(2), alone)


def test_a_line_carries_the_fingerprints_of_the_claims_that_its_arm_judges(paper: Path) -> None:
    folder = load(paper)
    plan = folder.plan

    judged = Group(folder, "walk", "with_drift", "full").execute(0)
    other = Group(folder, "walk", "without", "full").execute(0)
    smoke = Group(folder, "walk", "with_drift", "smoke").execute(0)

    assert {"drift-moves": fingerprint(plan, plan.claims[0])} == judged.claims
    assert (other.claims, smoke.claims) == ({}, {})


def test_a_run_that_raises_is_kept_as_an_error_with_relative_paths(returning: Any) -> None:
    paper = returning('raise RuntimeError("no more paper")')

    line = execute(paper)

    assert line.error is not None
    assert line.error.endswith("RuntimeError: no more paper\n")
    assert 'File "LovelaceBabbage1843_1/experiments.py"' in line.error
    assert str(paper) not in line.error
    assert line.measures == {}


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("return {}", r"missing: \['end', 'high'\]"),
        ('return {"end": 1.0}', r"missing: \['high'\]"),
        ('return {"end": 1.0, "high": 2.0, "low": 3.0}', r"not in the plan: \['low'\]"),
        ("return None", "must return a mapping"),
        ("return 3.0", "must return a mapping"),
        ('return {"end": None, "high": 2.0}', "`end` is None"),
        ('return {"end": "far", "high": 2.0}', "could not convert"),
        ('return {"end": [1.0], "high": 2.0}', "float"),
        ("import sys; sys.exit(3)", ""),
    ],
)
def test_a_run_that_returns_something_else_than_its_measures_is_an_error(
    returning: Any, new: str, says: str
) -> None:
    paper = returning(new)
    if "exit" in new:
        with pytest.raises(SystemExit):
            execute(paper)
        return

    line = execute(paper)

    assert line.error is not None
    assert says.replace("\\", "") in line.error


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        ('kind = "yes-no"', "0.5", "0 or 1"),
        ('kind = "count", total = 5', "1.5", "whole number in 0 to 5"),
        ('kind = "count", total = 5', "6", "whole number in 0 to 5"),
        ('kind = "count", total = 5', "-1", "whole number in 0 to 5"),
    ],
)
def test_a_value_that_its_kind_does_not_admit_is_an_error(
    tmp_path: Path, kind: str, value: str, says: str
) -> None:
    plan = PLAN.replace('high = { kind = "number" }', f"high = {{ {kind} }}")
    source = EXPERIMENTS.replace('"high": high', f'"high": {value}')
    paper = make_paper(tmp_path, plan, source, name="KindTest1900_1")

    line = execute(paper)

    assert says in (line.error or "")


def test_a_diverged_run_is_finished_and_says_where(returning: Any) -> None:
    paper = returning('from ldlc import Diverged; raise Diverged(7, "loss", 3.5)')

    line = execute(paper)

    assert line.error is None
    assert line.diverged is not None
    assert (line.diverged.term, line.diverged.step, line.diverged.last) == ("loss", 7, 3.5)
    assert all(math.isnan(v) for v in line.measures.values() if v is not None)


def test_an_infinite_measure_is_a_diverged_run(returning: Any) -> None:
    line = execute(returning('return {"end": 1.0, "high": float("inf")}'))

    assert line.diverged is not None
    assert (line.diverged.term, line.diverged.step) == ("high", None)


def test_a_worker_keeps_valid_runs_and_repeats_stale_ones(paper: Path) -> None:
    main([str(paper), "walk", "without", "--seeds", "0-1"])
    first = read_work(paper / ".ldlc", "full")["walk", "without"]
    main([str(paper), "walk", "without", "--seeds", "0-2"])
    second = read_work(paper / ".ldlc", "full")["walk", "without"]

    assert sorted(second) == [0, 1, 2]
    assert first[0].started == second[0].started
    text = (paper / "paper.toml").read_text()
    (paper / "paper.toml").write_text(text.replace("{ drift = 0.0 }", "{ drift = 0.5 }"))
    main([str(paper), "walk", "without", "--seeds", "0"])
    third = read_work(paper / ".ldlc", "full")["walk", "without"]
    assert second[0].key != third[0].key


def test_a_repetition_is_noted_in_the_line(paper: Path) -> None:
    main([str(paper), "walk", "without", "--seeds", "0"])
    main([str(paper), "walk", "without", "--seeds", "0", "--repeat"])

    assert read_work(paper / ".ldlc", "full")["walk", "without"][0].repeated == "same bits"


def test_a_repetition_with_other_bits_is_noted_too(returning: Any) -> None:
    paper = returning('return {"end": place, "high": time.time()}')
    main([str(paper), "walk", "without", "--seeds", "0"])
    main([str(paper), "walk", "without", "--seeds", "0", "--repeat"])

    assert read_work(paper / ".ldlc", "full")["walk", "without"][0].repeated == "other bits"


def test_what_a_paper_prints_does_not_disturb_the_events(returning: Any) -> None:
    paper = returning(f'print("hello"); {RETURN}')
    argv = [
        sys.executable,
        "-m",
        "ldlc.worker",
        str(paper),
        "walk",
        "without",
        "--seeds",
        "0",
        "--events",
    ]

    done = subprocess.run(argv, capture_output=True, text=True, check=True)

    assert "hello" in done.stderr
    assert all(line.startswith('{"event"') for line in done.stdout.splitlines())
    assert done.stdout.splitlines()[-1] == '{"event": "done", "seed": 0, "error": false}'


def test_a_worker_ends_when_its_parent_is_gone(paper: Path) -> None:
    argv = [
        sys.executable,
        "-m",
        "ldlc.worker",
        str(paper),
        "walk",
        "without",
        "--seeds",
        "0",
        "--parent-pipe",
    ]
    child = subprocess.Popen(
        argv, stdin=subprocess.PIPE, env={"TEST_RUN_S": "60", "PYTHONPATH": ":".join(sys.path)}
    )
    time.sleep(0.5)
    assert child.poll() is None

    assert child.stdin is not None
    child.stdin.close()

    assert child.wait(timeout=10) == 1


def test_an_unknown_arm_is_misuse(paper: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(paper), "walk", "no", "--seeds", "0"]) == 2
    assert "`walk.no` is no arm" in capsys.readouterr().err


def test_a_run_lists_the_data_sets_that_it_and_its_arm_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ldlc.data import reading, sources

    monkeypatch.setattr(sources, "content", lambda name, file: b"")
    source = EXPERIMENTS.replace(
        "    def run(", '    reading.content("mnist", "x")\n\n    def run('
    )
    source = source.replace(
        "        draw =", '        if seed: reading.content("trec", "x")\n        draw ='
    )
    source = source.replace("from ldlc import", "from ldlc.data import reading\nfrom ldlc import")
    paper = make_paper(tmp_path, experiments=source)
    group = Group(load(paper), "walk", "without", "full")

    lines = [group.execute(seed) for seed in (0, 1, 0)]

    assert [{"mnist"}, {"mnist", "trec"}, {"mnist"}] == [set(line.data) for line in lines]
    assert reading.sha256("mnist") == lines[2].data["mnist"]


def test_without_a_gpu_the_device_is_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    from ldlc import worker

    assert worker._device() == "cpu"
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    assert worker._device() == "cpu"
