# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of a model by name, whichever framework it is written in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import tensorflow as tf

_UNNAMED = "Variable"  # what TensorFlow calls a variable without a name


class Held(NamedTuple):
    """A variable of a model.

    Attributes:
      name: Its name there; two may have the same.
      variable: TensorFlow's variable, also of a layer of Keras.
      trained: Whether it is trained.
    """

    name: str
    variable: tf.Variable
    trained: bool


def held(model: Any) -> list[Held]:
    """Returns the variables of a model, each once, in the model's order.

    Args:
      model: A Sonnet module, a Keras layer or model, a `tf.Module`, a variable, or a list, tuple or
        mapping of any of these; the keys of a mapping become names.

    Raises:
      TypeError: If it is none of them.
    """
    found: dict[int, Held] = {}
    for each in _held(model, ""):
        found.setdefault(id(each.variable), each)
    return list(found.values())


def trainable(model: Any) -> dict[str, tf.Variable]:
    """Returns the trainable variables by names that tell them apart, in the model's order.

    Args:
      model: As `held` takes it.

    Raises:
      TypeError: If it is none of these.
      ValueError: If it has no trainable variable.
    """
    found: dict[str, tf.Variable] = {}
    for name, variable, trained in held(model):
        if trained:
            found[_free(name, found)] = variable
    if not found:
        raise ValueError(
            f"`model` must have trainable variables, got {type(model).__name__} without any. Call it "
            "once on an input first: most modules make their variables then."
        )
    return found


def layer(name: str) -> str:
    """Returns the layer that a variable belongs to: its name up to the last slash, or all of it."""
    return name.rpartition("/")[0] or name


def _held(model: Any, prefix: str) -> Iterator[Held]:
    if isinstance(model, Mapping):
        for key, value in model.items():
            yield from _held(value, f"{prefix}{key}/")
    elif isinstance(model, list | tuple):
        for value in model:
            yield from _held(value, prefix)
    elif isinstance(model, tf.Variable):
        name = prefix.rstrip("/") or model.name.partition(":")[0]
        yield Held(name, model, model.trainable)
    elif isinstance(model, tf.Module):
        places = _attributes(model)
        # Sonnet's own property refuses modules without variables.
        for variable in tf.Module.variables.fget(model):
            name = variable.name.partition(":")[0]
            if name == _UNNAMED:
                name = places.get(id(variable), name)
            yield Held(prefix + name, variable, variable.trainable)
    elif hasattr(model, "trainable_variables"):  # a layer of Keras
        trained = {id(variable) for variable in model.trainable_variables}
        for variable in model.variables:
            yield Held(prefix + variable.path, variable.value, id(variable) in trained)
    elif isinstance(getattr(model, "value", None), tf.Variable):  # a variable of Keras
        yield Held(prefix.rstrip("/") or model.path, model.value, model.trainable)
    else:
        raise TypeError(
            "`model` must be a Sonnet module, a Keras layer, a tf.Module, or variables in a list or "
            f"mapping, got {type(model).__name__}. Give its variables."
        )


def _attributes(module: tf.Module) -> dict[int, str]:
    """Returns names for variables that have none: the attributes that hold them."""
    return {
        id(value): f"{each.name}/{attribute}"
        for each in (module, *module.submodules)
        for attribute, value in vars(each).items()
        if isinstance(value, tf.Variable)
    }


def _free(name: str, taken: Mapping[str, object]) -> str:
    if name not in taken:
        return name
    number = 1
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"
