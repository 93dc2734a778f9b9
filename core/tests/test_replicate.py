# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import contextlib
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import msgspec
import pytest
from papers import EXPERIMENTS, PIN, PLAN, make_paper, processes_of
from rich.console import Console

import ldlc.replicate
from ldlc.plan import load
from ldlc.replicate import Options, ReplicateError, recorded_results, replicate
from ldlc.runs import read_work, write_work

MANY = PLAN.replace("seeds = 6", "seeds = 60")


@pytest.fixture
def released(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretends that the core that runs is the released one that the paper pins."""
    monkeypatch.setattr(ldlc.replicate, "core_version", lambda: PIN)


def console() -> Console:
    return Console(file=io.StringIO(), width=120)


def start(paper: Path, *more: str, run_s: float = 0.0) -> subprocess.Popen[bytes]:
    """Starts a replication as a user does, in a session of its own."""
    code = "import sys; from ldlc.cli import main; sys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code, "replicate", str(paper), "--jobs", "2", *more],
        env={**os.environ, "TEST_RUN_S": str(run_s)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # A shell's background job, such as these tests may be, hands down that Ctrl-C is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def workers_of(paper: Path) -> list[int]:
    return processes_of(paper, "ldlc.worker")


def numbers(paper: Path) -> dict[tuple[str, int], list[str]]:
    """Returns every measured number of the working runs, exactly."""
    return {
        (arm, seed): [float(v).hex() for _, v in sorted(line.measures.items()) if v is not None]
        for (_, arm), lines in read_work(paper / ".ldlc", "full").items()
        for seed, line in lines.items()
    }


def test_only_missing_and_stale_runs_are_executed(paper: Path) -> None:
    folder = load(paper)
    replicate(folder, Options(seeds=2), console())
    first = numbers(paper)
    times = {p: p.stat().st_mtime_ns for p in paper.glob(".ldlc/runs/*/*/*/*.json")}

    outcome = replicate(folder, Options(), console())

    assert 4 == len(first) < len(numbers(paper)) == 12
    assert all(p.stat().st_mtime_ns == t for p, t in times.items())
    assert (list(outcome.failed), list(outcome.broken), outcome.other_bits) == ([], [], None)


def test_seeds_may_be_chosen_by_number_or_range(paper: Path) -> None:
    replicate(load(paper), Options(seeds=(3, 4)), console())

    assert {("with_drift", 3), ("with_drift", 4), ("without", 3), ("without", 4)} == set(
        numbers(paper)
    )


def test_record_adds_lines_that_equal_the_working_runs(paper: Path, released: None) -> None:
    folder = load(paper)

    outcome = replicate(folder, Options(record=True), console())

    recorded = recorded_results(folder)
    assert 12 == outcome.recorded == sum(len(lines) for lines in recorded.values())
    assert {arm: dict(lines) for arm, lines in outcome.here.items()}.keys() == recorded.keys()
    assert replicate(folder, Options(record=True), console()).recorded == 0


def test_runs_of_an_unreleased_core_are_executed_again_before_they_are_recorded(
    paper: Path, released: None
) -> None:
    folder = load(paper)
    replicate(folder, Options(), console())
    for lines in read_work(folder.work, "full").values():
        for line in lines.values():
            core = "0.3.0.dev0" if line.seed < 2 else "0.3.0"
            changed = msgspec.structs.replace(line, environment=line.environment | {"ldlc": core})
            write_work(folder.work, changed)
    shown = io.StringIO()

    replicate(folder, Options(record=True), Console(file=shown, width=120))

    assert "4 runs here were made with an unreleased core" in shown.getvalue()
    recorded = [line for lines in recorded_results(folder).values() for line in lines.values()]
    assert {"0.3.0", version("ldlc")} == {line.environment["ldlc"] for line in recorded}
    assert 12 == len(recorded)


def test_the_first_run_with_other_bits_than_the_record_is_named(
    paper: Path, released: None
) -> None:
    folder = load(paper)
    replicate(folder, Options(record=True), console())
    file = paper / "results/full/walk/without.jsonl"
    text = file.read_text().splitlines()
    value = text[2].partition('"end": ')[2].partition(",")[0]
    text[2] = text[2].replace(f'"end": {value}', f'"end": {float(value) + 1e-9!r}')
    file.write_text("\n".join(text) + "\n")

    outcome = replicate(folder, Options(), console())

    assert outcome.other_bits is not None
    assert (outcome.other_bits.arm, outcome.other_bits.seed) == ("without", 2)


def test_a_run_that_raised_is_reported_and_run_again(tmp_path: Path) -> None:
    source = EXPERIMENTS.replace(
        "        draw =",
        '        if os.environ.get("TEST_FAIL"): raise RuntimeError\n        draw =',
    )
    paper = make_paper(tmp_path, experiments=source)
    os.environ["TEST_FAIL"] = "1"
    try:
        outcome = replicate(load(paper), Options(seeds=1), console())
    finally:
        del os.environ["TEST_FAIL"]

    again = replicate(load(paper), Options(seeds=1), console())

    assert (len(outcome.failed), len(again.failed)) == (2, 0)


def test_a_worker_that_dies_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    source = EXPERIMENTS.replace(
        "        draw =", "        print('last words', flush=True); os._exit(9)\n        draw ="
    )
    paper = make_paper(tmp_path, experiments=source)

    outcome = replicate(load(paper), Options(seeds=1), console())

    assert len(outcome.broken) == 2
    assert "ended with code 9" in outcome.broken[0]
    assert "last words" in outcome.broken[0]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (Options(experiments=["wlk"]), "`wlk` is no experiment"),
        (Options(scale="tiny"), "no experiment has the scale `tiny`"),
        (Options(scale="smoke", record=True), "`smoke` only proves"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_runs(
    paper: Path, released: None, options: Options, says: str
) -> None:
    with pytest.raises(ReplicateError, match=says):
        replicate(load(paper), options, console())

    assert not (paper / ".ldlc").exists()


def test_nothing_is_recorded_against_an_unreleased_core(
    paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ldlc.replicate, "core_version", lambda: "0.2.0.dev0")

    with pytest.raises(ReplicateError, match="unreleased core"):
        replicate(load(paper), Options(record=True), console())


def test_a_paper_that_pins_another_core_is_refused(
    paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ldlc.replicate, "core_version", lambda: "99.0.0")

    with pytest.raises(
        ReplicateError, match=rf"pins core {PIN}, and this is core 99\.0\.0.*nox -s replicate"
    ):
        replicate(load(paper), Options(), console())


def test_ctrl_c_leaves_no_worker_and_keeps_what_is_finished(tmp_path: Path) -> None:
    paper = make_paper(tmp_path, MANY)
    process = start(paper, run_s=0.1)
    while not list(paper.glob(".ldlc/runs/*/*/*/*.json")):
        time.sleep(0.02)

    process.send_signal(signal.SIGINT)
    code = process.wait(timeout=10)

    assert code == 130
    assert workers_of(paper) == []
    assert 0 < len(numbers(paper)) < 120


def test_fifty_kills_of_worker_and_parent_change_no_bit(tmp_path: Path) -> None:
    paper = make_paper(tmp_path, MANY)
    (tmp_path / "calm").mkdir()
    undisturbed = make_paper(tmp_path / "calm", MANY)
    assert start(undisturbed).wait() == 0
    draw = random.Random(1)
    kills = 0
    while kills < 50:
        process = start(paper, run_s=0.03)
        if draw.random() < 0.9:  # else it is killed before it has workers, most often
            while process.poll() is None and not workers_of(paper):
                time.sleep(0.05)
        time.sleep(draw.uniform(0.0, 0.4))
        children = workers_of(paper)
        workers = draw.sample(children, min(len(children), draw.choice([0, 1, 2, 2])))
        for victim in (*workers, process.pid):
            with contextlib.suppress(ProcessLookupError):
                if process.poll() is None:
                    os.kill(victim, signal.SIGKILL)
                    kills += 1
            time.sleep(draw.uniform(0.0, 0.1))
        process.wait()
        if len(list(paper.glob(".ldlc/runs/*/*/*/*.json"))) == 120:
            shutil.rmtree(paper / ".ldlc/runs/full/walk" / draw.choice(["with_drift", "without"]))

    assert start(paper).wait() == 0

    assert numbers(undisturbed) == numbers(paper)
    assert len(numbers(paper)) == 120


def test_two_replications_at_once_corrupt_nothing(tmp_path: Path) -> None:
    paper = make_paper(tmp_path, MANY)
    both = [start(paper, run_s=0.005) for _ in range(2)]

    assert [process.wait(timeout=120) for process in both] == [0, 0]

    assert len(numbers(paper)) == 120
    assert list(paper.rglob("*.part")) == []
