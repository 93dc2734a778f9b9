# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The training loop: chunks of compiled steps, and between them everything that Python does."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping

import numpy as np
import tensorflow as tf

from ldlc.log import Diverged, Log
from ldlc.train.history import History, pack, unpack
from ldlc.train.program import ROWS, Program, Step, Terms, as_step

SHORTEST_S, LONGEST_S = 0.05, 0.2
"""How long a call should take: long enough that Python costs nothing, short enough for progress and Ctrl-C."""

When = int | tuple[int, ...]
"""Every so many steps and after the last one, or after so many."""


def loop(
    step: Step | Callable[[tf.Tensor], Terms],
    steps: int,
    *,
    until: str | None = None,
    evaluate: Mapping[When, Callable[[], Terms]] | None = None,
    log: Log | None = None,
    points: int = 200,
    first: int = 0,
) -> History:
    """Trains: runs `step(0)`, `step(1)`, ... in a compiled loop.

    Args:
      step: Does one step and returns its terms, scalars by name. It gets the step's number, an int32 scalar
        tensor, and is traced once, without AutoGraph.
      steps: How many steps to do.
      until: A term; the first step at which it is true is the last.
      evaluate: When -> a function that returns scalars by name: an int for every so many steps and after the
        last, a tuple for after so many steps each.
      log: Takes curves and progress; under `ldlc replicate` also keeps checkpoints.
      points: About how many points of each term's curve the log gets, evenly spaced.
      first: The number of the first step, for a loop that goes on where another one stopped.

    Returns:
      What was measured at every step.

    Raises:
      Diverged: If a term or an evaluated scalar is not finite.
      ValueError, TypeError: If an argument is not as above, or the step cannot be compiled so that a run
        depends on nothing before it.
    """
    for name, number in (("steps", steps), ("first", first)):
        if type(number) is not int or not 0 <= number < 2**30:
            raise ValueError(f"`{name}` must be a whole number from 0 to 2^30 - 1, got {number!r}.")
    if points < 1:
        raise ValueError(f"`points` must be 1 or more, got {points}.")
    evaluations = _checked(evaluate or {})
    program = as_step(step).program(until)
    return _Loop(
        program, steps, evaluations, Log() if log is None else log, points, first, until
    ).execute()


