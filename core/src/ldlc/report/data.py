# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.json: everything that a report says, as typed data; REPORT.md and the figures draw it.

Tools that look after many papers read this file instead of running a paper's pinned core, so it
holds every fact that a catalogue or a page needs. A number is rounded as `ldlc.report.rounding`
says; "inf", "-inf" and "nan" are strings. A field may be added within a schema, never removed or
given another meaning.
"""

from __future__ import annotations

import datetime
import json
from typing import Any, Literal

import msgspec
from msgspec import Struct

from ldlc.plan.model import Amendment, CleanRoom, Departure, Paper, Unstated

Number = float | str | None

SCHEMA = 1
GENERATOR = "ldlc report"


class PartReport(Struct, frozen=True):
    """One number of a claim: published, accepted and recorded."""

    label: str
    unit: str
    log_axis: bool
    published: Number
    estimate: Number
    low: Number  # of the interval
    high: Number
    accepted_low: Number  # None: open
    accepted_high: Number
    p_show: float | None
    p_refute: float | None
    interval: str = "95 % interval"  # what `low` and `high` are


class AmongReport(Struct, frozen=True):
    """How many runs a claim about successful runs rests on."""

    measure: str
    yes: int
    of: int


class EarlierReport(Struct, frozen=True):
    """The verdict on an amended claim's runs from before the amendment."""

    outcome: str
    seeds: int
    parts: list[PartReport]
    compared: str
    because: str


class ClaimReport(Struct, frozen=True):
    """One claim: what the plan says, what was recorded, the verdict."""

    id: str
    where: str
    says: str
    certainty: Literal["text", "secondary", "memory"]
    outcome: str
    scale: str
    approximate: bool
    approved: bool
    seeds: int  # judged
    look: int
    measures: list[str]
    of: str
    among: list[AmongReport]
    judge: dict[str, Any]  # as the plan has it
    rule: str  # the same as a sentence
    why: str
    paired: str | None
    parts: list[PartReport]
    p_show: float | None
    p_refute: float | None
    p_direction: float | None  # of the direction alone, where the claim also names a size
    holm_show: float | None
    holm_refute: float | None
    alone: bool  # decided, but not after Holm's correction over the paper's claims
    compared: str
    because: str
    notes: list[str]
    remarks: str  # the plan's own notes
    chance: float | None  # that the extension settles an open claim
    blocked: str | None
    seen_by: list[str]  # who answered the question of a claim that is judged by eye
    earlier: list[EarlierReport]  # the latest first
    figure: str | None


class MeasureReport(Struct, frozen=True):
    """What the recorded runs of one arm gave for one measure."""

    name: str
    kind: str
    unit: str
    runs: int  # with a finite number
    absent: int
    not_finite: int
    mean: Number
    sd: Number
    median: Number
    low: Number
    high: Number


class ArmReport(Struct, frozen=True):
    """One arm: its settings, how many of its runs are recorded, what they gave and cost."""

    name: str
    config: dict[str, Any]  # as resolved at the recorded scale
    engine: dict[str, Any]
    wanted: int
    recorded: int
    errors: int
    diverged: int
    exact: bool  # a run was repeated in another process and gave the same bits
    measures: list[MeasureReport]
    wall_s: Number  # of all runs together
    cpu_s: Number
    wall_s_run: Number  # median of a run
    peak_memory_mib: Number


class ExperimentReport(Struct, frozen=True):
    """One table or figure of the paper."""

    name: str
    where: str
    scale: str
    scale_why: str | None
    approved_by: str | None
    seeds: int
    extend_to: int | None
    arms: list[ArmReport]


class LineReport(Struct, frozen=True):
    """The learning curve of one arm: mean and its pointwise 95 % interval over seeds."""

    arm: str
    seeds: int
    steps: list[Number]
    mean: list[Number]
    low: list[Number]  # empty with fewer than two seeds
    high: list[Number]


class CurveReport(Struct, frozen=True):
    """One curve that runs logged, of all arms."""

    experiment: str
    name: str
    log: bool  # means and intervals are of logarithms
    lines: list[LineReport]
    notes: list[str]
    figure: str


class FigureReport(Struct, frozen=True):
    """One figure that the paper's own figures.py made from recorded runs."""

    file: str
    title: str
    caption: str


class FailureReport(Struct, frozen=True):
    """A run that raised, with the last lines of its traceback."""

    experiment: str
    arm: str
    seed: int
    last: list[str]


class DivergedReport(Struct, frozen=True):
    """A finished run whose numbers stopped being finite."""

    experiment: str
    arm: str
    seed: int
    step: Any
    term: str
    last: Number


class CostReport(Struct, frozen=True):
    """What all recorded runs cost together."""

    runs: int
    wall_s: Number
    cpu_s: Number
    peak_memory_mib: Number


class EnvironmentReport(Struct, frozen=True):
    """One environment in which recorded runs were made."""

    facts: dict[str, Any]
    runs: int


class DataSetReport(Struct, frozen=True):
    """A data set that recorded runs read."""

    name: str
    sha256: str


class ReplicationReport(Struct, frozen=True):
    """How the work was replicated, and by whom."""

    track: str
    framework: str
    replicators: list[str]  # names only
    clean_room: CleanRoom


class Report(Struct, frozen=True):
    """A whole report.json."""

    schema: int
    generator: str
    core: str | None  # the version of core that the paper pins
    name: str
    headline: str
    counts: dict[str, int]
    holm: dict[str, int]
    strip: list[str]  # the outcome of each claim, in the plan's order
    paper: Paper
    replication: ReplicationReport
    claims: list[ClaimReport]
    experiments: list[ExperimentReport]
    curves: list[CurveReport]
    figures: list[FigureReport]
    departures: list[Departure]
    unstated: list[Unstated]
    amendments: list[Amendment]
    dependencies: dict[str, str]
    failures: list[FailureReport]
    diverged: list[DivergedReport]
    cost: CostReport
    environments: list[EnvironmentReport]
    commits: list[str]
    data: list[DataSetReport]
    inputs: dict[str, str]  # path -> SHA-256 of what the report was made from
    outputs: dict[str, str] = {}  # path -> SHA-256 of REPORT.md and the figures
    sources: str = ""  # SHA-256 of the package's modules, byte for byte


def encode(report: Report) -> bytes:
    """Returns the bytes of report.json: UTF-8, two spaces, a list of plain values on one line."""
    return (_pretty(msgspec.to_builtins(report), "") + "\n").encode()


def decode(content: bytes) -> Report:
    """Reads a report.json of this schema; fields that a later version added are ignored.

    Raises:
      ValueError: If it is none, or of another schema.
    """
    try:
        schema = msgspec.json.decode(content, type=_Header).schema
        if schema == SCHEMA:
            return msgspec.json.decode(content, type=Report)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"report.json can't be read: {error}. Run `ldlc report`.") from None
    raise ValueError(
        f"report.json has `schema` {schema}; this version of ldlc reads {SCHEMA}. "
        "Read it with the version of ldlc that the paper pins."
    )


class _Header(Struct):
    schema: int


def _pretty(value: Any, indent: str) -> str:
    """Returns `value` as JSON; dictionaries and lists that hold others take a line an entry."""
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        rows = [f"{deeper}{_plain(key)}: {_pretty(entry, deeper)}" for key, entry in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(entry, dict | list) for entry in value):
        rows = [deeper + _pretty(entry, deeper) for entry in value]
        return "[\n" + ",\n".join(rows) + f"\n{indent}]"
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, datetime.date):
        value = value.isoformat()
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
