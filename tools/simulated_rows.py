# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `tools/simulate.py` simulates: each rule, with each kind of measure that it admits.

A row is a rule, how its runs spread, and truths: some on the edge of what the claim accepts, where a decided
verdict is as wrong as it can be, and one at which the claim is clearly true. Edges are known exactly, from
the moments and quantiles of the distributions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ldlc.plan.model import Claim, Judge, Measure

Array = NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, int]], Array]
World = Callable[
    [np.random.Generator, int, int], dict[str, Array]
]  # `arm.measure` -> `[papers, runs]`

MEASURES = {
    "x": Measure(better="low"),
    "g": Measure(better="low", range=[0, math.inf]),
    "share": Measure(better="high", range=[0, 1]),
    "p": Measure(kind="positive", better="low"),
    "t": Measure(kind="positive", better="low", absent="never", range=[0, 2]),
    "few": Measure(kind="count", total=50, better="low"),
    "many": Measure(kind="count", total=2560, better="low"),
    "ok": Measure(kind="yes-no", better="high"),
}
BUDGET = 2.0  # of `t`: longer runs have no value

# What a look can say; the direction alone is shown only where a claim also names a size.
OPEN, SHOWN, REFUTED, SIZE_OPEN, SIZE_REFUTED = range(5)
EXACT, SKEWED = 3.0, 5.0  # the most that one look may err, in %
TWICE = {EXACT: 5.0, SKEWED: 7.5}  # and that two may


@dataclass(frozen=True)
class Case:
    """One claim in one world, where some verdicts are wrong.

    Args:
      claim: The claim.
      world: The runs of each arm.
      yes: Verdicts that wrongly show the claim.
      no: Verdicts that wrongly refute it.
      paper: Published values and deviations of each paper, where they are drawn too.
    """

    claim: Claim
    world: World
    yes: tuple[int, ...] = (SHOWN,)
    no: tuple[int, ...] = (REFUTED, SIZE_REFUTED)
    paper: Callable[[np.random.Generator, int], tuple[Array, Array | None]] | None = None


@dataclass(frozen=True)
class Row:
    """One line of the tables.

    Args:
      rule: The rule.
      runs: How runs spread.
      edges: Claims whose truth lies on the edge.
      good: A claim that is clearly true.
      limit: The most that one look may err, in %.
      known: Where the limit cannot be held: the most that one look errs, and that two do.
      papers: How many papers are simulated.
      fewer: Whether the rival has the fewest seeds that a plan allows.
    """

    rule: str
    runs: str
    edges: tuple[Case, ...]
    good: Case
    limit: float = EXACT
    known: tuple[float, float] | None = None
    papers: int = 20_000
    fewer: bool = False

    @property
    def name(self) -> str:
        """The title, which no other row has."""
        return f"{self.rule}; {self.runs}"

    @property
    def limits(self) -> tuple[float, float]:
        """The most that one look may err, and two, in %."""
        return self.known or (self.limit, TWICE[self.limit])


@dataclass(frozen=True)
class Shape:
    """How the runs of one arm spread."""

    name: str
    measure: str
    mean: float
    sd: float
    quantile: Callable[[float], float]
    draw: Draw
    limit: float = EXACT

    @property
    def step(self) -> float:
        """A deviation, or the whole number nearest to it where runs are counts."""
        return float(round(self.sd)) if MEASURES[self.measure].kind == "count" else self.sd


def _shape(name: str, measure: str, law: Any, limit: float = EXACT) -> Shape:
    def draw(rng: np.random.Generator, size: tuple[int, int]) -> Array:
        return np.asarray(law.rvs(size, random_state=rng), dtype=float)

    return Shape(
        name,
        measure,
        float(law.mean()),
        float(law.std()),
        lambda q: float(law.ppf(q)),
        draw,
        limit,
    )


class _RarelyFails:
    """An accuracy of 0.98 ± 0.003 that is 0.1 in one run of ten."""

    def mean(self) -> float:
        return 0.9 * 0.98 + 0.1 * 0.1

    def std(self) -> float:
        return math.sqrt(0.9 * (0.98**2 + 0.003**2) + 0.1 * 0.1**2 - self.mean() ** 2)

    def ppf(self, q: float) -> float:
        return float(stats.norm.ppf((q - 0.1) / 0.9, 0.98, 0.003)) if q > 0.1 else 0.1

    def rvs(self, size: tuple[int, int], random_state: np.random.Generator) -> Array:
        good = random_state.normal(0.98, 0.003, size)
        return np.where(random_state.random(size) < 0.1, 0.1, good)


