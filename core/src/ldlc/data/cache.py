# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The user's cache of data sets: files named by their checksums, only ever whole and verified.

A file enters by an atomic rename. Whoever fetches a set holds its lock, so everything in the set's
scratch folder then belongs to a process that died, and is removed.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from ldlc.data.errors import DataError, Refused
from ldlc.data.table import File

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def home() -> Path:
    """Returns the folder of all that is kept for the user: `LDLC_CACHE`, else one in the user's cache."""
    own = os.environ.get("LDLC_CACHE")
    if own:
        return Path(own).expanduser()
    # The XDG rule: a relative path is to be ignored.
    shared = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(shared) if Path(shared).is_absolute() else Path.home() / ".cache") / "ldlc"


def folder() -> Path:
    """Returns the folder that holds the files."""
    return home() / "data"


def place(file: File) -> Path:
    """Returns where the file is, or would be."""
    return folder() / file.digest


def check(content: bytes | Path, bytes_: int | None, sha256: str, md5: str) -> None:
    """Compares the size and checksum of a file, or of its content, as far as they are given.

    Raises:
      Refused: If one differs.
    """
    size = len(content) if isinstance(content, bytes) else content.stat().st_size
    if bytes_ is not None and size != bytes_:
        raise Refused(f"has {size:,} bytes, not {bytes_:,}")
    for kind, expected in (("sha256", sha256), ("md5", md5)):
        if expected and (got := _digest(kind, content)) != expected:
            raise Refused(f"its {kind.upper()} is {got[:12]}..., not {expected[:12]}...")


def _digest(kind: str, content: bytes | Path) -> str:
    digest = hashlib.new(kind, usedforsecurity=False)
    if isinstance(content, bytes):
        digest.update(content)
    else:
        with content.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()


def read(file: File) -> bytes | None:
    """Returns the content of a file, verified, or None if it is not in the cache.

    Raises:
      Refused: If what is there is not the file, which is then removed.
    """
    try:
        content = place(file).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Refused(f"can't be read: {error.strerror}") from None
    try:
        check(content, file.bytes, file.sha256, file.md5)
    except Refused as error:
        place(file).unlink(missing_ok=True)
        raise Refused(f"{error}; removed") from None
    return content


def keep(file: File, content: bytes, scratch: Path) -> None:
    """Verifies the content of a file and puts it into the cache, whole or not at all.

    Raises:
      Refused: If it is not the file.
      DataError: If it can't be written.
    """
    check(content, file.bytes, file.sha256, file.md5)
    part = scratch / "part"
    with writable(), part.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    with writable():
        part.replace(place(file))


@contextlib.contextmanager
def scratch(name: str, say: Callable[[str], None]) -> Iterator[Path]:
    """Holds the lock of a data set, and lends an empty folder that is gone afterwards.

    Args:
      name: The data set.
      say: Told if another process holds the lock.

    Raises:
      DataError: If the cache can't be written.
    """
    with writable():
        folder().mkdir(parents=True, exist_ok=True)
        lock = os.open(folder() / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o666)
    try:
        with writable():
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say(f"{name}: another process is fetching it; waiting")
                fcntl.flock(lock, fcntl.LOCK_EX)
            own = folder() / f"{name}.partial"
            shutil.rmtree(own, ignore_errors=True)
            own.mkdir()
        try:
            yield own
        finally:
            shutil.rmtree(own, ignore_errors=True)
    finally:
        os.close(lock)


@contextlib.contextmanager
def writable() -> Iterator[None]:
    """Turns the failure to write into a message that says what to do.

    Raises:
      DataError: If the block raises OSError.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            why = "the disk is full. Make room, or set LDLC_CACHE to a folder with space"
        else:
            said = (error.strerror or str(error)).lower()
            why = f"{said}. Set LDLC_CACHE to a folder that can be"
        raise DataError(
            f"the cache {folder()} can't be written: {why}; nothing partial was kept."
        ) from None
