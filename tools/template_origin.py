# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a paper's files came from: what its .template.toml records, and the template's history here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from papers import PaperError, pinned
from template_classes import TEMPLATE, TemplateError, binds
from wheels import git, tomllib

FILE = ".template.toml"

NAME = re.compile(r"[A-Za-z0-9]{1,99}_[1-9][0-9]*")  # it becomes a path
_TREE = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


@dataclass(frozen=True)
class Origin:
    """What a paper records about its making."""

    name: str  # the paper's name, whatever its folder is called
    tree: str  # git's id of templates/paper then
    recorded: dict[str, Any]  # all of [origin]
    answers: dict[str, str]

    def context(self, tree: str, paper: Path) -> dict[str, Any]:
        """Returns what cookiecutter needs to make the paper again by another tree, with the core that it pins now.

        So a pin that has moved on is no difference between paper and template.
        """
        try:
            lock = (paper / "core.lock").read_text(encoding="utf-8")
            now = {"core": pinned(paper), "core_lock": lock}
        except (PaperError, OSError):
            now = {}  # the check of the pin tells
        return {**self.answers, "_recorded": {**self.recorded, **now, "tree": tree, "dirty": False}}


def read(paper: Path) -> Origin:
    """Returns the origin of a paper's files.

    Raises:
      TemplateError: If nothing, or nothing usable, is recorded.
    """
    file = paper / FILE
    try:
        recorded = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TemplateError(
            f"{file} is not there, so {paper.name} was not made from the template. "
            "Only papers that `cookiecutter templates/paper` made can be updated."
        ) from None
    except ValueError as error:  # no TOML, or not UTF-8
        raise TemplateError(f"{file}: {error}. Restore it: git log -p -- {FILE}") from None
    origin, answers = recorded.get("origin"), recorded.get("answers")
    usable = (
        isinstance(origin, dict)
        and isinstance(answers, dict)
        and NAME.fullmatch(str(origin.get("name")))
        and (origin.get("dirty") is True or _TREE.fullmatch(str(origin.get("tree"))))
        and all(isinstance(answer, str) for answer in answers.values())
    )
    if not usable:
        raise TemplateError(
            f"{file} must hold [origin] with `name` and `tree`, and [answers] of texts, as the template wrote "
            f"them. Restore it: git log -p -- {FILE}"
        )
    return Origin(origin["name"], str(origin["tree"]), origin, answers)


class History:
    """The commits of a checkout that changed the template.

    Attributes:
      root: The checkout.
      head: The commit that papers are brought up to.
      tree: The template's tree there.
    """

    def __init__(self, root: Path) -> None:
        """Reads the history behind the checkout's head."""
        self.root = root
        self.head = git(root, "rev-parse", "HEAD").strip()
        self.tree = git(root, "rev-parse", f"HEAD:{TEMPLATE}").strip()
        self._since: dict[str, list[str]] = {}
        self._first: dict[str, str] = {}  # of each tree, the commit that brought it
        shown = ["--full-history", "--topo-order", "--reverse", "-m", "--format=%H"]
        lines = git(
            root, "log", *shown, "--raw", "-t", "--no-abbrev", "--no-renames", "--", TEMPLATE
        )
        commit = ""
        for line in lines.splitlines():
            about, _, path = line.partition("\t")
            if not path:
                commit = about or commit
            elif path == TEMPLATE:
                self._first.setdefault(about.split()[3], commit)

    def require_committed(self) -> None:
        """Makes sure that the template is what history holds.

        Raises:
          TemplateError: If it has uncommitted changes.
        """
        if changed := git(self.root, "status", "--porcelain", "--", TEMPLATE).splitlines():
            raise TemplateError(
                f"{TEMPLATE} in {self.root} has uncommitted changes, `{changed[0].strip()}` first. "
                "Commit them or take them away: papers record the tree that they were updated to."
            )

    def commit_of(self, origin: Origin) -> str:
        """Returns the commit that brought the template that a paper was made from.

        Raises:
          TemplateError: If that template had uncommitted changes, or is not in this history.
        """
        if origin.recorded.get("dirty"):
            raise TemplateError(
                f"{origin.name} was made from a template with uncommitted changes, which no history holds. "
                f"If they may count as the paper's own changes, set `dirty = false` in {FILE}, commit, and give "
                "the command again."
            )
        found = self._first.get(origin.tree)
        if found is None:
            is_shallow = git(self.root, "rev-parse", "--is-shallow-repository").strip() == "true"
            fetch = "git fetch --unshallow" if is_shallow else "git pull"
            raise TemplateError(
                f"{origin.name} was made from the template tree {origin.tree[:12]}, which is not in the history "
                f"of {self.root}{', a shallow clone' if is_shallow else ''}. Fetch it there, or give a checkout "
                f"that has it: {fetch}"
            )
        return found

    def concerns(self, origin: Origin) -> bool:
        """Returns whether the template has changed in what existing papers take from it, since one was made."""
        return self.tree != origin.tree and bool(self.changes_since(self.commit_of(origin)))

    def changes_since(self, commit: str) -> list[str]:
        """Returns the subjects of the commits since one of them that concern existing papers, the newest first."""
        if commit not in self._since:
            shown = ["--format=%x00%s", "--name-only", "--no-renames"]
            told = git(self.root, "log", *shown, f"{commit}..HEAD", "--", TEMPLATE)
            commits = [entry.splitlines() for entry in told.split("\0")[1:]]
            self._since[commit] = [
                subject
                for subject, *paths in commits
                if any(binds(self.root, path) for path in paths)
            ]
        return self._since[commit]
