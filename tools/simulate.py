# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often verdicts err: the engine judges invented papers whose truth is known.

    python tools/simulate.py            # every row; writes the tables into docs/statistics.md
    python tools/simulate.py at_most    # prints the rows whose title holds a word

Nothing of a rule is written here a second time: claims come from plans, and the engine's own questions,
decisions and looks judge many papers at once. Exits with 1 if a row errs more than it may.
"""

from __future__ import annotations

import itertools
import math
import os
import re
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
from simulated_rows import (
    BUDGET,
    MEASURES,
    NORMAL,
    OPEN,
    OPEN5,
    REFUTED,
    SHOWN,
    SIZE_OPEN,
    SIZE_REFUTED,
    T3,
    Array,
    Case,
    Row,
    Shape,
    rows,
)

from ldlc.plan.model import (
    Claim,
    CleanRoom,
    Experiment,
    Judge,
    Measure,
    Paper,
    Plan,
    Replication,
    Scale,
)
from ldlc.plan.rules import check_claim
from ldlc.verdict.agreement import agreement
from ldlc.verdict.chance import chance_to_settle
from ldlc.verdict.decide import Answer, Reached, decide, merge
from ldlc.verdict.evidence import Evidence, Look
from ldlc.verdict.holm import holm
from ldlc.verdict.looks import settle
from ldlc.verdict.question import Question, as_ranks, questions
from ldlc.verdict.sample import Sample

ROOT = Path(__file__).resolve().parents[1]
SEEDS = (3, 5, 10, 20)
TIMES = 3  # the second look has so many times the seeds of the first
DOC = ROOT / "docs" / "statistics.md"
BEGIN, END = "<!-- simulate:begin -->\n", "<!-- simulate:end -->"

_REACHED = {
    OPEN: Reached("inconclusive"),
    SHOWN: Reached("replicated"),
    REFUTED: Reached("not replicated"),
    SIZE_OPEN: Reached("replicated in direction", size_open=True),
    SIZE_REFUTED: Reached("replicated in direction"),
}
_CODES = {reached: code for code, reached in _REACHED.items()}
# The engine decides one paper at a time; these tables ask it once for every kind of answer.
_DECIDED = {
    (shown, refuted, towards): _CODES[
        decide(
            Answer(np.asarray(1.0 - shown), np.asarray(1.0 - refuted)),
            None if towards is None else Answer(np.asarray(1.0 - towards), np.asarray(1.0)),
        )
    ]
    for shown, refuted, towards in itertools.product((0, 1), (0, 1), (None, 0, 1))
}
_SETTLED = np.array(
    [[_CODES[settle([_REACHED[a], _REACHED[b]]).reached] for b in range(5)] for a in range(5)]
)


def plan(claim: Claim, seeds: int, extend_to: int | None = None, fewer: bool = False) -> Plan:
    """Returns a plan of one claim, with four arms that give every measure."""
    experiment = Experiment(
        where="-",
        seeds=seeds,
        extend_to=extend_to,
        config={},
        measures=MEASURES,
        arms={arm: {} for arm in "abcd"},
        scales={"smoke": Scale()},
        fewer={"b": fewest(seeds)} if fewer else {},
    )
    return Plan(
        schema=1,
        paper=Paper(title="-", authors=["-"], year=2000),
        replication=Replication("research", "numpy", ["-"], CleanRoom([], [])),
        experiments={"E": experiment},
        claims=[claim],
    )


def fewest(seeds: int) -> int:
    """Returns how few seeds a plan allows a costly arm."""
    return max(5, math.ceil(seeds / 4))


def judge(asked: Sequence[Question], runs: dict[str, Array], n: int, level: float = 0.025) -> Array:
    """Returns what a look at the first n runs of each arm says of every paper, as codes.

    Args:
      asked: The questions of a claim.
      runs: `arm.measure` -> runs `[papers, seeds]`: NaN where a run failed, infinite where absent.
      n: How many runs are looked at; or all, where an arm has fewer.
      level: What the look may spend on one side.
    """
    sizes, directions = [], []
    for question in asked:
        samples = [runs[r.partition(".")[2]][:, :n] for r in question.references]
        size, direction = _answers(question, samples)
        sizes.append(size)
        directions += [direction] if direction is not None else []
    size = merge(sizes)
    shown, refuted = (size.show <= level).astype(int), (size.refute <= level).astype(int)
    if not directions:
        table = np.array([[_DECIDED[s, r, None] for r in (0, 1)] for s in (0, 1)])
        return table[shown, refuted]
    towards = (merge(directions).show <= level).astype(int)
    table = np.array([[[_DECIDED[s, r, t] for t in (0, 1)] for r in (0, 1)] for s in (0, 1)])
    return table[shown, refuted, towards]


def _answers(question: Question, samples: Sequence[Array]) -> tuple[Answer, Answer | None]:
    """Returns the engine's p-values; runs that failed in one of two arms rank last, as there."""
    measure = question.measures[0]
    if question.statistic == "rate" and measure.kind != "yes-no":
        samples = [(x <= question.published).astype(float) for x in samples]
    if question.statistic in ("rate", "rates"):  # of yes and no only the numbers matter
        samples = [np.sort(x, axis=-1) for x in samples]
        keys = np.stack([x.sum(-1) for x in samples], axis=-1)
        _, first, back = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        answers = question.answers([x[first] for x in samples])
        return _each(answers, lambda p: p[back.ravel()])
    failed = np.any([np.isnan(x).any(-1) for x in samples], axis=0)
    if len(samples) == 1 or not failed.any():
        return question.answers(samples)
    ranked = as_ranks(question).answers([np.where(np.isnan(x), np.inf, x) for x in samples])
    means = question.answers(samples)
    size, other = (
        Answer(*(np.where(failed, r, m) for r, m in zip(*pair, strict=True)))
        if pair[0] is not None
        else None
        for pair in zip(ranked, means, strict=True)
    )
    return size, other


