# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The papers of this repository replicate with the core that they pin, whatever becomes of core at the head."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, commit, run_git
from papers import QUICKSTART, papers, pinned

from ldlc.plan import load

FRESH = (
    "DoeRoe2026_1"  # what the template makes; it pins the newest release and needs no TensorFlow
)
NAMES = [FRESH, *(pytest.param(name, marks=pytest.mark.slow) for name in papers(ROOT))]


@pytest.fixture(scope="module")
def clone() -> Iterator[Path]:
    """A clone of this repository, with one more paper, whose core was changed so that nothing works with it.

    It lies in this checkout's `.nox`, so that it takes the environments that are there: the outermost checkout's.
    """
    (ROOT / ".nox").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / ".nox", prefix="clone-") as folder:
        root = Path(folder, "ldlc")
        run_git(ROOT, "clone", "--quiet", str(ROOT), str(root))
        run_git(root, "config", "user.name", "Jane Doe")
        run_git(root, "config", "user.email", "jane@example.org")
        scaffold = [sys.executable, "-m", "cookiecutter", "templates/paper", "--no-input"]
        new = ["--accept-hooks", "no", "framework=numpy"]
        settings = {**os.environ, "HOME": folder}
        subprocess.run([*scaffold, *new], cwd=root, env=settings, check=True)
        package = root / "core/src/ldlc"
        for module in sorted(package.rglob("*.py")):
            if (
                module.name != "environment.py"
            ):  # which makes environments, with the core that is pinned
                module.write_text('raise ImportError("core was changed beyond recognition")\n')
        (package / "__init__.py").write_text("")
        commit(root, "Change core incompatibly")
        yield root


def nox(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nox", "-f", str(root / "noxfile.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_paper_replicates_after_core_changed_incompatibly(clone: Path, name: str) -> None:
    experiments = load(clone / "repos" / name).plan.experiments
    shortest = min(experiments, key=lambda key: len(experiments[key].arms))
    options = ["--scale", "smoke", "--experiment", shortest]  # one shows which core runs

    done = nox(clone, "-s", "replicate", "--", name, *options)

    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 failed; nothing is judged at this scale" in done.stdout
    line = next((clone / "repos" / name).glob(".ldlc/runs/smoke/*/*/0.json")).read_text()
    assert f'"ldlc":"{pinned(clone / "repos" / name)}"' in line.replace(" ", "")


def test_the_changed_core_would_not_replicate_anything(clone: Path) -> None:
    done = nox(clone, "-s", "replicate", "--", QUICKSTART, "--scale", "smoke", "--head")

    assert done.returncode == 1
    assert "core was changed beyond recognition" in done.stdout + done.stderr
