# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PNG decoder, against images that are encoded here by the specification."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldlc.data import png


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def paeth(left: int, up: int, corner: int) -> int:
    """The predictor as section 9.4 of the specification writes it."""
    estimate = left + up - corner
    pa, pb, pc = abs(estimate - left), abs(estimate - up), abs(estimate - corner)
    if pa <= pb and pa <= pc:
        return left
    return up if pb <= pc else corner


def encode(
    pixels: np.ndarray, kinds: list[int], *, interlaced: int = 0, colour: int | None = None
) -> bytes:
    """Returns a PNG file of pixels `[H, W, C]`, row r filtered by `kinds[r]`; bools become one bit."""
    height, width, channels = pixels.shape
    depth = 1 if pixels.dtype == bool else 8
    rows = np.packbits(pixels[..., 0], axis=1) if depth == 1 else pixels.reshape(height, -1)
    step = 1 if depth == 1 else channels
    body = b""
    for r in range(height):
        body += bytes([kinds[r]])
        for i in range(rows.shape[1]):
            left = int(rows[r, i - step]) if i >= step else 0
            up = int(rows[r - 1, i]) if r else 0
            corner = int(rows[r - 1, i - step]) if r and i >= step else 0
            guess = [0, left, up, (left + up) // 2, paeth(left, up, corner)][kinds[r]]
            body += bytes([(int(rows[r, i]) - guess) % 256])
    kind = {1: 0, 3: 2}[channels] if colour is None else colour
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced)
    data = zlib.compress(body)
    return (
        png.SIGNATURE
        + chunk(b"IHDR", header)
        + chunk(b"tIME", bytes(7))
        + chunk(b"IDAT", data[:5])
        + chunk(b"IDAT", data[5:])
        + chunk(b"IEND", b"")
    )


@settings(max_examples=60)
@given(
    st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 19), st.sampled_from(["bit", 1, 3])
)
def test_every_filter_and_kind_of_pixel_is_decoded(
    seed: int, height: int, width: int, kind: str | int
) -> None:
    rng = np.random.default_rng(seed)
    if kind == "bit":
        images = rng.integers(0, 2, (3, height, width, 1)).astype(bool)
    else:
        images = rng.integers(0, 256, (3, height, width, kind)).astype(np.uint8)
    files = [encode(image, rng.integers(0, 5, height).tolist()) for image in images]

    decoded = png.decode(files)

    assert decoded.dtype == np.uint8
    np.testing.assert_array_equal(images, decoded)


IMAGE = encode(np.zeros((4, 4, 1), np.uint8), [0] * 4)


@pytest.mark.parametrize(
    ("images", "rule"),
    [
        ([], "at least one PNG file"),
        ([b"GIF89a"], "must start with its signature"),
        ([IMAGE[:-20]], "damaged or cut"),
        ([IMAGE[:40] + b"\xff" + IMAGE[41:]], "damaged or cut"),
        ([IMAGE, encode(np.zeros((4, 5, 1), np.uint8), [0] * 4)], "of one size and kind, got"),
        (
            [encode(np.zeros((4, 4, 1), np.uint8), [0] * 4, interlaced=1)],
            "colour type 0, 8 bits, interl",
        ),
        ([encode(np.zeros((4, 4, 1), np.uint8), [0] * 4, colour=3)], "got colour type 3"),
        (
            [encode(np.zeros((4, 4, 1), np.uint8), [0, 0, 4, 0]).replace(b"IHDR", b"IHDX")],
            "damaged",
        ),
    ],
)
def test_what_cannot_be_decoded_is_refused(images: list[bytes], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        png.decode(images)


def test_an_image_of_too_many_or_too_few_bytes_is_refused() -> None:
    def with_pixels(body: bytes) -> bytes:
        header = struct.pack(">IIBBBBB", 4, 4, 8, 0, 0, 0, 0)
        return (
            png.SIGNATURE
            + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(body))
            + chunk(b"IEND", b"")
        )

    for size in (19, 21, 1 << 24):
        with pytest.raises(ValueError, match="must hold 20 bytes of pixels"):
            png.decode([with_pixels(bytes(size))])
    with pytest.raises(ValueError, match="filter must be 0 to 4, got 9"):
        png.decode([with_pixels(b"\x09" + bytes(19))])
    with pytest.raises(ValueError, match="may have 9 pixels, got 4 x 4"):
        png.decode([with_pixels(bytes(20))], max_pixels=9)
