# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a published repository is to be: its texts, its branch main, its releases."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

BODY_LIMIT = 125_000
"""Characters that GitHub takes in the text of a release."""

DESCRIPTION_LIMIT = 350
TOPICS = ("machine-learning", "replication", "reproducibility")


@dataclass(frozen=True)
class Release:
    """A release: an annotated tag, a text, and files beside it.

    Attributes:
      tag: Its tag, such as "v0.1.0".
      commit: The published commit that the tag stands at.
      title: What it is called.
      body: Its text, in Markdown.
      assets: The content of each file, by its name.
    """

    tag: str
    commit: str
    title: str
    body: str
    assets: Mapping[str, bytes]


@dataclass(frozen=True)
class Wanted:
    """A repository as it is to be on GitHub.

    Attributes:
      name: Its name.
      owner: The user or organisation.
      main: The commit that its branch main is to stand at.
      description: One line.
      homepage: An address, or nothing.
      topics: Its topics, sorted.
      releases: Its releases, the oldest first.
    """

    name: str
    owner: str
    main: str
    description: str
    homepage: str
    topics: tuple[str, ...]
    releases: tuple[Release, ...]

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"


def digest(content: bytes) -> str:
    """Returns the digest of an asset as GitHub writes it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def one_line(text: str) -> str:
    """Returns a description as GitHub takes it: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= DESCRIPTION_LIMIT else line[: DESCRIPTION_LIMIT - 1] + "…"


def topics(*words: str) -> tuple[str, ...]:
    """Returns topics as GitHub takes them: lower case, letters, digits and hyphens, at most 20, sorted."""
    plain = [re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-")[:50] for word in (*TOPICS, *words)]
    return tuple(sorted(list(dict.fromkeys(filter(None, plain)))[:20]))


def pack(files: Mapping[str, bytes]) -> bytes:
    """Returns a zip archive that has the same bytes everywhere: no times, no modes, no compression."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            member = zipfile.ZipInfo(name)  # 1980-01-01
            member.create_system = 3
            member.external_attr = 0o100644 << 16
            archive.writestr(member, content)
    return packed.getvalue()


def absolute_links(text: str, address: str) -> str:
    """Returns a Markdown text whose links to files lead to a published tree; a release has no files beside it.

    Args:
      text: The text, with links in Markdown's and in HTML's form.
      address: The repository's address and the tag, as in "https://github.com/O/N/{kind}/v0.1.0/", where kind
        becomes `raw` for images and `blob` for all else.
    """

    def lead(match: re.Match[str]) -> str:
        before, target, after = match.groups()
        if re.match(r"[a-z]+:|[#/]", target):
            return match[0]
        kind = "raw" if before.startswith(("!", "<img", "src")) else "blob"
        return f"{before}{address.format(kind=kind)}{target}{after}"

    text = re.sub(r"(!?\[[^\]\n]*\]\()([^)\s]+)(\))", lead, text)
    return re.sub(r"""((?:src|href)=")([^"]+)(")""", lead, text)
