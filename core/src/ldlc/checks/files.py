# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""No file is large, none outside figures/ is binary, and no link leads out of the folder.

History keeps every version of a file for ever, in every clone. Data sets are fetched and verified, never
committed; the record is text, thinned, and has its own, larger bound.
"""

from __future__ import annotations

import os
from pathlib import Path

from ldlc.checks.tree import Tree

CODE, TITLE, LOOKS_AT = "P09", "no large or binary file", "files"

LARGEST = 500_000  # bytes; more is no text that somebody reads
LARGEST_GENERATED = 5_000_000  # bytes, in results/ and figures/


def check(tree: Tree) -> list[str]:
    """Returns the files that are too large or binary, and the links that lead out."""
    problems = []
    for name in tree.names:
        parts = name.split("/")[:-1]
        if tree.is_link(name):
            file = tree.path / name
            top = Path(os.path.abspath(tree.path))  # noqa: PTH100 - links are not followed
            target = Path(os.path.normpath(top / Path(name).parent / file.readlink()))
            if not target.is_relative_to(top):
                problems.append(
                    f"{file}: leads out of the folder, to `{file.readlink()}`. Remove it."
                )
            continue
        size = tree.size(name)
        is_generated = "results" in parts or "figures" in parts
        bound = LARGEST_GENERATED if is_generated else LARGEST
        if size > bound:
            problems.append(
                f"{tree.path / name}: has {size:,} bytes, more than {bound:,}. Fetch it by `ldlc.data`, "
                "or make it anew when it is needed."
            )
        elif "figures" not in parts and tree.is_binary(name):
            problems.append(
                f"{tree.path / name}: is binary, {size:,} bytes. Keep it out of the history; "
                "pictures belong into figures/."
            )
    return problems
