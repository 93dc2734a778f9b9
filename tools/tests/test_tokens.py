# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the token is found, in which order, and that it shows nowhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from publishing.errors import Refused
from publishing.tokens import Token, find_token

SERVER = "https://github.example.org"


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without tokens, and a PATH with git but without gh."""
    home = tmp_path / "home"
    (home / "bin").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("PATH", f"{home}/bin:{os.environ['PATH']}")
    install_gh(home, "exit 1")
    for variable in ("GH_TOKEN", "GITHUB_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    return home


def install_gh(home: Path, line: str) -> None:
    (home / "bin/gh").write_text(f"#!/bin/sh\n{line}\n")
    (home / "bin/gh").chmod(0o755)


def test_the_order_is_file_variables_gh_git(
    empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    (empty_home / "gitconfig").write_text("[credential]\n\thelper = store\n")
    (empty_home / ".git-credentials").write_text("https://me:token-of-git@github.example.org\n")
    found.append(find_token(SERVER))
    install_gh(
        empty_home, 'test "$*" = "auth token --hostname github.example.org" && echo token-of-gh'
    )
    found.append(find_token(SERVER))
    monkeypatch.setenv("GITHUB_TOKEN", "token-of-actions")
    found.append(find_token(SERVER))
    monkeypatch.setenv("GITHUB_TOKEN", "token-of-actions")
    monkeypatch.setenv("GH_TOKEN", "token-of-user")
    found.append(find_token(SERVER))
    (tmp_path / "token").write_text("token-of-file\n")
    found.append(find_token(SERVER, tmp_path / "token"))

    assert [(token.value, token.source) for token in found] == [
        ("token-of-git", "git's credential store"),
        ("token-of-gh", "`gh auth token`"),
        ("token-of-actions", "the variable GITHUB_TOKEN"),
        ("token-of-user", "the variable GH_TOKEN"),
        ("token-of-file", f"the file {tmp_path / 'token'}"),
    ]


def test_what_runs_afterwards_does_not_see_the_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GH_TOKEN", "token-of-user")
    monkeypatch.setenv("GITHUB_TOKEN", "token-of-actions")
    find_token(SERVER)

    assert not {"GH_TOKEN", "GITHUB_TOKEN"} & set(os.environ)


def test_git_never_asks_the_user(empty_home: Path) -> None:
    (empty_home / "gitconfig").write_text("[core]\n\taskPass = echo token-typed-in\n")

    with pytest.raises(
        Refused,
        match=r"there is no token for github\.example\.org\. Looked in: --token-file, GH_TOKEN, GITHUB_TOKEN, "
        r"`gh auth token`, git's credential store\. Make one with the rights Administration, Contents and",
    ):
        find_token(SERVER)


def test_showing_a_token_does_not_show_it() -> None:
    token = Token("token-of-user", "the test")

    assert "token-of-user" not in f"{token} {token!r}"
    assert token.hide("a token-of-user b") == "a *** b"


@pytest.mark.parametrize("text", ["short", "two words here", "zwölfzwölf", "token\x07token"])
def test_what_is_no_token_is_refused_without_showing_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "token").write_text(text)

    with pytest.raises(
        Refused, match=r"what the file .*token holds is no token: .*Put it there alone"
    ) as told:
        find_token(SERVER, tmp_path / "token")
    assert text not in str(told.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"the token file .*nothing cannot be read: .*Name another"):
        find_token(SERVER, tmp_path / "nothing")
