# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The template: papers are made over its options and with awkward answers; each file is read by its own parser."""

from __future__ import annotations

import ast
import fnmatch
import importlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from cookiecutter.exceptions import FailedHookException
from cookiecutter.main import cookiecutter
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jinja2 import Environment, StrictUndefined
from template_render import BELOW

from ldlc import checks, plan, report
from ldlc.checks.header import source_files
from ldlc.environment import find_uv
from ldlc.report import readme

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "templates/paper"
FRAMEWORKS = ("tensorflow", "sonnet", "keras", "numpy")
TRACKS = ("professional", "research")


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cookiecutter configuration that keeps what it remembers out of the home folder."""
    folder = tmp_path_factory.mktemp("cookiecutter")
    file = folder / "config.yaml"
    file.write_text(f"cookiecutters_dir: {folder}\nreplay_dir: {folder}\n")
    return file


@pytest.fixture
def make(config: Path, tmp_path: Path) -> Any:
    """Makes a paper with some answers, the others at their defaults; returns its folder."""

    def make_paper(output: Path = tmp_path, **answers: Any) -> Path:
        return generate(config, output, **answers)

    return make_paper


def generate(config: Path, output: Path, **answers: Any) -> Path:
    made = cookiecutter(
        str(TEMPLATE),
        no_input=True,
        extra_context=answers,
        output_dir=str(output),
        config_file=str(config),
        accept_hooks=False,
    )
    return Path(made)


def command(
    output: Path, *arguments: str, typed: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs cookiecutter as a user does, with a home folder of its own."""
    env = os.environ | {"HOME": str(output.parent / "home"), "COLUMNS": "200"}
    env.pop("COOKIECUTTER_CONFIG", None)
    return subprocess.run(
        [sys.executable, "-m", "cookiecutter", str(TEMPLATE), *arguments],
        cwd=output, env=env, input=typed, capture_output=True, text=True, check=False,
    )  # fmt: skip


def toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def files_of(paper: Path) -> list[str]:
    return sorted(str(f.relative_to(paper)) for f in paper.rglob("*") if f.is_file())


# ---------------------------------------------------------------------------- what is made


@pytest.fixture(scope="module")
def grid(config: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """One paper for each framework and track, and one with the longest name."""
    output = tmp_path_factory.mktemp("grid")
    papers = {
        (framework, track): generate(config, output, framework=framework, track=track)
        for framework, track in itertools.product(FRAMEWORKS, TRACKS)
    }
    for framework in ("tensorflow", "numpy"):
        authors = f"L{'o' * 91}ng, Jo"  # 100 characters with year and counter, the longest
        papers[framework, "longest"] = generate(
            config, output, framework=framework, authors=authors
        )
    return papers


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("track", TRACKS)
def test_a_fresh_paper_passes_every_check(grid: Any, framework: str, track: str) -> None:
    paper = grid[framework, track]

    problems = [p for result in checks.run(paper) for p in result.problems]

    unreleased = not toml(ROOT / "releases.toml")
    assert (
        [f"{paper}/pyproject.toml: core 0.1.0.dev0 is no release. Pin a released version."]
        * unreleased
    ) == problems
    replication = plan.load(paper).plan.replication
    assert (framework, track) == (replication.framework, replication.track)


def test_every_file_parses(grid: Any) -> None:
    for paper in grid.values():
        for file in (paper / name for name in files_of(paper)):
            text = file.read_text(encoding="utf-8")
            assert "cookiecutter" not in text or file.suffix in (".md", ".py")
            if file.suffix == ".toml":
                tomllib.loads(text)
            elif file.suffix == ".py":
                ast.parse(text)
            elif file.suffix in (".yml", ".cff"):
                assert isinstance(yaml.safe_load(text), dict)


def test_code_has_the_form_that_its_own_lint_demands(grid: Any) -> None:
    folder = next(iter(grid.values())).parent

    for form in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *form, "--no-cache", "."]
        done = subprocess.run(ruff, cwd=folder, capture_output=True, text=True, check=False)
        assert 0 == done.returncode, done.stdout + done.stderr


def test_every_file_is_classified_once(grid: Any) -> None:
    classes = toml(TEMPLATE / "files.toml")
    patterns = [p for kind in ("locked", "merge", "seed") for p in classes[kind]]
    assert {"locked", "merge", "seed"} == set(classes)

    used = set()
    for paper in grid.values():
        for name in files_of(paper):
            parts = [p for p in patterns if matches(name, p.replace("NAME", paper.name))]
            assert 1 == len(parts), (name, parts)
            used.add(parts[0])
    assert set(patterns) == used


