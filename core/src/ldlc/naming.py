# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The naming rule: one name for a paper's folder, repository, distribution and import.

Only the standard library is used and nothing else of the package: the template loads this file by
its path, in an environment that has no `ldlc`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

FIRST_YEAR, LAST_YEAR = 1600, 2999
LONGEST_NAME = 100  # characters that GitHub allows in the name of a repository
NAMED_AUTHORS = 3

# Letters that Unicode decomposition leaves whole.
_FOLDED = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i",
}  # fmt: skip
_FOLDED |= {
    letter.upper(): ascii_.capitalize() for letter, ascii_ in _FOLDED.items() if letter not in "ßı"
}
_FOLDED["ẞ"] = "Ss"

# Apostrophes in all their forms, the dot of Catalan, and what is not seen at all.
_VANISHING = frozenset("'’‘‛ʼʻʽˈ′‵`´ʹʾʿˊˋ＇·\u00ad\u200b\u200c\u200d\u2060\ufeff")

_SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}
_CONNECTIVES = {"y", "e", "i"}  # as in Ramón y Cajal: the word before belongs to the name
_PARTICLES = {
    "van", "von", "vom", "vander", "vanden", "der", "den", "de", "del", "della", "delle",
    "dello", "dei", "degli", "des", "do", "dos", "da", "das", "di", "du", "la", "las", "le",
    "les", "lo", "los", "el", "al", "bin", "ibn", "ben", "bint", "ter", "ten", "te", "zu",
    "zum", "zur", "af", "av",
}  # fmt: skip
_ORGANISATIONS = {
    "association", "center", "centre", "collaboration", "committee", "company", "consortium",
    "corporation", "council", "department", "foundation", "group", "inc", "initiative",
    "institute", "laboratory", "labs", "ltd", "network", "organisation", "organization",
    "project", "society", "team", "university",
}  # fmt: skip

_NAME = re.compile(r"(?P<authors>[A-Z][A-Za-z]*)(?P<year>[0-9]{4})_(?P<counter>[1-9][0-9]*)")


class NamingError(ValueError):
    """An author, a year or a name that the naming rule refuses."""


class Author(NamedTuple):
    """An author as written, in parts; an organisation is all family name."""

    family: str
    given: str
    organisation: bool


class Name(NamedTuple):
    """The parts of a repository's name."""

    authors: str
    year: int
    counter: int


def repository_name(authors: Sequence[str], year: int, counter: int = 1) -> str:
    """Returns the one name of a paper, such as `KingmaBa2014_1`.

    Args:
      authors: Every author in the paper's order, "Family, Given" or "Given Family"; a patent's
        inventors.
      year: Year of publication; of the priority date for a patent.
      counter: 1 for the first paper of these authors and year, 2 for the second.

    Raises:
      NamingError: If an author gives no name, or the year or counter is out of range.
    """
    if isinstance(counter, bool) or not isinstance(counter, int) or counter < 1:
        raise NamingError(
            f"`counter` must be a whole number from 1 on, got {counter!r}. Start at 1."
        )
    name = f"{stem(authors, year)}_{counter}"
    if len(name) > LONGEST_NAME:
        raise NamingError(
            f"`{_short(name)}` has {len(name)} characters; the name of a repository may have "
            f"{LONGEST_NAME}. Give shorter forms of the family names."
        )
    return name


def stem(authors: Sequence[str], year: int) -> str:
    """Returns a name without its counter, such as `KingmaBa2014`.

    Raises:
      NamingError: If an author gives no name or the year is out of range.
    """
    if isinstance(authors, str):
        raise NamingError(
            f"`authors` must be a list of names, got the text {_short(authors)!r}. Split it."
        )
    if not authors:
        raise NamingError("`authors` is empty. Give every author, in the paper's order.")
    if isinstance(year, bool) or not isinstance(year, int) or not FIRST_YEAR <= year <= LAST_YEAR:
        raise NamingError(
            f"`year` must have four digits, from {FIRST_YEAR} to {LAST_YEAR}, got {year!r}. "
            "Give the year of publication, or of a patent's priority date."
        )
    families = "".join(family_name(author) for author in authors[:NAMED_AUTHORS])
    return f"{families}{'EtAl' if len(authors) > NAMED_AUTHORS else ''}{year}"


def family_name(author: str) -> str:
    """Returns an author's family name as ASCII letters in CamelCase: `VanDenOord`, `OReilly`.

    Every word starts with a capital and keeps its own inner capitals; particles belong to the
    name, suffixes do not.

    Args:
      author: "Family, Given" or "Given Family", or the name of an organisation.

    Raises:
      NamingError: If the text is not one author's name, or has letters that no rule folds to ASCII.
    """
    family = split_author(author).family
    name = "".join(word[0].upper() + word[1:] for word in _fold(family, author).split())
    if not name:
        raise _untranslatable(author, "no letters")
    return name


