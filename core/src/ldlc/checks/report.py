# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report says what the record says, and the record belongs to the code beside it.

Where another version of core is pinned than the one that looks, the report is not made again; the digests in
report.json tell whether anything changed since.
"""

from __future__ import annotations

from ldlc.checks.tree import Tree

CODE, TITLE, LOOKS_AT = "P08", "report and record are up to date", "paper"


def check(tree: Tree) -> list[str]:
    """Returns what is out of date. A paper without a record has no report, and passes."""
    folder = tree.paper
    if folder is None:
        return []  # P01 tells
    from ldlc.plan import pinned_core
    from ldlc.runs.machine import core_version

    try:
        pinned = pinned_core(tree.path, tree.get)
    except ValueError:
        return []  # P05 tells
    if pinned != core_version():
        from ldlc.report import outdated_inputs

        return [
            f"{folder.path / name}: changed since the report was made. Run `nox -s report` in {tree.path}."
            for name in outdated_inputs(folder, tree.get)
        ]
    from ldlc.replicate import default_scales, recorded_results
    from ldlc.runs import DamagedError, Keys

    try:
        recorded = recorded_results(folder)
    except DamagedError as error:
        return [str(error)]
    if not recorded:
        return []
    from ldlc.report import FiguresError, MarksError, outdated

    try:
        old = outdated(folder)
    except (FiguresError, MarksError) as error:
        return [f"{folder.path}: {error}"]
    problems = [f"{folder.path / name}: is out of date. Run `ldlc report`." for name in old]
    keys, chosen = Keys(folder), default_scales(folder)
    for (experiment, arm), lines in sorted(recorded.items()):
        stale = [seed for seed, line in sorted(lines.items()) if not keys.is_valid(line)]
        if stale:
            file = folder.results / chosen[experiment] / experiment / f"{arm}.jsonl"
            problems.append(
                f"{file}: {len(stale)} of {len(lines)} runs were made by other code, config or data than "
                "today's. Run `nox -s replicate -- --record`."
            )
    return problems
