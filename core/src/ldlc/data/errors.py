# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a data set can't be had."""

from __future__ import annotations


class DataError(Exception):
    """A data set, or a file of one, can't be had; the message says what was tried and what to do."""


class UnknownDatasetError(DataError, ValueError):
    """The table has no data set, or a set no file, of this name."""


class Refused(Exception):
    """One source, or what it delivered, is no good; the next source is tried."""
