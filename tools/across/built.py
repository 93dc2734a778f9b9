# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is built from core and from each paper carries the licence's text, in the wheel and in the source archive.

A package without it is not licensed to whoever gets it.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from across.repository import Repository
from ldlc.checks.licence import is_gpl_3
from ldlc.environment import find_uv

CODE, TITLE, IS_STATIC = "M04", "built packages carry the GPLv3", False


def check(repository: Repository) -> list[str]:
    """Returns what cannot be built, and what is built without the licence."""
    folders = [repository.papers[name].path for name in repository.named]
    if repository.rest is not None:
        folders.insert(0, repository.rest.path / "core")
    problems = []
    for folder in folders:
        if not (folder / "pyproject.toml").is_file():
            continue  # P02 tells
        with tempfile.TemporaryDirectory() as scratch:
            failure = build(folder, Path(scratch))
            if failure:
                problems.append(
                    f"{folder}: cannot be built: {failure} Mend pyproject.toml, or connect to the network once "
                    "for its build backend."
                )
                continue
            problems += [f"{folder}: {problem}" for problem in inspect(Path(scratch))]
    return problems


def build(folder: Path, into: Path) -> str:
    """Builds source archive and wheel of a package; returns why it failed, or nothing."""
    command = [find_uv(), "build", "--quiet", "--python", sys.executable]
    command += ["--out-dir", str(into), str(folder)]
    for network in (["--offline"], []):
        done = subprocess.run([*command, *network], capture_output=True, text=True)
        if done.returncode == 0:
            return ""
    lines = [line.strip(" ╰─▶×├│") for line in done.stderr.splitlines() if line.strip(" ╰─▶×├│")]
    return " ".join(" / ".join(lines[-3:]).split())[:300]


def inspect(built: Path) -> list[str]:
    """Returns which archives in a folder lack the licence's text, byte by byte."""
    problems = []
    for archive in sorted(built.glob("*.whl")) + sorted(built.glob("*.tar.gz")):
        held = _wheel(archive) if archive.suffix == ".whl" else _source(archive)
        if not any(is_gpl_3(text) for text in held):
            problems.append(
                f'{archive.name} has no LICENSE with the GPLv3\'s text. Write `license-files = ["LICENSE"]` into '
                "`project` of pyproject.toml, and keep the file as it is."
            )
    return problems


def _wheel(archive: Path) -> list[bytes]:
    with zipfile.ZipFile(archive) as opened:
        names = [n for n in opened.namelist() if ".dist-info/" in n and n.endswith("/LICENSE")]
        return [opened.read(name) for name in names]


def _source(archive: Path) -> list[bytes]:
    with tarfile.open(archive) as opened:
        found = [m for m in opened.getmembers() if m.isfile() and m.name.count("/") == 1]
        texts = [opened.extractfile(m) for m in found if m.name.endswith("/LICENSE")]
        return [text.read() for text in texts if text is not None]
