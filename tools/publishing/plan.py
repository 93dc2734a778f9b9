# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be done so that a repository is as wanted: decided from what was seen, before anything is written.

Steps stand in the order in which they are done: what others see comes last, and whatever a cut leaves behind is
completed by the next call. If nothing is to be done there is no step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from publishing.errors import Refused
from publishing.steps import (
    Change,
    Create,
    Draft,
    Push,
    Remove,
    Reveal,
    Rewrite,
    SetTopics,
    Step,
    Upload,
)
from publishing.wanted import BODY_LIMIT, Release, Wanted, digest

MAIN = "refs/heads/main"


@dataclass(frozen=True)
class Seen:
    """A repository as GitHub shows it.

    Attributes:
      repository: What GitHub says about it, None if it is not there.
      refs: The id of each ref, and under a tag's name with `^{}` its commit.
      releases: What GitHub says about each of its releases, drafts included.
    """

    repository: Mapping | None = None
    refs: Mapping[str, str] = field(default_factory=dict)
    releases: tuple[Mapping, ...] = ()

    @property
    def main(self) -> str | None:
        return self.refs.get(MAIN)

    def tagged(self, tag: str) -> str | None:
        """Returns the commit that a tag stands at, None if there is no such tag."""
        name = f"refs/tags/{tag}"
        return self.refs.get(f"{name}^{{}}", self.refs.get(name))


def require_usable(seen: Seen, full_name: str) -> None:
    """Checks that a repository that is there may be written to and is the one that was meant.

    Raises:
      Refused: If it was renamed, is archived, or the token may not write to it.
    """
    there = seen.repository
    if there is None:
        return
    if there["full_name"].lower() != full_name.lower():
        raise Refused(
            f"{full_name} was renamed to {there['full_name']} on GitHub. Rename it back: published "
            "names never change."
        )
    if there.get("archived"):
        raise Refused(
            f"{full_name} is archived on GitHub. Unarchive it in its settings, or leave it at that."
        )
    if there.get("disabled"):
        raise Refused(
            f"{full_name} is disabled by GitHub. Its owner has to ask GitHub's support why."
        )
    if there.get("permissions", {}).get("push") is False:
        raise Refused(
            f"the token may read {full_name} but not write to it. It needs: Administration, "
            "Contents and Workflows: "
            "write on this repository."
        )


def require_forward(
    full_name: str,
    main: str | None,
    target: str,
    head: str,
    is_ancestor: Callable[[str, str], bool],
) -> bool:
    """Tells whether main has to be pushed.

    Args:
      full_name: The repository, for messages.
      main: Where its branch main stands, None if it has none.
      target: Where it is to stand.
      head: The newest split commit, of which `target` is one or an ancestor.
      is_ancestor: Tells whether one commit is another, or an ancestor of it.

    Raises:
      Refused: If something was merged there that is not here: main only ever moves forward.
    """
    if main is None:
        return True
    if is_ancestor(main, target):
        return main != target
    if is_ancestor(main, head):
        return False
    raise Refused(
        f"{full_name}: its branch main stands at {main[:12]}, which is not in the history here. Nothing is ever "
        "overwritten there. If something was merged there, bring it back first: nox -s bring_back -- "
        f"{full_name.rpartition('/')[2]}. If this checkout is old: git pull. If the repository is "
        "another one with "
        "the same name, rename that."
    )


