# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small checkout with a core of its own, for the tests of what builds and releases core."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from loopback_github import LoopbackGitHub
    from publishable import Desk

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))

PYPROJECT = """\
[build-system]
requires = ["flit_core==3.12.0"]
build-backend = "flit_core.buildapi"

[project]
name = "ldlc"
version = "0.1.0.dev0"
description = "A core as small as can be."
license-files = ["LICENSE"]
requires-python = ">=3.11"
"""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "slow: takes many seconds; run by `nox -s tests -- tools -m slow`, and by `nox -s template`",
    )
    config.addinivalue_line(
        "markers", "github: speaks to a GitHub on loopback; `nox -s tests_publish` runs it"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "github" in getattr(item, "fixturenames", ()):
            item.add_marker("github")


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the caches, the settings and the network of whoever runs the tests out of them."""
    monkeypatch.setenv("LDLC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for variable in ("LDLC_CORE", "LDLC_RELEASES", "LDLC_PYTHON", "PYTHONPATH"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def this_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets environments be made with the Python that runs the tests; to look for newer ones takes a second."""
    monkeypatch.setenv("LDLC_PYTHON", f"3.{sys.version_info.minor}")
    monkeypatch.setenv("PATH", f"{Path(sys.base_prefix, 'bin')}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture(scope="session")
def made_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `checkout` copies."""
    return make_checkout(tmp_path_factory.mktemp("made") / "checkout")


@pytest.fixture
def checkout(made_checkout: Path, tmp_path: Path) -> Path:
    """A git checkout with a core that was never released."""
    return shutil.copytree(made_checkout, tmp_path / "checkout")


def make_checkout(root: Path) -> Path:
    files = {
        "releases.toml": "# releases\n",
        "tools/tests.lock": "",
        "core/pyproject.toml": PYPROJECT,
        "core/LICENSE": "the licence\n",
        "core/CHANGELOG.md": "# Changelog of core\n\n## Unreleased\n\n- First version.\n",
        "core/src/ldlc/__init__.py": '"""Core."""\n',
        "core/src/ldlc/data/table.toml": "answer = 42\n",
    }
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    run_git(root, "init", "--quiet", "--template=", "--initial-branch", "main")
    run_git(root, "config", "user.name", "Jane Doe")
    run_git(root, "config", "user.email", "jane@example.org")
    commit(root, "Start")
    return root


def run_git(root: Path, *command: str) -> str:
    git = ["git", "-C", str(root), "-c", "maintenance.auto=false"]  # a process for each commit
    done = subprocess.run([*git, *command], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(root: Path, message: str) -> str:
    run_git(root, "add", "--all")
    run_git(root, "commit", "--quiet", "--message", message)
    return run_git(root, "rev-parse", "HEAD")


def make_wheel(folder: Path, name: str, files: dict[str, str]) -> str:
    """Writes a wheel of some files, version 1.0.0, and returns the requirement of it with its hash."""
    wheel = folder / f"{name}-1.0.0-py3-none-any.whl"
    about = f"{name}-1.0.0.dist-info"
    described = {
        **files,
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, content in described.items():
            archive.writestr(path, content)
        archive.writestr(f"{about}/RECORD", "".join(f"{path},,\n" for path in described))
    return f"{name} @ {wheel.as_uri()} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@contextmanager
def made_once(
    factory: pytest.TempPathFactory,
    name: str,
    make: Callable[[Path], object],
    clear: Callable[[Path], object],
) -> Iterator[Path]:
    """Gives a folder that the processes of a test run share: the first one makes it, the last one clears up."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            make(folder)
            (folder / "made").touch()
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield folder
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # another one still uses it
            return
        clear(folder)


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A checkout that has released core 0.1.0, whose wheel is in a cache beside it."""
    from publishable import make_released

    folder = tmp_path_factory.mktemp("released")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LDLC_CACHE", str(folder / "cache"))
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        yield make_released(folder / "checkout")


@pytest.fixture(scope="session")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackGitHub]:
    """A GitHub on loopback; the tests that need one are skipped, with the reason, where it cannot be had."""
    from loopback_github import NoEmulator, run_github

    try:
        with run_github(tmp_path_factory.mktemp("github")) as hub:
            yield hub
    except NoEmulator as reason:
        pytest.skip(f"no GitHub on loopback: {reason}")


@pytest.fixture
def desk(
    tmp_path: Path, released: Path, github: LoopbackGitHub, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """A maintainer's checkout with a paper that is about to be published."""
    from publishable import make_desk

    connect = socket.socket.connect

    def on_loopback(self: socket.socket, address: object) -> None:
        assert address[0] in ("127.0.0.1", "localhost"), f"a test speaks to {address}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", on_loopback)
    monkeypatch.setenv("LDLC_CACHE", str(released.parent / "cache"))
    github.faults.clear()
    yield make_desk(tmp_path / "mono", released, github)
    github.faults.clear()
