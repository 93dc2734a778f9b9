# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The quickstart paper, killed three times, ends with the bits of an undisturbed replication."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAME = "RumelhartHintonWilliams1986_1"


def replicate(paper: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "nox", "-f", str(paper / "noxfile.py"), "-s", "replicate"],
        env={**os.environ, "LDLC_CORE": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # A shell's background job, such as this test may be, hands down that Ctrl-C is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def processes(paper: Path, module: str) -> list[int]:
    """Returns the process ids of a module of core that work on a paper, or in its folder."""
    table = subprocess.run(
        ["ps", "-wweo", "pid=,args="], capture_output=True, text=True, check=True
    )
    found = []
    for line in table.stdout.splitlines():
        pid, _, command = line.strip().partition(" ")
        if module not in command or "python" not in command or "-m nox" in command:
            continue
        try:
            folder = Path(f"/proc/{pid}/cwd").readlink()
        except OSError:
            continue
        if folder == paper:
            found.append(int(pid))
    return found


def numbers(paper: Path) -> dict[str, dict[str, object]]:
    return {
        str(file.relative_to(paper / ".ldlc")): json.loads(file.read_text())["measures"]
        for file in paper.glob(".ldlc/runs/full/*/*/*.json")
    }


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds processes by /proc")
def test_three_kills_of_the_quickstart_paper_change_no_bit() -> None:
    with (
        tempfile.TemporaryDirectory() as folder
    ):  # pytest's own is cleared by other pytests meanwhile
        check_three_kills(Path(folder).resolve())


def check_three_kills(tmp_path: Path) -> None:
    calm, disturbed = tmp_path / "calm" / NAME, tmp_path / "disturbed" / NAME
    for copy in (calm, disturbed):
        shutil.copytree(
            ROOT / "repos" / NAME,
            copy,
            ignore=shutil.ignore_patterns(".ldlc", ".nox", "__pycache__"),
        )
    assert replicate(calm).wait() == 0
    draw = random.Random(1)
    for module in ("ldlc.worker", "ldlc.cli", "ldlc.worker"):
        session = replicate(disturbed)
        wanted = len(numbers(disturbed)) + draw.randint(5, 60)
        victims: list[int] = []
        while session.poll() is None and (len(numbers(disturbed)) < wanted or not victims):
            time.sleep(0.05)
            victims = processes(disturbed, module)
        assert session.returncode is None, "the replication ended before it could be disturbed"
        os.kill(draw.choice(victims), signal.SIGKILL)
        time.sleep(1.0)
        os.killpg(
            session.pid, signal.SIGINT
        )  # as Ctrl-C does; the workers have sessions of their own
        session.wait()
        assert not processes(disturbed, "ldlc.worker")
    assert 0 < len(numbers(disturbed)) < len(numbers(calm))

    assert replicate(disturbed).wait() == 0

    assert numbers(calm) == numbers(disturbed)
    assert len(numbers(calm)) == 500