def make_plan(
    wanted: Wanted,
    seen: Seen,
    tags: Mapping[str, str],
    push_main: bool,
    is_ancestor: Callable[[str, str], bool],
) -> list[Step]:
    """Returns the steps that make a repository as wanted.

    Args:
      wanted: What it is to be.
      seen: What it is.
      tags: The id of the annotated tag of each release.
      push_main: Whether its branch main has to move.
      is_ancestor: Tells whether one commit is another, or an ancestor of it.

    Raises:
      Refused: If that would change what was published under a version.
    """
    steps: list[Step] = []
    there = seen.repository
    if there is None:
        steps.append(Create())
    refs = {MAIN: wanted.main} if push_main else {}
    for release in wanted.releases:
        if _tag_is_new(wanted, seen, release, push_main, is_ancestor):
            refs[f"refs/tags/{release.tag}"] = tags[release.tag]
    if refs:
        steps.append(Push(refs))
    if there is not None:
        settings = {"description": wanted.description, "homepage": wanted.homepage}
        settings = {k: v for k, v in settings.items() if not _same_text(there.get(k), v)}
        if there.get("default_branch", "main") != "main":
            settings["default_branch"] = "main"
        if settings:
            steps.append(Change(settings))
    if there is None or tuple(sorted(there.get("topics") or ())) != wanted.topics:
        steps.append(SetTopics(wanted.topics))
    for release in wanted.releases:
        steps += _release_steps(wanted, seen, release)
    return steps


def _tag_is_new(
    wanted: Wanted,
    seen: Seen,
    release: Release,
    push_main: bool,
    is_ancestor: Callable[[str, str], bool],
) -> bool:
    there = seen.tagged(release.tag)
    if there is None:
        return True
    if there == release.commit:
        return False
    if push_main and is_ancestor(there, wanted.main):
        raise Refused(
            f"{wanted.full_name}: {release.tag} is published already, and there is something new since. Raise the "
            "version in pyproject.toml and CITATION.cff, say in CHANGELOG.md what is new, and commit."
        )
    raise Refused(
        f"{wanted.full_name}: the tag {release.tag} stands at {there[:12]}, not at "
        f"{release.commit[:12]} as published "
        "from here. Somebody moved it: move it back, or raise the version."
    )


def _release_steps(wanted: Wanted, seen: Seen, release: Release) -> list[Step]:
    if len(release.body) > BODY_LIMIT:
        raise Refused(
            f"the text of the release {release.tag} has {len(release.body):,} characters; GitHub "
            f"takes {BODY_LIMIT:,}. "
            "Shorten the changelog's section on it."
        )
    same = [there for there in seen.releases if there["tag_name"] == release.tag]
    if len(same) > 1:
        pages = ", ".join(str(there.get("html_url", there["id"])) for there in same)
        raise Refused(
            f"{wanted.full_name} has {len(same)} releases for the tag {release.tag}: {pages}. "
            "Delete all but one there."
        )
    assets = [Upload(release, name) for name in sorted(release.assets)]
    if not same:
        return [Draft(release), *assets, Reveal(release)]
    (there,) = same
    steps: list[Step] = []
    if not _same_text(there.get("body"), release.body) or there.get("name") != release.title:
        steps.append(Rewrite(release))
    for asset in there.get("assets", ()):
        content = release.assets.get(asset["name"])
        if content is not None and is_whole(asset, content):
            assets.remove(Upload(release, asset["name"]))
        elif content is None:
            continue  # somebody added it; it is no matter of ours
        elif there["draft"] or asset.get("state", "uploaded") != "uploaded":
            steps.append(Remove(release, asset["name"], asset["id"]))
        else:
            raise Refused(
                f"{wanted.full_name}: {asset['name']} of the published release {release.tag} is "
                "another file than here. "
                "What was published under a version stays: raise the version."
            )
    steps += assets
    if there["draft"]:
        steps.append(Reveal(release))
    return steps


def _same_text(there: str | None, wanted: str) -> bool:
    """Tells whether a text is the same but for how its lines end and for white space around it."""
    return (there or "").replace("\r\n", "\n").strip() == wanted.strip()


def is_whole(asset: Mapping, content: bytes) -> bool:
    """Tells whether a release's file on GitHub is the one that was meant."""
    return (
        asset.get("state", "uploaded") == "uploaded"
        and asset["size"] == len(content)
        and asset.get("digest") in (None, digest(content))
    )
