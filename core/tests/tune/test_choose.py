# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from papers import EXPERIMENTS, PLAN, make_paper

from ldlc import Diverged, Log
from ldlc.cli import main
from ldlc.engine import Settings
from ldlc.plan import load
from ldlc.runs import add_to_record
from ldlc.tune import Tuned, TuneError, choose, tune
from ldlc.tune.choose import candidates, cheapest, engine_of
from ldlc.tune.probe import measure
from ldlc.worker import Group

PLAIN, XLA = Settings(threads=1, jit=False), Settings(threads=1, jit=True)
TWO, TWO_XLA = Settings(threads=2, jit=False), Settings(threads=2, jit=True)

SLOW = EXPERIMENTS.replace(
    'float(os.environ.get("TEST_RUN_S", "0"))',
    '0.2 if os.environ["LDLC_JIT"] == ("0" if config.drift else "1") else 0.02',
)
"""An arm that XLA makes ten times faster, and one that it makes ten times slower."""


def test_all_settings_are_measured() -> None:
    assert candidates(2) == [PLAIN, XLA, TWO, TWO_XLA]
    assert candidates(1) == [PLAIN, XLA]


@pytest.mark.parametrize(
    ("run_s", "winner"),
    [
        ({PLAIN: 10.0, XLA: 5.0, TWO: 6.0, TWO_XLA: 4.0}, XLA),
        ({PLAIN: 10.0, XLA: 30.0, TWO: 6.0, TWO_XLA: 20.0}, PLAIN),  # 6 s on two cores are 12
        ({PLAIN: 10.0, XLA: 12.0, TWO: 4.0, TWO_XLA: 20.0}, TWO),
        ({PLAIN: 10.0, XLA: 9.5, TWO: 10.0, TWO_XLA: 10.0}, PLAIN),  # 5 % are no reason
        ({PLAIN: 10.0, XLA: 8.9, TWO: 10.0, TWO_XLA: 10.0}, XLA),
    ],
)
def test_the_least_processor_time_wins_and_a_tie_goes_to_the_plainer(
    run_s: dict[Settings, float], winner: Settings
) -> None:
    assert cheapest(run_s) == winner


def test_the_usual_settings_stand_once_and_the_others_by_arm() -> None:
    engine = engine_of({"a": XLA, "b": PLAIN, "c": XLA, "d": TWO_XLA})

    assert (engine.threads, engine.jit, sorted(engine.arms)) == (1, True, ["b", "d"])
    for arm, own in {"a": XLA, "b": PLAIN, "c": XLA, "d": TWO_XLA}.items():
        assert engine.of(arm) == {"threads": own.threads, "jit": own.jit}


def test_a_long_run_is_ended_and_its_whole_time_told_from_its_pace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr(choose_time(), "perf_counter", lambda: now)
    done: list[int] = []

    def run(seed: int, log: Log) -> dict[str, float | None]:
        nonlocal now
        now += 50.0  # compiles
        for step in range(1000):
            now += 0.25
            done.append(step)
            log.progress(step + 1, 1000)
        return {}

    assert measure(run, 0, seconds=2.0) == pytest.approx(250.0)
    assert len(done) == 9


def choose_time() -> Any:
    import ldlc.tune.probe

    return ldlc.tune.probe.time


def test_a_run_that_stops_early_counts_as_a_whole_one(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(choose_time(), "perf_counter", lambda: now)

    def run(seed: int, log: Log) -> dict[str, float | None]:
        nonlocal now
        now += 1.0
        log.progress(100, 400)
        return {}

    assert measure(run, 0, seconds=2.0) == 4.0


def test_a_run_that_tells_nothing_is_timed_whole_also_where_it_diverges(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr(choose_time(), "perf_counter", lambda: now)

    def run(seed: int, log: Log) -> dict[str, float | None]:
        nonlocal now
        now += 3.0
        raise Diverged(1, "loss")

    assert measure(run, 0, seconds=2.0) == 3.0


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    return make_paper(tmp_path, PLAN, SLOW)


def test_the_winner_of_each_arm_is_written_into_the_plan(
    slow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["tune", str(slow)])

    folder = load(slow)
    engine = folder.plan.experiments["walk"].engine
    out = capsys.readouterr().out
    assert code == 0
    assert engine.of("with_drift")["jit"]
    assert not engine.of("without")["jit"]
    assert "walk.with_drift: graph x 1 0.2" in out
    assert "`engine` is written" in out
    unchanged = [x for x in folder.file.read_text().splitlines() if not x.startswith("engine")]
    assert "\n".join(unchanged) == slow_plan(slow)


def slow_plan(paper: Path) -> str:
    shutil.rmtree(paper)
    return (make_paper(paper.parent, PLAN, SLOW) / "paper.toml").read_text().rstrip("\n")


def record(paper: Path) -> None:
    folder = load(paper)
    lines = [Group(folder, "walk", "with_drift", "full").execute(seed) for seed in (0, 1)]
    add_to_record(folder.results, lines, lambda line: True, lambda name: (), paper / "lock")


def test_an_experiment_with_a_record_is_refused_and_retuned_only_when_told_so(
    paper: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    record(paper)
    monkeypatch.setattr(
        choose, "measure_arm", lambda folder, name, arm, *_: Tuned(name, arm, {XLA: 1.0}, XLA)
    )
    before = (paper / "paper.toml").read_bytes()

    refused = main(["tune", str(paper)])
    unchanged = (paper / "paper.toml").read_bytes()
    told = capsys.readouterr().err
    done = main(["tune", str(paper), "--retune"])

    assert (refused, done) == (2, 0)
    assert unchanged == before
    assert "error: `walk` has 2 recorded runs, which another engine would make stale." in told
    assert "walk.with_drift: 2 recorded runs are stale now." in capsys.readouterr().out
    assert load(paper).plan.experiments["walk"].engine.jit


def test_an_unknown_experiment_is_refused(paper: Path) -> None:
    with pytest.raises(TuneError, match=r"`wal` is no experiment of .*paper.toml. It has: walk"):
        tune(load(paper), ["wal"])


def test_an_arm_that_raises_leaves_the_plan_alone_and_says_why(tmp_path: Path) -> None:
    paper = make_paper(
        tmp_path, PLAN, EXPERIMENTS.replace("place = high = 0.0", "raise OSError('no ink')")
    )
    before = (paper / "paper.toml").read_bytes()

    with pytest.raises(
        TuneError, match=r"`walk.with_drift` cannot be measured, it raises: OSError: no ink"
    ):
        tune(load(paper))

    assert (paper / "paper.toml").read_bytes() == before


def test_an_arm_that_tells_no_progress_in_time_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = EXPERIMENTS.replace("log.progress(step + 1, config.steps)", "time.sleep(5)")
    monkeypatch.setattr(choose, "PATIENCE_S", 0.5)

    with pytest.raises(TuneError, match=r"told no progress for 0.5 s, so its pace is unknown"):
        tune(load(make_paper(tmp_path, PLAN, silent)))
