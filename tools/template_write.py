# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes a paper's files all or not at all: a journal lets the next call finish what a kill cut short."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import functools
import json
import os
import signal
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

from template_classes import TemplateError
from template_merge import Change
from wheels import git


class Folder:
    """A paper's folder in the git repository that it is in: the monorepo, or one of its own.

    Attributes:
      path: The folder.
    """

    def __init__(self, path: Path) -> None:
        """Finds the repository around a folder.

        Raises:
          TemplateError: If there is none.
        """
        self.path = path.resolve()
        top = next(
            (above for above in (self.path, *self.path.parents) if (above / ".git").exists()), None
        )
        if top is None:
            raise TemplateError(
                f"{path} is not in a git repository, so an update could not be undone. Make it one and commit: "
                "git init && git add . && git commit"
            )
        self._state = _git_dir(top) / "ldlc-template-update"
        self._journal = self._state / (
            urllib.parse.quote(str(self.path.relative_to(top)), safe="") + ".json"
        )

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Lets other updates in this repository wait until the block ends."""
        self._state.mkdir(exist_ok=True)
        with (self._state / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def is_interrupted(self) -> bool:
        """Returns whether an update was cut short; `finish` completes it."""
        return self._journal.exists()

    def require_clean(self) -> None:
        """Makes sure that all there is in the folder is committed.

        Raises:
          TemplateError: Naming what is not.
        """
        changed = git(
            self.path, "status", "--porcelain", "--untracked-files=all", "--", "."
        ).splitlines()
        if changed:
            more = f" and {len(changed) - 1} more" if changed[1:] else ""
            raise TemplateError(
                f"has uncommitted work, `{changed[0][3:]}`{more}. Commit it or stash it (git stash -u), and give "
                "the command again: what you have not committed is never touched."
            )

    def apply(self, changes: list[Change]) -> None:
        """Makes all changes: removals first, then what is written.

        Raises:
          TemplateError: If a file would be touched that git does not keep, or that lies elsewhere.
          OSError: If a file cannot be written; then none has changed.
        """
        tracked = set(git(self.path, "ls-files", "-z", "--", ".").split("\0"))
        for change in changes:
            file = self.path / change.path
            if change.path not in tracked and (file.exists() or file.is_symlink()):
                raise TemplateError(
                    f"`{change.path}` is here but not in git, and the template wants to write it. Move it away."
                )
            if not _nearest(file.parent).resolve().is_relative_to(self.path):
                raise TemplateError(
                    f"`{change.path}` lies behind a link out of the folder. Remove the link."
                )
        entries = [
            {
                "path": c.path,
                "old": _encode(c.old),
                "new": _encode(c.new),
                "is_executable": c.is_executable,
            }
            for c in sorted(changes, key=lambda change: change.new is not None)
        ]
        with _undisturbed():
            _write(self._journal, json.dumps(entries).encode(), False)
            self.finish()

    def finish(self) -> None:
        """Makes the changes that the journal holds, and removes it.

        Raises:
          TemplateError: If a file has changed meanwhile; nothing is lost, and the message says what to do.
          OSError: If a file cannot be written; then all are as before.
        """
        try:
            entries = json.loads(self._journal.read_bytes())
        except ValueError:
            raise TemplateError(
                f"{self._journal} is damaged. Delete it, and look at `git status`."
            ) from None
        for entry in entries:
            if _encode(_read(self.path / entry["path"])) not in (entry["old"], entry["new"]):
                raise TemplateError(
                    f"`{entry['path']}` changed while the update was written, or since it was interrupted. "
                    f"To give the update up: delete {self._journal}, and look at `git status`."
                )
        try:
            for entry in entries:
                self._put(entry["path"], entry["new"], entry["is_executable"])
        except OSError:
            for entry in reversed(entries):
                with contextlib.suppress(OSError):
                    self._put(entry["path"], entry["old"], entry["is_executable"])
            self._journal.unlink()
            raise
        self._journal.unlink()

    def _put(self, path: str, content: str | None, is_executable: bool) -> None:
        file = self.path / path
        if content is not None:
            _write(file, base64.b64decode(content), is_executable)
            return
        file.unlink(missing_ok=True)
        for parent in file.relative_to(self.path).parents[:-1]:
            with contextlib.suppress(OSError):  # not empty
                (self.path / parent).rmdir()


@functools.cache
def _git_dir(top: Path) -> Path:
    return Path(git(top, "rev-parse", "--absolute-git-dir").strip())


def _write(file: Path, content: bytes, is_executable: bool) -> None:
    """Replaces a file, or the link that stands for it, atomically."""
    if _read(file) == content and not file.is_symlink():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    try:
        with new.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        new.chmod(0o755 if is_executable else 0o644)
        new.replace(file)
    except OSError:
        new.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Lets Ctrl-C and the like wait for the block, which takes milliseconds."""
    signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _nearest(folder: Path) -> Path:
    """Returns the folder, or the first one above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _encode(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode()


def _read(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None
