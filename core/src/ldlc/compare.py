# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does this machine agree with the record? Bits where they are owed, the test of agreement elsewhere."""

from __future__ import annotations

import collections
from collections.abc import Iterator
from dataclasses import dataclass

from ldlc.plan import PaperFolder, measures_of
from ldlc.replicate import Outcome
from ldlc.runs import Keys, Results
from ldlc.verdict.agreement import Agreement, agreement, contradictions


@dataclass(frozen=True)
class Comparison:
    """How this machine's runs compare with the recorded ones.

    Args:
      sentences: What to print.
      contradicts: Whether a difference survives the correction over all measures.
    """

    sentences: tuple[str, ...]
    contradicts: bool


def compare(folder: PaperFolder, outcome: Outcome, recorded: Results) -> Comparison:
    """Compares what was measured here with the record, measure by measure.

    Recorded runs that are stale are left out: they were made by other code.

    Args:
      folder: The paper.
      outcome: What `replicate` returned.
      recorded: The record, each experiment at the scale that was run here.
    """
    found = dict(_agreements(folder, outcome.here, recorded))
    if not found:
        return Comparison(("nothing valid is recorded to compare with",), False)
    wrong = {list(found)[i] for i in contradictions([a.p for a in found.values()])}
    counts = collections.Counter(a.state for a in found.values())
    listed = ", ".join(f"{count} {state}" for state, count in counts.most_common())
    sentences = [f"{len(found)} measures compared with the record: {listed}"]
    for name, one in found.items():
        if name in wrong:
            sentences.append(f"contradicts the record: {name} {one.sentence}")
        elif one.state.startswith("differs"):
            sentences.append(f"{name} {one.sentence}; chance, among so many measures")
    return Comparison((*sentences, *_bits(outcome)), bool(wrong))


def _agreements(
    folder: PaperFolder, here: Results, recorded: Results
) -> Iterator[tuple[str, Agreement]]:
    keys = Keys(folder)
    for (experiment, arm), mine in here.items():
        theirs = recorded.get((experiment, arm), {})
        old = {s: line for s, line in theirs.items() if keys.is_done(line)}
        new = {s: line for s, line in mine.items() if line.error is None}
        if not old or not new:
            continue
        whole = folder.plan.experiments[experiment]
        for name in measures_of(whole, arm):
            before, now = (
                {s: line.measures[name] for s, line in runs.items()} for runs in (old, new)
            )
            yield f"{experiment}.{arm}.{name}", agreement(before, now, whole.measures[name])


def _bits(outcome: Outcome) -> tuple[str, ...]:
    if outcome.other_bits is not None:
        line = outcome.other_bits
        where = f"{line.experiment}.{line.arm}, seed {line.seed}"
        return (f"not bit-identical to the record on the same kind of machine, first at {where}",)
    if outcome.compared:
        return (
            f"{outcome.compared} runs are bit-identical to the record, on the same kind of machine",
        )
    return ("no run was recorded on this kind of machine, so bits are not compared",)