def _each(
    answers: tuple[Answer, Answer | None], change: Callable[[Array], Array]
) -> tuple[Answer, Answer | None]:
    size, direction = answers
    changed = Answer(*(change(p) for p in size))
    return changed, None if direction is None else Answer(*(change(p) for p in direction))


@dataclass(frozen=True)
class Errors:
    """What came of one case, in % of papers: wrongly shown, wrongly refuted, shown, left open."""

    yes: float
    no: float
    shown: float
    open: float


def simulate(
    case: Case, row: Row, seeds: int, papers: int, rng: np.random.Generator
) -> tuple[Errors, Errors]:
    """Returns what one look errs, and two looks at `seeds` and so many times more."""
    last = TIMES * seeds
    asked = questions(plan(case.claim, seeds, last, row.fewer), case.claim)
    if case.paper is not None:
        published, deviations = case.paper(rng, papers)
        rule = asked[0].judge
        if deviations is not None:
            rule = msgspec.structs.replace(rule, sd=deviations)
        asked = (replace(asked[0], published=published, judge=rule),)
    runs = case.world(rng, papers, last)
    early = late = runs
    if row.fewer:
        few = fewest(seeds)
        early = {**runs, **{k: x[:, :few] for k, x in runs.items() if k.startswith("b.")}}
        late = {**runs, **{k: x[:, : TIMES * few] for k, x in runs.items() if k.startswith("b.")}}
    first = judge(asked, early, seeds)
    second = judge(asked, late, last)
    return _errors(case, first), _errors(case, _SETTLED[first, second])


def _errors(case: Case, codes: Array) -> Errors:
    share = [100.0 * float(np.mean(codes == code)) for code in range(5)]
    yes, no = (sum(share[code] for code in wrong) for wrong in (case.yes, case.no))
    return Errors(yes, no, share[SHOWN], share[OPEN] + share[SIZE_OPEN])