class _Loop:
    """One call of `loop`: its program, and what is measured between two calls of the program."""

    def __init__(
        self,
        program: Program,
        steps: int,
        evaluations: list[tuple[When, Callable[[], Terms]]],
        log: Log,
        points: int,
        first: int,
        until: str | None,
    ) -> None:
        self._program, self._evaluations, self._log = program, evaluations, log
        self._drawn = [name for name in program.terms if name != until]
        self._steps, self._first = steps, first
        self._every = max(1, math.ceil(steps / points))
        self._checkpoint = None if log.checkpoints is None else log.checkpoints.next()
        self._history = History(terms={name: np.empty(0) for name in program.terms})
        self._new: list[
            dict[str, np.ndarray]
        ] = []  # chunks that are not yet in the history's terms

    def execute(self) -> History:
        if not self._resume():
            self._evaluate()
        history = self._history
        while history.steps < self._steps and not history.stopped:
            self._advance()
            self._evaluate()
            if self._checkpoint is not None and self._checkpoint.due():
                self._save()
        if self._checkpoint is not None and self._checkpoint.written:
            self._save()  # a later loop of the run may be resumed: then this one is only read
        self._gather()
        return history

    def _advance(self) -> None:
        """Runs the next chunk, up to the next evaluation, and takes what it measured."""
        history, program = self._history, self._program
        start = self._first + history.steps
        last = self._first + self._steps
        end = min([start + program.chunk, last, *self._next_evaluations(start)])
        compiles, began = program.fresh, time.perf_counter()
        count, history.stopped, terms = program.run(start, end)
        if not compiles:
            program.chunk = _next_chunk(program.chunk, count, time.perf_counter() - began)
        bad = _first_not_finite(terms)
        self._log_terms(start, count if bad is None else bad, terms)
        if bad is not None:
            raise self._diverged(start, bad, terms)
        history.steps += count
        self._new.append(terms)
        self._log.progress(history.steps, self._steps)

    def _log_terms(self, start: int, count: int, terms: dict[str, np.ndarray]) -> None:
        ends = self._history.stopped or start + count == self._first + self._steps
        for k in range(count):
            if (start + k) % self._every == 0 or (ends and k == count - 1):
                for name in self._drawn:
                    self._log.scalar(name, start + k, terms[name][k])

    def _diverged(self, start: int, bad: int, terms: dict[str, np.ndarray]) -> Diverged:
        term = next(name for name, values in terms.items() if not np.isfinite(values[bad]))
        if bad == 0:
            self._gather()
            before = self._history.terms[term]
        else:
            before = terms[term][:bad]
        return Diverged(start + bad, term, float(before[-1]) if len(before) else None)

    def _next_evaluations(self, done: int) -> list[int]:
        """Returns the next number of steps at which each evaluation is due, where there is one."""
        following = []
        for when, _ in self._evaluations:
            if isinstance(when, int):
                following.append((done // when + 1) * when)
            else:
                following.extend(sorted(n for n in when if n > done)[:1])
        return following

    def _evaluate(self) -> None:
        """Calls the evaluations that are due after the steps done so far."""
        history = self._history
        done = self._first + history.steps
        ends = history.stopped or history.steps == self._steps
        for when, function in self._evaluations:
            if isinstance(when, int):
                due = ends or (history.steps > 0 and done % when == 0)
            else:
                due = done in when
            if not due:
                continue
            for name, scalar in function().items():
                value = float(scalar)
                points = history.evaluations.setdefault(name, [])
                if name in history.terms or (points and points[-1][0] == done):
                    raise ValueError(
                        f"`{name}` is measured twice at step {done}. Name one otherwise."
                    )
                if not math.isfinite(value):
                    raise Diverged(done, name, points[-1][1] if points else None)
                points.append((done, value))
                self._log.scalar(name, done, value)

    def _gather(self) -> None:
        history, new = self._history, self._new
        if new:
            history.terms = {
                name: np.concatenate([values, *(chunk[name] for chunk in new)])
                for name, values in history.terms.items()
            }
            new.clear()

    def _save(self) -> None:
        assert self._checkpoint is not None
        self._gather()
        self._checkpoint.write(pack(self._history, [v.numpy() for v in self._program.variables]))

    def _resume(self) -> bool:
        """Goes back to the checkpoint, if there is one, and logs what was measured before it."""
        content = None if self._checkpoint is None else self._checkpoint.read()
        if content is None:
            return False
        assert self._checkpoint is not None
        variables = self._program.variables
        try:
            history, values = unpack(content, [v.numpy() for v in variables])
        except (ValueError, KeyError) as error:
            self._checkpoint.refuse(str(error))
            return False
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        self._history = history
        self._log_terms(self._first, history.steps, history.terms)
        for name, points in history.evaluations.items():
            for done, scalar in points:
                self._log.scalar(name, done, scalar)
        self._log.progress(history.steps, max(1, self._steps))
        return True


def _checked(
    evaluate: Mapping[When, Callable[[], Terms]],
) -> list[tuple[When, Callable[[], Terms]]]:
    for when, function in evaluate.items():
        numbers = when if isinstance(when, tuple) else (when,)
        least = 0 if isinstance(when, tuple) else 1
        if not all(type(n) is int and n >= least for n in numbers) or not callable(function):
            raise ValueError(
                "`evaluate` must map an int from 1 up, or a tuple of ints, to a function, got "
                f"{{{when!r}: {function!r}}}. Write it like {{500: test}} or {{(0, 10, 100): test}}."
            )
    return list(evaluate.items())


def _first_not_finite(terms: dict[str, np.ndarray]) -> int | None:
    bad = np.zeros(0, bool)
    for values in terms.values():
        bad = ~np.isfinite(values) | (bad if len(bad) else False)
    return int(np.argmax(bad)) if bad.any() else None


def _next_chunk(chunk: int, count: int, seconds: float) -> int:
    """Returns how many steps the next call should run, from how long the last one took."""
    if seconds > LONGEST_S:
        return max(1, chunk // 2)
    if seconds < SHORTEST_S and count == chunk:
        return min(2 * chunk, ROWS)
    return chunk
