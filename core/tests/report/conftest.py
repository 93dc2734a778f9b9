# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small paper with a record, and verdicts of every outcome."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ldlc import plan, report
from ldlc.plan import PaperFolder
from ldlc.report.summary import summarise
from ldlc.runs import RunLine
from ldlc.runs.line import encode
from ldlc.verdict import Assessment, Part, Verdict

PAPER = "Doe1999_1"

PLAN = """
schema = 1

[paper]
title     = "Learning with | bars, *stars* and <angles> at $5"
authors   = ["Doe, Jane"]
year      = 1999
venue     = "Journal of Tests 1, 2-3"
doi       = "10.1000/182"
disclosed = 1999-01-02

[replication]
track       = "professional"
framework   = "numpy"
replicators = ["Ann Other <ann@example.org>"]

[replication.clean_room]
read     = ["the paper"]
attested = ["no implementation was looked at"]

[experiments.toy]
where     = "Figure 1"
seeds     = 20
extend_to = 60

[experiments.toy.config]
hidden = 2
sweeps = 4000

[experiments.toy.measures]
solved = { kind = "yes-no", better = "high" }
sweeps = { kind = "positive", unit = "sweeps", better = "low", absent = "never solved" }
error  = { kind = "number", better = "low" }

[experiments.toy.arms]
wide = {}
none = { hidden = 0 }

[experiments.toy.scales.smoke]
seeds  = 1
config = { sweeps = 10 }

[[claims]]
id        = "sweeps"
where     = "Figure 1"
says      = "The net learns in 1,425 sweeps."
published = 1425
certainty = "secondary"
measure   = "toy.wide.sweeps"
of        = "median"
among     = "toy.wide.solved"
judge     = { within_factor = 3 }
why       = "one run is published"

[[claims]]
id        = "beats"
where     = "abstract"
says      = "Hidden units help."
certainty = "text"
measure   = "toy.wide.error"
judge     = { less_than = "toy.none.error" }
why       = "only the order is claimed"

[[departures]]
from = "weights are drawn by hand"
to   = "weights are drawn at random"
why  = "the paper gives no list"

[[unstated]]
what   = "the initial range"
chosen = "0.3"
how    = "as in the companion report"
"""

EXPERIMENTS = '''
"""Experiments."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Toy:
    """The toy."""

    hidden: int
    sweeps: int


def toy(config: Toy):
    """Builds one arm."""
    return lambda seed, log: {}
'''

FIGURES = '''
"""The paper's figures."""
from ldlc.report import Panel, Weights


def figures(results):
    """Returns the weights of seed 0."""
    run = results["toy", "wide"][0]
    return {"weights": Weights("Weights", "Seed 0.", [Panel("unit 1", run.arrays["weights"])])}
'''

PYPROJECT = """
[project]
name = "Doe1999_1"
dependencies = ["ldlc[sonnet]==0.1.0", "ldlc-plugin==9"]
"""


def run_line(arm: str, seed: int, **changes: Any) -> RunLine:
    """Returns a run of the toy experiment whose numbers follow from its arm and seed."""
    wide = arm == "wide"
    solved = wide and seed % 10 != 9
    last = 1_000 + 40 * seed if solved else 4_000
    fields: dict[str, Any] = {
        "experiment": "toy",
        "arm": arm,
        "scale": "full",
        "seed": seed,
        "key": "0" * 32,
        "config": {"hidden": 2 if wide else 0, "sweeps": 4000},
        "engine": {"threads": 1, "jit": False},
        "measures": {
            "solved": float(solved),
            "sweeps": float(last) if solved else None,
            "error": 0.1 + 0.01 * (seed % 7) if wide else 0.4 + 0.01 * (seed % 5),
        },
        "curves": {
            "error": [
                (float(k * last / 20), (0.5 - 0.02 * k if wide else 0.5 - 0.004 * k) + seed * 1e-3)
                for k in range(21)
            ]
        },
        "arrays": {"weights": [[1.5, -3.0], [0.0, 12.25]]} if seed < 5 else {},
        "data": {},
        "claims": {},
        "environment": {"python": "3.11.7", "processor": "Testing & Co", "threads": 1},
        "wall_s": 0.5 + seed / 100,
        "cpu_s": 0.25,
        "peak_memory_mib": 100.0 + seed,
        "started": "2026-01-01T00:00:00Z",
        "ended": "2026-01-01T00:00:01Z",
        "commit": "abc1234",
    }
    return RunLine(**{**fields, **changes})


