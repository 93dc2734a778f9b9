# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registries are asked through the user's own clients, which here are made up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ldlc.data import registries
from ldlc.data.errors import Refused

Put = Callable[[str, str], None]


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "room").mkdir()
    return tmp_path / "room"


def test_npm_is_asked_for_the_package_and_told_to_run_nothing(client: Put, room: Path) -> None:
    client("npm", 'echo "$@" > x-1.0.0.tgz')

    assert registries.npm("x@1.0.0", room) == room / "x-1.0.0.tgz"
    assert (room / "x-1.0.0.tgz").read_text().split() == [
        "pack",
        "x@1.0.0",
        "--ignore-scripts",
        "--silent",
    ]


def test_apt_is_asked_for_the_package_and_its_contents_are_a_tar_file(
    client: Put, room: Path
) -> None:
    client("apt-get", 'echo "$@" > x_1_all.deb')
    client("dpkg-deb", 'echo "$@"; while read line; do echo "$line"; done < "$2"')

    assert registries.apt("x", room).read_text().splitlines() == [
        "--fsys-tarfile x_1_all.deb",
        "download --quiet x",
    ]


@pytest.mark.parametrize(("ask", "program"), [(registries.npm, "npm"), (registries.apt, "apt-get")])
def test_without_the_client_there_is_no_such_source(
    ask: Callable[[str, Path], Path], program: str, room: Path
) -> None:
    with pytest.raises(
        Refused, match=f"there is no `{program}` on this machine, so no such source"
    ):
        ask("x", room)


def test_what_a_client_says_of_its_failure_is_passed_on(client: Put, room: Path) -> None:
    client("npm", 'echo "npm error code E404" >&2; echo "and more" >&2; exit 3')

    with pytest.raises(Refused, match="`npm` ended with code 3: npm error code E404"):
        registries.npm("x", room)


def test_a_client_that_leaves_nothing_or_too_much_is_refused(client: Put, room: Path) -> None:
    client("npm", "exit 0")
    with pytest.raises(Refused, match=r"`npm pack` must leave one \*.tgz file, got 0"):
        registries.npm("x", room)
    client("npm", ": > a.tgz; : > b.tgz")
    with pytest.raises(Refused, match="got 2"):
        registries.npm("x", room)


def test_a_client_that_leaves_a_link_is_refused(client: Put, room: Path) -> None:
    client("npm", "/bin/ln -s /etc/passwd a.tgz")

    with pytest.raises(Refused, match="got 0"):
        registries.npm("x", room)


def test_a_client_that_never_ends_is_ended(
    client: Put, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registries, "TIMEOUT_S", 0.2)
    client("npm", "/bin/sleep 60 & wait")

    with pytest.raises(Refused, match="`npm` took more than 0 s"):
        registries.npm("x", room)
