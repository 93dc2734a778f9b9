# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures one arm under one setting: a process that answers each line of its input with a time.

    python -m ldlc.tune.probe PAPER EXPERIMENT ARM --threads 1 --jit 0 --seconds 2

Every answer is a line of JSON, `{"run_s": 12.5}`: the seconds that a whole run takes, from its progress.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import sys
import time
from pathlib import Path
from typing import TextIO

import msgspec

from ldlc.log import Diverged, Log, Run
from ldlc.plan import Plan, load
from ldlc.plan.model import Engine
from ldlc.worker import Group

TRIAL_SEED = 10_000
"""The first seed of trials: the plan's own seeds stay unseen."""


class Enough(BaseException):
    """Ends a run from within `log.progress`: enough was seen of its pace."""


class Pace:
    """Takes a run's progress and ends the run after a time.

    Args:
      seconds: How long to look, from the first progress on, by when everything is compiled.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._points: list[tuple[float, float]] = []

    def __call__(self, fraction: float | None, text: str) -> None:
        """Takes one report."""
        if fraction is None:
            return
        self._points.append((time.perf_counter(), fraction))
        if self._points[-1][0] - self._points[0][0] >= self._seconds:
            raise Enough

    def run_s(self, ended_s: float | None) -> float:
        """Returns the seconds that a whole run takes.

        Args:
          ended_s: How long it took, if it ended by itself; early, perhaps, by its last fraction.
        """
        if ended_s is not None:
            return ended_s / (self._points[-1][1] if self._points and self._points[-1][1] else 1.0)
        (start, first), (end, last) = self._points[0], self._points[-1]
        return (end - start) / (last - first) if last > first else math.inf


def measure(run: Run, seed: int, seconds: float) -> float:
    """Returns the seconds of a whole run, extrapolated from the first few where it is long."""
    pace = Pace(seconds)
    start = time.perf_counter()
    try:
        run(seed, Log(pace))
    except Enough:
        return pace.run_s(None)
    except Diverged:
        pass
    return pace.run_s(time.perf_counter() - start)


def with_settings(plan: Plan, experiment: str, threads: int, jit: bool) -> Plan:
    """Returns a plan whose experiment has these engine settings."""
    changed = msgspec.structs.replace(
        plan.experiments[experiment], engine=Engine(threads=threads, jit=jit)
    )
    return msgspec.structs.replace(plan, experiments={**plan.experiments, experiment: changed})


def main(arguments: list[str] | None = None) -> int:
    """Builds the arm, then answers lines until the input ends."""
    parser = argparse.ArgumentParser(prog="python -m ldlc.tune.probe", description=__doc__)
    parser.add_argument("paper", type=Path)
    parser.add_argument("experiment")
    parser.add_argument("arm")
    parser.add_argument("--scale", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--jit", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args(arguments)
    answers: TextIO = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)  # what a paper prints goes to standard error
    folder = load(options.paper)
    plan = with_settings(folder.plan, options.experiment, options.threads, bool(options.jit))
    group = Group(
        dataclasses.replace(folder, plan=plan), options.experiment, options.arm, options.scale
    )
    run = group.build()
    for count, _ in enumerate(sys.stdin):
        seconds = measure(run, TRIAL_SEED + count, options.seconds)
        answers.write(json.dumps({"run_s": seconds}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
