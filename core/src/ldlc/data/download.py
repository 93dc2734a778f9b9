# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetches one address over https, with every wait and every size bounded."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ldlc.data import cache
from ldlc.data.errors import Refused

CHUNK_BYTES = 1 << 18


class Unreachable(Refused):
    """The host does not answer at all, so that its other addresses need not be tried."""


@dataclass(frozen=True)
class Web:
    """How the network may be used.

    Attributes:
      timeout_s: The longest wait for a connection, or for the next bytes.
      slowest_bytes_per_s: A transfer that is slower on average, after `patience_s`, is given up.
      patience_s: See there.
      schemes: What is spoken; tests that serve data themselves speak http.
      moved: Beginnings of addresses, and what takes their place; for such tests too.
    """

    timeout_s: float = 20.0
    slowest_bytes_per_s: float = 2_000.0
    patience_s: float = 60.0
    schemes: frozenset[str] = frozenset({"https"})
    moved: Mapping[str, str] = field(default_factory=dict)

    def fetch(self, address: str, to: Path, limit: int) -> None:
        """Writes what an address gives into a file.

        Args:
          address: Where to look.
          to: The file; it is left behind, in part, when the transfer fails.
          limit: The most bytes that are accepted.

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
                self._save(answer, to, limit)
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
            urllib.request.HTTPSHandler(),
            urllib.request.HTTPHandler(),
            _Redirects(self.schemes),
        ):
            opener.add_handler(handler)
        return opener

    def _save(self, answer: http.client.HTTPResponse, to: Path, limit: int) -> None:
        declared = answer.headers.get("Content-Length", "")
        if declared.isdecimal() and int(declared) > limit:
            raise Refused(f"offers {int(declared):,} bytes, more than the expected {limit:,}")
        began = time.monotonic()
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
                with cache.writable():
                    rest = memoryview(chunk)
                    while rest:
                        rest = rest[out.write(rest) :]
        if declared.isdecimal() and size != int(declared):
            raise Refused(f"broke off after {size:,} of {int(declared):,} bytes")


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