@dataclass(frozen=True)
class Line:
    """A row's results: for each number of seeds one look and two; None where the plan is refused."""

    row: Row
    looks: tuple[tuple[Errors, Errors] | None, ...]

    @property
    def over(self) -> list[str]:
        """Where it errs more than it may."""
        found = []
        for seeds, both in zip(SEEDS, self.looks, strict=True):
            for look, (errors, most) in enumerate(zip(both or (), self.row.limits, strict=False)):
                worst = max(errors.yes, errors.no)
                if worst > most:
                    where = f"at {seeds} seeds, {('one look', 'two looks')[look]}"
                    found.append(f"{self.row.name}: {worst:.1f} % {where}; allowed: {most:g} %")
        return found


def line(row: Row, papers: int | None = None) -> Line:
    """Returns the results of one row, whatever else is simulated."""
    found: list[tuple[Errors, Errors] | None] = []
    for seeds in SEEDS:
        rng = np.random.default_rng(zlib.crc32(f"{row.name} {seeds}".encode()))
        if row.fewer and seeds <= fewest(seeds):
            found.append(None)
            continue
        if not _is_allowed(row, TIMES * seeds):
            found.append(None)
            continue
        cases = [simulate(case, row, seeds, papers or row.papers, rng) for case in row.edges]
        good = simulate(replace(row.good, yes=()), row, seeds, papers or row.papers, rng)
        found.append(
            (_worst([c[0] for c in cases], good[0]), _worst([c[1] for c in cases], good[1]))
        )
    return Line(row, tuple(found))


def _is_allowed(row: Row, seeds: int) -> bool:
    """Returns whether a plan with so many seeds passes; that its published values do is not asked."""
    claim = row.good.claim
    return not any("seeds" in text for _, text in check_claim(plan(claim, seeds), claim))


def _worst(edges: Sequence[Errors], good: Errors) -> Errors:
    return Errors(
        max((e.yes for e in edges), default=0.0),
        max(e.no for e in (*edges, good)),
        good.shown,
        good.open,
    )


# ---- tables ------------------------------------------------------------------------------------


def table(lines: Sequence[Line], look: int) -> Iterator[str]:
    """Yields the table of one look (0) or of two (1)."""
    heads = [str(n) if look == 0 else f"{n}, then {TIMES * n}" for n in SEEDS]
    title = ("One look", "Two looks")[look]
    yield f"| {title}: rule; runs | " + " | ".join([f"n = {heads[0]}", *heads[1:]]) + " |"
    yield "|---|" + "---|" * len(SEEDS)
    for one in lines:
        cells = ["refused" if both is None else cell(both[look]) for both in one.looks]
        yield f"| {one.row.name} | " + " | ".join(cells) + " |"


def cell(errors: Errors) -> str:
    """Returns one cell: wrongly shown / wrongly refuted / power / open."""
    return f"{errors.yes:.1f} / {errors.no:.1f} / {errors.shown:.0f} / {errors.open:.0f}"


# ---- the chance that an extension settles a claim --------------------------------------------------


@dataclass(frozen=True)
class Foretold:
    """A rule whose open claims are foretold, over truths that are spread evenly."""

    title: str
    claim: Claim
    world: Callable[[np.random.Generator, int], dict[str, Array]]  # one paper's runs


FAR = 6.0  # deviations from 10, or between two arms, over which truths are spread


def _one(rng: np.random.Generator, n: int) -> dict[str, Array]:
    return {"a.x": 10 + rng.uniform(-FAR, FAR) + rng.normal(size=n)}


def _two(rng: np.random.Generator, n: int) -> dict[str, Array]:
    return {"a.x": 10 + rng.normal(size=n), "b.x": 10 + rng.uniform(-FAR, FAR) + rng.normal(size=n)}


