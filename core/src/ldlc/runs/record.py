# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record: runs that are committed, one JSON Lines file an arm, one line a seed, sorted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from ldlc.runs.files import locked, replace
from ldlc.runs.line import RunLine, decode, encode, thinned
from ldlc.runs.work import DamagedError, Results

HISTORY = "history.jsonl"


class HistoryLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept of a line that was replaced: which rules it had been made under."""

    experiment: str
    arm: str
    scale: str
    seed: int
    key: str
    claims: dict[str, str]
    measures: dict[str, Any]
    started: str


def record_file(results: Path, scale: str, experiment: str, arm: str) -> Path:
    """Returns the file of one arm's record."""
    return results / scale / experiment / f"{arm}.jsonl"


def read_record_file(path: Path) -> dict[int, RunLine]:
    """Returns the runs of one file, by seed; none if there is no file.

    Raises:
      DamagedError: If a line is no run, a seed is there twice, or a run belongs elsewhere.
    """
    lines: dict[int, RunLine] = {}
    for number, text in enumerate(_lines(path), 1):
        try:
            line = decode(text)
        except (ValueError, msgspec.ValidationError) as error:
            raise DamagedError(_damaged(path, number, str(error))) from None
        if (line.scale, line.experiment, line.arm) != (*path.parts[-3:-1], path.stem):
            found = f"{line.scale}/{line.experiment}/{line.arm}"
            raise DamagedError(_damaged(path, number, f"it is a run of {found}"))
        if line.seed in lines:
            raise DamagedError(_damaged(path, number, f"seed {line.seed} is there twice"))
        lines[line.seed] = line
    return lines


def read_record(results: Path, scale: str) -> Results:
    """Returns the whole record of one scale.

    Raises:
      DamagedError: If a file there is damaged or foreign.
    """
    found: Results = {}
    for path in sorted((results / scale).glob("*/[!.]*")):
        if path.suffix != ".jsonl":
            message = (
                f"`{path}` is no part of a record, whose files are named ARM.jsonl. Move it away."
            )
            raise DamagedError(message)
        lines = read_record_file(path)
        if lines:
            found[path.parent.name, path.stem] = lines
    return found


def record_files(results: Path) -> list[Path]:
    """Returns every file of the record, in a fixed order."""
    return sorted(
        [*results.glob("*/*/*.jsonl"), *results.glob(HISTORY), *results.glob("seen.toml")]
    )


def read_history(results: Path) -> tuple[HistoryLine, ...]:
    """Returns what is kept of lines that were replaced, oldest first.

    Raises:
      DamagedError: If a line cannot be read.
    """
    path = results / HISTORY
    history = []
    for number, text in enumerate(_lines(path), 1):
        try:
            history.append(msgspec.json.decode(text, type=HistoryLine))
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise DamagedError(_damaged(path, number, str(error))) from None
    return tuple(history)


def add_to_record(
    results: Path,
    lines: Iterable[RunLine],
    is_valid: Callable[[RunLine], bool],
    array_seeds: Callable[[str], Sequence[int]],
    lock: Path,
) -> list[RunLine]:
    """Adds runs to the record: missing lines are added, stale ones replaced, valid ones kept.

    Args:
      results: The folder of the record.
      lines: Finished runs.
      is_valid: Whether a recorded run is still valid.
      array_seeds: The seeds of an experiment whose arrays are recorded.
      lock: A file to lock while the record changes.

    Returns:
      The lines that were written.
    """
    written: list[RunLine] = []
    by_file: dict[Path, list[RunLine]] = {}
    for line in lines:
        path = record_file(results, line.scale, line.experiment, line.arm)
        by_file.setdefault(path, []).append(line)
    with locked(lock):
        for path, new in sorted(by_file.items()):
            recorded = read_record_file(path)
            replaced: list[RunLine] = []
            changed = False
            for line in new:
                old = recorded.get(line.seed)
                if old is not None and old.error is None and is_valid(old):
                    continue
                if old is not None:
                    replaced.append(old)
                recorded[line.seed] = _recorded(line, array_seeds(line.experiment))
                written.append(line)
                changed = True
            if replaced:  # first: a crash between the two leaves a line too much, never one too few
                _append_history(results, replaced)
            if changed:
                text = "".join(encode(recorded[seed]) + "\n" for seed in sorted(recorded))
                replace(path, text.encode())
    return written


def _recorded(line: RunLine, array_seeds: Sequence[int]) -> RunLine:
    return msgspec.structs.replace(
        line,
        curves={name: thinned(points) for name, points in line.curves.items()},
        arrays=line.arrays if line.seed in array_seeds else {},
    )


def _append_history(results: Path, lines: list[RunLine]) -> None:
    path = results / HISTORY
    old = path.read_bytes() if path.exists() else b""
    new = []
    for line in lines:
        spelled = json.loads(encode(line))
        kept = {name: spelled[name] for name in HistoryLine.__struct_fields__}
        new.append(json.dumps(kept, sort_keys=True) + "\n")
    replace(path, old + "".join(new).encode())


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError:
        return []
    except UnicodeDecodeError:
        raise DamagedError(f"`{path}` is not UTF-8. Restore it from git.") from None
    if text and not text.endswith("\n"):
        raise DamagedError(f"`{path}` ends within a line: it was cut. Restore it from git.")
    return text.split("\n")[:-1]


def _damaged(path: Path, number: int, why: str) -> str:
    return f"`{path}`, line {number}, is no run of this record: {why}. Restore the file from git."
