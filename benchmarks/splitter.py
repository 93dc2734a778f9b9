# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long it takes to split one paper's history out of the monorepo: medians of fresh processes.

    python benchmarks/splitter.py

Histories are generated: 100 papers, each commit changes one of them, every 25th is a merge.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 5
PAPERS = 100
BOUNDS_S = {3_000: 0.5, 30_000: 2.0}
SPLITTER = Path(__file__).resolve().parents[1] / "tools/publishing/splitter.py"


def main() -> int:
    """Prints the median seconds for each length of history; returns 1 if one takes longer than its bound."""
    slow = False
    for commits, bound in BOUNDS_S.items():
        with tempfile.TemporaryDirectory() as folder:
            make_history(Path(folder), commits)
            seconds, tips = zip(*(measure(Path(folder)) for _ in range(ROUNDS)), strict=True)
        median = statistics.median(seconds)
        slow |= median > bound or len(set(tips)) > 1
        print(f"{commits:6,} commits  {median:.2f} s  (bound {bound:.1f} s)")
    return int(slow)


def measure(repository: Path) -> tuple[float, str]:
    start = time.perf_counter()
    command = [sys.executable, str(SPLITTER), "repos/Paper7", "main"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True)
    return time.perf_counter() - start, done.stdout.strip()


def make_history(folder: Path, commits: int) -> None:
    """Makes a repository of so many commits in a folder, by git's own stream format."""
    subprocess.run(["git", "init", "--quiet", "--bare", str(folder)], check=True)
    stream = []
    for number in range(1, commits + 1):
        who = f"Jane Doe <jane@example.org> {1_700_000_000 + 60 * number} +0000"
        text, message = f"version {number}\n", f"Commit {number}\n\nWhy it was made.\n"
        lines = ["commit refs/heads/main", f"mark :{number}", f"author {who}", f"committer {who}"]
        lines += [f"data {len(message)}\n{message}"]
        lines += [f"from :{number - 1}"] if number > 1 else []
        lines += [f"merge :{number - 7}"] if number % 25 == 0 else []
        path = f"repos/Paper{number % PAPERS}/file{number % 7}.txt"
        lines += [f"M 100644 inline {path}", f"data {len(text)}\n{text}"]
        stream.append("\n".join(lines) + "\n")
    command = ["git", "-C", str(folder), "fast-import", "--quiet"]
    subprocess.run(command, input="".join(stream).encode(), check=True)


if __name__ == "__main__":
    sys.exit(main())
