# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cache holds whole, right files or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ldlc.data import cache
from ldlc.data.errors import DataError, Refused
from ldlc.data.table import File

from .made_up import TINY, file_of

FILE = file_of("tiny.txt", TINY)


def keep(content: bytes, file: File = FILE) -> None:
    with cache.scratch("tiny", print) as scratch:
        cache.keep(file, content, scratch)


def test_the_folder_is_the_users_own_then_xdgs_then_the_home_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LDLC_CACHE", str(tmp_path / "own"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    assert cache.folder() == tmp_path / "own/data"
    monkeypatch.delenv("LDLC_CACHE")
    assert cache.folder() == tmp_path / "xdg/ldlc/data"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache.folder() == tmp_path / "home/.cache/ldlc/data"


def test_what_is_kept_is_read_back() -> None:
    assert cache.read(FILE) is None
    keep(TINY)
    assert cache.read(FILE) == TINY


def test_a_file_with_an_md5_alone_is_checked_by_it() -> None:
    file = File(name="x", bytes=3, md5="900150983cd24fb0d6963f7d28e17f72")  # RFC 1321: "abc"

    keep(b"abc", file)
    assert cache.read(file) == b"abc"
    with pytest.raises(Refused, match="its MD5 is"):
        keep(b"abd", file)


@pytest.mark.parametrize("content", [TINY[:-1], TINY + b"x", b"", b"T" + TINY[1:]])
def test_what_is_not_the_file_is_not_kept(content: bytes, own_cache: Path) -> None:
    with pytest.raises(Refused, match=r"bytes, not 600|its SHA256 is"):
        keep(content)
    assert [path.name for path in own_cache.iterdir()] == ["tiny.lock"]


def test_a_cached_file_that_went_bad_is_refused_and_removed() -> None:
    keep(TINY)
    cache.place(FILE).write_bytes(TINY[:-1])

    with pytest.raises(Refused, match="has 599 bytes, not 600; removed"):
        cache.read(FILE)
    assert cache.read(FILE) is None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_is_said_and_leaves_nothing(own_cache: Path) -> None:
    with cache.scratch("tiny", print) as scratch:
        (scratch / "part").symlink_to("/dev/full")
        with pytest.raises(
            DataError, match=r"can't be written: the disk is full. Make room, or set LDLC_"
        ):
            cache.keep(FILE, TINY, scratch)
    assert [path.name for path in own_cache.iterdir()] == ["tiny.lock"]


def test_a_cache_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LDLC_CACHE", str(tmp_path / "file"))

    with pytest.raises(DataError, match=r"can't be written: not a directory\. Set LDLC_CACHE to"):
        keep(TINY)
    assert cache.read(FILE) is None


def test_a_cached_file_that_cannot_be_read_is_said_and_not_removed(own_cache: Path) -> None:
    cache.place(FILE).mkdir(parents=True)

    with pytest.raises(Refused, match=r"can't be read: Is a directory$"):
        cache.read(FILE)
    assert cache.place(FILE).is_dir()


def test_what_a_dead_process_left_in_the_scratch_folder_is_gone(own_cache: Path) -> None:
    left = own_cache / "tiny.partial/deep/part"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")

    with cache.scratch("tiny", print) as scratch:
        assert list(scratch.iterdir()) == []
    assert not scratch.exists()