def _clustered(total: int, p: float, excess: float) -> Any:
    """A count whose variance is `excess` times the binomial's."""
    correlation = (excess - 1) / (total - 1)
    return stats.betabinom(total, p * (1 / correlation - 1), (1 - p) * (1 / correlation - 1))


NORMAL = _shape("normal", "x", stats.norm(10, 1))
T3 = _shape("t, 3 df", "x", stats.t(3, 10))
LOG2, LOG5, LOG10 = (
    _shape(f"lognormal {s}", "g", stats.lognorm(s), SKEWED) for s in (0.2, 0.5, 1.0)
)
OPEN5 = replace(LOG5, name="lognormal 0.5, no range", measure="x")
FAILS = _shape("1 run in 10 fails", "share", _RarelyFails())
POSITIVE = _shape("`positive`, lognormal 1", "p", stats.lognorm(1.0))
FEW = _shape("`count`, 2 of 50", "few", stats.binom(50, 0.04))
MANY = _shape("`count`, 5 of 2560", "many", stats.binom(2560, 5 / 2560))
TIMES3 = _shape("`count`, 5 of 2560, variance x3", "many", _clustered(2560, 5 / 2560, 3))


def _claim(name: str | list[str], **fields: Any) -> Claim:
    """Returns a claim on `arm.measure`, or on several; a rival is named in the same way."""
    rule = {k: v for k, v in fields.items() if k in Judge.__struct_fields__}
    rest = {k: v for k, v in fields.items() if k not in rule}
    for key in ("less_than", "greater_than", "not_worse_than", "similar_to", "gap_to", "order"):
        if key in rule:
            named = rule[key]
            rule[key] = f"E.{named}" if isinstance(named, str) else [f"E.{n}" for n in named]
    own = f"E.{name}" if isinstance(name, str) else [f"E.{n}" for n in name]
    return Claim(
        id="c",
        where="-",
        says="-",
        certainty="text",
        why="-",
        measure=own,
        judge=Judge(**rule),
        **rest,
    )


def _arms(measure: str, **draws: Draw) -> World:
    """Returns a world of independent arms."""
    return lambda rng, papers, n: {
        f"{arm}.{measure}": draw(rng, (papers, n)) for arm, draw in draws.items()
    }


def _alone(shape: Shape) -> World:
    return _arms(shape.measure, a=shape.draw)


def _moved(shape: Shape, by: float = 0.0, spread: float = 1.0) -> Draw:
    """Returns draws that are spread about their mean, and then moved by so many deviations."""

    def draw(rng: np.random.Generator, size: tuple[int, int]) -> Array:
        x = shape.draw(rng, size)
        if spread != 1.0:
            x = shape.mean + spread * (x - shape.mean)
        return x + by * shape.step

    return draw


def _times(shape: Shape, factor: float) -> Draw:
    return lambda rng, size: factor * shape.draw(rng, size)


def _success(p: float) -> Draw:
    return lambda rng, size: (rng.random(size) < p).astype(float)


def rows() -> Iterator[Row]:
    """Yields every line of the tables, in their order."""
    for some in (
        _bounds,
        _examples,
        _medians,
        _margins,
        _compatible,
        _rates,
        _means_of_two,
        _ranks_of_two,
    ):
        yield from some()
    for some in (_rates_of_two, _equivalence, _several, _slopes):
        yield from some()


def _bounds() -> Iterator[Row]:
    """Bounds of a mean."""

    def bound(shape: Shape, edge: float, good: float, known: Any = None) -> Row:
        name, world = f"a.{shape.measure}", _alone(shape)
        edges = tuple(Case(_claim(name, **{k: edge}), world) for k in ("at_most", "at_least"))
        best = Case(_claim(name, at_most=good), world)
        return Row("`at_most`, `at_least`", shape.name, edges, best, shape.limit, known)

    known = {OPEN5: (9.0, 13.0), FAILS: (76.0, 76.0), TIMES3: (6.5, 9.0)}
    for shape in (NORMAL, T3, LOG2, LOG5, LOG10, OPEN5, FAILS, FEW, MANY, TIMES3):
        yield bound(shape, shape.mean, shape.mean + shape.sd, known.get(shape))
    yield bound(POSITIVE, 1.0, math.e)
    # The logarithm of an exponential time has the mean -γ and the deviation π/√6.
    times = _shape("`positive`, exponential", "p", stats.expon())
    yield bound(
        times, math.exp(-np.euler_gamma), math.exp(math.pi / 6**0.5 - np.euler_gamma), (7, 10)
    )


