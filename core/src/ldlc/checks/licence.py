# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The paper carries the text of the GNU General Public License, version 3, unchanged."""

from __future__ import annotations

import hashlib
import importlib.metadata
from pathlib import Path

CODE, TITLE = "P04", "LICENSE holds the GPLv3"

GPL_3_SHA256 = "3972dc9744f6499f0f9b2dbf76696f2ae7ad8af9b23dde66d6af86c9dfb36986"


def check(paper: Path) -> list[str]:
    """Returns what is wrong with the licence's text."""
    file = paper / "LICENSE"
    if not file.is_file():
        return [f"{file}: the licence is missing. Add it with `ldlc check --fix`."]
    if hashlib.sha256(file.read_bytes()).hexdigest() != GPL_3_SHA256:
        return [f"{file}: the text differs from the GPLv3's. Restore it with `ldlc check --fix`."]
    return []


def fix(paper: Path) -> list[str]:
    """Writes the licence where it is missing or changed; returns the files."""
    if not check(paper):
        return []
    text = licence_text()
    if text is None:
        return []
    (paper / "LICENSE").write_bytes(text)
    return [str(paper / "LICENSE")]


def licence_text() -> bytes | None:
    """Returns the licence's text as core carries it; None if this core carries none."""
    candidates = [Path(__file__).resolve().parents[3] / "LICENSE"]
    try:
        files = importlib.metadata.files("ldlc") or []
        candidates += [Path(str(f.locate())) for f in files if f.name == "LICENSE"]
    except importlib.metadata.PackageNotFoundError:
        pass
    for file in candidates:
        if file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == GPL_3_SHA256:
            return file.read_bytes()
    return None
