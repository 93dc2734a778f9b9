# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Splits the history of one folder out of the monorepo: the same ids on every machine, always a fast-forward.

    python tools/publishing/splitter.py FOLDER [REVISION]    # prints the id of the folder's split

For each commit of the monorepo, parents first, let *t* be the folder's tree in it and *P* the splits of its
parents. If one of *P* has the tree *t* and all others of *P* are its ancestors, that one is the commit's split;
else its split is a new commit: the commit's own headers and message, byte for byte, with the tree *t* and the
parents *P*, without signatures, which would not hold any more. So the split of a parent is always an ancestor
of the split of its child, and a later split contains every earlier one. Nothing is kept between calls, so
nothing can go stale; ids follow from the commits alone. A folder that was there and is gone has the empty tree.

`git subtree split` gives the same ids for ordinary histories, but whole commits of the monorepo, other papers
included, where a folder was deleted and added again: it serves as an oracle in the tests only.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from publishing.errors import Refused
from publishing.repository import EMPTY_TREE, GitError, Repository

TRAILER = "Published-From:"
"""Marks the commit that takes over what was merged in the published repository: folder and id follow."""

SIGNATURES = (b"gpgsig", b"gpgsig-sha256", b"mergetag")
_TRAILER = re.compile(
    rb"^ {0,4}Published-From: (\S+) ([0-9a-f]{40})\s*$", re.M
)  # a squash indents by four


@dataclass
class Split:
    """The history of one folder, as commits of its own.

    Attributes:
      of: For each commit of the monorepo, parents first, the split commit that stands for it; None where the
        folder was not there yet.
      trees: The tree of each split commit and of each published one.
      parents: Their parents.
    """

    of: dict[str, str | None] = field(default_factory=dict)
    trees: dict[str, str] = field(default_factory=dict)
    parents: dict[str, list[str]] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    @property
    def tip(self) -> str | None:
        """The split of the newest commit, None if the folder never was in the history."""
        return next(reversed(self.of.values()), None)

    @property
    def head(self) -> str:
        """The split of the newest commit, for a folder that is known to be in the history."""
        assert self.tip is not None
        return self.tip

    def is_ancestor(self, old: str, new: str) -> bool:
        """Tells whether one commit of the split is another, or an ancestor of it."""
        if old == new:
            return True
        floor, seen, stack = self._numbers[old], set(), [new]
        while stack:
            for parent in self.parents[stack.pop()]:
                if parent == old:
                    return True
                if parent not in seen and self._numbers[parent] > floor:
                    seen.add(parent)
                    stack.append(parent)
        return False

    def origin(self, commit: str) -> str | None:
        """Returns the commit of the monorepo that a split commit was made from."""
        return next((old for old, new in self.of.items() if new == commit), None)

    def _add(self, commit: str, tree: str, parents: list[str]) -> None:
        self._numbers.setdefault(commit, len(self._numbers))  # parents have smaller numbers
        self.trees[commit], self.parents[commit] = tree, parents


def split(
    repository: Repository,
    revision: str,
    folder: str,
    former: Sequence[str] = (),
    published: str | None = None,
) -> Split:
    """Splits a folder's history out of a revision; the new commits are in the object store afterwards.

    Args:
      repository: The monorepo: a full clone.
      revision: The commit up to which to split.
      folder: The folder's path, such as "repos/KingmaBa2014_1".
      former: Paths at which the folder stood earlier, looked at in this order where `folder` is not there.
      published: The newest commit of the published repository, fetched already: commits with the trailer
        `Published-From: FOLDER ID` get the parent ID, which must be in its history.

    Raises:
      Refused: For a clone that is not whole, an unknown revision, or a trailer that names a commit that was
        never published.
    """
    repository.require_whole()
    paths = [folder, *former]
    history = _history(repository, revision, paths)
    trees = {commit: tree for commit, _, tree in history}
    marked = set(
        repository.lines("rev-list", "--fixed-strings", f"--grep={TRAILER}", revision, "--")
    )
    wanted = marked | {
        commit
        for commit, parents, tree in history
        if len(parents) != 1 or tree != trees[parents[0]]
    }
    raw = repository.raw_objects([commit for commit, _, _ in history if commit in wanted])
    result, new = Split(), {}
    if published:
        for line in repository.lines(
            "log", "--topo-order", "--reverse", "--format=%H %T %P", published
        ):
            id_, its_tree, *ancestors = line.split()
            result._add(id_, its_tree, ancestors)
    known = set(result.trees)
    for commit, parents, tree in history:
        before = list(dict.fromkeys(s for s in map(result.of.get, parents) if s))
        if commit in marked:
            before += _brought_back(result, before, known, commit, raw[commit], paths)
        if tree is None and not before:
            result.of[commit] = None
            continue
        tree = tree or EMPTY_TREE
        same = (
            s
            for s in before
            if result.trees[s] == tree and all(result.is_ancestor(other, s) for other in before)
        )
        result.of[commit] = next(same, None)
        if result.of[commit] is None:
            content = _rewrite(raw[commit], tree, before)
            id_ = hashlib.sha1(b"commit %d\0" % len(content) + content).hexdigest()
            new[id_] = content
            result._add(id_, tree, before)
            result.of[commit] = id_
    if new:
        repository.git("hash-object", "-t", "tree", "-w", "--stdin")  # the empty tree
    repository.store_commits(new.values())
    return result


