# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says what a change can have broken: the papers whose result it can have changed, and the parts to test.

    nox -s affected -- --since REV [--json]

What changed is the difference between this work tree, with files that are not committed yet, and the commit where
the branch left REV. A paper is affected if its folder changed, the entry of the release that it pins, what the
template demands of it, or the checks that it must pass. Other work on core is no reason: papers are pinned.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from papers import PaperError, papers, pinned
from template_classes import binds
from wheels import ROOT, WheelError, git, tomllib

CHECKS = ("core/src/ldlc/checks/", "tools/across/", "tools/gates.py")
"""What decides whether a paper passes, from the head, whatever it pins."""

PARTS = {
    "core": ("core/", "tools/tests.", "requirements.txt"),
    "tools": ("tools/", "core/", "templates/", "noxfile.py", "releases.toml", "requirements.txt"),
    "template": (
        *("templates/", "tools/template", "tools/wheels.py", "tools/locks.py", "releases.toml"),
        *("core/src/ldlc/naming.py", "core/src/ldlc/environment.py", "requirements.txt"),
    ),
}
"""What of the repository is tested anew when files under these paths changed."""

JOBS = 20
"""At most so many jobs share the affected papers in CI: each of them makes its environments anew."""


@dataclass(frozen=True)
class Change:
    """What a change can have broken.

    Args:
      papers: The affected papers, each with the reasons.
      parts: Those of `PARTS` that are to be tested.
    """

    papers: dict[str, list[str]] = field(default_factory=dict)
    parts: tuple[str, ...] = ()


def affected(root: Path, since: str) -> Change:
    """Returns what the changes since a commit can have broken.

    Args:
      root: The checkout.
      since: A branch or commit; what counts is where this branch left it. Only zeros, as CI names the commit
        before a branch's first, stand for the beginning.

    Raises:
      WheelError: If there is no such commit here, or nothing in common with it.
    """
    base = _base(root, since)
    changed = _changed(root, base)
    everyone = [
        *(["the template"] if any(binds(root, path) for path in changed) else []),
        *(["the checks"] if any(path.startswith(CHECKS) for path in changed) else []),
    ]
    own = {path.split("/")[1] for path in changed if path.startswith("repos/")}
    moved = _moved(root, base) if "releases.toml" in changed else set()
    found = {}
    for name, paper in papers(root).items():
        reasons = ["its folder"] if name in own else []
        if moved and (version := _pin(paper)) in moved:
            reasons.append(f"core {version}")
        if reasons or everyone:
            found[name] = [*reasons, *everyone]
    parts = [part for part, paths in PARTS.items() if any(p.startswith(paths) for p in changed)]
    return Change(found, tuple(parts))


def upstream(root: Path) -> str:
    """Returns the branch that this one follows; where there is none, the head: what is not committed counts."""
    try:
        return git(root, "rev-parse", "--abbrev-ref", "@{upstream}").strip()
    except WheelError:
        return "HEAD"


def groups(names: Sequence[str], count: int = JOBS) -> list[str]:
    """Returns the papers shared out over at most `count` jobs: for each, their names with spaces between."""
    return [" ".join(names[i::count]) for i in range(min(count, len(names)))]


def _base(root: Path, since: str) -> str:
    if since and set(since) == {"0"}:
        return git(root, "hash-object", "-t", "tree", "--stdin", asked="").strip()
    try:
        commit = git(
            root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{since}^{{commit}}"
        )
        return git(root, "merge-base", commit.strip(), "HEAD").strip()
    except WheelError:
        is_shallow = git(root, "rev-parse", "--is-shallow-repository").strip() == "true"
        fetch = "git fetch --unshallow" if is_shallow else "git fetch origin"
        raise WheelError(
            f"`{since}` is no commit of this clone that the head has a beginning in common with. "
            f"Name another, or fetch it: {fetch}"
        ) from None


def _changed(root: Path, base: str) -> list[str]:
    """Returns the paths of files that differ from a commit in the work tree, those that are new included."""
    listed = git(root, "diff", "--name-only", "--no-renames", "-z", base, "--")
    new = git(root, "ls-files", "--others", "--exclude-standard", "-z")
    return sorted({path for path in f"{listed}{new}".split("\0") if path})


def _moved(root: Path, base: str) -> set[str]:
    """Returns the releases whose entries in releases.toml are other ones now, or new or gone."""
    now = tomllib.loads((root / "releases.toml").read_text(encoding="utf-8"))
    try:
        before = tomllib.loads(git(root, "show", f"{base}:releases.toml"))
    except WheelError:  # there was none
        before = {}
    return {
        version for version in now.keys() | before.keys() if now.get(version) != before.get(version)
    }


def _pin(paper: Path) -> str | None:
    try:
        return pinned(paper)
    except PaperError:
        return None  # the check of the pin tells


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="nox -s affected --",
        description="List the papers whose result a change can have changed, and why.",
    )
    parser.add_argument(
        "--since", required=True, metavar="REV", help="the commit or branch to compare with"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help=f"for CI: at most {JOBS} groups of papers, and the parts of the repository to test",
    )
    given = parser.parse_args(arguments)
    try:
        change = affected(ROOT, given.since)
    except WheelError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if given.json:
        print(json.dumps({"papers": groups(list(change.papers)), "parts": change.parts}))
        return 0
    for name, reasons in change.papers.items():
        print(f"{name}: {', '.join(reasons)}")
    counted = f"{len(change.papers)} of {len(papers(ROOT))} papers"
    print(f"{counted}; besides: {', '.join(change.parts) or 'nothing'}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
