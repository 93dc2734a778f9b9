# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From runs to a verdict on each claim; docs/statistics.md says how, and how well."""

from ldlc.verdict.agreement import Agreement, agreement, contradictions
from ldlc.verdict.assess import assess
from ldlc.verdict.result import Assessment, Outcome, Part, Verdict

__all__ = [
    "Agreement",
    "Assessment",
    "Outcome",
    "Part",
    "Verdict",
    "agreement",
    "assess",
    "contradictions",
]
