# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing names a host of a private network, or somebody's home folder: it says nothing to anybody else.

Caught are addresses of private networks (10.x, 172.16.x to 172.31.x, 192.168.x), hosts without a dot or under
endings such as .internal, .local or .lan in addresses with a scheme, and folders below /home and /Users. A line
that must name one says why, as in "allow P10: the reason".
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from ldlc.checks.tree import Tree
from ldlc.checks.words import WORDS, line_at, lines_with

CODE, TITLE, LOOKS_AT = "P10", "no private host or home folder", "files"

_NUMBER = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_PLACEHOLDERS = "localhost|host|hostname|server|example|address|domain|name|owner|user"
_ADDRESSES = {  # by what they begin with; they look back over it
    "10.": re.compile(rf"10\.(?<![\d.\w-]10\.){_NUMBER}(?:\.{_NUMBER}){{2}}(?![\d.]*\d)"),
    "192.168.": re.compile(rf"192\.168\.(?<![\d.\w-]192\.168\.){_NUMBER}\.{_NUMBER}(?![\d.]*\d)"),
    "172.": re.compile(
        rf"172\.(?<![\d.\w-]172\.)(?:1[6-9]|2\d|3[01])(?:\.{_NUMBER}){{2}}(?![\d.]*\d)"
    ),
}
_ENDINGS = r"\.(?:internal|intranet|corp|lan|local|localdomain|home\.arpa)"
_PATTERNS = (
    # What must stand in a line for a pattern to fit, which is fast to look for; and the pattern.
    (
        re.compile(_ENDINGS),
        re.compile(
            r"(?:\b[a-z][a-z0-9+.-]*://(?:[^\s/@\"']*@)?|\bgit@)"
            rf"((?:[a-z0-9-]+\.)*[a-z0-9-]+{_ENDINGS})(?![a-z0-9.-]*[a-z0-9])",
        ),
    ),
    (
        re.compile(r"://(?:[^\s/@\"']*@)?[a-z][a-z0-9-]{3,}[:/]"),
        re.compile(
            rf"\b(?:https?|ssh|git|ftp)://(?:[^\s/@\"']*@)?(?!(?:{_PLACEHOLDERS})\b)([a-z][a-z0-9-]{{3,}})"
            r"(?=:\d|/\w)",
        ),
    ),
    (
        re.compile(r"/(?:home|Users)/"),
        re.compile(
            r"(?<![\w.~}/-])(?:/home|/Users)/(?!(?:USER|user|NAME|name|you)\b)[A-Za-z_][\w.-]*"
        ),
    ),
)
_IN_LINES = WORDS.add(["://", "git@", "/home/", "/Users/"])
"""One of these stands in each line that one of the patterns fits."""
NEEDLES = _IN_LINES | WORDS.add(_ADDRESSES)
ALLOWED = re.compile(r"\ballow P10: \w")


def check(tree: Tree) -> list[str]:
    """Returns the lines that name a private host or a home folder."""
    return [
        f"{tree.path / name}:{line}: `{what}` means something on one network or machine only. Name a public "
        "address or a setting."
        for name in tree.names
        if (words := tree.words(name) & NEEDLES)
        for line, what in _found(tree.text(name), words)
    ]


@functools.lru_cache(maxsize=128)  # papers share their template's files and their locks
def _found(text: str, words: frozenset[str]) -> tuple[tuple[int, str], ...]:
    """Returns the numbers of the lines, of a text with these words, that name one, and what they name."""
    found: dict[int, str] = {}
    for begin, line, what in _matches(text, words):
        if begin not in found and not ALLOWED.search(line):
            found[begin] = what
    return tuple((text.count("\n", 0, begin) + 1, what) for begin, what in sorted(found.items()))


def _matches(text: str, words: frozenset[str]) -> Iterator[tuple[int, str, str]]:
    """Yields what is named, with its line and where that begins."""
    for beginning in words & _ADDRESSES.keys():
        for match in _ADDRESSES[beginning].finditer(text):
            yield *line_at(text, match.start()), match[0]
    for begin, line in lines_with(text, words & _IN_LINES):
        for hint, pattern in _PATTERNS:
            if hint.search(line) and (named := pattern.search(line)):
                yield begin, line, named[0]
