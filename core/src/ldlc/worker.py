# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Executes a group: some seeds of one arm, one after another, in one process.

    python -m ldlc.worker PAPER EXPERIMENT ARM --scale full --seeds 0-9

Each finished run is written at once, and long ones write checkpoints, so whoever kills this process
loses at most the last seconds of the run in flight. Any engine that can start a command can execute a replication.
"""

from __future__ import annotations

import argparse
import datetime
import gc
import importlib
import json
import math
import os
import resource
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from ldlc.data.reading import noting
from ldlc.engine import Settings
from ldlc.log import Diverged, Log, Run
from ldlc.plan import (
    SMOKE,
    Experiment,
    Measure,
    PaperFolder,
    claim_arms,
    fingerprint,
    load,
    measures_of,
    resolve_config,
)
from ldlc.runs import DivergedAt, Keys, RunLine, read_work_file, work_file, write_work
from ldlc.runs.checkpoints import EVERY_S, RunCheckpoints, Spent, checkpoint_folder
from ldlc.runs.machine import commit_of, environment, lock_digest, processor_features
from ldlc.runs.validity import data_digest

_TENSORFLOW = ("tensorflow", "sonnet", "keras")
_EVENTS_PER_S = 5.0
MAX_SEEDS = 1_000_000


def parse_seeds(text: str) -> tuple[int, ...]:
    """Returns the seeds that a text such as "0-4,7" names, ascending.

    Raises:
      ValueError: If it names none.
    """
    seeds: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise ValueError(f"`seeds` must read like 0-9 or 0-4,7, got {text!r}. Mend it.")
        start, end = int(first), int(last or first)
        if end < start:
            raise ValueError(f"`seeds` must go upwards, got {text!r}. Mend it.")
        if end - start >= MAX_SEEDS:
            raise ValueError(f"`seeds` must name at most {MAX_SEEDS:,}, got {text!r}. Mend it.")
        seeds |= set(range(start, end + 1))
    return tuple(sorted(seeds))


def format_seeds(seeds: tuple[int, ...]) -> str:
    """Returns seeds as `parse_seeds` reads them, such as "0-4,7"."""
    parts: list[list[int]] = []
    for seed in sorted(seeds):
        if parts and seed == parts[-1][-1] + 1:
            parts[-1].append(seed)
        else:
            parts.append([seed])
    return ",".join(str(p[0]) if len(p) == 1 else f"{p[0]}-{p[-1]}" for p in parts)


class Group:
    """Some seeds of one arm, and everything that their runs share.

    Args:
      folder: The paper.
      experiment: The experiment's name.
      arm: The arm's name.
      scale: The scale.
      tell: Called with each event: a dictionary with `event` and more.
      work: Where working runs are kept; the paper's own `.ldlc` if left out.
      checkpoint_every_s: Seconds between two checkpoints of a long run.
    """

    def __init__(
        self,
        folder: PaperFolder,
        experiment: str,
        arm: str,
        scale: str,
        tell: Callable[[dict[str, Any]], None] = lambda event: None,
        work: Path | None = None,
        checkpoint_every_s: float = EVERY_S,
    ) -> None:
        self._checkpoint_every_s = checkpoint_every_s
        self._work = folder.work if work is None else work
        self._folder, self._experiment, self._arm, self._scale = folder, experiment, arm, scale
        self._tell = tell
        plan = folder.plan
        self._whole: Experiment = plan.experiments[experiment]
        self._config = resolve_config(self._whole, arm, scale)
        self._keys = Keys(folder)
        engine = self._whole.engine.of(arm)
        self._engine = engine
        self._settings = Settings(threads=int(engine["threads"]), jit=bool(engine["jit"]))
        judged = [] if scale == SMOKE else plan.claims
        self._claims = {
            claim.id: fingerprint(plan, claim)
            for claim in judged
            if (experiment, arm) in claim_arms(claim)
        }
        self._commit = commit_of(folder.path)
        self._run: Run | None = None
        self._read_while_building: dict[str, str] = {}
        self._environment: dict[str, str | int] | None = None

    def execute(self, seed: int, keep: bool = False) -> RunLine:
        """Executes one run and returns its line; a run that raises gives a line with its error.

        Args:
          seed: The run's seed.
          keep: Whether to go on from checkpoints of this run, and to write some.
        """
        self._tell({"event": "start", "seed": seed})
        started, wall, cpu = _now(), time.perf_counter(), time.process_time()
        key = self._keys.of(self._experiment, self._arm, self._scale, seed)

        def spent() -> Spent:
            return Spent(time.perf_counter() - wall, time.process_time() - cpu)

        checkpoints = self._checkpoints(seed, key, lambda: read | log.data, spent) if keep else None
        log = Log(self._progress(seed), checkpoints)
        measures: dict[str, float | None] = {}
        diverged: DivergedAt | None = None
        error: str | None = None
        read: dict[str, str] = {}
        try:
            with noting() as read:
                if self._run is None:
                    self._run = self.build()
                    self._read_while_building = dict(read)
                names = measures_of(self._whole, self._arm)
                kinds = {name: self._whole.measures[name] for name in names}
                measures = _measured(self._run(seed, log), kinds)
            broken = [n for n, v in measures.items() if v is not None and not math.isfinite(v)]
            if broken:
                diverged = DivergedAt(term=broken[0])
        except Diverged as left:
            measures = {name: math.nan for name in measures_of(self._whole, self._arm)}
            diverged = DivergedAt(term=left.term, step=left.step, last=left.last)
        except Exception:
            error = _traceback(self._folder.path)
        if self._environment is None:
            self._environment = environment(self._folder.path, self._settings.threads, _device())
        cost = spent() if checkpoints is None else checkpoints.spent()
        line = RunLine(
            experiment=self._experiment,
            arm=self._arm,
            scale=self._scale,
            seed=seed,
            key=key,
            config=dict(self._config),
            engine=dict(self._engine),
            measures=measures,
            curves=log.curves,
            arrays={} if error else log.arrays,
            data=self._read_while_building | read | log.data,
            claims=self._claims,
            environment=self._environment,
            wall_s=round(cost.wall_s, 6),
            cpu_s=round(cost.cpu_s, 6),
            peak_memory_mib=round(_peak_memory_mib(), 1),
            started=started,
            ended=_now(),
            commit=self._commit,
            diverged=diverged,
            error=error,
        )
        return line

    def complete(self, seed: int) -> None:
        """Executes one run and keeps it, unless a valid one is already there."""
        path = work_file(self._work, self._scale, self._experiment, self._arm, seed)
        if self._keys.is_done(read_work_file(path)):
            self._tell({"event": "done", "seed": seed, "error": False})
            return
        line = self.execute(seed, keep=True)
        write_work(self._work, line)
        if line.error is None:
            shutil.rmtree(self._checkpoint_folder(seed, line.key), ignore_errors=True)
        self._tell({"event": "done", "seed": seed, "error": line.error is not None})

    def repeat(self, seed: int) -> None:
        """Executes a run once more and keeps whether it gave the same bits."""
        import msgspec

        path = work_file(self._work, self._scale, self._experiment, self._arm, seed)
        first = read_work_file(path)
        again = self.execute(seed)
        if first is not None and first.error is None and again.key == first.key:
            word = "same bits" if same_bits(first, again) else "other bits"
            write_work(self._work, msgspec.structs.replace(first, repeated=word))
        self._tell({"event": "done", "seed": seed, "error": again.error is not None})

    def _checkpoint_folder(self, seed: int, key: str) -> Path:
        return checkpoint_folder(self._work, self._scale, self._experiment, self._arm, seed, key)

    def _checkpoints(
        self,
        seed: int,
        key: str,
        read: Callable[[], dict[str, str]],
        spent: Callable[[], Spent],
    ) -> RunCheckpoints:
        return RunCheckpoints(
            self._checkpoint_folder(seed, key),
            machine=f"{processor_features()} {lock_digest(self._folder.path)}",
            every_s=self._checkpoint_every_s,
            read=lambda: self._read_while_building | read(),
            now=lambda name: data_digest(self._folder.path, name),
            spent=spent,
        )

    def build(self) -> Run:
        """Imports the paper and builds the arm, with the settings that its plan fixes."""
        os.environ.update(self._settings.variables())
        os.environ.update(thread_variables(self._settings.threads))
        _prepare_framework(self._folder.plan.replication.framework, self._settings)
        sys.path.insert(0, str(self._folder.path.resolve()))
        module = importlib.import_module(f"{self._folder.name}.experiments")
        expected = self._folder.package.resolve()
        found = Path(module.__file__ or "").resolve().parent
        if found != expected:
            raise ImportError(
                f"`{self._folder.name}` is imported from {found}, not from {expected}. "
                "Remove the installed copy."
            )
        class_ = self._folder.configs[self._experiment]
        values = {k: class_.fields[k].convert(v) for k, v in self._config.items()}
        config = getattr(module, class_.name)(**values)
        run: Run = getattr(module, self._experiment)(config)
        return run

    def _progress(self, seed: int) -> Callable[[float | None, str], None]:
        last = 0.0
        latest: dict[str, Any] = {}

        def tell(fraction: float | None, text: str) -> None:
            nonlocal last
            if fraction is not None:
                latest["fraction"] = fraction
            if text:
                latest["text"] = text
            now = time.monotonic()
            if now - last >= 1 / _EVENTS_PER_S:
                last = now
                self._tell({"event": "progress", "seed": seed, **latest})

        return tell


def same_bits(a: RunLine, b: RunLine) -> bool:
    """Returns whether two executions of a run measured the same, bit for bit."""
    from ldlc.runs.line import encode

    def numbers(line: RunLine) -> str:
        import msgspec

        blank = msgspec.structs.replace(
            line,
            environment={},
            wall_s=0.0,
            cpu_s=0.0,
            peak_memory_mib=0.0,
            started="",
            ended="",
            commit=None,
            repeated=None,
            claims={},
            arrays={},
            curves={},
        )
        return encode(blank)

    return numbers(a) == numbers(b)


def main(arguments: list[str] | None = None) -> int:
    """Runs the worker's command line; returns 0, also where a run raised: the run says so."""
    parser = argparse.ArgumentParser(prog="python -m ldlc.worker", description=__doc__)
    parser.add_argument("paper", type=Path, help="the paper's folder")
    parser.add_argument("experiment")
    parser.add_argument("arm")
    parser.add_argument("--scale", default="full")
    parser.add_argument("--seeds", required=True, type=parse_seeds, help="such as 0-9 or 0-4,7")
    parser.add_argument(
        "--repeat", action="store_true", help="run again, keep whether the bits agree"
    )
    parser.add_argument(
        "--checkpoint-every", type=float, default=EVERY_S, metavar="SECONDS", help="of a long run"
    )
    parser.add_argument(
        "--events", action="store_true", help="write events as JSON lines to stdout"
    )
    parser.add_argument(
        "--parent-pipe",
        action="store_true",
        help="end when standard input ends, as it does with a parent",
    )
    options = parser.parse_args(arguments)
    if options.parent_pipe:
        _end_with_parent()
    folder = load(options.paper)
    experiment = folder.plan.experiments.get(options.experiment)
    if experiment is None or options.arm not in experiment.arms:
        print(
            f"error: `{options.experiment}.{options.arm}` is no arm of {folder.file}.",
            file=sys.stderr,
        )
        return 2
    group = Group(
        folder,
        options.experiment,
        options.arm,
        options.scale,
        _teller(options.events),
        checkpoint_every_s=options.checkpoint_every,
    )
    for seed in options.seeds:
        if options.repeat:
            group.repeat(seed)
        else:
            group.complete(seed)
    return 0


