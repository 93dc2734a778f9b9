# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said about a whole paper is corrected for the number of its claims (Holm 1979)."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p: Sequence[float]) -> list[float]:
    """Returns p-values adjusted by Holm's step-down method, in the order given.

    Whatever the dependence between claims, the chance that any true hypothesis has an adjusted
    p-value of at most α is at most α.
    """
    order = sorted(range(len(p)), key=p.__getitem__)
    adjusted = [1.0] * len(p)
    largest = 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p) - rank) * p[index]))
        adjusted[index] = largest
    return adjusted
