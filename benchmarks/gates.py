# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the static gates take with many papers, made in a temporary folder: fresh processes, in turn.

    python benchmarks/gates.py [PAPERS...]      # 250 500 1000, in the environment of `nox -s tests`

Each paper is the quickstart's, under another name, with other operators in its code (so that it is nobody's twin),
a record of three runs an arm and none of its figures. Returns 1 if a thousand take longer than the bound.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import re
import shutil
import statistics
import string
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "core/src"), str(ROOT / "tools")]
from ldlc.plan import load  # noqa: E402
from ldlc.report.files import inputs  # noqa: E402

SOURCE = "RumelhartHintonWilliams1986_1"
BOUND_S, ROUNDS = 5.0, 3


def main(counts: list[int]) -> int:
    """Prints the median seconds for each number of papers; returns 1 if the bound is broken."""
    slowest = 0.0
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch, "many")
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(root)], check=True)
        made = 0
        for count in sorted(counts):
            for number in range(made, count):
                make_paper(root, number)
            made = count
            subprocess.run(["git", "-C", str(root), "add", "--all"], check=True)
            medians = {
                name: median(root, [*command])
                for name, command in {
                    "all static checks": [],
                    "code in two papers": ["--only", "M02"],
                    "commit hook, one file": ["hook"],
                }.items()
            }
            slowest = max(slowest, medians["all static checks"] * 1_000 / max(count, 1_000))
            for name, seconds in medians.items():
                print(
                    f"{count:6,} papers  {name:22} {seconds:6.2f} s  {seconds / count * 1e3:6.2f} ms a paper"
                )
    print(
        f"bound                                 {BOUND_S:6.2f} s for all static checks of 1,000 papers"
    )
    return int(slowest > BOUND_S)


def median(root: Path, options: list[str]) -> float:
    """Returns the median seconds of a command in the many papers."""
    command = [sys.executable, str(ROOT / "tools/gates.py"), "--static", *options]
    if options == ["hook"]:
        command = [sys.executable, "-m", "ldlc.cli", "check", "--files", "noxfile.py"]
    code = f"import sys; sys.path.insert(0, {str(ROOT / 'tools')!r}); import gates, pathlib; "
    code += f"sys.exit(gates.main({['--static', *options]!r}, pathlib.Path({str(root)!r})))"
    if options != ["hook"]:
        command = [sys.executable, "-c", code]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "core/src")}
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
        seconds.append(time.perf_counter() - start)
        if done.returncode:
            sys.exit(f"{command} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return statistics.median(seconds)


def make_paper(root: Path, number: int) -> None:
    """Writes one more paper, different in every line that computes."""
    draw = random.Random(number)
    family = "".join(
        next(itertools.islice(itertools.product(string.ascii_lowercase, repeat=3), number, None))
    )
    name = f"Made{family}1986_1"
    paper = root / "repos" / name
    shutil.copytree(
        ROOT / "repos" / SOURCE,
        paper,
        ignore=shutil.ignore_patterns(".ldlc", "*.svg", "__pycache__"),
    )
    (paper / SOURCE).rename(paper / name)
    for file in [*paper.rglob("*.py"), paper / "pyproject.toml", paper / "paper.toml"]:
        text = file.read_text().replace(SOURCE, name)
        if file.suffix == ".py" and file.parent.name == name:
            text = re.sub(
                r"(?<=[\w)]) [-+*/] (?=[\w(])", lambda _: f" {draw.choice('+-*/')} ", text
            )
        file.write_text(text)
    plan = (paper / "paper.toml").read_text()
    authors = re.search(r"^authors\s*=\s*\[.*?\]", plan, re.M | re.S)[0]
    (paper / "paper.toml").write_text(plan.replace(authors, f'authors = ["Made{family}, A."]'))
    for file in paper.glob("results/**/*.jsonl"):
        file.write_text("".join(file.read_text().splitlines(keepends=True)[:3]))
    report = json.loads((paper / "report.json").read_text())
    report["inputs"] = inputs(load(paper))
    report["outputs"] = {
        "REPORT.md": hashlib.sha256((paper / "REPORT.md").read_bytes()).hexdigest()
    }
    (paper / "report.json").write_text(json.dumps(report))


if __name__ == "__main__":
    sys.exit(main([int(n) for n in sys.argv[1:]] or [250, 500, 1_000]))
