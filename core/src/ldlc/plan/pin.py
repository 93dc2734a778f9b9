# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a paper's pyproject.toml says about it: the core version that it pins, its addresses."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ldlc.plan import toml

Reader = Callable[[str], bytes | None]
"""Returns what a file of a paper's folder holds, by its path there; None where there is none."""


def pinned_core(folder: Path, read: Reader | None = None) -> str | None:
    """Returns the core version that a paper pins; None where it pins none exactly.

    Args:
      folder: The paper's folder.
      read: Reads its files, where they were read before.

    Raises:
      ValueError: If pyproject.toml cannot be read as TOML.
    """
    for requirement in _project(folder, read).get("dependencies", []):
        match = re.fullmatch(r"\s*ldlc\s*(?:\[[^\]]*\])?\s*==\s*([^\s;,*]+)\s*", str(requirement))
        if match:
            return match[1]
    return None


def project_urls(folder: Path) -> dict[str, str]:
    """Returns the addresses that a paper gives, such as `Repository` and `Monorepo`; none before it is published.

    Args:
      folder: The paper's folder.

    Raises:
      ValueError: If pyproject.toml cannot be read as TOML.
    """
    urls = _project(folder).get("urls", {})
    return {key: str(url) for key, url in urls.items()}


def _project(folder: Path, read: Reader | None = None) -> dict[str, Any]:
    file = folder / "pyproject.toml"
    try:
        found = read(file.name) if read else file.read_bytes()
        content = parsed((found or b"").decode("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:  # no TOML, or not UTF-8
        raise ValueError(f"`{file}` is not valid TOML: {error}. Mend it.") from None
    project: dict[str, Any] = content.get("project", {})
    return project


@functools.lru_cache(maxsize=4)  # several checks of a paper read it one after another
def parsed(text: str) -> dict[str, Any]:
    """Returns what a pyproject.toml says; nobody may change it.

    Raises:
      ValueError: If it is not valid TOML.
    """
    return toml.loads(text)
