# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of GitHub's interface: pace, limits, rights, and where the token goes. Needs no emulator."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback_github import OWNER, LoopbackGitHub, NoEmulator, install_emulator
from publishing.errors import Refused
from publishing.github import WRITES_PER_HOUR, WRITES_PER_MINUTE, GitHub, GitHubError, Pace
from publishing.tokens import Token


class Clock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LoopbackGitHub]:
    hub = LoopbackGitHub(tmp_path)
    yield hub
    hub.close()


def client(hub: LoopbackGitHub, said: list[str] | None = None) -> GitHub:
    clock = Clock()
    pace = Pace(clock.now, clock.sleep, (said if said is not None else []).append)
    return GitHub(hub.url, Token(OWNER, "the test"), pace, timeout_s=5)


def test_writes_keep_githubs_limits_for_a_minute_and_an_hour() -> None:
    clock, said, times = Clock(), [], []
    pace = Pace(clock.now, clock.sleep, said.append)
    for _ in range(1000):
        pace.before_write()
        times.append(clock.time)

    assert all(b - a >= 1.0 for a, b in itertools.pairwise(times))
    assert all(b - a >= 60.0 for a, b in zip(times, times[WRITES_PER_MINUTE:], strict=False))
    assert all(b - a >= 3600.0 for a, b in zip(times, times[WRITES_PER_HOUR:], strict=False))
    assert times[-1] < 2 * 3600 + 200  # and no slower than that
    assert said[0] == "waiting 3151 s: GitHub allows some 450 changes an hour"


def test_reading_is_not_slowed_down(hub: LoopbackGitHub) -> None:
    hub.fault("GET", "/x", (200, {"a": 1}), 100)
    github = client(hub)
    for _ in range(100):
        github.get("/x")

    assert github.pace.now() == 0.0


def test_the_token_is_sent_in_a_header_and_nowhere_else(hub: LoopbackGitHub) -> None:
    hub.fault("PUT", "/x", (200, {}))
    client(hub).write("PUT", "/x", {"a": 1})
    (method, path, headers) = hub.requests[0]

    assert (method, path, headers["authorization"]) == ("PUT", "/x", f"Bearer {OWNER}")
    assert headers["x-github-api-version"] == "2022-11-28"


@pytest.mark.parametrize(
    "base", ["http://github.example.org/api/v3", "ftp://127.0.0.1", "github.com"]
)
def test_an_address_that_shows_the_token_to_others_is_refused(base: str) -> None:
    with pytest.raises(
        Refused,
        match=r"must begin with https://, got `.*`: anybody on the way could read the token",
    ):
        GitHub(base, Token(OWNER, "the test"), Pace())


@pytest.mark.parametrize(
    ("base", "url", "own"),
    [
        ("https://api.github.com", "https://uploads.github.com/repos/a/b/releases/1/assets", True),
        ("https://api.github.com", "https://api.github.com/user", True),
        ("https://api.github.com", "https://uploads.github.com.example.org/x", False),
        ("https://api.github.com", "http://uploads.github.com/x", False),
        ("https://api.github.com", "https://api.github.com:444/x", False),
        ("https://ghe.example.org/api/v3", "https://ghe.example.org/api/uploads/x", True),
        ("https://ghe.example.org/api/v3", "https://uploads.github.com/x", False),
    ],
)
def test_the_token_goes_to_githubs_own_hosts_only(base: str, url: str, own: bool) -> None:
    github = GitHub(base, Token(OWNER, "the test"), Pace())
    if own:
        github._require_own(url)
    else:
        with pytest.raises(
            GitHubError, match=r"which is not its own; the token was not sent there"
        ):
            github._require_own(url)


def test_missing_rights_are_named_from_githubs_headers(hub: LoopbackGitHub) -> None:
    told = {"message": "Resource not accessible by personal access token"}
    hub.fault(
        "PUT",
        "/x",
        (403, told, [("X-Accepted-GitHub-Permissions", "contents=write,workflows=write")]),
    )
    with pytest.raises(
        GitHubError, match=r"may not do this\. It needs: contents=write,workflows=write\."
    ):
        client(hub).write("PUT", "/x", {})


