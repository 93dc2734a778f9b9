# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What core's repository is to be: its newest release, and all releases with their wheels."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from publishing.errors import Refused
from publishing.splitter import Split
from publishing.wanted import Release, Wanted, one_line, topics

FOLDER = "core"
DEFAULT_NAME = "ldlc-core"
"""Its repository, unless its pyproject.toml names another: the monorepo has the name `ldlc` itself."""


def version(files: Mapping[str, bytes]) -> str:
    """Returns the version that core's files have."""
    return str(_project(files)["version"])


def released_commits(history: Split, listed: Mapping[str, str]) -> dict[str, str]:
    """Returns the split commit of each released version, the oldest first.

    Args:
      history: The split of `core/`.
      listed: The tree of each version, as in releases.toml.

    Raises:
      Refused: If core was never released, or a release is not in the history of the head.
    """
    if not listed:
        raise Refused("core was never released. Run: nox -s release_core -- X.Y.Z")
    first: dict[str, str] = {}
    for commit in history.of.values():
        if commit is not None:
            first.setdefault(history.trees[commit], commit)
    for version, tree in listed.items():
        if tree not in first:
            raise Refused(
                f"releases.toml: the tree {tree[:12]} of core {version} is not in this branch's history of core/. "
                "Publish from the branch main that holds the release."
            )
    return {version: first[tree] for version, tree in listed.items()}


def releases(
    files: Mapping[str, bytes],
    commits: Mapping[str, str],
    origin: Callable[[str], str | None],
    wheel: Callable[[str], Path],
) -> tuple[Release, ...]:
    """Returns all of core's releases, the oldest first, each with its wheel.

    Args:
      files: Core's files as they were released last.
      commits: The split commit of each version.
      origin: Finds the commit of the monorepo that a split commit was made from.
      wheel: Finds the wheel of a version.
    """
    changelog = files.get("CHANGELOG.md", b"").decode("utf-8", "replace")
    found = []
    for version, commit in commits.items():
        news = re.search(rf"^## {re.escape(version)}\b.*\n((?:(?!## ).*\n?)*)", changelog, re.M)
        file = wheel(version)
        body = (
            f"{news[1].strip() if news else ''}\n\n---\n\nPublished from `{FOLDER}` at `{origin(commit)}`.\n"
            f"SHA-256 of the wheel: `{file.parent.name}`.\n"
        )
        assets = {file.name: file.read_bytes()}
        found.append(Release(f"core-{version}", commit, f"ldlc {version}", body.lstrip(), assets))
    return tuple(found)


def wanted(
    files: Mapping[str, bytes], full_name: str, main: str, releases: tuple[Release, ...]
) -> Wanted:
    """Returns what core's repository is to be.

    Args:
      files: Core's files at the commit `main`.
      full_name: "OWNER/NAME".
      main: The commit that the branch main is to stand at: the newest release.
      releases: All releases.
    """
    owner, name = full_name.split("/")
    about = _project(files)
    words = topics("python", *about.get("keywords", ()))
    return Wanted(name, owner, main, one_line(about["description"]), "", words, releases)


def _project(files: Mapping[str, bytes]) -> Mapping:
    return tomllib.loads(files["pyproject.toml"].decode())["project"]