def thread_variables(threads: int) -> dict[str, str]:
    """Returns what tells numerical libraries how many threads to use; read when they load."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    return {name: str(threads) for name in names}


def _teller(events: bool) -> Callable[[dict[str, Any]], None]:
    """Keeps standard output for events: what a paper prints goes to standard error."""
    if not events:
        return lambda event: None
    stream: TextIO = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)

    def tell(event: dict[str, Any]) -> None:
        try:
            stream.write(json.dumps(event) + "\n")
        except BrokenPipeError:
            os._exit(1)

    return tell


def _end_with_parent() -> None:
    def wait() -> None:
        while os.read(0, 4096):
            pass
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _prepare_framework(framework: str, settings: Settings) -> None:
    """Fixes what changes a framework's last bits, before its first operation."""
    if framework not in _TENSORFLOW:
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    gc.disable()  # looking for garbage among what is imported takes a quarter of the time
    import tensorflow as tf

    gc.freeze()  # nor later: the search when the process ends would take 1.5 s
    gc.enable()
    if tf.config.threading.get_intra_op_parallelism_threads() != settings.threads:
        tf.config.threading.set_intra_op_parallelism_threads(settings.threads)
        tf.config.threading.set_inter_op_parallelism_threads(settings.threads)
    tf.config.experimental.enable_op_determinism()
    gpus = tf.config.list_physical_devices("GPU")
    for gpu in gpus:  # several workers share a GPU; left alone, the first one takes all its memory
        tf.config.experimental.set_memory_growth(gpu, True)
    if gpus:  # float32 means float32, where a GPU would round products to 10 bits
        tf.config.experimental.enable_tensor_float_32_execution(False)


