# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which runs are missing, and how they are put together into groups."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ldlc.plan import PaperFolder
from ldlc.runs import Keys, Results, read_work_file, work_file

START_S = 3.0  # of a worker: import and compilation, paid once a group


@dataclass(frozen=True)
class Group:
    """Some seeds of one arm, for one worker process.

    Args:
      experiment: The experiment.
      arm: Its arm.
      scale: The scale.
      seeds: The seeds, ascending.
      threads: Threads of the worker.
      estimate_s: Expected seconds, start included; None if nothing is known.
      repeat: Whether the seeds are executed once more to compare their bits.
    """

    experiment: str
    arm: str
    scale: str
    seeds: tuple[int, ...]
    threads: int
    estimate_s: float | None
    repeat: bool = False


def missing_seeds(
    folder: PaperFolder, keys: Keys, experiment: str, arm: str, scale: str, wanted: Sequence[int]
) -> tuple[int, ...]:
    """Returns which of the wanted runs have no valid result on this machine.

    Raises:
      DamagedError: If a working run cannot be read.
    """
    return tuple(
        seed
        for seed in wanted
        if not keys.is_done(read_work_file(work_file(folder.work, scale, experiment, arm, seed)))
    )


def run_seconds(known: Sequence[Results]) -> dict[tuple[str, str], float]:
    """Returns the usual wall seconds of one run of each arm, from runs that there are."""
    walls: dict[tuple[str, str], list[float]] = {}
    for results in known:
        for arm, lines in results.items():
            walls.setdefault(arm, []).extend(r.wall_s for r in lines.values() if r.error is None)
    return {arm: statistics.median(values) for arm, values in walls.items() if values}


def make_groups(
    folder: PaperFolder,
    wanted: Mapping[tuple[str, str, str], tuple[int, ...]],
    seconds: Mapping[tuple[str, str], float],
    workers: int,
) -> list[Group]:
    """Returns groups that keep all workers busy with few starts, the longest first.

    An arm becomes one group, unless it would then be the last one running for long: then it is
    split. Nothing of this changes a result.

    Args:
      folder: The paper.
      wanted: (experiment, arm, scale) -> missing seeds.
      seconds: Usual seconds of one run, where known.
      workers: How many groups can run at once.
    """
    wanted = {where: seeds for where, seeds in wanted.items() if seeds}
    known = [seconds[e, a] for e, a, _ in wanted if (e, a) in seconds]
    guess = statistics.median(known) if known else 1.0
    cost = {w: len(s) * seconds.get(w[:2], guess) for w, s in wanted.items()}
    fair = sum(cost.values()) / max(1, workers)
    groups = []
    for (experiment, arm, scale), seeds in wanted.items():
        where = (experiment, arm, scale)
        engine = folder.plan.experiments[experiment].engine.of(arm)
        parts = 1
        if len(wanted) < workers or cost[where] > fair / 2 > START_S:
            parts = (
                math.ceil(workers * cost[where] / sum(cost.values())) if cost[where] else workers
            )
            parts = min(max(parts, workers // len(wanted)), workers, len(seeds))
        for k in range(parts):
            share = seeds[k * len(seeds) // parts : (k + 1) * len(seeds) // parts]
            each = seconds.get((experiment, arm))
            estimate = None if each is None else START_S + len(share) * each
            groups.append(Group(experiment, arm, scale, share, int(engine["threads"]), estimate))
    return sorted(groups, key=lambda g: -(g.estimate_s or START_S + len(g.seeds) * guess))


def estimate_s(groups: Sequence[Group], workers: int) -> float | None:
    """Returns the expected seconds of all groups together; None if nothing is known of one."""
    busy = [0.0] * max(1, workers)
    for group in groups:
        if group.estimate_s is None:
            return None
        busy[busy.index(min(busy))] += group.estimate_s
    return max(busy)
