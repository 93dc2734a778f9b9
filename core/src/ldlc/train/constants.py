# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds what two builds of a step hold as constants and should not: values that a seed decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import FunctionType, MethodType
from typing import Any

import numpy as np
import tensorflow as tf

# Not text: frameworks number the names of layers, and keep the addresses of objects in it.
_NUMBERS = (bool, int, float, complex)


def differing_constant(
    a: Any, b: Any, name: str = "step", seen: set[int] | None = None
) -> str | None:
    """Returns the name of the first constant that differs between two objects built alike; None if none does.

    It looks into functions' closures and defaults, sequences, mappings and the attributes of objects.

    Args:
      a: One object.
      b: The other.
      name: What to call them.
      seen: Those of `a` that were compared already.
    """
    seen = set() if seen is None else seen
    if a is b or id(a) in seen or type(a) is not type(b) or isinstance(a, tf.Variable | type):
        return None
    seen.add(id(a))
    if isinstance(a, (*_NUMBERS, np.ndarray, np.generic, tf.Tensor)):
        return None if _same_bits(np.asarray(a), np.asarray(b)) else name
    for inner, x, y in _parts(a, b, name):
        found = differing_constant(x, y, inner, seen)
        if found is not None:
            return found
    return None


def _parts(a: Any, b: Any, name: str) -> list[tuple[str, Any, Any]]:
    if isinstance(a, MethodType):
        return [(name, a.__self__, b.__self__)]
    if isinstance(a, FunctionType):
        if a.__code__ is not b.__code__:
            return []
        cells = zip(a.__code__.co_freevars, a.__closure__ or (), b.__closure__ or (), strict=False)
        defaults = zip(a.__defaults__ or (), b.__defaults__ or (), strict=False)
        return [(n, _content(x), _content(y)) for n, x, y in cells] + [
            (name, x, y) for x, y in defaults
        ]
    if isinstance(a, Mapping):
        return [(f"{name}[{key!r}]", a[key], b[key]) for key in a if key in b]
    if isinstance(a, Sequence) and len(a) == len(b):
        return [(f"{name}[{k}]", x, y) for k, (x, y) in enumerate(zip(a, b, strict=True))]
    if hasattr(a, "__dict__") and not type(a).__module__.startswith(
        ("tensorflow", "keras", "sonnet")
    ):
        return [
            (f"{name}.{key}", value, vars(b)[key])
            for key, value in vars(a).items()
            if key in vars(b) and not key.startswith("__")
        ]
    return []


def _same_bits(a: np.ndarray, b: np.ndarray) -> bool:
    alike = (a.dtype, a.shape) == (b.dtype, b.shape)
    return alike and (a.dtype == object or a.tobytes() == b.tobytes())


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return None
