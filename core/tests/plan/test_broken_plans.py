# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Broken plans: each gives an error that names the key, and never a traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from papers import EXPERIMENTS, PLAN, make_paper

from ldlc.cli import main
from ldlc.plan import PlanError, load

SECTIONS = {
    "top": "",
    "paper": "[paper]",
    "replication": "[replication]",
    "clean_room": "[replication.clean_room]",
    "experiment": "[experiments.walk]",
    "config": "[experiments.walk.config]",
    "measures": "[experiments.walk.measures]",
    "arms": "[experiments.walk.arms]",
    "smoke": "[experiments.walk.scales.smoke]",
    "claim": "[[claims]]",
}


def swap(old: str, new: str) -> str:
    """Returns the sound plan with one text replaced."""
    assert old in PLAN
    return PLAN.replace(old, new, 1)


def add(section: str, line: str) -> str:
    """Returns the sound plan with a line more under a heading."""
    head = SECTIONS[section]
    return swap(head, f"{head}\n{line}") if head else f"{line}\n{PLAN}"


def claim(**changes: str | None) -> str:
    """Returns the sound plan whose claim has other values, given as TOML; None leaves a key out."""
    keys = {
        "id": '"drift-moves"',
        "where": '"Note G"',
        "says": '"A walk."',
        "published": "5.0",
        "certainty": '"text"',
        "measure": '"walk.with_drift.end"',
        "judge": "{ at_least = 0.0 }",
        "why": '"a reason"',
    }
    lines = [f"{k} = {v}" for k, v in (keys | changes).items() if v is not None]
    return PLAN[: PLAN.index("[[claims]]")] + "[[claims]]\n" + "\n".join(lines) + "\n"


