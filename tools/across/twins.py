# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Code that stands in two papers belongs into core, with its source and a test; the papers import it from there.

Names of variables and values of constants make no difference, nor do comments and line breaks. It is a report: two
papers may say the same thing on purpose, where each must be readable beside its own text.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from across.repository import Repository

CODE, TITLE, IS_STATIC = "M02", "no code stands in two papers", True

WINDOW = 64  # tokens, about eight lines: shorter code is the same by chance; a power of two
_SHOWN = 20

_STRING_OR_COMMENT = re.compile(  # it begins with a character, and so skips to where one stands
    r'(#[^\n]*|"(?:""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""|[^"\\\n]*(?:\\.[^"\\\n]*)*")|'
    r"'(?:''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''|[^'\\\n]*(?:\\.[^'\\\n]*)*'))",
    re.S,
)
_IMPORT = re.compile(r"\n(?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+(?:\([^)]*\)|[^\n]*)")
_ITEM = r"""(?:(?:[-+]?\d[\w.]*(?:[-+]\d+)?|")\s*,\s*)"""
_LIST, _IN_LIST = re.compile(f"{_ITEM}{{4,}}"), re.compile(rf",\s*{_ITEM}{{3}}")
_TOKEN = re.compile(r"self\s*\.\s*\w+|\.\s*[A-Za-z_]\w*|\w+|[^\w\s]")


@dataclass(frozen=True)
class Place:
    """Lines of a file, of which paper."""

    paper: str
    file: str
    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.file}:{self.first}-{self.last}"


@dataclass(frozen=True)
class Twin:
    """The same code in several places, and how many tokens long it is."""

    places: tuple[Place, ...]
    tokens: int


def warn(repository: Repository) -> list[str]:
    """Returns code that stands in two papers, the longest first."""
    sources = []
    for name, tree in repository.papers.items():
        for file in tree.ending(".py"):
            if file.startswith(f"{name}/"):
                text = tree.read(file).decode("utf-8", errors="replace")
                sources.append((name, str(tree.path / file), text))
    twins, count = find(sources, set(repository.named))
    said = []
    for twin in twins:
        first, second, *more = twin.places
        others = f" and in {len(more)} more papers" if more else ""
        said.append(
            f"{first} and {second}{others}: the same {twin.tokens} tokens, names aside. Move them into core."
        )
    if count > len(twins):
        said.append(f"and {count - len(twins)} more.")
    return said


def find(
    sources: Iterable[tuple[str, str, str]], papers: Set[str] | None = None
) -> tuple[list[Twin], int]:
    """Returns the longest code that stands in more than one paper, and how much there is in all.

    Each place is held against the first that has the same code, so that the cost grows with the length of all code
    and not with the number of pairs.

    Args:
      sources: Paper, file and text of every module.
      papers: One of them has the code; None for any.
    """
    listed = list(sources)
    numbers = {name: i for i, name in enumerate(dict.fromkeys(paper for paper, _, _ in listed))}
    codes = _Codes()
    streams = [list(map(codes.__getitem__, _TOKEN.findall(_plain(text)))) for _, _, text in listed]
    lengths = np.array([len(stream) for stream in streams], dtype=np.int64)
    if lengths.sum() < WINDOW:
        return [], 0
    tokens = np.concatenate([np.array(stream, dtype=np.int64) for stream in streams])
    file_of = np.repeat(np.arange(len(listed)), lengths)
    paper_of = np.array([numbers[paper] for paper, _, _ in listed])[file_of]
    windows = _fingerprints(tokens, len(codes))
    inside = file_of[: len(windows)] == file_of[WINDOW - 1 :]  # no window runs from file to file
    at = np.flatnonzero(inside)
    first = _first_of_same(windows[at], at)
    is_twin = paper_of[at] != paper_of[first]
    at, first = at[is_twin], first[is_twin]
    starts = np.cumsum(lengths) - lengths
    found: dict[tuple[int, int], dict[str, tuple[int, int]]] = {}
    for begin, origin, length in _runs(at, first, file_of):
        places = found.setdefault((origin, length), {})
        places.setdefault(listed[file_of[begin]][0], (begin, int(file_of[begin])))
    wanted = [
        (length, origin, places)
        for (origin, length), places in found.items()
        if papers is None or papers & {listed[file_of[origin]][0], *places}
    ]
    wanted.sort(key=lambda twin: (-twin[0], twin[1]))
    twins = []
    for length, origin, places in wanted[:_SHOWN]:
        spans = [(origin, int(file_of[origin])), *places.values()]
        here = [
            _place(listed[file], begin - int(starts[file]), length) for begin, file in spans[:2]
        ]
        more = [Place(paper, "", 0, 0) for paper in list(places)[1:]]
        twins.append(Twin((*here, *more), length))
    return twins, len(wanted)