def matches(name: str, pattern: str) -> bool:
    return name.count("/") == pattern.count("/") and fnmatch.fnmatchcase(name, pattern)


def test_every_source_file_has_its_header(grid: Any) -> None:
    for paper in grid.values():
        assert {"paper.toml", "CITATION.cff", "noxfile.py"} < set(source_files(checks.Tree(paper)))
        header = [r for r in checks.run(paper) if r.code == "P03"]
        assert () == header[0].problems


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_core_is_pinned_with_the_framework(grid: Any, framework: str) -> None:
    paper = grid[framework, "research"]
    releases = toml(ROOT / "releases.toml")
    newest = max(releases, key=lambda v: [int(n) for n in v.split(".")], default=None)
    core = newest or toml(ROOT / "core/pyproject.toml")["project"]["version"]
    extra = "" if framework == "numpy" else f"[{framework}]"

    project = toml(paper / "pyproject.toml")["project"]

    assert [f"ldlc{extra}=={core}"] == project["dependencies"]
    hashed = f" --hash=sha256:{releases[newest]['wheel']}" if newest else ""
    assert f"ldlc=={core}{hashed}\n" == (paper / "core.lock").read_text()
    lock = TEMPLATE / "locks" / f"{framework}.lock"
    assert lock.read_bytes() == (paper / "requirements.lock").read_bytes()


def test_facts_that_stand_twice_agree(grid: Any) -> None:
    paper = grid["numpy", "research"]

    assert (ROOT / "LICENSE").read_bytes() == (paper / "LICENSE").read_bytes()
    ours, papers = toml(ROOT / "pyproject.toml")["tool"]["ruff"], toml(paper / "ruff.toml")
    for key in ("select", "ignore", "pycodestyle"):
        assert ours["lint"][key] == papers["lint"][key]
    assert ours["line-length"] == papers["line-length"]
    tools = re.findall(r"^((?:nox|uv)==\S+)", (ROOT / "requirements.txt").read_text(), re.M)
    workflow = (paper / ".github/workflows/ci.yml").read_text()
    assert f"pip install {' '.join(tools)}\n" in workflow
    backend = toml(ROOT / "core/pyproject.toml")["build-system"]
    assert backend == toml(paper / "pyproject.toml")["build-system"]


def test_what_is_built_holds_package_and_licence(make: Any, tmp_path: Path) -> None:
    paper = make(framework="numpy")
    for name in ("REPORT.md", "figures/strip.svg", "results/full/rings/linear.jsonl"):
        (paper / name).parent.mkdir(parents=True, exist_ok=True)
        (paper / name).write_text("recorded\n")
    here = set(files_of(paper))

    subprocess.run(
        [find_uv(), "build", "--quiet", "--out-dir", str(tmp_path), str(paper)], check=True
    )

    (sdist,), (wheel,) = tmp_path.glob("*.tar.gz"), tmp_path.glob("*.whl")
    shutil.unpack_archive(sdist, tmp_path / "sdist", "gztar", **BELOW)
    (source,) = (tmp_path / "sdist").iterdir()
    unpublished = {
        ".github/workflows/ci.yml",
        ".gitignore",
        ".pre-commit-config.yaml",
        ".template.toml",
    }
    assert here - unpublished == set(files_of(source)) - {"PKG-INFO", ".template.toml"}
    shutil.unpack_archive(wheel, tmp_path / "wheel", "zip")
    made = files_of(tmp_path / "wheel")
    assert f"{paper.name}/experiments.py" in made
    licence = next(name for name in made if name.endswith("licenses/LICENSE"))
    for copy in (source / "LICENSE", tmp_path / "wheel" / licence):
        assert (ROOT / "LICENSE").read_bytes() == copy.read_bytes()


def test_links_in_a_fresh_paper_lead_somewhere(grid: Any) -> None:
    for paper in grid.values():
        for page in ("README.md", "EXAMPLE.md"):
            text = (paper / page).read_text()
            links = re.findall(r"\]\(([^)#]+)\)", text)
            inside = [link for link in links if not link.startswith("https://")]
            assert [] == [link for link in inside if not (paper / link).is_file()]
    assert inside == []
    assert "EXAMPLE.md" in (paper / "README.md").read_text()


