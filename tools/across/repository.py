# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The repository as the gates see it: its papers, and everything else."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wheels import WheelError, git

from ldlc.checks import Tree

RECENT = 20  # commits that are looked at where there is no upstream


@dataclass(frozen=True)
class Repository:
    """A checkout.

    Args:
      root: Its top.
      papers: Every paper's folder, by name.
      named: The papers that are looked at; all of them, unless some were named.
      rest: Everything outside repos/, if all is looked at.
      since: The commit after which commits are looked at; None for those that upstream does not have.
    """

    root: Path
    papers: Mapping[str, Tree]
    named: Sequence[str]
    rest: Tree | None
    since: str | None = None

    @functools.cached_property
    def log(self) -> Sequence[str]:
        """Each commit that is looked at, the newest first: id and subject, sign-offs, lines changed by file.

        Merges are left out; \\x02 stands between the three.

        Raises:
          WheelError: If `since` names no commit.
        """
        form = '--format=%x01%h "%s"%x02%(trailers:key=Signed-off-by,valueonly)%x02'
        options = ["log", "--no-merges", "--no-renames", "--numstat", form]
        return git(self.root, *options, *self._range(), "--").split("\x01")[1:]

    def _range(self) -> list[str]:
        if self.since is not None:
            return [f"{self.since}..HEAD"]
        try:
            git(self.root, "rev-parse", "--verify", "--quiet", "@{upstream}")
        except WheelError:
            return ["-n", str(RECENT), "HEAD"]
        return ["@{upstream}..HEAD"]


def read(root: Path, names: Sequence[str] = (), since: str | None = None) -> Repository:
    """Returns a checkout, listing its files once.

    Args:
      root: Its top.
      names: The papers to look at; none means everything.
      since: See `Repository`.

    Raises:
      ValueError: If there is no paper of a name.
      WheelError: If this is no git checkout.
    """
    listed = git(root, "ls-files", "-z", "-co", "--exclude-standard").split("\0")
    files: dict[str, list[str]] = {}
    rest = []
    for name in filter(None, listed):
        top, _, inner = name.partition("/")
        paper, _, file = inner.partition("/")
        if top == "repos" and file:
            files.setdefault(paper, []).append(file)
        else:
            rest.append(name)
    here = Path(os.path.relpath(root)) if root.is_relative_to(Path.cwd()) else root
    papers = {
        name: Tree(here / "repos" / name, inside)
        for name, inside in sorted(files.items())
        if "paper.toml" in inside
    }
    for name in names:
        if name not in papers:
            known = ", ".join(papers) or "none"
            raise ValueError(f"there is no `repos/{name}` with a paper.toml. Here are: {known}.")
    return Repository(
        root, papers, tuple(names or papers), None if names else Tree(here, rest), since
    )
