# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes papers' files again as the template of some commit makes them, from recorded answers.

`make` is the half that needs cookiecutter. Where the pinned one is installed beside us, a fork server that has
imported it calls that; elsewhere uv runs this file as a program: it reads the arguments as JSON from standard
input and writes what `make` returns to standard output.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import importlib.metadata
import io
import json
import multiprocessing
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

BELOW: dict[str, str] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
"""Keeps what an archive holds below the folder; Python has it from 3.11.4 on, and git archives nothing else."""


def render(
    root: Path, commit: str, contexts: list[dict[str, Any]], scratch: Path
) -> list[Path | str]:
    """Makes papers as the template of a commit makes them, without looking anything up.

    The naming rule is of the same commit. All papers are made in one process.

    Args:
      root: The checkout.
      commit: A commit of it.
      contexts: Of each paper the recorded answers, and the origin as `_recorded`.
      scratch: An empty folder. It then holds the template too, as `template/templates/paper`.

    Returns:
      Each paper's folder, or what the template says against its answers.

    Raises:
      TemplateError: If cookiecutter cannot be run.
    """
    from template_classes import TEMPLATE, TemplateError

    export(root, commit, [TEMPLATE, "core/src/ldlc/naming.py"], scratch / "template")
    job = {
        "template": str(scratch / "template" / TEMPLATE),
        "output": str(scratch / "made"),
        "contexts": contexts,
    }
    python = python_with_cookiecutter(root)
    try:
        if python == [sys.executable]:
            problems = in_a_fork(make, **job)
        else:
            problems = _in_a_program(python, job)
    except RuntimeError as error:
        raise TemplateError(
            f"the template of {commit[:12]} could not be rendered: {error}"
        ) from None
    return [
        problem or scratch / "made" / str(k) / contexts[k]["_recorded"]["name"]
        for k, problem in enumerate(problems)
    ]


def in_a_fork(do: Callable[..., Any], **arguments: Any) -> Any:
    """Returns what a function says that needs cookiecutter, in a process of its own.

    Each template brings modules of the same names. The process is a fork of one that has imported cookiecutter.

    Raises:
      RuntimeError: If the function raises anything, with its traceback.
    """
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["cookiecutter.extensions", "cookiecutter.main"])
    with concurrent.futures.ProcessPoolExecutor(1, server) as pool:
        try:
            return pool.submit(do, **arguments).result()
        except (Exception, SystemExit) as error:
            raise RuntimeError(str(error.__cause__ or error).strip('"\n')) from None


def _in_a_program(python: list[str], job: dict[str, Any]) -> list[str | None]:
    done = subprocess.run(
        [*python, str(Path(__file__).resolve())],
        input=json.dumps(job),
        cwd=Path(job["output"]).parent,  # where uv finds no settings
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return list(json.loads(done.stdout))


def export(root: Path, commit: str, paths: list[str], folder: Path) -> None:
    """Writes some paths of a commit into a folder, with the bytes that git holds.

    Raises:
      TemplateError: With git's own words.
    """
    from template_classes import TemplateError

    as_stored = ["-c", "core.autocrlf=false", "-c", "core.eol=lf"]
    command = ["git", "-C", str(root), *as_stored, "archive", "--format=tar", commit, "--", *paths]
    plain = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    done = subprocess.run(command, env=plain, capture_output=True)
    if done.returncode:
        raise TemplateError(f"{root}: {done.stderr.decode(errors='replace').strip()}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, **BELOW)


def python_with_cookiecutter(root: Path) -> list[str]:
    """Returns a command that starts a Python with the cookiecutter that requirements.txt pins: ours or uv's."""
    from wheels import find_uv

    needs = (root / "requirements.txt").read_text(encoding="utf-8")
    pin = re.search(r"^cookiecutter==(\S+)", needs, re.M)
    wanted = pin[1] if pin else ""
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        if wanted == importlib.metadata.version("cookiecutter"):
            return [sys.executable]
    requirement = f"cookiecutter=={wanted}" if wanted else "cookiecutter"
    return [
        find_uv(),
        "run",
        "--quiet",
        "--isolated",
        "--no-project",
        "--with",
        requirement,
        "python",
    ]


def make(template: str, output: str, contexts: list[dict[str, Any]]) -> list[str | None]:
    """Makes papers by a template, each in a numbered folder of `output`.

    Returns:
      What the template says against each paper's answers; None where it is made.
    """
    from cookiecutter.exceptions import CookiecutterException
    from cookiecutter.main import cookiecutter

    folder = Path(output)
    folder.mkdir()
    config = (
        folder / "config.yaml"
    )  # so that the user's own, with its defaults and its replays, has no say
    config.write_text(
        f"cookiecutters_dir: {json.dumps(output)}\nreplay_dir: {json.dumps(output)}\n"
    )
    problems: list[str | None] = []
    for k, context in enumerate(contexts):
        (folder / str(k)).mkdir()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                cookiecutter(
                    template,
                    no_input=True,
                    extra_context=context,
                    output_dir=str(folder / str(k)),
                    config_file=str(config),
                    accept_hooks=False,
                )
                problems.append(None)
            except CookiecutterException as error:
                problems.append(str(error))
    return problems


if __name__ == "__main__":
    json.dump(make(**json.load(sys.stdin)), sys.stdout)
