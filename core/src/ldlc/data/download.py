# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetches one address over https, with every wait and every size bounded."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ldlc.data import cache
from ldlc.data.errors import Refused

CHUNK_BYTES = 1 << 18
SAY_EVERY_S = 5.0


class Unreachable(Refused):
    """The host does not answer at all, so that its other addresses need not be tried."""


@dataclass(frozen=True)
class Web:
    """How the network may be used.

    Attributes:
      timeout_s: The longest wait for a connection, or for the next bytes.
      slowest_bytes_per_s: A transfer that is slower on average, after `patience_s`, is given up.
      patience_s: See there; also the longest wait for an answer's headers, however they trickle.
      schemes: What is spoken; tests that serve data themselves speak http.
      moved: Beginnings of addresses, and what takes their place; for such tests too.
    """

    timeout_s: float = 20.0
    slowest_bytes_per_s: float = 2_000.0
    patience_s: float = 60.0
    schemes: frozenset[str] = frozenset({"https"})
    moved: Mapping[str, str] = field(default_factory=dict)

    def fetch(
        self, address: str, to: Path, limit: int, say: Callable[[str], None] = lambda text: None
    ) -> None:
        """Writes what an address gives into a file.

        Args:
          address: Where to look.
          to: The file; it is left behind, in part, when the transfer fails.
          limit: The most bytes that are accepted.
          say: Told every few seconds how far a long transfer is.

        Raises:
          Unreachable: If there is no connection.
          Refused: If the answer is an error, too large, too slow, or cut off.
          DataError: If the file can't be written.
        """
        for old, new in self.moved.items():
            if address.startswith(old):
                address = new + address.removeprefix(old)
                break
        scheme = urllib.parse.urlsplit(address).scheme
        if scheme not in self.schemes:
            raise Refused(f"{scheme} is not spoken here, only {', '.join(sorted(self.schemes))}")
        request = urllib.request.Request(address, headers={"User-Agent": "ldlc"})
        try:
            with self._opener().open(request, timeout=self.timeout_s) as answer:
                self._save(answer, to, limit, say)
        except urllib.error.HTTPError as error:
            raise Refused(f"answers {error.code} {error.reason}") from None
        except urllib.error.URLError as error:
            if isinstance(error.reason, Refused):
                raise error.reason from None
            raise Unreachable(_words(error.reason)) from None
        except (http.client.HTTPException, ssl.SSLError, OSError) as error:
            raise Refused(f"broke off ({_words(error)})") from None

    def _opener(self) -> urllib.request.OpenerDirector:
        opener = urllib.request.OpenerDirector()  # holds only what is added: no file:, ftp:, data:
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            _HTTPS(self.patience_s),
            _HTTP(self.patience_s),
            _Redirects(self.schemes),
        ):
            opener.add_handler(handler)
        return opener

    def _save(
        self, answer: http.client.HTTPResponse, to: Path, limit: int, say: Callable[[str], None]
    ) -> None:
        declared = answer.headers.get("Content-Length", "")
        if declared.isdecimal() and int(declared) > limit:
            raise Refused(f"offers {int(declared):,} bytes, more than the expected {limit:,}")
        whole = f" of {int(declared) / 1e6:.1f}" if declared.isdecimal() else ""
        began = told = time.monotonic()
        size = 0
        with cache.writable():
            out = to.open("wb", buffering=0)  # with a buffer, closing would fail once more
        with out:
            while chunk := answer.read1(CHUNK_BYTES):
                size += len(chunk)
                if size > limit:
                    raise Refused(f"gives more than the expected {limit:,} bytes")
                seconds = time.monotonic() - began
                if seconds > self.patience_s and size < seconds * self.slowest_bytes_per_s:
                    raise Refused(f"is too slow: {size:,} bytes in {seconds:.0f} s")
                if time.monotonic() - told > SAY_EVERY_S:
                    told = time.monotonic()
                    say(f"{size / 1e6:.1f}{whole} MB")
                with cache.writable():
                    rest = memoryview(chunk)
                    while rest:
                        rest = rest[out.write(rest) :]
        if declared.isdecimal() and size != int(declared):
            raise Refused(f"broke off after {size:,} of {int(declared):,} bytes")


class _Impatient(http.client.HTTPConnection):
    """A connection that is cut when an answer's headers take too long, whatever arrives of them."""

    patience_s = 0.0
    _cut = False

    def getresponse(self) -> http.client.HTTPResponse:
        timer = threading.Timer(self.patience_s, self._end, [self.sock])
        timer.daemon = True
        timer.start()
        try:
            answer = super().getresponse()
        except (OSError, http.client.HTTPException):
            if self._cut:  # its cause, whatever came of it
                raise TimeoutError from None
            raise
        finally:
            timer.cancel()
        if self._cut:  # its headers are a part of what they would have been
            raise TimeoutError
        return answer

    def _end(self, sock: socket.socket) -> None:
        self._cut = True
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


class _ImpatientTLS(http.client.HTTPSConnection, _Impatient):
    pass


def _impatient(kind: type[_Impatient], patience_s: float) -> Callable[..., _Impatient]:
    def connection(*arguments: Any, **options: Any) -> _Impatient:
        made = kind(*arguments, **options)
        made.patience_s = patience_s
        return made

    return connection


class _HTTP(urllib.request.HTTPHandler):
    def __init__(self, patience_s: float) -> None:
        super().__init__()
        self._connection = _impatient(_Impatient, patience_s)

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._connection, req)


class _HTTPS(urllib.request.HTTPSHandler):
    def __init__(self, patience_s: float) -> None:
        super().__init__()
        self._connection = _impatient(_ImpatientTLS, patience_s)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        return self.do_open(self._connection, req, context=context)


class _Redirects(urllib.request.HTTPRedirectHandler):
    max_repeats = 1
    max_redirections = 5

    def __init__(self, schemes: frozenset[str]) -> None:
        self._schemes = schemes

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        if urllib.parse.urlsplit(newurl).scheme not in self._schemes:
            raise urllib.error.URLError(
                Refused(f"redirects to {newurl}, which is not {'/'.join(sorted(self._schemes))}")
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _words(error: object) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, socket.gaierror):
        return "no such host, or no network"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
