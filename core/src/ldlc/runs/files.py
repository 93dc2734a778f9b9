# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are replaced whole or not at all, and a lock between processes."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


def replace(path: Path, content: bytes) -> None:
    """Writes a file so that a reader, or a crash, sees the old one or the new one.

    Args:
      path: The file; its folder is made.
      content: All of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def clear_parts(folder: Path, older_than_s: float) -> None:
    """Removes what killed writers left behind: unfinished files of a certain age."""
    import time

    limit = time.time() - older_than_s
    for part in folder.rglob(".*.part"):
        with contextlib.suppress(FileNotFoundError):
            if part.stat().st_mtime < limit:
                part.unlink()


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds a lock of this name; another process waits. Released even when the holder is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
