# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A paper's plan as a test file: pytest runs in a paper without a framework."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from papers import EXPERIMENTS, PLAN, make_paper, processes_of

ARMS = "smoke or same"


def pytest_in(paper: Path, *options: str, run_s: float = 0.0) -> subprocess.CompletedProcess[str]:
    # In a folder of its own: else, beside the tests of this file, it would clear old folders of other tests.
    own = ["-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
    own += ["--basetemp", str(paper.parent / "temporary")]
    command = [sys.executable, "-m", "pytest", *own, *options]
    env = {**os.environ, "TEST_RUN_S": str(run_s)}
    return subprocess.run(command, cwd=paper, env=env, capture_output=True, text=True)


def test_every_arm_runs_and_gives_the_same_bits_after_all_other_tests(paper: Path) -> None:
    (paper / "test_mine.py").write_text("def test_mine(): pass\n")

    done = pytest_in(paper, "-v", "-k", f"{ARMS} or mine", "paper.toml", "test_mine.py")

    assert "5 passed" in done.stdout, done.stdout
    passed = [line for line in done.stdout.splitlines() if " PASSED" in line]
    names = [line.partition("::")[2].partition(" PASSED")[0] for line in passed]
    assert names == [
        "test_mine",
        "smoke: walk::with_drift",
        "smoke: walk::without",
        "same bits: walk::with_drift",
        "same bits: walk::without",
    ]


def test_tests_may_be_shared_among_processes(paper: Path) -> None:
    done = pytest_in(paper, "-n", "2", "-k", ARMS, "paper.toml")

    assert "4 passed" in done.stdout, done.stdout


def test_other_bits_in_another_process_are_shown(tmp_path: Path) -> None:
    code = EXPERIMENTS.replace("random.Random(seed)", "random.Random(seed + os.getpid())")
    assert code != EXPERIMENTS

    done = pytest_in(make_paper(tmp_path, PLAN, code), "-k", ARMS, "paper.toml")

    assert done.returncode == 1
    assert "2 failed, 2 passed" in done.stdout
    assert "the same seed gave other numbers in another process:" in done.stdout


def test_a_run_that_raises_fails_with_its_traceback(tmp_path: Path) -> None:
    code = EXPERIMENTS.replace("random.Random(seed)", "random.Random([1, 2])")
    assert code != EXPERIMENTS

    done = pytest_in(make_paper(tmp_path, PLAN, code), "-k", ARMS, "paper.toml")

    assert "4 failed" in done.stdout
    assert "TypeError" in done.stdout
    assert "ldlc/testing.py" not in done.stdout


def test_a_process_that_ends_early_is_told_with_its_last_words(tmp_path: Path) -> None:
    code = EXPERIMENTS.replace("random.Random(seed)", "sys.exit('no more')").replace(
        "import os", "import os\nimport sys"
    )
    assert code != EXPERIMENTS

    done = pytest_in(make_paper(tmp_path, PLAN, code), "-k", ARMS, "paper.toml")

    assert "4 failed" in done.stdout
    assert "the process ended before this run:\nno more" in done.stdout


@pytest.mark.parametrize("options", [["-x"], ["--collect-only"]])
def test_no_process_stays_behind(paper: Path, options: list[str]) -> None:
    (paper / "test_mine.py").write_text("def test_mine(): assert False\n")

    pytest_in(paper, *options, "-k", f"{ARMS} or mine", run_s=60)

    assert processes_of(paper) == []