def _pairs(rng: np.random.Generator, n: int) -> dict[str, Array]:
    a, noise = rng.normal(size=(2, n))
    return {"a.x": 10 + a, "b.x": 10 + rng.uniform(-FAR, FAR) + 0.8 * a + 0.6 * noise}


def foretold() -> Iterator[Foretold]:
    """Yields the rules of the table of chances."""

    def claim(name: str, judge: Judge, **fields: object) -> Claim:
        return Claim(
            id="c", where="-", says="-", certainty="text", measure=name, judge=judge, **fields
        )

    def positive(rng: np.random.Generator, n: int) -> dict[str, Array]:
        return {"a.p": np.exp(_one(rng, n)["a.x"] - 10)}

    def rates(*arms: str) -> Callable[[np.random.Generator, int], dict[str, Array]]:
        return lambda rng, n: {f"{a}.ok": (rng.random(n) < rng.random()) * 1.0 for a in arms}

    def counts(rng: np.random.Generator, n: int) -> dict[str, Array]:
        return {"a.few": rng.binomial(50, rng.uniform(0.0, 0.3), n) * 1.0}

    def late(rng: np.random.Generator, n: int) -> dict[str, Array]:
        x = np.exp(rng.uniform(-3, 3) + 0.8 * rng.normal(size=n))
        return {"a.t": np.where(x > BUDGET, np.inf, x)}

    yield Foretold("`at_most`", claim("E.a.x", Judge(at_most=10.0)), _one)
    yield Foretold("`within` 1 sd", claim("E.a.x", Judge(within=1.0), published=10.0), _one)
    yield Foretold(
        "`within_factor` e", claim("E.a.p", Judge(within_factor=math.e), published=1.0), positive
    )
    yield Foretold(
        "`compatible`",
        claim("E.a.x", Judge(compatible=True, resolution=99.0), published=10.0),
        _one,
    )
    yield Foretold("`at_most`, count of 50", claim("E.a.few", Judge(at_most=5.0)), counts)
    yield Foretold("`at_most`, median", claim("E.a.x", Judge(at_most=10.0), of="median"), _one)
    yield Foretold(
        "`at_most`, median, some absent", claim("E.a.t", Judge(at_most=1.0), of="median"), late
    )
    yield Foretold("`less_than`", claim("E.a.x", Judge(less_than="E.b.x")), _two)
    yield Foretold("`less_than`, `by` 1 sd", claim("E.a.x", Judge(less_than="E.b.x", by=1.0)), _two)
    yield Foretold(
        "`less_than`, `paired`, correlation 0.8",
        claim("E.a.x", Judge(less_than="E.b.x"), paired="simulated"),
        _pairs,
    )
    yield Foretold(
        "`less_than`, median", claim("E.a.x", Judge(less_than="E.b.x"), of="median"), _two
    )
    yield Foretold(
        "`similar_to` within 1.5 sd",
        claim("E.a.x", Judge(similar_to="E.b.x", within=1.5)),
        _two,
    )
    yield Foretold("`rate_at_least` 0.5", claim("E.a.ok", Judge(rate_at_least=0.5)), rates("a"))
    yield Foretold(
        "`less_than`, `yes-no`", claim("E.a.ok", Judge(less_than="E.b.ok")), rates("a", "b")
    )


FORETOLD_FROM = (5, 10)
OPEN_CLAIMS = 800  # of each cell


def chances(rule: Foretold, claims: int = OPEN_CLAIMS) -> list[tuple[Array, Array]]:
    """Returns, for each number of seeds, the chance told of every open claim, and whether it settled."""
    found = []
    for seeds in FORETOLD_FROM:
        last = TIMES * seeds
        rng = np.random.default_rng(zlib.crc32(f"{rule.title} {seeds}".encode()))
        asked = questions(plan(rule.claim, seeds, last), rule.claim)
        told: list[float] = []
        settled: list[bool] = []
        while len(told) < claims:
            runs = rule.world(rng, last)
            look = _look(asked, runs, seeds)
            if look.reached.decision != "inconclusive" and not look.reached.size_open:
                continue
            totals = [[last] * len(e.samples) for e in look.evidence]
            told.append(chance_to_settle(look, totals))
            later = _look(asked, runs, last).reached
            settled.append(
                later.decision != "inconclusive"
                and not (look.reached.size_open and later.size_open)
            )
        found.append((np.array(told), np.array(settled, dtype=float)))
    return found


