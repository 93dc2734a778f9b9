# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the commands have in common: their options, and whom they speak to."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from publishing.github import GitHub, Pace
from publishing.publication import Publisher
from publishing.tokens import find_token


def options(parser: argparse.ArgumentParser) -> None:
    """Adds the options."""
    parser.add_argument(
        "--owner", help="the user or organisation; left out, the one that pyproject.toml names"
    )
    parser.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help="a file that holds the token; left out: GH_TOKEN, GITHUB_TOKEN, `gh auth token`, git's own store",
    )


def tell(line: str) -> None:
    """Prints a line at once, also where the output is piped: a publication may wait for minutes."""
    print(line, flush=True)


def connect(root: Path, given: argparse.Namespace) -> Publisher:
    """Returns a publisher for the GitHub that GITHUB_SERVER_URL and GITHUB_API_URL name, or for github.com.

    Raises:
      Refused: If there is no token, or the addresses are not safe.
    """
    server = os.environ.get("GITHUB_SERVER_URL", "https://github.com").rstrip("/")
    api = os.environ.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")
    token = find_token(server, given.token_file)
    return Publisher(root, server, GitHub(api, token, Pace(say=tell)), tell)
