# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes over what was merged in a published repository: `nox -s bring_back -- NAME`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from publishing.bring_back import bring_back
from publishing.command import connect, options
from publishing.errors import Refused
from publishing.github import GitHubError
from publishing.repository import GitError
from wheels import ROOT


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Runs the command and returns its exit code: 0, 1 if it was refused or failed, 2 for misuse."""
    parser = argparse.ArgumentParser(
        prog="nox -s bring_back --",
        description="Make one commit, on a branch of its own, of what was merged in a published repository.",
        epilog="docs/publishing.md says how to go on from there.",
    )
    parser.add_argument("name", metavar="NAME", help="a paper, or core")
    options(parser)
    given = parser.parse_args(arguments)
    name = given.name.rstrip("/").removeprefix("repos/")
    try:
        brought = bring_back(connect(root, given), name, given.owner)
    except (Refused, GitHubError, GitError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if brought is None:
        print(f"{name}: everything that was merged there is here")
        return 0
    print(f"{brought.branch} takes over {len(brought.subjects)} commits:")
    for subject in brought.subjects:
        print(f"  {subject}")
    for file in brought.locked:
        print(
            f"note: {file} comes from the template, and the next update writes it anew: change it there too"
        )
    print(f"Look at it, then merge it: git merge {brought.branch}")
    print("Keep the last line of its message, however it is merged: the next publication needs it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
