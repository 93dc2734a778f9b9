# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does this machine, or another record, agree with the record? Bits where they are owed, else a test."""

from __future__ import annotations

import collections
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ldlc.plan import PaperFolder, measures_of
from ldlc.replicate import Outcome, default_scales, judged_results, recorded_results
from ldlc.runs import Keys, Results, read_record
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
    keys = Keys(folder)
    valid = {
        arm: {seed: line for seed, line in lines.items() if keys.is_done(line)}
        for arm, lines in recorded.items()
    }
    found = dict(_agreements(folder, outcome.here, valid))
    if not found:
        return Comparison(("nothing valid is recorded to compare with",), False)
    comparison = _told(found)
    return Comparison((*comparison.sentences, *_bits(outcome)), comparison.contradicts)


def compare_records(folder: PaperFolder, other: Path) -> Comparison:
    """Compares another record of a paper with the paper's own, whatever code made either.

    Args:
      folder: The paper.
      other: A folder `results` that somebody else, or another version of the code, recorded.

    Raises:
      ValueError: If one of the two holds no run that the other could be compared with.
    """
    mine = recorded_results(folder)
    theirs = judged_results(folder, default_scales(folder), read_record, other)
    found = dict(_agreements(folder, theirs, mine))
    if not found:
        raise ValueError(
            f"`{other}` and `{folder.results}` have no arm in common at the scale that is judged. "
            "Name the folder `results` of another replication of this paper."
        )
    return _told(found)


def _told(found: Mapping[str, Agreement]) -> Comparison:
    wrong = {list(found)[i] for i in contradictions([a.p for a in found.values()])}
    counts = collections.Counter(a.state for a in found.values())
    listed = ", ".join(f"{count} {state}" for state, count in counts.most_common())
    sentences = [f"{len(found)} measures compared with the record: {listed}"]
    for name, one in found.items():
        if name in wrong:
            sentences.append(f"contradicts the record: {name} {one.sentence}")
        elif one.state.startswith("differs"):
            sentences.append(f"{name} {one.sentence}; chance, among so many measures")
    return Comparison(tuple(sentences), bool(wrong))


def _agreements(
    folder: PaperFolder, here: Results, recorded: Results
) -> Iterator[tuple[str, Agreement]]:
    for (experiment, arm), mine in here.items():
        theirs = recorded.get((experiment, arm), {})
        old, new = ({s: r for s, r in runs.items() if r.error is None} for runs in (theirs, mine))
        whole = folder.plan.experiments.get(experiment)
        if not old or not new or whole is None or arm not in whole.arms:
            continue
        for name in measures_of(whole, arm):
            before, now = (
                {s: line.measures[name] for s, line in runs.items() if name in line.measures}
                for runs in (old, new)
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
