# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a replication: which runs are missing, execute them, record, judge, compare."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from ldlc.executors import Command, LocalExecutor
from ldlc.groups import Group, estimate_s, make_groups, missing_seeds, run_seconds
from ldlc.plan import (
    SMOKE,
    PaperFolder,
    claim_arms,
    default_scale,
    measures_of,
    needed_seeds,
    pinned_core,
    scales,
)
from ldlc.progress import Display, duration
from ldlc.runs import Keys, Results, RunLine, add_to_record, read_record, read_work, work_file
from ldlc.runs.files import clear_parts
from ldlc.runs.machine import core_version, is_released, machine_kind
from ldlc.worker import format_seeds, same_bits, thread_variables


class ReplicateError(ValueError):
    """A replication that cannot be started as asked."""


@dataclass(frozen=True)
class Options:
    """What a replication is asked to do.

    Args:
      scale: The scale of every experiment; None for each one's default.
      seeds: Only these seeds; None for all that the plan names.
      experiments: Only these; empty for all.
      jobs: Workers at once; None for one a core.
      record: Whether to add the runs to the record and write the report.
      extend: Whether to run the declared extension of claims that are open.
    """

    scale: str | None = None
    seeds: Sequence[int] | int | None = None
    experiments: Sequence[str] = ()
    jobs: int | None = None
    record: bool = False
    extend: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a replication.

    Args:
      here: The valid runs of this machine, each experiment at its scale.
      failed: Runs that raised.
      broken: Commands that ended without having done their work, with the end of their log.
      record: The recorded runs, each experiment at the scale that was run.
      other_bits: The first run whose bits differ from the record's on the same kind of machine.
      compared: How many runs could be compared with the record bit for bit.
      recorded: How many lines were written to the record.
      scales: The scale of each experiment that was run.
      scale: The scale that was asked for; None for each experiment's default.
      trials: Valid runs of seeds that the plan does not judge.
    """

    here: Results
    failed: Sequence[RunLine]
    broken: Sequence[str] = ()
    other_bits: RunLine | None = None
    compared: int = 0
    recorded: int = 0
    scales: Mapping[str, str] = field(default_factory=dict)
    scale: str | None = None
    record: Results = field(default_factory=dict)
    trials: Results = field(default_factory=dict)


def require_pinned_core(folder: PaperFolder) -> None:
    """Refuses to work on a paper with another released core than the one that it pins.

    Raises:
      ReplicateError: If the versions differ; it names the session that takes the right one.
    """
    pinned, running = pinned_core(folder.path), core_version()
    if pinned is not None and is_released(running) and pinned != running:
        raise ReplicateError(
            f"`{folder.name}` pins core {pinned}, and this is core {running}. "
            f"Use its own environment: nox -s replicate -- {folder.name}"
        )


def replicate(folder: PaperFolder, options: Options, console: Console) -> Outcome:
    """Executes what is missing, and records it if asked to.

    Args:
      folder: The paper.
      options: What to do.
      console: Where to show progress.

    Returns:
      What became of it; verdicts are judged from its runs by `ldlc.verdict`.

    Raises:
      ReplicateError: If it cannot be done as asked. Nothing was executed then.
      DamagedError: If a run's file cannot be read.
    """
    chosen = _chosen_scales(folder, options)
    if options.record:
        _require_recordable(folder, chosen)
    require_pinned_core(folder)
    clear_parts(folder.work, older_than_s=3600.0)
    if options.record and (count := _forget_unreleased(folder, chosen)):
        console.print(
            f"  {count} runs here were made with an unreleased core, and are executed again: nothing is "
            "recorded of those",
            highlight=False,
        )
    keys = Keys(folder)
    broken = _execute(folder, keys, options, chosen, console, extend=False)
    if options.extend:
        open_experiments = _open_experiments(folder, chosen, keys)
        if open_experiments:
            chosen_open = {name: chosen[name] for name in open_experiments if name in chosen}
            console.print(f"  extending {', '.join(sorted(chosen_open))}", highlight=False)
            broken += _execute(folder, keys, options, chosen_open, console, extend=True)
        else:
            console.print(
                "  nothing to extend: no open claim declares an extension", highlight=False
            )
    return _outcome(folder, keys, options, chosen, broken)


def judged_results(
    folder: PaperFolder, chosen: Mapping[str, str], read: Any, root: Path
) -> Results:
    """Returns runs of several experiments, each at its own scale.

    Args:
      folder: The paper.
      chosen: Scale of each experiment.
      read: `read_record` or `read_work`.
      root: The folder that it reads.
    """
    merged: Results = {}
    for scale in sorted(set(chosen.values())):
        for (experiment, arm), lines in read(root, scale).items():
            if chosen.get(experiment) == scale:
                merged[experiment, arm] = lines
    return merged


def default_scales(folder: PaperFolder) -> dict[str, str]:
    """Returns the scale at which each experiment is judged."""
    return {name: default_scale(e) for name, e in folder.plan.experiments.items()}


def recorded_results(folder: PaperFolder) -> Results:
    """Returns the record, each experiment at the scale at which it is judged."""
    return judged_results(folder, default_scales(folder), read_record, folder.results)


def valid_work(folder: PaperFolder, chosen: Mapping[str, str], keys: Keys) -> Results:
    """Returns this machine's runs that are still valid, errors included."""
    work = judged_results(folder, chosen, read_work, folder.work)
    return {
        arm: {seed: line for seed, line in lines.items() if keys.is_valid(line)}
        for arm, lines in work.items()
    }


