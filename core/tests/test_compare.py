# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Here against the record, through the command line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ldlc.cli import main


def change_record(paper: Path, change: Callable[[dict[str, object]], None]) -> None:
    file = paper / "results/full/walk/with_drift.jsonl"
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    for line in lines:
        change(line)
    file.write_text("".join(json.dumps(line, sort_keys=True) + "\n" for line in lines))


def test_the_same_machine_gives_the_recorded_bits(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main(["replicate", str(recorded)])

    out = capsys.readouterr().out
    assert "4 measures compared with the record: 4 identical" in out
    assert "12 runs are bit-identical to the record" in out


def test_a_record_that_this_machine_contradicts_gives_exit_code_one(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change_record(recorded, lambda line: line["measures"].update(end=line["measures"]["end"] + 50))  # type: ignore[attr-defined]

    assert 1 == main(["replicate", str(recorded)])

    out = capsys.readouterr().out
    assert "contradicts the record: walk.with_drift.end differs (6 runs here, 6 recorded" in out
    assert (
        "not bit-identical to the record on the same kind of machine, first at walk.with_drift, seed 0"
        in out
    )


def test_a_small_difference_is_named_but_contradicts_nothing(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change_record(
        recorded, lambda line: line["measures"].update(end=line["measures"]["end"] + 1e-6)
    )  # type: ignore[attr-defined]

    assert 0 == main(["replicate", str(recorded)])

    out = capsys.readouterr().out
    assert "3 identical, 1 agrees" in out
    assert "not bit-identical" in out


def test_bits_are_not_owed_by_another_kind_of_machine(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arm in ("with_drift", "without"):
        file = recorded / f"results/full/walk/{arm}.jsonl"
        file.write_text(file.read_text().replace('"processor": "', '"processor": "Other '))

    assert 0 == main(["replicate", str(recorded)])

    assert "no run was recorded on this kind of machine" in capsys.readouterr().out


def test_stale_recorded_runs_are_not_compared(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change_record(recorded, lambda line: line.update(key="other"))
    file = recorded / "results/full/walk/without.jsonl"
    file.unlink()

    assert 0 == main(["replicate", str(recorded)])

    assert "nothing valid is recorded to compare with" in capsys.readouterr().out


def test_here_goes_to_the_work_folder_and_never_into_the_record(recorded: Path) -> None:
    def kept() -> dict[Path, bytes]:
        files = [p for p in recorded.rglob("*") if p.is_file()]
        return {p: p.read_bytes() for p in files if p.suffix in (".jsonl", ".json", ".md", ".svg")}

    shutil.rmtree(recorded / ".ldlc")
    before = kept()

    main(["replicate", str(recorded)])

    assert (recorded / ".ldlc/report.json").is_file()
    shutil.rmtree(recorded / ".ldlc")
    assert before == kept()


def test_two_records_are_compared_whatever_code_made_them(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = shutil.copytree(recorded / "results", tmp_path / "other")
    module = recorded / recorded.name / "experiments.py"
    module.write_text(module.read_text().replace("draw.gauss", "1 * draw.gauss"))  # all stale now

    assert 0 == main(["compare", str(other), str(recorded)])
    assert "4 measures compared with the record: 4 identical" in capsys.readouterr().out

    change_record(recorded, lambda line: line["measures"].update(end=line["measures"]["end"] + 50))  # type: ignore[attr-defined]
    assert 1 == main(["compare", str(other), str(recorded)])
    out = capsys.readouterr().out
    assert "contradicts the record: walk.with_drift.end differs (6 runs here, 6 recorded" in out


def test_records_that_have_nothing_in_common_are_refused(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == main(["compare", str(tmp_path / "nothing"), str(recorded)])

    assert "have no arm in common at the scale that is judged. Name" in capsys.readouterr().err
