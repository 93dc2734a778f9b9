# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder that is checked: its files, listed and read once for all checks."""

from __future__ import annotations

import functools
import os
import stat
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ldlc.checks.words import WORDS

if TYPE_CHECKING:
    from ldlc.plan.folder import PaperFolder

_NOT_OURS = {
    *(".git", ".nox", ".venv", ".ldlc", "__pycache__", "node_modules", "dist", "build"),
    *(".ruff_cache", ".pytest_cache", ".mypy_cache", ".hypothesis"),
}


class Tree:
    """A paper's folder, or any other.

    Args:
      path: The folder.
      names: The files to look at, relative to it, with forward slashes; left out: those that git tracks or
        would, and all but environments and caches where there is no git.
    """

    def __init__(self, path: Path, names: Iterable[str] | None = None) -> None:
        self.path = path
        self._given = None if names is None else tuple(sorted(names))
        self._content: dict[str, bytes] = {}
        self._texts: dict[str, str | None] = {}
        self._stats: dict[str, os.stat_result | None] = {}
        self._words: dict[str, frozenset[str]] = {}

    def __reduce__(self) -> tuple[type[Tree], tuple[Path, tuple[str, ...] | None]]:
        """Goes to other processes without what was read: this one may be reading on meanwhile."""
        return Tree, (self.path, self._given)

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """The files, sorted. Files that are tracked and gone are left out, and links too."""
        return self.ending("")

    def ending(self, suffix: str) -> tuple[str, ...]:
        """Returns those of the files whose names end so, without a look at the others."""
        listed = _listed(self.path) if self._given is None else self._given
        return tuple(n for n in listed if n.endswith(suffix) and self._stat(n) is not None)

    def is_link(self, name: str) -> bool:
        """Returns whether a file is a symbolic link."""
        found = self._stat(name)
        return found is not None and stat.S_ISLNK(found.st_mode)

    def size(self, name: str) -> int:
        """Returns a file's size in bytes."""
        found = self._stat(name)
        return 0 if found is None else found.st_size

    def read(self, name: str) -> bytes:
        """Returns what a file holds; of a link, the path that it names."""
        if name not in self._content:
            path = f"{self.path}/{name}"
            if self.is_link(name):
                self._content[name] = os.fsencode(os.readlink(path))  # noqa: PTH115
            else:
                self._content[name] = _read(path, self.size(name))
        return self._content[name]

    def get(self, name: str) -> bytes | None:
        """Returns what a file holds, listed or not, links followed; None where there is none."""
        found = self._stat(name)
        if found is not None and stat.S_ISREG(found.st_mode):
            return self.read(name)
        file = self.path / name
        return file.read_bytes() if file.is_file() else None

    def forget(self, name: str) -> None:
        """Reads a file anew the next time: it was changed."""
        self._content.pop(name, None)
        self._texts.pop(name, None)
        self._stats.pop(name, None)
        self._words.pop(name, None)

    def _stat(self, name: str) -> os.stat_result | None:
        if name not in self._stats:
            try:
                self._stats[name] = os.lstat(f"{self.path}/{name}")
            except (FileNotFoundError, NotADirectoryError):
                self._stats[name] = None
        return self._stats[name]

    def text(self, name: str) -> str:
        """Returns the text of a file; nothing of a binary file."""
        return self._decoded(name) or ""

    def is_binary(self, name: str) -> bool:
        """Returns whether a file is no text: it holds a zero byte, or is not UTF-8."""
        return self._decoded(name) is None

    def words(self, name: str) -> frozenset[str]:
        """Returns which of the words that checks look for occur in one of the files; none in a binary one."""
        if name not in self._words:
            new = []
            for other in self.names:
                held = b"" if self.is_binary(other) else self.read(other)
                same, words = _SEEN.get(other, (None, frozenset()))
                if held == same:
                    self._words[other] = words
                elif other not in self._words:
                    new.append((other, held))
            found = WORDS.found_in([held for _, held in new])
            for (other, held), words in zip(new, found, strict=True):
                self._words[other] = words
                if "/" not in other:
                    _SEEN[other] = held, words
        return self._words[name]

    def _decoded(self, name: str) -> str | None:
        if name not in self._texts:
            content = self.read(name)
            try:
                self._texts[name] = None if b"\0" in content else content.decode("utf-8")
            except UnicodeDecodeError:
                self._texts[name] = None
        return self._texts[name]

    @functools.cached_property
    def paper(self) -> PaperFolder | None:
        """The paper's plan with its folder; None where the plan breaks rules, which P01 tells."""
        from ldlc.plan import PlanError

        try:
            return self.load()
        except PlanError:
            return None

    def load(self) -> PaperFolder:
        """Returns the paper's plan with its folder.

        Raises:
          PlanError: If the plan breaks rules.
        """
        from ldlc.plan import load

        return load(self.path)

    @functools.cached_property
    def pyproject(self) -> dict[str, Any]:
        """The paper's pyproject.toml; empty where it cannot be read, which P02 and P05 tell."""
        from ldlc.plan.pin import parsed

        try:
            return parsed((self.get("pyproject.toml") or b"").decode("utf-8"))
        except (OSError, ValueError):
            return {}

    @property
    def project(self) -> dict[str, Any]:
        """The table `project` of pyproject.toml."""
        table = self.pyproject.get("project", {})
        return table if isinstance(table, dict) else {}


_SEEN: dict[str, tuple[bytes, frozenset[str]]] = {}
"""What the last file of a name held, and its words: papers share their template's files."""


def _read(path: str, size: int) -> bytes:
    """Returns what a file holds that had a size just now, with the fewest calls."""
    file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        content = os.read(file, size + 1)
    finally:
        os.close(file)
    return content if len(content) == size else Path(path).read_bytes()


def _listed(folder: Path) -> tuple[str, ...]:
    command = ["git", "-C", str(folder), "ls-files", "-z", "-co", "--exclude-standard", "--", "."]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        done = None
    if done is not None and done.returncode == 0:
        return tuple(sorted({os.fsdecode(name) for name in done.stdout.split(b"\0") if name}))
    found = (f.relative_to(folder) for f in folder.rglob("*") if f.is_file() or f.is_symlink())
    return tuple(sorted(f.as_posix() for f in found if not _NOT_OURS & set(f.parts)))
