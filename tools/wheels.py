# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds core's wheels: of a released version from the git tree that releases.toml names, or of the work tree.

    python tools/wheels.py 0.1.0    # prints the path of that version's wheel
    python tools/wheels.py head     # prints the path of a wheel of core as it lies here

A wheel is kept in the user's cache under its own SHA-256, where published papers find it too.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10, to which nox brings the other
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "core/src"))  # behind an installed core, so that tests test that one
from ldlc.environment import find_uv  # noqa: E402

BUILD = "import sys, flit_core.buildapi; flit_core.buildapi.build_wheel(sys.argv[1])"


class WheelError(RuntimeError):
    """A wheel cannot be had; the message says why and what to do."""


@dataclass(frozen=True)
class Release:
    """One entry of releases.toml."""

    version: str
    tree: str  # git's id of the folder core/
    wheel: str  # the SHA-256 of the wheel that is built from it
    run_half: str  # the digest of the modules whose change makes runs stale


def releases(root: Path) -> dict[str, Release]:
    """Returns every released version, the newest last."""
    table = tomllib.loads((root / "releases.toml").read_text())
    listed = [Release(v, e["tree"], e["wheel"], e["run_half"]) for v, e in table.items()]
    return {r.version: r for r in sorted(listed, key=lambda r: number(r.version))}


def number(version: str) -> tuple[int, ...]:
    """Returns a released version as numbers, by which versions are in order."""
    return tuple(int(part) for part in version.split("."))


def unreachable(root: Path) -> list[str]:
    """Returns what is wrong with releases.toml: a line for each tree that no commit of the head's history has.

    Such a tree is in this clone by chance, if at all: whoever clones the head could not build that release.
    """
    try:
        commits = git(root, "rev-list", "HEAD").split()
    except WheelError as error:
        return [str(error)]
    asked = "".join(f"{commit}:core\n" for commit in commits)
    trees = set(git(root, "cat-file", "--batch-check=%(objectname)", asked=asked).split())
    missing = [release for release in releases(root).values() if release.tree not in trees]
    if not missing:
        return []
    if git(root, "rev-parse", "--is-shallow-repository").strip() == "true":
        why = "this shallow clone does not have. Fetch it: git fetch --unshallow"
    else:
        why = "no commit of the head's history has. Merge the branch on which it was released."
    return [
        f"releases.toml: core {release.version} is built from the git tree {release.tree[:12]}, which {why}"
        for release in missing
    ]


def released_wheel(root: Path, version: str) -> Path:
    """Returns the wheel of a released version, from the cache if it is there and whole.

    Raises:
      WheelError: If there is no such release, its tree is not in this clone, or what was built from the
        tree is not the wheel that was released.
    """
    known = releases(root)
    if version not in known:
        raise WheelError(
            f"core `{version}` is not a release; releases.toml lists: {', '.join(known) or 'none'}. "
            "Pin one of them, or give --head for core as it lies in this checkout."
        )
    release = known[version]
    _require_tree(root, release)
    wheel = wheel_cache() / release.wheel / f"ldlc-{version}-py3-none-any.whl"
    if not _is_whole(wheel, release.wheel):
        wheel = _store(_build_tree(root, release.tree))
    if wheel.parent.name != release.wheel:
        raise WheelError(
            f"the tree {release.tree[:12]} of core {version} gave a wheel with SHA-256 {wheel.parent.name}, "
            f"but releases.toml says {release.wheel}. Undo the change to releases.toml or to .gitattributes."
        )
    verify(root, release.tree, wheel)
    return wheel


def head_wheel(root: Path) -> Path:
    """Returns a wheel of core as it lies in the work tree, changes included."""
    return _store(_build(root / "core"))


def tree_wheel(root: Path, tree: str) -> Path:
    """Returns a wheel of the git tree of a core that is about to be released."""
    wheel = _store(_build_tree(root, tree))
    verify(root, tree, wheel)
    return wheel


def core_lock(release: Release) -> str:
    """Returns the text of a paper's core.lock: the pin with the hash of its wheel, a requirements line."""
    return f"ldlc=={release.version} --hash=sha256:{release.wheel}\n"


def wheel_cache() -> Path:
    """Returns the folder of cached wheels, one folder a SHA-256."""
    shared = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("LDLC_CACHE") or Path(shared, "ldlc")) / "wheels"


def verify(root: Path, tree: str, wheel: Path) -> None:
    """Checks file by file that a wheel holds the package and the licence of a tree, and no other code.

    Raises:
      WheelError: Naming the files that differ.
    """
    expected = {}
    for line in git(root, "ls-tree", "-r", "-z", tree, "--", "src/ldlc/", "LICENSE").split("\0")[
        :-1
    ]:
        about, path = line.split("\t")
        expected[path.removeprefix("src/")] = about.split()[2]
    found = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            folder, _, rest = name.partition("/")
            if folder.endswith(".dist-info") and rest in (
                "METADATA",
                "RECORD",
                "WHEEL",
                "entry_points.txt",
            ):
                continue  # made by the build backend
            inner = "LICENSE" if rest == "licenses/LICENSE" else name
            found[inner] = _blob(archive.read(name), len(expected.get(inner, "")))
    wrong = sorted(p for p in expected.keys() | found.keys() if expected.get(p) != found.get(p))
    if wrong:
        raise WheelError(
            f"{wheel} does not hold what the tree {tree[:12]} holds: {', '.join(wrong[:5])}"
            f"{' ...' if wrong[5:] else ''}. Delete it; it is built again."
        )