# (name, plan, what the error must name)
BROKEN: list[tuple[str, str, str]] = [
    # not a plan at all
    ("empty", "", "schema"),
    ("no TOML", "this is not = = toml", "not valid TOML"),
    ("open string", 'title = "open', "not valid TOML"),
    ("twice the same key", add("paper", 'title = "again"'), "not valid TOML"),
    ("twice the same table", PLAN + "\n[paper]\n", "not valid TOML"),
    ("deep nesting", "a = " + "[" * 5000 + "]" * 5000, "nested"),
    ("control characters", PLAN + "\x00", "not valid TOML"),
    # schema
    ("future schema", swap("schema = 1", "schema = 2"), "schema"),
    ("schema zero", swap("schema = 1", "schema = 0"), "schema"),
    ("schema text", swap("schema = 1", 'schema = "1"'), "schema"),
    ("schema true", swap("schema = 1", "schema = true"), "schema"),
    ("schema missing", swap("schema = 1", ""), "schema"),
    # a missing key of each table
    *[
        (
            f"without {key}",
            re.sub(rf"(?m)^{key} = [^\n]*\n(?:    [^\n]*\n\]\n)?", "", PLAN, count=1),
            key,
        )
        for key in (
            "title",
            "authors",
            "year",
            "track",
            "framework",
            "replicators",
            "read",
            "where",
        )
    ],
    ("without attested", re.sub(r"attested = \[.*?\]\n", "", PLAN, flags=re.S), "attested"),
    ("without seeds", swap("seeds = 6", ""), "experiments.walk.seeds"),
    ("without paper", PLAN.replace("[paper]", "[papers]"), "paper"),
    ("without experiments", PLAN[: PLAN.index("[experiments.walk]")], "experiments"),
    (
        "experiments empty",
        PLAN[: PLAN.index("[experiments.walk]")] + "[experiments]\n",
        "experiments",
    ),
    *[
        (f"claim without {key}", claim(**{key: None}), key)
        for key in ("id", "where", "says", "certainty", "measure")
    ],
    # an unknown key in each table, with the nearest valid one
    *[
        (f"unknown key in {section}", add(section, "tittle = 1"), "tittle")
        for section in SECTIONS
        if section not in ("measures", "arms", "top", "config")
    ],
    ("unknown table", PLAN + "\n[claim]\n", "claims"),
    ("unknown key at the top", "experimens = 1\n" + PLAN, "experiments"),
    ("misspelt judge", claim(judge="{ at_leest = 0.0 }"), "at_least"),
    ("misspelt engine", add("experiment", "engine = { treads = 1 }"), "threads"),
    ("misspelt measure key", swap('kind = "number", better', 'knd = "number", better'), "kind"),
    ("unknown scale key", swap("seeds = 1\n", "sedes = 1\n"), "seeds"),
    # wrong types
    *[
        (
            f"{key} = {value}",
            re.sub(rf"(?m)^{key} = [^\n]*", f"{key} = {value}", PLAN, count=1),
            key,
        )
        for key, values in {
            "title": ("1", "true", "[]", "{}"),
            "authors": ('"Ada"', "1", "[1]", "[[]]", "{}"),
            "year": ('"1843"', "1843.5", "true", "1843-01-01"),
            "track": ('"profesional"', "1", "[]"),
            "framework": ('"pytorch"', '"TensorFlow"', "1"),
            "replicators": ('"Ada"', "[1]", "3"),
            "read": ('"the notes"', "[1]"),
            "where": ("1", "[]"),
            "seeds": ('"6"', "6.0", "true", "[6]", "-1", "0", "10001"),
        }.items()
        for value in values
    ],
    *[
        (f"claim {key} = {value}", claim(**{key: value}), key)
        for key, values in {
            "id": ("1", '""', '"../x"', '"a b"', '"-x"', '"ü"', '"a\\nb"'),
            "says": ("1", "[]"),
            "published": ('"5"', "true", "nan", "inf", "[5.0, 6.0]", "{}"),
            "certainty": ('"sure"', "1", '"Text"'),
            "of": ('"mode"', "1"),
            "why": ("1",),
            "judge": ("0.0", '"at_least"', "{}", "[]", "{ at_least = 0.0, at_most = 1.0 }"),
            "blocked": ("true", "1"),
            "paired": ("true",),
        }.items()
        for value in values
    ],
    ("disclosed as text", add("paper", 'disclosed = "1843"'), "disclosed"),
    ("disclosed as time", add("paper", "disclosed = 1843-01-01T00:00:00Z"), "disclosed"),
    ("paper kind unknown", add("paper", 'kind = "book"'), "kind"),
    ("patent without number", add("paper", 'kind = "patent"'), "paper.patent"),
    ("empty title", swap("Notes on the analytical engine", " "), "title"),
    ("no authors", swap('["Lovelace, Ada", "Babbage, Charles"]', "[]"), "authors"),
    ("blank author", swap('"Babbage, Charles"', '" "'), "authors"),
    ("year of two digits", swap("year = 1843", "year = 43"), "year"),
    ("no replicators", swap('["Ada <ada@example.org>"]', "[]"), "replicators"),
    ("replicator without address", swap("Ada <ada@example.org>", "Ada"), "replicators[0]"),
    ("replicator address broken", swap("<ada@example.org>", "<ada>"), "replicators[0]"),
    # names
    (
        "experiment that is no name",
        PLAN.replace("experiments.walk", 'experiments."a walk"'),
        "a walk",
    ),
    ("experiment as path", PLAN.replace("experiments.walk", 'experiments."../walk"'), "../walk"),
    ("experiment without function", PLAN.replace("walk", "wlak"), "wlak"),
    ("arm as path", swap("without = {", '"../without" = {'), "../without"),
    ("arm empty name", swap("without = {", '"" = {'), "arms"),
    ("measure with dot", swap("high = {", '"a.b" = {'), "a.b"),
    ("arms that differ by case", swap("without = {", "With_Drift = {"), "only by case"),
    ("no arms", swap("with_drift = {}\nwithout = { drift = 0.0 }", ""), "arms"),
    ("no measures", re.sub(r"(?m)^(end|high) = .*\n", "", PLAN), "measures"),
    # config against the class
    ("unknown field", add("config", "stps = 3"), "steps"),
    ("field missing", swap("steps = 50\n", ""), "steps"),
    ("float for int", swap("steps = 50", "steps = 50.5"), "steps"),
    ("text for int", swap("steps = 50", 'steps = "50"'), "steps"),
    ("bool for int", swap("steps = 50", "steps = true"), "steps"),
    ("list for float", swap("drift = 0.1", "drift = [0.1]"), "drift"),
    ("table for float", swap("drift = 0.1", "drift = { x = 1 }"), "drift"),
    ("date for float", swap("drift = 0.1", "drift = 1843-01-01"), "drift"),
    ("unknown field in an arm", swap("{ drift = 0.0 }", "{ drfit = 0.0 }"), "drift"),
    ("wrong type in an arm", swap("{ drift = 0.0 }", '{ drift = "no" }'), "drift"),
    ("arm is no table", swap("with_drift = {}", "with_drift = 1"), "with_drift"),
    ("unknown field in a scale", swap("{ steps = 3 }", "{ stepz = 3 }"), "steps"),
    ("wrong type in a scale", swap("{ steps = 3 }", "{ steps = 3.5 }"), "steps"),
    (
        "scale overrides an arm",
        swap("{ steps = 3 }", "{ drift = 1.0 }"),
        "scales.smoke.arms.without",
    ),
    # scales
    ("no smoke", PLAN.replace("scales.smoke", "scales.reduced"), "smoke"),
    ("unknown scale", PLAN + "\n[experiments.walk.scales.tiny]\nseeds = 1\n", "tiny"),
    ("scale named full", PLAN + "\n[experiments.walk.scales.full]\nseeds = 1\n", "full"),
    ("reduced without why", PLAN + "\n[experiments.walk.scales.reduced]\nseeds = 3\n", "why"),
    ("scale with no seeds", swap("seeds = 1\n", "seeds = 0\n"), "scales.smoke.seeds"),
    (
        "scale for unknown arm",
        PLAN + "\n[experiments.walk.scales.smoke.arms.no]\nsteps = 1\n",
        "`no`",
    ),
    (
        "scale is no table",
        swap("[experiments.walk.scales.smoke]", "[experiments.walk.scales]\nsmoke = 1\n[x]"),
        "smoke",
    ),
    # seeds
    ("extension not beyond", add("experiment", "extend_to = 6"), "extend_to"),
    ("extension below", add("experiment", "extend_to = 2"), "extend_to"),
    ("extension beyond all", add("experiment", "extend_to = 100000"), "extend_to"),
    ("fewer of unknown arm", add("experiment", "fewer = { no = 5 }"), "fewer.no"),
    ("fewer too few", add("experiment", "fewer = { without = 2 }"), "fewer.without"),
    ("fewer not fewer", add("experiment", "fewer = { without = 6 }"), "fewer.without"),
    ("fewer as number", add("experiment", "fewer = 5"), "fewer"),
    ("array seeds negative", add("experiment", "array_seeds = [-1]"), "array_seeds"),
    ("array seeds text", add("experiment", 'array_seeds = ["a"]'), "array_seeds"),
    # engine
    ("no threads", add("experiment", "engine = { threads = 0 }"), "threads"),
    ("threads text", add("experiment", 'engine = { threads = "all" }'), "threads"),
    ("jit number", add("experiment", "engine = { jit = 1 }"), "jit"),
    (
        "engine of unknown arm",
        add("experiment", "engine = { arms = { no = { jit = true } } }"),
        "no",
    ),
    # measures
    ("kind unknown", swap('end = { kind = "number"', 'end = { kind = "numbr"'), "number"),
    (
        "count without total",
        swap('high = { kind = "number" }', 'high = { kind = "count" }'),
        "total",
    ),
    (
        "count of none",
        swap('high = { kind = "number" }', 'high = { kind = "count", total = 0 }'),
        "total",
    ),
    ("total of a number", swap('high = { kind = "number" }', "high = { total = 5 }"), "total"),
    ("range of one", swap('high = { kind = "number" }', "high = { range = [1.0] }"), "range"),
    (
        "range upside down",
        swap('high = { kind = "number" }', "high = { range = [1.0, 0.0] }"),
        "range",
    ),
    ("range text", swap('high = { kind = "number" }', 'high = { range = "0-1" }'), "range"),
    ("spread negative", swap('high = { kind = "number" }', "high = { spread = -1.0 }"), "spread"),
    ("spread nan", swap('high = { kind = "number" }', "high = { spread = nan }"), "spread"),
    ("better unknown", swap('better = "high"', 'better = "up"'), "better"),
    (
        "measure of unknown arm",
        swap('high = { kind = "number" }', 'high = { arms = ["no"] }'),
        "`no`",
    ),
    ("measure is no table", swap('high = { kind = "number" }', 'high = "number"'), "high"),
    # references of claims
    ("measure without arm", claim(measure='"walk.end"'), "experiment.arm.measure"),
    ("measure with four parts", claim(measure='"a.b.c.d"'), "experiment.arm.measure"),
    ("measure empty", claim(measure='""'), "experiment.arm.measure"),
    ("measure list empty", claim(measure="[]"), "measure"),
    ("unknown experiment", claim(measure='"wlk.with_drift.end"'), "walk"),
    ("unknown arm", claim(measure='"walk.withdrift.end"'), "with_drift"),
    ("unknown measure", claim(measure='"walk.with_drift.ende"'), "end"),
    (
        "measure that the arm has not",
        claim(measure='"walk.without.high"').replace(
            'high = { kind = "number" }', 'high = { kind = "number", arms = ["with_drift"] }'
        ),
        "high",
    ),
    ("rival unknown", claim(judge='{ greater_than = "walk.no.end" }'), "`no`"),
    ("rival of one part", claim(judge='{ greater_than = "no" }'), "experiment.arm.measure"),
    ("among unknown", claim(among='"walk.with_drift.no"'), "`no`"),
    (
        "slope over unknown arm",
        claim(judge="{ slope = { with_drift = 1.0, no = 2.0, without = 3.0 }, at_least = 0.0 }"),
        "no",
    ),
    (
        "too few published",
        claim(measure='["walk.with_drift.end", "walk.without.end"]', published="[1.0]"),
        "published",
    ),
    ("judge and blocked", claim(blocked='"no data"'), "blocked"),
    ("neither judge nor blocked", claim(judge=None), "judge"),
    ("two claims of one id", claim() + claim()[claim().index("[[claims]]") :], "two claims"),
    # judges that do not fit
    ("unknown judge", claim(judge="{ looks_good = true }"), "looks_good"),
    ("option without judge", claim(judge="{ by = 1.0 }"), "judge"),
    ("bound as text", claim(judge='{ at_least = "0" }'), "at_least"),
    ("within without published", claim(published=None, judge="{ within = 1.0 }"), "published"),
    ("within negative", claim(judge="{ within = -1.0 }"), "within"),
    ("factor below one", claim(judge="{ within_factor = 0.5 }"), "within_factor"),
    ("bound not finite", claim(judge="{ at_least = nan }"), "at_least"),
    ("compatible false", claim(judge="{ compatible = false, resolution = 1.0 }"), "compatible"),
    ("compatible without resolution", claim(judge="{ compatible = true }"), "resolution"),
    (
        "rate of what is neither better high nor low",
        claim(measure='"walk.with_drift.high"', judge="{ rate_at_least = 0.3 }"),
        "better",
    ),
    ("equals without tolerance", claim(judge="{ equals = true }"), "equals"),
    ("order of nothing", claim(judge="{ order = [] }"), "order"),
    ("similar without margin", claim(judge='{ similar_to = "walk.without.end" }'), "similar_to"),
    ("not worse without margin", claim(judge='{ not_worse_than = "walk.without.end" }'), "by"),
    ("rule without reason", claim(why='""'), "why"),
    ("among a number", claim(among='"walk.with_drift.high"'), "among"),
    # amendments, departures, unstated
    (
        "amendment of unknown claim",
        PLAN
        + '\n[[amendments]]\nclaim = "no"\ndate = 1843-01-01\nwas = "a"\nwhy = "b"\nfirst_seed = 6\n',
        "`no`",
    ),
    (
        "amendment on used seeds",
        PLAN
        + '\n[[amendments]]\nclaim = "drift-moves"\ndate = 1843-01-01\nwas = "a"\nwhy = "b"\nfirst_seed = 3\n',
        "first_seed",
    ),
    (
        "amendment without date",
        PLAN + '\n[[amendments]]\nclaim = "drift-moves"\nwas = "a"\nwhy = "b"\nfirst_seed = 6\n',
        "date",
    ),
    (
        "amendment on text seed",
        PLAN
        + '\n[[amendments]]\nclaim = "drift-moves"\ndate = 1843-01-01\nwas = "a"\nwhy = "b"\nfirst_seed = "6"\n',
        "first_seed",
    ),
    (
        "departure without why",
        PLAN + '\n[[departures]]\nfrom = "a"\nto = "b"\n',
        "departures[0].why",
    ),
    ("departure misspelt", PLAN + '\n[[departures]]\nfrm = "a"\nto = "b"\nwhy = "c"\n', "from"),
    (
        "unstated without how",
        PLAN + '\n[[unstated]]\nwhat = "a"\nchosen = "b"\n',
        "unstated[0].how",
    ),
    ("dependency without text", PLAN + "\n[dependencies]\npillow = 1\n", "pillow"),
    ("claims as a table", PLAN.replace("[[claims]]", "[claims]"), "claims"),
    ("claims of numbers", "claims = [1, 2]\n" + PLAN[: PLAN.index("[[claims]]")], "claims[0]"),
]


