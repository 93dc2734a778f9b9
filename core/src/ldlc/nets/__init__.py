# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nets that several papers share, on Sonnet."""

from ldlc.nets.elman import ElmanCore
from ldlc.nets.scan import scan

__all__ = ["ElmanCore", "scan"]
