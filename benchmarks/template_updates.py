# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What template updates cost: `template_check` and `template_update --all --dry-run` with 10 and 100 papers.

    nox -s benchmark -- template_updates [NUMBER...]

The papers are made in a temporary clone of this repository; then the template's README and noxfile change.
Medians of fresh processes.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 3
MADE = "templates/paper/{{cookiecutter.name}}"


def main(numbers: list[int]) -> int:
    """Prints the median seconds for each number of papers."""
    print(f"{'papers':>8}{'template_check':>20}{'template_update':>20}")
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            root = make(Path(folder, str(number)), number)
            seconds = [measure(root, "check"), measure(root, "update", "--all", "--dry-run")]
            print(f"{number:>8,}" + "".join(f"{one:>18.2f} s" for one in seconds), flush=True)
    return 0


def make(root: Path, number: int) -> Path:
    """Makes a clone with that many papers, each with a README of its own, and changes the template."""
    git(ROOT, "clone", "--quiet", str(ROOT), str(root))
    shutil.rmtree(root / "repos")
    answers = ["framework=numpy", "authors=Aaaa, Jo", "year=1986"]
    start = [sys.executable, "-m", "cookiecutter", "templates/paper", "--no-input"]
    subprocess.run([*start, "--accept-hooks", "no", *answers], cwd=root, check=True)
    first = root / "repos/Aaaa1986_1"
    readme = first / "README.md"
    readme.write_text(readme.read_text().replace("EXAMPLE: in a few sentences", "It learns"))
    for other in range(1, number):
        name = "A" + "".join("abcdefghij"[int(digit)] for digit in f"{other:03}") + "1986_1"
        for file in (file for file in sorted(first.rglob("*")) if file.is_file()):
            copy = root / "repos" / str(file.relative_to(first.parent)).replace(first.name, name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(file.read_text().replace(first.name, name))
    commit(root, f"Have {number} papers")
    for name in ("README.md", "noxfile.py"):
        with (root / MADE / name).open("a") as file:
            file.write("\n# changed\n")
    commit(root, "Change the template")
    return root


def measure(root: Path, *command: str) -> float:
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        tool = [sys.executable, str(root / "tools/template_update.py"), *command]
        done = subprocess.run(tool, capture_output=True, text=True)
        seconds.append(time.perf_counter() - start)
        if done.stderr or "template change" not in done.stdout:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return statistics.median(seconds)


def commit(root: Path, message: str) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", message)


def git(root: Path, *command: str) -> None:
    identity = ["-c", "user.name=Jane Doe", "-c", "user.email=jane@example.org"]
    subprocess.run(["git", *identity, "-C", str(root), *command], check=True)


if __name__ == "__main__":
    sys.exit(main([int(number) for number in sys.argv[1:]] or [10, 100]))