def _tested(rng: np.random.Generator, papers: int, n: int) -> dict[str, Array]:
    """Returns the errors on each paper's own 500 examples, of which 15 % are hard: 8.35 % of all."""
    hard = rng.binomial(500, 0.15, (papers, 1))
    wrong = rng.binomial(hard, 0.5, (papers, n)) + rng.binomial(500 - hard, 0.01, (papers, n))
    return {"a.share": wrong / 500}


def _examples() -> Iterator[Row]:
    """Bounds of an error over all examples, judged with the test set's own error and without."""
    runs = "errors on 500 examples"
    for fields, known in (({"examples": 500}, None), ({}, (33.0, 40.0))):
        edges = tuple(
            Case(_claim("a.share", **{k: 0.0835}, **fields), _tested)
            for k in ("at_most", "at_least")
        )
        good = Case(_claim("a.share", at_most=0.1235, **fields), _tested)
        title = "`at_most`, `at_least`, about all examples"
        rule = f"{title}, `examples`" if fields else f"{title}, seeds alone"
        yield Row(rule, runs, edges, good, EXACT, known)


_TIMES = stats.lognorm(0.8)  # 19 % of these runs do not arrive in the budget


def _late(scale: float = 1.0, s: float = 0.8, absent: float = math.inf) -> Draw:
    """Returns times, of which those beyond the budget are absent."""

    def draw(rng: np.random.Generator, size: tuple[int, int]) -> Array:
        x = scale * rng.lognormal(0.0, s, size)
        return np.where(x > BUDGET, absent, x)

    return draw


def _medians() -> Iterator[Row]:
    """Bounds and margins of a median, and means among successful runs."""
    late = "times, 19 % absent"
    worlds = {s: (_alone(s), s.name) for s in (LOG10, FAILS)}
    for shape, (world, name) in worlds.items():
        edges = tuple(
            Case(_claim(f"a.{shape.measure}", of="median", **{k: shape.quantile(0.5)}), world)
            for k in ("at_most", "at_least")
        )
        good = _claim(f"a.{shape.measure}", of="median", at_most=shape.quantile(0.85))
        yield Row("`at_most`, `at_least`, median", name, edges, Case(good, world))
    world = _arms("t", a=_late())
    edges = tuple(
        Case(_claim("a.t", of="median", **{k: 1.0}), world) for k in ("at_most", "at_least")
    )
    good = Case(_claim("a.t", of="median", at_most=float(_TIMES.ppf(0.75))), world)
    yield Row("`at_most`, `at_least`, median", late, edges, good)
    edges = tuple(
        Case(_claim("a.t", of="median", within_factor=2.0, published=v), world) for v in (0.5, 2.0)
    )
    good = Case(_claim("a.t", of="median", within_factor=2.0, published=1.0), world)
    yield Row("`within_factor` 2, median", late, edges, good)
    # Half of all runs count 2 or less, and many of them just 2.
    tied = _shape("`count` with ties", "few", stats.binom(50, stats.beta.ppf(0.5, 3, 48)))
    world = _alone(tied)
    yield Row(
        "`at_most`, median",
        tied.name,
        (Case(_claim("a.few", of="median", at_most=2.0), world),),
        Case(_claim("a.few", of="median", at_most=4.0), world),
    )
    # Logarithms of the runs that arrive are normal, cut off at that of the budget.
    cut = stats.truncnorm(-np.inf, math.log(BUDGET) / 0.8, scale=0.8)
    world = _arms("t", a=_late(absent=math.nan))
    edges = tuple(
        Case(_claim("a.t", among="E.a.ok", **{k: math.exp(cut.mean())}), world)
        for k in ("at_most", "at_least")
    )
    good = Case(_claim("a.t", among="E.a.ok", at_most=math.exp(cut.mean() + cut.std())), world)
    yield Row("`at_most`, `at_least`, `among`", late, edges, good, SKEWED, (5.5, 8.5))


