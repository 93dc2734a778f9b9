# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves papers to another release of core, where it changes nothing that they say.

    nox -s upgrade_core -- X.Y.Z [NAME...]

Each paper is tried in a work tree of its own, with a commit that moves its pin: its tests, its smoke runs, then
all its claims again at the scale that the plan judges, recorded there. The branch takes these commits only if
every verdict is the same as before and no measure differs from the record: a change in either direction stops it,
for keeping only upgrades that look better would be further looks. Otherwise, and when it is interrupted, nothing
of the paper changes.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from locks import tests_python
from papers import PaperError, move_pin, papers, pinned
from wheels import ROOT, Release, WheelError, git, number, released_wheel, releases, tomllib

from ldlc import environment


class UpgradeError(RuntimeError):
    """A paper stays with the core that it pins; nothing of it was changed."""


@dataclass(frozen=True)
class Options:
    """How papers are tried.

    Args:
      jobs: Workers at once; None for one a core.
      home: The folder whose `.nox` keeps environments.
    """

    jobs: int | None = None
    home: Path = ROOT


def upgrade(root: Path, name: str, version: str, options: Options) -> str:
    """Moves one paper to a release of core and returns what became of it, in one line.

    Args:
      root: The checkout; its branch moves on by two commits.
      name: The paper.
      version: The release.
      options: How it is tried.

    Raises:
      UpgradeError: If the paper must stay with the core that it pins; the message says why.
      WheelError, PaperError, EnvironmentFailure: If it cannot be tried.
    """
    paper = papers(root)[name]
    old, new = pinned(paper), _release(root, version)
    if number(old) >= number(version):
        return f"pins core {old} already"
    _require_quiet(root, name)
    with _alone(root, name), _worktree(root, name) as tree:
        trial = tree / "repos" / name
        move_pin(trial, new)
        _renew_lock(root, trial, old, version)
        git(tree, "add", "--all", "--", str(trial))
        git(tree, "commit", "--quiet", "--signoff", "--message", f"Pin core {version} in {name}")
        _try(paper, trial, old, released_wheel(root, version), options)
        has_record = bool(verdicts(trial))
        outcome = ": every verdict is the same." if has_record else "."
        _add_news(trial / "CHANGELOG.md", f"- Core {version} instead of {old}{outcome}")
        if has_record and (tree / "README.md").exists():
            _renew_table(root, tree)
        git(tree, "add", "--all")
        message = f"{'Renew the record' if has_record else 'Tell the change'} of {name} with core {version}"
        git(tree, "commit", "--quiet", "--signoff", "--message", message)
        end = git(tree, "rev-parse", "HEAD").strip()
        try:
            git(root, "merge", "--quiet", "--no-edit", end)
        except WheelError as error:
            if (Path(git(root, "rev-parse", "--absolute-git-dir").strip()) / "MERGE_HEAD").exists():
                git(root, "merge", "--abort")
            raise UpgradeError(
                f"every verdict is the same, but what the branch holds by now conflicts with it ({error}). "
                f"Merge the commit yourself: git merge {end[:12]}"
            ) from error
    shutil.rmtree(_kept(root, name), ignore_errors=True)
    if not has_record:
        return f"moved from core {old} to {version}; it has no record yet"
    return f"moved from core {old} to {version}: every verdict is the same, and no measure differs"