def _history(
    repository: Repository, revision: str, paths: list[str]
) -> list[tuple[str, list[str], str | None]]:
    """Returns every commit, parents first, with its parents and the folder's tree or None."""
    try:
        lines = repository.lines(
            "rev-list", "--topo-order", "--reverse", "--parents", revision, "--"
        )
    except GitError as error:
        raise Refused(
            f"`{revision}` is not a commit of {repository.path}. Name a branch."
        ) from error
    rows = [line.split() for line in lines]
    questions = "".join(f"{row[0]}:{path}\n" for row in rows for path in paths)
    answers = repository.git(
        "cat-file", "--batch-check=%(objectname) %(objecttype)", content=questions.encode()
    )
    found = iter(answers.decode("utf-8", "replace").splitlines())
    history = []
    for commit, *parents in rows:
        at = [next(found) for _ in paths]
        trees = (line.split()[0] for line in at if line.endswith(" tree"))
        history.append((commit, parents, next(trees, None)))
    return history


def _brought_back(
    result: Split, before: list[str], known: set[str], commit: str, raw: bytes, paths: list[str]
) -> list[str]:
    """Returns the published commits that a commit says it takes over, but for those it descends from anyhow."""
    found: list[str] = []
    for path, id_ in _TRAILER.findall(raw.partition(b"\n\n")[2]):
        if path.decode("utf-8", "replace") not in paths:
            continue
        published = id_.decode()
        if published not in known:
            raise Refused(
                f"commit {commit[:12]} says `{TRAILER} {paths[0]} {published[:12]}`, but that commit is not in "
                "the published repository's branch main. Take the line out of the message, or publish to the "
                "repository that it came from."
            )
        if not any(result.is_ancestor(published, s) for s in before + found):
            found.append(published)
    return found


def _rewrite(raw: bytes, tree: str, parents: list[str]) -> bytes:
    """Returns a commit with another tree and other parents, without signatures, all else byte for byte."""
    head, _, message = raw.partition(b"\n\n")
    kept, dropping = [], False
    for line in head.split(b"\n"):
        if not line.startswith(b" "):  # else it goes on with the header before
            key = line.split(b" ", 1)[0]
            dropping = key in SIGNATURES or key in (b"tree", b"parent")
        if not dropping:
            kept.append(line)
    first = [b"tree " + tree.encode(), *(b"parent " + parent.encode() for parent in parents)]
    return b"\n".join(first + kept) + b"\n\n" + message


def main(arguments: list[str]) -> int:
    if len(arguments) not in (1, 2) or arguments[0].startswith("-"):
        print("usage: splitter.py FOLDER [REVISION]", file=sys.stderr)
        return 2
    folder, revision = arguments[0].rstrip("/"), (arguments[1:] or ["HEAD"])[0]
    try:
        tip = split(Repository(Path.cwd()), revision, folder).tip
    except (Refused, GitError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if tip is None:
        print(f"error: `{folder}` never was in the history of {revision}.", file=sys.stderr)
        return 1
    print(tip)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
