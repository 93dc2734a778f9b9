# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only the repository as a whole can satisfy: commits, releases, code in two papers, what is built."""

from across import built, commits, environments, reachable, twins
from across.repository import Repository

CHECKS = (environments, commits, twins, reachable, built)
"""Modules with `CODE`, `TITLE`, and `check(repository)`, which gives problems, or `warn(repository)`, which fails
nothing. Their docstring is shown with what they find; what `IS_STATIC` says no to installs or builds something."""

__all__ = ["CHECKS", "Repository"]
