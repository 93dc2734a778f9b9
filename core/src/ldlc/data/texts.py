# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loaders of the text sets. Text comes as it is stored; splitting it into words is the paper's business."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

import numpy as np

from ldlc.data import archives
from ldlc.data.reading import content


def tinyshakespeare() -> str:
    """Returns tiny Shakespeare, 1,115,394 characters."""
    return content("tinyshakespeare", "input.txt").decode("ascii")


class Labelled(NamedTuple):
    """Texts with a label each.

    Attributes:
      texts: The texts.
      labels: `[N]`, int32.
    """

    texts: tuple[str, ...]
    labels: np.ndarray


def mr() -> Labelled:
    """Returns the movie-review sentences: 5,331 negative (0), then 5,331 positive (1); no split."""
    return _by_class("mr", ("rt-polarity.neg", "rt-polarity.pos"))


def subj() -> Labelled:
    """Returns the sentences of SUBJ: 5,000 objective (0), then 5,000 subjective (1); no split."""
    return _by_class("subj", ("subj.objective", "subj.subjective"))


def cr() -> Labelled:
    """Returns the customer reviews' sentences: 1,368 negative (0), then 2,407 positive (1); no split.

    Four of them are empty in the files, and stay, since papers count them.
    """
    return _by_class("cr", ("custrev.neg", "custrev.pos"))


def mpqa() -> Labelled:
    """Returns MPQA's phrases: 7,294 negative (0), then 3,312 positive (1); no split.

    Three of them are empty in the files, and stay, since papers count them.
    """
    return _by_class("mpqa", ("mpqa.neg", "mpqa.pos"))


class Questions(NamedTuple):
    """Questions with the class of what they ask for.

    Attributes:
      texts: The questions.
      labels: `[N]`, int32, indices into `classes`.
      classes: The six coarse classes, or the fine ones (`COARSE:fine`), sorted.
    """

    texts: tuple[str, ...]
    labels: np.ndarray
    classes: tuple[str, ...]


def trec(
    part: Literal["train", "test"], classes: Literal["coarse", "fine"] = "coarse"
) -> Questions:
    """Returns TREC's questions: 5,452 to train on, 500 to test."""
    files = {"train": "train_5500.label", "test": "TREC_10.label"}
    labelled = {
        key: [line.split(" ", 1) for line in _lines(content("trec", file), "latin-1")]
        for key, file in files.items()
    }

    def label(word: str) -> str:
        return word.split(":")[0] if classes == "coarse" else word

    names = tuple(sorted({label(word) for lines in labelled.values() for word, _ in lines}))
    index = {name: number for number, name in enumerate(names)}
    return Questions(
        tuple(text for _, text in labelled[part]),
        np.array([index[label(word)] for word, _ in labelled[part]], np.int32),
        names,
    )


class Tree(NamedTuple):
    """A node of a sentence's binary tree.

    Attributes:
      label: Its sentiment, 0 (very negative) to 4 (very positive).
      word: Its word, if it is a leaf, else "".
      children: Its two children, or none.
    """

    label: int
    word: str
    children: tuple[Tree, ...]

    def words(self) -> tuple[str, ...]:
        """Returns the words below the node, in order."""
        if not self.children:
            return (self.word,)
        return tuple(word for child in self.children for word in child.words())


def sst(part: Literal["train", "dev", "test"]) -> tuple[Tree, ...]:
    """Returns the trees of the Stanford Sentiment Treebank: 8,544, 1,101 and 2,210 sentences."""
    return tuple(_tree(line) for line in _lines(content("sst", f"trees/{part}.txt"), "utf-8"))


class Story(NamedTuple):
    """A story of bAbI, with the questions asked in its course.

    Attributes:
      sentences: The statements, without the questions.
      questions: Each with the number of sentences told before it, the question, its answer, and the
        indices of the sentences that support the answer.
    """

    sentences: tuple[str, ...]
    questions: tuple[tuple[int, str, str, tuple[int, ...]], ...]


