# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the commit hook takes: medians of its command, for one staged file and for all files of this checkout.

nox -s benchmark -- commit_hook
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 9
BOUND_S = 1.0


def main() -> int:
    """Prints the median seconds of each; returns 1 if one staged file takes longer than the bound."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    hooks = {hook["id"]: hook for repo in config["repos"] for hook in repo["hooks"]}
    command = hooks["files"]["entry"].split()
    listed = ["git", "-C", str(ROOT), "ls-files", "-z"]
    every = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split("\0")
    files = {"one file": ["noxfile.py"], f"all {len(every) - 1} files": every[:-1]}
    medians = {}
    for what, names in files.items():
        seconds = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            subprocess.run([*command, *names], cwd=ROOT, capture_output=True, check=True)
            seconds.append(time.perf_counter() - start)
        medians[what] = statistics.median(seconds)
        print(f"{what:16} {medians[what]:.2f} s")
    print(
        f"bound            {BOUND_S:.2f} s for one staged file; pre-commit itself adds about 0.2 s"
    )
    return int(medians["one file"] > BOUND_S)


if __name__ == "__main__":
    sys.exit(main())
