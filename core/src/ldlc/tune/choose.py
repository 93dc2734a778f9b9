# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which settings an arm should have: each is measured in turn, the cheapest wins."""

from __future__ import annotations

import contextlib
import json
import os
import select
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from ldlc.engine import Settings
from ldlc.plan import PaperFolder, default_scale
from ldlc.plan.model import ArmEngine, Engine
from ldlc.runs import read_record
from ldlc.runs.files import replace
from ldlc.tune.write import with_engine
from ldlc.worker import thread_variables

ROUNDS = 5
SECONDS = 1.0  # of a run that a round looks at, once it is compiled
PATIENCE_S = 300.0  # for one round; compiling and a step may be slow, but not that slow

_GAIN = 0.9  # what else than one thread without XLA must cost at most, beside these


class TuneError(ValueError):
    """Settings that cannot be measured, or may not be changed."""


@dataclass(frozen=True)
class Tuned:
    """What was measured of an arm.

    Attributes:
      experiment: The experiment.
      arm: Its arm.
      run_s: Median seconds of a whole run under each settings.
      winner: The settings that cost least: seconds x threads, since a replication keeps all cores busy.
    """

    experiment: str
    arm: str
    run_s: Mapping[Settings, float]
    winner: Settings


def tune(
    folder: PaperFolder,
    experiments: Sequence[str] = (),
    *,
    retune: bool = False,
    rounds: int = ROUNDS,
    seconds: float = SECONDS,
    tell: Callable[[Tuned], None] = lambda tuned: None,
) -> dict[str, int]:
    """Measures each arm under every setting and writes the winners into the plan's `engine`.

    Args:
      folder: The paper.
      experiments: Which of its experiments; empty for all.
      retune: Whether an experiment that has a record may be changed.
      rounds: How often each setting is measured, in turn.
      seconds: How long a round looks at a run.
      tell: Called with what was measured of each arm.

    Returns:
      How many recorded runs are stale now, by arm, `experiment.arm`.

    Raises:
      TuneError: If an experiment is unknown or has a record, or an arm cannot be measured. The plan is unchanged.
    """
    plan = folder.plan
    names = list(experiments) or list(plan.experiments)
    for name in names:
        if name not in plan.experiments:
            known = ", ".join(plan.experiments)
            raise TuneError(f"`{name}` is no experiment of {folder.file}. It has: {known}.")
    recorded = {name: recorded_runs(folder, name) for name in names}
    if not retune and any(recorded.values()):
        name = next(name for name in names if recorded[name])
        raise TuneError(
            f"`{name}` has {sum(recorded[name].values())} recorded runs, which another engine would make stale. "
            "Leave it as it is, or say `--retune` and replicate again."
        )
    text = folder.file.read_text(encoding="utf-8")
    stale: dict[str, int] = {}
    for name in names:
        winners = {}
        for arm in plan.experiments[name].arms:
            tuned = measure_arm(folder, name, arm, rounds, seconds)
            tell(tuned)
            winners[arm] = tuned.winner
        old = plan.experiments[name].engine
        for arm, count in recorded[name].items():
            if arm in winners and old.of(arm) != _as_engine(winners[arm]):
                stale[f"{name}.{arm}"] = count
        text = with_engine(text, name, engine_of(winners))
    replace(folder.file, text.encode())
    return stale


def recorded_runs(folder: PaperFolder, experiment: str) -> dict[str, int]:
    """Returns how many runs of each arm of an experiment are recorded, at all scales together."""
    counts: dict[str, int] = {}
    for scale in ("full", *folder.plan.experiments[experiment].scales):
        for (name, arm), lines in read_record(folder.results, scale).items():
            if name == experiment:
                counts[arm] = counts.get(arm, 0) + len(lines)
    return counts


def candidates(cores: int) -> list[Settings]:
    """Returns the settings to measure: XLA or not, one thread or two."""
    threads = [1, 2] if cores > 1 else [1]
    return [Settings(threads=t, jit=jit) for t in threads for jit in (False, True)]


def cheapest(run_s: Mapping[Settings, float]) -> Settings:
    """Returns the settings that cost least processor time; the plainer ones where 10 % decide."""
    plain = Settings(threads=1, jit=False)
    best = min(run_s, key=lambda s: run_s[s] * s.threads)
    worth = run_s[best] * best.threads < _GAIN * run_s.get(plain, float("inf"))
    return best if worth or plain not in run_s else plain


def engine_of(winners: Mapping[str, Settings]) -> Engine:
    """Returns the plan's `engine` that gives each arm its settings, in as few words as possible."""
    settings = list(winners.values())
    usual = max(settings, key=lambda s: (settings.count(s), -s.threads, not s.jit))
    arms = {
        arm: ArmEngine(
            threads=None if own.threads == usual.threads else own.threads,
            jit=None if own.jit == usual.jit else own.jit,
        )
        for arm, own in winners.items()
        if own != usual
    }
    return Engine(threads=usual.threads, jit=usual.jit, arms=arms)


def measure_arm(
    folder: PaperFolder, experiment: str, arm: str, rounds: int, seconds: float
) -> Tuned:
    """Measures an arm under every setting, in turn: A B C D A B C D ...

    Raises:
      TuneError: If it raises, or gives no answer in time.
    """
    scale = default_scale(folder.plan.experiments[experiment])
    times: dict[Settings, list[float]] = {s: [] for s in candidates(os.cpu_count() or 1)}
    with contextlib.ExitStack() as stack:
        probes = {
            s: stack.enter_context(_Probe(folder, experiment, arm, scale, s, seconds))
            for s in times
        }
        for number in range(rounds + 1):
            for settings, probe in probes.items():
                run_s = probe.ask()
                if number:  # the first compiles
                    times[settings].append(run_s)
    medians = {settings: statistics.median(values) for settings, values in times.items()}
    return Tuned(experiment, arm, medians, cheapest(medians))


def _as_engine(settings: Settings) -> dict[str, int | bool]:
    return {"threads": settings.threads, "jit": settings.jit}


class _Probe:
    """A process that measures an arm under one setting whenever it is asked."""

    def __init__(
        self,
        folder: PaperFolder,
        experiment: str,
        arm: str,
        scale: str,
        settings: Settings,
        seconds: float,
    ) -> None:
        argv = [sys.executable, "-m", "ldlc.tune.probe", str(folder.path), experiment, arm]
        argv += ["--scale", scale, "--threads", str(settings.threads)]
        argv += ["--jit", str(int(settings.jit)), "--seconds", str(seconds)]
        self._name = f"{experiment}.{arm}"
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the probe
        self._process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, **settings.variables(), **thread_variables(settings.threads)},
        )

    def __enter__(self) -> _Probe:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()

    def ask(self) -> float:
        """Returns the seconds of a whole run, measured now."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        with contextlib.suppress(BrokenPipeError):
            stdin.write(b"\n")
            stdin.flush()
        if not select.select([stdout], [], [], PATIENCE_S)[0]:
            raise TuneError(
                f"`{self._name}` told no progress for {PATIENCE_S:g} s, so its pace is unknown. Call "
                "`log.progress(done, total)` in its run, or use `train.loop`, which does."
            )
        answer = stdout.readline()
        if not answer:
            self._process.wait()
            self._errors.seek(0)
            last = self._errors.read().decode(errors="replace").strip().splitlines()[-1:]
            raise TuneError(
                f"`{self._name}` cannot be measured, it raises: {''.join(last)}. Mend it first: "
                "nox -s replicate -- --scale smoke"
            )
        return float(json.loads(answer)["run_s"])