def _chosen_scales(folder: PaperFolder, options: Options) -> dict[str, str]:
    experiments = folder.plan.experiments
    unknown = [name for name in options.experiments if name not in experiments]
    if unknown:
        raise ReplicateError(
            f"`{unknown[0]}` is no experiment of {folder.file}. It has: {', '.join(experiments)}."
        )
    names = list(options.experiments) or list(experiments)
    if options.scale is None:
        return {name: default_scale(experiments[name]) for name in names}
    chosen = {name: options.scale for name in names if options.scale in scales(experiments[name])}
    if not chosen:
        known = sorted({s for name in names for s in scales(experiments[name])})
        raise ReplicateError(
            f"no experiment has the scale `{options.scale}`. There are: {', '.join(known)}."
        )
    return chosen


def _require_recordable(folder: PaperFolder, chosen: Mapping[str, str]) -> None:
    if SMOKE in chosen.values():
        raise ReplicateError(
            "`--record` goes with a scale that is judged; `smoke` only proves that everything runs. "
            "Leave out `--scale smoke`."
        )
    running, pinned = core_version(), pinned_core(folder.path)
    if not is_released(running) or pinned is None:
        raise ReplicateError(
            f"`--record` needs the released core that the paper pins ({pinned or 'none yet'}), and this "
            f"is {running}: nothing is recorded against an unreleased core. Leave out `--head`."
        )


def _forget_unreleased(folder: PaperFolder, chosen: Mapping[str, str]) -> int:
    """Removes working runs of an unreleased core, valid ones too; returns how many there were."""
    work = judged_results(folder, chosen, read_work, folder.work)
    lines = [line for runs in work.values() for line in runs.values()]
    unreleased = [line for line in lines if not is_released(str(line.environment.get("ldlc", "")))]
    for line in unreleased:
        path = work_file(folder.work, line.scale, line.experiment, line.arm, line.seed)
        path.unlink(missing_ok=True)
    return len(unreleased)


def _wanted(
    folder: PaperFolder, experiment: str, arm: str, scale: str, options: Options, extend: bool
) -> tuple[int, ...]:
    needed = needed_seeds(folder.plan, experiment, arm, scale, extend)
    if options.seeds is None:
        return needed
    if isinstance(options.seeds, int):
        return needed[: options.seeds]
    return tuple(options.seeds)


def _execute(
    folder: PaperFolder,
    keys: Keys,
    options: Options,
    chosen: Mapping[str, str],
    console: Console,
    extend: bool,
) -> list[str]:
    workers = options.jobs or os.cpu_count() or 1
    wanted = {
        (name, arm, scale): _wanted(folder, name, arm, scale, options, extend)
        for name, scale in chosen.items()
        for arm in folder.plan.experiments[name].arms
    }
    missing = {where: missing_seeds(folder, keys, *where, seeds) for where, seeds in wanted.items()}
    total, todo = sum(map(len, wanted.values())), sum(map(len, missing.values()))
    known = [judged_results(folder, chosen, read_record, folder.results)]
    known.append(judged_results(folder, chosen, read_work, folder.work))
    groups = make_groups(folder, missing, run_seconds(known), workers)
    expected = estimate_s(groups, workers)
    scale_names = "/".join(sorted(set(chosen.values())))
    console.print(
        f"{folder.name}, {scale_names} scale: {_announce(total, todo, expected, workers)}",
        highlight=False,
    )
    broken: list[str] = []
    if groups:
        broken += _run(folder, groups, workers, console, todo, expected)
    repeats = _repeats(folder, keys, chosen)
    if repeats:
        broken += _run(folder, repeats, workers, console, len(repeats), None)
    return broken


def _announce(total: int, todo: int, expected: float | None, workers: int) -> str:
    if not todo:
        return f"all {total} runs are there and valid"
    each = f"{todo} of {total} runs to do, {workers} at once"
    return each + (
        f", about {duration(expected)}" if expected is not None else ", never timed before"
    )


def _run(
    folder: PaperFolder,
    groups: Sequence[Group],
    workers: int,
    console: Console,
    total: int,
    expected: float | None,
) -> list[str]:
    commands = [_command(folder, group) for group in groups]
    groups_of = {c.label: g for c, g in zip(commands, groups, strict=True)}
    with Display(console, total, expected) as display:

        def show(command: Command, event: dict[str, Any]) -> None:
            group = groups_of[command.label]
            display.event(f"{group.experiment}.{group.arm}", event)

        failed = LocalExecutor(workers).run(commands, show)
    return [
        f"the worker of {command.label} ended with code {code}; the end of {command.log}:\n{_tail(command.log)}"
        for command, code in failed
    ]


