# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The core version that a paper pins, read from its pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path


def pinned_core(folder: Path) -> str | None:
    """Returns the core version that a paper pins; None where it pins none exactly.

    Args:
      folder: The paper's folder.

    Raises:
      ValueError: If pyproject.toml cannot be read as TOML.
    """
    file = folder / "pyproject.toml"
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:  # no TOML, or not UTF-8
        raise ValueError(f"`{file}` is not valid TOML: {error}. Mend it.") from None
    for requirement in content.get("project", {}).get("dependencies", []):
        match = re.fullmatch(r"\s*ldlc\s*(?:\[[^\]]*\])?\s*==\s*([^\s;,*]+)\s*", str(requirement))
        if match:
            return match[1]
    return None