def _margins() -> Iterator[Row]:
    """Margins around a published value."""
    known = {OPEN5: (9.0, 13.0)}
    for shape in (NORMAL, T3, LOG2, LOG5, OPEN5, MANY):
        name, world, tol = f"a.{shape.measure}", _alone(shape), 1.5 * shape.sd
        edges = tuple(
            Case(_claim(name, within=tol, published=shape.mean + side * tol), world)
            for side in (-1, 1)
        )
        good = Case(_claim(name, within=tol, published=shape.mean), world)
        yield Row("`within` 1.5 sd", shape.name, edges, good, shape.limit, known.get(shape))
    world = _alone(T3)
    edges = tuple(
        Case(_claim("a.x", of="median", within=1.5, published=v), world) for v in (8.5, 11.5)
    )
    good = Case(_claim("a.x", of="median", within=1.5, published=10.0), world)
    yield Row("`within` 1.5, median", T3.name, edges, good)

    def paper(n0: int, mean: float) -> Callable[[np.random.Generator, int], tuple[Array, Array]]:
        def draw(rng: np.random.Generator, papers: int) -> tuple[Array, Array]:
            x = rng.normal(mean, 1, (papers, n0))
            return x.mean(-1), x.std(-1, ddof=1)

        return draw

    for n0 in (5, 30):
        rule = _claim("a.x", within=1.5, sd=1.0, n0=n0, published=10.0)
        world = _alone(NORMAL)
        edges = tuple(Case(rule, world, paper=paper(n0, 10.0 + side * 1.5)) for side in (-1, 1))
        good = Case(rule, world, paper=paper(n0, 10.0))
        yield Row(
            f"`within` 1.5 sd, `sd`, `n0 = {n0}`",
            NORMAL.name,
            edges,
            good,
            known=(3.3, 5.5) if n0 > 5 else None,  # few of our runs against many of theirs: 2.9 %
        )
    world = _alone(POSITIVE)
    edges = tuple(Case(_claim("a.p", within_factor=3.0, published=v), world) for v in (1 / 3, 3.0))
    good = Case(_claim("a.p", within_factor=3.0, published=1.0), world)
    yield Row("`within_factor` 3", POSITIVE.name, edges, good)
    edges = tuple(
        Case(_claim("a.ok", within=0.3, published=0.5), _arms("ok", a=_success(p)))
        for p in (0.2, 0.8)
    )
    good = Case(_claim("a.ok", within=0.3, published=0.5), _arms("ok", a=_success(0.5)))
    yield Row("`within` 0.3", "`yes-no`", edges, good)


def _compatible() -> Iterator[Row]:
    """A published run that is two deviations out, and one that is honest: from the same distribution."""
    title = "`compatible`, value {}"
    known = {T3: (21.0, 37.0), LOG2: (6.0, 10.0), LOG5: (6.0, 9.0), OPEN5: (16.0, 26.0)}
    for shape in (NORMAL, T3, LOG2, LOG5, OPEN5):
        name, world = f"a.{shape.measure}", _alone(shape)
        edges = tuple(
            Case(
                _claim(
                    name, compatible=True, resolution=99.0, published=shape.mean + side * shape.sd
                ),
                world,
            )
            for side in (-2, 2)
        )

        def one_run(
            rng: np.random.Generator, papers: int, shape: Shape = shape
        ) -> tuple[Array, None]:
            return shape.draw(rng, (papers, 1))[:, 0], None

        rule = _claim(name, compatible=True, resolution=99.0, published=10.0)
        good = Case(rule, world, paper=one_run)
        yield Row(title.format("2 sd out"), shape.name, edges, good, EXACT, known.get(shape))
        most = (3.5, 4.0) if shape is OPEN5 or shape is T3 else None
        yield Row(title.format("an honest run"), shape.name, (), good, EXACT, most)
    edges = tuple(
        Case(
            _claim("a.p", compatible=True, resolution=1e9, published=math.exp(side)),
            _alone(POSITIVE),
        )
        for side in (-2, 2)
    )

    def honest(rng: np.random.Generator, papers: int, n: int) -> dict[str, Array]:
        published = POSITIVE.draw(rng, (papers, 1))
        return {"a.p": POSITIVE.draw(rng, (papers, n)) / published}

    good = Case(_claim("a.p", compatible=True, resolution=1e9, published=1.0), honest)
    yield Row(title.format("2 sd out"), POSITIVE.name, edges, good)
    yield Row(title.format("an honest run"), POSITIVE.name, (), good)