def babi(
    task: int, part: Literal["train", "valid", "test"], *, validation: bool = False
) -> tuple[Story, ...]:
    """Returns the stories of a bAbI task, 1 to 20, with 1,000 training or test questions.

    Args:
      task: The task.
      part: `valid` exists only with `validation`.
      validation: Whether about 100 of the training questions are kept apart for validation.

    Raises:
      ValueError: If there is no such task or part.
    """
    files = archives.unbundle(content("babi", "en-valid.tar" if validation else "en.tar"))
    pattern = re.compile(
        rf"qa{task}_(\S+_)?{part}\.txt" if not validation else rf"qa{task}_{part}\.txt"
    )
    found = [data for name, data in files.items() if pattern.fullmatch(name)]
    if len(found) != 1:
        raise ValueError(
            f"`task` must be 1 to 20 and `part` train or test, or valid with `validation`, got {task} and "
            f"{part!r}. Choose others."
        )
    return _stories(_lines(found[0], "ascii"))


class Pairs(NamedTuple):
    """Sentences with their translations.

    Attributes:
      english: The captions.
      german: Their translations.
    """

    english: tuple[str, ...]
    german: tuple[str, ...]


def multi30k(
    part: Literal[
        "train",
        "val",
        "test_2016_flickr",
        "test_2017_flickr",
        "test_2017_mscoco",
        "test_2018_flickr",
    ],
) -> Pairs:
    """Returns Multi30k's captions: 29,000 to train on, 1,014 to validate, and four test sets."""
    english, german = (
        _lines(content("multi30k", f"{part}.{end}"), "utf-8") for end in ("en", "de")
    )
    return Pairs(english, german)


def penn_treebank(part: Literal["train", "valid", "test"]) -> tuple[str, ...]:
    """Returns the sentences of Mikolov's Penn Treebank: 42,068, 3,370 and 3,761, words apart by blanks.

    Its licence allows no download, so it is read from your own copy in the folder `penn_treebank` of the
    one that LDLC_DATA names.
    """
    return tuple(
        line.strip() for line in _lines(content("penn_treebank", f"ptb.{part}.txt"), "ascii")
    )


def _lines(content: bytes, encoding: str) -> tuple[str, ...]:
    # Only line feeds end a line: Latin-1 files hold other characters that `splitlines` would split at.
    return tuple(
        line.rstrip("\r ") for line in content.decode(encoding).removesuffix("\n").split("\n")
    )


def _by_class(name: str, files: tuple[str, ...]) -> Labelled:
    parts = [_lines(content(name, file), "latin-1") for file in files]
    labels = np.repeat(np.arange(len(files), dtype=np.int32), [len(part) for part in parts])
    return Labelled(tuple(text for part in parts for text in part), labels)


def _tree(line: str) -> Tree:
    """Returns the tree written as (label word) or (label tree tree)."""
    open_nodes: list[tuple[int, list[Tree]]] = []
    for token in re.findall(r"\((\d)|([^\s()]+)|(\))", line):
        label, word, end = token
        if label:
            open_nodes.append((int(label), []))
        elif word:
            open_nodes[-1][1].append(Tree(0, word, ()))
        elif end:
            value, inside = open_nodes.pop()
            leaf = len(inside) == 1
            node = Tree(value, inside[0].word if leaf else "", () if leaf else tuple(inside))
            if not open_nodes:
                return node
            open_nodes[-1][1].append(node)
    raise ValueError(f"a tree must close every bracket, got {line[:60]!r}. The file is damaged.")


def _stories(lines: tuple[str, ...]) -> tuple[Story, ...]:
    stories: list[Story] = []
    sentences: list[str] = []
    questions: list[tuple[int, str, str, tuple[int, ...]]] = []
    at: dict[str, int] = {}  # the number of a line -> the index of its sentence
    for line in lines:
        number, text = line.split(" ", 1)
        if number == "1" and (sentences or questions):
            stories.append(Story(tuple(sentences), tuple(questions)))
            sentences, questions, at = [], [], {}
        if "\t" in text:
            question, answer, support = text.split("\t")
            facts = tuple(at[fact] for fact in support.split())
            questions.append((len(sentences), question.strip(), answer, facts))
        else:
            at[number] = len(sentences)
            sentences.append(text)
    stories.append(Story(tuple(sentences), tuple(questions)))
    return tuple(stories)
