# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The replicators say what they read, what they saw of an implementation by accident, and attest the rest.

A replication is written from the paper's text alone; this statement is what that rests on.
"""

from __future__ import annotations

from ldlc.checks.tree import Tree

CODE, TITLE, LOOKS_AT = "P06", "the clean-room statement is complete", "paper"

REQUIRED = (
    "no implementation was looked at",
    "not written at work or school, or with its owner's assignment",
)


def check(tree: Tree) -> list[str]:
    """Returns what the statement lacks."""
    folder = tree.paper
    if folder is None:
        return []  # P01 tells
    statement = folder.plan.replication.clean_room
    problems = []
    if not [text for text in statement.read if text.strip()]:
        problems.append(
            f"{folder.file}: `replication.clean_room.read` is empty. List what was consulted."
        )
    exposed = any(text.strip() for text in statement.exposures)
    for sentence in REQUIRED:
        if sentence in statement.attested or (exposed and sentence == REQUIRED[0]):
            continue
        problems.append(
            f'{folder.file}: `replication.clean_room.attested` lacks "{sentence}". Add it if it is true; '
            "if an implementation was seen, say in `exposures` what and how."
        )
    return problems
