# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""GitHub's REST interface, as far as publishing needs it, over the standard library.

PyGithub is LGPL, githubkit breaks when freshly installed, and `gh` cannot be tested without GitHub itself; what
is needed is ten calls.
"""

from __future__ import annotations

import collections
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from publishing.errors import Refused
from publishing.tokens import Token

WRITES_PER_MINUTE, WRITES_PER_HOUR = 60, 450
"""GitHub allows about 80 and 500 requests that create content, and may ban whoever ignores it."""

RIGHTS = "Administration, Contents and Workflows: write"
TRIES = 4
PAGE = 100


class GitHubError(RuntimeError):
    """A request failed; the message names it, the answer, and what to do.

    Attributes:
      status: The HTTP status, 0 where there was no answer.
      unsure: Whether the request may have been carried out all the same.
    """

    def __init__(self, message: str, status: int = 0, unsure: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.unsure = unsure


@dataclass
class Pace:
    """Keeps writing requests a second apart and under GitHub's limits for a minute and an hour."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    say: Callable[[str], None] = print
    gap_s: float = 1.0
    _times: collections.deque[float] = field(
        default_factory=lambda: collections.deque(maxlen=WRITES_PER_HOUR)
    )

    def before_write(self) -> None:
        """Waits until another writing request is allowed, and counts it."""
        earliest = self._times[-1] + self.gap_s if self._times else 0.0
        if len(self._times) >= WRITES_PER_MINUTE:
            earliest = max(earliest, self._times[-WRITES_PER_MINUTE] + 60.0)
        if len(self._times) >= WRITES_PER_HOUR:
            earliest = max(earliest, self._times[0] + 3600.0)
        self.wait(earliest - self.now(), f"GitHub allows some {WRITES_PER_HOUR} changes an hour")
        self._times.append(self.now())

    def wait(self, seconds: float, why: str) -> None:
        """Waits, and says so where it takes more than a few seconds."""
        if seconds > 5:
            self.say(f"waiting {seconds:.0f} s: {why}")
        if seconds > 0:
            self.sleep(seconds)


