# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back: what was merged in a published repository becomes one commit on a branch here.

The commit carries the trailer `Published-From: FOLDER ID`, by which the splitter makes the published commit a
parent: the next publication is a fast-forward again, however the branch was merged here.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from publishing import core
from publishing.errors import Refused
from publishing.publication import Publisher
from publishing.ready import require_ready
from publishing.repository import Repository
from publishing.splitter import TRAILER, Split


@dataclass(frozen=True)
class Brought:
    """What was brought back.

    Attributes:
      branch: The branch that holds it.
      commit: The branch's one commit.
      subjects: What was merged there, a line a commit.
      locked: Files among it that come from the template.
    """

    branch: str
    commit: str
    subjects: tuple[str, ...]
    locked: tuple[str, ...]


def bring_back(publisher: Publisher, name: str, owner: str | None = None) -> Brought | None:
    """Makes the branch `import/NAME`; the work tree and the current branch stay as they are.

    Args:
      publisher: Speaks to the GitHub in question.
      name: The paper's name, or "core".
      owner: The user or organisation; left out, the one in the address that pyproject.toml names.

    Returns:
      What was brought back, None if there is nothing.

    Raises:
      Refused: If the repository is not there or has nothing in common, or the branch holds something else.
    """
    repository = publisher.repository
    folder = core.FOLDER if name == "core" else f"repos/{name}"
    require_ready(repository, folder)
    full_name = publisher.full_name(folder, owner)
    seen = publisher.see(full_name, publisher.remote(full_name))
    if seen.main is None:
        raise Refused(
            f"{publisher.server}/{full_name} has no branch main: nothing was published there yet."
        )
    history = publisher.history(folder, seen.main)
    if history.is_ancestor(seen.main, history.head):
        return None
    base, start = _base(repository, history, seen.main, full_name)
    branch = f"import/{name}"
    message, author, subjects = _describe(repository, folder, full_name, base, seen.main)
    _require_free(repository, branch, f"{TRAILER} {folder} {seen.main}")
    tree = _tree(repository, start, [folder, *publisher.former(folder)], seen.main)
    commit = repository.git(
        "commit-tree", tree, "-p", start, content=message.encode(), variables=author
    )
    id_ = commit.decode().strip()
    repository.git("update-ref", f"refs/heads/{branch}", id_)
    changed = repository.lines("diff", "--name-only", base, seen.main)
    return Brought(
        branch, id_, tuple(subjects), tuple(sorted(set(changed) & _locked(publisher.root)))
    )


def _base(repository: Repository, history: Split, main: str, full_name: str) -> tuple[str, str]:
    """Returns the newest published commit that came from here, and the newest commit here with that split."""
    newest = {split: commit for commit, split in history.of.items() if split}
    for commit in repository.lines("rev-list", "--topo-order", main):
        if commit in newest:
            return commit, newest[commit]
    raise Refused(
        f"{full_name} has nothing in common with the history here: it is another repository with "
        "the same name. Rename "
        "one of them, or give --owner."
    )


def _describe(
    repository: Repository, folder: str, full_name: str, base: str, main: str
) -> tuple[str, dict[str, str], list[str]]:
    """Returns the commit's message, its author as variables, and a line for each commit that it takes over."""
    merged = f"{base}..{main}"
    subjects = repository.lines("log", "--reverse", "--format=%h %s (%an)", merged)
    people = dict.fromkeys(
        repository.lines("log", "--reverse", "--no-merges", "--format=%an <%ae>", merged)
    )
    last = repository.text(
        "log", "-1", "--no-merges", "--format=%an%x00%ae%x00%ad", "--date=raw", merged
    )
    name, email, date = (
        last or repository.text("log", "-1", "--format=%an%x00%ae%x00%ad", "--date=raw", main)
    ).split("\0")
    author = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email, "GIT_AUTHOR_DATE": date}
    committer = repository.text("var", "GIT_COMMITTER_IDENT").rsplit(" ", 2)[0]
    trailers = [f"Co-authored-by: {who}" for who in people if who != f"{name} <{email}>"]
    trailers += [f"Signed-off-by: {committer}", f"{TRAILER} {folder} {main}"]
    told = [f"- {subject}" for subject in subjects]
    lines = [f"Take over what was merged in {full_name}", "", *told, "", *trailers]
    return "\n".join(lines) + "\n", author, subjects


def _require_free(repository: Repository, branch: str, trailer: str) -> None:
    ref = f"refs/heads/{branch}"
    if not repository.succeeds("rev-parse", "--verify", "--quiet", ref):
        return
    if trailer in repository.text("log", "-1", "--format=%B", ref):
        raise Refused(f"the branch {branch} has it already. Merge it: git merge {branch}")
    if not repository.is_ancestor(ref, "HEAD"):
        raise Refused(
            f"the branch {branch} holds something else that is not merged. Merge it, or delete it: "
            f"git branch -D {branch}"
        )


def _tree(repository: Repository, start: str, paths: list[str], main: str) -> str:
    """Returns the tree of a commit here with the folder, the first path, as it is in the published repository."""
    with tempfile.TemporaryDirectory() as scratch:
        index = {"GIT_INDEX_FILE": str(Path(scratch, "index"))}
        repository.git("read-tree", start, variables=index)
        remove = ["rm", "-r", "-q", "-f", "--cached", "--ignore-unmatch", "--"]
        repository.git(*remove, *paths, variables=index)
        repository.git("read-tree", f"--prefix={paths[0]}/", main, variables=index)
        return repository.text("write-tree", variables=index)


def _locked(root: Path) -> set[str]:
    """Returns the files of a paper that are always the template's."""
    listed = root / "templates/paper/files.toml"
    patterns: Sequence[str] = tomllib.loads(listed.read_text())["locked"] if listed.exists() else ()
    return set(patterns)
