# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether any of many words occurs in any of many files, far faster than by looking for one after another."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Iterator, Sequence

_BATCH = 1 << 20  # bytes that are gone through at once
_COMMON = " etaoinsrldcm.0123456789_puhg-/=\"'"
"""Characters that code, records and figures have many of, the most frequent first."""


class Words:
    """Words that are looked for together.

    Where numpy is loaded, that is one pass over the pairs of bytes. They do not overlap, so a word is known by two
    of its own: by one where it begins with a pair, by the other where it begins within one.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words: frozenset[str] = frozenset()
        self.add(words)

    def add(self, words: Iterable[str]) -> frozenset[str]:
        """Has words looked for from now on, and returns them.

        Args:
          words: Of ASCII characters; at most some 100 in all.
        """
        added = frozenset(words)
        self._words |= added
        self.__dict__.pop("_pairs", None)
        return added

    def found_in(self, contents: Sequence[bytes]) -> list[frozenset[str]]:
        """Returns those that occur in each of many files, by what these hold."""
        if "numpy" not in sys.modules:  # a hook has none, and few files are not worth its import
            return [frozenset(w for w in self._words if w.encode() in held) for held in contents]
        found: list[frozenset[str]] = []
        for begin, end in _batches(contents):
            found += self._pairs.found_in(contents[begin:end])
        return found

    @functools.cached_property
    def _pairs(self) -> _Pairs:
        return _Pairs(sorted(self._words))


class _Pairs:
    """Words by their pairs of bytes, one word a pair, each with its first three or four bytes."""

    def __init__(self, words: Iterable[str]) -> None:
        import numpy as np

        self._number_of = np.zeros(1 << 16, dtype=np.uint8)  # of each pair; 0: of no word
        self._words, self._unpaired = [""], set[str]()
        rows = [(0, 0, 0)]
        for word in words:
            for begin in (0, 1):
                pairs = {i: word[i : i + 2].encode() for i in range(begin, len(word) - 1, 2)}
                codes = {i: int.from_bytes(pair, "little") for i, pair in pairs.items()}
                free = [i for i, code in codes.items() if not self._number_of[code]]
                if len(word) < 3 or not free:
                    self._unpaired.add(word)
                    break
                offset = min(free, key=lambda i: _frequency(word[i : i + 2]))
                self._number_of[codes[offset]] = len(self._words)
                self._words.append(word)
                head = word[:4].encode()
                rows.append((offset, int.from_bytes(head, "little"), (1 << 8 * len(head)) - 1))
        self._offset, self._head, self._mask = np.array(rows, dtype=np.int64).T

    def found_in(self, contents: Sequence[bytes]) -> list[frozenset[str]]:
        """Returns those that occur in each of many files, by what these hold."""
        import numpy as np

        whole = b"\n".join([*contents, bytes(3)])
        numbers = self._number_of.take(np.frombuffer(whole, dtype="<u2", count=len(whole) // 2))
        places = numbers.astype(bool).nonzero()[0]
        numbers = numbers[places]
        begins = np.maximum(2 * places - self._offset[numbers], 0)
        heads = np.ndarray(len(whole) - 3, dtype="<u4", buffer=whole, strides=(1,))
        is_head = (heads[begins] ^ self._head[numbers]) & self._mask[numbers] == 0
        ends = np.cumsum([len(content) + 1 for content in contents])
        files = np.searchsorted(ends, begins[is_head], side="right")
        maybe = set(zip(files.tolist(), numbers[is_head].tolist(), strict=True))
        found: list[set[str]] = [set() for _ in contents]
        for file, number in maybe:
            if self._words[number].encode() in contents[file]:
                found[file].add(self._words[number])
        for word in self._unpaired:
            for words, content in zip(found, contents, strict=True):
                if word.encode() in content:
                    words.add(word)
        return [frozenset(words) for words in found]


WORDS = Words()
"""Those of all checks: each adds its own, so that files are gone through once."""


def lines_with(text: str, words: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yields where lines begin that hold one of some words, and the lines."""
    for word in words:
        at = text.find(word)
        while at >= 0:
            begin, line = line_at(text, at)
            yield begin, line
            at = text.find(word, begin + len(line))


def line_at(text: str, at: int) -> tuple[int, str]:
    """Returns where the line around a place begins, and the line."""
    begin, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    return begin, text[begin : len(text) if end < 0 else end]


def _batches(contents: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Yields where files that are gone through at once begin, and where they end."""
    begin, size = 0, 0
    for end, content in enumerate(contents):
        if size and size + len(content) > _BATCH:
            yield begin, end
            begin, size = end, 0
        size += len(content)
    if begin < len(contents):
        yield begin, len(contents)


def _frequency(pair: str) -> float:
    """Returns about how often a pair occurs, to choose the rarest by."""
    first, second = (rank + 1 if rank >= 0 else 64 for rank in map(_COMMON.find, pair))
    return 1 / (first * second)
