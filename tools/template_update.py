# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings template changes into papers that were made before, or says which papers lack some.

    nox -s template_update -- NAME... | --all [--dry-run]    # here; `--from CLONE` in a published paper
    nox -s template_check [-- NAME...]

docs/template.md says how a file's class decides what happens to it.
"""

from __future__ import annotations

import argparse
import difflib
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import template_origin
from papers import papers
from template_classes import TEMPLATE, Classes, TemplateError
from template_merge import Update, compare
from template_origin import History, Origin
from template_render import render
from template_write import Folder
from wheels import ROOT, WheelError


@dataclass
class Row:
    """What is said about one paper."""

    name: str
    folder: Path
    said: str = ""
    details: list[str] = field(default_factory=list)
    is_fine: bool = True

    def refuse(self, error: Exception) -> None:
        self.said, self.details, self.is_fine = "refused", [str(error)], False


def update(root: Path, folders: list[Path], is_dry: bool) -> list[Row]:
    """Brings papers up to the template of a checkout's head; each paper is changed whole, or not at all.

    Args:
      root: The checkout that the template is in.
      folders: The papers' folders, there or in repositories of their own.
      is_dry: Only say what would be done.

    Returns:
      What became of each.

    Raises:
      TemplateError: If the checkout's template cannot be used.
    """
    history = History(root)
    history.require_committed()
    rows: list[Row] = []
    behind: list[_Behind] = []
    for paper in folders:
        row = Row(paper.name, paper)
        rows.append(row)
        try:
            if _finish(row, is_dry):
                continue
            origin = template_origin.read(paper)
            commit = history.commit_of(origin)
            if not history.concerns(origin):
                row.said = "up to date"
                continue
            Folder(paper).require_clean()
            behind.append(_Behind(row, origin, commit))
        except (TemplateError, WheelError, OSError) as error:
            row.refuse(error)
    with tempfile.TemporaryDirectory() as scratch:
        _render(history, behind, Path(scratch, "made"))
        for k, paper in enumerate(behind):
            try:
                _update(history, paper, is_dry, Path(scratch, str(k)))
            except (TemplateError, WheelError, OSError) as error:
                paper.row.refuse(error)
    return rows


@dataclass
class _Behind:
    """A paper that the template has left behind."""

    row: Row
    origin: Origin
    commit: str  # that brought the recorded template
    made: dict[str, Path | str] = field(default_factory=dict)  # its files by tree, or what is wrong
    templates: dict[str, Path] = field(default_factory=dict)


def _finish(row: Row, is_dry: bool) -> bool:
    """Returns whether an interrupted update stood there, which is now finished."""
    if not (row.folder / template_origin.FILE).exists():
        return False
    folder = Folder(row.folder)
    if not folder.is_interrupted():
        return False
    if is_dry:
        row.said = "interrupted; without --dry-run the update is finished"
        return True
    with folder.alone():
        if not folder.is_interrupted():  # it was under way, and is done
            return False
        folder.finish()
    row.said = "finished: the update that was interrupted is complete; look at git diff, and commit"
    return True


def _render(history: History, behind: list[_Behind], scratch: Path) -> None:
    """Makes each paper as the recorded template makes it, and as today's does; one process serves a tree."""
    trees = {paper.origin.tree: paper.commit for paper in behind} | {history.tree: history.head}
    for tree, commit in trees.items() if behind else ():
        group = [paper for paper in behind if tree in (paper.origin.tree, history.tree)]
        folder = scratch / tree
        folder.mkdir(parents=True)
        contexts = [paper.origin.context(tree, paper.row.folder) for paper in group]
        try:
            rendered = render(history.root, commit, contexts, folder)
        except TemplateError as error:  # of one tree; papers of the others go on
            rendered = [str(error)] * len(group)
        for k, made in enumerate(rendered):
            group[k].made[tree] = made
            group[k].templates[tree] = folder / "template" / TEMPLATE


