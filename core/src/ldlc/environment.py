# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the environment that a paper's sessions run in, once for each lock, core wheel and Python.

An environment has two layers, both under `.nox` of the outermost checkout: `packages-*` holds what a
lock lists, byte-compiled, and `env-*` holds core alone and sees the first through a path file. So
TensorFlow is installed once a lock, and another core costs a fraction of a second.

Noxfiles import this module from core's wheel, in nox's own Python and before anything is installed:
it may use the standard library of Python 3.10 only, and so may what `import ldlc` brings along.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

FORM = 1
"""Goes up when this module fills environments differently, so that older ones are left alone."""

SESSION_TOOLS = ("license-expression", "pytest", "ruff")
"""What a paper's sessions run besides core, and what its lock therefore holds: the check of licences (Apache-2.0),
tests (MIT) and lint (MIT). Licences are evaluated by sessions only, so that core itself does not depend on it."""

LOCK_HEADER = """\
# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Everything that runs beside core, with hashes; written by `nox -s lock`, never by hand.
"""


class EnvironmentFailure(RuntimeError):
    """The environment cannot be made; the message says why and what to do."""


def make(home: Path, lock: Path, wheel: Path, supports: str) -> Path:
    """Returns the Python of the environment that holds a lock's packages and core; makes it if need be.

    Args:
      home: The folder whose `.nox` keeps environments: the outermost checkout.
      lock: A requirements file in which every line has its hashes; all but core.
      wheel: Core's wheel.
      supports: The Pythons that the lock is for, such as ">=3.11,<3.14". The newest one installed is
        taken, or else fetched; `LDLC_PYTHON` (such as "3.11") chooses another.

    Returns:
      The interpreter, `HOME/.nox/env-*/bin/python`.

    Raises:
      EnvironmentFailure: If there is no lock, no uv or no Python, or a package cannot be had.
    """
    home = home.resolve()
    pythons = _pythons(supports)
    if not lock.is_file():
        raise EnvironmentFailure(f"`{lock}` is not there. `nox -s lock` writes it.")

    def install_lock(folder: Path) -> None:
        _say(f"making {folder.relative_to(home)} from {lock.name}; this happens once")
        _create(folder, _find_python(pythons))
        _install(folder, ["--require-hashes", "-r", str(lock)], what=f"what `{lock}` lists")

    def install_core(folder: Path) -> None:
        _create(folder, str(packages / "bin/python"))
        _install(folder, ["--no-deps", "--no-index", str(wheel)], what=f"core, `{wheel}`")
        path = f"import site; site.addsitedir({str(_site_packages(packages))!r})\n"
        (_site_packages(folder) / "packages.pth").write_text(path)

    packages = _folder(home, "packages", lock.read_bytes(), " ".join(pythons).encode())
    _fill(packages, install_lock)
    env = _folder(home, "env", packages.name.encode(), wheel.name.encode(), wheel.read_bytes())
    _fill(env, install_core)
    return env / "bin/python"


