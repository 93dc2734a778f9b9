# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decodes the PNG images that data sets are made of: grey or RGB, no interlacing, no palette.

Source: W3C Portable Network Graphics (PNG) Specification, third edition, sections 5 and 9.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3}  # colour type: grey, RGB


def decode(images: Sequence[bytes], *, max_pixels: int = 1 << 26) -> np.ndarray:
    """Returns the pixels of PNG images of equal size, `[N, H, W, C]`, uint8.

    Args:
      images: PNG files, all of one size and kind.
      max_pixels: The largest H * W that is accepted for one image.

    Returns:
      0 or 1 for images of one bit a pixel, else 0 to 255; C is 1 for grey, 3 for RGB.

    Raises:
      ValueError: If a file is no PNG of a supported kind, is damaged, or differs in size.
    """
    if not images:
        raise ValueError("`images` must hold at least one PNG file, got none. Pass some.")
    header = _header(images[0], max_pixels)
    height, width, depth, channels = header
    line = (width * depth * channels + 7) // 8  # bytes in a row of pixels
    rows = np.empty((len(images), height, 1 + line), np.uint8)
    for index, image in enumerate(images):
        if _header(image, max_pixels) != header:
            raise ValueError(
                f"`images` must be of one size and kind, got {_header(image, max_pixels)} after {header} "
                "(height, width, bits, channels). Decode them apart."
            )
        rows[index] = np.frombuffer(_inflated(image, rows[index].size), np.uint8).reshape(
            height, 1 + line
        )
    pixel = channels if depth == 8 else 1  # bytes from a value to its left neighbour
    values = _unfiltered(rows[:, :, 0], rows[:, :, 1:].reshape(len(images), height, -1, pixel))
    if depth == 1:
        bits = np.unpackbits(values.reshape(len(images), height, line), axis=2)
        return bits[:, :, :width, None]
    return values


def _chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    if image[:8] != SIGNATURE:
        raise ValueError(
            "a PNG file must start with its signature, got other bytes. It is damaged."
        )
    at = 8
    while at + 12 <= len(image):
        (size,) = struct.unpack(">I", image[at : at + 4])
        kind, data = image[at + 4 : at + 8], image[at + 8 : at + 8 + size]
        crc = image[at + 8 + size : at + 12 + size]
        if len(data) != size or crc != struct.pack(">I", zlib.crc32(kind + data)):
            break
        yield kind, data
        if kind == b"IEND":
            return
        at += 12 + size
    raise ValueError("a PNG file must consist of whole chunks, got a damaged or cut one.")


def _header(image: bytes, max_pixels: int) -> tuple[int, int, int, int]:
    kind, data = next(_chunks(image))
    if kind != b"IHDR" or len(data) != 13:
        raise ValueError(f"a PNG file must start with IHDR, got {kind!r}. It is damaged.")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", data)
    if (depth, colour) not in {(1, 0), (8, 0), (8, 2)} or interlaced:
        raise ValueError(
            "a PNG file must be grey (1 or 8 bits) or RGB (8 bits) and not interlaced, got colour type "
            f"{colour}, {depth} bits{', interlaced' if interlaced else ''}. Convert it first."
        )
    if not 0 < width * height <= max_pixels:
        raise ValueError(f"a PNG file may have {max_pixels:,} pixels, got {width} x {height}.")
    return height, width, depth, CHANNELS[colour]


def _inflated(image: bytes, size: int) -> bytes:
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(
            b"".join(data for kind, data in _chunks(image) if kind == b"IDAT"), size + 1
        )
    except zlib.error as error:
        raise ValueError(f"a PNG file's pixels can't be read: {error}. It is damaged.") from None
    if len(data) != size:
        raise ValueError(f"a PNG file must hold {size} bytes of pixels, got another number.")
    return data


def _unfiltered(kinds: np.ndarray, filtered: np.ndarray) -> np.ndarray:
    """Undoes the filter of each row (PNG, section 9).

    A value needs its left, upper and upper-left neighbours, so all values of one anti-diagonal
    are computed at once, in all images.

    Args:
      kinds: The filter of each row, 0 to 4, `[N, H]`.
      filtered: The bytes as stored, grouped by pixel, `[N, H, W, C]`, uint8.
    """
    if not kinds.any():
        return filtered
    if kinds.max() > 4:
        raise ValueError(f"a PNG row's filter must be 0 to 4, got {kinds.max()}. It is damaged.")
    n, height, width, channels = filtered.shape
    # One row and one column of zeros around the image stand for the neighbours outside of it.
    wide = width + 1
    done = np.zeros((n, (height + 1) * wide, channels), np.uint8)
    todo = np.zeros_like(done)
    todo.reshape(n, height + 1, wide, channels)[:, 1:, 1:] = filtered
    kind = np.zeros((n, height + 1, 1), np.uint8)
    kind[:, 1:, 0] = kinds
    for diagonal in range(2, height + width + 1):  # row + column, both from 1
        first, last = max(1, diagonal - width), min(height, diagonal - 1)
        # Row r, column diagonal - r lies at r * wide + diagonal - r.
        begin, end, step = first * (wide - 1) + diagonal, last * (wide - 1) + diagonal + 1, wide - 1
        here = slice(begin, end, step)
        left = done[:, begin - 1 : end - 1 : step].astype(np.int16)
        up = done[:, begin - wide : end - wide : step].astype(np.int16)
        corner = done[:, begin - wide - 1 : end - wide - 1 : step].astype(np.int16)
        k = kind[:, first : last + 1]
        guess = np.where(k == 1, left, 0)
        guess = np.where(k == 2, up, guess)
        guess = np.where(k == 3, (left + up) // 2, guess)
        guess = np.where(k == 4, _paeth(left, up, corner), guess)
        done[:, here] = (todo[:, here] + guess).astype(np.uint8)
    return done.reshape(n, height + 1, wide, channels)[:, 1:, 1:]


def _paeth(left: np.ndarray, up: np.ndarray, corner: np.ndarray) -> np.ndarray:
    """Returns the neighbour nearest to left + up - corner; ties go to left, then up."""
    by_left, by_up = np.abs(up - corner), np.abs(left - corner)
    by_corner = np.abs(left + up - 2 * corner)
    nearest = np.where(by_up <= by_corner, up, corner)
    return np.where((by_left <= by_up) & (by_left <= by_corner), left, nearest)
