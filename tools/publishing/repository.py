# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A git repository, read and written through git's plumbing."""

from __future__ import annotations

import hashlib
import os
import subprocess
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from publishing.errors import Refused

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

KEPT = (
    "GIT_AUTHOR_",
    "GIT_COMMITTER_",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_HTTP_PROXY_",
    "GIT_PROXY_SSL_",
    "GIT_SSL_",
)
"""Beginnings of those of git's variables that are the user's own settings."""


class GitError(RuntimeError):
    """A git command failed; the message is git's own."""


class Repository:
    """A git repository, whatever hook or checkout we are called from and whatever the user's replace refs say."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def git(
        self, *command: str, content: bytes | None = None, variables: dict[str, str] | None = None
    ) -> bytes:
        """Returns what a git command prints.

        Args:
          *command: What follows `git`.
          content: What the command reads.
          variables: Environment variables to set for it.

        Raises:
          GitError: With git's own words, if it fails.
        """
        done = subprocess.run(
            ["git", "-C", str(self.path), *command],
            input=content if content is not None else b"",
            env={**clean_environment(), **(variables or {})},
            capture_output=True,
        )
        if done.returncode:
            words = done.stderr.decode("utf-8", "replace").strip()
            raise GitError(f"`git {' '.join(command)}` failed in {self.path}: {words}")
        return done.stdout

    def text(self, *command: str, variables: dict[str, str] | None = None) -> str:
        """Returns what a git command prints, as text without white space around it."""
        return self.git(*command, variables=variables).decode("utf-8", "replace").strip()

    def lines(self, *command: str) -> list[str]:
        """Returns the lines that a git command prints."""
        return self.git(*command).decode("utf-8", "replace").splitlines()

    def succeeds(self, *command: str) -> bool:
        """Tells whether a git command that answers by its exit code says yes."""
        try:
            self.git(*command)
        except GitError:
            return False
        return True

    def is_ancestor(self, old: str, new: str) -> bool:
        """Tells whether a commit is another one, or an ancestor of it."""
        return self.succeeds("merge-base", "--is-ancestor", old, new)

    def read(self, revision: str, path: str) -> bytes | None:
        """Returns the content of a file in a revision, or None if it has none."""
        try:
            return self.git("cat-file", "blob", f"{revision}:{path}")
        except GitError:
            return None

    def raw_objects(self, ids: Sequence[str]) -> dict[str, bytes]:
        """Returns the content of some objects, byte for byte."""
        listed = "".join(f"{id_}\n" for id_ in ids).encode()
        answer, position, found = self.git("cat-file", "--batch", content=listed), 0, {}
        for id_ in ids:
            end = answer.index(b"\n", position)
            size = int(answer[position:end].split()[2])
            found[id_] = answer[end + 1 : end + 1 + size]
            position = end + 1 + size + 1
        return found

    def store_commits(self, commits: Iterable[bytes]) -> None:
        """Writes commit objects, given byte for byte, into the object store, which may have them already."""
        commits = list(commits)
        if not commits:
            return
        pack = bytearray(b"PACK" + (2).to_bytes(4, "big") + len(commits).to_bytes(4, "big"))
        for raw in commits:
            size = len(raw)
            byte, size = (1 << 4) | (size & 15), size >> 4  # an object of type 1, a commit
            while size:
                pack.append(byte | 0x80)
                byte, size = size & 0x7F, size >> 7
            pack.append(byte)
            pack += zlib.compress(raw, 1)
        pack += hashlib.sha1(pack).digest()
        self.git("unpack-objects", "-q", content=bytes(pack))

    def require_whole(self) -> None:
        """Checks that the history here is the true one: the ids of a split follow from every commit.

        Raises:
          Refused: For a shallow or partial clone, grafts, replaced objects, or ids that are not SHA-1.
        """
        if self.text("rev-parse", "--is-shallow-repository") == "true":
            raise Refused(
                f"{self.path} is a shallow clone, and published ids follow from the whole history. "
                "Fetch it: git fetch --unshallow (in a workflow: actions/checkout with fetch-depth: 0)."
            )
        config = self.lines("config", "--name-only", "--list")
        if any(key == "extensions.partialclone" or key.endswith(".promisor") for key in config):
            raise Refused(
                f"{self.path} is a partial clone: some of its objects are elsewhere. Clone it without --filter."
            )
        grafts = Path(self.text("rev-parse", "--path-format=absolute", "--git-path", "info/grafts"))
        if grafts.exists() and grafts.read_text().split():
            raise Refused(
                f"{grafts} changes which commits are parents, so ids would differ from all others'. Delete it."
            )
        if replaced := self.lines("for-each-ref", "--format=%(refname)", "refs/replace/"):
            raise Refused(
                f"{self.path} replaces {len(replaced)} objects (`git replace --list`), {replaced[0]} first, so "
                "what you see is not what is published. Delete them: git replace --delete OBJECT."
            )
        if self.text("rev-parse", "--show-object-format") != "sha1":
            raise Refused(
                f"{self.path} has SHA-256 ids, which GitHub does not take. Publish from a SHA-1 clone."
            )


def clean_environment() -> dict[str, str]:
    """Returns our environment without what hooks and traces set; git speaks English.

    Kept are who commits and how the network is reached. `GIT_TRACE_CURL` could write the token down.
    """
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("GIT_") or key.startswith(KEPT)
    }
    return {**kept, "GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C"}
