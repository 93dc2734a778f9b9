# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every core that was released can be built from the history of the head.

releases.toml names the git tree of core/ at each release; a tree that no commit of this history has would be lost
with the next clone, and with it every paper that pins that version.
"""

from __future__ import annotations

from wheels import WheelError, unreachable

from across.repository import Repository

CODE, TITLE, IS_STATIC = "M03", "releases can be built from history", True


def check(repository: Repository) -> list[str]:
    """Returns the releases whose tree is not in the history."""
    if repository.rest is None:
        return []  # the papers that were named have nothing to do with it
    try:
        return unreachable(repository.root)
    except (OSError, ValueError, KeyError, WheelError) as error:
        return [f"{repository.root / 'releases.toml'}: cannot be read: {error}. Restore it."]
