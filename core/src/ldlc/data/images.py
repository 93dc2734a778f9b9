# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loaders of the image sets. Pixels come as they are stored; scaling them is the paper's business."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

import numpy as np

from ldlc.data import archives, png
from ldlc.data.reading import content

CIFAR10_CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)


class Split(NamedTuple):
    """Images and labels, split as published.

    Attributes:
      train_images: `[N, H, W]` or `[N, H, W, C]`.
      train_labels: `[N]`, int32.
      test_images: As `train_images`.
      test_labels: As `train_labels`.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def mnist() -> Split:
    """Returns MNIST: images `[60000, 28, 28]` and `[10000, 28, 28]`, uint8, 0 (paper) to 255 (ink)."""
    return _idx_split("mnist")


def fashion_mnist() -> Split:
    """Returns Fashion-MNIST: images `[60000, 28, 28]` and `[10000, 28, 28]`, uint8, 0 to 255."""
    return _idx_split("fashion_mnist")


def cifar10() -> Split:
    """Returns CIFAR-10: RGB images `[50000, 32, 32, 3]` and `[10000, 32, 32, 3]`, uint8, 0 to 255.

    The labels are indices into `CIFAR10_CLASSES`.
    """
    train = [_cifar10_batch(f"data_batch_{number}") for number in range(1, 6)]
    return Split(
        np.concatenate([images for images, _ in train]),
        np.concatenate([labels for _, labels in train]),
        *_cifar10_batch("test_batch"),
    )


def usps() -> Split:
    """Returns the USPS digits: images `[7291, 16, 16]` and `[2007, 16, 16]`, float32, in [-1, 1]."""
    parts = []
    for file in ("zip.train", "zip.test"):
        rows = np.array(content("usps", file).split(), np.float32).reshape(-1, 257)
        parts += [rows[:, 1:].reshape(-1, 16, 16).copy(), rows[:, 0].astype(np.int32)]
    return Split(*parts)


def frey_faces() -> np.ndarray:
    """Returns the Frey faces, `[1965, 28, 20]`, uint8, 0 to 255, in the order of the video."""
    return np.frombuffer(content("frey_faces", "frey_faces.bytes"), np.uint8).reshape(-1, 28, 20)


class Characters(NamedTuple):
    """Drawings of characters, sorted by alphabet, character and drawer.

    Attributes:
      images: `[N, 105, 105]`, uint8, 1 where there is ink, else 0.
      alphabets: `[N]`, int32, indices into `alphabet_names`.
      characters: `[N]`, int32, numbered over all alphabets, from 0.
      drawers: `[N]`, int32, 0 to 19.
      alphabet_names: The alphabets' names.
    """

    images: np.ndarray
    alphabets: np.ndarray
    characters: np.ndarray
    drawers: np.ndarray
    alphabet_names: tuple[str, ...]


def omniglot(
    part: Literal["background", "evaluation", "background_small1", "background_small2"],
) -> Characters:
    """Returns a part of Omniglot.

    Args:
      part: `background` (19,280 images, 964 characters, 30 alphabets), `evaluation` (13,180, 659, 20),
        `background_small1` (2,720, 136, 5) or `background_small2` (3,120, 156, 6).
    """
    files = archives.unbundle(content("omniglot", f"images_{part}.tar"))
    paths = [name.split("/") for name in files]  # alphabet, characterNN, NNNN_DD.png; sorted
    alphabet_names = tuple(dict.fromkeys(alphabet for alphabet, _, _ in paths))
    characters = list(dict.fromkeys((alphabet, character) for alphabet, character, _ in paths))
    alphabet_of = {name: index for index, name in enumerate(alphabet_names)}
    character_of = {pair: index for index, pair in enumerate(characters)}
    return Characters(
        _ink(list(files.values())),
        np.array([alphabet_of[alphabet] for alphabet, _, _ in paths], np.int32),
        np.array([character_of[alphabet, name] for alphabet, name, _ in paths], np.int32),
        np.array([int(file[-6:-4]) - 1 for _, _, file in paths], np.int32),
        alphabet_names,
    )


class OneShotRuns(NamedTuple):
    """The 20 runs of 20-way one-shot classification within one alphabet.

    Attributes:
      train: One image of each of 20 characters, `[20, 20, 105, 105]` (run, character), uint8, 0 or 1.
      test: Images to classify, `[20, 20, 105, 105]`.
      answers: The index in `train` of the character of each test image, `[20, 20]`, int32.
    """

    train: np.ndarray
    test: np.ndarray
    answers: np.ndarray


def omniglot_one_shot_runs() -> OneShotRuns:
    """Returns Omniglot's one-shot classification runs."""
    files = archives.unbundle(content("omniglot", "all_runs.tar"))
    images = {
        kind: _ink([data for name, data in files.items() if f"/{kind}/" in name]).reshape(
            20, 20, 105, 105
        )
        for kind in ("training", "test")
    }
    answers = np.empty((20, 20), np.int32)
    for run in range(20):
        lines = files[f"run{run + 1:02}/class_labels.txt"].decode("ascii")
        for item, answer in re.findall(r"item(\d+)\.png\s+\S*class(\d+)\.png", lines):
            answers[run, int(item) - 1] = int(answer) - 1
    return OneShotRuns(images["training"], images["test"], answers)


def idx(content: bytes) -> np.ndarray:
    """Returns the array in an idx file of bytes, in its own shape, uint8.

    The format is described on MNIST's page: two zero bytes, the type (8: unsigned byte), the number of
    dimensions, their sizes as big-endian 32-bit integers, then the numbers.

    Raises:
      ValueError: If it is no such file.
    """
    rank = content[3] if len(content) > 3 else 0
    shape = tuple(np.frombuffer(content[4 : 4 + 4 * rank].ljust(4 * rank, b"\0"), ">u4").tolist())
    start = 4 + 4 * rank
    size = int(np.prod(shape, dtype=object))
    if content[:3] != b"\0\0\x08" or not rank or len(content) - start != size:
        raise ValueError(
            "an idx file must have the type 8 and as many bytes as its sizes say, got type "
            f"{content[:3].hex()} and {len(content):,} bytes for {list(shape)}. It is damaged."
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _idx_split(name: str) -> Split:
    parts = [
        idx(content(name, f"{part}-{kind}-ubyte"))
        for part in ("train", "t10k")
        for kind in ("images-idx3", "labels-idx1")
    ]
    return Split(parts[0], parts[1].astype(np.int32), parts[2], parts[3].astype(np.int32))


def _cifar10_batch(batch: str) -> tuple[np.ndarray, np.ndarray]:
    records = np.frombuffer(content("cifar10", f"{batch}.bin"), np.uint8).reshape(-1, 3_073)
    planes = records[:, 1:].reshape(-1, 3, 32, 32)
    return planes.transpose(0, 2, 3, 1), records[:, 0].astype(np.int32)


def _ink(images: list[bytes]) -> np.ndarray:
    return 1 - png.decode(images)[..., 0]  # in the files, 0 is black
