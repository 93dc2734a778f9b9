# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training: many steps in one compiled call, one program for all seeds, exact stop and resume."""

from ldlc.train.history import History
from ldlc.train.loop import loop
from ldlc.train.program import Step, compiled
from ldlc.train.seeded import Seeded, key, seeded

__all__ = ["History", "Seeded", "Step", "compiled", "key", "loop", "seeded"]
