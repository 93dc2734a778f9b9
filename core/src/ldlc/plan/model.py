# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The typed contents of a `paper.toml`: frozen data, nothing computed from runs."""

from __future__ import annotations

import datetime
import functools
from typing import Literal

from msgspec import Struct
from msgspec.structs import astuple

Scalar = bool | int | float | str
ConfigValue = Scalar | list[Scalar]
Framework = Literal["tensorflow", "sonnet", "keras", "numpy"]
MeasureKind = Literal["number", "positive", "count", "yes-no", "exact"]
Certainty = Literal["text", "secondary", "memory"]


class Paper(Struct, frozen=True, forbid_unknown_fields=True):
    """The work that is replicated."""

    title: str
    authors: list[str]  # "Family, Given", in the paper's order
    year: int
    kind: Literal["paper", "patent"] = "paper"
    venue: str = ""
    doi: str | None = None
    arxiv: str | None = None
    patent: str | None = None  # the number of a patent, such as "US9406017B2"
    url: str | None = None
    disclosed: datetime.date | None = None  # first public disclosure: the prior-art date
    priority: datetime.date | None = None  # patents: the priority date
    patents: list[str] = []  # related patents known to the replicators


class CleanRoom(Struct, frozen=True, forbid_unknown_fields=True):
    """What was read and seen, and what the replicators attest."""

    read: list[str]
    attested: list[str]
    exposures: list[str] = []


class Replication(Struct, frozen=True, forbid_unknown_fields=True):
    """How the work is replicated, and by whom."""

    track: Literal["professional", "research"]
    framework: Framework
    replicators: list[str]  # "Name <email>"
    clean_room: CleanRoom


class ArmEngine(Struct, frozen=True, forbid_unknown_fields=True):
    """Engine settings that one arm has otherwise than its experiment."""

    threads: int | None = None
    jit: bool | None = None


class Engine(Struct, frozen=True, forbid_unknown_fields=True):
    """How a step is executed; changes last bits, hence part of a run's key."""

    threads: int = 1
    jit: bool = False
    arms: dict[str, ArmEngine] = {}

    def of(self, arm: str) -> dict[str, int | bool]:
        """Returns the settings of `arm`: `{"threads": ..., "jit": ...}`."""
        own = self.arms.get(arm, ArmEngine())
        return {
            "threads": self.threads if own.threads is None else own.threads,
            "jit": self.jit if own.jit is None else own.jit,
        }


class Measure(Struct, frozen=True, forbid_unknown_fields=True):
    """One number that a run returns; `kind` decides which statistics are sound."""

    kind: MeasureKind = "number"
    unit: str = ""
    better: Literal["low", "high"] | None = None
    absent: str | None = None  # what it means when a run returns None
    arms: list[str] | None = None  # only these arms have it
    total: int | None = None  # of a count: out of how many
    range: list[float] | None = None  # [low, high]; `inf` for an open end
    spread: float | None = None  # a guess of the seeds' standard deviation, for power only


class Scale(Struct, frozen=True, forbid_unknown_fields=True):
    """A cheaper protocol: `smoke`, or an approximation with its reason."""

    seeds: int | None = None
    extend_to: int | None = None
    config: dict[str, ConfigValue] = {}
    arms: dict[str, dict[str, ConfigValue]] = {}
    why: str | None = None
    approved_by: str | None = None


class Experiment(Struct, frozen=True, forbid_unknown_fields=True):
    """One table or figure of the paper: arms that differ in a few fields, seeds 0 to seeds-1."""

    where: str
    seeds: int
    config: dict[str, ConfigValue]
    measures: dict[str, Measure]
    arms: dict[str, dict[str, ConfigValue]]
    scales: dict[str, Scale]
    extend_to: int | None = None
    engine: Engine = Engine()
    fewer: dict[str, int] = {}  # costly arms with fewer seeds
    array_seeds: tuple[int, ...] = (0, 1, 2, 3, 4)  # seeds whose arrays are recorded, for figures