def write_lock(
    lock: Path, wants: Sequence[str], supports: str, *, without: str = "", upgrade: bool = False
) -> None:
    """Writes the lock of some requirements for Linux and macOS, hashes included and no index address in it.

    Versions that the lock already holds are kept where they still fit.

    Args:
      lock: The file to write; replaced only when everything was resolved.
      wants: Requirements, such as "ldlc[tensorflow] @ file:///.../ldlc-0.1.0-py3-none-any.whl".
      supports: The Pythons that it is for, such as ">=3.11,<3.14".
      without: A distribution to leave out, though what it needs is in: core, which has a lock of its own.
      upgrade: Take the newest versions instead of those that the lock holds.

    Raises:
      EnvironmentFailure: If the requirements cannot be resolved.
    """
    oldest = _pythons(supports)[-1]
    with tempfile.TemporaryDirectory() as scratch:
        wanted, written = Path(scratch, "wanted.in"), Path(scratch, "lock.txt")
        wanted.write_text("".join(f"{want}\n" for want in wants))
        if lock.exists() and not upgrade:
            shutil.copyfile(lock, written)
        command = [
            "pip",
            "compile",
            "--quiet",
            "--universal",
            "--python-version",
            oldest,
            "--generate-hashes",
        ]
        command += ["--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
        command += ["--no-emit-package", without] if without else []
        done = _uv([*command, "--output-file", str(written), str(wanted)])
        if done.returncode:
            raise EnvironmentFailure(
                f"`{lock}` could not be resolved:\n{done.stderr.strip()}\n"
                "Loosen the requirement that uv names, or connect to the network."
            )
        new = lock.with_name(f".{lock.name}.new")
        new.write_text(LOCK_HEADER + written.read_text())
        new.replace(lock)


def variables(*folders: Path) -> dict[str, str | None]:
    """Returns the environment variables to change for what runs inside; None removes one.

    Byte code must be written: without it every worker compiles TensorFlow's 5,000 files again, 4 s each.

    Args:
      *folders: What goes on Python's path: the paper's own folder.
    """
    return {
        "PYTHONPATH": os.pathsep.join(str(folder.resolve()) for folder in folders) or None,
        "PYTHONDONTWRITEBYTECODE": None,
        "PYTHONHOME": None,
        "VIRTUAL_ENV": None,
    }


def find_uv() -> str:
    """Returns the path of uv: the one installed beside this Python, else the one on PATH.

    Raises:
      EnvironmentFailure: If there is none.
    """
    try:
        from uv import find_uv_bin

        return str(find_uv_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("uv")
    if found is None:
        raise EnvironmentFailure(
            f"`uv` makes the environments and is neither beside {sys.executable} nor on PATH. "
            f"Install it: {sys.executable} -m pip install uv"
        )
    return found


def _pythons(supports: str) -> list[str]:
    """Returns the minor versions that a lock is for, the newest first, or the one that was asked for."""
    match = re.fullmatch(r">=\s*3\.(\d+)\s*,\s*<\s*3\.(\d+)", supports.strip())
    pythons = [f"3.{m}" for m in reversed(range(int(match[1]), int(match[2])))] if match else []
    if not pythons:
        raise EnvironmentFailure(
            f"`requires-python` must name the oldest Python and the first one too new, got `{supports}`. "
            'Write it like ">=3.11,<3.14".'
        )
    asked = os.environ.get("LDLC_PYTHON")
    if asked and asked not in pythons:
        raise EnvironmentFailure(
            f"`LDLC_PYTHON` must be a Python that the lock is for ({', '.join(pythons)}), got `{asked}`. "
            "Set it to one of them or unset it."
        )
    return [asked] if asked else pythons


def _find_python(pythons: list[str]) -> str:
    """Returns the newest of these Pythons that is installed, or a request that lets uv fetch the newest."""
    for minor in pythons:
        question = [
            "python",
            "find",
            "--system",
            "--no-project",
            "--no-python-downloads",
            f"cpython@{minor}",
        ]
        answer = _uv(question)
        if answer.returncode == 0:
            return answer.stdout.strip()
        if minor == f"3.{sys.version_info.minor}" and sys.implementation.name == "cpython":
            return sys.executable
    _say(f"no Python {' or '.join(pythons)} is installed; uv fetches {pythons[0]}")
    return f"cpython@{pythons[0]}"


def _create(folder: Path, python: str) -> None:
    done = _uv(["venv", "--quiet", "--no-project", "--python", python, str(folder)])
    if done.returncode:
        raise EnvironmentFailure(
            f"`{folder}` could not be made with Python `{python}`:\n{done.stderr.strip()}\n"
            "Install one of the Pythons that the lock is for, or connect to the network so that uv can fetch one."
        )


def _install(folder: Path, wanted: list[str], what: str) -> None:
    """Installs from uv's cache alone, which needs no network and is faster; fetches only if that fails."""
    command = ["pip", "install", "--python", str(folder / "bin/python"), *wanted]
    if _uv(["--offline", *command]).returncode:
        quiet = [] if sys.stderr.isatty() else ["--quiet"]
        done = _uv([*quiet, *command], show=True)
        if done.returncode:
            raise EnvironmentFailure(
                f"{what} could not be installed: uv says why above. "
                "Connect to the network if it was not reachable, and give the command again."
            )
    _compile(folder)


def _compile(folder: Path) -> None:
    """Writes byte code for all that is installed but the tests of packages, which nobody imports.

    uv links files from its cache, so a package that two locks list is the same files on disk: byte code
    that another environment has of them is linked, too. That takes a tenth of the time.
    """
    site = _site_packages(folder)
    names = (path.relative_to(site) for path in site.rglob("*.py"))
    rest = [name for name in names if not {"test", "tests"} & set(name.parts)]
    for other in folder.parent.glob(f"packages-*/lib/{site.parent.name}/site-packages"):
        if other != site and (other.parents[2] / "complete").exists():
            rest = [name for name in rest if not _link_byte_code(other, site, name)]
    command = [str(folder / "bin/python"), "-m", "compileall", "-q", "-i", "-"]
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:  # compileall's own pool takes longer than its work
        for core in range(min(cores, len(rest))):
            part = "\n".join(str(site / name) for name in rest[core::cores])
            pool.submit(subprocess.run, command, input=part, capture_output=True, text=True)


def _link_byte_code(other: Path, site: Path, name: Path) -> bool:
    """Links the byte code that another environment has of a file, and returns whether it could."""
    tag = site.parent.name.replace("python", "cpython-").replace(".", "")
    code = name.parent / "__pycache__" / f"{name.stem}.{tag}.pyc"
    try:
        if not (other / name).samefile(site / name):
            return False
        (site / code).parent.mkdir(exist_ok=True)
        (site / code).hardlink_to(other / code)
    except OSError:  # it has no such file or no byte code of it, or the disk knows no links
        return False
    return True


def _uv(command: list[str], show: bool = False) -> subprocess.CompletedProcess[str]:
    env = {
        k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")
    }
    stream = None if show else subprocess.PIPE
    return subprocess.run([find_uv(), *command], env=env, stdout=stream, stderr=stream, text=True)


def _folder(home: Path, kind: str, *parts: bytes) -> Path:
    """Returns where an environment made of these parts lies; venvs hold absolute paths, so `home` counts."""
    digest = hashlib.sha256(f"{FORM} {home}".encode())
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return home / ".nox" / f"{kind}-{digest.hexdigest()[:12]}"


def _fill(folder: Path, install: Callable[[Path], None]) -> None:
    """Runs `install` unless the folder is complete; what a killed one left behind is made anew."""
    marker = folder / "complete"
    if marker.exists() and (folder / "bin/python").exists():
        return
    with _alone(folder.with_name(f".{folder.name}.lock")):
        if marker.exists() and (folder / "bin/python").exists():
            return  # made by another session while we waited
        marker.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        install(folder)
        marker.write_text("This environment is complete. It may be deleted at any time.\n")


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Keeps other processes out until the block ends; the system drops the lock of one that died."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("waiting for another session that makes the same environment")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _site_packages(folder: Path) -> Path:
    return next((folder / "lib").glob("python3.*")) / "site-packages"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