def split_author(author: str) -> Author:
    """Returns the family name and the given names of an author, as they are written.

    "Family, Given" is taken as it stands, but particles that end the given names ("Oord, Aaron van
    den") move to the family name. In "Given Family" the family name is the last word and the
    particles before it. A name that ends in a word such as "Collaboration" or stands in braces is
    an organisation's, kept whole but for a leading "The".

    Raises:
      NamingError: If the text is not one author's name.
    """
    text = " ".join(author.split())
    if not text:
        raise NamingError("`authors` has an empty name. Remove it or write `Family, Given`.")
    if text.startswith("{") and text.endswith("}"):
        return Author(text[1:-1].strip(), "", True)
    if re.fullmatch(r"(and )?(others|et\.? al\.?)", text, re.IGNORECASE):
        raise NamingError(
            f"`{text}` is not an author. Write out the first {NAMED_AUTHORS} at least: they make the name."
        )
    first, *rest = [part.strip() for part in text.split(",")]
    if not first:
        raise NamingError(
            f"`{_short(text)}` has no family name before its comma. Write `Family, Given`."
        )
    parts = [first, *(part for part in rest if part and not _is_suffix(part))]
    if len(parts) > 2 or (len(parts) == 1 and re.search(r" (and|und|et|&) ", text, re.IGNORECASE)):
        raise NamingError(
            f"`{_short(text)}` reads like several authors. Give them one by one, as `Family, Given`."
        )
    words = _without_suffix(parts[0].split())
    if len(words) > 1 and any(word.strip(".").lower() in _ORGANISATIONS for word in words):
        return Author(" ".join(words[1:] if words[0].lower() == "the" else words), "", True)
    if len(parts) == 2:
        given = parts[1].split()
        start = len(given)
        while start > 1 and given[start - 1] in _PARTICLES:
            start -= 1
        return Author(" ".join(given[start:] + words), " ".join(given[:start]), False)
    if len(words) > 1 and re.fullmatch(r"(\w\.)+", words[-1]):
        raise NamingError(
            f"`{_short(text)}` ends in an initial, so its family name is not clear. Write `Family, Given`."
        )
    start = _family_start(words)
    return Author(" ".join(words[start:]), " ".join(words[:start]), False)


def parse(name: str) -> Name:
    """Returns the parts of a repository's name.

    Raises:
      NamingError: If the text is not such a name.
    """
    match = _NAME.fullmatch(name) if len(name) <= LONGEST_NAME else None
    if match is None or not FIRST_YEAR <= int(match["year"]) <= LAST_YEAR:
        raise NamingError(
            f"`{_short(name)}` is not the name of a paper. Write family names, year and counter, as in "
            "KingmaBa2014_1."
        )
    return Name(match["authors"], int(match["year"]), int(match["counter"]))


def _family_start(words: list[str]) -> int:
    """Returns where the family name starts in "Given Family": at its particles, if it has any."""
    if words[0] in _PARTICLES:  # no given name
        return 0
    start = len(words) - 1
    while start > 1:
        before = words[start - 1]
        if before in _CONNECTIVES and start > 2:
            start -= 2
        elif before.lower() in _PARTICLES or before.islower():
            start -= 1
        else:
            break
    return start


def _without_suffix(words: list[str]) -> list[str]:
    while len(words) > 1 and _is_suffix(words[-1]):
        words = words[:-1]
    return words


def _is_suffix(text: str) -> bool:
    return text.rstrip(".").lower() in _SUFFIXES


def _fold(text: str, author: str) -> str:
    """Returns `text` as words of ASCII letters, each with the capitals that it has."""
    letters = []
    for character in text:
        if character in _VANISHING:  # asked first: ´ would decompose into a blank and a mark
            continue
        for part in unicodedata.normalize("NFKD", character):
            part = _FOLDED.get(part, part)
            if part in _VANISHING:
                continue
            if part.isascii():
                letters.append(part if part.isalpha() else " ")
            elif unicodedata.category(part).startswith("L"):
                raise _untranslatable(author, f"the letter `{character}`")
            elif not unicodedata.category(part).startswith("M"):
                letters.append(" ")
    return "".join(letters)


def _untranslatable(author: str, what: str) -> NamingError:
    return NamingError(
        f"the family name of `{_short(author)}` has {what}, from which no ASCII letters follow. "
        "Give a transliteration, the authors' own where the paper has one: `Li, Fei` for 李飞."
    )


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