def _device() -> str:
    """Returns the names of the GPUs that a framework computes on, else `cpu`."""
    tf = sys.modules.get("tensorflow")
    if tf is None:
        return "cpu"
    gpus = tf.config.get_visible_devices("GPU")
    names = [tf.config.experimental.get_device_details(g).get("device_name", "gpu") for g in gpus]
    return ", ".join(names) or "cpu"


def _measured(returned: object, kinds: Mapping[str, Measure]) -> dict[str, float | None]:
    """Returns a run's measures as plain numbers, once they are exactly the arm's.

    Raises:
      TypeError, ValueError: If they are not.
    """
    if not isinstance(returned, Mapping):
        raise TypeError(f"a run must return a mapping of measures, got {type(returned).__name__}.")
    if set(returned) != set(kinds):
        missing = sorted(set(kinds) - set(returned))
        extra = sorted(set(returned) - set(kinds), key=str)
        raise ValueError(
            f"a run must return exactly its arm's measures; missing: {missing or 'none'}, not in the "
            f"plan: {extra or 'none'}. Change the run or the plan."
        )
    return {name: _number(name, returned[name], kind) for name, kind in kinds.items()}


def _number(name: str, value: Any, kind: Measure) -> float | None:
    if value is None:
        if kind.absent is None:
            raise ValueError(
                f"`{name}` is None, but the plan does not say what that means. Return a number, or add "
                '`absent = "..."` to the measure.'
            )
        return None
    number = float(value)
    if not math.isfinite(number):
        return number
    if kind.kind == "yes-no" and number not in (0.0, 1.0):
        raise ValueError(f"`{name}` is a yes-no measure: 0 or 1, got {number!r}.")
    if kind.kind == "count" and not (number == int(number) and 0 <= number <= (kind.total or 0)):
        raise ValueError(f"`{name}` must be a whole number in 0 to {kind.total}, got {number!r}.")
    return number


def _traceback(folder: Path) -> str:
    text = traceback.format_exc()
    core = Path(__file__).resolve().parents[1]
    for path in (folder.resolve(), core, Path(sys.prefix), Path(sys.base_prefix)):
        text = text.replace(f"{path}{os.sep}", "")
    return text.replace(str(Path.home()) + os.sep, "")


def _peak_memory_mib() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


if __name__ == "__main__":
    sys.exit(main())
