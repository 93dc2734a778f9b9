# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkpoints of a run that is not finished: in the working folder, never in the record."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ldlc.runs.files import replace

EVERY_S = 30.0
"""Seconds between two writes: what a killed run loses at most, besides the call that it was in."""

_SHARE = 0.02  # of the time that may go into writing


def checkpoint_folder(
    work: Path, scale: str, experiment: str, arm: str, seed: int, key: str
) -> Path:
    """Returns where a run's checkpoints lie in a paper's `.ldlc` folder; the key is part of the name."""
    return work / "checkpoints" / scale / experiment / arm / f"{seed}-{key}"


@dataclass
class Spent:
    """What a run has cost so far, or had cost when it was killed."""

    wall_s: float = 0.0
    cpu_s: float = 0.0


class RunCheckpoints:
    """The checkpoints of one run: a file for each of its parts, in the order in which they start.

    Args:
      folder: Where they lie, named by the run's content key; made when needed. Folders of the same run
        under other keys are removed: nobody will use them.
      machine: What must be equal for two machines to owe each other the same bits.
      every_s: Seconds between two writes of a part.
      read: Returns the data sets that the run has read so far: name -> SHA-256.
      now: Returns the SHA-256 that a data set has now.
      spent: Returns what the run has cost so far in this process.
    """

    def __init__(
        self,
        folder: Path,
        machine: str = "",
        every_s: float = EVERY_S,
        read: Callable[[], Mapping[str, str]] = dict,
        now: Callable[[str], str | None] = lambda name: None,
        spent: Callable[[], Spent] = Spent,
    ) -> None:
        self.folder, self.machine, self.every_s = folder, machine, every_s
        self.read, self.now, self._spent = read, now, spent
        self.before = Spent()
        """What the run had cost before this process went on with it."""
        self._parts = 0
        seed = folder.name.partition("-")[0]
        for other in folder.parent.glob(f"{seed}-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)

    def next(self) -> FileCheckpoint:
        """Returns the checkpoint of the next part."""
        path = self.folder / f"{self._parts}.checkpoint"
        self._parts += 1
        return FileCheckpoint(path, self)

    def spent(self) -> Spent:
        """Returns what the run has cost so far, in all processes."""
        here = self._spent()
        return Spent(self.before.wall_s + here.wall_s, self.before.cpu_s + here.cpu_s)


class FileCheckpoint:
    """A file with a digest of its content, replaced whole or not at all.

    Args:
      path: The file.
      run: The checkpoints that it belongs to.
    """

    def __init__(self, path: Path, run: RunCheckpoints) -> None:
        self._path, self._run = path, run
        self._last, self._cost_s = time.monotonic(), 0.0
        self.written = False

    def due(self) -> bool:
        """Returns whether it is time to write again; slow writes come less often."""
        return time.monotonic() - self._last >= max(self._run.every_s, self._cost_s / _SHARE)

    def write(self, content: bytes) -> None:
        """Replaces what is kept; where that fails the run goes on without, and a line says why."""
        start = time.monotonic()
        facts = {
            "machine": self._run.machine,
            "data": dict(self._run.read()),
            "spent": asdict(self._run.spent()),
        }
        head = json.dumps(facts).encode() + b"\n"
        digest = hashlib.sha256(head + content).hexdigest().encode() + b"\n"
        try:
            replace(self._path, digest + head + content)
            self.written = True
        except OSError as error:
            print(
                f"`{self._path}` could not be written, {error.strerror}: the run goes on without.",
                file=sys.stderr,
            )
        self._last = time.monotonic()
        self._cost_s = self._last - start

    def read(self) -> bytes | None:
        """Returns what was written last; None where nothing is, or what is there cannot be trusted."""
        try:
            found = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self.refuse(error.strerror or "it cannot be read")
            return None
        digest, _, rest = found.partition(b"\n")
        if hashlib.sha256(rest).hexdigest().encode() != digest:
            self.refuse("it is damaged")
            return None
        head, _, content = rest.partition(b"\n")
        facts = json.loads(head)
        if facts["machine"] != self._run.machine:
            self.refuse("it was made on another kind of machine")
            return None
        for name, sha256 in facts["data"].items():
            if self._run.now(name) != sha256:
                self.refuse(f"the data set `{name}` is another one now")
                return None
        self._run.before = Spent(**facts["spent"])
        self.written = True
        return content

    def refuse(self, why: str) -> None:
        """Says that what was read is not used, and why."""
        self.written = False
        print(
            f"`{self._path}` is not used: {why}. This part of the run starts from its beginning.",
            file=sys.stderr,
        )