def _rates() -> Iterator[Row]:
    """Bounds of a rate."""
    for p in (0.5, 0.8):
        edges = (
            Case(_claim("a.ok", rate_at_least=p), _arms("ok", a=_success(p))),
            Case(_claim("a.ok", rate_at_most=1 - p), _arms("ok", a=_success(1 - p))),
        )
        good = Case(_claim("a.ok", rate_at_least=p), _arms("ok", a=_success(0.97)))
        yield Row(f"`rate_at_least` {p}, `rate_at_most` {1 - p:.1g}", "`yes-no`", edges, good)
    world = _alone(NORMAL)
    edges = tuple(
        Case(_claim("a.x", published=10.0, **{k: 0.5}), world)
        for k in ("rate_at_least", "rate_at_most")
    )
    good = Case(_claim("a.x", published=12.0, rate_at_least=0.5), world)
    yield Row("`rate_at_least` 0.5 of runs that reach a value", NORMAL.name, edges, good)


_WAYS = ("less_than", "greater_than")


def _versus(rule: str, shape: Shape, runs: str = "", spread: float = 1.0, **fields: Any) -> Row:
    """Returns the line of two arms with one mean; in the good case 1.5 deviations apart."""
    m = shape.measure
    equal = _arms(m, a=shape.draw, b=_moved(shape, 0.0, spread))
    apart = _arms(m, a=shape.draw, b=_moved(shape, 2.0 if m == "few" else 1.5, spread))
    edges = tuple(Case(_claim(f"a.{m}", **{way: f"b.{m}"}), equal) for way in _WAYS)
    good = Case(_claim(f"a.{m}", less_than=f"b.{m}"), apart)
    if shape is FAILS:  # an accuracy stays below 1
        halved = _arms(m, a=shape.draw, b=_times(shape, 0.5))
        good = Case(_claim(f"a.{m}", greater_than=f"b.{m}"), halved)
    return Row(rule, runs or shape.name, edges, good, **{"limit": shape.limit, **fields})


def _means_of_two() -> Iterator[Row]:
    """Two arms by their means."""
    title = "`less_than`, `greater_than`"
    for shape in (NORMAL, T3, LOG2, LOG5, LOG10, OPEN5, FAILS, POSITIVE, FEW, MANY, TIMES3):
        yield _versus(title, shape)
    for shape, known in ((NORMAL, None), (OPEN5, (8.0, 11.0))):
        yield _versus(title, shape, f"{shape.name}; rival spreads x3", 3.0, known=known)
    # Lognormals of one mean, the rival's logarithms three times as wide.
    narrow, wide = stats.lognorm(0.2), stats.lognorm(0.6, scale=math.exp(0.02 - 0.18))
    unlike = _arms(
        "g",
        a=_shape("", "g", narrow).draw,
        b=_shape("", "g", wide).draw,
    )
    edges = tuple(Case(_claim("a.g", **{way: "b.g"}), unlike) for way in _WAYS)
    good = _arms("g", a=_shape("", "g", narrow).draw, b=_moved(LOG2, 1.5))
    yield Row(
        title,
        "lognormal 0.2 against 0.6",
        edges,
        Case(_claim("a.g", less_than="b.g"), good),
        SKEWED,
    )
    # Most that a plan allows: a costly rival has 5 seeds, or a quarter, where the other has 10 or 20.
    yield _versus(title, NORMAL, "normal; rival has fewer seeds", fewer=True, limit=SKEWED)
    for paired in (False, True):
        for rho in (-0.5, 0.0, 0.5):

            def world(
                rng: np.random.Generator, papers: int, n: int, rho: float = rho, by: float = 0.0
            ) -> dict[str, Array]:
                a, noise = rng.normal(size=(2, papers, n))
                return {"a.x": a, "b.x": rho * a + math.sqrt(1 - rho * rho) * noise + by}

            def apart(
                rng: np.random.Generator, papers: int, n: int, world: Any = world
            ) -> dict[str, Array]:
                return dict(world(rng, papers, n, by=1.5))

            fields = {"paired": "simulated"} if paired else {}
            edges = tuple(Case(_claim("a.x", **{way: "b.x"}, **fields), world) for way in _WAYS)
            yield Row(
                title + (", `paired`" if paired else ""),
                f"normal, correlation {rho:g}",
                edges,
                Case(_claim("a.x", less_than="b.x", **fields), apart),
            )
    yield _sized(
        "`less_than`, `by` 1 sd", "x", {"by": 1.0}, NORMAL.name, lambda d: _moved(NORMAL, d)
    )
    yield _sized(
        "`less_than`, `times` 0.5",
        "x",
        {"times": 0.5},
        NORMAL.name,
        lambda d: _shape("", "x", stats.norm(10 * (1 + d), 1 + d)).draw,
    )
    yield _sized(
        "`less_than`, `times` 0.5",
        "p",
        {"times": 0.5},
        POSITIVE.name,
        lambda d: _times(POSITIVE, 2.0**d),
    )
    yield _sized(
        "`less_than`, `times` 0.5",
        "many",
        {"times": 0.5},
        MANY.name,
        lambda d: _shape("", "many", stats.binom(2560, 5 * (1 + d) / 2560)).draw,
    )
    # A run that failed ranks last; if none did, means are compared.
    late = {
        d: _arms("t", a=_late(absent=math.nan), b=_late(d, absent=math.nan)) for d in (1.0, 3.0)
    }
    edges = tuple(Case(_claim("a.t", among="E.a.ok", **{way: "b.t"}), late[1.0]) for way in _WAYS)
    good = Case(_claim("a.t", among="E.a.ok", less_than="b.t"), late[3.0])
    yield Row(f"{title}, `among`", "times, 19 % absent", edges, good, papers=5_000)


