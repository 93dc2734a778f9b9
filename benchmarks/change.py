# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a change to one paper of ten waits: for the environment of a new paper, and for the whole of CI.

    nox -s benchmark -- change

Ten papers are made from the template in a temporary clone, five of them with TensorFlow. The first
round makes the environments; the second has a warm machine, as a contributor and a CI with a cache have it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT_S, CI_S = 3.0, 90.0
COUNT = 10


def main() -> int:
    """Prints the seconds of both, cold and warm; returns 1 if a warm one takes longer than its bound."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "ldlc")
        git(ROOT, "clone", "--quiet", str(ROOT), str(root))
        git(root, "rm", "-r", "--quiet", "repos")
        papers = [make_paper(root, number) for number in range(COUNT)]
        git(root, "add", "--all")
        run("catalogue", root)
        commit(root, "Have ten papers")
        seconds: dict[str, tuple[float, float]] = {}
        for round_ in ("cold", "warm"):
            seconds[f"environment, {round_}"] = run("plan", papers[2 if round_ == "warm" else 0])
            test = papers[0] / "tests/test_model.py"
            test.write_text(
                test.read_text() + f"\n\ndef test_it_is_{round_}() -> None:\n    pass\n"
            )
            commit(root, f"Test one paper, {round_}")
            seconds[f"CI, {round_}"] = run("ci", root, "--since", "HEAD~1")
    for what, (wall, cpu) in seconds.items():
        print(f"{what:18} {wall:6.1f} s ({cpu:.1f} s of the processors)")
    print(f"bounds, warm: environment {ENVIRONMENT_S:.0f} s, CI {CI_S:.0f} s")
    return int(seconds["environment, warm"][0] > ENVIRONMENT_S or seconds["CI, warm"][0] > CI_S)


def run(session: str, folder: Path, *arguments: str) -> tuple[float, float]:
    """Returns the seconds that a session takes, and those of the processors."""
    command = [sys.executable, "-m", "nox", "-f", str(folder / "noxfile.py"), "-s", session]
    start, before = time.perf_counter(), os.times()
    done = subprocess.run([*command, "--", *arguments], capture_output=True, text=True)
    wall, after = time.perf_counter() - start, os.times()
    if done.returncode:
        sys.exit(f"`nox -s {session}` failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return wall, sum(after[2:4]) - sum(before[2:4])


def make_paper(root: Path, number: int) -> Path:
    """Makes a paper from the template; those with an even number use TensorFlow."""
    author = f"A{'abcdefghij'[number]}, Jo"
    framework = "numpy" if number % 2 else "tensorflow"
    command = [sys.executable, "-m", "cookiecutter", "--no-input", str(root / "templates/paper")]
    answers = [f"authors={author}", "year=1986", f"framework={framework}"]
    subprocess.run([*command, *answers], cwd=root, check=True, stdout=subprocess.DEVNULL)
    return root / "repos" / f"A{'abcdefghij'[number]}1986_1"


def commit(root: Path, message: str) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--signoff", "--message", message)


def git(root: Path, *command: str) -> None:
    identity = ["-c", "user.name=Jane Doe", "-c", "user.email=jane@example.org"]
    subprocess.run(["git", *identity, "-C", str(root), *command], check=True)


if __name__ == "__main__":
    sys.exit(main())