def test_the_readme_has_a_place_for_the_verdicts(grid: Any) -> None:
    paper = grid["numpy", "professional"]
    recorded = next(ROOT.glob("repos/*/report.json"))
    text = (paper / "README.md").read_text()

    filled = readme.filled(text, report.decode(recorded.read_bytes()))

    assert "Nothing is recorded yet" in text
    assert "Nothing is recorded yet" not in filled
    assert "](REPORT.md)" in filled


# ---------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("authors", "year", "name"),
    [
        ("Kingma, Diederik P.; Ba, Jimmy", "2014", "KingmaBa2014_1"),
        ("Kingma, Diederik P. ;Ba, Jimmy;", "2014", "KingmaBa2014_1"),
        ("Aäron van den Oord; Oriol Vinyals; Koray Kavukcuoglu", "2017", "VanDenOordVinyalsKavukcuoglu2017_1"),
        ("O’Reilly, Randall C.; Sohl-Dickstein, Jascha", "1996", "OReillySohlDickstein1996_1"),
        ("A B; C D; E F; G H", "2001", "BDFEtAl2001_1"),
        ("Þórðarson, Björn; Łukasiewicz, Jan; Weiß, Ömer", "1960", "ThordarsonLukasiewiczWeiss1960_1"),
        ("The ATLAS Collaboration", "2012", "ATLASCollaboration2012_1"),
    ],
)  # fmt: skip
def test_one_name_everywhere(make: Any, authors: str, year: str, name: str) -> None:
    paper = make(authors=authors, year=year, framework="numpy")

    assert name == paper.name
    assert (paper / name / "experiments.py").is_file()
    project = toml(paper / "pyproject.toml")
    assert [name, name] == [project["project"]["name"], project["tool"]["flit"]["module"]["name"]]
    assert f"from {name} import model" in (paper / "tests/test_model.py").read_text()
    assert () == next(r for r in checks.run(paper) if r.code == "P02").problems


def test_the_next_free_counter_is_taken(make: Any, tmp_path: Path) -> None:
    assert "DoeRoe2026_1" == make().name
    (tmp_path / "doeroe2026_4").mkdir()  # the same repository to GitHub, and to some file systems
    (tmp_path / "DoeRoe2026_draft").mkdir()

    assert "DoeRoe2026_5" == make().name
    assert "DoeRoe2025_1" == make(year="2025").name


def test_a_counter_that_makes_the_name_too_long_is_refused(make: Any, tmp_path: Path) -> None:
    longest = "L" * 94
    for counter in range(1, 10):
        (tmp_path / f"{longest}2026_{counter}").mkdir()

    with pytest.raises(FailedHookException, match="has 101 characters"):
        make(authors=longest)

    assert 9 == len(list(tmp_path.iterdir()))


def test_a_paper_goes_into_repos_at_the_top_of_the_monorepo(make: Any, tmp_path: Path) -> None:
    (tmp_path / "templates/paper").mkdir(parents=True)
    (tmp_path / "templates/paper/cookiecutter.json").write_text("{}")

    assert tmp_path / "repos/DoeRoe2026_1" == make()
    assert tmp_path / "repos/DoeRoe2026_2" == make()
    assert tmp_path / "repos/DoeRoe2026_3" == make(output=tmp_path / "repos")


# ---------------------------------------------------------------------------- awkward answers

AWKWARD = [
    'with "double" and \'single\' quotes, and """three"""',
    "{{ 7*7 }}",
    "{{ cookiecutter.title.__class__ }}{% for i in range(3) %}x{% endfor %}{# gone #}",
    "{% raw %}{{ open",
    "{{ 'unclosed",
    "{{cookiecutter.name}}",
    "verbatim from here on",
    "back\\slash \\n \\u0041 \\",
    "$(touch pwned) `touch pwned` ; touch pwned & | > pwned",
    "100 % of ${HOME} and %(name)s",
    "emoji 🎉 👩🏽‍🔬 and 数学 and ∑ₙ x²",
    "x" * 500,
    "é" * 500,
    '"]\n[evil'.replace("\n", " "),
    '" # comment',
    "'''",
    "- key: value",
    "key: [1, 2",
    "*alias &anchor !tag | > %",
    "null",
    "1986",
    "# heading <script>alert(1)</script> [link](https://evil.example) ![image](x) | cell | *bold* _it_ ~~no~~",
    "https://evil.example/ www.evil.example",
    "  blanks around  ",
    "../../etc/passwd",
    "/",
    "C:\\con",
    "-rf --help",
    "\u00a0no-break\u2003em\u200dzero",
    "العربية עברית",
]  # fmt: skip