class Judge(Struct, frozen=True, forbid_unknown_fields=True):
    """The rule of a claim: exactly one judge with its options; `plan.rules` says which go together."""

    at_most: float | None = None
    at_least: float | None = None
    within: float | None = None
    within_factor: float | None = None
    compatible: bool | None = None
    equals: bool | None = None
    rate_at_least: float | None = None
    rate_at_most: float | None = None
    less_than: str | list[str] | None = None
    greater_than: str | list[str] | None = None
    not_worse_than: str | None = None
    similar_to: str | None = None
    order: list[str] | None = None
    slope: dict[str, float] | None = None
    seen: str | None = None
    # options
    sd: float | None = None
    n0: int | None = None
    resolution: float | None = None
    rounding: float | None = None
    atol: float | None = None
    rtol: float | None = None
    by: float | None = None
    times: float | None = None
    fraction: float | None = None
    gap_to: str | None = None
    log: bool | None = None

    def given(self) -> dict[str, object]:
        """Returns the keys that the plan states, in the order of this class."""
        every = zip(self.__struct_fields__, astuple(self), strict=True)
        return {name: value for name, value in every if value is not None}

    @property
    def name(self) -> str:
        """The judge's name: `slope` or `similar_to` where they use a bound of another judge."""
        from ldlc.plan.rules import judge_name

        return judge_name(self.given())


class Claim(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One published statement and the rule that decides whether it came out again."""

    id: str
    where: str
    says: str
    certainty: Certainty
    measure: str | list[str]
    why: str = ""
    published: float | list[float] | None = None
    of: Literal["mean", "median"] = "mean"
    among: str | None = None
    judge: Judge | None = None
    paired: str | None = None
    examples: int | None = None  # of the test set, where the claim is about all there could be
    finer: str | dict[str, str] | None = (
        None  # the arm with half the step; of several arms, of each
    )
    notes: str = ""
    blocked: str | None = None

    @functools.cached_property
    def measures(self) -> tuple[str, ...]:
        """The claim's own measures, `experiment.arm.measure`, one a part."""
        return (self.measure,) if isinstance(self.measure, str) else tuple(self.measure)

    @property
    def values(self) -> tuple[float | None, ...]:
        """The published values, one a part; None where nothing is published."""
        if isinstance(self.published, list):
            return tuple(self.published)
        return (self.published,) * len(self.measures)

    @functools.cached_property
    def rivals(self) -> tuple[str, ...]:
        """The measures of other arms that the judge names."""
        rule = self.judge
        if rule is None:
            return ()
        named: list[str] = []
        for value in (rule.less_than, rule.greater_than, rule.order):
            named += [value] if isinstance(value, str) else value or []
        named += [v for v in (rule.not_worse_than, rule.similar_to, rule.gap_to) if v]
        return tuple(named)

    def finer_of(self, reference: str) -> str | None:
        """Returns the same measure of the arm that is computed more finely; None if none is named."""
        experiment, arm, measure = reference.split(".")
        named = self.finer.get(arm) if isinstance(self.finer, dict) else self.finer
        return f"{experiment}.{named}.{measure}" if named else None

    @functools.cached_property
    def inputs(self) -> tuple[str, ...]:
        """Every measure that the verdict reads: own, rivals, `among`, arms of a slope, finer arms."""
        names = [*self.measures, *self.rivals]
        if self.among:
            names.append(self.among)
        if self.judge is not None and self.judge.slope:
            for own in self.measures:
                experiment, _, measure = own.split(".")
                names += [f"{experiment}.{arm}.{measure}" for arm in self.judge.slope]
        if self.finer:
            names += [
                name for own in (*self.measures, *self.rivals) if (name := self.finer_of(own))
            ]
        return tuple(dict.fromkeys(names))


class Departure(Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """One knowing departure from the paper's text."""

    from_: str
    to: str
    why: str


class Unstated(Struct, frozen=True, forbid_unknown_fields=True):
    """Something the text leaves open."""

    what: str
    chosen: str
    how: str


class Amendment(Struct, frozen=True, forbid_unknown_fields=True):
    """A rule changed after a record existed: the claim is judged on fresh seeds from `first_seed`."""

    claim: str
    date: datetime.date
    was: str
    why: str
    first_seed: int


class Plan(Struct, frozen=True, forbid_unknown_fields=True):
    """A whole `paper.toml`."""

    schema: Literal[1]
    paper: Paper
    replication: Replication
    experiments: dict[str, Experiment]
    claims: list[Claim] = []
    departures: list[Departure] = []
    unstated: list[Unstated] = []
    amendments: list[Amendment] = []
    dependencies: dict[str, str] = {}  # distribution -> why it is needed beyond core
