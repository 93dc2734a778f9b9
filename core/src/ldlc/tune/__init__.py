# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures XLA or not, and threads, on a paper's own arms, and writes the winner into its plan."""

from ldlc.tune.choose import Tuned, TuneError, tune
from ldlc.tune.write import engine_text, with_engine

__all__ = ["TuneError", "Tuned", "engine_text", "tune", "with_engine"]
