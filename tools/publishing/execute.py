# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does the steps of a plan, one by one, and checks afterwards that the repository is as wanted.

An answer that was lost is no failure: what it was about is looked up, and only then taken as done or not.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Sequence

from publishing.errors import Unfinished
from publishing.github import GitHub, GitHubError
from publishing.plan import is_whole
from publishing.remote import PushRefused, Remote
from publishing.repository import GitError
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
from publishing.wanted import Release, Wanted, digest

LOOKS = 4
"""How often GitHub is asked whether everything is there: what it says lags behind what it did."""


def execute(
    wanted: Wanted,
    steps: Sequence[Step],
    github: GitHub,
    remote: Remote,
    say: Callable[[str], None],
) -> None:
    """Does the steps in their order.

    Raises:
      Unfinished: If one fails; it says which, and the next call completes the rest.
    """
    doing = _Doing(wanted, github, remote)
    for number, step in enumerate(steps):
        try:
            doing.do(step)
        except (GitHubError, PushRefused, GitError) as error:
            raise Unfinished(
                f"{wanted.full_name}: step {number + 1} of {len(steps)} failed, {_first(str(step))}.\n{error}\n"
                "What is done stays, and the same command goes on from there."
            ) from error
        say(f"  done: {step}")


class _Doing:
    def __init__(self, wanted: Wanted, github: GitHub, remote: Remote) -> None:
        self.wanted, self.github, self.remote = wanted, github, remote
        self.path = f"/repos/{wanted.full_name}"
        self.default_branch = "main"
        self.drafts: dict[str, dict] = {}

    def do(self, step: Step) -> None:
        match step:
            case Create():
                self.create()
            case Push(refs):
                self.remote.push(dict(refs))
                if (
                    self.default_branch != "main"
                ):  # what the owner's settings say for new repositories
                    self.github.write("PATCH", self.path, {"default_branch": "main"})
            case Change(settings):
                self.github.write("PATCH", self.path, dict(settings))
            case SetTopics(names):
                self.github.write("PUT", f"{self.path}/topics", {"names": list(names)})
            case Draft(release):
                self.draft(release)
            case Rewrite(release):
                changes = {"name": release.title, "body": release.body}
                self.github.write("PATCH", self.release_path(release), changes)
            case Remove(_, _, id_):
                self.github.write("DELETE", f"{self.path}/releases/assets/{id_}")
            case Upload(release, name):
                self.upload(release, name)
            case Reveal(release):
                self.github.write("PATCH", self.release_path(release), {"draft": False})

    def create(self) -> None:
        settings = {
            "name": self.wanted.name,
            "description": self.wanted.description,
            "homepage": self.wanted.homepage,
            "private": False,
            "has_wiki": False,
            "has_projects": False,
            "auto_init": False,
        }
        kind = self.github.get(f"/users/{self.wanted.owner}")["type"]
        path = "/user/repos" if kind == "User" else f"/orgs/{self.wanted.owner}/repos"
        try:
            made = self.github.write("POST", path, settings)
        except GitHubError as error:
            if not error.unsure and error.status != 422:
                raise
            made = self.github.get(self.path, missing=None)
            if made is None and error.status == 422:
                raise GitHubError(
                    f"{error} If it says that the name exists, the token does not see the "
                    "repository: give it access to "
                    f"{self.wanted.full_name}.",
                    error.status,
                ) from None
            if made is None:
                raise
        self.default_branch = made.get("default_branch", "main")

    def draft(self, release: Release) -> None:
        path, failure = f"{self.path}/releases", None
        try:
            about = {
                "tag_name": release.tag,
                "name": release.title,
                "body": release.body,
                "draft": True,
            }
            made = self.github.write("POST", path, about)
        except GitHubError as error:
            if not error.unsure and error.status != 422:  # 422: somebody else drafted it
                raise
            made, failure = None, error
        same = [there for there in self.github.pages(path) if there["tag_name"] == release.tag]
        first = min(same, key=lambda there: there["id"], default=None)
        if first is None:
            raise failure or GitHubError(
                f"POST {path}: the draft does not show yet. Wait a minute."
            )
        if made is not None and first["id"] != made["id"]:
            self.github.write("DELETE", f"{path}/{made['id']}")
            raise GitHubError(
                f"somebody else is publishing {release.tag} at this moment; our second draft of it "
                "was taken back. "
                "Wait a minute."
            )
        self.drafts[release.tag] = first

    def found(self, release: Release) -> dict:
        if release.tag not in self.drafts:
            same = (
                r
                for r in self.github.pages(f"{self.path}/releases")
                if r["tag_name"] == release.tag
            )
            self.drafts[release.tag] = next(same)
        return self.drafts[release.tag]

    def release_path(self, release: Release) -> str:
        return f"{self.path}/releases/{self.found(release)['id']}"

    def upload(self, release: Release, name: str) -> None:
        content = release.assets[name]
        try:
            self.github.upload(self.found(release)["upload_url"], name, content)
        except GitHubError as error:
            if not error.unsure and error.status != 422:
                raise
            there = self.github.get(self.release_path(release)).get("assets", ())
            if not any(asset["name"] == name and is_whole(asset, content) for asset in there):
                raise


def verify(wanted: Wanted, tags: dict[str, str], github: GitHub, remote: Remote) -> None:
    """Checks that a repository is as wanted, and that a visitor without a token gets core's wheel from it.

    Raises:
      Unfinished: Naming what is not, after some looks.
    """
    for look in range(LOOKS):
        wrong = _differences(wanted, tags, github, remote)
        if not wrong:
            return
        if look < LOOKS - 1:
            github.pace.wait(2.0**look, "GitHub does not show everything yet")
    raise Unfinished(
        f"{wanted.full_name} was published, but {'; '.join(wrong)}. Give the same command again; "
        "if it says that there "
        "is nothing to do, look at GitHub's status page."
    )


def _differences(wanted: Wanted, tags: dict[str, str], github: GitHub, remote: Remote) -> list[str]:
    path, wrong = f"/repos/{wanted.full_name}", []
    refs = remote.refs()
    for tag in tags:
        if f"refs/tags/{tag}" not in refs:
            wrong.append(f"the tag {tag} is not there")
    there = github.get(path)
    if (there.get("description") or "") != wanted.description:
        wrong.append("its description is another one")
    if there.get("default_branch") != "main":
        wrong.append(f"its default branch is {there.get('default_branch')}")
    public = not there.get("private")
    for release in wanted.releases:
        shown = github.get(f"{path}/releases/tags/{release.tag}", missing=None)
        if shown is None:
            wrong.append(f"the release {release.tag} is not to be seen")
            continue
        assets = {asset["name"]: asset for asset in shown.get("assets", ())}
        for name, content in release.assets.items():
            if name not in assets or not is_whole(assets[name], content):
                wrong.append(f"{name} of {release.tag} is not whole")
            elif public and name.endswith(".whl"):
                wrong += _unreadable(
                    f"{remote.url.removesuffix('.git')}/releases/download/{release.tag}/{name}",
                    content,
                )
    return wrong


def _unreadable(url: str, content: bytes) -> list[str]:
    """Returns why a visitor does not get a file, asking as the paper's noxfile does: without a token."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return [] if digest(answer.read()) == digest(content) else [f"{url} gives another file"]
    except (OSError, ValueError) as error:
        return [f"{url} cannot be read: {error}"]


def _first(text: str) -> str:
    return text.split(":")[0]
