# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing looks like a secret: a private key, a service's token, a password in an address or beside its name.

Whatever was committed once must be taken for known: withdraw it where it is valid, then remove it. A line that
only looks like one says why, as in "allow P11: the reason".
"""

from __future__ import annotations

import functools
import re

from ldlc.checks.tree import Tree
from ldlc.checks.words import WORDS, lines_with

CODE, TITLE, LOOKS_AT = "P11", "no secret-looking string", "files"

_PATTERNS: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    # What it looks like; what must occur, which is fast to look for; the pattern, its first group the secret.
    (
        "a private key",
        ("PRIVATE KEY",),
        re.compile(r"(-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----)"),
    ),
    (
        "a GitHub token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})\b"),
    ),
    ("a GitLab token", ("glpat-",), re.compile(r"\b(glpat-[\w-]{20,})")),
    ("a package index's token", ("pypi-AgE",), re.compile(r"\b(pypi-AgE[\w-]{50,})")),
    ("an npm token", ("npm_",), re.compile(r"\b(npm_[A-Za-z0-9]{36})\b")),
    ("a Hugging Face token", ("hf_",), re.compile(r"\b(hf_[A-Za-z0-9]{34,})\b")),
    ("an API key", ("sk-",), re.compile(r"\b(sk-(?:[a-z]+-)*[A-Za-z0-9_-]{32,})")),
    ("an AWS key", ("AKIA", "ASIA"), re.compile(r"\b((?:AKIA|ASIA)[A-Z2-7]{16})\b")),
    ("a Google key", ("AIza",), re.compile(r"\b(AIza[\w-]{35})(?![\w-])")),
    ("a Slack token", ("xox",), re.compile(r"\b(xox[abeoprs]-[A-Za-z0-9-]{20,})")),
    ("a Stripe key", ("k_live_",), re.compile(r"\b([rs]k_live_[A-Za-z0-9]{20,})\b")),
    (
        "a signed web token",
        ("eyJ",),
        re.compile(r"\b(eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,})"),
    ),
    (
        "a password in an address",
        ("://",),
        re.compile(
            r"://[^\s:/@\"'{}<>$]+:([^\s:/@\"'{}<>$*]{3,})@"
            r"(?!localhost\b|(?:[\w-]+\.)*(?:example\.(?:com|net|org)|invalid|test)\b)[\w.-]"  # nobody's
        ),
    ),
    (
        "a secret beside its name",
        ("assw", "ASSW", "ecret", "ECRET", "oken", "OKEN", "pi_key", "piKey", "PI_KEY", "pi-key"),
        re.compile(
            r"(?i:passw(?:or)?d|secret|token|api[_-]?key)[\w-]*[\"']?\s*[:=]\s*[\"']([^\s\"'{}<>$]{16,})[\"']"
        ),
    ),
)
NEEDLES = WORDS.add(needle for _, needles, _ in _PATTERNS for needle in needles)
ALLOWED = re.compile(r"\ballow P11: \w")


def check(tree: Tree) -> list[str]:
    """Returns the lines with what looks like a secret, of which at most four characters are shown."""
    return [
        f"{tree.path / name}:{line}: {what}. Withdraw it where it is valid, and read it from the environment "
        "instead."
        for name in tree.names
        if (words := tree.words(name) & NEEDLES)
        for line, what in _found(tree.text(name), words)
    ]


@functools.lru_cache(maxsize=128)  # papers share their template's files and their locks
def _found(text: str, words: frozenset[str]) -> tuple[tuple[int, str], ...]:
    """Returns the numbers of the lines, of a text with these words, with what looks like a secret, and which."""
    found: dict[int, str] = {}
    for kind, needles, pattern in _patterns(words):
        for begin, line in lines_with(text, needles):
            match = pattern.search(line)
            if not match or begin in found or ALLOWED.search(line):
                continue
            if kind == "a secret beside its name" and not _is_random(match[1]):
                continue
            found[begin] = f"`{shortened(match[1])}` looks like {kind}"
    return tuple((text.count("\n", 0, begin) + 1, what) for begin, what in sorted(found.items()))


@functools.cache  # many texts have the same words
def _patterns(words: frozenset[str]) -> list[tuple[str, list[str], re.Pattern[str]]]:
    """Returns the patterns that can fit in a text with these words, each with its own of them."""
    own = [(kind, [w for w in needles if w in words], p) for kind, needles, p in _PATTERNS]
    return [(kind, needles, pattern) for kind, needles, pattern in own if needles]


def shortened(secret: str) -> str:
    """Returns the beginning of a secret, at most a quarter of it, and its length."""
    return f"{secret[: min(4, len(secret) // 4)]}... ({len(secret)} characters)"


def _is_random(text: str) -> bool:
    """Returns whether this is no word or sentence: it mixes letters and digits, of many kinds."""
    has_both = re.search(r"\d", text) and re.search(r"[A-Za-z]", text)
    return bool(has_both) and len(set(text)) >= 10