def _look(asked: Sequence[Question], runs: dict[str, Array], n: int) -> Look:
    """Returns a look at one paper's first n runs."""
    evidence = []
    for q in asked:
        values = [runs[r.partition(".")[2]][:n] for r in q.references]
        size, direction = q.answers(values)
        samples = tuple(Sample(tuple(range(n)), x, 0, 0, None) for x in values)
        evidence.append(Evidence(q, samples, None, size, direction, None))
    size = merge([e.size for e in evidence])
    directions = [e.direction for e in evidence if e.direction is not None]
    direction = merge(directions) if directions else None
    return Look(n, tuple(evidence), size, direction, decide(size, direction))


def chance_rows(rule: Foretold) -> tuple[str, list[str]]:
    """Returns the table's line of one rule, and where it is off by more than 5 points."""
    cells, off = [], []
    for seeds, (told, settled) in zip(FORETOLD_FROM, chances(rule), strict=True):
        thirds = (told >= 0, told < 1 / 3, (told >= 1 / 3) & (told < 2 / 3), told >= 2 / 3)
        said, did = 100 * told.mean(), 100 * settled.mean()
        shown = [
            f"{100 * told[t].mean():.0f} / {100 * settled[t].mean():.0f}" if t.sum() > 20 else "–"
            for t in thirds
        ]
        cells.append(f"{shown[0]} ({', '.join(shown[1:])})")
        if abs(said - did) > 5:
            off.append(
                f"{rule.title}: {said:.1f} % told and {did:.1f} % settled, from {seeds} seeds"
            )
    return f"| {rule.title} | " + " | ".join(cells) + " |", off


# ---- a stranger's runs, and a whole paper --------------------------------------------------------


def agreement_row(shape: Shape, recorded: int = 10, papers: int = 1_500) -> str:
    """Returns how often runs made here agree with the record and differ from it."""
    cells = []
    for here in (1, 2, 3, 5, 10):
        rng = np.random.default_rng(zlib.crc32(f"{shape.name} {here}".encode()))
        counts = []
        for by in (0, 3, 2):
            states = []
            for _ in range(papers):
                r = shape.draw(rng, (1, recorded))[0]
                h = shape.draw(rng, (1, here))[0] + by * shape.sd
                found = agreement(
                    dict(enumerate(r.tolist())), dict(enumerate(h.tolist(), recorded)), Measure()
                )
                states.append(found.state)
            differs = [s.startswith("differs") for s in states]
            agrees = [s in ("agrees", "differs, by less than 2 sd") for s in states]
            counts.append((100 * np.mean(differs), 100 * np.mean(agrees)))
        shown = (counts[0][0], counts[1][0], counts[0][1], counts[2][1])
        cells.append(" / ".join(f"{v:.0f}" for v in shown))
    return f"| {shape.name} | " + " | ".join(cells) + " |"


def paper_sentence(claims: int = 8, papers: int = 5_000) -> str:
    """Returns how often a paper of claims that lie on their edge has one false verdict."""
    rng = np.random.default_rng(8)
    edge = Claim(
        id="c", where="-", says="-", certainty="text", measure="E.a.x", judge=Judge(at_most=10.0)
    )
    (question,) = questions(plan(edge, 10, 30), edge)
    p = []
    for _ in range(claims):
        x = rng.normal(10, 1, (papers, 30))
        looks = [question.answers([x[:, :n]])[0].show for n in (10, 30)]
        p.append(np.minimum(*looks))
    raw = np.array(p).T
    corrected = np.array([holm(list(one)) for one in raw])
    alone, together = (100 * np.mean((v <= 0.025).any(-1)) for v in (raw, corrected))
    return (
        f"Of papers with {claims} false claims on the edge, looked at with 10 seeds and then 30, "
        f"{alone:.0f} % have a claim that is called replicated, and {together:.1f} % one that is after Holm."
    )


