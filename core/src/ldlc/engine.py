# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine settings of the running arm: threads and XLA, as the plan fixes them."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """How steps are executed; both change last bits, hence both are part of a run's key."""

    threads: int
    jit: bool

    def variables(self) -> dict[str, str]:
        """Returns the environment variables that hand these settings to a worker."""
        return {"LDLC_THREADS": str(self.threads), "LDLC_JIT": str(int(self.jit))}


def settings() -> Settings:
    """Returns the settings of this worker: one thread and no XLA where nothing is set.

    A paper passes `settings().jit` to `tf.function(jit_compile=...)`; the worker has set the
    number of threads before the framework started.
    """
    return Settings(
        threads=int(os.environ.get("LDLC_THREADS", "1")),
        jit=os.environ.get("LDLC_JIT", "0") == "1",
    )