@pytest.mark.parametrize("text", AWKWARD)
def test_an_awkward_title_is_taken_as_it_is(make: Any, tmp_path: Path, text: str) -> None:
    paper = make(title=text, framework="numpy")

    title = text.strip()
    assert title == toml(paper / "paper.toml")["paper"]["title"]
    assert title == plan.load(paper).plan.paper.title
    citation = yaml.safe_load((paper / "CITATION.cff").read_text(encoding="utf-8"))
    assert title == citation["references"][0]["title"]
    assert f"DoeRoe2026_1: a replication of {title}" == citation["title"]
    assert text == toml(paper / ".template.toml")["answers"]["title"]
    assert FILES == {name.replace(paper.name, "NAME") for name in files_of(paper)}
    assert ["DoeRoe2026_1"] == [p.name for p in tmp_path.iterdir()]


FILES = {
    ".github/workflows/ci.yml", ".gitignore", ".pre-commit-config.yaml", ".template.toml", "CHANGELOG.md",
    "CITATION.cff", "EXAMPLE.md", "LICENSE", "NAME/__init__.py", "NAME/experiments.py", "NAME/model.py",
    "NAME/tasks.py", "README.md", "core.lock", "noxfile.py", "paper.toml", "pyproject.toml", "requirements.lock",
    "ruff.toml", "tests/test_model.py",
}  # fmt: skip


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_later_authors_are_taken_as_they_are(make: Any, text: str) -> None:
    authors = f"Doe, Jane; Roe, R.; Poe, P.; {text}"

    paper = make(authors=authors, framework="numpy")

    expected = [a for a in (" ".join(a.split()) for a in authors.split(";")) if a]
    assert "DoeRoePoeEtAl2026_1" == paper.name
    assert expected == toml(paper / "paper.toml")["paper"]["authors"]
    citation = yaml.safe_load((paper / "CITATION.cff").read_text(encoding="utf-8"))
    assert len(expected) == len(citation["references"][0]["authors"])


@pytest.mark.parametrize(
    "name",
    [
        'Jane "JJ" O’Doe',
        "{{ 7*7 }}",
        "Jane \\ Doe",
        "$(id)",
        "# Jane: [Doe]",
        "李飞",
        "x" * 500,
        "👩 Doe",
    ],
)
def test_an_awkward_replicator_is_taken_as_written(make: Any, name: str) -> None:
    paper = make(replicator=f"{name} <jane+x@mail.example.org>", framework="numpy")

    assert [f"{name} <jane+x@mail.example.org>"] == plan.load(paper).plan.replication.replicators
    author = toml(paper / "pyproject.toml")["project"]["authors"][0]
    assert {"name": name, "email": "jane+x@mail.example.org"} == author
    cited = yaml.safe_load((paper / "CITATION.cff").read_text(encoding="utf-8"))["authors"][0]
    assert "jane+x@mail.example.org" == cited["email"]


@pytest.mark.parametrize(
    ("doi", "kept", "cited"),
    [
        ("10.1038/323533a0", "10.1038/323533a0", {"doi": "10.1038/323533a0"}),
        ("https://doi.org/10.1038/323533a0", "10.1038/323533a0", {"doi": "10.1038/323533a0"}),
        (
            "doi: 10.48550/arXiv.1412.6980",
            "10.48550/arXiv.1412.6980",
            {"doi": "10.48550/arXiv.1412.6980"},
        ),
        (
            '10.1002/(SICI)1097(1998)49:8<693::AID"4>3.0.CO;2-O',
            '10.1002/(SICI)1097(1998)49:8<693::AID"4>3.0.CO;2-O',
            {"url": "https://doi.org/10.1002/(SICI)1097(1998)49:8%3C693::AID%224%3E3.0.CO;2-O"},
        ),
        (
            "10.1000/{{7*7}}",
            "10.1000/{{7*7}}",
            {"url": "https://doi.org/10.1000/%7B%7B7%2A7%7D%7D"},
        ),
        ("", None, {}),
    ],
)
def test_doi_is_kept_bare(make: Any, doi: str, kept: str | None, cited: dict[str, str]) -> None:
    paper = make(doi=doi, framework="numpy")

    assert kept == plan.load(paper).plan.paper.doi
    reference = yaml.safe_load((paper / "CITATION.cff").read_text())["references"][0]
    assert cited == {key: reference[key] for key in ("doi", "url") if key in reference}


