# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""LICENSE holds the text of the GNU General Public License, version 3, unchanged, and goes into what is built.

`--fix` writes the text.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from pathlib import Path

from ldlc.checks.tree import Tree

CODE, TITLE, LOOKS_AT = "P04", "LICENSE holds the GPLv3", "paper"

GPL_3_SHA256 = "3972dc9744f6499f0f9b2dbf76696f2ae7ad8af9b23dde66d6af86c9dfb36986"


def check(tree: Tree) -> list[str]:
    """Returns what is wrong with the licence's text, or with what the project says of it."""
    file = tree.path / "LICENSE"
    content, problems = tree.get("LICENSE"), []
    if content is None:
        problems = [f"{file}: the licence is missing. Add it, or let `--fix` do it."]
    elif not is_gpl_3(content):
        problems = [f"{file}: the text differs from the GPLv3's. Restore it, or let `--fix` do it."]
    project, said = tree.path / "pyproject.toml", tree.project
    if said.get("license", "GPL-3.0-or-later") != "GPL-3.0-or-later":
        problems.append(
            f"{project}: `project.license` must be `GPL-3.0-or-later`, got `{said['license']}`. Mend it."
        )
    if "LICENSE" not in said.get("license-files", ["LICENSE"]):
        problems.append(
            f"{project}: `project.license-files` lacks LICENSE, so that packages are built without it. "
            'Write `license-files = ["LICENSE"]`.'
        )
    return problems


def fix(tree: Tree) -> list[str]:
    """Writes the licence where it is missing or changed; returns the files."""
    file = tree.path / "LICENSE"
    text = licence_text()
    if text is None or (file.is_file() and file.read_bytes() == text):
        return []
    file.write_bytes(text)
    tree.forget("LICENSE")
    return [str(file)]


def is_gpl_3(content: bytes) -> bool:
    """Returns whether this is the GPLv3's text, byte by byte."""
    return hashlib.sha256(content).hexdigest() == GPL_3_SHA256


def licence_text() -> bytes | None:
    """Returns the licence's text as core carries it; None if this core carries none."""
    candidates = [Path(__file__).resolve().parents[3] / "LICENSE"]
    try:
        files = importlib.metadata.files("ldlc") or []
        candidates += [Path(str(f.locate())) for f in files if f.name == "LICENSE"]
    except importlib.metadata.PackageNotFoundError:
        pass
    for file in candidates:
        if file.is_file() and is_gpl_3(file.read_bytes()):
            return file.read_bytes()
    return None
