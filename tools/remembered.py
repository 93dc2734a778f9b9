# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which papers passed all static checks as they are, by the checks as they are: those need no second look.

A paper is known by the content of its files, as git lists it, and the checks by that of core's package and by what
they run on. Digests of the two are kept in the user's cache; deleting that file costs a look at every paper.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Set
from importlib.metadata import version
from pathlib import Path

from wheels import git, wheel_cache

import ldlc
from ldlc.runs.files import replace
from ldlc.runs.machine import core_version

MOST = 20_000  # digests that are kept, the newest


def digests(root: Path) -> Mapping[str, str]:
    """Returns the digest of each paper that is as git lists it, by name; papers with changes have none.

    Args:
      root: The checkout.
    """
    listed: dict[str, list[str]] = {}
    for entry in git(root, "ls-files", "-z", "-s", "--", "repos").split("\0"):
        about, _, path = entry.partition("\t")
        name, _, file = path.removeprefix("repos/").partition("/")
        if file:
            listed.setdefault(name, []).append(f"{about} {file}")
    status = git(root, "status", "--porcelain", "-z", "--no-renames", "-uall", "--", "repos")
    for entry in filter(None, status.split("\0")):
        if entry[1] != " ":  # other in the work tree than in the index
            listed.pop(entry[3:].removeprefix("repos/").partition("/")[0], None)
    checks = _checks()
    return {
        name: hashlib.sha256("\n".join([checks, name, *files]).encode()).hexdigest()
        for name, files in listed.items()
    }


def passed() -> frozenset[str]:
    """Returns the digests of papers that passed."""
    return frozenset(_lines())


def remember(new: Set[str]) -> None:
    """Adds digests of papers that passed; the oldest make room."""
    old = [digest for digest in _lines() if digest not in new]
    kept = [*old, *sorted(new)][-MOST:]
    _file().parent.mkdir(parents=True, exist_ok=True)
    replace(_file(), "".join(f"{digest}\n" for digest in kept).encode())


def _lines() -> list[str]:
    try:
        return _file().read_text(encoding="utf-8").split()
    except OSError:
        return []


def _file() -> Path:
    return wheel_cache().parent / "gates-passed"


def _checks() -> str:
    """Returns a digest of what decides: core's package, its version, Python and what plans are decoded with."""
    package = Path(ldlc.__file__).parent
    found = hashlib.sha256(f"{sys.version} {core_version()} {version('msgspec')}".encode())
    for file in sorted(package.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            found.update(f"{file.relative_to(package)}\0".encode() + file.read_bytes())
    return found.hexdigest()
