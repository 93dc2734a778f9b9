# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the commands take that train nothing: medians of fresh processes, in turn.

python benchmarks/commands.py repos/RumelhartHintonWilliams1986_1
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 9
BOUND_S = 0.4


def main(paper: str) -> int:
    """Prints the median seconds of each command; returns 1 if one takes longer than the bound."""
    commands = {
        "ldlc --help": ["--help"],
        "ldlc name": ["name", "--year", "2014", "Kingma, Diederik P.", "Ba, Jimmy"],
        "ldlc show": ["show", paper],
        "ldlc plan": ["plan", paper],
        "ldlc check": ["check", paper],
        "ldlc report --check": ["report", "--check", paper],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, arguments in commands.items():
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "ldlc.cli", *arguments], capture_output=True, check=False
            )
            seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    for name, median in medians.items():
        print(f"{name:22} {median:.2f} s")
    print(f"bound                  {BOUND_S:.2f} s for commands that only read plans and results")
    return int(max(medians.values()) > BOUND_S)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