def test_markdown_shows_awkward_text_as_it_is(make: Any) -> None:
    paper = make(
        title="# <b>*a*</b> [l](http://x.example) `c` {{ 7*7 }} $x$ | y", framework="numpy"
    )

    assert (
        r"*\# \<b\>\*a\*\</b\> \[l\](http&#8203;://x.example) \`c\` \{\{ 7\*7 \}\} \$x\$ \| y*"
        in (paper / "README.md").read_text()
    )


@pytest.fixture(scope="module")
def scaffold() -> Iterator[Any]:
    """The template's own module."""
    sys.path.insert(0, str(TEMPLATE))
    yield importlib.import_module("ldlc_scaffold")
    sys.path.remove(str(TEMPLATE))


@settings(deadline=None)  # a template is compiled for each text
@given(text=st.text())
def test_no_answer_is_a_template(scaffold: Any, text: str) -> None:
    asking = Environment(extensions=[scaffold.Scaffold], undefined=StrictUndefined)
    asking.from_string(
        next(iter(json.loads((TEMPLATE / "cookiecutter.json").read_text()).values()))
    )

    assert text == asking.from_string(text).render()


@given(text=st.text())
def test_every_parser_reads_back_what_was_quoted(scaffold: Any, text: str) -> None:
    assume(all(scaffold._is_printable(character) for character in text))

    quoted = scaffold.quote(text)

    assert text == tomllib.loads(f"x = {quoted}")["x"]
    assert text == yaml.safe_load(f"x: {quoted}")["x"]
    assert text == ast.literal_eval(quoted)


# ---------------------------------------------------------------------------- refusals

REFUSED = [
    ({"title": ""}, r"error: `title` is empty"),
    ({"title": " "}, r"error: `title` is empty"),
    ({"title": "two\nlines"}, r"`title` must be one line of text, got the character '\\n'"),
    ({"title": "bell \x07"}, r"`title` must be one line of text, got the character '\\x07'"),
    ({"title": "turned \u202e round"}, r"got the character '\\u202e'"),
    ({"title": "half \udcff"}, r"got the character '\\udcff'"),
    ({"title": "no character \ufffe"}, r"got the character '\\ufffe'"),
    ({"title": "separator \u2028 here"}, r"got the character '\\u2028'"),
    ({"title": "x" * 1_001}, r"`title` may have 1,000 characters, got 1,001"),
    ({"authors": ""}, r"error: `authors` is empty"),
    ({"authors": " ; ;"}, r"error: `authors` is empty"),
    ({"authors": "李飞"}, r"the letter `李`.*Give a transliteration"),
    ({"authors": "{{ 7*7 }}"}, r"the family name of `\{\{ 7\*7 \}\}` has no letters"),
    ({"authors": "Jane Doe and Richard Roe"}, r"reads like several authors"),
    ({"authors": "x" * 500}, r"has 506 characters; the name of a repository may have 100"),
    ({"year": ""}, r"`year` must have four digits, from 1600 to 2999, got ''"),
    ({"year": "86"}, r"`year` must have four digits, from 1600 to 2999, got 86\."),
    ({"year": "2026; x"}, r"`year` must have four digits"),
    ({"year": "２０２６"}, r"`year` must have four digits"),
    ({"year": "0000"}, r"`year` must have four digits, from 1600 to 2999, got 0"),
    ({"doi": "not a doi"}, r"`doi` must read like 10\.1038/323533a0, got 'not a doi'"),
    ({"doi": '10.1000/" x'}, r"`doi` must read like"),
    ({"framework": "torch"}, r"`framework` must be tensorflow, sonnet, keras or numpy, got 'torch'"),
    ({"framework": ""}, r"`framework` must be"),
    ({"framework": "../numpy"}, r"`framework` must be"),
    ({"track": "amateur"}, r"`track` must be professional or research, got 'amateur'"),
    ({"replicator": ""}, r"`replicator` must read `Name <email>`, the name without commas, got ''"),
    ({"replicator": "Jane Doe"}, r"`replicator` must read `Name <email>`"),
    ({"replicator": "<jane@example.org>"}, r"`replicator` must read"),
    ({"replicator": "Doe, Jane <jane@example.org>"}, r"the name without commas"),
    ({"replicator": "Jane <jane@example.org>\nEvil: yes"}, r"`replicator` must be one line"),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "message"), REFUSED)
