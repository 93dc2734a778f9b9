# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each layer of a model gives and holds: the table to compare with the paper's."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from ldlc.debug import variables
from ldlc.debug.tables import table


@dataclass(frozen=True)
class Row:
    """One call of a layer.

    Attributes:
      name: The layer, with the modules that it lies in.
      depth: How many recorded calls it lies in.
      shapes: The shape of each tensor that it gave, in the order of `tf.nest.flatten`; None for a
        size that is not known.
      parameters: The numbers in its own trainable variables, those of its parts left out; 0 when an
        earlier row has counted them.
    """

    name: str
    depth: int
    shapes: tuple[tuple[int | None, ...], ...]
    parameters: int


@dataclass(frozen=True)
class ShapeReport:
    """The layers of a model in the order in which they were called; `print` shows them as a table.

    Attributes:
      rows: One a call.
      parameters: The numbers in all trainable variables.
      fixed: The numbers in all other variables.
    """

    rows: tuple[Row, ...]
    parameters: int
    fixed: int

    def shape(self, name: str) -> tuple[int | None, ...]:
        """Returns what a layer gave at its first call, where that is one tensor.

        Args:
          name: Its name, or the end of it, after a slash.

        Raises:
          KeyError: If there is no such layer, or it gave several tensors.
        """
        for row in self.rows:
            if len(row.shapes) == 1 and f"/{row.name}".endswith(f"/{name}"):
                return row.shapes[0]
        raise KeyError(
            f"no layer {name!r} that gives one tensor; there are {', '.join(r.name for r in self.rows)}"
        )

    def __str__(self) -> str:
        rows = [
            (
                "  " * row.depth + row.name.rpartition("/")[2],
                ", ".join(
                    f"[{', '.join('?' if n is None else str(n) for n in shape)}]"
                    for shape in row.shapes
                ),
                f"{row.parameters:,}" if row.parameters else "",
            )
            for row in self.rows
        ]
        fixed = f", and {self.fixed:,} that are not trained" if self.fixed else ""
        return (
            table(("layer", "gives", "parameters"), rows, (2,))
            + f"\n{self.parameters:,} parameters{fixed}"
        )


def shape_report(
    model: Any, *inputs: Any, call: Callable[..., Any] | None = None, **options: Any
) -> ShapeReport:
    """Calls a model, and returns what each of its layers gave and how many parameters it holds.

    In a test: `assert debug.shape_report(net, images).parameters == 61_706`, or
    `.shape("conv_2") == (8, 10, 10, 16)`.

    Args:
      model: A Sonnet module, a Keras layer or model, or a `tf.Module`; for plain functions, its
        variables in a list or mapping, with `call`.
      *inputs: What it is called with.
      call: What is called instead of the model itself, such as `vae.encode`.
      **options: Further arguments of the call, such as `is_training=False`.

    Raises:
      TypeError: If `model` is not callable and no `call` is given, or it is something else.
    """
    call = model if call is None else call
    if not callable(call):
        raise TypeError(
            f"`model` must be callable, got {type(model).__name__}. Say what to `call`, such as "
            "`call=model.encode`."
        )
    call(*inputs, **options)  # some models build themselves by a call of their own
    calls: list[_Call] = []
    with _recording(model, calls):
        result = call(*inputs, **options)
    if not calls:  # plain functions: only the result is seen
        calls.append(_Call([], 0, getattr(call, "__name__", "result"), _shapes(result)))
    counted: set[int] = set()
    rows = []
    for index, each in enumerate(calls):
        parts: list[_Call] = []
        for later in calls[index + 1 :]:
            if later.depth <= each.depth:
                break
            parts.append(later)
        elsewhere = counted | {id(v.variable) for part in parts for v in variables.held(part.layer)}
        own = [
            v for v in variables.held(each.layer) if v.trained and id(v.variable) not in elsewhere
        ]
        counted |= {id(v.variable) for v in own}
        rows.append(Row(each.name, each.depth, each.shapes, _numbers(own)))
    held = variables.held([model, *(each.layer for each in calls)])
    return ShapeReport(
        tuple(rows),
        _numbers([v for v in held if v.trained]),
        _numbers([v for v in held if not v.trained]),
    )


@dataclass
class _Call:
    layer: Any
    depth: int
    name: str
    shapes: tuple[tuple[int | None, ...], ...] = ()


@contextlib.contextmanager
def _recording(model: Any, calls: list[_Call]) -> Iterator[None]:
    """Notes each call of a module or layer, by standing in for the `__call__` of their classes."""
    modules = [part for part in _parts(model) if isinstance(part, tf.Module)]
    classes: set[Any] = {
        type(part)
        for module in modules
        for part in (module, *module.submodules)
        if any("__call__" in vars(each) for each in type(part).__mro__)
    }
    keras = sys.modules.get("keras")  # no layer of Keras exists before Keras was imported
    if keras is not None:
        classes.add(keras.Layer)
    inside: list[Any] = []

    def watched(original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def call(self: Any, *arguments: Any, **options: Any) -> Any:
            if inside and inside[-1] is self:  # a class that calls its parent's
                return original(self, *arguments, **options)
            seen = _Call(self, len(inside), _name(self))
            calls.append(seen)
            inside.append(self)
            try:
                result = original(self, *arguments, **options)
            finally:
                inside.pop()
            seen.shapes = _shapes(result)
            return result

        return call

    before = {each: vars(each).get("__call__") for each in classes}
    instead = {each: watched(each.__call__) for each in classes}
    try:
        for each, replacement in instead.items():
            each.__call__ = replacement
        yield
    finally:
        for each, original in before.items():
            if original is None:
                del each.__call__
            else:
                each.__call__ = original


def _parts(model: Any) -> list[Any]:
    if isinstance(model, Mapping):
        model = list(model.values())
    if isinstance(model, list | tuple):
        return [part for each in model for part in _parts(each)]
    return [model]


def _name(layer: Any) -> str:
    if isinstance(layer, tf.Module):  # it knows in which modules it was made
        return str(layer.name_scope.name.rstrip("/"))
    return str(getattr(layer, "path", "") or layer.name)


def _shapes(result: Any) -> tuple[tuple[int | None, ...], ...]:
    return tuple(tuple(leaf.shape) for leaf in tf.nest.flatten(result) if hasattr(leaf, "shape"))


def _numbers(held: list[variables.Held]) -> int:
    return sum(int(each.variable.shape.num_elements()) for each in held)
