# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image loaders: formats on made-up files, counts on the real ones where LDLC_DATA has them."""

from __future__ import annotations

import numpy as np
import pytest

from ldlc import data
from ldlc.data import archives, images

from .made_up import serve_contents
from .test_png import encode


def test_an_idx_file_gives_its_array() -> None:
    content = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6])

    np.testing.assert_array_equal([[1, 2, 3], [4, 5, 6]], images.idx(content))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        bytes(4),
        bytes([0, 0, 8, 1, 0, 0, 0, 2, 1]),
        bytes([0, 0, 13, 1, 0, 0, 0, 1, 1]),
        b"\0\0\x08\xff",
    ],
)
def test_what_is_no_idx_file_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="an idx file must have the type 8"):
        images.idx(content)


def test_cifar10_planes_become_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    def batch(label: int) -> bytes:
        red, green, blue = (bytes([colour + label]) * 1_024 for colour in (0, 100, 200))
        return bytes([label]) + red[:5] + b"\x07" + red[6:] + green + blue

    names = [*(f"data_batch_{n}.bin" for n in range(1, 6)), "test_batch.bin"]
    serve_contents(monkeypatch, images, {name: batch(n) for n, name in enumerate(names)})

    split = data.cifar10()

    assert split.train_images.shape == (5, 32, 32, 3)
    assert split.train_labels.tolist() == [0, 1, 2, 3, 4]
    assert split.train_images[2, 0, 5].tolist() == [7, 102, 202]
    assert split.train_images[2, 5, 0].tolist() == [2, 102, 202]
    assert split.test_images[0, 9, 9].tolist() == [5, 105, 205]
    assert split.test_labels.tolist() == [5]


def test_usps_lines_are_a_label_and_its_image(monkeypatch: pytest.MonkeyPatch) -> None:
    line = "6.0000 " + " ".join(f"{n / 256:.4f}" for n in range(256)) + " \n"
    serve_contents(
        monkeypatch, images, {"zip.train": (line * 2).encode(), "zip.test": line.encode()}
    )

    split = data.usps()

    assert split.train_labels.tolist() == [6, 6]
    assert split.test_images.shape == (1, 16, 16)
    np.testing.assert_allclose(split.test_images[0, 3, 5], (3 * 16 + 5) / 256, atol=1e-4)


def drawing(number: int) -> np.ndarray:
    """Returns paper with ink at one place, `[105, 105, 1]`, False where there is ink."""
    paper = np.ones((105, 105, 1), bool)
    paper[number, 2 * number] = False
    return paper


def test_omniglot_images_are_sorted_and_numbered_over_alphabets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [
        f"{alphabet}/character{c:02}/{n:04}_{drawer:02}.png"
        for n, (alphabet, c) in enumerate([("Greek", 1), ("Greek", 2), ("Latin", 1)])
        for drawer in (1, 2)
    ]
    bundle = archives.bundle({name: encode(drawing(n), [0] * 105) for n, name in enumerate(names)})
    serve_contents(monkeypatch, images, {"images_evaluation.tar": bundle})

    found = data.omniglot("evaluation")

    assert found.images.shape == (6, 105, 105)
    assert np.argwhere(found.images).tolist() == [[n, n, 2 * n] for n in range(6)]
    assert found.alphabets.tolist() == [0, 0, 0, 0, 1, 1]
    assert found.characters.tolist() == [0, 0, 1, 1, 2, 2]
    assert found.drawers.tolist() == [0, 1, 0, 1, 0, 1]
    assert found.alphabet_names == ("Greek", "Latin")


def test_one_shot_answers_point_from_test_to_training_images(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    image = encode(drawing(3), [0] * 105)
    files = {}
    for run in range(1, 21):
        base = f"run{run:02}"
        for n in range(1, 21):
            files[f"{base}/training/class{n:02}.png"] = files[f"{base}/test/item{n:02}.png"] = image
        pairs = [(n, (n + run) % 20 + 1) for n in range(1, 21)]
        files[f"{base}/class_labels.txt"] = "".join(
            f"{base}/test/item{i:02}.png {base}/training/class{c:02}.png\n" for i, c in pairs
        ).encode()
    serve_contents(monkeypatch, images, {"all_runs.tar": archives.bundle(files)})

    runs = data.omniglot_one_shot_runs()

    assert runs.train.shape == runs.test.shape == (20, 20, 105, 105)
    assert runs.answers[4].tolist() == [(n + 5) % 20 for n in range(1, 21)]


@pytest.mark.real_data
def test_real_images_have_the_published_counts() -> None:
    """The counts are those that the data were parsed to by other code."""
    mnist, fashion, usps = data.mnist(), data.fashion_mnist(), data.usps()

    assert np.bincount(mnist.train_labels).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949
    ]  # fmt: skip
    assert np.bincount(mnist.test_labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009
    ]  # fmt: skip
    assert round(float(mnist.train_images.mean()) / 255, 4) == 0.1307
    assert round(float(mnist.train_images.std()) / 255, 4) == 0.3081
    assert set(np.bincount(fashion.train_labels)) == {6_000}
    assert round(float(fashion.train_images.mean()) / 255, 4) == 0.2860
    assert np.bincount(usps.train_labels).tolist() == [
        1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644
    ]  # fmt: skip
    assert np.bincount(usps.test_labels).tolist() == [
        359, 264, 198, 166, 200, 160, 170, 147, 166, 177
    ]  # fmt: skip
    assert (usps.train_images.min(), usps.train_images.max()) == (-1.0, 1.0)
    faces = data.frey_faces()
    assert (faces.shape, faces.min(), faces.max()) == ((1965, 28, 20), 8, 238)
    # Neighbours across a column are alike only if the rows are cut at the right length.
    wrong = faces.reshape(-1, 20, 28)
    across = [np.abs(np.diff(cut.astype(float), axis=1)).mean() for cut in (faces, wrong)]
    assert across[0] < 0.5 * across[1]


@pytest.mark.real_data
def test_real_omniglot_has_the_published_counts() -> None:
    found = data.omniglot("background_small1")

    assert found.images.shape == (2_720, 105, 105)
    assert len(found.alphabet_names) == 5
    assert set(np.bincount(found.characters)) == {20}
    runs = data.omniglot_one_shot_runs()
    assert [sorted(answers) for answers in runs.answers.tolist()] == [list(range(20))] * 20
    # A drawing is nearer to the drawing of the same character than to the other 19 far more often
    # than by chance (1 in 20), even pixel by pixel.
    near = np.einsum("rthw,rchw->rtc", runs.test / 1.0, runs.train / 1.0, optimize=True).argmax(2)
    assert (near == runs.answers).mean() > 0.15
