# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plants one fault a check in a copy of this checkout, and says which check caught it.

    nox -s plant_faults

The copy lies in a temporary folder and is a clone with the changes of the work tree. Before anything is planted
the gates must pass there. Exit code: 0 if every fault was caught and named by its check, 1 if one was missed.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import gates
from wheels import ROOT, git

PAPER = "RumelhartHintonWilliams1986_1"


@dataclass(frozen=True)
class Fault:
    """One fault.

    Args:
      code: The check that must catch it.
      what: What is planted, in a few words.
      plant: Plants it in a clone.
      names: What the check must say, a pattern: where the fault is.
    """

    code: str
    what: str
    plant: Callable[[Path], None]
    names: str


def edit(file: str, pattern: str, by: str) -> Callable[[Path], None]:
    """Returns what replaces the one place in a file of the paper that fits a pattern."""

    def plant(root: Path) -> None:
        path = root / "repos" / PAPER / file
        text, count = re.subn(pattern, lambda _: by, path.read_text(encoding="utf-8"), count=1)
        if count != 1:
            raise LookupError(f"{path} has nothing like `{pattern}`, so that no fault was planted.")
        path.write_text(text, encoding="utf-8")

    return plant


def write(file: str, text: str) -> Callable[[Path], None]:
    """Returns what writes a file of the paper."""
    return lambda root: (root / "repos" / PAPER / file).write_text(text) and None


def unsigned_commit(root: Path) -> None:
    """Commits a large change without a sign-off."""
    header = "# SPDX-FileCopyrightText: 2026 LDLC contributors\n# SPDX-License-Identifier: GPL-3.0-or-later\n"
    lines = [f"LINE_{i} = {i}\n" for i in range(500)]
    (root / "tools/many_lines.py").write_text(header + "".join(lines))
    git(root, "add", "--all")
    git(root, *IDENTITY, "commit", "--quiet", "--message", "Do many things at once")


def renamed_copy(root: Path) -> None:
    """Copies a module of the paper into another paper, every name changed."""
    source = root / "repos" / PAPER / PAPER / "tasks.py"
    text = re.sub(r"(?<![.\"'\w])([a-z]+)_([a-z_]+)\b", r"\2_\1", source.read_text())
    other = root / "repos/Doe1999_1/Doe1999_1/data.py"
    other.parent.mkdir(parents=True)
    other.write_text(text)
    (other.parents[1] / "paper.toml").write_text("schema = 1\n")


def lost_release(root: Path) -> None:
    """Lists a release whose tree no commit has."""
    file = root / "releases.toml"
    file.write_text(re.sub(r'tree = "\w{40}"', f'tree = "{"0" * 40}"', file.read_text(), count=1))


