# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a publication stops."""


class Refused(RuntimeError):
    """Nothing was written anywhere; the message says what is wrong, where, and what to do."""


class Unfinished(RuntimeError):
    """Something was written and the rest was not; the message says what, and the same command completes it."""
