# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Papers made over the whole grid of options run their own sessions: `nox -s template`.

All are made in one clone of this repository, uncommitted changes included. It lies in `.nox` of this checkout,
so that environments are kept there and shared by lock, as those of all papers are.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, commit, run_git
from wheels import tomllib

from ldlc.environment import find_uv

pytestmark = pytest.mark.slow

FRAMEWORKS = ("tensorflow", "sonnet", "keras", "numpy")
AWKWARD = {
    "tensorflow": {"authors": f"L{'o' * 91}ng, Jo", "title": "x" * 500},  # the longest name
    "sonnet": {
        "authors": "van den Oord, Aäron; O’Reilly, Randall C.; Sohl-Dickstein, Jascha; {{ 7*7 }}",
        "title": "With \"double\" and 'single' quotes, $(touch pwned) and {{ cookiecutter.title }}",
    },
    "keras": {
        "authors": "Þórðarson, Björn; Weiß, Ömer",
        "title": "emoji 👩🏽‍🔬, 数学, back\\slash \\n and # * _ | <b>",
        "replicator": 'Jane "JJ" O’Doe <jane+x@mail.example.org>',
    },
    "numpy": {
        "authors": "The ATLAS Collaboration",
        "title": "{% raw %}: - 'unclosed",
        "doi": '10.1002/(SICI)1097(1998)49:8<693::AID"4>3.0.CO;2-O',
    },
}
ANSWERS = {
    (framework, track): {"framework": framework, "track": track, **more}
    for framework in FRAMEWORKS
    for track, more in (("professional", {}), ("research", AWKWARD[framework]))
}


