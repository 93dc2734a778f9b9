# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole way: papers and core are published from a fresh clone; a stranger replicates with one command."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT, run_git
from loopback_github import OWNER, LoopbackGitHub

NAME = "DoeRoe2026_1"


def test_a_paper_published_from_a_fresh_clone_replicates_from_a_clone_of_its_own(
    github: LoopbackGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mono = clone_monorepo(tmp_path)
    head = make_paper(mono, github, tmp_path)
    given = for_octo(github)
    first = session(mono, "publish", "--", NAME, **given)
    github.requests.clear()
    second = session(mono, "publish", "--", NAME, **given)

    assert f"{NAME}: {github.url}/octo/{NAME} is published" in first
    assert "before the first write: tests in a fresh environment" in first
    assert f"{NAME}: {github.url}/octo/{NAME} is as it should be, nothing to do" in second
    assert github.writes() == []

    stranger = tmp_path / "stranger"
    monkeypatch.setenv("LDLC_CACHE", str(stranger / "cache"))  # core's wheel is not there yet
    subprocess.run(
        ["git", "clone", "--quiet", f"{github.url}/octo/{NAME}.git", str(stranger / NAME)],
        check=True,
    )
    github.requests.clear()
    told = session(stranger / NAME, "replicate")

    assert "3 of 3 claims replicated" in told
    assert any("/releases/download/v0.1.0/ldlc-" in path for _, path, _ in github.requests)
    assert not any("authorization" in headers for _, _, headers in github.requests)
    body = next(r["body"] for r in releases(github) if r["tag_name"] == "v0.1.0")
    assert f"`repos/{NAME}` at `{head}`" in body
    assert (stranger / NAME / "report.json").read_bytes() == (
        mono / "repos" / NAME / "report.json"
    ).read_bytes()


@pytest.mark.slow  # minutes: what is published is core's newest release, whose tests run first
def test_core_published_from_a_fresh_clone_installs_from_its_release(
    github: LoopbackGitHub, tmp_path: Path
) -> None:
    mono = clone_monorepo(tmp_path)
    publish = ["publish", "--", "core", "--owner", "octo"]

    first = session(mono, *publish, **for_octo(github))
    github.requests.clear()
    second = session(mono, *publish, **for_octo(github))

    assert "before the first write: core's tests in a fresh environment" in first
    assert f"core: {github.url}/octo/ldlc-core is published" in first
    assert f"core: {github.url}/octo/ldlc-core is as it should be, nothing to do" in second
    assert github.writes() == []

    versions = tomllib.loads((mono / "releases.toml").read_text())
    assert {r["tag_name"] for r in releases(github, "ldlc-core")} == {
        f"core-{version}" for version in versions
    }
    stranger, newest = tmp_path / "stranger", list(versions)[-1]
    subprocess.run([sys.executable, "-m", "venv", str(stranger)], check=True)
    wheel = f"{github.url}/octo/ldlc-core/releases/download/core-{newest}/ldlc-{newest}-py3-none-any.whl"
    pip = [str(stranger / "bin/python"), "-m", "pip", "--quiet", "install", "--no-deps", wheel]
    subprocess.run(pip, check=True)
    ask = "from importlib.metadata import version; print(version('ldlc'))"
    told = subprocess.run(
        [str(stranger / "bin/python"), "-c", ask], check=True, capture_output=True, text=True
    )
    assert told.stdout.strip() == newest


def clone_monorepo(folder: Path) -> Path:
    """Clones this checkout as it is committed; its branch is `main`, whatever it is here."""
    if run_git(ROOT, "rev-parse", "--is-shallow-repository") == "true":
        pytest.skip("this checkout is shallow, and core is built from history")
    mono = folder / "mono"
    run_git(folder, "clone", "--quiet", str(ROOT), str(mono))
    run_git(mono, "switch", "--quiet", "--force-create", "main")
    run_git(mono, "remote", "remove", "origin")
    run_git(mono, "config", "user.name", "Jane Doe")
    run_git(mono, "config", "user.email", "jane@example.org")
    if (ROOT / ".nox").is_dir():  # the environment of the gates, which is as large as TensorFlow
        (mono / ".nox").symlink_to(ROOT / ".nox")
        (mono / ".git/info/exclude").write_text(".nox\n")
    return mono


def make_paper(mono: Path, github: LoopbackGitHub, folder: Path) -> str:
    """Starts a paper from the template, names its repository, records it, and returns the last commit."""
    config = folder / "cookiecutter.yml"
    config.write_text(f"cookiecutters_dir: {folder}/cookiecutters\nreplay_dir: {folder}/replay\n")
    bake = [
        sys.executable,
        "-m",
        "cookiecutter",
        "templates/paper",
        "--no-input",
        "framework=numpy",
    ]
    bake += ["--config-file", str(config)]
    subprocess.run(bake, cwd=mono, check=True, capture_output=True)
    paper = mono / "repos" / NAME
    pyproject = (paper / "pyproject.toml").read_text()
    named = re.sub(r"^# (\[project\.urls\]|Repository|Core|Monorepo)", r"\1", pyproject, flags=re.M)
    named = named.replace(f"https://github.com/OWNER/{NAME}", f"{github.url}/octo/{NAME}")
    (paper / "pyproject.toml").write_text(named)
    commit(mono, "Start a paper")
    session(mono, "replicate", "--", NAME, "--record")
    return commit(mono, "Record it")


def commit(mono: Path, message: str) -> str:
    run_git(mono, "add", "--all")
    run_git(mono, "commit", "--quiet", "--signoff", "--message", message)
    return run_git(mono, "rev-parse", "HEAD")


def for_octo(github: LoopbackGitHub) -> dict[str, str]:
    """Returns the variables with which a session publishes there, as octo."""
    return {"GITHUB_SERVER_URL": github.url, "GITHUB_API_URL": github.url, "GH_TOKEN": OWNER}


def session(folder: Path, *words: str, **variables: str) -> str:
    """Runs a nox session as a user does, and returns what it prints."""
    command = [sys.executable, "-m", "nox", "-f", str(folder / "noxfile.py"), "-s", *words]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert OWNER not in done.stdout + done.stderr
    return done.stdout + done.stderr


def releases(github: LoopbackGitHub, name: str = NAME) -> list[dict]:
    """Returns the releases of a published repository."""
    from publishing.github import GitHub, Pace
    from publishing.tokens import Token

    return GitHub(github.url, Token(OWNER, "the test"), Pace()).pages(
        f"/repos/octo/{name}/releases"
    )


@pytest.fixture(autouse=True)
def cleared(tmp_path: Path) -> object:
    """Removes the environments that were made, a few hundred megabytes."""
    yield
    for made in tmp_path.rglob(".nox"):
        shutil.rmtree(made, ignore_errors=True)
