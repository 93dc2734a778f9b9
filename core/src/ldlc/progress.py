# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a replication is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

_LINE_EVERY_S = 5.0


def duration(seconds: float) -> str:
    """Returns a duration in a reader's words, such as "3 min 20 s"."""
    whole = max(1, round(seconds))
    if whole < 90:
        return f"{whole} s"
    if whole < 5400:
        minutes, rest = divmod(whole, 60)
        return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"
    hours, rest = divmod(whole // 60, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


class Display:
    """Shows runs done, the time left and the latest value of a curve.

    Args:
      console: Where to show it.
      total: How many runs there are.
      expected_s: Seconds that all of them are expected to take; None if unknown.
    """

    def __init__(self, console: Console, total: int, expected_s: float | None) -> None:
        self._console, self._total, self._expected_s = console, total, expected_s
        self._done = 0
        self._fractions: dict[object, float] = {}
        self._started = self._last_line = time.monotonic()
        self._bar: Progress | None = None
        if console.is_terminal:
            self._bar = Progress(
                TextColumn("  runs"),
                BarColumn(bar_width=30),
                MofNCompleteColumn(),
                TextColumn("{task.fields[left]}  [dim]{task.fields[text]}[/dim]"),
                console=console,
                transient=True,
            )
            self._task = self._bar.add_task("runs", total=total, left="", text="")

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def event(self, where: str, event: dict[str, Any]) -> None:
        """Takes an event of a worker.

        Args:
          where: The arm, for the text.
          event: What happened: `start`, `progress` or `done`, with a seed.
        """
        run = (where, event.get("seed"))
        if event.get("event") == "done":
            self._done += 1
            self._fractions.pop(run, None)
        elif event.get("event") == "progress" and isinstance(event.get("fraction"), float):
            self._fractions[run] = event["fraction"]
        text = f"{where} {event.get('seed')}: {event.get('text', '')}".rstrip(": ")
        self._show(text)

    def left_s(self) -> float | None:
        """Returns the expected seconds left; None while nothing is known."""
        elapsed = time.monotonic() - self._started
        done = self._done + sum(self._fractions.values())
        if done >= self._total:
            return 0.0
        if done > 0 and elapsed > _LINE_EVERY_S:
            return elapsed / done * (self._total - done)
        return None if self._expected_s is None else max(0.0, self._expected_s - elapsed)

    def _show(self, text: str) -> None:
        left = self.left_s()
        about = "" if not left else f"about {duration(left)} left"
        if self._bar is not None:
            self._bar.update(self._task, completed=self._done, left=about, text=escape(text[:60]))
            return
        now = time.monotonic()
        if now - self._last_line >= _LINE_EVERY_S or self._done == self._total:
            self._last_line = now
            if self._done == self._total:
                text = ""
            parts = [f"  {self._done} of {self._total} runs", about, text]
            self._console.print(", ".join(p for p in parts if p), markup=False, highlight=False)
