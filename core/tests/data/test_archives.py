# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives that mean harm are refused, whole."""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldlc.data import archives
from ldlc.data.errors import Refused

LIMIT = 100_000


def read(content: bytes, tmp_path: Path, limit: int = LIMIT) -> dict[str, bytes]:
    path = tmp_path / "archive"
    path.write_bytes(content)
    return dict(archives.members(path, lambda name: True, limit))


def tar_with(*entries: tuple[str, bytes, bytes], link: str = "good.txt") -> bytes:
    """Returns a tar file of entries (name, type, content) after a good one."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, kind, content in (("good.txt", tarfile.REGTYPE, b"good"), *entries):
            entry = tarfile.TarInfo(name)
            entry.type, entry.size, entry.linkname = kind, len(content), link
            tar.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def zip_with(*entries: tuple[str, bytes, int]) -> bytes:
    """Returns a zip file of entries (name, content, Unix mode) after a good one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, mode in (("good.txt", b"good", 0o100644), *entries):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


TAR = tar_with(("folder", tarfile.DIRTYPE, b""), ("folder/x", tarfile.REGTYPE, b"x" * 3_000))
ZIP = zip_with(("folder/", b"", 0o040755), ("folder/x", b"x" * 3_000, 0o100644))


@pytest.mark.parametrize("content", [TAR, gzip.compress(TAR), lzma.compress(TAR), ZIP])
def test_good_archives_are_read_whatever_they_are_called(content: bytes, tmp_path: Path) -> None:
    assert read(content, tmp_path) == {"good.txt": b"good", "folder/x": b"x" * 3_000}


def test_only_what_is_wanted_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(tar_with(("./in/x", tarfile.REGTYPE, b"1")))

    assert dict(archives.members(tmp_path / "a", "in/x".__eq__, LIMIT)) == {"in/x": b"1"}


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (tar_with(("../out", tarfile.REGTYPE, b"x")), "leaves its folder, '../out'"),
        (tar_with(("a/../../out", tarfile.REGTYPE, b"x")), "leaves its folder"),
        (tar_with(("/etc/x", tarfile.REGTYPE, b"x")), "leaves its folder, '/etc/x'"),
        (tar_with(("a\\..\\x", tarfile.REGTYPE, b"x")), "leaves its folder"),
        (
            tar_with(("link", tarfile.SYMTYPE, b""), link="/etc/passwd"),
            "neither file nor folder, 'link'",
        ),
        (tar_with(("link", tarfile.LNKTYPE, b"")), "neither file nor folder"),
        (tar_with(("device", tarfile.CHRTYPE, b"")), "neither file nor folder"),
        (tar_with(("device", tarfile.BLKTYPE, b"")), "neither file nor folder"),
        (tar_with(("pipe", tarfile.FIFOTYPE, b"")), "neither file nor folder"),
        (tar_with(("good.txt", tarfile.REGTYPE, b"bad")), "two entries of one name, 'good.txt'"),
        (tar_with(("./good.txt", tarfile.REGTYPE, b"bad")), "two entries of one name"),
        (tar_with(("big", tarfile.REGTYPE, bytes(LIMIT))), "unpacks to more than 100,000 bytes"),
        (zip_with(("../out", b"x", 0)), "leaves its folder"),
        (zip_with(("/out", b"x", 0)), "leaves its folder"),
        (zip_with(("a/..\\..\\out", b"x", 0)), "leaves its folder"),
        (zip_with(("link", b"/etc/passwd", 0o120777)), "neither file nor folder, 'link'"),
        (zip_with(("device", b"", 0o020644)), "neither file nor folder"),
        (zip_with(("big", bytes(LIMIT), 0)), "unpacks to more than 100,000 bytes"),
        (b"", "no archive, or a damaged one"),
        (b"PK nonsense", "no archive, or a damaged one"),
        (b"\x1f\x8b nonsense", "no archive, or a damaged one"),
        (b"nonsense " * 100, "no archive, or a damaged one"),
    ],
)
def test_bad_archives_are_refused(content: bytes, rule: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=rule):
        read(content, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} <= {"archive", "clients"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_file_with_two_entries_of_one_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="two entries of one name"):
        read(zip_with(("good.txt", b"bad", 0)), tmp_path)