_ANY_WAY = (SHOWN, SIZE_OPEN, SIZE_REFUTED)


def _sized(
    rule: str,
    m: str,
    size: dict[str, float],
    runs: str,
    rival: Callable[[float], Draw],
    own: Draw | None = None,
    **fields: Any,
) -> Row:
    """Returns the line of a claim with a size: the truth on its edge, and on that of the direction.

    Args:
      rule: The rule.
      m: The measure.
      size: The judge's size.
      runs: How runs spread.
      rival: The rival's runs, that lie so many sizes away.
      own: The arm's own runs; else the rival's at 0.
      fields: Of the claim, and `papers` of the line.
    """
    papers = fields.pop("papers", 20_000)
    limit = fields.pop("limit", EXACT)
    claim = _claim(f"a.{m}", less_than=f"b.{m}", **size, **fields)
    own = own or rival(0.0)
    edges = (
        Case(claim, _arms(m, a=own, b=rival(1.0))),
        Case(claim, _arms(m, a=own, b=rival(0.0)), yes=_ANY_WAY, no=()),
    )
    return Row(rule, runs, edges, Case(claim, _arms(m, a=own, b=rival(2.5))), limit, papers=papers)


def _ranks_of_two() -> Iterator[Row]:
    """Two arms by rank."""
    title, papers = "`less_than`, `greater_than`, median", 5_000
    for s, known in ((0.5, None), (1.5, (5.0, 8.5))):
        # Log deviations 0.5 and s; one median.
        equal = _arms("t", a=_late(1.0, 0.5), b=_late(1.0, s))
        apart = _arms("t", a=_late(1.0, 0.5), b=_late(2.5, s))
        edges = tuple(Case(_claim("a.t", of="median", **{way: "b.t"}), equal) for way in _WAYS)
        good = Case(_claim("a.t", of="median", less_than="b.t"), apart)
        yield Row(title, f"times, log sd 0.5 against {s}", edges, good, EXACT, known, papers)
    equal = _arms("few", a=FEW.draw, b=FEW.draw)
    apart = _arms("few", a=FEW.draw, b=_shape("", "few", stats.binom(50, 0.12)).draw)
    edges = tuple(Case(_claim("a.few", of="median", **{way: "b.few"}), equal) for way in _WAYS)
    good = Case(_claim("a.few", of="median", less_than="b.few"), apart)
    yield Row(title, FEW.name, edges, good, papers=papers)
    yield _sized(
        "`less_than`, `by` 1 sd, median",
        "x",
        {"by": T3.sd},
        T3.name,
        lambda d: _moved(T3, d),
        of="median",
        papers=papers,
    )
    yield _sized(
        "`less_than`, `times` 0.5, median",
        "t",
        {"times": 0.5},
        "times, up to 50 % absent",
        lambda d: _late(0.5 * 2**d),
        of="median",
        papers=papers,
    )