# ---- the document --------------------------------------------------------------------------------


ONE_LOOK = """\
Made by `nox -s simulate`. Cells, in %: **false replicated / false not replicated / power / open**. For the first
two the truth lies on the edge of what the claim accepts, at the worst edge and side. For the last two the claim is
clearly true; where such a claim is refuted, that counts with the second. 20,000 papers a cell, 5,000 where ranks
are compared: 2.5 % is known to 0.1 and 0.2. "Refused": the plan is, since such seeds could never decide. `equals`,
`finer` and `seen` have no chance in them.
"""
CHANCES = """\
The chance that the extension settles an open claim, in %: **told / came true**, in brackets for the lower, middle
and upper third of chances. {claims} open claims a cell, over truths spread evenly about the edges.
"""
STRANGERS = """\
A stranger's runs against 10 recorded ones, in %: **equal, called different / 3 sd apart, called different / equal,
agrees / 2 sd apart, agrees**.
"""


def document(
    lines: Sequence[Line], chance: Sequence[str], agreements: Sequence[str], paper: str
) -> str:
    """Returns what stands between the marks of the document."""
    from_to = " | ".join(f"{n}, then {TIMES * n}" for n in FORETOLD_FROM)
    return "\n".join(
        [
            ONE_LOOK,
            *table(lines, 0),
            "",
            *table(lines, 1),
            "",
            CHANCES.format(claims=OPEN_CLAIMS),
            f"| Rule | {from_to} |",
            "|---|" + "---|" * len(FORETOLD_FROM),
            *chance,
            "",
            STRANGERS,
            "| Runs | n = 1 here | 2 | 3 | 5 | 10 |",
            "|---|---|---|---|---|---|",
            *agreements,
            "",
            paper,
            "",
        ]
    )


def _line(name: str) -> Line:
    found = line(next(row for row in rows() if row.name == name))
    return replace(found, row=replace(found.row, edges=(), good=None))  # type: ignore[arg-type]


def _told(title: str) -> tuple[str, list[str]]:
    return chance_rows(next(rule for rule in foretold() if rule.title == title))


_STRANGERS = {shape.name: shape for shape in (NORMAL, T3, OPEN5)}


def _agreement(name: str) -> str:
    return agreement_row(_STRANGERS[name])


def main(arguments: Sequence[str]) -> int:
    """Simulates the rows that are named, or all and writes the document; returns the exit code."""
    started = time.monotonic()
    chosen = [r for r in rows() if all(word in r.name for word in arguments)]
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:  # rows hold functions: by name
        lines = list(pool.map(_line, [row.name for row in chosen]))
        told = list(pool.map(_told, [] if arguments else [rule.title for rule in foretold()]))
        agreements = list(pool.map(_agreement, [] if arguments else list(_STRANGERS)))
    over = [text for one in lines for text in one.over] + [t for _, off in told for t in off]
    if arguments:
        print("\n".join([*table(lines, 0), "", *table(lines, 1)]))
    else:
        text = DOC.read_text(encoding="utf-8")
        made = document(lines, [shown for shown, _ in told], agreements, paper_sentence())
        written = re.sub(f"{BEGIN}.*?{END}", lambda _: BEGIN + made + END, text, flags=re.DOTALL)
        DOC.write_text(written, encoding="utf-8")
        print(f"{len(lines)} rules simulated in {time.monotonic() - started:.0f} s; see {DOC}")
    for text in over:
        print(f"errs more than it may: {text}", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
