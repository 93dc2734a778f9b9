# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether this checkout may publish: what lies here is what history holds, and nobody else is at it."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from publishing.errors import Refused
from publishing.plan import Seen
from publishing.repository import Repository

BRANCH = "main"
"""The one branch that is published."""


def require_ready(repository: Repository, folder: str) -> None:
    """Checks that what lies here is what history holds, on the branch that is published from.

    Raises:
      Refused: If not.
    """
    repository.require_whole()
    branch = repository.text("rev-parse", "--abbrev-ref", "HEAD")
    if branch != BRANCH:
        raise Refused(
            f"only the branch {BRANCH} is published, and this checkout is on {branch}: a branch "
            "may still be rewritten, "
            f"what is published may not. Run: git switch {BRANCH}"
        )
    if changed := repository.lines("status", "--porcelain", "--", folder):
        raise Refused(
            f"{folder} has {len(changed)} uncommitted changes, {changed[0].strip()} first; what is "
            "published is what "
            "history holds. Commit them or take them away."
        )
    if repository.succeeds("rev-parse", "--verify", "--quiet", f"{BRANCH}@{{upstream}}"):
        ahead = repository.lines("rev-list", f"{BRANCH}@{{upstream}}..{BRANCH}", "--", folder)
        if ahead:
            raise Refused(
                f"{len(ahead)} commits on {folder} are not in the branch that {BRANCH} follows, so "
                "they may still be "
                "rewritten, what is published may not. Run: git push"
            )


def require_newest(full_name: str, version: str, seen: Seen) -> None:
    """Checks that a new version is above all that were published.

    Raises:
      Refused: If it is not.
    """
    numbers = [int(n) for n in version.split(".")]
    for ref in seen.refs:
        match = re.fullmatch(r"refs/tags/v(\d+)\.(\d+)\.(\d+)", ref)
        if match and [int(n) for n in match.groups()] > numbers:
            raise Refused(
                f"{full_name} has {ref.rpartition('/')[2]} already, which is above {version}. Raise the version."
            )


@contextmanager
def alone(repository: Repository, full_name: str) -> Iterator[None]:
    """Lets one publisher of a repository in at a time, on this machine.

    Raises:
      Refused: If there is one already.
    """
    common = repository.text("rev-parse", "--path-format=absolute", "--git-common-dir")
    with Path(common, f"ldlc-publish-{full_name.replace('/', '-')}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(
                f"{full_name} is being published from here at this moment. Wait for that."
            ) from error
        yield
