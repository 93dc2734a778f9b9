# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a publication; as text, each is a line of the plan that a dry run prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from publishing.wanted import Release


@dataclass(frozen=True)
class Create:
    """Create the repository."""

    def __str__(self) -> str:
        return "create the repository, public and empty"


@dataclass(frozen=True)
class Push:
    """Move refs forward, all or none."""

    refs: Mapping[str, str]

    def __str__(self) -> str:
        names = [f"{name.split('/', 2)[2]} at {id_[:12]}" for name, id_ in self.refs.items()]
        return f"push, all or nothing: {', '.join(names)}"


@dataclass(frozen=True)
class Change:
    """Set some of the repository's settings."""

    settings: Mapping[str, str]

    def __str__(self) -> str:
        return "; ".join(f"set {key} to “{value}”" for key, value in self.settings.items())


@dataclass(frozen=True)
class SetTopics:
    """Set the repository's topics."""

    topics: tuple[str, ...]

    def __str__(self) -> str:
        return f"set topics to {', '.join(self.topics)}"


@dataclass(frozen=True)
class Draft:
    """Draft a release, which nobody sees yet."""

    release: Release

    def __str__(self) -> str:
        return f"draft the release {self.release.tag} ({len(self.release.body):,} characters)"


@dataclass(frozen=True)
class Rewrite:
    """Mend a release's title and text."""

    release: Release

    def __str__(self) -> str:
        return f"mend the text of the release {self.release.tag}"


@dataclass(frozen=True)
class Remove:
    """Remove a file that was not uploaded whole, or that of a draft which is another one."""

    release: Release
    name: str
    id: int

    def __str__(self) -> str:
        return f"remove {self.name} from the release {self.release.tag}: it is not the whole file"


@dataclass(frozen=True)
class Upload:
    """Upload a file of a release."""

    release: Release
    name: str

    def __str__(self) -> str:
        return f"upload {self.name} ({len(self.release.assets[self.name]):,} bytes) to {self.release.tag}"


@dataclass(frozen=True)
class Reveal:
    """Publish a draft: from here on everybody sees the release."""

    release: Release

    def __str__(self) -> str:
        return f"publish the release {self.release.tag}"


Step = Create | Push | Change | SetTopics | Draft | Rewrite | Remove | Upload | Reveal