class _Codes(dict[str, int]):
    """A number for each token; all variables have one, and all numbers."""

    _KEPT = frozenset(keyword.kwlist) | frozenset(dir(builtins))

    def __missing__(self, token: str) -> int:
        if token[0].isdigit():
            plain = "0"
        elif (token[0].isalpha() or token[0] == "_") and token not in self._KEPT:
            plain = "name"
        else:
            plain = "".join(token.split())
        self[token] = number = len(self) if plain == token else self[plain]
        return number


def _plain(text: str) -> str:
    """Returns a source without comments, imports, what strings hold, long lists and indents; the lines stay."""
    parts = _STRING_OR_COMMENT.split(text)  # code, string or comment, code ...
    for i in range(1, len(parts), 2):
        if parts[i][0] == "#":
            parts[i] = ""
        else:
            code = parts[i - 1]
            parts[i - 1] = code[:-2] + code[-2:].rstrip("rbfuRBFU")
            parts[i] = '"' + _lines_of(parts[i])
    lines = ["", *map(str.strip, "".join(parts).split("\n"))]
    text = _IMPORT.sub(lambda match: _lines_of(match[0]), "\n".join(lines))[1:]
    if not _IN_LIST.search(text):
        return text
    return _LIST.sub(lambda match: "0," + _lines_of(match[0]), text)


def _lines_of(text: str) -> str:
    return "\n" * text.count("\n")


def _fingerprints(tokens: NDArray[np.int64], kinds: int) -> NDArray[np.uint64]:
    """Returns a number for each window of tokens, by doubling: of 1, 2, 4 ... tokens."""
    values = np.random.default_rng(0).integers(1, 2**63, size=kinds, dtype=np.uint64)[tokens]
    factor, length = np.uint64(0x9E3779B97F4A7C15), 1
    with np.errstate(over="ignore"):
        while length < WINDOW:
            values = values[:-length] * factor + values[length:]
            factor, length = factor * factor, 2 * length
    return values


def _first_of_same(windows: NDArray[np.uint64], at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Returns for each window the place of the first that equals it."""
    order = np.argsort(windows, kind="stable")
    in_order = windows[order]
    is_new = np.ones(len(order), dtype=bool)
    is_new[1:] = in_order[1:] != in_order[:-1]
    firsts = order[np.flatnonzero(is_new)[np.cumsum(is_new) - 1]]
    result = np.empty_like(at)
    result[order] = at[firsts]
    return result


def _runs(
    at: NDArray[np.int64], first: NDArray[np.int64], file_of: NDArray[np.int64]
) -> list[tuple[int, int, int]]:
    """Returns where windows that follow each other equal windows that follow each other: begin, origin, tokens."""
    if len(at) == 0:
        return []
    follows = (np.diff(at) == 1) & (np.diff(first) == 1)
    follows &= (np.diff(file_of[at]) == 0) & (np.diff(file_of[first]) == 0)
    begins = np.flatnonzero(np.concatenate([[True], ~follows]))
    ends = np.concatenate([begins[1:], [len(at)]])
    return [
        (int(at[b]), int(first[b]), int(e - b) + WINDOW - 1)
        for b, e in zip(begins, ends, strict=True)
    ]


def _place(source: tuple[str, str, str], begin: int, length: int) -> Place:
    paper, file, text = source
    plain = _plain(text)
    matches = list(_TOKEN.finditer(plain))
    first, last = matches[begin].start(), matches[begin + length - 1].start()
    return Place(paper, file, plain.count("\n", 0, first) + 1, plain.count("\n", 0, last) + 1)
