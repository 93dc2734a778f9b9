# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a split commit: read from history, never from the work tree."""

from __future__ import annotations

import posixpath
import tempfile
from pathlib import Path

from publishing.errors import Refused
from publishing.repository import Repository

FILE_LIMIT = 100 * 2**20
"""Bytes of the largest file that GitHub takes in a push."""


def read_files(repository: Repository, commit: str, where: str) -> dict[str, bytes]:
    """Returns the content of each file of a split commit, by its path.

    Args:
      repository: Where the commit is.
      commit: The commit.
      where: The folder in the monorepo, for messages.

    Raises:
      Refused: If it holds a file that is too large, a link that leads out of it, or another repository.
    """
    blobs = {}
    for line in (
        repository.git("ls-tree", "-r", "-z", "-l", commit)
        .decode("utf-8", "replace")
        .split("\0")[:-1]
    ):
        about, path = line.split("\t", 1)
        mode, _, id_, size = about.split()
        if mode == "160000":
            raise Refused(
                f"{where}/{path} is a submodule: a clone of the published repository lacks it. Add "
                "its files instead."
            )
        if mode == "120000":
            target = repository.git("cat-file", "blob", id_).decode("utf-8", "replace")
            reached = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
            if target.startswith("/") or reached.split("/")[0] == "..":
                raise Refused(
                    f"{where}/{path} is a link to {target}, outside of what is published. Put the "
                    "file itself there."
                )
        elif int(size) > FILE_LIMIT:
            raise Refused(
                f"{where}/{path} has {int(size):,} bytes; GitHub takes {FILE_LIMIT:,} at most. "
                "Take it out of history "
                "before it is published."
            )
        if mode != "120000":
            blobs[path] = id_
    contents = repository.raw_objects(list(dict.fromkeys(blobs.values())))
    return {path: contents[id_] for path, id_ in blobs.items()}


def export(repository: Repository, commit: str, folder: Path) -> None:
    """Writes the files of a split commit into a folder, as a clone of the published repository has them."""
    with tempfile.TemporaryDirectory() as scratch:
        index = {"GIT_INDEX_FILE": str(Path(scratch, "index"))}
        repository.git("read-tree", commit, variables=index)
        repository.git("checkout-index", "--all", f"--prefix={folder}/", variables=index)
