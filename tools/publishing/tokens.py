# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the token for GitHub comes from. It never enters an argument, an address, a config, a log or a message."""

from __future__ import annotations

import os
import shutil
import subprocess
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

from publishing.errors import Refused

VARIABLES = ("GH_TOKEN", "GITHUB_TOKEN")


@dataclass(frozen=True)
class Token:
    """A token, and where it was found; showing it shows only the latter."""

    value: str = field(repr=False)
    source: str

    def hide(self, text: str) -> str:
        """Returns a text, such as a program's output, without the token."""
        return text.replace(self.value, "***")


def find_token(server: str, file: Path | None = None) -> Token:
    """Returns the token from the first place that has one, and takes it out of our environment.

    The places are: a file; the variables GH_TOKEN and GITHUB_TOKEN; `gh auth token`; git's credential store.

    Args:
      server: The address that repositories are cloned from, such as "https://github.com".
      file: A file that holds the token alone.

    Raises:
      Refused: If no place has a token, or the one found cannot be one.
    """
    given = {variable: os.environ.pop(variable, "") for variable in VARIABLES}
    host = urllib.parse.urlsplit(server).netloc
    if file is not None:
        try:
            return _token(file.read_text(), f"the file {file}")
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(
                f"the token file {file} cannot be read: {error}. Name another."
            ) from error
    for variable, value in given.items():
        if value.strip():
            return _token(value, f"the variable {variable}")
    for name, command, question in (
        ("`gh auth token`", ["gh", "auth", "token", "--hostname", host], ""),
        ("git's credential store", ["git", "credential", "fill"], f"url={server}\n\n"),
    ):
        answer = _ask(command, question)
        if "git" == command[0]:
            found = [line for line in answer.splitlines() if line.startswith("password=")]
            answer = found[0].removeprefix("password=") if found else ""
        if answer.strip():
            return _token(answer, name)
    raise Refused(
        f"there is no token for {host}. Looked in: --token-file, {', '.join(VARIABLES)}, `gh auth token`, git's "
        "credential store. Make one with the rights Administration, Contents and Workflows: write, and set "
        "GH_TOKEN; docs/publishing.md says how."
    )


def _token(text: str, source: str) -> Token:
    value = text.strip()
    if not value.isascii() or not value.isprintable() or len(value.split()) != 1 or len(value) < 8:
        raise Refused(
            f"what {source} holds is no token: a token is one word of 8 characters or more. Put it there alone."
        )
    return Token(value, source)


def _ask(command: list[str], question: str) -> str:
    """Returns what a program that may know the token says; nothing if it is not there or would ask the user."""
    if shutil.which(command[0]) is None:
        return ""
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "false", "GH_PROMPT_DISABLED": "1"}
    try:
        done = subprocess.run(
            command,
            input=question,
            env={**os.environ, **quiet},
            capture_output=True,
            text=True,
            timeout=30,
        )
    except (subprocess.TimeoutExpired, OSError, UnicodeDecodeError):
        return ""
    return done.stdout if done.returncode == 0 else ""