def viral_dependency(root: Path) -> None:
    """Makes the paper need a package that is under the GPL by its classifier, and nothing large."""
    wheel = root / "viral_thing-1.0-py3-none-any.whl"
    info = "viral_thing-1.0.dist-info"
    held = {
        "viral_thing.py": "",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: viral-thing\nVersion: 1.0\n"
        "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": f"viral_thing.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in held.items():
            archive.writestr(name, text)
    paper = root / "repos" / PAPER
    shutil.copy(root / "templates/paper/locks/numpy.lock", paper / "requirements.lock")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    with (paper / "requirements.lock").open("a") as lock:
        lock.write(f"viral-thing @ {wheel.as_uri()} --hash=sha256:{digest}\n")
    edit("pyproject.toml", r'"ldlc\[tensorflow\]==', '"viral-thing==1.0", "ldlc==')(root)


IDENTITY = ("-c", "user.name=Jane Doe", "-c", "user.email=jane@example.org")

FAULTS = (
    Fault("P01", "a misspelt key", edit("paper.toml", r"\nseeds ", "\nsedes "), "`sedes`|sedes"),
    Fault("P02", "another year", edit("paper.toml", r"\nyear\s+= 1986", "\nyear = 1987"), "1987_1"),
    Fault("P03", "a module without a header", write("tests/extra.py", "x = 1\n"), "tests/extra.py"),
    Fault(
        "P04", "a word less", edit("LICENSE", "Everyone is permitted", "Everyone may"), "LICENSE"
    ),
    Fault("P05", "a range", edit("pyproject.toml", r"(?<=\])==\d", ">=0"), "pyproject.toml: core"),
    Fault(
        "P06",
        "nothing attested",
        edit("paper.toml", 'not written at work or school[^"]*', "a promise"),
        "clean_room.attested` lacks",
    ),
    Fault(
        "P07",
        "a dependency without a reason",
        edit("pyproject.toml", r"dependencies = \[", 'dependencies = ["pillow==12.0.0",'),
        "`pillow`",
    ),
    Fault("P08", "a nicer report", edit("REPORT.md", "not replicated", "replicated"), "REPORT.md"),
    Fault("P09", "a large file", write("weights.txt", "0.5\n" * 200_000), "weights.txt"),
    Fault("P10", "a private address", write("NOTES.md", "at 10." + "1.2.3\n"), "NOTES.md:1"),
    Fault("P11", "a token", write("NOTES.md", "\nghp" + "_" + "a1B2" * 9 + "\n"), "NOTES.md:2"),
    Fault("P12", "a dependency under the GPL", viral_dependency, "`viral-thing 1.0` is GPL"),
    Fault("M01", "a large commit, not signed off", unsigned_commit, "Do many things at once"),
    Fault(
        "M02", "a module copied, with other names", renamed_copy, "data.py:.* and |and .*data.py:"
    ),
    Fault("M03", "a release that is not in history", lost_release, "releases.toml: core"),
    Fault(
        "M04",
        "a package without the licence",
        edit(
            "pyproject.toml", r'license-files = \["LICENSE"\]', 'license-files = ["CITATION.cff"]'
        ),
        r"\.whl has no LICENSE",
    ),
)


def copy(root: Path, folder: Path) -> Path:
    """Returns a clone of a checkout with the changes of its work tree, committed."""
    clone = folder / "clone"
    git(root, "clone", "--quiet", str(root), str(clone))
    for name in git(root, "ls-files", "-z", "-mo", "--exclude-standard").split("\0"):
        if name and (root / name).exists():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, clone / name, follow_symlinks=False)
        elif name:
            (clone / name).unlink(missing_ok=True)
    git(clone, "add", "--all")
    message = ["--quiet", "--allow-empty", "--signoff", "--message", "Take the work tree's changes"]
    git(clone, *IDENTITY, "commit", *message)
    return clone


def main(root: Path = ROOT) -> int:
    """Plants every fault in turn and returns the exit code."""
    if without := {m.CODE for m in gates.EVERY} ^ {fault.code for fault in FAULTS}:
        print(f"error: {', '.join(sorted(without))}: exactly one fault a check is needed.")
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        clone = copy(root, Path(scratch))
        start = git(clone, "rev-parse", "HEAD").strip()
        before = gates.run(clone, static=True)
        if not before.passes:
            print(*gates.report(before), sep="\n")
            print("error: the gates do not pass before anything is planted.")
            return 1
        missed = 0
        for fault in FAULTS:
            fault.plant(clone)
            found = gates.run(clone, [] if fault.code[0] == "M" else [PAPER], only=[fault.code])
            said = [text for r in found.results for text in (*r.problems, *r.warnings)]
            named = [text for text in said if re.search(fault.names, text)]
            missed += not named
            print(f"{fault.code} {'caught' if named else 'MISSED'}  {fault.what}")
            for text in named or said:
                print(f"      {text.replace(str(clone) + '/', '')}")
            git(clone, "reset", "--quiet", "--hard", start)
            git(clone, "clean", "--quiet", "-d", "--force")
    print(f"{len(FAULTS) - missed} of {len(FAULTS)} faults were caught and named")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
