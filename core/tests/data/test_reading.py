# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever listens is told which sets are read."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import pytest

from ldlc import Log, data
from ldlc.data import reading

from .made_up import TINY, Loopback


@pytest.fixture(autouse=True)
def served(tiny: object, loopback: Loopback) -> None:
    loopback.serve("https://b.example/tiny.txt", TINY)


def test_a_set_that_is_read_is_noted_with_its_checksum() -> None:
    with data.noting() as read:
        assert read == {}
        reading.content("tiny", "tiny.txt")
    reading.content("tiny", "tiny.txt")

    assert read == {"tiny": data.sha256("tiny")}


def test_each_listener_notes_what_is_read_in_its_own_block() -> None:
    with data.noting() as outer:
        with data.noting() as inner:
            pass
        reading.content("tiny", "tiny.txt")

    assert (set(outer), set(inner)) == ({"tiny"}, set())


def test_what_other_threads_read_is_noted_too() -> None:
    with data.noting() as read:
        thread = Thread(target=reading.content, args=("tiny", "tiny.txt"))
        thread.start()
        thread.join()

    assert set(read) == {"tiny"}


def test_what_was_read_goes_into_a_runs_log() -> None:
    log = Log()

    def run(log: Log, read: Callable[[], bytes]) -> None:
        with data.noting() as noted:
            read()
        for name, digest in noted.items():
            log.read(name, digest)

    run(log, lambda: reading.content("tiny", "tiny.txt"))
    assert log.data == {"tiny": data.sha256("tiny")}
