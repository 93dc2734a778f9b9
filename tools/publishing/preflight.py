# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves that what is about to be published works as it stands, before anything is written.

The split tree is exported into a folder of its own, away from the monorepo, and there its own sessions make a
fresh environment from its lock and core's wheel, and run what its workflow runs.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ldlc import environment
from publishing.errors import Refused
from publishing.repository import Repository
from publishing.tree import export

SHOWN = 40
"""How many of the last lines of a failed command are shown."""


def examine_paper(
    root: Path,
    repository: Repository,
    commit: str,
    name: str,
    wheel: Path,
    say: Callable[[str], None],
) -> None:
    """Exports a paper, installs it in a fresh environment, and runs its lint, its checks and its tests.

    Args:
      root: The monorepo, whose gates the paper passes too.
      repository: Where the split commit is.
      commit: The split commit.
      name: The paper's name.
      wheel: Core's wheel at the pinned version.
      say: Told what is being done.

    Raises:
      Refused: With the end of what the failed command printed.
    """
    if _has_session(root, "gates"):
        say("  before the first write: the gates")
        gates = [sys.executable, "-m", "nox", "--noxfile", str(root / "noxfile.py")]
        _run([*gates, "--session", "gates", "--", name], root, {})
    with tempfile.TemporaryDirectory(prefix="ldlc-publish-") as scratch:
        paper = Path(scratch, name)
        export(repository, commit, paper)
        alone = {"LDLC_CORE": str(wheel), "LDLC_CACHE": str(Path(scratch, "cache"))}
        nox = [sys.executable, "-m", "nox", "--noxfile", str(paper / "noxfile.py"), "--session"]
        say("  before the first write: tests in a fresh environment (a minute or more)")
        _run([*nox, "lint", "check", "tests"], paper, alone)
        say("  before the first write: the package builds, installs and is imported from elsewhere")
        _install(name, paper, Path(scratch))


def examine_core(
    repository: Repository,
    commit: str,
    wheel: Path,
    lock: Path,
    supports: str,
    say: Callable[[str], None],
) -> None:
    """Exports core as it was released, and runs its tests on its wheel in a fresh environment.

    Args:
      repository: Where the split commit is.
      commit: The split commit of the release.
      wheel: The wheel of that release.
      lock: What the tests need beside it.
      supports: The Pythons that the lock is for.
      say: Told what is being done.

    Raises:
      Refused: With the end of what the tests printed.
    """
    with tempfile.TemporaryDirectory(prefix="ldlc-publish-") as scratch:
        core = Path(scratch, "core")
        export(repository, commit, core)
        say("  before the first write: core's tests in a fresh environment (some minutes)")
        python = environment.make(Path(scratch), lock, wheel, supports)
        tests = [str(python), "-P", "-m", "pytest", "-q", "-m", "not slow", str(core / "tests")]
        _run(tests, Path(scratch), {})


def _install(name: str, paper: Path, scratch: Path) -> None:
    """Installs the paper's own package beside core in the environment that its tests made, and imports it."""
    uv = environment.find_uv()
    built = scratch / "dist"
    (python,) = paper.glob(".nox/env-*/bin/python")
    build = [uv, "build", "--quiet", "--python", str(python), "--wheel"]
    _run([*build, "--out-dir", str(built), str(paper)], scratch, {})
    (wheel,) = built.glob("*.whl")
    install = [uv, "pip", "install", "--quiet", "--python", str(python), "--no-deps", str(wheel)]
    _run(install, scratch, {})
    question = "import importlib, sys; importlib.import_module(sys.argv[1])"
    _run([str(python), "-P", "-c", question, name], scratch, {})


def _has_session(root: Path, session: str) -> bool:
    noxfile = root / "noxfile.py"
    return (
        noxfile.exists() and re.search(rf"^def {session}\(", noxfile.read_text(), re.M) is not None
    )


def _run(command: Sequence[str], folder: Path, variables: dict[str, str]) -> str:
    settings = {
        key: value
        for key, value in os.environ.items()
        if key not in ("PYTHONPATH", "LDLC_CORE", "LDLC_RELEASES", "VIRTUAL_ENV", "NOXSESSION")
    }
    done = subprocess.run(
        command,
        cwd=folder,
        env={**settings, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        end = "\n".join(f"  {line}" for line in done.stdout.strip().splitlines()[-SHOWN:])
        raise Refused(
            "not published: what would be published fails by itself (nothing was "
            "written). It ends with:\n"
            f"{end}\nMend it here, commit, and give the command again."
        )
    return done.stdout
