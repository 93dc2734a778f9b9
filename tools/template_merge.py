# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a template update makes of a paper's files: the template's files.toml says how, git merges."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from template_classes import Classes, TemplateError
from template_origin import FILE


@dataclass(frozen=True)
class Change:
    """What one file is to become.

    Attributes:
      path: Relative to the paper's folder.
      old: What the paper has now; None if nothing.
      new: What it is to have; None if the file goes.
      is_executable: Whether the new file may be run.
    """

    path: str
    old: bytes | None
    new: bytes | None
    is_executable: bool = False


@dataclass
class Update:
    """All that an update does to one paper.

    Attributes:
      changes: The files to write or to remove.
      conflicts: What needs somebody's decision, by path.
      notes: What is worth knowing, by path.
    """

    changes: list[Change] = field(default_factory=list)
    conflicts: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


def compare(
    paper: Path, base: Path, new: Path, was: Classes, now: Classes, scratch: Path
) -> Update:
    """Returns what brings a paper from one state of the template to another.

    A file's class is the one that the new template declares; for a file that the new template no longer makes,
    the one that the old template declared. Seeds are neither written, changed nor removed.

    Args:
      paper: The paper's folder.
      base: The files that the recorded template made of the recorded answers.
      new: The files that the template makes of them now.
      was: The classes of the recorded template.
      now: The classes of the template now.
      scratch: An empty folder.
    """
    before, after = _files(base), _files(new)
    kinds = {path: now.of(path) if path in after else was.of(path) for path in before | after}
    update = Update()
    for path in sorted(path for path, kind in kinds.items() if kind == "locked"):
        _replace(update, path, paper, base, new)
    merged = {path for path, kind in kinds.items() if kind == "merge"}
    if any(_read(base / path) != _read(new / path) for path in merged):
        _merge(update, sorted(merged), paper, base, new, scratch)
    return update


def _replace(update: Update, path: str, paper: Path, base: Path, new: Path) -> None:
    """A locked file is always the template's."""
    old, wanted = _read(paper / path), _read(new / path)
    if old == wanted:
        return
    if old not in (None, _read(base / path)) and path != FILE:
        update.notes[path] = "was changed here; it is the template's, so the change is gone"
    update.changes.append(Change(path, old, wanted, os.access(new / path, os.X_OK)))


def _merge(
    update: Update, paths: list[str], paper: Path, base: Path, new: Path, scratch: Path
) -> None:
    """Lets git merge, in a repository of its own: neither the paper's index nor anybody's settings matter."""
    _git(scratch, "init", "--quiet", "--template=")
    sides = {"base": base, "paper": paper, "template": new}
    history = b"".join(_commit(branch, folder, paths) for branch, folder in sides.items())
    _git(scratch, "fast-import", "--quiet", stdin=history)
    _git(scratch, "checkout", "--quiet", "paper")
    merged = _git(scratch, "merge", "--quiet", "--no-edit", "template", may_fail=True)
    stages: dict[str, set[str]] = {}
    for line in _git(scratch, "ls-files", "--unmerged", "-z").split("\0")[:-1]:
        about, path = line.split("\t")
        stages.setdefault(path, set()).add(about.split()[2])
    if merged and not stages:
        raise TemplateError(f"git could not merge: {merged}")
    left = set(_git(scratch, "ls-files", "-z").split("\0")[:-1])
    for path in sorted({*paths, *left}):
        old = _read(paper / path)
        if path in stages and "2" not in stages[path]:
            update.conflicts[path] = (
                "the template changed it, but it is not here any more; it stays away"
            )
        elif path in stages and "3" not in stages[path]:
            update.conflicts[path] = (
                "the template no longer has it, but it was changed here; it stays"
            )
        else:
            result = _read(scratch / path)
            if path in stages:
                update.conflicts[path] = "both changed the same lines; see the marks in it"
            if old != result:
                update.changes.append(Change(path, old, result, os.access(scratch / path, os.X_OK)))


def _commit(branch: str, folder: Path, paths: list[str]) -> bytes:
    """Returns what makes git's fast-import commit some files of a folder, to a branch that starts at base."""
    parts = [
        f"commit refs/heads/{branch}\ncommitter LDLC <ldlc@localhost> 0 +0000\ndata 0\n".encode()
    ]
    if branch != "base":
        parts.append(b"from refs/heads/base\ndeleteall\n")
    for path in paths:
        content = _read(folder / path)
        if content is not None:
            mode = "100755" if os.access(folder / path, os.X_OK) else "100644"
            name = path.replace("\\", r"\\").replace('"', r"\"")
            parts.append(
                f'M {mode} inline "{name}"\ndata {len(content)}\n'.encode() + content + b"\n"
            )
    return b"".join(parts)


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _git(folder: Path, *command: str, stdin: bytes = b"", may_fail: bool = False) -> str:
    """Returns what git prints; where it may fail, what it complains of instead."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    env |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C"}
    settings = [
        "user.name=LDLC",
        "user.email=ldlc@localhost",
        "merge.directoryRenames=false",
        "gc.auto=0",
    ]
    start = ["git", "-C", str(folder), *(part for setting in settings for part in ("-c", setting))]
    done = subprocess.run([*start, *command], env=env, input=stdin, capture_output=True)
    said, complained = (
        text.decode(errors="surrogateescape") for text in (done.stdout, done.stderr)
    )
    if may_fail:
        return (said + complained).strip() if done.returncode else ""
    if done.returncode:
        raise TemplateError(f"`git {command[0]}` failed: {complained.strip()}")
    return said
