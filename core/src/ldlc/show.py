# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the commands print: verdicts beside each other, agreement with the record, the plan."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING

from ldlc.plan import SMOKE
from ldlc.report import judged, plain, recorded, terminal, write, write_here
from ldlc.runs import DamagedError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from ldlc.plan import PaperFolder
    from ldlc.plan.model import Plan
    from ldlc.replicate import Outcome
    from ldlc.report import Report
    from ldlc.tune import Tuned


def show_outcome(folder: PaperFolder, outcome: Outcome, console: Console, record: bool) -> int:
    """Prints what became of a replication and writes the report where runs were recorded.

    Args:
      folder: The paper.
      outcome: What `replicate` returned.
      console: Where to print.
      record: Whether the runs were recorded.

    Returns:
      1 if a run failed or this machine contradicts the record, else 0.
    """
    failed = bool(outcome.failed or outcome.broken)
    for line in outcome.failed:
        last = (line.error or "").strip().splitlines()[-1:]
        where = f"{line.experiment}.{line.arm}, seed {line.seed}"
        console.print(f"error: {where} raised: {''.join(last)}", markup=False)
    for text in outcome.broken:
        console.print(f"error: {text}", markup=False)
    smoke = set(outcome.scales.values()) == {SMOKE}
    if smoke:
        count = sum(len(lines) for lines in outcome.here.values())
        console.print(
            f"smoke: {count} runs, {len(outcome.failed)} failed; nothing is judged at this scale"
        )
        return 1 if failed else 0
    _print_trials(outcome, console)
    if not outcome.here:
        return 1 if failed else 0
    here = judged(folder, outcome.here, outcome.scale)
    write_here(folder, here)
    try:
        old = recorded(folder)
    except DamagedError as error:
        console.print(f"error: {error}", markup=False)
        old, failed = None, True
    _print_verdicts(old, here, console)
    contradicted = False
    if old is not None:
        from ldlc.compare import compare

        comparison = compare(folder, outcome, outcome.record)
        contradicted = comparison.contradicts
        for text in comparison.sentences:
            console.print(text, markup=False)
    if record:
        console.print(f"recorded {outcome.recorded} runs in {folder.results}", markup=False)
        for path in write(folder):
            console.print(f"wrote {path}", markup=False)
    return 1 if failed or contradicted else 0


def show_record(folder: PaperFolder, console: Console) -> None:
    """Prints the verdicts of the record, or that there is none."""
    old = recorded(folder)
    if old is None:
        console.print(
            f"{folder.name} has no record yet. Run: nox -s replicate -- --record", markup=False
        )
        return
    _print_verdicts(old, None, console)


def show_plan(folder: PaperFolder, console: Console) -> None:
    """Prints what the plan will judge, with the power to decide it and the cost."""
    from ldlc.groups import estimate_s, make_groups, run_seconds
    from ldlc.plan import needed_seeds
    from ldlc.progress import duration
    from ldlc.replicate import default_scales, judged_results, recorded_results
    from ldlc.runs import read_work

    chosen = default_scales(folder)
    work = judged_results(folder, chosen, read_work, folder.work)
    seconds = run_seconds([recorded_results(folder), work])
    console.print(plan_table(folder.plan, seconds))
    arms = [(n, a) for n, e in folder.plan.experiments.items() for a in e.arms]
    for extend in (False, True):
        wanted = {
            (n, a, chosen[n]): needed_seeds(folder.plan, n, a, chosen[n], extend) for n, a in arms
        }
        runs = sum(map(len, wanted.values()))
        expected = estimate_s(make_groups(folder, wanted, seconds, 2), 2)
        cost = (
            "not known before a first run; one of each arm tells: ldlc replicate --seeds 10000-10000"
            if expected is None
            else f"about {duration(expected)} on two cores"
        )
        label = "with every extension" if extend else "to the first look"
        console.print(f"{runs} runs {label}: {cost}", markup=False)


def plan_table(plan: Plan, seconds: Mapping[tuple[str, str], float]) -> Table:
    """Returns what each claim's seeds can show and cost.

    Args:
      plan: A plan without errors.
      seconds: Of one run of each (experiment, arm), where known.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from ldlc.progress import duration
    from ldlc.verdict.power import plan_rows

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Claim", overflow="fold", ratio=3)
    table.add_column("Seeds", justify="right", no_wrap=True)
    table.add_column("Power", justify="right", no_wrap=True)
    table.add_column("Shown with (means: 80 % power)", overflow="fold", ratio=2)
    table.add_column("Cost", justify="right", no_wrap=True)
    for row in plan_rows(plan, seconds):
        claim = Text.assemble((row.claim, "bold"), f"\n{row.rule}", (f"\n{row.margin}", "dim"))
        if row.warning:
            claim.append(f"\n{row.warning}", style="yellow")
        looks = zip_longest(row.seeds, row.power, row.needs, row.cost_s)
        for seed_count, power, need, cost in looks:
            table.add_row(
                claim,
                "" if seed_count is None else str(seed_count),
                "-" if power is None else f"{100 * power:.0f} %",
                need or "-",
                "-" if cost is None else duration(cost),
            )
            claim = Text()
        table.add_section()
    return table


def _print_trials(outcome: Outcome, console: Console) -> None:
    """Prints what runs measured whose seeds the plan does not judge."""
    for (experiment, arm), lines in outcome.trials.items():
        finished = [line for line in lines.values() if line.error is None]
        console.print(f"{experiment}.{arm}: {len(finished)} trial runs, not judged", markup=False)
        for name in finished[0].measures if finished else ():
            values = sorted(v for line in finished if (v := line.measures[name]) is not None)
            absent = len(finished) - len(values)
            shown = (
                f"median {statistics.median(values):g}, {values[0]:g} to {values[-1]:g}"
                if values
                else ""
            )
            missing = f"{absent} absent" if absent else ""
            console.print(f"  {name}: {', '.join(t for t in (shown, missing) if t)}", markup=False)


def _print_verdicts(old: Report | None, new: Report | None, console: Console) -> None:
    if console.is_terminal:
        console.print(terminal(old, new))
    else:
        console.print(plain(old, new), markup=False, soft_wrap=True)


def show_tuned(tuned: Tuned, console: Console) -> None:
    """Prints what an arm costs under each setting, and which it will have."""
    cells = []
    for settings, run_s in tuned.run_s.items():
        how = "XLA" if settings.jit else "graph"
        mark = " *" if settings == tuned.winner else ""
        cells.append(f"{how} x {settings.threads} {run_s:.3g} s{mark}")
    console.print(f"{tuned.experiment}.{tuned.arm}: {', '.join(cells)}", markup=False)
