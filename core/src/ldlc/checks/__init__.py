# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one paper must satisfy; the same checks run in the monorepo and in a published paper."""

from ldlc.checks.all import CHECKS, run
from ldlc.checks.result import Result

__all__ = ["CHECKS", "Result", "run"]