def test_the_table_holds_two_hundred_broken_plans() -> None:
    assert len(BROKEN) >= 200
    assert len({name for name, _, _ in BROKEN}) == len(BROKEN)


@pytest.mark.parametrize(("name", "plan", "names"), BROKEN, ids=[b[0] for b in BROKEN])
def test_a_broken_plan_is_refused_by_an_error_that_names_the_key(
    name: str, plan: str, names: str, tmp_path: Path
) -> None:
    paper = make_paper(tmp_path, plan=plan)

    with pytest.raises(PlanError) as caught:
        load(paper)

    assert names in str(caught.value)
    assert str(paper / "paper.toml") in str(caught.value)


EXPERIMENTS_BROKEN: list[tuple[str, str, str]] = [
    ("syntax error", "def walk(:\n", "not valid Python"),
    ("no annotation", EXPERIMENTS.replace("config: Walk", "config"), "annotate"),
    ("no parameter", EXPERIMENTS.replace("def walk(config: Walk)", "def walk()"), "annotate"),
    ("class elsewhere", EXPERIMENTS.replace("class Walk:", "class Wakl:"), "Walk"),
    ("not frozen", EXPERIMENTS.replace("(frozen=True)", ""), "frozen"),
    ("frozen false", EXPERIMENTS.replace("frozen=True", "frozen=False"), "frozen"),
    ("base class", EXPERIMENTS.replace("class Walk:", "class Walk(Run):"), "base class"),
    ("default", EXPERIMENTS.replace("steps: int", "steps: int = 5"), "default"),
    ("type not allowed", EXPERIMENTS.replace("steps: int", "steps: list"), "list"),
    ("union", EXPERIMENTS.replace("steps: int", "steps: int | None"), "int | None"),
    ("no function", EXPERIMENTS.replace("def walk(", "def _walk("), "walk"),
]


