# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What many papers cost: `affected`, all static checks and the README's table, with 10, 100 and 1,000 papers.

    nox -s benchmark -- papers [NUMBER...]

The papers are made in a temporary clone of this repository, from the template, each with a plan of eight claims, a
record, a report and figures; as with real papers, these and the modules are the same in no two, and the template's
files are in all. All static checks look at every file anew; beside them stand those that know which papers are
unchanged since they passed. Medians of fresh processes, with the processors' seconds in brackets, which tell more
on a busy machine. The rest of the clone is looked at too, so a line through the numbers does not start at zero.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cookiecutter.main import cookiecutter
from rich.console import Console

import ldlc.replicate
from ldlc.plan import load, pinned_core
from ldlc.report import write
from ldlc.report.files import inputs, sources

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 3
BOUNDS_S = {
    "affected": (["affected.py", "--since", "HEAD~1"], 1.0),
    "all static checks": (["gates.py", "--static", "--again"], 5.0),
    "unchanged since": (["gates.py", "--static"], 5.0),
    "README's table": (["catalogue.py"], 2.0),
}
CLAIMS = 8
OWN = {".py": "# {}\n", ".svg": "<!-- {} -->\n"}
"""How modules and figures of a copy end, so that their bytes differ between papers as those of real ones do."""


def main(numbers: list[int]) -> int:
    """Prints the median seconds for each number of papers; returns 1 if 1,000 take longer than the bound."""
    rows, slow = {}, False
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "ldlc")
        git(ROOT, "clone", "--quiet", str(ROOT), str(root))
        shutil.rmtree(root / "repos")
        first = make_paper(root)
        made = 1
        for number in sorted(numbers):
            for other in range(made, number):
                make_copy(first, other)
            made = number
            git(root, "add", "--all")
            git(root, "commit", "--quiet", "--signoff", "--message", f"Have {number} papers")
            git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
            (root / "repos" / first.name / "README.md").write_text(f"{number}\n")
            rows[number] = {what: measure(root, command) for what, (command, _) in BOUNDS_S.items()}
            slow |= number == 1000 and any(
                rows[number][what][0] > bound for what, (_, bound) in BOUNDS_S.items()
            )
            git(root, "checkout", "--quiet", ".")
    print(f"{'papers':>8}" + "".join(f"{what:>21}" for what in BOUNDS_S))
    for number, seconds in rows.items():
        cells = (f"{wall:.2f} s ({cpu:.2f} s)" for wall, cpu in seconds.values())
        print(f"{number:>8,}" + "".join(f"{cell:>21}" for cell in cells))
    print(f"{'bound':>8}" + "".join(f"{f'{bound:.2f} s':>21}" for _, bound in BOUNDS_S.values()))
    return int(slow)


def measure(root: Path, command: list[str]) -> tuple[float, float]:
    """Returns the median seconds that a tool takes, and those of the processors."""
    walls, cpus = [], []
    for _ in range(ROUNDS):
        start, before = time.perf_counter(), os.times()
        tool = [sys.executable, str(root / "tools" / command[0]), *command[1:]]
        done = subprocess.run(tool, cwd=root, capture_output=True, text=True)
        after = os.times()
        walls.append(time.perf_counter() - start)
        cpus.append(sum(after[2:4]) - sum(before[2:4]))
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return statistics.median(walls), statistics.median(cpus)


def make_paper(root: Path) -> Path:
    """Makes a paper from the template, with more claims, and records it."""
    paper = Path(
        cookiecutter(
            str(root / "templates/paper"),
            no_input=True,
            extra_context={"framework": "numpy", "authors": "Aaaa, Jo", "year": "1986"},
            output_dir=str(root),
            accept_hooks=False,
        )
    )
    plan = paper / "paper.toml"
    head, mark, claims = plan.read_text().partition("[[claims]]")
    claims = f"{mark}{claims}".split("\n# ----", 1)[0]
    blocks = [f"[[claims]]{block}" for block in claims.split("[[claims]]")[1:]]
    copies = [
        blocks[i % len(blocks)].replace('"example-', f'"example-{i}-', 1) for i in range(CLAIMS)
    ]
    plan.write_text(head + "\n".join(copies))
    ldlc.replicate.core_version = lambda: str(pinned_core(paper))  # it would refuse this core
    options = ldlc.replicate.Options(record=True)
    ldlc.replicate.replicate(load(paper), options, Console(quiet=True))
    write(load(paper))
    shutil.rmtree(paper / ".ldlc")
    return paper


def make_copy(paper: Path, number: int) -> None:
    """Copies a paper under the name of another author, with modules, runs, figures and a report of its own."""
    old = paper.name.partition("1986")[0]
    new = "A" + "".join("abcdefghij"[int(digit)] for digit in f"{number:03}")
    copy = paper.with_name(paper.name.replace(old, new))
    for file in sorted(paper.rglob("*")):
        target = copy / str(file.relative_to(paper)).replace(paper.name, copy.name)
        if file.is_dir() or "__pycache__" in file.parts:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text().replace(f"{old}, Jo", f"{new}, Jo").replace(paper.name, copy.name)
        text = re.sub(r'("commit": ")\w{8}', rf"\g<1>{number:08}", text)
        is_own = file.parent != paper  # and not the template's
        target.write_text(text + OWN.get(file.suffix, "").format(copy.name) if is_own else text)
    report = json.loads((copy / "report.json").read_text())
    report |= {"inputs": inputs(load(copy)), "sources": sources(load(copy))}
    report["outputs"] = {
        path: hashlib.sha256((copy / path).read_bytes()).hexdigest() for path in report["outputs"]
    }
    (copy / "report.json").write_text(json.dumps(report, indent=1) + "\n")


def git(root: Path, *command: str) -> None:
    identity = ["-c", "user.name=Jane Doe", "-c", "user.email=jane@example.org"]
    subprocess.run(["git", *identity, "-C", str(root), *command], check=True)


if __name__ == "__main__":
    sys.exit(main([int(number) for number in sys.argv[1:]] or [10, 100, 1000]))
