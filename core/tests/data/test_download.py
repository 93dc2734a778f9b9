# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One address: only https, and nothing without a bound."""

from __future__ import annotations

import errno
import http.client
import http.server
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ldlc.data import download
from ldlc.data.download import Unreachable, Web
from ldlc.data.errors import DataError, Refused

from .made_up import Loopback

OPENSSL = shutil.which("openssl")
ADDRESS = "https://a.example/x"


def fetch(web: Web, to: Path, address: str = ADDRESS, limit: int = 1_000) -> bytes:
    web.fetch(address, to / "x", limit)
    return (to / "x").read_bytes()


def answer(
    body: bytes = b"", code: int = 200, wait_s: float = 0.0, **headers: str
) -> Callable[[Any], None]:
    """Returns what makes the server answer with these headers and body."""

    def send(request: Any) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        for at in range(len(body)):
            request.wfile.write(body[at : at + 1])
            request.wfile.flush()
            time.sleep(wait_s)

    return send


def test_what_is_there_is_written(loopback: Loopback, tmp_path: Path) -> None:
    loopback.serve(ADDRESS, b"abc")

    assert fetch(loopback.web, tmp_path) == b"abc"


@pytest.mark.parametrize("scheme", ["http", "ftp", "file", "data"])
def test_nothing_but_https_is_spoken(scheme: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=f"{scheme} is not spoken here, only https"):
        fetch(Web(), tmp_path, f"{scheme}://127.0.0.1/etc/passwd")


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_are_followed(code: int, loopback: Loopback, tmp_path: Path) -> None:
    loopback.serve(ADDRESS, answer(code=code, Location="/b.example/y"))
    loopback.serve("https://b.example/y", b"abc")

    assert fetch(loopback.web, tmp_path) == b"abc"


@pytest.mark.parametrize("to", ["ftp://127.0.0.1/x", "file:///etc/passwd", "https://127.0.0.1:1/x"])
def test_redirects_to_what_is_not_spoken_are_refused(
    to: str, loopback: Loopback, tmp_path: Path
) -> None:
    loopback.serve(ADDRESS, answer(code=302, Location=to))

    with pytest.raises(Refused, match=f"redirects to {to}, which is not http|answers 302"):
        fetch(loopback.web, tmp_path)


def test_redirects_are_counted(loopback: Loopback, tmp_path: Path) -> None:
    for n in range(10):
        loopback.serve(f"https://a.example/{n}", answer(code=302, Location=f"/a.example/{n + 1}"))

    with pytest.raises(Refused, match=r"answers 302 .*redirect"):
        fetch(loopback.web, tmp_path, "https://a.example/0")
    assert len(loopback.asked) == 1 + 5


@pytest.mark.parametrize("code", [403, 404, 500, 503])
def test_an_error_is_said(code: int, loopback: Loopback, tmp_path: Path) -> None:
    loopback.serve(ADDRESS, answer(code=code))

    with pytest.raises(Refused, match=f"answers {code} "):
        fetch(loopback.web, tmp_path)


def test_a_transfer_that_breaks_off_is_refused(loopback: Loopback, tmp_path: Path) -> None:
    loopback.serve(ADDRESS, answer(b"abc", Content_Length="10"))

    with pytest.raises(Refused, match="broke off after 3 of 10 bytes"):
        fetch(loopback.web, tmp_path)


def test_more_than_expected_is_refused_at_once(loopback: Loopback, tmp_path: Path) -> None:
    loopback.serve(ADDRESS, answer(b"abc", Content_Length="1001"))
    with pytest.raises(Refused, match="offers 1,001 bytes, more than the expected 1,000"):
        fetch(loopback.web, tmp_path)

    loopback.serve(ADDRESS, answer(b"abc"))
    with pytest.raises(Refused, match="gives more than the expected 2 bytes"):
        fetch(loopback.web, tmp_path, limit=2)


def test_silence_ends_after_the_timeout(loopback: Loopback, tmp_path: Path) -> None:
    loopback.serve(ADDRESS, answer(b"ab", wait_s=1.0))
    web = Web(timeout_s=0.1, schemes=loopback.web.schemes, moved=loopback.web.moved)

    with pytest.raises(Refused, match=r"broke off \(no answer in time\)"):
        fetch(web, tmp_path)


def test_a_trickle_ends_once_patience_is_over(loopback: Loopback, tmp_path: Path) -> None:
    loopback.serve(ADDRESS, answer(b"a" * 100, wait_s=0.02))
    web = Web(patience_s=0.1, schemes=loopback.web.schemes, moved=loopback.web.moved)

    with pytest.raises(Refused, match="is too slow: "):
        fetch(web, tmp_path)


def test_headers_that_trickle_end_once_patience_is_over(loopback: Loopback, tmp_path: Path) -> None:
    sent = 0

    def send(request: Any) -> None:
        nonlocal sent
        request.wfile.write(b"HTTP/1.0 200 OK\r\n")
        while sent < 1_000:  # 20 s, were nobody to cut it
            request.wfile.write(b"x")
            request.wfile.flush()
            sent += 1
            time.sleep(0.02)

    loopback.serve(ADDRESS, send)
    web = Web(patience_s=0.2, schemes=loopback.web.schemes, moved=loopback.web.moved)

    with pytest.raises(Refused, match=r"broke off \(no answer in time\)"):
        fetch(web, tmp_path)
    assert sent < 500


def test_a_connection_that_was_cut_is_late_whatever_is_read_of_it(
    loopback: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def getresponse(connection: http.client.HTTPConnection) -> None:
        time.sleep(0.5)
        raise ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")

    monkeypatch.setattr(http.client.HTTPConnection, "getresponse", getresponse)
    loopback.serve(ADDRESS, b"abc")
    hasty = Web(patience_s=0.1, schemes=loopback.web.schemes, moved=loopback.web.moved)

    with pytest.raises(Refused, match=r"broke off \(no answer in time\)"):
        fetch(hasty, tmp_path)
    with pytest.raises(Refused, match=r"broke off \(Connection reset by peer\)"):
        fetch(loopback.web, tmp_path)


def test_a_long_transfer_says_how_far_it_is(
    loopback: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "SAY_EVERY_S", 0.0)
    said: list[str] = []

    loopback.serve(ADDRESS, b"a" * 1_500_000)
    loopback.web.fetch(ADDRESS, tmp_path / "x", 1 << 21, said.append)
    assert said[-1] == "1.5 of 1.5 MB"

    loopback.serve(ADDRESS, answer(b"abc"))
    loopback.web.fetch(ADDRESS, tmp_path / "x", 3, said.append)
    assert said[-1] == "0.0 MB"


def test_a_host_without_a_server_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="Connection refused"):
        fetch(Web(), tmp_path, "https://127.0.0.1:1/x")


@pytest.mark.skipif(OPENSSL is None, reason="there is no openssl to make a certificate with")
def test_a_host_that_cannot_prove_its_name_is_refused(tmp_path: Path) -> None:
    pem, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *(str(OPENSSL), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(pem)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler
    ) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        with pytest.raises(Unreachable, match="certificate verify failed"):
            fetch(Web(), tmp_path, f"https://127.0.0.1:{server.server_port}/x")
        server.shutdown()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_is_said(loopback: Loopback, tmp_path: Path) -> None:
    loopback.serve(ADDRESS, b"abc")
    (tmp_path / "x").symlink_to("/dev/full")

    with pytest.raises(DataError, match="the disk is full"):
        loopback.web.fetch(ADDRESS, tmp_path / "x", 10)