def _update(history: History, paper: _Behind, is_dry: bool, scratch: Path) -> None:
    trees = (paper.origin.tree, history.tree)
    for tree in trees:
        if isinstance(paper.made[tree], str):
            raise TemplateError(
                f"the template tree {tree[:12]} cannot be made with the recorded answers: {paper.made[tree]}"
            )
    scratch.mkdir()
    base, new = (Path(paper.made[tree]) for tree in trees)
    was, now = (Classes(paper.templates[tree], paper.origin.name) for tree in trees)
    found = compare(paper.row.folder, base, new, was, now, scratch)
    if not is_dry:
        folder = Folder(paper.row.folder)
        with folder.alone():
            folder.require_clean()
            folder.apply(found.changes)
    _say(paper.row, found, len(history.changes_since(paper.commit)), is_dry)


def _say(row: Row, found: Update, changes: int, is_dry: bool) -> None:
    conflicts = f", {_many(len(found.conflicts), 'conflict')}" if found.conflicts else ""
    verb = "would take" if is_dry else "took"
    row.said = f"{verb} {_many(changes, 'template change')}: {_many(len(found.changes), 'file')}{conflicts}"
    row.is_fine = not found.conflicts
    for change in found.changes:
        what = "new" if change.old is None else "removed" if change.new is None else "changed"
        said = found.conflicts.get(change.path) or found.notes.get(change.path)
        row.details.append(f"{what:8} {change.path}{f': {said}' if said else ''}")
    shown = {change.path for change in found.changes}
    row.details += [
        f"{'left':8} {path}: {why}" for path, why in found.conflicts.items() if path not in shown
    ]


def check(root: Path, folders: list[Path]) -> list[Row]:
    """Returns, for each paper, whether the template has changed since; nothing is rendered or written."""
    history = History(root)
    rows = []
    for paper in folders:
        row = Row(paper.name, paper)
        rows.append(row)
        try:
            origin = template_origin.read(paper)
            commit = history.commit_of(origin)
            if Folder(paper).is_interrupted():
                row.said = "an update was interrupted; nox -s template_update finishes it"
                row.is_fine = False
            elif not history.concerns(origin):
                row.said = "up to date"
            else:
                row.details = history.changes_since(commit)
                row.said = f"behind by {_many(len(row.details), 'template change')}"
                row.is_fine = False
        except (TemplateError, WheelError, OSError) as error:
            row.refuse(error)
    return rows


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def find(root: Path, names: list[str]) -> list[Path]:
    """Returns the folders of papers that are given by name, or by absolute path; all if none is given.

    Raises:
      TemplateError: If there is no such paper.
    """
    known = papers(root)
    found = []
    for name in names or known:
        folder = Path(name) if Path(name).is_absolute() else known.get(Path(name).name)
        if folder is None or not (folder / "paper.toml").is_file():
            near = difflib.get_close_matches(Path(name).name, known, cutoff=0.3) or known
            raise TemplateError(
                f"there is no paper `{name}`. Nearest: {', '.join(near) or 'none, repos/ is empty'}."
            )
        found.append(folder)
    return found


def show(rows: list[Row], is_table: bool) -> None:
    """Prints a line a paper; details too where they are few or something is wrong."""
    width = max((len(row.name) for row in rows), default=0)
    for row in rows:
        print(f"{row.name:{width}}  {row.said}")
        if not row.is_fine or not is_table:
            for line in row.details:
                print(f"{'':{width}}    {line}")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="nox -s template_", description=__doc__.split("\n")[0])
    actions = parser.add_subparsers(dest="action", required=True)
    updating = actions.add_parser("update", prog="nox -s template_update --")
    checking = actions.add_parser("check", prog="nox -s template_check --")
    for action in (updating, checking):
        action.add_argument("names", nargs="*", metavar="NAME", help="a paper of repos/")
    updating.add_argument("--all", action="store_true", help="every paper of repos/")
    updating.add_argument("--dry-run", action="store_true", help="only say what would be done")
    options = parser.parse_args(arguments)
    if options.action == "update" and bool(options.names) == options.all:
        updating.error("name the papers to update, or give --all")
    try:
        folders = find(ROOT, options.names)
        if options.action == "check":
            rows = check(ROOT, folders)
        else:
            rows = update(ROOT, folders, options.dry_run)
    except (TemplateError, WheelError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    show(rows, is_table=len(rows) > 1)
    if any("conflict" in row.said for row in rows):
        print("Resolve what is in conflict (git diff shows the marks), run the tests, then commit.")
    return 0 if all(row.is_fine for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
