# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a loop measured, step by step."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass
class History:
    """The terms of every step, and the evaluations.

    Attributes:
      steps: Steps that were done.
      stopped: Whether `until` ended the loop.
      terms: What each step returned, `[steps]`, float64, by name.
      evaluations: Pairs (number of steps done before, value) of each evaluated scalar, by name.
    """

    steps: int = 0
    stopped: bool = False
    terms: dict[str, np.ndarray] = field(default_factory=dict)
    evaluations: dict[str, list[tuple[int, float]]] = field(default_factory=dict)

    def last(self, name: str) -> float:
        """Returns the last value of a term or of an evaluated scalar.

        Raises:
          KeyError: If there is none of that name.
        """
        if self.evaluations.get(name):
            return self.evaluations[name][-1][1]
        if name in self.terms and len(self.terms[name]):
            return float(self.terms[name][-1])
        known = ", ".join([*self.terms, *self.evaluations]) or "nothing"
        raise KeyError(f"`{name}` was not measured; there are: {known}")


def pack(history: History, variables: list[np.ndarray]) -> bytes:
    """Returns a checkpoint: the history and the values of all variables, as the bytes of a file."""
    facts = {
        "steps": history.steps,
        "stopped": history.stopped,
        "terms": list(history.terms),
        "evaluations": history.evaluations,
        "variables": [[str(v.dtype), list(v.shape)] for v in variables],
    }
    parts = {f"variable{k}": np.frombuffer(v.tobytes(), np.uint8) for k, v in enumerate(variables)}
    parts |= {f"term{k}": values for k, values in enumerate(history.terms.values())}
    file = io.BytesIO()
    np.savez(file, facts=np.frombuffer(json.dumps(facts).encode(), np.uint8), **parts)  # type: ignore[arg-type]
    return file.getvalue()


def unpack(content: bytes, like: list[np.ndarray]) -> tuple[History, list[np.ndarray]]:
    """Returns what `pack` took.

    Args:
      content: The bytes.
      like: Values of the variables now, for their types and shapes.

    Raises:
      ValueError: If it holds other variables.
    """
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        facts: dict[str, Any] = json.loads(file["facts"].tobytes())
        if facts["variables"] != [[str(v.dtype), list(v.shape)] for v in like]:
            raise ValueError("it holds other variables than the step has now")
        values = [
            np.frombuffer(file[f"variable{k}"].tobytes(), v.dtype).reshape(v.shape)
            for k, v in enumerate(like)
        ]
        terms = {name: file[f"term{k}"] for k, name in enumerate(facts["terms"])}
    evaluations = {
        name: [(int(step), float(value)) for step, value in points]
        for name, points in facts["evaluations"].items()
    }
    return History(facts["steps"], facts["stopped"], terms, evaluations), values
