# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small paper without a framework, on which the engine is tested."""

from __future__ import annotations

import subprocess
import textwrap
from pathlib import Path

from ldlc.runs.machine import core_version, is_released

NAME = "LovelaceBabbage1843_1"

PLAN = """
schema = 1

[paper]
title = "Notes on the analytical engine"
authors = ["Lovelace, Ada", "Babbage, Charles"]
year = 1843

[replication]
track = "professional"
framework = "numpy"
replicators = ["Ada <ada@example.org>"]

[replication.clean_room]
read = ["the notes"]
attested = [
    "no implementation was looked at",
    "not written at work or school, or with its owner's assignment",
]

[experiments.walk]
where = "Note G"
seeds = 6

[experiments.walk.config]
steps = 50
drift = 0.1

[experiments.walk.measures]
end = { kind = "number", better = "high" }
high = { kind = "number" }

[experiments.walk.arms]
with_drift = {}
without = { drift = 0.0 }

[experiments.walk.scales.smoke]
seeds = 1
config = { steps = 3 }

[[claims]]
id = "drift-moves"
where = "Note G"
says = "A walk with drift ends above zero."
published = 5.0
certainty = "text"
measure = "walk.with_drift.end"
judge = { at_least = 0.0 }
why = "the sign is what the note claims"
"""

EXPERIMENTS = '''
# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A random walk with drift."""

import os
import random
import time
from dataclasses import dataclass

from ldlc import Log, Run


@dataclass(frozen=True)
class Walk:
    """One arm."""

    steps: int
    drift: float


def walk(config: Walk) -> Run:
    """Walks."""

    def run(seed: int, log: Log) -> dict[str, float | None]:
        draw = random.Random(seed)
        place = high = 0.0
        for step in range(config.steps):
            place += draw.gauss(config.drift, 0.1)
            high = max(high, place)
            log.scalar("place", step, place)
            log.progress(step + 1, config.steps)
        log.array("last", [place, high])
        time.sleep(float(os.environ.get("TEST_RUN_S", "0")))
        return {"end": place, "high": high}

    return run
'''

PIN = core_version() if is_released(core_version()) else "0.1.0"
"""The release that the paper pins: the one that runs, if it is one."""

PROJECT = f"""
# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
[project]
name = "LovelaceBabbage1843_1"
version = "0.1.0"
dependencies = ["ldlc=={PIN}"]
"""


def make_paper(
    folder: Path, plan: str = PLAN, experiments: str = EXPERIMENTS, name: str = NAME
) -> Path:
    """Writes a paper and returns its folder.

    Args:
      folder: Where the paper's folder is made.
      plan: The text of paper.toml.
      experiments: The text of experiments.py.
      name: The paper's name.
    """
    paper = folder / name
    package = paper / name
    package.mkdir(parents=True)
    header = "# SPDX-FileCopyrightText: 2026 LDLC contributors\n# SPDX-License-Identifier: GPL-3.0-or-later\n"
    (paper / "paper.toml").write_text(header + textwrap.dedent(plan).lstrip(), encoding="utf-8")
    (paper / "pyproject.toml").write_text(PROJECT.lstrip(), encoding="utf-8")
    (package / "__init__.py").write_text(header, encoding="utf-8")
    (package / "experiments.py").write_text(experiments.lstrip(), encoding="utf-8")
    licence = Path(__file__).resolve().parents[1] / "LICENSE"
    (paper / "LICENSE").write_bytes(licence.read_bytes())
    (paper / "core.lock").write_text(
        f"{header}ldlc=={PIN} --hash=sha256:{'0' * 64}\n", encoding="utf-8"
    )
    (paper / "requirements.lock").write_text(header, encoding="utf-8")
    return paper


def processes_of(paper: Path, module: str = "") -> list[int]:
    """Returns the ids of processes that name a paper's folder, and a module, on their command line."""
    table = subprocess.run(
        ["ps", "-wweo", "pid=,args="], capture_output=True, text=True, check=True
    )
    return [
        int(line.split()[0])
        for line in table.stdout.splitlines()
        if module in line and str(paper) in line
    ]