@pytest.mark.parametrize(
    ("name", "source", "names"), EXPERIMENTS_BROKEN, ids=[b[0] for b in EXPERIMENTS_BROKEN]
)
def test_a_broken_config_class_is_refused_at_load(
    name: str, source: str, names: str, tmp_path: Path
) -> None:
    paper = make_paper(tmp_path, experiments=source)

    with pytest.raises(PlanError) as caught:
        load(paper)

    assert names in str(caught.value)


def test_a_missing_experiments_file_is_named(tmp_path: Path) -> None:
    paper = make_paper(tmp_path)
    (paper / paper.name / "experiments.py").unlink()

    with pytest.raises(PlanError, match=r"experiments\.py` is missing"):
        load(paper)


def test_a_missing_plan_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"there is no `paper\.toml`"):
        load(tmp_path)


def test_a_file_instead_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("words")

    with pytest.raises(PlanError, match=r"README\.md` is no folder\. Name a paper's folder"):
        load(tmp_path / "README.md")


def test_a_plan_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    paper = make_paper(tmp_path)
    (paper / "paper.toml").write_bytes(b'title = "\xff"')

    with pytest.raises(PlanError, match="not UTF-8 at byte 9"):
        load(paper)


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    plan = (
        swap("year = 1843", 'year = "x"')
        .replace("seeds = 6", "sedes = 6")
        .replace("at_least", "at_leest")
    )
    paper = make_paper(tmp_path, plan=plan)

    with pytest.raises(PlanError) as caught:
        load(paper)

    assert [key for key, _ in caught.value.problems] == [
        "paper.year",
        "experiments.walk.sedes",
        "experiments.walk.seeds",
        "claims[drift-moves].judge.at_leest",
    ]


