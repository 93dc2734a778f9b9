# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run as data: a line of the record, and the content of a working run's file."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec

_SPECIAL = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class DivergedAt(msgspec.Struct, frozen=True):
    """Where a run left the finite numbers."""

    term: str
    step: int | None = None
    last: float | None = None


class RunLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A finished run: what was executed, what it measured, where and at what cost.

    Args:
      experiment: The experiment.
      arm: Its arm.
      scale: full, reduced or smoke.
      seed: The seed.
      key: The content key that says whether the run is still valid.
      config: The arm's resolved config.
      engine: Its engine settings.
      measures: Measured numbers, None where absent; empty if the run raised.
      curves: Points [step, value] of each logged curve.
      arrays: Small arrays for figures.
      data: SHA-256 of each data set that was read.
      claims: Fingerprint of each claim that the arm judges, when the run started.
      environment: Versions, processor, threads, kind of machine.
      wall_s: Seconds by the clock.
      cpu_s: Seconds of processor time.
      peak_memory_mib: The worker's highest resident memory so far.
      started: When it started, UTC, ISO 8601.
      ended: When it ended.
      commit: The commit it was made at, with "+changes" if the paper's folder was dirty.
      diverged: Where it left the finite numbers, if it did.
      error: The traceback, if it raised.
      repeated: "same bits" or "other bits", if it was executed twice.
    """

    experiment: str
    arm: str
    scale: str
    seed: int
    key: str
    config: dict[str, Any]
    engine: dict[str, int | bool]
    measures: dict[str, float | None]
    curves: dict[str, list[tuple[float, float]]]
    arrays: dict[str, Any]
    data: dict[str, str]
    claims: dict[str, str]
    environment: dict[str, str | int]
    wall_s: float
    cpu_s: float
    peak_memory_mib: float
    started: str
    ended: str
    commit: str | None = None
    diverged: DivergedAt | None = None
    error: str | None = None
    repeated: str | None = None


def encode(line: RunLine) -> str:
    """Returns a run as one line of JSON: keys sorted, full precision, non-finite numbers as strings."""
    data = _spell(msgspec.to_builtins(line))
    return json.dumps(
        data, sort_keys=True, separators=(", ", ": "), allow_nan=False, ensure_ascii=False
    )


def decode(text: str) -> RunLine:
    """Returns the run of one line.

    Raises:
      ValueError: If the text is no run.
    """
    data = json.loads(text)
    if not isinstance(data, dict):
        raise ValueError("it is no JSON object")
    for part in ("measures", "curves", "diverged"):
        if part in data:
            data[part] = _unspell(data[part], keep=("term",))
    return msgspec.convert(data, RunLine)


def _spell(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if isinstance(value, dict):
        return {k: _spell(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_spell(v) for v in value]
    return value


def _unspell(value: Any, keep: tuple[str, ...] = ()) -> Any:
    if isinstance(value, str):
        return _SPECIAL.get(value, value)
    if isinstance(value, dict):
        return {k: v if k in keep else _unspell(v, keep) for k, v in value.items()}
    if isinstance(value, list):
        return [_unspell(v, keep) for v in value]
    return value


def thinned(points: list[tuple[float, float]], most: int = 50) -> list[tuple[float, float]]:
    """Returns at most `most` points of a curve: the first, the last, and evenly between."""
    if len(points) <= most:
        return points
    last = len(points) - 1
    return [points[(i * last + (most - 1) // 2) // (most - 1)] for i in range(most)]