def test_refused_before_anything_is_written(
    make: Any, tmp_path: Path, answers: dict[str, str], message: str
) -> None:
    with pytest.raises(FailedHookException, match=message):
        make(**answers)

    assert [] == list(tmp_path.iterdir())


def test_all_wrong_answers_are_told_at_once_without_a_traceback(tmp_path: Path) -> None:
    output = tmp_path / "here"
    output.mkdir()

    done = command(
        output,
        "--no-input",
        "title=It's $(here)",
        "authors=李飞",
        "year=86",
        "framework=torch",
        "replicator=me",
    )

    assert 1 == done.returncode
    lines = done.stdout.splitlines()
    assert 4 == sum(line.startswith("error: ") for line in lines)
    assert lines[-1].startswith(
        f"  cookiecutter {TEMPLATE} 'title=It'\"'\"'s $(here)' doi= track=professional"
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert [] == list(output.iterdir())


def test_typed_answers_are_text_too(tmp_path: Path) -> None:
    output = tmp_path / "here"
    output.mkdir()
    typed = ["{{ 7*7 }} {% for %}", "Kingma, D.; Ba, J.", "2014", "", "numpy", "research", ""]

    done = command(output, "doi={{ 6*7 }}", typed="".join(f"{line}\n" for line in typed))

    # an empty line takes the default: the DOI from the command line, which is none
    assert (1, 1) == (done.returncode, done.stdout.count("error:"))
    assert "`doi` must read like 10.1038/323533a0, got '{{ 6*7 }}'" in done.stdout
    assert "name" not in re.findall(r"\[\d/\d\] (\w+)", done.stdout)
    assert [] == list(output.iterdir())

    done = command(output, typed="".join(f"{line}\n" for line in typed))

    assert 0 == done.returncode, done.stdout + done.stderr
    assert "{{ 7*7 }} {% for %}" == toml(output / "KingmaBa2014_1/paper.toml")["paper"]["title"]


# ---------------------------------------------------------------------------- where it came from


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with this template and what it needs, all committed."""
    folder = tmp_path / "clone"
    for name in ("templates/paper", "core/src/ldlc", "tools"):
        ignored = shutil.ignore_patterns("__pycache__", "tests")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("releases.toml", "core/pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "-c", "user.name=x", "-c", "user.email=x@x.example", "commit", "-qm", "x")
    return folder


def git(folder: Path, *arguments: str) -> str:
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=env, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def run_in(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"HOME": str(clone.parent / "home")}
    start = [sys.executable, "-B", "-m", "cookiecutter", "templates/paper", "--no-input"]
    return subprocess.run(
        [*start, "--accept-hooks", "no", *arguments],
        cwd=clone, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip


def test_origin_is_recorded(clone: Path) -> None:
    run_in(clone, "framework=numpy")
    (clone / "templates/paper/files.toml").open("a").write("# changed\n")
    run_in(clone, "framework=numpy", "title=Another")

    clean, dirty = (toml(clone / f"repos/DoeRoe2026_{i}/.template.toml") for i in (1, 2))

    tree = git(clone, "rev-parse", "HEAD:templates/paper")
    assert (tree, False) == (clean["origin"]["tree"], clean["origin"]["dirty"])
    assert (tree, True) == (dirty["origin"]["tree"], dirty["origin"]["dirty"])
    assert "Another" == dirty["answers"]["title"]
    assert {"title", "authors", "year", "doi", "framework", "track", "replicator"} == set(
        clean["answers"]
    )


def test_the_same_template_and_origin_give_the_same_files(
    clone: Path, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_in(clone, "framework=numpy", "title={{ 7*7 }}")
    paper = clone / "repos/DoeRoe2026_1"
    recorded = toml(paper / ".template.toml")
    (clone / "releases.toml").unlink()  # nothing is looked up again

    monkeypatch.delitem(sys.modules, "ldlc_scaffold", raising=False)
    again = cookiecutter(
        str(clone / "templates/paper"), no_input=True, output_dir=str(tmp_path / "again"), accept_hooks=False,
        extra_context=recorded["answers"] | {"_recorded": recorded["origin"]}, config_file=str(config),
    )  # fmt: skip
    monkeypatch.delitem(sys.modules, "ldlc_scaffold", raising=False)

    assert files_of(paper) == files_of(Path(again))
    for name in files_of(paper):
        assert (paper / name).read_bytes() == Path(again, name).read_bytes(), name
