# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run may write down beside its measures: curves, small arrays, progress, the data it read."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

MAX_ARRAY_NUMBERS = 1_000


class Diverged(Exception):
    """A run whose numbers left the finite ones: a finished run with that result, not an error.

    Args:
      step: The step at which a term was no longer finite.
      term: Its name, such as "loss".
      last: Its last finite value, or None.
    """

    def __init__(self, step: int, term: str, last: float | None = None) -> None:
        self.step, self.term, self.last = int(step), term, last
        known = "" if last is None else f"; its last finite value was {last:g}"
        super().__init__(f"`{term}` is not finite at step {step}{known}.")


class Checkpoint(Protocol):
    """Where a part of a run, such as a training loop, keeps its state in case it is killed."""

    written: bool
    """Whether something was written by this process or an earlier one."""

    def read(self) -> bytes | None:
        """Returns what was written last; None where nothing is, or nothing sound."""

    def write(self, content: bytes) -> None:
        """Replaces what is kept, whole or not at all."""

    def due(self) -> bool:
        """Returns whether it is time to write again."""

    def refuse(self, why: str) -> None:
        """Says that what was read cannot be used, and that the part starts from its beginning."""


class Checkpoints(Protocol):
    """The checkpoints of one run, one for each of its parts."""

    def next(self) -> Checkpoint:
        """Returns the checkpoint of the next part, in the order in which parts start."""


class Log:
    """Collects the curves and arrays of one run, and reports its progress.

    Args:
      progress: Called with (fraction done or None, text) whenever the run has news; None to drop them.
      checkpoints: Where long parts of the run keep their state; None for nowhere.
    """

    def __init__(
        self,
        progress: Callable[[float | None, str], None] | None = None,
        checkpoints: Checkpoints | None = None,
    ) -> None:
        self.checkpoints = checkpoints
        self.curves: dict[str, list[tuple[float, float]]] = {}
        self.arrays: dict[str, Any] = {}
        self.data: dict[str, str] = {}
        self._numbers = 0
        self._progress = progress

    def scalar(self, name: str, step: float, value: float) -> None:
        """Adds a point to the curve `name`, and shows it in the progress bar.

        Args:
          name: The curve, such as "error".
          step: Its abscissa, usually the number of the step; must grow.
          value: The ordinate.

        Raises:
          ValueError: If `step` does not grow.
        """
        points = self.curves.setdefault(name, [])
        step, value = float(step), float(value)
        if points and step <= points[-1][0]:
            raise ValueError(
                f"`step` of the curve `{name}` must grow, got {step:g} after {points[-1][0]:g}. "
                "Log each step once, in order."
            )
        points.append((step, value))
        if self._progress is not None:
            self._progress(None, f"{name} {value:.4g}")

    def array(self, name: str, values: Any) -> None:
        """Keeps a small array for the paper's figures.

        Args:
          name: The array, such as "weights"; may be set once a run.
          values: Numbers, nested lists or anything with `tolist()`; all arrays of a run together
            may hold 1,000 numbers.

        Raises:
          ValueError: If the name is taken or the arrays grow beyond 1,000 numbers.
        """
        if name in self.arrays:
            raise ValueError(
                f"`{name}` is already an array of this run. Give the second one its own name."
            )
        if hasattr(values, "numpy"):
            values = values.numpy()
        values = values.tolist() if hasattr(values, "tolist") else values
        size = _count(values)
        if self._numbers + size > MAX_ARRAY_NUMBERS:
            raise ValueError(
                f"`{name}` holds {size:,} numbers and this run's arrays {self._numbers:,} already; together "
                f"a run may keep {MAX_ARRAY_NUMBERS:,}. Keep a summary or fewer rows."
            )
        self._numbers += size
        self.arrays[name] = values

    def progress(self, done: float, total: float) -> None:
        """Says how far the run is: `done` of `total`, in any unit."""
        done, total = float(done), float(total)
        if self._progress is not None and total > 0 and math.isfinite(done):
            self._progress(min(1.0, max(0.0, done / total)), "")

    def read(self, dataset: str, sha256: str) -> None:
        """Notes that the run read a data set with this SHA-256; `ldlc.data` calls it.

        A file of the paper's own folder is named by its path there, such as "./words.txt".
        """
        self.data[dataset] = sha256


def _count(values: Any) -> int:
    if isinstance(values, str | Mapping):
        raise ValueError(
            f"an array holds numbers, got {type(values).__name__}. Pass nested lists of numbers."
        )
    if isinstance(values, Sequence):
        return sum(_count(v) for v in values)
    float(values)
    return 1


Run = Callable[[int, Log], Mapping[str, "float | None"]]
"""What an experiment returns: trains one arm from a seed and gives its measures."""