def _rates_of_two() -> Iterator[Row]:
    """Two arms by their rates."""

    def pair(a: float, b: float) -> World:
        return _arms("ok", a=_success(a), b=_success(b))

    edges = tuple(
        Case(_claim("a.ok", **{way: "b.ok"}), pair(p, p)) for p in (0.1, 0.5, 0.9) for way in _WAYS
    )
    good = Case(_claim("a.ok", less_than="b.ok"), pair(0.1, 0.9))
    yield Row("`less_than`, `greater_than`", "`yes-no`, 0.1, 0.5 and 0.9", edges, good)
    claim = _claim("a.ok", less_than="b.ok", by=0.3)
    edges = (
        *(Case(claim, pair(p, p + 0.3)) for p in (0.05, 0.35, 0.65)),
        *(Case(claim, pair(p, p), yes=_ANY_WAY, no=()) for p in (0.1, 0.5, 0.9)),
    )
    yield Row("`less_than`, `by` 0.3", "`yes-no`", edges, Case(claim, pair(0.05, 0.95)))
    claim = _claim("a.ok", not_worse_than="b.ok", by=0.3)
    edges = tuple(Case(claim, pair(p, p + 0.3)) for p in (0.05, 0.35, 0.65))
    yield Row("`not_worse_than`, `by` 0.3", "`yes-no`", edges, Case(claim, pair(0.95, 0.95)))
    claim = _claim("a.ok", similar_to="b.ok", within=0.4)
    edges = tuple(Case(claim, pair(p, p + d)) for p, d in ((0.3, 0.4), (0.5, -0.4), (0.55, 0.4)))
    yield Row("`similar_to` within 0.4", "`yes-no`", edges, Case(claim, pair(0.9, 0.9)))


def _equivalence() -> Iterator[Row]:
    """Not worse than, and similar to."""
    for shape in (NORMAL, OPEN5, MANY):
        m = shape.measure
        claim = _claim(f"a.{m}", not_worse_than=f"b.{m}", by=1.5 * shape.step)
        worse, equal = (_arms(m, a=_moved(shape, by), b=shape.draw) for by in (1.5, 0.0))
        yield Row(
            "`not_worse_than`, `by` 1.5 sd", shape.name, (Case(claim, worse),), Case(claim, equal)
        )
    claim = _claim("a.p", not_worse_than="b.p", by=4.0)
    worse, equal = (_arms("p", a=_times(POSITIVE, f), b=POSITIVE.draw) for f in (4.0, 1.0))
    yield Row("`not_worse_than`, `by` x4", POSITIVE.name, (Case(claim, worse),), Case(claim, equal))
    for shape in (NORMAL, T3, LOG2, OPEN5, MANY):
        m = shape.measure
        claim = _claim(f"a.{m}", similar_to=f"b.{m}", within=1.5 * shape.step)
        low, high, equal = (
            _arms(m, a=_moved(shape, a), b=_moved(shape, b))
            for a, b in ((0.0, 1.5), (1.5, 0.0), (0.0, 0.0))
        )
        edges = (Case(claim, low), Case(claim, high))
        yield Row("`similar_to` within 1.5 sd", shape.name, edges, Case(claim, equal), shape.limit)
    claim = _claim("a.p", similar_to="b.p", within=4.0)
    low, high, equal = (
        _arms("p", a=_times(POSITIVE, f), b=POSITIVE.draw) for f in (0.25, 4.0, 1.0)
    )
    yield Row(
        "`similar_to` within x4",
        POSITIVE.name,
        (Case(claim, low), Case(claim, high)),
        Case(claim, equal),
    )
    for shape in (NORMAL, OPEN5, MANY, POSITIVE):
        # The rival c is 4 deviations worse: half the gap is 2. Of `positive` all is on logarithms.
        m = shape.measure
        claim = _claim(f"a.{m}", similar_to=f"b.{m}", fraction=0.5, gap_to=f"c.{m}")
        move = (
            (lambda by: _times(POSITIVE, math.exp(by)))
            if shape is POSITIVE
            else (lambda by, shape=shape: _moved(shape, by))
        )
        low, high, equal = (
            _arms(m, a=move(2.0), b=move(2.0 + by), c=move(6.0)) for by in (-2.0, 2.0, 0.0)
        )
        yield Row(
            "`similar_to`, `fraction` 0.5",
            shape.name,
            (Case(claim, low), Case(claim, high)),
            Case(claim, equal),
            shape.limit,
        )


