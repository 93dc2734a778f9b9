# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks whose examples are generated: each example is a function of (seed, index) alone."""

from ldlc.data.tasks.adding import Sequences, adding_1997, adding_halves
from ldlc.data.tasks.copying import Copies, copy_memory
from ldlc.data.tasks.reber import REBER_SYMBOLS, ReberString, embedded_reber

__all__ = [
    "REBER_SYMBOLS",
    "Copies",
    "ReberString",
    "Sequences",
    "adding_1997",
    "adding_halves",
    "copy_memory",
    "embedded_reber",
]
