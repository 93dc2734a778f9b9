# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a distribution's metadata says of its licence to an SPDX expression, and from that to its kind.

Sources, the first that says something: the override table, `License-Expression`, the free text `License`, the
classifiers, the licence files. Free text that says less than a viral classifier does not outrank it.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from license_expression import ExpressionError, LicenseWithExceptionSymbol, get_spdx_licensing

TABLE = Path(__file__).with_name("licences.toml")

FAMILIES = (
    ("AGPL", r"AGPL-.*"),
    ("GPL", r"GPL-.*"),
    ("LGPL", r"LGPL-.*|LGPLLR"),
    ("SSPL", r"SSPL-.*"),
    ("EUPL", r"EUPL-.*"),
    ("CeCILL", r"CECILL-(?!B$).*"),
)
"""Viral families, by the SPDX identifiers of their licences; CECILL-B alone of its name is permissive."""

VIRAL = tuple(name for name, _ in FAMILIES)
FILE_LEVEL, PERMISSIVE, UNKNOWN = "MPL", "permissive", "unknown"


@dataclass(frozen=True)
class Ruling:
    """What an expression comes down to.

    Args:
      kind: "permissive", "MPL" (asks for its own files only), "unknown", or a viral family such as "LGPL".
      because: The identifiers that make it so.
    """

    kind: str
    because: tuple[str, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether this may be needed at run time."""
        return self.kind in (PERMISSIVE, FILE_LEVEL)


@dataclass(frozen=True)
class Found:
    """The licence of a distribution.

    Args:
      expression: An SPDX expression; None if nothing could be read as one.
      source: Where it was read, in a few words.
      said: What stood there.
    """

    expression: str | None
    source: str
    said: str


@functools.cache
def table() -> Mapping[str, Any]:
    """Returns what licences.toml holds."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


@functools.cache
def _licensing() -> Any:
    return get_spdx_licensing()


def parse(expression: str) -> Any:
    """Returns a parsed expression; None if it is none."""
    try:
        return _licensing().parse(expression)
    except ExpressionError:
        return None


def rule(expression: str, accepted: Collection[str] = ()) -> Ruling:
    """Returns what an expression comes down to: all of AND, the best of OR, what WITH leaves.

    Args:
      expression: An SPDX expression.
      accepted: Identifiers that were accepted although they are refused or unknown.
    """
    parsed = parse(expression)
    return Ruling(UNKNOWN, (expression,)) if parsed is None else _rule(parsed, frozenset(accepted))


def _rule(node: Any, accepted: frozenset[str]) -> Ruling:
    if isinstance(node, LicenseWithExceptionSymbol):
        if node.exception_symbol.key in table()["linking"]:
            return Ruling(PERMISSIVE, (str(node),))
        return Ruling(_kind(node.license_symbol.key, accepted), (str(node),))
    parts = getattr(node, "args", ())
    if not parts:
        return Ruling(_kind(node.key, accepted), (node.key,))
    rulings = [_rule(part, accepted) for part in parts]
    if node.operator.strip() == "OR":
        return min(rulings, key=_weight)
    worst = max(rulings, key=_weight)
    same = [b for ruling in rulings if ruling.kind == worst.kind for b in ruling.because]
    return Ruling(worst.kind, tuple(dict.fromkeys(same)))


def _kind(key: str, accepted: frozenset[str]) -> str:
    if key in accepted or key in table()["permissive"] or key in table()["proprietary"]:
        return PERMISSIVE
    if key == "LicenseRef-scancode-public-domain":
        return PERMISSIVE
    if re.fullmatch(r"MPL-.*", key):
        return FILE_LEVEL
    return next((name for name, keys in FAMILIES if re.fullmatch(keys, key)), UNKNOWN)


def _weight(ruling: Ruling) -> int:
    return (PERMISSIVE, FILE_LEVEL, UNKNOWN, *reversed(VIRAL)).index(ruling.kind)


@functools.lru_cache(maxsize=4096)
def metadata_of(distribution: Distribution) -> Message:
    """Returns the metadata of a distribution, without its description.

    `Distribution.metadata` parses all of it, at each look anew.
    """
    text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    return _headers(text.partition("\n\n")[0])


@functools.lru_cache(maxsize=4096)  # papers have most packages in common
def _headers(text: str) -> Message:
    return HeaderParser().parsestr(text)


def licence_of(distribution: Distribution) -> Found:
    """Returns the licence of an installed distribution."""
    metadata = metadata_of(distribution)
    name = re.sub(r"[-_.]+", "-", str(metadata["Name"])).lower()
    if override := table()["overrides"].get(name):
        return Found(override["licence"], "our override", override["why"])
    if said := _field(metadata, "License-Expression"):
        return Found(said, "its License-Expression", said)
    classifiers = [
        str(line).split(" :: ")[-1]
        for line in metadata.get_all("Classifier") or []
        if str(line).startswith("License :: ") and str(line) != "License :: OSI Approved"
    ]
    by_classifier = _all_of([table()["classifiers"].get(c) for c in classifiers])
    free = _field(metadata, "License")
    if expression := of_text(free):
        if by_classifier and rule(expression).passes and rule(by_classifier).kind in VIRAL:
            both = f"({expression}) AND ({by_classifier})"
            return Found(
                both, "its License and its classifiers", f"{free}; {', '.join(classifiers)}"
            )
        return Found(expression, "its License", free)
    if by_classifier:
        return Found(by_classifier, "its classifiers", ", ".join(classifiers))
    texts = {
        file.name: Path(str(distribution.locate_file(file)))
        for file in distribution.files or []
        if ".dist-info" in file.parts[0] and re.match(r"(LICEN[CS]E|COPYING)", file.name.upper())
    }
    expressions = [
        of_text(path.read_text(encoding="utf-8", errors="replace"))
        for path in texts.values()
        if path.is_file()
    ]
    if texts and (expression := _all_of(expressions)):
        return Found(expression, "its licence files", ", ".join(sorted(texts)))
    said = free or ", ".join(classifiers)
    return Found(None, "its metadata", " ".join(said.split())[:60] or "nothing")


def _field(metadata: Message, name: str) -> str:
    return str((metadata.get_all(name) or [""])[0]).strip()


def of_text(text: str) -> str | None:
    """Returns the expression that a name in free text, or the whole text of licences, stands for."""
    if not text:
        return None
    words = re.sub(r"[\s,;\"'“”]+", " ", text).strip(" .").casefold().removeprefix("the ")
    if alias := table()["aliases"].get(words):
        return str(alias)
    if len(text) < 200 and (parsed := parse(text)) is not None:
        unknown = _licensing().unknown_license_keys(parsed)
        if not unknown:
            return str(parsed)
    return _all_of([identifier for identifier, fits in _TEXTS if fits(words)])


def _all_of(expressions: Collection[str | None]) -> str | None:
    """Returns the expressions joined by AND; None if there are none, or one could not be read."""
    known = list(dict.fromkeys(expressions))
    if not known or None in known:
        return None
    return " AND ".join(f"({e})" if " OR " in str(e) and len(known) > 1 else str(e) for e in known)


def _says(*phrases: str, without: str = "") -> Any:
    return lambda words: all(p in words for p in phrases) and not (without and without in words)


def _gnu(kind: str, version: str) -> Any:
    title = re.compile(
        rf"gnu {kind}general public license version {version} (?:\d+ )?[a-z]+ \d{{4}}"
    )
    return lambda words: title.search(words) is not None


_BSD = "redistributions of source code must retain the above copyright notice"
_ENDORSE = "to endorse or promote products derived from this software without"
_TEXTS: tuple[tuple[str, Any], ...] = (
    ("MIT", _says("permission is hereby granted free of charge to any person obtaining a copy")),
    ("BSD-3-Clause", _says(_BSD, _ENDORSE)),
    ("BSD-2-Clause", _says(_BSD, without=_ENDORSE)),
    ("Apache-2.0", _says("apache license version 2.0")),
    ("ISC", _says("permission to use copy modify and/or distribute this software for any purpose")),
    ("Zlib", _says("altered source versions must be plainly marked as such")),
    ("BSL-1.0", _says("boost software license - version 1.0")),
    ("Unlicense", _says("this is free and unencumbered software released into the public domain")),
    ("CC0-1.0", _says("cc0 1.0 universal")),
    ("PSF-2.0", _says("python software foundation license version 2")),
    ("MPL-2.0", _says("mozilla public license version 2.0")),
    ("GPL-2.0-only", _gnu("", "2")),
    ("GPL-3.0-only", _gnu("", "3")),
    ("LGPL-2.0-only", _gnu("library ", "2")),
    ("LGPL-2.1-only", _gnu("lesser ", r"2\.1")),
    ("LGPL-3.0-only", _gnu("lesser ", "3")),
    ("AGPL-3.0-only", _gnu("affero ", "3")),
    ("GPL-1.0-or-later", _says("the terms of the gnu general public license")),
    ("LGPL-2.0-or-later", _says("the terms of the gnu lesser general public license")),
    ("AGPL-3.0-or-later", _says("the terms of the gnu affero general public license")),
    ("SSPL-1.0", _says("server side public license")),
    ("EUPL-1.2", _says("european union public licence")),
    ("CECILL-2.1", _says("cecill", "free software license agreement")),
)
"""What is looked for in whole texts, with spaces and punctuation between words folded, in small letters."""
