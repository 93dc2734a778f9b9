# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Working runs: one JSON file each under `.ldlc/runs/`, so that workers need no lock."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ldlc.runs.files import replace
from ldlc.runs.line import RunLine, decode, encode

Results = dict[tuple[str, str], dict[int, RunLine]]
"""Runs of one scale: (experiment, arm) -> seed -> run."""


class DamagedError(ValueError):
    """A file that should hold runs holds something else."""


def work_file(work: Path, scale: str, experiment: str, arm: str, seed: int) -> Path:
    """Returns where a working run lies in a paper's `.ldlc` folder."""
    return work / "runs" / scale / experiment / arm / f"{seed}.json"


def write_work(work: Path, line: RunLine) -> None:
    """Writes a working run, atomically."""
    path = work_file(work, line.scale, line.experiment, line.arm, line.seed)
    replace(path, (encode(line) + "\n").encode())


def read_work_file(path: Path) -> RunLine | None:
    """Returns the run in a file; None if there is no file.

    Raises:
      DamagedError: If the file holds no run, or another one than its path says.
    """
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise DamagedError(_damaged(path, "it is not UTF-8")) from None
    try:
        line = decode(text)
    except (ValueError, msgspec.ValidationError) as error:
        raise DamagedError(_damaged(path, str(error))) from None
    if (line.scale, line.experiment, line.arm, str(line.seed)) != (*path.parts[-4:-1], path.stem):
        found = f"{line.scale}/{line.experiment}/{line.arm}/{line.seed}"
        raise DamagedError(_damaged(path, f"it holds the run {found}"))
    return line


def read_work(work: Path, scale: str) -> Results:
    """Returns every working run of one scale, stale ones included.

    Raises:
      DamagedError: If a file there holds no run.
    """
    results: Results = {}
    for path in sorted((work / "runs" / scale).glob("*/*/[!.]*")):
        if path.suffix != ".json" or not path.stem.isdigit():
            raise DamagedError(_damaged(path, "working runs are named SEED.json"))
        line = read_work_file(path)
        if line is not None:
            results.setdefault((line.experiment, line.arm), {})[line.seed] = line
    return results


def _damaged(path: Path, why: str) -> str:
    return f"`{path}` is no working run: {why}. Look at it, then delete it: its run is done again."