def _try(paper: Path, trial: Path, old: str, wheel: Path, options: Options) -> None:
    """Runs tests, smoke runs and claims of a paper whose pin was moved, and compares.

    Raises:
      UpgradeError: With the first thing that fails or changed.
    """
    project = tomllib.loads((trial / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = pinned(trial)
    python = environment.make(
        options.home, trial / "requirements.lock", wheel, project["requires-python"]
    )

    def run(what: str, *command: str) -> None:
        print(f"{paper.name}, core {version}: {what}", flush=True)
        done = subprocess.run([str(python), "-m", *command], cwd=trial, env=_variables(trial))
        if done.returncode:
            raise UpgradeError(f"{what} failed with core {version}; what went wrong stands above")

    if (trial / "tests").is_dir():
        run("its tests", "pytest", "-q", "tests")
    run("every arm at the smoke scale", "ldlc.cli", "replicate", ".", "--scale", "smoke")
    before = verdicts(paper)
    if before:
        extend = ["--extend"] if _was_extended(paper) else []
        jobs = ["--jobs", str(options.jobs)] if options.jobs else []
        run("its claims again", "ldlc.cli", "replicate", ".", "--record", *extend, *jobs)
        after = verdicts(trial)
        print(table(before, after, old, version), flush=True)
        record = str(trial / "results")
        run("its measures beside the record", "ldlc.cli", "compare", record, str(paper))
        changed = [claim for claim in before if after.get(claim) != before[claim]]
        if changed:
            shown = ", ".join(
                f"`{claim}` was {before[claim]} and is {after.get(claim, 'not judged')}"
                for claim in changed
            )
            raise UpgradeError(
                f"{shown}. Keep the pin, or record the change openly: an amendment in paper.toml"
            )
    run("its tests and checks with the new record", "pytest", "-q")


def verdicts(paper: Path) -> dict[str, str]:
    """Returns the verdict of each claim as its report words it; nothing for a paper without a record.

    Raises:
      PaperError: If report.json is not one.
    """
    return {
        claim["id"]: claim["outcome"]
        + (" (alone)" if claim["alone"] else "")
        + (", approximate" if claim["approximate"] else "")
        for claim in _claims(paper)
    }


def table(before: dict[str, str], after: dict[str, str], old: str, new: str) -> str:
    """Returns the verdicts before and after, a line a claim; what differs is marked."""
    rows = [("claim", f"core {old}", f"core {new}", "")]
    rows += [
        (
            claim,
            before.get(claim, "–"),
            after.get(claim, "–"),
            "" if before.get(claim) == after.get(claim) else "<- differs",
        )
        for claim in {**before, **after}
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    return "\n".join(
        "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths)), row[3]]).rstrip()  # noqa: B905 - Python 3.10
        for row in rows
    )


def _claims(paper: Path) -> list[dict[str, object]]:
    file = paper / "report.json"
    if not file.exists():
        return []
    try:
        return list(json.loads(file.read_text(encoding="utf-8"))["claims"])
    except (ValueError, KeyError, TypeError):
        raise PaperError(f"{file} is no report. Restore it: git checkout {file}") from None


def _was_extended(paper: Path) -> bool:
    return any(claim.get("look") == 2 for claim in _claims(paper))


def _release(root: Path, version: str) -> Release:
    known = releases(root)
    if version not in known:
        raise WheelError(
            f"core `{version}` is not a release; releases.toml lists: {', '.join(known) or 'none'}. "
            "Release it first: nox -s release_core"
        )
    return known[version]


def _require_quiet(root: Path, name: str) -> None:
    """Refuses a paper with uncommitted work, which the commits of an upgrade could not hold."""
    changed = git(root, "status", "--porcelain", "--", f"repos/{name}").splitlines()
    if changed:
        raise UpgradeError(
            f"repos/{name} has {len(changed)} uncommitted changes, `{changed[0].strip()}` first. Commit them first"
        )
    try:
        git(root, "symbolic-ref", "--quiet", "HEAD")
    except WheelError:
        raise UpgradeError("the checkout is on no branch. Check one out: git switch main") from None


def _renew_lock(root: Path, trial: Path, old: str, new: str) -> None:
    """Renews requirements.lock where the new core needs other packages than the old one."""
    if _needs(released_wheel(root, old)) == _needs(released_wheel(root, new)):
        return
    noxfile = str(trial / "noxfile.py")
    done = subprocess.run([sys.executable, "-m", "nox", "-f", noxfile, "-s", "lock"])
    if done.returncode:
        raise UpgradeError(f"core {new} needs other packages, and the lock could not be renewed")


def _renew_table(root: Path, tree: Path) -> None:
    """Renews the table of papers in README.md, where the record's costs stand too."""
    command = [str(tests_python(root)), str(tree / "tools/catalogue.py")]
    if subprocess.run(command).returncode:
        raise UpgradeError("the table of papers in README.md could not be renewed")


def _needs(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        lines = archive.read(name).decode().splitlines()
    return sorted(line for line in lines if line.startswith(("Requires-Dist:", "Requires-Python:")))


def _add_news(changelog: Path, line: str) -> None:
    """Adds a line to a paper's changelog, under what is not released yet."""
    text = changelog.read_text(encoding="utf-8") if changelog.exists() else "# Changelog\n"
    head, mark, rest = text.partition("\n## ")
    title, _, body = rest.partition("\n")
    if mark and "released" in title:  # "Unreleased", or "0.1.0, not yet released"
        text = f"{head}{mark}{title}\n\n{line}\n{body.lstrip(chr(10))}"
    else:
        text = f"{head.rstrip()}\n\n## Unreleased\n\n{line}\n{mark}{rest}"
    changelog.write_text(text, encoding="utf-8")


def _variables(paper: Path) -> dict[str, str]:
    changed = environment.variables(paper)
    merged = {**os.environ, **{k: v for k, v in changed.items() if v is not None}}
    return {k: v for k, v in merged.items() if changed.get(k, "") is not None}


def _place(root: Path, name: str) -> Path:
    return root / ".nox/upgrade" / name


def _kept(root: Path, name: str) -> Path:
    """Returns where finished runs of a paper wait for another try."""
    return root / ".nox/upgrade" / f"{name}.ldlc"


@contextmanager
def _alone(root: Path, name: str) -> Iterator[None]:
    lock = root / ".nox/upgrade" / f"{name}.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UpgradeError("another upgrade of this paper is running here") from None
        yield


@contextmanager
def _worktree(root: Path, name: str) -> Iterator[Path]:
    """Gives a work tree of the head, in which runs of an earlier try lie ready.

    It lies under the checkout, so that the paper takes the checkout's environments.
    """
    place, kept = _place(root, name), _kept(root, name)
    runs = place / "repos" / name / ".ldlc"

    def clear() -> None:
        if runs.exists():
            shutil.rmtree(kept, ignore_errors=True)
            runs.rename(kept)
        if place.exists():
            git(root, "worktree", "remove", "--force", str(place))
        git(root, "worktree", "prune")

    clear()  # what a killed one left
    git(root, "worktree", "add", "--quiet", "--detach", str(place), "HEAD")
    try:
        if kept.exists():
            kept.rename(runs)
        yield place
    finally:
        clear()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="nox -s upgrade_core --",
        description="Moves papers to another release of core, where it changes no verdict and no measure.",
    )
    parser.add_argument("version", metavar="X.Y.Z", help="the release, as releases.toml lists it")
    parser.add_argument("names", metavar="NAME", nargs="*", help="papers; left out: all")
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="workers at once; left out: one a core"
    )
    given = parser.parse_args(arguments)
    known = papers(ROOT)
    unknown = [name for name in given.names if name not in known]
    if unknown:
        parser.error(f"there is no paper `{unknown[0]}`; repos/ has: {', '.join(known) or 'none'}")
    outcomes, stayed = {}, False
    for name in given.names or known:
        try:
            outcomes[name] = upgrade(ROOT, name, given.version, Options(given.jobs))
        except (UpgradeError, PaperError, WheelError, environment.EnvironmentFailure) as error:
            outcomes[name], stayed = f"stays as it is: {error}.".replace("..", "."), True
        except KeyboardInterrupt:
            print(
                f"\nstopped; {name} stays as it is, and the next call goes on from its finished runs"
            )
            return 130
        print(f"{name} {outcomes[name]}", flush=True)
    if len(outcomes) > 1:
        print("\n".join(["", *(f"{name} {outcome}" for name, outcome in outcomes.items())]))
    return int(stayed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
