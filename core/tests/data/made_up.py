# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data sets, archives and servers that tests make up."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from types import ModuleType

import msgspec
import pytest

from ldlc.data.download import Web
from ldlc.data.table import Dataset, File, Source

Answer = bytes | Callable[[http.server.BaseHTTPRequestHandler], None]


class Loopback:
    """Serves files over http on 127.0.0.1, as if it were every host of the table."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.files: dict[str, Answer] = {}  # by the address in the table, https:// left out
        self.asked: list[str] = []

    @property
    def web(self) -> Web:
        """What `sources.WEB` has to be for addresses to lead here."""
        return Web(
            timeout_s=5.0,
            schemes=frozenset({"http"}),
            moved={"https://": f"http://127.0.0.1:{self.port}/"},
        )

    def serve(self, address: str, answer: Answer) -> None:
        """Serves bytes, or lets a function of the request's handler answer, at an https address."""
        self.files[address.removeprefix("https://")] = answer


def sha(content: bytes) -> str:
    """Returns the SHA-256."""
    return hashlib.sha256(content).hexdigest()


def file_of(name: str, content: bytes, **more: object) -> File:
    """Returns the table's entry of a file with this content."""
    return File(name=name, bytes=len(content), sha256=sha(content), **more)  # type: ignore[arg-type]


def dataset_of(*files: File, sources: tuple[Source, ...] = ()) -> Dataset:
    """Returns a data set with made-up words."""
    return Dataset(
        title="Tiny",
        about="A few bytes.",
        citation="A. Nyone (2026).",
        terms="not stated",
        terms_from="nowhere",
        home="https://example.org/",
        files=files,
        sources=sources,
    )


TINY = b"tiny bytes, " * 50


def tar_of(entries: dict[str, bytes]) -> bytes:
    """Returns a compressed tar file."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in entries.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return gz(out.getvalue())


def gz(content: bytes) -> bytes:
    """Returns it compressed, the same bytes each time."""
    return gzip.compress(content, 1, mtime=0)


_FETCHER = """
import resource, sys
import msgspec
from ldlc.data import sources, table
from ldlc.data.download import Web
tiny = msgspec.json.decode(sys.argv[1], type=table.Dataset)
table.datasets = lambda: {"tiny": tiny}
sources.WEB = msgspec.json.decode(sys.argv[2], type=Web)
if len(sys.argv) > 3:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
try:
    sources.fetch("tiny", say=lambda text: print(text, flush=True))
except sources.DataError as error:
    sys.exit(str(error))
"""


def fetcher(tiny: Dataset, web: Web, *more: str) -> subprocess.Popen[str]:
    """Starts a process that fetches the set; `more` is the most bytes that it may put into a file."""
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            _FETCHER,
            *(msgspec.json.encode(x).decode() for x in (tiny, web)),
            *more,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def serve_contents(
    monkeypatch: pytest.MonkeyPatch, loaders: ModuleType, files: dict[str, bytes]
) -> None:
    """Lets the loaders of a module find these files instead of verified ones."""
    monkeypatch.setattr(loaders, "content", lambda name, file: files[file])
