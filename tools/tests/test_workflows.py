# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workflow and the pages of the repository name sessions that there are."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT
from locks import SUPPORTS

ACTION = "./.github/actions/nox"
SESSION = re.compile(r"^@nox\.session(?:\(.*\))?\ndef (\w+)", re.M)
WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
JOBS: dict[str, Any] = WORKFLOW["jobs"]
ADVISORY = {"head"}


def steps() -> list[tuple[str, dict[str, Any]]]:
    return [(name, step) for name, job in JOBS.items() for step in job["steps"]]


def test_one_job_stands_for_all_that_must_pass() -> None:
    assert set(JOBS["required"]["needs"]) == JOBS.keys() - ADVISORY - {"required"}
    assert JOBS["required"]["if"] == "always()"
    assert all(JOBS[name]["continue-on-error"] is True for name in ADVISORY)
    (step,) = JOBS["required"]["steps"]
    assert "'failure'" in step["if"]
    assert "'cancelled'" in step["if"]


def test_every_session_that_it_runs_is_there() -> None:
    sessions = set(
        re.findall(r"^@nox\.session\ndef (\w+)", (ROOT / "noxfile.py").read_text(), re.M)
    )
    named = {
        session
        for _, step in steps()
        for names in re.findall(r"nox -s ((?:\w+ ?)+)", step.get("run", ""))
        for session in names.split()
    }

    assert named <= sessions
    assert {"affected", "lint", "tests", "replicate", "template", "tests_head"} <= named


def test_the_oldest_and_the_newest_python_are_tested() -> None:
    oldest, too_new = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", SUPPORTS).groups()
    ends = [f"3.{oldest}", f"3.{int(too_new) - 1}"]

    for name in ("core", "tools", "papers", "template"):
        assert JOBS[name]["strategy"]["matrix"]["python"] == ends
    for name, step in steps():
        if step.get("uses") == ACTION:
            assert step["with"]["python"] in (ends[1], "${{ matrix.python }}"), name


def test_every_job_has_the_whole_history() -> None:
    """A release of core is built from the tree that its commit holds."""
    checkouts = [
        step for _, step in steps() if step.get("uses", "").startswith("actions/checkout@")
    ]

    assert len(checkouts) == len(JOBS) - 1
    assert all(step["with"]["fetch-depth"] == 0 for step in checkouts)


def test_no_text_of_a_change_becomes_part_of_a_command() -> None:
    action = yaml.safe_load((ROOT / ACTION / "action.yml").read_text())
    scripts = [step["run"] for _, step in steps() if "run" in step]
    scripts += [step["run"] for step in action["runs"]["steps"] if "run" in step]

    assert scripts
    assert not [script for script in scripts if "${{" in script]
    assert WORKFLOW["permissions"] == {"contents": "read"}


def test_its_scripts_are_sound() -> None:
    for name, step in steps():
        if "run" in step:
            done = subprocess.run(["bash", "-n"], input=step["run"], capture_output=True, text=True)
            assert done.returncode == 0, f"{name}: {done.stderr}"


def test_jobs_read_only_what_the_list_writes() -> None:
    outputs = JOBS["affected"]["outputs"]
    read = set(re.findall(r"needs\.affected\.outputs\.(\w+)", str(JOBS)))
    (listing,) = (step["run"] for step in JOBS["affected"]["steps"] if step.get("id") == "list")

    assert read == set(outputs) == set(re.findall(r'echo "(\w+)=', listing))


PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_session_that_a_page_names_is_there(page: Path) -> None:
    noxfiles = [ROOT / "noxfile.py", ROOT / "templates/paper/{{cookiecutter.name}}/noxfile.py"]
    sessions = {name for file in noxfiles for name in SESSION.findall(file.read_text())}
    named = {
        name
        for names in re.findall(r"\bnox -s ((?:\w+ ?)+)", page.read_text())
        for name in names.split()
    }

    assert named <= sessions