@dataclass
class Places:
    """Where papers are made, and the caches that the sessions of all of them share."""

    monorepo: Path
    env: dict[str, str]

    def run(self, folder: Path, *command: str, **more: str) -> str:
        """Returns what a command prints; it must succeed."""
        done = subprocess.run(
            command, cwd=folder, env={**self.env, **more}, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )  # fmt: skip
        assert 0 == done.returncode, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def nox(self, paper: Path, session: str, *options: str) -> str:
        return self.run(paper, sys.executable, "-m", "nox", "-s", session, "--", *options)

    def make(self, folder: Path, **answers: str) -> Path:
        """Makes a paper as a user does, hook included, and returns its folder."""
        given = [f"{key}={value}" for key, value in answers.items()]
        template = str(self.monorepo / "templates/paper")
        told = self.run(
            folder, sys.executable, "-m", "cookiecutter", template, "--no-input", *given
        )
        return Path(re.search("^Made (.*)$", told, re.M)[1])


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    folder = tmp_path_factory.mktemp("grid")
    (ROOT / ".nox").mkdir(exist_ok=True)
    inside = Path(tempfile.mkdtemp(prefix="template-grid-", dir=ROOT / ".nox"))
    (folder / "cookiecutter.yaml").write_text(
        f"cookiecutters_dir: {folder}\nreplay_dir: {folder}\n"
    )
    env = {key: value for key, value in os.environ.items() if not key.startswith(("LDLC_", "GIT_"))}
    env |= {
        "LDLC_CACHE": str(folder / "cache"),
        "COOKIECUTTER_CONFIG": str(folder / "cookiecutter.yaml"),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    env.pop("PYTHONPATH", None)
    try:
        yield Places(clone(inside / "ldlc"), env)
    finally:
        shutil.rmtree(inside, ignore_errors=True)


def clone(folder: Path) -> Path:
    """Clones this repository as it lies here, what is not committed included."""
    run_git(ROOT, "clone", "--quiet", str(ROOT), str(folder))
    for key, value in (("user.name", "Jane Doe"), ("user.email", "jane@example.org")):
        run_git(folder, "config", key, value)
    changed = run_git(
        ROOT, "ls-files", "--modified", "--deleted", "--others", "--exclude-standard", "-z"
    )
    for name in {name for name in changed.split("\0") if name}:
        (folder / name).unlink(missing_ok=True)
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    if changed:
        commit(folder, "Add what is not committed")
    return folder


@pytest.fixture(scope="module")
def papers(places: Places) -> dict[tuple[str, str], Path]:
    made = {key: places.make(places.monorepo, **answers) for key, answers in ANSWERS.items()}
    commit(places.monorepo, "Start papers")
    return made


def released(paper: Path) -> tuple[int, ...]:
    """Returns the version of core that a paper pins."""
    (pin,) = tomllib.loads((paper / "pyproject.toml").read_text())["project"]["dependencies"]
    return tuple(int(number) for number in pin.partition("==")[2].split("."))


@pytest.mark.parametrize(("framework", "track"), list(ANSWERS))
def test_a_fresh_paper_passes_its_own_sessions(
    places: Places, papers: dict[tuple[str, str], Path], tmp_path: Path, framework: str, track: str
) -> None:
    paper = papers[framework, track]

    told = {name: places.nox(paper, name) for name in ("lint", "check", "tests", "plan")}
    smoke = places.nox(paper, "replicate", "--scale", "smoke")
    places.run(paper, find_uv(), "build", "--quiet", "--out-dir", str(tmp_path))

    assert "checks passed" in told["check"]
    assert re.search(r"= \d+ passed in", told["tests"])
    assert "smoke: 2 runs, 0 failed" in smoke
    assert 2 == len([*tmp_path.glob("*.whl"), *tmp_path.glob("*.tar.gz")])
    assert not list(places.monorepo.rglob("pwned"))
    assert "" == run_git(places.monorepo, "status", "--porcelain")


def test_defaults_are_replicated_in_the_monorepo(
    places: Places, papers: dict[tuple[str, str], Path]
) -> None:
    told = places.nox(papers["tensorflow", "professional"], "replicate")

    assert "3 of 3 claims replicated" in told


def test_defaults_work_in_an_empty_folder_elsewhere(places: Places, tmp_path: Path) -> None:
    paper = places.make(tmp_path)

    tests = places.nox(paper, "tests")
    told = places.nox(paper, "replicate")

    shutil.rmtree(paper / ".nox")  # some gigabytes, which pytest would keep
    assert tmp_path / "DoeRoe2026_1" == paper
    assert re.search(r"= \d+ passed in", tests)
    assert "3 of 3 claims replicated" in told


def test_a_recorded_paper_shows_its_verdicts(
    places: Places, papers: dict[tuple[str, str], Path]
) -> None:
    paper = papers["numpy", "professional"]

    places.nox(paper, "replicate", "--record")

    places.nox(paper, "report", "--check")
    assert "checks passed" in places.nox(paper, "check")
    assert (paper / "REPORT.md").is_file()
    assert (paper / "figures/status.svg").is_file()
    if released(paper) >= (0, 2):
        assert "](REPORT.md)" in (paper / "README.md").read_text()
        assert "Nothing is recorded yet" not in (paper / "README.md").read_text()
    run_git(places.monorepo, "clean", "--quiet", "-d", "--force", "repos")
    run_git(places.monorepo, "checkout", "--quiet", "repos")


def test_the_workflow_of_a_published_paper_passes(places: Places, tmp_path: Path) -> None:
    """What GitHub runs, in the paper's folder alone: core's wheel comes from a release, into an empty cache."""
    paper = places.make(tmp_path, framework="numpy")
    wheel = next((tmp_path / places.env["LDLC_CACHE"]).glob("wheels/*/*.whl"))
    (tmp_path / "assets").mkdir()
    shutil.copy(wheel, tmp_path / "assets")
    workflow = yaml.safe_load((paper / ".github/workflows/ci.yml").read_text())
    job = workflow["jobs"]["replication"]
    python = f"3.{sys.version_info.minor}"
    settings = {
        "LDLC_PYTHON": python if python in job["strategy"]["matrix"]["python"] else "3.11",
        "LDLC_CACHE": str(tmp_path / "cache"),
        "LDLC_RELEASES": (tmp_path / "assets").as_uri(),
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/nox").write_text(f'#!/bin/sh\nexec {sys.executable} -m nox "$@"\n')
    (tmp_path / "bin/nox").chmod(0o755)

    steps = [
        step["run"] for step in job["steps"] if "run" in step and " pip install " not in step["run"]
    ]
    told = [places.run(paper, "bash", "-e", "-c", step, **settings) for step in steps]

    assert 3 == len(steps)
    assert "smoke: 2 runs, 0 failed" in told[-1]
    assert list((tmp_path / "cache").rglob("*.whl"))


VALIDATE = """
import sys
from pathlib import Path
from cffconvert import Citation

for file in sys.argv[1:]:
    Citation(Path(file).read_text(encoding="utf-8"), src=file).validate()
    print("valid", file)
"""


def test_every_citation_is_valid(
    places: Places, papers: dict[tuple[str, str], Path], tmp_path: Path
) -> None:
    """Held against the schema of the Citation File Format, version 1.2.0."""
    dois = ["", "10.1038/323533a0", "10.48550/arXiv.1412.6980", "10.1000/{{7*7}}"]
    made = [places.make(tmp_path, framework="numpy", doi=doi) for doi in dois]
    here = [file.parent for file in ROOT.glob("repos/*/paper.toml")]
    files = [str(paper / "CITATION.cff") for paper in [*papers.values(), *made, *here]]
    validator = [
        "run",
        "--quiet",
        "--isolated",
        "--no-project",
        "--with",
        "cffconvert==2.0.0",
        "python",
    ]

    told = places.run(tmp_path, find_uv(), *validator, "-c", VALIDATE, *files)

    assert [f"valid {file}" for file in files] == [
        line for line in told.splitlines() if line[:5] == "valid"
    ]
    for file in files:
        citation = yaml.safe_load(Path(file).read_text(encoding="utf-8"))
        project = tomllib.loads((Path(file).parent / "pyproject.toml").read_text())["project"]
        assert (project["version"], "GPL-3.0-or-later") == (
            str(citation["version"]),
            citation["license"],
        )
        assert citation["references"][0]["authors"]