class GitHub:
    """A GitHub, spoken to with one token, which goes to its own hosts and nowhere else."""

    def __init__(self, base: str, token: Token, pace: Pace, timeout_s: float = 60.0) -> None:
        """Prepares to speak to a server.

        Args:
          base: The address of the interface, such as "https://api.github.com".
          token: The token.
          pace: Keeps writing requests apart.
          timeout_s: How long to wait for an answer.

        Raises:
          Refused: If the address would send the token over an open network.
        """
        parts = urllib.parse.urlsplit(base)
        loopback = parts.hostname in ("127.0.0.1", "localhost", "::1")
        if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
            raise Refused(
                f"the address of GitHub's interface must begin with https://, got `{base}`: anybody on the way "
                "could read the token. Correct GITHUB_API_URL."
            )
        self.base = base.rstrip("/")
        self.token = token
        self.pace = pace
        self.timeout_s = timeout_s
        proxies = [urllib.request.ProxyHandler({})] if loopback else []
        self._opener = urllib.request.build_opener(_NoRedirect, *proxies)

    def get(self, path: str, missing: object = ...) -> Any:
        """Returns the answer to a GET; `missing`, if given, where there is no such thing."""
        return self._request("GET", path, missing=missing)

    def pages(self, path: str) -> list[dict]:
        """Returns everything that a list holds, however many pages it has."""
        found: list[dict] = []
        for number in range(1, 10_000):
            page = self.get(f"{path}?per_page={PAGE}&page={number}")
            found += page
            if len(page) < PAGE:
                break
        return found

    def write(self, method: str, path: str, data: dict | None = None) -> Any:
        """Sends a request that changes something, and returns the answer."""
        body = None if data is None else json.dumps(data).encode()
        return self._request(method, path, body)

    def upload(self, address: str, name: str, content: bytes) -> Any:
        """Sends a release asset to the address that GitHub gave for it."""
        bare = address.partition("{")[0]
        query = urllib.parse.urlencode({"name": name})
        return self._request("POST", f"{bare}?{query}", content, "application/octet-stream")

    def _request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        kind: str = "application/json",
        missing: object = ...,
    ) -> Any:
        url = path if "://" in path else self.base + path
        self._require_own(url)
        what = f"{method} {url.removeprefix(self.base)}"
        safe = method != "POST"  # doing it twice comes to the same
        headers = {
            "Authorization": f"Bearer {self.token.value}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
            "User-Agent": "ldlc-publish",
            "Content-Type": kind,
        }
        for tried in range(TRIES):
            last = tried == TRIES - 1
            if method != "GET":
                self.pace.before_write()
            request = urllib.request.Request(url, data=body, method=method, headers=headers)
            try:
                with self._opener.open(request, timeout=self.timeout_s) as answer:
                    content = answer.read()
                    return json.loads(content) if content else None
            except urllib.error.HTTPError as error:
                if error.code == 404 and missing is not ...:
                    return missing
                words = _words(error)
                limited = _limited_s(error, words, tried)
                if limited is not None and not last:
                    self.pace.wait(limited, f"GitHub limits our requests ({error.code})")
                    continue
                if error.code < 500 or not safe or last:
                    raise self._failure(what, error, words, limited is not None) from None
            except (OSError, http.client.HTTPException, ValueError) as error:
                if not safe or last:
                    raise GitHubError(
                        f"{what}: no whole answer from {self.base}: {_reason(error)}. Look at your network and at "
                        "GitHub's status page, then give the same command again.",
                        unsure=True,
                    ) from None
            self.pace.wait(2.0**tried, "GitHub did not answer properly")
        raise AssertionError("the last try returns or raises")

    def _require_own(self, url: str) -> None:
        origins = {self.base.removesuffix("/api/v3")}
        if self.base == "https://api.github.com":
            origins.add("https://uploads.github.com")
        parts = urllib.parse.urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" not in {_origin(o) for o in origins}:
            raise GitHubError(
                f"GitHub named the address {parts.scheme}://{parts.netloc}, which is not its own; "
                "the token was not "
                "sent there. Look at GITHUB_API_URL and at who answers for it."
            )

    def _failure(
        self, what: str, error: urllib.error.HTTPError, words: str, limited: bool
    ) -> GitHubError:
        if limited:
            advice = "GitHub still limits our requests. Give the same command again later: it goes on from here."
        elif error.code == 401:
            advice = f"GitHub does not accept the token from {self.token.source}. Make a new one."
        elif error.code in (301, 302, 303, 307, 308):
            to = error.headers.get("Location", "nowhere")
            advice = f"it moved to {to}; the token was not sent there. Was the repository renamed?"
        elif error.code in (403, 404):
            absent = "it is not there, or " if error.code == 404 else ""
            advice = absent + _missing_right(error.headers, self.token.source)
        else:
            advice = "Read docs/publishing.md on refusals, or give the same command again."
        message = f"{what}: {error.code} {words}: {advice}"
        return GitHubError(self.token.hide(message), error.code, unsure=error.code >= 500)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the token would go along."""

    def redirect_request(self, *_: object) -> None:
        return None


def _origin(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", 0), TimeoutError):
        return "it took too long"
    if isinstance(error, ValueError):
        return "what came is not JSON"
    return str(getattr(error, "reason", "") or error or type(error).__name__)


def _words(error: urllib.error.HTTPError) -> str:
    """Returns what GitHub says about a failure; of a page in HTML only that it is one."""
    try:
        content = error.read()
        told = json.loads(content)
        details = [d for d in told.get("errors", []) if isinstance(d, dict)]
        parts = [str(told.get("message", ""))]
        parts += [
            " ".join(str(d[k]) for k in ("field", "code", "message") if d.get(k)) for d in details
        ]
        return "; ".join(part for part in parts if part) or str(error.reason)
    except (OSError, http.client.HTTPException, ValueError, AttributeError):
        return f"{error.reason} (and a page that is not JSON)"


def _limited_s(error: urllib.error.HTTPError, words: str, tried: int) -> float | None:
    """Returns how many seconds GitHub wants us to wait, or None if the answer is no limit.

    Where no header says it, GitHub asks for a minute, and for longer each time.
    """
    headers = error.headers
    if error.code not in (403, 429):
        return None
    after, left = headers.get("Retry-After", ""), headers.get("X-RateLimit-Remaining")
    reset = headers.get("X-RateLimit-Reset", "")
    if after.isdecimal():
        return float(after)
    if left == "0" and reset.isdecimal():
        return max(1.0, float(reset) - time.time())
    if after or left == "0" or error.code == 429 or "rate limit" in words.lower():
        return 60.0 * 2**tried
    return None


def _missing_right(headers: Message, source: str) -> str:
    """Returns which right the token lacks, from what GitHub's own headers say."""
    single_sign_on = headers.get("X-GitHub-SSO", "")
    if "url=" in single_sign_on:
        page = single_sign_on.partition("url=")[2].strip()
        return f"the organisation wants the token from {source} authorised: open {page}"
    wanted = headers.get("X-Accepted-GitHub-Permissions")
    if not wanted and headers.get("X-Accepted-OAuth-Scopes"):
        has = headers.get("X-OAuth-Scopes") or "none"
        wanted = f"one of the scopes {headers['X-Accepted-OAuth-Scopes']}; it has {has}"
    return f"the token from {source} may not do this. It needs: {wanted or RIGHTS}."
