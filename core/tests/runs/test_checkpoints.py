# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from ldlc.runs import checkpoints
from ldlc.runs.checkpoints import RunCheckpoints, Spent, checkpoint_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return checkpoint_folder(tmp_path, "full", "walk", "with_drift", 3, "ab12")


def test_each_part_of_a_run_finds_what_it_wrote(folder: Path) -> None:
    run = RunCheckpoints(folder)
    run.next().write(b"one")
    run.next().write(b"two\nlines")

    again = RunCheckpoints(folder)

    assert [again.next().read(), again.next().read(), again.next().read()] == [
        b"one",
        b"two\nlines",
        None,
    ]


def test_a_checkpoint_of_another_key_is_never_read_and_goes(folder: Path) -> None:
    RunCheckpoints(folder).next().write(b"old")
    other_seed = folder.with_name("31-ab12")
    RunCheckpoints(other_seed).next().write(b"another run")

    new = RunCheckpoints(folder.with_name("3-cd34"))

    assert new.next().read() is None
    assert not folder.exists()
    assert RunCheckpoints(other_seed).next().read() == b"another run"


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "digest", "grown"])
def test_a_damaged_checkpoint_is_reported_and_not_used(
    damage: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    RunCheckpoints(folder).next().write(b"x" * 100)
    file = folder / "0.checkpoint"
    whole = file.read_bytes()
    changed = {
        "cut": whole[:-1],
        "flip": whole[:-3] + b"y" + whole[-2:],
        "empty": b"",
        "digest": b"0" + whole[1:] if whole[:1] != b"0" else b"1" + whole[1:],
        "grown": whole + b"x",
    }
    file.write_bytes(changed[damage])
    part = RunCheckpoints(folder).next()

    assert part.read() is None
    assert not part.written
    says = f"`{file}` is not used: it is damaged. This part of the run starts from its beginning."
    assert capsys.readouterr().err.strip() == says


def test_a_checkpoint_of_another_kind_of_machine_is_not_used(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    RunCheckpoints(folder, machine="here").next().write(b"state")

    assert RunCheckpoints(folder, machine="here").next().read() == b"state"
    assert RunCheckpoints(folder, machine="there").next().read() is None
    assert "it was made on another kind of machine" in capsys.readouterr().err


def test_a_checkpoint_that_read_other_data_is_not_used(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    RunCheckpoints(folder, read=lambda: {"mnist": "12"}).next().write(b"state")

    assert RunCheckpoints(folder, now=lambda name: "12").next().read() == b"state"
    assert RunCheckpoints(folder, now=lambda name: "34").next().read() is None
    assert "the data set `mnist` is another one now" in capsys.readouterr().err


def test_a_resumed_run_knows_what_it_had_cost(folder: Path) -> None:
    RunCheckpoints(folder, spent=lambda: Spent(10.0, 8.0)).next().write(b"state")
    run = RunCheckpoints(folder, spent=lambda: Spent(2.0, 1.0))

    before = run.spent()
    run.next().read()

    assert (before, run.spent()) == (Spent(2.0, 1.0), Spent(12.0, 9.0))


def test_writes_come_every_so_many_seconds_and_less_often_where_they_are_slow(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr(checkpoints.time, "monotonic", lambda: now)
    part = RunCheckpoints(folder, every_s=30.0).next()
    due = []
    for now in (29.0, 30.0):  # noqa: B007 - the clock reads it
        due.append(part.due())

    def slow(path: Path, content: bytes) -> None:
        nonlocal now
        now += 4.0

    monkeypatch.setattr(checkpoints, "replace", slow)
    part.write(b"state")
    for now in (34.0 + 199.0, 34.0 + 200.0):  # noqa: B007
        due.append(part.due())

    assert due == [False, True, False, True]


def test_a_full_disk_does_not_end_the_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoints, "replace", full)
    part = RunCheckpoints(folder).next()

    part.write(b"state")

    assert not part.written
    says = "0.checkpoint` could not be written, No space left on device: the run goes on without."
    assert says in capsys.readouterr().err