def test_the_command_line_shows_no_traceback_for_a_broken_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paper = make_paper(tmp_path, plan=swap("year = 1843", "year = 43"))

    code = main(["replicate", str(paper)])

    assert code == 2
    assert capsys.readouterr().err.startswith(f"error: {paper}/paper.toml: `paper.year` must be")


LINES = PLAN.strip().splitlines()
TOML_VALUES = st.sampled_from(
    [
        "1",
        "-1",
        "0",
        "1.5",
        "nan",
        "inf",
        "true",
        '""',
        '"x"',
        "[]",
        "[1]",
        '["x"]',
        "{}",
        "{ a = 1 }",
        "1843-01-01",
        "99999999999999999999",
        "1e400",
        '"\\u0000"',
        "'''a\nb'''",
        "[[]]",
        "{ at_least = {} }",
        '"..."',
    ]
)


def messages(paper: Path) -> list[str]:
    """Returns what is wrong with a plan; any other exception than a plan's error is a failure."""
    try:
        load(paper)
    except PlanError as error:
        return [message for _, message in error.problems]
    return []


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    line=st.integers(0, len(LINES) - 1),
    value=TOML_VALUES,
    drop=st.booleans(),
    other=st.integers(0, len(LINES) - 1),
)
def test_a_randomly_broken_plan_loads_or_is_refused_by_a_plan_error(
    line: int, value: str, drop: bool, other: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines = list(LINES)
    key, equals, _ = lines[line].partition(" = ")
    lines[line] = f"{key} = {value}" if equals and not drop else ""
    lines[line], lines[other] = lines[other], lines[line]
    paper = make_paper(tmp_path_factory.mktemp("plan"), plan="\n".join(lines))

    assert all(message and "Traceback" not in message for message in messages(paper))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(cut=st.integers(0, len(PLAN)), noise=st.binary(max_size=30))
def test_a_cut_or_overwritten_plan_loads_or_is_refused_by_a_plan_error(
    cut: int, noise: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    paper = make_paper(tmp_path_factory.mktemp("plan"))
    whole = PLAN.encode()
    (paper / "paper.toml").write_bytes(whole[:cut] + noise + whole[cut + len(noise) :])

    assert all(messages(paper))
