# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one paper must satisfy; the same checks run in the monorepo and in a published paper.

Importing it needs the standard library alone, so that a commit hook can look at files with any Python.
"""

from ldlc.checks.all import CHECKS, INSTALLED, run, run_on, run_on_files
from ldlc.checks.result import Result
from ldlc.checks.tree import Tree

__all__ = ["CHECKS", "INSTALLED", "Result", "Tree", "run", "run_on", "run_on_files"]