@pytest.fixture
def make_run() -> Callable[..., RunLine]:
    """Returns what makes a run of the toy experiment."""
    return run_line


@pytest.fixture
def write_runs() -> Callable[[Path, list[RunLine]], None]:
    """Returns what writes runs of one arm into a paper's record."""
    return _write_runs


def _write_runs(folder: Path, lines: list[RunLine]) -> None:
    path = folder / "results" / "full" / "toy" / f"{lines[0].arm}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(encode(line) + "\n" for line in lines), encoding="utf-8")


@pytest.fixture
def unrecorded(tmp_path: Path) -> PaperFolder:
    """Returns a paper without a record."""
    path = tmp_path / PAPER
    package = path / PAPER
    package.mkdir(parents=True)
    (path / "paper.toml").write_text(PLAN, encoding="utf-8")
    (path / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "experiments.py").write_text(EXPERIMENTS, encoding="utf-8")
    (package / "figures.py").write_text(FIGURES, encoding="utf-8")
    return plan.load(path)


@pytest.fixture
def paper(unrecorded: PaperFolder) -> PaperFolder:
    """Returns the same paper with a full record."""
    for arm in ("wide", "none"):
        prints = {c.id: plan.fingerprint(unrecorded.plan, c) for c in unrecorded.plan.claims}
        _write_runs(unrecorded.path, [run_line(arm, seed, claims=prints) for seed in range(20)])
    return unrecorded


def part(**changes: Any) -> Part:
    """Returns one part of a claim: published 10, accepted 8 to 12, recorded 9 to 11."""
    fields: dict[str, Any] = {
        "label": "toy.wide.error",
        "published": 10.0,
        "estimate": 10.123456,
        "low": 9.0,
        "high": 11.0,
        "accepted": (8.0, 12.0),
        "p_show": 0.0012345,
        "p_refute": 1.0,
        "log_axis": False,
        "unit": "sweeps",
    }
    return Part(**{**fields, **changes})


@pytest.fixture
def make_part() -> Callable[..., Part]:
    """Returns what makes one part of a claim."""
    return part


def verdict(claim: str, **changes: Any) -> Verdict:
    """Returns the verdict on one claim."""
    fields: dict[str, Any] = {
        "claim": claim,
        "outcome": "replicated",
        "scale": "full",
        "approximate": False,
        "approved": False,
        "seeds": 20,
        "look": 1,
        "parts": (part(),),
        "p_show": 0.0012345,
        "p_refute": 1.0,
        "holm_show": 0.002469,
        "holm_refute": 1.0,
        "alone": False,
        "compared": "The published value is 10.",
        "because": "The interval lies inside.",
        "notes": (),
        "chance": None,
    }
    return Verdict(**{**fields, **changes})


@pytest.fixture
def make_verdict() -> Callable[..., Verdict]:
    """Returns what makes the verdict on one claim."""
    return verdict


@pytest.fixture
def make_report(paper: PaperFolder) -> Callable[..., report.Report]:
    """Returns what makes the report of the toy paper with given verdicts on its two claims."""

    def make(
        first: dict[str, Any] | None = None,
        second: dict[str, Any] | None = None,
        runs: dict[tuple[str, str], dict[int, RunLine]] | None = None,
    ) -> report.Report:
        verdicts = (verdict("sweeps", **(first or {})), verdict("beats", **(second or {})))
        found = runs or {
            ("toy", arm): {seed: run_line(arm, seed) for seed in range(20)}
            for arm in ("wide", "none")
        }
        counts = {v.outcome: sum(w.outcome == v.outcome for w in verdicts) for v in verdicts}
        assessment = Assessment(verdicts, "1 of 2 claims replicated", counts, dict(counts))
        return summarise(paper.name, paper.plan, found, assessment, core="0.1.0")

    return make
