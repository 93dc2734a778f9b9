# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs: what was executed and measured; working runs of this machine, and the committed record."""

from ldlc.runs.line import DivergedAt, RunLine
from ldlc.runs.record import (
    HistoryLine,
    add_to_record,
    read_history,
    read_record,
    record_files,
)
from ldlc.runs.validity import Keys
from ldlc.runs.work import DamagedError, Results, read_work, read_work_file, work_file, write_work

__all__ = [
    "DamagedError",
    "DivergedAt",
    "HistoryLine",
    "Keys",
    "Results",
    "RunLine",
    "add_to_record",
    "read_history",
    "read_record",
    "read_work",
    "read_work_file",
    "record_files",
    "work_file",
    "write_work",
]
