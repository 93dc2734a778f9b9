# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where groups are executed: an executor starts commands, and knows nothing of what they compute."""

from ldlc.executors.local import Command, LocalExecutor

__all__ = ["Command", "LocalExecutor"]
