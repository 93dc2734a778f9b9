# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who reads which data set: the loaders say it here, and whoever listens notes it.

An experiment may read its data while it builds an arm, before any run and its log exist, and a paper
may keep what it read for later runs. So the worker listens for as long as it works on an arm, and
every run's log gets all that was read until the run's end.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ldlc.data.table import sha256

_listening: list[dict[str, str]] = []


@contextlib.contextmanager
def noting() -> Iterator[dict[str, str]]:
    """Collects the data sets that are read inside the block, in any thread.

    Yields:
      A mapping that grows while sets are read: name -> `sha256(name)`.
    """
    read: dict[str, str] = {}
    _listening.append(read)
    try:
        yield read
    finally:
        _listening[:] = [other for other in _listening if other is not read]


def content(name: str, file: str) -> bytes:
    """Returns one file of a data set, verified, and notes that the set was read.

    Raises:
      DataError: If it can't be had.
    """
    from ldlc.data import sources  # where nothing is read, the network's modules stay away

    found = sources.content(name, file)
    for read in _listening:
        read[name] = sha256(name)
    return found
