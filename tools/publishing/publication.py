# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Publishes one folder: look, plan, examine, write, verify. What can refuse comes before the first write."""

from __future__ import annotations

import re
import tomllib
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import wheels
from locks import SUPPORTS

from publishing import core, paper, preflight
from publishing.errors import Refused
from publishing.execute import execute, verify
from publishing.github import GitHub, GitHubError
from publishing.plan import Seen, make_plan, require_forward, require_usable
from publishing.ready import BRANCH, alone, require_newest, require_ready
from publishing.remote import Remote
from publishing.repository import EMPTY_TREE, GitError, Repository
from publishing.splitter import Split, split
from publishing.steps import Create, Push, Step
from publishing.tree import read_files
from publishing.wanted import Wanted


@dataclass(frozen=True)
class Publisher:
    """Publishes folders of one checkout to one GitHub.

    Attributes:
      root: The monorepo's checkout.
      server: Where repositories are cloned from, such as "https://github.com".
      github: Its REST interface.
      say: Told what is being done.
      examine: Whether what is to be published is tested first; only tests of the rest leave it out.
    """

    root: Path
    server: str
    github: GitHub
    say: Callable[[str], None] = print
    examine: bool = True

    @property
    def repository(self) -> Repository:
        return Repository(self.root)

    def publish(self, name: str, owner: str | None = None, dry_run: bool = False) -> list[Step]:
        """Publishes a paper, or core, and returns the steps that were done, or would be.

        Args:
          name: The paper's name, or "core".
          owner: The user or organisation; left out, the one in the address that pyproject.toml names.
          dry_run: Stop when the plan is made.

        Raises:
          Refused: If it must not or cannot be published; nothing was written.
          Unfinished: If GitHub or the network failed underway; the same call completes it.
        """
        folder = core.FOLDER if name == "core" else f"repos/{name}"
        require_ready(self.repository, folder)
        full_name = self.full_name(folder, owner)
        with alone(self.repository, full_name):
            try:
                wanted, steps, tags, remote = self._look(folder, full_name)
            except (GitHubError, GitError) as error:
                raise Refused(str(error)) from error
            address = f"{self.server}/{full_name}"
            if not steps:
                self.say(f"{name}: {address} is as it should be, nothing to do")
                return steps
            self.say(f"{name} -> {address}")
            for step in steps:
                self.say(f"  {step}")
            if dry_run:
                self.say(
                    "Nothing was written. Without --dry-run it is tested by itself first, then written."
                )
                return steps
            if self.examine and any(isinstance(step, Push) for step in steps):
                self._examine(folder, wanted)
            execute(wanted, steps, self.github, remote, self.say)
            verify(wanted, tags, self.github, remote)
            self.repository.git(
                "update-ref", self._kept(full_name), remote.refs()["refs/heads/main"]
            )
            self.say(f"{name}: {address} is published")
            return steps

    def full_name(self, folder: str, owner: str | None) -> str:
        """Returns "OWNER/NAME" of the repository that a folder is published as.

        Raises:
          Refused: If neither pyproject.toml nor the caller names the owner.
        """
        content = self.repository.read("HEAD", f"{folder}/pyproject.toml")
        if content is None:
            raise Refused(
                f"{folder}/pyproject.toml is not in the history of the branch {BRANCH}. Commit it."
            )
        try:
            urls = tomllib.loads(content.decode()).get("project", {}).get("urls", {})
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise Refused(
                f"{folder}/pyproject.toml is not TOML: {error}. Correct it and commit."
            ) from error
        named = (
            urllib.parse.urlsplit(urls.get("Repository", "")).path.strip("/").removesuffix(".git")
        )
        default = core.DEFAULT_NAME if folder == core.FOLDER else folder.rpartition("/")[2]
        name = named.rpartition("/")[2] if folder == core.FOLDER and named else default
        owner = owner or named.partition("/")[0]
        if not owner:
            raise Refused(
                f"{folder}/pyproject.toml names no repository, so the owner is not known. Give "
                "--owner OWNER, or write "
                f'and commit:\n  [project.urls]\n  Repository = "{self.server}/OWNER/{default}"'
            )
        if not re.fullmatch(r"[A-Za-z0-9](-?[A-Za-z0-9])*", owner):
            raise Refused(f"`--owner` must be a user or an organisation on GitHub, got `{owner}`.")
        return f"{owner}/{name}"

    def remote(self, full_name: str) -> Remote:
        return Remote(self.repository, f"{self.server}/{full_name}.git", self.github.token)

    def see(self, full_name: str, remote: Remote) -> Seen:
        """Returns what GitHub shows of a repository; its main is fetched."""
        there = self.github.get(f"/repos/{full_name}", missing=None)
        if there is None:
            self._require_new(full_name)
            return Seen()
        seen = Seen(there)
        require_usable(seen, full_name)
        refs = remote.refs()
        if "refs/heads/main" in refs:
            remote.fetch(self._kept(full_name))
        releases = self.github.pages(f"/repos/{full_name}/releases")
        return Seen(there, refs, tuple(releases))

    def former(self, folder: str) -> list[str]:
        """Returns the paths at which a folder stood earlier, as its pyproject.toml lists them."""
        content = self.repository.read("HEAD", f"{folder}/pyproject.toml") or b""
        settings = tomllib.loads(content.decode()).get("tool", {}).get("publish", {})
        return list(settings.get("former-paths", []))

    def history(self, folder: str, published: str | None) -> Split:
        """Returns a folder's split at the head, with its former paths.

        Raises:
          Refused: If there is nothing in it.
        """
        result = split(self.repository, "HEAD", folder, self.former(folder), published)
        if result.tip is None or result.trees[result.tip] == EMPTY_TREE:
            raise Refused(
                f"{folder} is not in the history of the branch {BRANCH}, or is empty. Commit it."
            )
        return result

    def _look(
        self, folder: str, full_name: str
    ) -> tuple[Wanted, list[Step], dict[str, str], Remote]:
        remote = self.remote(full_name)
        seen = self.see(full_name, remote)
        history = self.history(folder, seen.main)
        look = self._core if folder == core.FOLDER else self._paper
        wanted, push_main = look(folder, full_name, seen, history)
        tags = {
            release.tag: self._tag(release.tag, release.commit, wanted.name)
            for release in wanted.releases
        }
        steps = make_plan(wanted, seen, tags, push_main, history.is_ancestor)
        if steps and isinstance(steps[0], Create):
            self._require_owner(wanted.owner)
        return wanted, steps, tags, remote

    def _paper(
        self, folder: str, full_name: str, seen: Seen, history: Split
    ) -> tuple[Wanted, bool]:
        head = history.head
        push_main = require_forward(full_name, seen.main, head, head, history.is_ancestor)
        newest = self._read(folder, head)
        paper.require_address(newest, f"{self.server}/{full_name}")
        commit, released = head, newest
        tagged = seen.tagged(newest.tag)
        if tagged is None:
            require_newest(full_name, newest.version, seen)
        elif not push_main and tagged in history.trees and history.is_ancestor(tagged, head):
            older = self._read(folder, tagged)
            if older.version == newest.version:  # what was merged there since has none of its own
                commit, released = tagged, older
        origin = history.origin(commit) or history.origin(head) or head
        address = f"{self.server}/{full_name}"
        release = paper.release(released, commit, origin, address, self._wheel)
        return paper.wanted(newest, full_name, head, release), push_main

    def _core(self, folder: str, full_name: str, seen: Seen, history: Split) -> tuple[Wanted, bool]:
        listed = {version: release.tree for version, release in wheels.releases(self.root).items()}
        commits = core.released_commits(history, listed)
        newest = list(commits.values())[-1]
        push_main = require_forward(full_name, seen.main, newest, history.head, history.is_ancestor)
        files = read_files(self.repository, newest, folder)
        releases = core.releases(files, commits, history.origin, self._wheel)
        return core.wanted(files, full_name, newest, releases), push_main

    def _read(self, folder: str, commit: str) -> paper.Paper:
        return paper.read(read_files(self.repository, commit, folder), folder)

    def _examine(self, folder: str, wanted: Wanted) -> None:
        at = wanted.main
        if folder == core.FOLDER:
            wheel = self._wheel(core.version(read_files(self.repository, at, folder)))
            lock = self.root / "tools/tests.lock"
            preflight.examine_core(self.repository, at, wheel, lock, SUPPORTS, self.say)
        else:
            wheel = self._wheel(self._read(folder, at).core)
            preflight.examine_paper(self.root, self.repository, at, wanted.name, wheel, self.say)

    def _wheel(self, version: str) -> Path:
        try:
            return wheels.released_wheel(self.root, version)
        except wheels.WheelError as error:
            raise Refused(str(error)) from error

    def _tag(self, tag: str, commit: str, name: str) -> str:
        """Returns the id of the annotated tag, which is the same whoever makes it: its date is the commit's."""
        raw = self.repository.raw_objects([commit])[commit]
        who = next(line for line in raw.split(b"\n") if line.startswith(b"committer "))
        content = f"object {commit}\ntype commit\ntag {tag}\ntagger ".encode() + who.removeprefix(
            b"committer "
        )
        content += f"\n\n{name} {tag}\n".encode()
        return (
            self.repository.git("hash-object", "-t", "tag", "-w", "--stdin", content=content)
            .decode()
            .strip()
        )

    def _kept(self, full_name: str) -> str:
        """Returns the ref here that keeps what was last seen of a published main."""
        return f"refs/published/{full_name}"

    def _require_new(self, full_name: str) -> None:
        kept = self._kept(full_name)
        if self.repository.succeeds("rev-parse", "--verify", "--quiet", kept):
            raise Refused(
                f"{full_name} was there before and is not any more, or the token does not see it. "
                "If it was deleted on "
                f"purpose and is to be made anew: git update-ref -d {kept}"
            )

    def _require_owner(self, owner: str) -> None:
        there = self.github.get(f"/users/{owner}", missing=None)
        if there is None:
            raise Refused(f"there is no user or organisation {owner} on GitHub. Correct --owner.")
        if (
            there["type"] == "User"
            and (me := self.github.get("/user")["login"]).lower() != owner.lower()
        ):
            raise Refused(
                f"the token from {self.github.token.source} is {me}'s, and nobody can create a "
                "repository for the user "
                f"{owner}. Take a token of {owner}, or give --owner."
            )
