# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A made-up table of data sets, a server of files on this machine, and clients of registries."""

from __future__ import annotations

import contextlib
import http.server
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from ldlc.data import sources, table
from ldlc.data.table import Dataset, Source

from .made_up import TINY, Loopback, dataset_of, file_of


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.removeprefix("/")
            here.asked.append(path)
            answer = here.files.get(path)
            if answer is None:
                self.send_error(404)
            elif isinstance(answer, bytes):
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            else:
                with contextlib.suppress(OSError):
                    answer(self)

        def log_message(self, *said: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        here = Loopback(server.server_port)
        monkeypatch.setattr(sources, "WEB", here.web)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield here
        server.shutdown()


# A busy machine must not fail a property.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "real_data: reads real data sets from the folder LDLC_DATA; skipped without it"
    )


@pytest.fixture(scope="session")
def real_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that the tests of real data share."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_cache(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    real_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """Gives each test an empty cache, no folder of data and no client of a registry."""
    if request.node.get_closest_marker("real_data"):
        if not os.environ.get("LDLC_DATA"):
            pytest.skip("LDLC_DATA names no folder of data sets")
        monkeypatch.setenv("LDLC_CACHE", str(real_cache))
        return real_cache / "data"
    monkeypatch.setenv("LDLC_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("LDLC_DATA", raising=False)
    clients = tmp_path / "clients"
    clients.mkdir()
    monkeypatch.setenv("PATH", str(clients))
    return tmp_path / "cache" / "data"


@pytest.fixture
def client(tmp_path: Path) -> Callable[[str, str], None]:
    """Puts a shell script on PATH as a client of a registry."""

    def put(name: str, script: str) -> None:
        program = tmp_path / "clients" / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    return put


@pytest.fixture
def use_table(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Replaces the table of data sets."""

    def use(**sets: Dataset) -> None:
        monkeypatch.setattr(table, "datasets", lambda: sets)

    return use


@pytest.fixture
def tiny(use_table: Callable[..., None]) -> Dataset:
    """A table with one set of one file, with one address and one npm package."""
    tiny = dataset_of(
        file_of("tiny.txt", TINY),
        sources=(
            Source(kind="https", where="https://a.example/tiny.txt.gz", file="tiny.txt"),
            Source(kind="https", where="https://b.example/tiny.txt", file="tiny.txt"),
            Source(kind="npm", where="tiny@1.0.0", members={"tiny.txt": "package/tiny.txt"}),
        ),
    )
    use_table(tiny=tiny)
    return tiny
