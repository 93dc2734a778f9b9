# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads archives that may be hostile. Nothing is ever unpacked under a name that an archive chose.

Every entry is looked at, wanted or not, and one bad entry refuses the whole archive: names that leave
the folder, links, devices, names that stand twice, and more bytes than the data set can need.
"""

from __future__ import annotations

import gzip
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, BinaryIO

from ldlc.data.errors import Refused

MAX_ENTRIES = 50_000
# No memory: the head of a hostile .xz asks for 4 GiB.
_DAMAGED = (
    OSError,
    EOFError,
    MemoryError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)


def members(
    archive: Path, wanted: Callable[[str], bool], limit: int
) -> Iterator[tuple[str, bytes]]:
    """Yields the name and content of each wanted entry of a zip file or a (compressed) tar file.

    Args:
      archive: The file; its first bytes say what it is, its name does not matter.
      wanted: Says of a name, without a leading `./`, whether its content is wanted.
      limit: How many bytes the archive may hold, unpacked, all entries together.

    Raises:
      Refused: If an entry is bad or the archive is damaged. The consumer has then seen a part of it,
        and must drop that.
    """
    try:
        with archive.open("rb") as file:
            start = file.read(6)
            file.seek(0)
            if start.startswith(b"PK"):
                yield from _zip_members(file, wanted, limit)
            else:
                yield from _tar_members(_decompressed(file, start), wanted, limit)
    except _DAMAGED as error:
        raise Refused(f"is no archive, or a damaged one ({_words(error)})") from None
    except (RuntimeError, NotImplementedError, ValueError) as error:  # encrypted, unknown method
        raise Refused(f"can't be unpacked ({_words(error)})") from None


def decompress(content: BinaryIO | IO[bytes], name: str, limit: int) -> bytes:
    """Returns what a file holds: its content, decompressed if its name ends in `.gz` or `.xz`.

    Args:
      content: The file.
      name: Its name.
      limit: How many bytes it may hold.

    Raises:
      Refused: If it is damaged or holds more.
    """
    try:
        if name.endswith(".gz"):
            with gzip.open(content) as stream:
                plain = stream.read(limit + 1)
        elif name.endswith(".xz"):
            with lzma.open(content) as stream:
                plain = stream.read(limit + 1)
        else:
            plain = content.read(limit + 1)
    except _DAMAGED as error:
        raise Refused(f"can't be decompressed ({_words(error)})") from None
    if len(plain) > limit:
        raise Refused(f"holds more than the expected {limit:,} bytes")
    return plain


def bundle(files: dict[str, bytes]) -> bytes:
    """Returns the one tar file of these files: sorted names, no times, owners or other choices."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size = len(files[name])
            tar.addfile(entry, io.BytesIO(files[name]))
    return out.getvalue()


def unbundle(content: bytes) -> dict[str, bytes]:
    """Returns the files of a bundle, by their sorted names."""
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]


def _zip_members(
    file: BinaryIO, wanted: Callable[[str], bool], limit: int
) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(file) as archive:
        check = _Entries(limit)
        entries = archive.infolist()
        for entry in entries:
            kind = stat.S_IFMT(entry.external_attr >> 16)
            is_folder = entry.is_dir()
            plain = kind in (0, stat.S_IFDIR if is_folder else stat.S_IFREG)
            # The central directory and the entry's own header could name different files; the
            # library refuses that when it opens the entry.
            check.entry(entry.orig_filename, entry.file_size, is_folder, plain)
        for entry in entries:
            name = _clean(entry.filename)
            if not entry.is_dir() and wanted(name):
                with archive.open(entry) as content:
                    data = content.read(entry.file_size + 1)
                if len(data) != entry.file_size:
                    raise Refused(f"holds an entry of a wrong size, {name!r}")
                yield name, data


def _tar_members(
    stream: IO[bytes], wanted: Callable[[str], bool], limit: int
) -> Iterator[tuple[str, bytes]]:
    # Headers and padding count too: 1,024 bytes an entry are allowed beside the contents.
    bounded = _Bounded(stream, limit + 1_024 * MAX_ENTRIES)
    with tarfile.open(fileobj=bounded, mode="r|") as archive:  # type: ignore[call-overload]
        check = _Entries(limit)
        for entry in archive:
            plain = entry.type in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE)
            check.entry(entry.name, entry.size, entry.isdir(), plain and not entry.issparse())
            name = _clean(entry.name)
            if not entry.isdir() and wanted(name):
                content = archive.extractfile(entry)
                assert content is not None
                data = content.read()
                if len(data) != entry.size:
                    raise Refused("is cut off")
                yield name, data
    while bounded.read(1 << 16):
        pass  # so that the checksum at the end of a compressed stream is looked at
    if not bounded.ended_well:
        raise Refused("is cut off")


class _Entries:
    """What was seen of an archive so far; refuses the entry that makes it a bad one."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._left = limit
        self._names: set[str] = set()

    def entry(self, name: str, size: int, is_folder: bool, plain: bool) -> None:
        if "\0" in name or "\\" in name or name.startswith("/") or ".." in name.split("/"):
            raise Refused(f"holds an entry that leaves its folder, {name!r}")
        if not plain:
            raise Refused(f"holds an entry that is neither file nor folder, {name!r}")
        clean = _clean(name)
        if clean in self._names and not is_folder:
            raise Refused(f"holds two entries of one name, {name!r}")
        self._names.add(clean)
        self._left -= max(0, size)
        if self._left < 0 or size < 0:
            raise Refused(f"unpacks to more than {self._limit:,} bytes")
        if len(self._names) > MAX_ENTRIES:
            raise Refused(f"holds more than {MAX_ENTRIES:,} entries")


class _Bounded:
    """A stream that ends with a refusal once it gave more than `limit` bytes."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self._stream = stream
        self._left = limit
        self.ended_well = False

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise Refused("unpacks to more bytes than it may")
        # A tar file ends with two blocks of zeros; a cut one does not.
        if data:
            self.ended_well = not data[-512:].strip(b"\0")
        return data


def _decompressed(file: BinaryIO, start: bytes) -> IO[bytes]:
    if start.startswith(b"\x1f\x8b"):
        return gzip.open(file)  # type: ignore[return-value]
    if start.startswith(b"\xfd7zXZ\0"):
        return lzma.open(file)
    return file


def _clean(name: str) -> str:
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def _words(error: BaseException) -> str:
    return str(error).rstrip(".") or type(error).__name__