def _command(folder: PaperFolder, group: Group) -> Command:
    seeds = format_seeds(group.seeds)
    argv = [sys.executable, "-m", "ldlc.worker", str(folder.path), group.experiment, group.arm]
    argv += ["--scale", group.scale, "--seeds", seeds, "--events", "--parent-pipe"]
    argv += ["--repeat"] if group.repeat else []
    name = f"{group.scale}-{group.experiment}-{group.arm}-{group.seeds[0]}-{os.getpid()}.log"
    label = f"{group.experiment}.{group.arm} {seeds}"
    return Command(
        argv, group.threads, folder.work / "logs" / name, thread_variables(group.threads), label
    )


def _repeats(folder: PaperFolder, keys: Keys, chosen: Mapping[str, str]) -> list[Group]:
    """Returns a second execution of seed 0 for each arm with an exact measure that still needs it."""
    groups = []
    work = valid_work(folder, chosen, keys)
    for name, scale in chosen.items():
        experiment = folder.plan.experiments[name]
        for arm in experiment.arms:
            kinds = {experiment.measures[m].kind for m in measures_of(experiment, arm)}
            first = work.get((name, arm), {}).get(0)
            if (
                "exact" in kinds
                and first is not None
                and first.error is None
                and first.repeated is None
            ):
                threads = int(experiment.engine.of(arm)["threads"])
                groups.append(Group(name, arm, scale, (0,), threads, None, repeat=True))
    return groups


def _tail(log: Path, lines: int = 12) -> str:
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "  (no log)"
    return "\n".join("  " + line for line in text.splitlines()[-lines:])


def _open_experiments(folder: PaperFolder, chosen: Mapping[str, str], keys: Keys) -> set[str]:
    from ldlc.verdict import assess

    assessment = assess(folder.plan, valid_work(folder, chosen, keys))
    verdicts = {v.claim: v for v in assessment.verdicts}
    return {
        name
        for claim in folder.plan.claims
        if verdicts[claim.id].outcome == "inconclusive"
        for name, _ in claim_arms(claim)
        if folder.plan.experiments[name].extend_to is not None
        or any(s.extend_to is not None for s in folder.plan.experiments[name].scales.values())
    }


def _outcome(
    folder: PaperFolder,
    keys: Keys,
    options: Options,
    chosen: Mapping[str, str],
    broken: Sequence[str],
) -> Outcome:
    valid = valid_work(folder, chosen, keys)
    here = _planned(folder, valid, chosen)
    finished = [line for lines in here.values() for line in lines.values()]
    failed = [line for lines in valid.values() for line in lines.values() if line.error is not None]
    written: list[RunLine] = []
    if options.record:
        written = add_to_record(
            folder.results,
            finished,
            keys.is_valid,
            lambda name: folder.plan.experiments[name].array_seeds,
            folder.work / "record.lock",
        )
    recorded = judged_results(folder, chosen, read_record, folder.results)
    pairs = list(_pairs(here, recorded))
    other = next((mine for mine, theirs in pairs if not same_bits(mine, theirs)), None)
    asked = set(options.seeds) if isinstance(options.seeds, Sequence) else set()
    trials = {
        arm: {s: line for s, line in lines.items() if s in asked and s not in here.get(arm, {})}
        for arm, lines in valid.items()
    }
    return Outcome(
        here=here,
        failed=failed,
        broken=broken,
        record=recorded,
        other_bits=other,
        compared=len(pairs),
        recorded=len(written),
        scales=dict(chosen),
        scale=options.scale,
        trials={arm: lines for arm, lines in trials.items() if lines},
    )


def _planned(folder: PaperFolder, runs: Results, chosen: Mapping[str, str]) -> Results:
    """Returns the runs of seeds that the plan judges: trials on other seeds are no part of it."""
    planned: Results = {}
    for (experiment, arm), lines in runs.items():
        needed = set(needed_seeds(folder.plan, experiment, arm, chosen[experiment], extend=True))
        kept = {seed: line for seed, line in lines.items() if seed in needed}
        if kept:
            planned[experiment, arm] = kept
    return planned


def _pairs(here: Results, recorded: Results) -> Iterable[tuple[RunLine, RunLine]]:
    """Yields runs that owe each other the same bits: same key, same kind of machine, both finished."""
    for arm, lines in here.items():
        for seed, mine in sorted(lines.items()):
            theirs = recorded.get(arm, {}).get(seed)
            if theirs is None or theirs.key != mine.key or theirs.error or mine.error:
                continue
            if machine_kind(mine.environment) == machine_kind(theirs.environment):
                yield mine, theirs