def test_a_bad_entry_that_is_not_wanted_refuses_the_archive_too(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(tar_with(("../out", tarfile.REGTYPE, b"x")))

    with pytest.raises(Refused, match="leaves its folder"):
        dict(archives.members(tmp_path / "a", "good.txt".__eq__, LIMIT))


def test_a_small_file_that_unpacks_to_gigabytes_is_given_up_at_the_limit(tmp_path: Path) -> None:
    entry = tarfile.TarInfo("bomb")
    entry.size = 1 << 36
    bomb = gzip.compress(entry.tobuf() + bytes(1 << 20), 1)

    with pytest.raises(Refused, match="unpacks to more than 100,000 bytes"):
        read(bomb, tmp_path)


def test_a_bomb_of_headers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_ENTRIES", 50)

    with pytest.raises(Refused, match=r"holds more than 50 entries|more bytes than it may"):
        read(tar_with(*((str(n), tarfile.REGTYPE, b"") for n in range(60))), tmp_path)


def test_a_zip_file_that_lies_about_a_size_is_refused(tmp_path: Path) -> None:
    content = bytearray(zip_with(("x", bytes(5_000), 0o100644)))
    at = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1) + 24
    assert struct.unpack("<I", content[at : at + 4]) == (5_000,)
    content[at : at + 4] = struct.pack("<I", 10)

    with pytest.raises(Refused, match=r"damaged one|wrong size"):
        read(bytes(content), tmp_path)


def test_an_encrypted_zip_file_is_refused(tmp_path: Path) -> None:
    content = bytearray(zip_with(("x", b"x", 0o100644)))
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        content[content.index(mark) + offset] |= 1

    with pytest.raises(Refused, match="encrypted"):
        read(bytes(content), tmp_path)


@pytest.mark.parametrize("whole", [TAR, gzip.compress(TAR), lzma.compress(TAR), ZIP])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_cut_archive_is_refused(whole: bytes, share: float, tmp_path: Path) -> None:
    cut = int(share * len(whole))
    if whole is TAR:  # the padding at its end says nothing
        cut = int(share * (len(whole.rstrip(b"\0")) + 100))

    with pytest.raises(Refused):
        read(whole[:cut], tmp_path)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_tar_file_that_is_cut_between_two_entries_is_refused(
    pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="is cut off"):
        read(pack(TAR[:1_024]), tmp_path)  # the header and the content of the first entry


@given(st.binary(max_size=300), st.integers(0, 2_000), st.booleans())
def test_random_damage_is_refused_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int, is_zip: bool
) -> None:
    whole = ZIP if is_zip else TAR
    damaged = whole[:at] + noise + whole[at + len(noise) :]
    path = tmp_path_factory.mktemp("damage")

    try:
        found = read(damaged, path)
    except Refused:
        return
    assert all(".." not in name and not name.startswith("/") for name in found)
    assert sum(map(len, found.values())) <= LIMIT


def test_a_file_whose_head_asks_for_too_much_memory_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_memory(*arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr(lzma, "open", no_memory)

    with pytest.raises(Refused, match=r"can't be decompressed \(MemoryError\)"):
        archives.decompress(io.BytesIO(lzma.compress(b"x")), "a.xz", 10)


def test_a_single_compressed_file_may_not_hold_more_than_expected() -> None:
    assert archives.decompress(io.BytesIO(gzip.compress(b"abc")), "x.gz", 3) == b"abc"
    assert archives.decompress(io.BytesIO(lzma.compress(b"abc")), "x.xz", 3) == b"abc"
    assert archives.decompress(io.BytesIO(b"abc"), "x", 3) == b"abc"
    for name, content in (("x.gz", gzip.compress(bytes(1 << 20))), ("x", b"abcd")):
        with pytest.raises(Refused, match="holds more than the expected 3 bytes"):
            archives.decompress(io.BytesIO(content), name, 3)
    with pytest.raises(Refused, match="can't be decompressed"):
        archives.decompress(io.BytesIO(b"abc"), "x.gz", 3)


def test_a_bundle_is_the_same_bytes_whatever_the_order() -> None:
    files = {"b/2": b"two", "a": b"one", "c" * 120 + "/x": b""}

    bundle = archives.bundle(files)

    assert bundle == archives.bundle(dict(reversed(files.items())))
    assert archives.unbundle(bundle) == files
    assert list(archives.unbundle(bundle)) == sorted(files)
