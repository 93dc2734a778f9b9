# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes papers' files again as the template of some commit makes them, from recorded answers.

Run as a program it is the half that needs cookiecutter: it reads {"template", "output", "contexts"} as JSON from
standard input and writes one message a paper to standard output, null where it worked.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import io
import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any


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
    done = subprocess.run(
        [*python_with_cookiecutter(root), str(Path(__file__).resolve())],
        input=json.dumps(job),
        cwd=scratch,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise TemplateError(
            f"the template of {commit[:12]} could not be rendered: {done.stderr.strip()}"
        )
    return [
        problem or scratch / "made" / str(k) / contexts[k]["_recorded"]["name"]
        for k, problem in enumerate(json.loads(done.stdout))
    ]


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
        archive.extractall(folder, filter="data")


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


def main() -> None:
    from cookiecutter.exceptions import CookiecutterException
    from cookiecutter.main import cookiecutter

    job, answer = json.load(sys.stdin), sys.stdout
    output = Path(job["output"])
    output.mkdir()
    config = (
        output / "config.yaml"
    )  # so that the user's own, with its defaults and its replays, has no say
    config.write_text(
        f"cookiecutters_dir: {json.dumps(str(output))}\nreplay_dir: {json.dumps(str(output))}\n"
    )
    problems: list[str | None] = []
    for k, context in enumerate(job["contexts"]):
        folder = output / str(k)
        folder.mkdir()
        with contextlib.redirect_stdout(sys.stderr):
            try:
                cookiecutter(
                    job["template"],
                    no_input=True,
                    extra_context=context,
                    output_dir=str(folder),
                    config_file=str(config),
                    accept_hooks=False,
                )
                problems.append(None)
            except CookiecutterException as error:
                problems.append(str(error))
    json.dump(problems, answer)


if __name__ == "__main__":
    main()
