# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import math
from pathlib import Path

import msgspec
import pytest

from ldlc.runs import (
    DamagedError,
    DivergedAt,
    RunLine,
    add_to_record,
    read_history,
    read_record,
    read_work,
    write_work,
)
from ldlc.runs.line import decode, encode, thinned


def run(seed: int = 0, **changes: object) -> RunLine:
    line = RunLine(
        experiment="walk",
        arm="a",
        scale="full",
        seed=seed,
        key="k",
        config={"steps": 3},
        engine={"threads": 1, "jit": False},
        measures={"end": 0.1 + 0.2, "none": None},
        curves={"error": [(float(i), i / 7) for i in range(120)]},
        arrays={"w": [[1.0, 2.0]]},
        data={},
        claims={"c": "f"},
        environment={"python": "3.11.7"},
        wall_s=1.0,
        cpu_s=1.0,
        peak_memory_mib=10.0,
        started="2026-01-01T00:00:00+00:00",
        ended="2026-01-01T00:00:01+00:00",
    )
    return msgspec.structs.replace(line, **changes)


def record(folder: Path, *lines: RunLine, valid: bool = True) -> list[RunLine]:
    return add_to_record(
        folder / "results", lines, lambda line: valid, lambda name: (0, 1), folder / "lock"
    )


def test_a_line_holds_every_number_to_the_last_bit() -> None:
    measures = {"a": 0.1 + 0.2, "b": 5e-324, "c": -0.0, "d": 1.7976931348623157e308}

    again = decode(encode(run(measures=measures)))

    assert [v.hex() for v in measures.values()] == [
        v.hex() for v in again.measures.values() if v is not None
    ]


def test_numbers_that_are_not_finite_are_spelled_and_read_back() -> None:
    line = run(
        measures={"a": math.nan, "b": math.inf, "c": -math.inf},
        diverged=DivergedAt("nan", 3, math.inf),
    )

    text = encode(line)
    again = decode(text)

    assert '"a": "nan", "b": "inf", "c": "-inf"' in text
    assert math.isnan(again.measures["a"] or 0)
    assert (math.inf, -math.inf) == (again.measures["b"], again.measures["c"])
    assert again.diverged == DivergedAt("nan", 3, math.inf)


def test_the_record_is_sorted_by_seed_and_stable(tmp_path: Path) -> None:
    record(tmp_path, run(2), run(0))
    record(tmp_path, run(1))
    once = (tmp_path / "results/full/walk/a.jsonl").read_bytes()
    record(tmp_path, run(0), run(1), run(2))

    assert list(read_record(tmp_path / "results", "full")["walk", "a"]) == [0, 1, 2]
    assert once == (tmp_path / "results/full/walk/a.jsonl").read_bytes()
    assert once.count(b"\n") == 3


def test_a_valid_line_is_never_replaced(tmp_path: Path) -> None:
    record(tmp_path, run(0, measures={"end": 1.0}))
    written = record(tmp_path, run(0, measures={"end": 2.0}))

    assert written == []
    assert read_record(tmp_path / "results", "full")["walk", "a"][0].measures == {"end": 1.0}
    assert read_history(tmp_path / "results") == ()


def test_a_stale_line_is_replaced_and_leaves_its_rules_in_the_history(tmp_path: Path) -> None:
    record(tmp_path, run(0, measures={"end": math.nan}, claims={"c": "old"}))
    record(tmp_path, run(0, key="new", claims={"c": "new"}), valid=False)
    record(tmp_path, run(0, key="newer", claims={"c": "newer"}), valid=False)

    assert read_record(tmp_path / "results", "full")["walk", "a"][0].key == "newer"
    history = read_history(tmp_path / "results")
    assert [(h.key, h.claims) for h in history] == [("k", {"c": "old"}), ("new", {"c": "new"})]


def test_a_run_that_raised_is_replaced_by_one_that_did_not(tmp_path: Path) -> None:
    record(tmp_path, run(0, error="Traceback", measures={}))
    record(tmp_path, run(0))

    assert read_record(tmp_path / "results", "full")["walk", "a"][0].error is None


def test_recorded_curves_are_thinned_and_arrays_kept_for_some_seeds(tmp_path: Path) -> None:
    record(tmp_path, run(1), run(2))

    lines = read_record(tmp_path / "results", "full")["walk", "a"]
    curve = lines[1].curves["error"]
    assert (len(curve), curve[0], curve[-1]) == (50, (0.0, 0.0), (119.0, 17.0))
    assert (lines[1].arrays, lines[2].arrays) == ({"w": [[1.0, 2.0]]}, {})


@pytest.mark.parametrize("count", [1, 2, 49, 50, 51, 99, 1000])
def test_thinning_keeps_both_ends_and_the_order(count: int) -> None:
    points = [(float(i), 0.0) for i in range(count)]

    kept = thinned(points)

    assert min(count, 50) == len(kept) == len(set(kept))
    assert (points[0], points[-1]) == (kept[0], kept[-1])
    assert sorted(kept) == kept


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{}\n", "line 1"),
        ("not json\n", "line 1"),
        ("[]\n", "line 1"),
        ("\n", "line 1"),
        ("\xff", "not UTF-8"),
        ("GOOD", "ends within a line"),
        ("GOOD\nGOOD\n", "twice"),
        ("GOOD\nFOREIGN\n", "full/walk/b"),
        ("GOOD\nEXTRA\n", "unknown field"),
    ],
)
def test_a_damaged_record_is_named_by_file_and_line(
    tmp_path: Path, content: str, says: str
) -> None:
    good = encode(run())
    text = content.replace("GOOD", good).replace("FOREIGN", encode(run(1, arm="b")))
    text = text.replace("EXTRA", good[:-1] + ', "more": 1}')
    file = tmp_path / "results/full/walk/a.jsonl"
    file.parent.mkdir(parents=True)
    file.write_bytes(text.encode("latin-1"))

    with pytest.raises(DamagedError, match=says) as caught:
        read_record(tmp_path / "results", "full")

    assert str(file) in str(caught.value)
    assert text.encode("latin-1") == file.read_bytes()


def test_a_foreign_file_in_the_record_is_named(tmp_path: Path) -> None:
    record(tmp_path, run())
    (tmp_path / "results/full/walk/notes.txt").write_text("x")

    with pytest.raises(DamagedError, match=r"notes\.txt` is no part of a record"):
        read_record(tmp_path / "results", "full")


@pytest.mark.parametrize("content", ["", "{", "{}", "null", '{"seed": 0}', "\x00" * 100])
def test_a_damaged_working_run_is_named_and_kept(tmp_path: Path, content: str) -> None:
    write_work(tmp_path, run())
    file = tmp_path / "runs/full/walk/a/0.json"
    file.write_text(content)

    with pytest.raises(DamagedError, match="is no working run") as caught:
        read_work(tmp_path, "full")

    assert str(file) in str(caught.value)
    assert content == file.read_text()


def test_a_working_run_in_the_wrong_place_is_named(tmp_path: Path) -> None:
    write_work(tmp_path, run())
    (tmp_path / "runs/full/walk/a/0.json").rename(tmp_path / "runs/full/walk/a/1.json")

    with pytest.raises(DamagedError, match="it holds the run full/walk/a/0"):
        read_work(tmp_path, "full")