def git(root: Path, *command: str, asked: str | None = None) -> str:
    """Returns what a git command prints in a checkout, whatever hook or checkout we are called from.

    Args:
      root: The checkout.
      *command: The command and its arguments.
      asked: What it reads from its standard input.

    Raises:
      WheelError: With git's own words, if it fails.
    """
    done = subprocess.run(
        _git(root, *command),
        env=_plain_environment(),
        input=asked,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise WheelError(f"`git {' '.join(command)}` failed in {root}: {done.stderr.strip()}")
    return done.stdout


def _git(root: Path, *command: str) -> list[str]:
    return ["git", "-C", str(root), *command]


def _plain_environment() -> dict[str, str]:
    return {
        k: v
        for k, v in os.environ.items()
        if not k.startswith("GIT_") or k.startswith(("GIT_AUTHOR", "GIT_COM"))
    }


def _require_tree(root: Path, release: Release) -> None:
    try:
        git(root, "cat-file", "-e", f"{release.tree}^{{tree}}")
    except WheelError as error:
        try:
            shallow = git(root, "rev-parse", "--is-shallow-repository").strip() == "true"
        except WheelError:
            raise WheelError(
                f"{root} is not a git checkout, and core is built from history. Clone it with git."
            ) from error
        fetch = "git fetch --unshallow" if shallow else "git fetch origin"
        raise WheelError(
            f"core {release.version} is built from the git tree {release.tree[:12]}, which this "
            f"{'shallow ' if shallow else ''}clone does not have. Fetch it: {fetch}"
        ) from error


def _build_tree(root: Path, tree: str) -> tuple[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(
            _git(root, "archive", "--format=zip", "-0", tree),
            env=_plain_environment(),
            capture_output=True,
            check=True,
        )
        zipfile.ZipFile(io.BytesIO(archive.stdout)).extractall(folder)
        return _build(Path(folder))


def _build(source: Path) -> tuple[str, bytes]:
    """Returns the name and bytes of the wheel that a source folder's own, exactly pinned backend builds."""
    backend = re.findall(
        r'^requires = \["(flit_core==[\d.]+)"\]$', (source / "pyproject.toml").read_text(), re.M
    )
    if len(backend) != 1:
        raise WheelError(
            f'{source}/pyproject.toml must pin its build backend: requires = ["flit_core==X.Y.Z"].'
        )
    alone = ["--quiet", "--isolated", "--no-project", "--with", backend[0]]
    with tempfile.TemporaryDirectory() as folder:
        # `uv build` would ask the backend first what it requires, which takes as long again
        build = ["python", "-I", "-c", BUILD, folder]
        for network in (["--offline"], []):
            run = [find_uv(), "run", *network, *alone, "--python", sys.executable]
            done = subprocess.run([*run, *build], cwd=source, capture_output=True, text=True)
            if done.returncode == 0:
                (wheel,) = Path(folder).glob("*.whl")
                return wheel.name, _same_bytes_everywhere(wheel)
    raise WheelError(
        f"core could not be built: {done.stderr.strip()}\nConnect to the network once, for its build backend."
    )


def _same_bytes_everywhere(wheel: Path) -> bytes:
    """Returns the wheel packed anew without compression, times or modes, which depend on machine and zlib."""
    packed = io.BytesIO()
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as new:
        for name in sorted(old.namelist(), key=lambda name: (".dist-info/" in name, name)):
            member = zipfile.ZipInfo(name)  # 1980-01-01
            member.create_system = 3
            member.external_attr = 0o100644 << 16
            new.writestr(member, old.read(name))
    return packed.getvalue()


def _store(built: tuple[str, bytes]) -> Path:
    """Puts a wheel into the cache under its SHA-256, atomically, in place of a damaged one."""
    name, content = built
    digest = hashlib.sha256(content).hexdigest()
    wheel = wheel_cache() / digest / name
    if not _is_whole(wheel, digest):
        wheel.parent.mkdir(parents=True, exist_ok=True)
        new = wheel.with_name(f".{name}.{os.getpid()}")
        new.write_bytes(content)
        new.replace(wheel)
    return wheel


def _is_whole(wheel: Path, digest: str) -> bool:
    return wheel.exists() and hashlib.sha256(wheel.read_bytes()).hexdigest() == digest


def _blob(content: bytes, length: int) -> str:
    """Returns git's id of a file's content; its length tells which hash the repository uses."""
    return hashlib.new(
        "sha256" if length == 64 else "sha1", b"blob %d\0" % len(content) + content
    ).hexdigest()


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: wheels.py VERSION | head", file=sys.stderr)
        return 2
    try:
        print(head_wheel(ROOT) if arguments == ["head"] else released_wheel(ROOT, arguments[0]))
    except (WheelError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
