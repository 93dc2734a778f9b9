# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text loaders: formats on made-up files, counts on the real ones where LDLC_DATA has them."""

from __future__ import annotations

import re

import numpy as np
import pytest

from ldlc import data
from ldlc.data import archives, texts

from .made_up import serve_contents


def test_sentences_of_two_files_are_labelled_by_file(monkeypatch: pytest.MonkeyPatch) -> None:
    # 0x85 ends a line for `str.splitlines`, but not in these Latin-1 files.
    serve_contents(
        monkeypatch, texts, {"rt-polarity.neg": b"bad \nna\x85ve\n", "rt-polarity.pos": b"good\n"}
    )

    found = data.mr()

    assert found.texts == ("bad", "na\x85ve", "good")
    assert found.labels.tolist() == [0, 0, 1]


def test_questions_are_labelled_coarsely_or_finely(monkeypatch: pytest.MonkeyPatch) -> None:
    serve_contents(
        monkeypatch,
        texts,
        {
            "train_5500.label": b"NUM:date When ?\nHUM:ind Who ?\nNUM:count How many ?\n",
            "TREC_10.label": b"LOC:city Where ?\n",
        },
    )

    coarse, fine = data.trec("train"), data.trec("test", "fine")

    assert coarse.texts == ("When ?", "Who ?", "How many ?")
    assert coarse.classes == ("HUM", "LOC", "NUM")
    assert coarse.labels.tolist() == [2, 0, 2]
    assert fine.classes == ("HUM:ind", "LOC:city", "NUM:count", "NUM:date")
    assert fine.labels.tolist() == [1]


def test_a_tree_keeps_every_label(monkeypatch: pytest.MonkeyPatch) -> None:
    serve_contents(monkeypatch, texts, {"trees/dev.txt": b"(3 (2 It) (4 (2 's) (1 -LRB-)))\n"})

    (tree,) = data.sst("dev")

    assert tree.label == 3
    assert tree.words() == ("It", "'s", "-LRB-")
    left, right = tree.children
    assert (left.label, left.word, left.children) == (2, "It", ())
    assert (right.label, [child.label for child in right.children]) == (4, [2, 1])


def test_a_tree_that_is_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="must close every bracket"):
        texts._tree("(3 (2 It) (4")


STORY = b"""1 Mary moved to the bathroom.
2 John went to the hallway.
3 Where is Mary? \tbathroom\t1
4 Daniel left.
5 Who left?\tDaniel\t4 2
1 Two.
2 Q?\ta,b\t1
"""


def test_a_story_keeps_its_questions_and_what_supports_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    en = archives.bundle(
        {"qa1_single-supporting-fact_train.txt": STORY, "qa11_x_train.txt": b"1 No.\n"}
    )
    valid = archives.bundle({"qa1_valid.txt": b"1 V.\n"})
    serve_contents(monkeypatch, texts, {"en.tar": en, "en-valid.tar": valid})

    first, second = data.babi(1, "train")

    assert first.sentences == (
        "Mary moved to the bathroom.",
        "John went to the hallway.",
        "Daniel left.",
    )
    assert first.questions == (
        (2, "Where is Mary?", "bathroom", (0,)),
        (3, "Who left?", "Daniel", (2, 1)),
    )
    assert second.questions == ((1, "Q?", "a,b", (0,)),)
    assert data.babi(1, "valid", validation=True)[0].sentences == ("V.",)
    for task, part in ((21, "train"), (1, "valid")):
        with pytest.raises(ValueError, match=r"`task` must be 1 to 20 and `part` train or test"):
            data.babi(task, part)  # type: ignore[arg-type]


def test_translations_stay_in_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    serve_contents(
        monkeypatch, texts, {"val.en": b"A man .\nTwo .\n", "val.de": "Männer .\nZwei .\n".encode()}
    )

    assert data.multi30k("val") == (("A man .", "Two ."), ("Männer .", "Zwei ."))


def test_penn_treebank_is_read_from_a_copy_of_ones_own_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(
        data.DataError, match=r"(?s)no other source: the terms allow none.*catalog.ldc"
    ):
        data.penn_treebank("valid")

    serve_contents(monkeypatch, texts, {"ptb.valid.txt": b" no it was n't <unk> \n that 's it \n"})
    assert data.penn_treebank("valid") == ("no it was n't <unk>", "that 's it")


@pytest.mark.real_data
def test_real_texts_have_the_published_counts() -> None:
    assert (len(data.tinyshakespeare()), len(set(data.tinyshakespeare()))) == (1_115_394, 65)
    counts = {
        name: np.bincount(getattr(data, name)().labels).tolist()
        for name in ("mr", "subj", "cr", "mpqa")
    }
    assert counts == {
        "mr": [5_331, 5_331],
        "subj": [5_000, 5_000],
        "cr": [1_368, 2_407],
        "mpqa": [7_294, 3_312],
    }
    train = data.trec("train")
    assert dict(zip(train.classes, np.bincount(train.labels).tolist(), strict=True)) == {
        "ABBR": 86, "DESC": 1_162, "ENTY": 1_250, "HUM": 1_223, "LOC": 835, "NUM": 896
    }  # fmt: skip
    assert (len(data.trec("test").texts), len(data.trec("test", "fine").classes)) == (500, 50)
    dev = data.sst("dev")
    assert (len(dev), len(data.sst("test"))) == (1_101, 2_210)
    assert sum(nodes(tree) for tree in dev) == 41_447
    lengths = {
        part: len(data.multi30k(part).german)  # type: ignore[arg-type]
        for part in ("train", "val", "test_2016_flickr", "test_2017_mscoco", "test_2018_flickr")
    }
    assert list(lengths.values()) == [29_000, 1_014, 1_000, 461, 1_071]


def nodes(tree: texts.Tree) -> int:
    return 1 + sum(nodes(child) for child in tree.children)


@pytest.mark.real_data
def test_real_stories_have_a_thousand_questions_each() -> None:
    for task in (1, 3, 20):
        for part in ("train", "test"):
            stories = data.babi(task, part)  # type: ignore[arg-type]
            assert sum(len(story.questions) for story in stories) == 1_000
    for story in data.babi(
        1, "train"
    ):  # an answer of task 1 stands in the sentence that supports it
        for _, _, answer, (fact,) in story.questions:
            assert re.search(answer, story.sentences[fact])
