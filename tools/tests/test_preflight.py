# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is about to be published is tested by itself first; what fails is not published."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, commit, make_wheel
from loopback_github import OWNER
from publishable import Desk, make_desk
from publishing.errors import Refused
from publishing.preflight import examine_core, examine_paper
from publishing.repository import Repository
from publishing.splitter import split
from wheels import released_wheel

NOXFILE = """\
import os, pathlib, subprocess, sys
import nox

nox.options.default_venv_backend = "none"
HERE = pathlib.Path(__file__).resolve().parent


@nox.session
def lint(session):
    assert not (HERE.parent / "releases.toml").exists(), "this is the monorepo"
    assert pathlib.Path(os.environ["LDLC_CORE"]).suffix == ".whl"


@nox.session
def check(session):
    pathlib.Path(os.environ["NOTES"]).write_text("\\n".join([str(HERE), *os.environ, *os.environ.values()]))


@nox.session
def tests(session):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", HERE / ".nox/env-1"], check=True)
    session.run(sys.executable, "-c", "TEST", external=True)
"""
GATES = """\
import nox


@nox.session(venv_backend="none")
def gates(session):
    session.error("shut for", session.posargs)
"""
MODULE = """\
[build-system]
requires = ["flit_core==3.12.0"]
build-backend = "flit_core.buildapi"

"""


@pytest.fixture
def paper(released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A checkout with a paper that has sessions and a package; nobody publishes it."""

    class NoHub:
        url = "http://127.0.0.1:1"
        requests: list = []  # noqa: RUF012 - a stand-in

    monkeypatch.setenv("LDLC_CACHE", str(released.parent / "cache"))
    monkeypatch.setenv("NOTES", str(tmp_path / "notes"))
    return with_sessions(make_desk(tmp_path / "mono", released, NoHub()))


def with_sessions(desk: Desk, test: str = "print(1)") -> Desk:
    desk.write("noxfile.py", NOXFILE.replace("TEST", test))
    pyproject = (desk.folder / "pyproject.toml").read_text().removeprefix(MODULE)
    described = pyproject.replace("[project]\n", '[project]\ndescription = "A paper."\n', 1)
    desk.write("pyproject.toml", MODULE + described)
    desk.write(f"{desk.name}/__init__.py", "")
    desk.commit("Add sessions and a package")
    return desk


def examine(desk: Desk) -> list[str]:
    said: list[str] = []
    repository = Repository(desk.root)
    commit_ = split(repository, "main", f"repos/{desk.name}").tip
    wheel = released_wheel(desk.root, "0.1.0")
    examine_paper(desk.root, repository, commit_, desk.name, wheel, said.append)
    return said


def test_a_paper_passes_on_its_own(paper: Desk, tmp_path: Path) -> None:
    said = examine(paper)
    folder = Path((tmp_path / "notes").read_text().splitlines()[0])

    assert [line.partition(":")[2][:20] for line in said] == [
        " tests in a fresh en",
        " the package builds,",
    ]
    assert folder.name == paper.name
    assert not folder.exists()


def test_what_fails_is_refused_with_the_end_of_what_it_printed(paper: Desk) -> None:
    with_sessions(paper, "import sys; print('line 1'); sys.exit('two of three tests fail')")

    with pytest.raises(
        Refused,
        match=r"not published: what would be published fails by itself \(nothing was written\)\. It ends "
        r"with:\n"
        r"(  .*\n)*  two of three tests fail\n(  .*\n)*Mend it here, commit, and give the command again",
    ):
        examine(paper)


def test_a_package_that_does_not_import_is_refused(paper: Desk) -> None:
    paper.write(f"{paper.name}/__init__.py", "import nothing_of_that_name\n")
    paper.commit("Break the package")

    with pytest.raises(Refused, match=r"No module named 'nothing_of_that_name'"):
        examine(paper)


def test_the_gates_of_the_monorepo_are_passed_too(paper: Desk) -> None:
    (paper.root / "noxfile.py").write_text(GATES)
    commit(paper.root, "Add gates")

    with pytest.raises(Refused, match=rf"shut for.*\['{paper.name}'\]"):
        examine(paper)


def test_what_is_refused_is_not_written_and_what_runs_has_no_token(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import publish

    monkeypatch.setenv("NOTES", str(tmp_path / "notes"))
    with_sessions(desk, "import sys; sys.exit(3)")
    for variable in ("GITHUB_SERVER_URL", "GITHUB_API_URL"):
        monkeypatch.setenv(variable, desk.hub.url)
    monkeypatch.setenv("GH_TOKEN", OWNER)

    assert publish.main([desk.name], desk.root) == 1
    assert desk.changes() == []
    assert desk.refs() is None
    assert OWNER not in (tmp_path / "notes").read_text()
    assert "GH_TOKEN" not in os.environ


@pytest.mark.parametrize(
    ("body", "passes"), [("assert True", True), ("assert False, 'core is broken'", False)]
)
def test_core_is_tested_on_its_wheel(
    paper: Desk, tmp_path: Path, this_python: None, body: str, passes: bool
) -> None:
    # what stands for pytest runs the file that the test names
    run = "import runpy, sys\nrunpy.run_path(sys.argv[-1] + '/test_core.py')\n"
    stub = {"pytest/__init__.py": "", "pytest/__main__.py": run}
    lock = tmp_path / "tests.lock"
    lock.write_text(make_wheel(tmp_path, "pytest", stub))
    (paper.root / "core/tests").mkdir()
    (paper.root / "core/tests/test_core.py").write_text(f"import ldlc\n{body}\n")
    commit(paper.root, "Add a test")
    repository = Repository(paper.root)
    tip = split(repository, "main", "core").tip
    wheel = released_wheel(paper.root, "0.1.0")
    if passes:
        examine_core(repository, tip, wheel, lock, ">=3.11,<3.14", [].append)
    else:
        with pytest.raises(Refused, match=r"not published: .*\n(.*\n)*.*core is broken"):
            examine_core(repository, tip, wheel, lock, ">=3.11,<3.14", [].append)


def test_where_core_stands_alone_no_test_reads_the_monorepo(tmp_path: Path) -> None:
    """What leads out of core/ is left out there: each such file, and nothing else."""
    tests = ROOT / "core/tests"
    outside = re.compile(r"Path\(__file__\)(?:\.resolve\(\))?\.parents\[(\d)\]")
    leading_out = {
        str(file.relative_to(tests))
        for file in tests.rglob("test_*.py")
        for depth in outside.findall(file.read_text())
        if int(depth) > len(file.relative_to(tests).parts)
    }
    copy = shutil.copytree(
        tests, tmp_path / "core/tests", ignore=shutil.ignore_patterns("__pycache__")
    )
    ignored = left_out_by(copy / "conftest.py")
    left_out = {
        str(file.relative_to(tests))
        for file in tests.rglob("test_*.py")
        if any(fnmatch.fnmatch(str(file), pattern) for pattern in ignored)
    }

    assert left_out == leading_out
    assert left_out_by(tests / "conftest.py") == []


def left_out_by(conftest: Path) -> list[str]:
    """Returns the patterns of the tests that a conftest.py leaves out; it imports modules of its own."""
    code = "import json, runpy, sys; print(json.dumps(runpy.run_path(sys.argv[1])['collect_ignore_glob']))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(conftest)], capture_output=True, text=True, check=True
    )
    patterns: list[str] = json.loads(done.stdout.splitlines()[-1])
    return patterns
