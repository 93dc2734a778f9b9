# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a paper: REPORT.md, report.json and figures, from the record alone."""

from ldlc.report import catalogue
from ldlc.report.data import Report, decode, encode
from ldlc.report.files import (
    ForeignFileError,
    judged,
    outdated,
    outdated_inputs,
    recorded,
    render,
    write,
    write_here,
)
from ldlc.report.kinds import (
    Bars,
    Curves,
    Figure,
    Heat,
    Line,
    Panel,
    Points,
    Scatter,
    Series,
    Weights,
)
from ldlc.report.own import FiguresError
from ldlc.report.readme import MarksError
from ldlc.report.terminal import plain, terminal

__all__ = [
    "Bars",
    "Curves",
    "Figure",
    "FiguresError",
    "ForeignFileError",
    "Heat",
    "Line",
    "MarksError",
    "Panel",
    "Points",
    "Report",
    "Scatter",
    "Series",
    "Weights",
    "catalogue",
    "decode",
    "encode",
    "judged",
    "outdated",
    "outdated_inputs",
    "plain",
    "recorded",
    "render",
    "terminal",
    "write",
    "write_here",
]
