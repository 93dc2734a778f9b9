# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check says about a paper."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """The outcome of one check.

    Args:
      code: The check's code, such as "P03".
      title: What it demands, in a few words.
      problems: What is wrong, where, and what to do; empty if nothing is.
      fixed: What was mended.
    """

    code: str
    title: str
    problems: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
