# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Publishes papers, or core, as GitHub repositories of their own: `nox -s publish -- NAME`."""

from __future__ import annotations

import argparse
import difflib
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from publishing.command import connect, options
from publishing.errors import Refused, Unfinished
from publishing.publication import Publisher
from publishing.repository import GitError
from wheels import ROOT


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Runs the command and returns its exit code: 0, 1 if something was refused or failed, 2 for misuse."""
    parser = argparse.ArgumentParser(
        prog="nox -s publish --",
        description="Publish papers, or `core`, as GitHub repositories of their own, and keep them up to date.",
        epilog="docs/publishing.md says what happens, which rights the token needs, and what to "
        "do when it refuses.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="papers, or core")
    parser.add_argument(
        "--all", action="store_true", help="every paper whose pyproject.toml names its repository"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="print what would be done, write nothing"
    )
    options(parser)
    given = parser.parse_args(arguments)
    if bool(given.names) == given.all:
        parser.error("name the papers to publish, or give --all")
    known = ["core", *sorted(toml.parent.name for toml in root.glob("repos/*/paper.toml"))]
    names = [name.rstrip("/").removeprefix("repos/") for name in given.names]
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, cutoff=0.3) or known
            parser.error(f"there is no `{name}` here. Nearest: {', '.join(near)}.")
    try:
        publisher = connect(root, given)
    except Refused as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if given.all:
        names = [name for name in known[1:] if _names_repository(root, name)]
        for name in sorted(set(known[1:]) - set(names)):
            print(f"{name}: left out, its pyproject.toml names no repository")
    try:
        return publish_each(publisher, names, given.owner, given.dry_run)
    except KeyboardInterrupt:
        print(
            "\nstopped; what is done stays, and the same command goes on from there",
            file=sys.stderr,
        )
        return 130


def publish_each(
    publisher: Publisher, names: Sequence[str], owner: str | None, dry_run: bool
) -> int:
    """Publishes one after another; what is refused does not keep the others from it."""
    refused, changed = [], 0
    for name in names:
        try:
            changed += bool(publisher.publish(name, owner, dry_run))
        except (Refused, GitError) as error:
            print(f"error: {name}: {error}", file=sys.stderr)
            refused.append(name)
        except Unfinished as error:
            print(f"error: {error}", file=sys.stderr)
            return 1  # GitHub or the network: the next one would fare no better
    if len(names) > 1:
        verb = "to be changed" if dry_run else "published"
        same = len(names) - changed - len(refused)
        print(f"{changed} {verb}, {same} as they should be, {len(refused)} refused")
    return 1 if refused else 0


def _names_repository(root: Path, name: str) -> bool:
    try:
        project = tomllib.loads((root / "repos" / name / "pyproject.toml").read_text())["project"]
    except (OSError, tomllib.TOMLDecodeError, KeyError):
        return True  # publishing it says what is wrong
    return "Repository" in project.get("urls", {})


if __name__ == "__main__":
    sys.exit(main())
