# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ldlc data list | show | fetch | verify`: each returns what to print and the exit code."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence

from ldlc.data import cache, table
from ldlc.data.errors import DataError, Refused, UnknownDatasetError
from ldlc.data.sources import fetch
from ldlc.data.table import Dataset, dataset, sha256

WIDTH = 100


def list_sets() -> tuple[str, int]:
    """Returns every data set with its size, whether it is in the cache, and its terms."""
    rows = [("set", "size", "here", "terms")]
    rows += [
        (name, _size(sum(file.bytes for file in each.files)), _state(each), each.terms)
        for name, each in table.datasets().items()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        f"{name:{widths[0]}}  {size:>{widths[1]}}  {state:{widths[2]}}  {_first_words(terms)}"
        for name, size, state, terms in rows
    ]
    return "\n".join(lines), 0


def show(name: str) -> tuple[str, int]:
    """Returns all that is known of a data set; code 2 if there is none of this name."""
    try:
        found = dataset(name)
    except UnknownDatasetError as error:
        return f"error: {error}", 2
    lines = [f"{found.title} ({name})", *_wrapped("", found.about)]
    if found.notes:
        lines += _wrapped("", found.notes)
    lines += [
        "",
        *_wrapped("cite    ", found.citation),
        *_wrapped("terms   ", found.terms),
        *_wrapped("stated  ", found.terms_from),
        *_wrapped("page    ", found.home),
        *_wrapped("sha256  ", sha256(name)),
        "",
        "files",
    ]
    for file in found.files:
        lines.append(f"  {file.name}  {file.bytes:,} bytes  {_file_state(found, file.name)}")
        lines.append(f"    {file.digest}")
        lines += _wrapped("    checked: ", file.checked)
    lines += ["", "sources"]
    words = {"https": "", "npm": "npm pack ", "apt": "apt-get download "}
    lines += [f"  {words[source.kind]}{source.where}" for source in found.sources]
    if not found.sources:
        lines.append(
            f"  your own copy, in the folder {found.folder or name} of the one that LDLC_DATA names"
        )
    return "\n".join(lines), 0


def fetch_sets(names: Sequence[str], say: Callable[[str], None] = print) -> tuple[str, int]:
    """Fetches data sets; code 1 if one can't be had, 2 if there is none of this name.

    Args:
      names: Which ones.
      say: Told what is being done.
    """
    try:
        for name in names:
            dataset(name)
    except UnknownDatasetError as error:
        return f"error: {error}", 2
    lines, code = [], 0
    for name in names:
        try:
            fetch(name, say=say)
            lines.append(f"{name}: in {cache.folder()}, verified")
            lines += _wrapped("  terms: ", dataset(name).terms)
        except DataError as error:
            lines.append(f"error: {error}")
            code = 1
    return "\n".join(lines), code


def verify(names: Sequence[str] = ()) -> tuple[str, int]:
    """Reads the cached files of data sets and compares their checksums.

    Args:
      names: Which ones; none for all that are in the cache.

    Returns:
      What was found; code 1 if a file is wrong (it is then removed) or one of a named set is missing,
      2 if there is no set of this name.
    """
    try:
        chosen = {name: dataset(name) for name in names} or table.datasets()
    except UnknownDatasetError as error:
        return f"error: {error}", 2
    lines, code = [], 0
    for name, each in chosen.items():
        good, missing = 0, 0
        for file in each.files:
            try:
                found = cache.read(file) is not None
            except Refused as error:
                lines.append(
                    f"{name}: {file.name} {error}. `ldlc data fetch {name}` gets it again."
                )
                code = 1
                continue
            good, missing = good + found, missing + (not found)
        if good:
            lines.append(f"{name}: {good} of {len(each.files)} files in the cache, right")
        if missing and names:
            lines.append(f"{name}: {missing} of {len(each.files)} files are not in the cache")
            code = 1
    return "\n".join(lines or ["nothing in the cache"]), code


def _file_state(found: Dataset, name: str) -> str:
    return "in the cache" if cache.place(found.file(name)).exists() else "not fetched"


def _state(found: Dataset) -> str:
    there = sum(cache.place(file).exists() for file in found.files)
    if not there:
        return "" if found.sources else "own copy"
    return "cached" if there == len(found.files) else f"{there} of {len(found.files)}"


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB"


def _first_words(terms: str) -> str:
    return textwrap.shorten(terms, 48, placeholder=" ...")


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_long_words=False,
    )
