# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""LDLC's core: from a paper's plan to a verdict on each of its claims."""

from ldlc.log import Diverged, Log, Run

__all__ = ["Diverged", "Log", "Run"]
