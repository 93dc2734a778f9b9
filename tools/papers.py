# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The papers of this repository and the core that each one pins."""

from __future__ import annotations

import re
from pathlib import Path

from wheels import Release, core_lock

QUICKSTART = "RumelhartHintonWilliams1986_1"
"""The paper that is replicated where none is named: its task is generated, and it takes a minute."""

_PIN = re.compile(r'"ldlc(?P<extra>\[[\w,]+\])?==(?P<version>\d+(?:\.\w+)+)"')


class PaperError(RuntimeError):
    """A paper's folder is not as the tools need it; the message says what to do."""


def papers(root: Path) -> dict[str, Path]:
    """Returns every paper's folder by its name, in order."""
    return {toml.parent.name: toml.parent for toml in sorted(root.glob("repos/*/paper.toml"))}


def pinned(paper: Path) -> str:
    """Returns the version of core that a paper pins.

    Raises:
      PaperError: If it pins none, or not exactly one.
    """
    return _the_pin(paper)["version"]


def move_pin(paper: Path, release: Release) -> None:
    """Writes another release of core into a paper's pyproject.toml and core.lock.

    Raises:
      PaperError: If the paper pins none, or not exactly one.
    """
    found = _the_pin(paper)
    file = paper / "pyproject.toml"
    text = file.read_text(encoding="utf-8")
    new = f'"ldlc{found["extra"] or ""}=={release.version}"'
    file.write_text(text.replace(found[0], new), encoding="utf-8")
    (paper / "core.lock").write_text(core_lock(release), encoding="utf-8")


def _the_pin(paper: Path) -> re.Match[str]:
    file = paper / "pyproject.toml"
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise PaperError(f"{file} cannot be read: {error.strerror}.") from None
    code = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    found = list(_PIN.finditer(code))
    if len(found) != 1:
        raise PaperError(
            f'{file} must pin core exactly: one dependency "ldlc[FRAMEWORK]==X.Y.Z"; it has {len(found)}.'
        )
    return found[0]