def test_missing_scopes_of_a_classic_token_are_named(hub: LoopbackGitHub) -> None:
    headers = [("X-Accepted-OAuth-Scopes", "public_repo, repo"), ("X-OAuth-Scopes", "gist")]
    hub.fault("POST", "/x", (404, {"message": "Not Found"}, headers))
    with pytest.raises(
        GitHubError,
        match=r"Not Found: it is not there, or .*It needs: one of the scopes public_repo, repo; it has gist\.",
    ):
        client(hub).write("POST", "/x", {})


def test_an_organisation_that_wants_the_token_authorised_is_named(hub: LoopbackGitHub) -> None:
    headers = [("X-GitHub-SSO", "required; url=https://github.com/orgs/papers/sso?x=1")]
    hub.fault("POST", "/x", (403, {"message": "Resource protected by SAML"}, headers))
    with pytest.raises(
        GitHubError,
        match=r"wants the token from the test authorised: open https://github\.com/orgs/",
    ):
        client(hub).write("POST", "/x", {})


def test_without_headers_all_rights_are_named(hub: LoopbackGitHub) -> None:
    hub.fault("POST", "/x", (403, {"message": "Forbidden"}))
    with pytest.raises(
        GitHubError, match=r"It needs: Administration, Contents and Workflows: write\."
    ):
        client(hub).write("POST", "/x", {})


@pytest.mark.parametrize(
    ("code", "headers", "seconds"),
    [
        (403, [("Retry-After", "90")], 90),
        (429, [("Retry-After", "soon")], 60),
        (429, [], 60),
        (403, [], 60),
        (403, [("X-RateLimit-Remaining", "0")], 60),
        (403, [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1")], 1),
    ],
)
def test_limits_are_waited_for_as_told(
    hub: LoopbackGitHub, code: int, headers: list, seconds: int
) -> None:
    hub.fault("PUT", "/x", (code, {"message": "You exceeded a secondary rate limit"}, headers))
    hub.fault("PUT", "/x", (200, {"done": True}))
    github = client(hub)

    assert github.write("PUT", "/x", {}) == {"done": True}
    assert github.pace.now() == seconds


def test_what_creates_is_never_sent_twice(hub: LoopbackGitHub) -> None:
    hub.fault("POST", "/x", "cut", 9)
    with pytest.raises(GitHubError) as told:
        client(hub).write("POST", "/x", {})

    assert told.value.unsure
    assert len(hub.requests) == 1


def test_what_may_be_repeated_is_sent_four_times_at_most(hub: LoopbackGitHub) -> None:
    hub.fault("DELETE", "/x", (502, b"<html>"), 9)
    with pytest.raises(
        GitHubError, match=r"DELETE /x: 502 Bad Gateway \(and a page that is not JSON\)"
    ):
        client(hub).write("DELETE", "/x")

    assert len(hub.requests) == 4


def test_what_github_says_is_wrong_is_told(hub: LoopbackGitHub) -> None:
    errors = [{"resource": "Release", "code": "invalid", "field": "tag_name"}, "else"]
    hub.fault("POST", "/x", (422, {"message": "Validation Failed", "errors": errors}))
    with pytest.raises(
        GitHubError,
        match=r"POST /x: 422 Validation Failed; tag_name invalid: Read docs/publishing\.md",
    ):
        client(hub).write("POST", "/x", {})


def test_a_token_in_an_answer_is_hidden(hub: LoopbackGitHub) -> None:
    hub.fault("POST", "/x", (422, {"message": f"what is {OWNER}?"}))
    with pytest.raises(GitHubError, match=r"what is \*\*\*\?"):
        client(hub).write("POST", "/x", {})


def test_where_node_is_missing_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(NoEmulator, match=r"^node is not installed$"):
        install_emulator()


def test_where_the_registry_is_out_of_reach_the_reason_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for program, line in (("node", ""), ("npm", "echo no network >&2; exit 1")):
        (tmp_path / program).write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / program).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    with pytest.raises(NoEmulator, match=r"^npm cannot install emulate: no network$"):
        install_emulator()
    assert list((tmp_path / "cache/ldlc-tests").iterdir()) == []
