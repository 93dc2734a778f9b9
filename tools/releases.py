# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases core: `python tools/releases.py X.Y.Z`, by way of `nox -s release_core -- X.Y.Z`.

Everything happens in a work tree of its own, made from the head: one commit sets the version, core's tests run
on the wheel of that very tree, a second commit records the tree in releases.toml, moves the template's locks to
the release and starts the next development version. Only then does the branch move, in one step; until then
nothing here has changed.
"""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from locks import SUPPORTS, renew_template
from wheels import ROOT, WheelError, git, number, releases, tree_wheel

from ldlc import environment

RUN_HALF = """
import pathlib, ldlc
from ldlc.runs.key import run_half_digest
print(run_half_digest(pathlib.Path(ldlc.__file__).parent))
"""


class ReleaseError(RuntimeError):
    """The release is refused; nothing was changed."""


def release(
    root: Path,
    version: str,
    examine: Callable[[Path, Path], str],
    renew_locks: Callable[[Path], object],
) -> str:
    """Releases core from the head of a clean checkout and returns the new entry of releases.toml.

    Args:
      root: The checkout; its branch moves on by two commits.
      version: "X.Y.Z".
      examine: Called with the work tree of the release and its wheel; tests them, raises `ReleaseError` if
        they are not fit, and returns the digest of the run half.
      renew_locks: Called with the work tree when the release stands in its releases.toml; writes the locks
        of the template, which pins the newest release.

    Raises:
      ReleaseError: If the checkout, the version, the changelog or the tests do not allow it.
    """
    match = re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", version)
    if not match:
        raise ReleaseError(
            f"`version` must be three numbers, got `{version}`. Write it like 0.1.0."
        )
    known = releases(root)
    if version in known:
        raise ReleaseError(
            f"core {version} is released already; a released version never changes. Take the next number."
        )
    newest = list(known)[-1:]
    if newest and number(version) < number(newest[0]):
        raise ReleaseError(
            f"core {version} is older than {newest[0]}, the newest release here. Take a higher number; an older "
            f"line is mended on a branch that starts where {newest[0]} was not yet released."
        )
    try:
        git(root, "symbolic-ref", "--quiet", "HEAD")
    except WheelError:
        raise ReleaseError(
            "the checkout is on no branch, so the release would be lost. Check one out: git switch main"
        ) from None
    if changed := git(root, "status", "--porcelain").splitlines():
        raise ReleaseError(
            f"the checkout has {len(changed)} uncommitted changes, `{changed[0].strip()}` first. "
            "Commit them or take them away: a release is what history holds."
        )
    start = git(root, "rev-parse", "HEAD").strip()
    date = datetime.datetime.now(datetime.timezone.utc).date().isoformat()  # noqa: UP017 - Python 3.10
    with _worktree(root, start) as tree:
        _replace(
            tree / "core/CHANGELOG.md",
            r"^## Unreleased\n(?=\s*[^\s#])",
            f"## {version} ({date})\n",
            "news under `## Unreleased`",
        )
        _replace(
            tree / "core/pyproject.toml",
            r'^version = ".*"$',
            f'version = "{version}"',
            "a line `version`",
        )
        git(tree, "commit", "--quiet", "--all", "--signoff", "--message", f"Release core {version}")
        core = git(tree, "rev-parse", "HEAD:core").strip()
        wheel = tree_wheel(root, core)
        run_half = examine(tree, wheel)
        entry = (
            f'\n["{version}"]\ndate = {date}\ntree = "{core}"\n'
            f'wheel = "{wheel.parent.name}"\nrun_half = "{run_half}"\n'
        )
        listed = tree / "releases.toml"
        listed.write_text(listed.read_text() + entry)
        renew_locks(tree)
        following = f"{match[1]}.{match[2]}.{int(match[3]) + 1}.dev0"
        _replace(
            tree / "core/CHANGELOG.md",
            rf"^(?=## {re.escape(version)} )",
            "## Unreleased\n\n",
            "its own heading",
        )
        _replace(
            tree / "core/pyproject.toml",
            r'^version = ".*"$',
            f'version = "{following}"',
            "a line `version`",
        )
        message = f"Record the release of core {version}, and go on as {following}"
        git(tree, "add", "--all")
        git(tree, "commit", "--quiet", "--signoff", "--message", message)
        end = git(tree, "rev-parse", "HEAD").strip()
    try:
        git(root, "merge", "--quiet", "--ff-only", end)
    except WheelError as error:
        raise ReleaseError(
            f"the branch or its files changed during the release; nothing was released. Try again. ({error})"
        ) from error
    return entry.strip()


def examine(tree: Path, wheel: Path) -> str:
    """Runs core's tests on the wheel and returns the digest of its run half.

    Raises:
      ReleaseError: If a test fails.
    """
    python = environment.make(ROOT, tree / "tools/tests.lock", wheel, SUPPORTS)
    print(f"testing {wheel.name}", flush=True)
    with tempfile.TemporaryDirectory() as elsewhere:
        tests = [str(python), "-P", "-m", "pytest", "-q", str(tree / "core/tests")]
        if subprocess.run(tests, cwd=elsewhere).returncode:
            raise ReleaseError(
                "core's tests fail on the wheel of the release. Mend what they name above."
            )
        asked = subprocess.run(
            [str(python), "-P", "-c", RUN_HALF], cwd=elsewhere, capture_output=True, text=True
        )
    if asked.returncode:
        raise ReleaseError(f"the run half has no digest: {asked.stderr.strip()}")
    return asked.stdout.strip()


@contextmanager
def _worktree(root: Path, commit: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch, "release")
        git(root, "worktree", "add", "--quiet", "--detach", str(tree), commit)
        try:
            yield tree
        finally:
            git(root, "worktree", "remove", "--force", str(tree))


def _replace(file: Path, pattern: str, by: str, wanted: str) -> None:
    text, count = re.subn(pattern, lambda _: by, file.read_text(), flags=re.M)
    if count != 1:
        raise ReleaseError(
            f"{file.name} of core must have {wanted}, exactly once; it has it {count} times. Add it and commit."
        )
    file.write_text(text)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: nox -s release_core -- X.Y.Z", file=sys.stderr)
        return 2
    try:
        print(release(ROOT, arguments[0], examine, renew_template))
        print(
            "The branch has the release; push it. If others pushed meanwhile, merge (git pull --no-rebase): "
            "a rebase would make other trees than the one recorded."
        )
    except (ReleaseError, WheelError, environment.EnvironmentFailure) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
