# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How computed numbers are rounded before they are written, so that every machine writes the same."""

from __future__ import annotations

import math

SIGNIFICANT = 5  # of numbers that are computed from runs
STATED = 9  # of numbers that stand in the plan, or follow from it by a sum or a product
SMALLEST_P = 1e-9  # smaller p-values tell a reader nothing and hang on the last bits of a tail

Number = float | str | None
"""A number as JSON can hold it: "inf", "-inf" and "nan" are strings, None is no number."""


def estimate(value: float | None, digits: int = SIGNIFICANT) -> Number:
    """Returns `value` rounded to significant digits; "inf", "-inf" or "nan" where not finite."""
    if value is None:
        return None
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return float(f"{value:.{digits}g}") + 0.0  # + 0.0 turns -0.0 into 0.0


def p_value(value: float | None) -> float | None:
    """Returns a p-value with 2 significant digits, 1e-9 at least."""
    return None if value is None else float(f"{max(value, SMALLEST_P):.2g}")


def chance(value: float | None) -> float | None:
    """Returns a simulated chance to the nearest 5 %."""
    return None if value is None else round(round(value * 20) / 20, 2)


def text(value: Number, missing: str = "–") -> str:
    """Returns a rounded number as readers write it: `1,425`, `0.95`, `1.2e-7`, `∞`.

    Args:
      value: A number that `estimate` made, or any finite one.
      missing: What stands for None.
    """
    if value is None:
        return missing
    if isinstance(value, str):
        return {"inf": "∞", "-inf": "−∞", "nan": "not a number"}[value]
    value = float(value)
    if value == 0:
        return "0"
    if not 1e-4 <= abs(value) < 1e15:
        mantissa, _, exponent = f"{value:.{STATED - 1}e}".partition("e")
        short = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return f"{short}e{int(exponent)}"
    decimals = max(0, 14 - math.floor(math.log10(abs(value))))
    plain = f"{value:,.{decimals}f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def p_text(value: float | None) -> str:
    """Returns a rounded p-value for readers: `0.012`, `3e-6`, `< 1e-9`."""
    if value is None:
        return "–"
    return "< 1e-9" if value <= SMALLEST_P else text(value)


def chance_text(value: float) -> str:
    """Returns a rounded chance for readers: `about 70 %`, `under 5 %`."""
    if value <= 0:
        return "under 5 %"
    return "over 95 %" if value >= 1 else f"about {round(value * 100)} %"


def seconds_text(value: float) -> str:
    """Returns a duration for readers, in the unit that suits it: `0.42 s`, `14 s`, `3.2 min`."""
    if value < 99.5:
        return f"{value:.2g} s"
    if value < 5400:
        return f"{value / 60:.{1 if value < 600 else 0}f} min"
    return f"{value / 3600:.1f} h"


def memory_text(mib: float) -> str:
    """Returns an amount of memory for readers: `830 MiB`, `1.4 GiB`."""
    return f"{mib:.0f} MiB" if mib < 1024 else f"{mib / 1024:.1f} GiB"