def _several() -> Iterator[Row]:
    """Claims of several parts."""
    for shape in (NORMAL, OPEN5, POSITIVE):
        m = shape.measure

        def world(*by: float, shape: Shape = shape, m: str = m) -> World:
            def move(d: float) -> Draw:
                return _times(shape, math.exp(d)) if shape is POSITIVE else _moved(shape, d)

            return _arms(m, **{arm: move(d) for arm, d in zip("abcd", by, strict=False)})

        claim = _claim(f"a.{m}", less_than=[f"b.{m}", f"c.{m}", f"d.{m}"])
        edges = (Case(claim, world(0, 0, 3, 3)), Case(claim, world(0, 0, 0, 0)))
        good = Case(claim, world(0, 1.5, 1.5, 1.5))
        yield Row("`less_than` three rivals", shape.name, edges, good)
        claim = _claim(f"a.{m}", order=[f"b.{m}", f"c.{m}"])
        edges = (Case(claim, world(0, 0, 3)), Case(claim, world(0, 0, 0)))
        good = Case(claim, world(0, 1.5, 3))
        yield Row("`order` of three arms", shape.name, edges, good)
    claim = _claim("a.ok", order=["b.ok", "c.ok"])
    rates = (_arms("ok", a=_success(a), b=_success(b), c=_success(c)) for a, b, c in _RATES)
    one, none, best = (Case(claim, world) for world in rates)
    yield Row("`order` of three arms", "`yes-no`", (one, none), best)
    claim = _claim("a.t", of="median", order=["b.t", "c.t"])
    times = (_arms("t", a=_late(a), b=_late(b), c=_late(c)) for a, b, c in _MEDIANS)
    one, none, best = (Case(claim, world) for world in times)
    yield Row(
        "`order` of three arms, median", "times, some absent", (one, none), best, papers=5_000
    )
    two = ["a.x", "b.x"]
    world = _arms("x", a=NORMAL.draw, b=NORMAL.draw)
    edges = tuple(
        Case(_claim(two, within=1.5, published=list(v)), world)
        for v in ((11.5, 10.0), (8.5, 8.5), (11.5, 8.5))
    )
    good = Case(_claim(two, within=1.5, published=10.0), world)
    yield Row("`within` 1.5 sd, two parts", NORMAL.name, edges, good)


_RATES = ((0.5, 0.5, 0.95), (0.5, 0.5, 0.5), (0.03, 0.5, 0.97))
_MEDIANS = ((0.5, 0.5, 1.5), (0.7, 0.7, 0.7), (0.1, 0.4, 1.6))


def _slopes() -> Iterator[Row]:
    """Trends over three arms."""
    levels = {"a": 0.0, "b": 1.0, "c": 2.0}
    for shape, known in ((NORMAL, None), (OPEN5, (9.0, 13.0))):
        world = _arms(
            "x", **{arm: _moved(shape, 0.0, f) for arm, f in zip("abc", (1, 2, 4), strict=True)}
        )
        edges = tuple(
            Case(_claim("a.x", slope=levels, **{k: 0.0}), world) for k in ("at_least", "at_most")
        )
        good = Case(_claim("a.x", slope=levels, at_most=1.5 * shape.sd), world)
        runs = f"{shape.name}, spread x1, x2, x4"
        yield Row("`slope`, `at_least`, `at_most`", runs, edges, good, EXACT, known)
        edges = tuple(
            Case(
                _claim("a.x", slope=levels, within=1.5 * shape.sd, published=side * 1.5 * shape.sd),
                world,
            )
            for side in (-1, 1)
        )
        good = Case(_claim("a.x", slope=levels, within=1.5 * shape.sd, published=0.0), world)
        yield Row("`slope`, `within` 1.5 sd", runs, edges, good, EXACT, known)
    logs = {"a": 1.0, "b": math.e, "c": math.e**2}
    for m, z, shape in (("p", logs, POSITIVE), ("many", levels, MANY)):
        world = _arms(m, a=shape.draw, b=shape.draw, c=shape.draw)
        extra: dict[str, Any] = {"log": True} if m == "p" else {}
        edges = tuple(
            Case(_claim(f"a.{m}", slope=z, **{k: 0.0}, **extra), world)
            for k in ("at_least", "at_most")
        )
        good = Case(
            _claim(f"a.{m}", slope=z, at_most=shape.sd if m == "many" else 1.0, **extra), world
        )
        yield Row("`slope`, `at_least`, `at_most`", shape.name, edges, good)
