# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commits are signed off, and small enough to be reviewed.

A sign-off (`git commit -s`) says that what is contributed is the contributor's to give: the Developer
Certificate of Origin. Looked at are the commits that upstream does not have, or those since `--since REV`. Size is
a warning: lines added and removed, in files that people write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from wheels import WheelError

from across.repository import Repository

CODE, TITLE, IS_STATIC = "M01", "commits are signed off, and small", True

LARGEST = 400  # changed lines: what a reviewer reads with care in one sitting
_GENERATED = re.compile(
    r"(^|/)(results|figures|locks)/|\.lock$|(^|/)(REPORT\.md|report\.json|LICENSE|releases\.toml)$"
)


@dataclass(frozen=True)
class Commit:
    """A commit: id and subject, whether it is signed off, the lines that it changes, in how many files."""

    name: str
    is_signed_off: bool
    lines: int
    files: int


def check(repository: Repository) -> list[str]:
    """Returns the commits without a sign-off, and why they cannot be read if they cannot."""
    try:
        found = commits(repository)
    except WheelError as error:
        return [f"{error} Name a commit that is here, with `--since REV`."]
    return [
        f"{commit.name}: is not signed off. If it is yours to give: git commit --amend -s, or git rebase --signoff"
        for commit in found
        if not commit.is_signed_off
    ]


def warn(repository: Repository) -> list[str]:
    """Returns the commits that are large."""
    try:
        found = commits(repository)
    except WheelError:
        return []  # `check` tells
    return [
        f"{commit.name}: changes {commit.lines:,} lines in {commit.files:,} files, more than {LARGEST}. "
        "Could it have been several?"
        for commit in found
        if commit.lines > LARGEST
    ]


def commits(repository: Repository) -> list[Commit]:
    """Returns the commits that are looked at, the newest first, merges left out.

    Raises:
      WheelError: If `since` names no commit.
    """
    return [_commit(text) for text in repository.log]


def _commit(text: str) -> Commit:
    name, signed, changes = text.split("\x02")
    counted = []
    for line in changes.split("\n"):
        added, _, rest = line.partition("\t")
        removed, _, file = rest.partition("\t")
        if file and added != "-" and not _GENERATED.search(file):
            counted.append(int(added) + int(removed))
    return Commit(name, bool(re.search(r"<\S+@\S+>", signed)), sum(counted), len(counted))
