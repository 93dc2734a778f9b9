# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How large the gradient is in each layer: what vanishes, explodes, or never arrives."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from ldlc.debug import variables
from ldlc.debug.tables import table


@dataclass(frozen=True)
class LayerNorms:
    """The Euclidean norms of one layer, all its variables together.

    Attributes:
      gradient: Norm of the gradient.
      value: Norm of the variables themselves.
    """

    gradient: float
    value: float


@dataclass(frozen=True)
class GradientNorms:
    """The norms of a model's gradient; `print` shows them as a table.

    Attributes:
      layers: Norms by layer, in the model's order. The layer of a variable is its name up to the last
        slash.
      problems: A sentence for each variable that no gradient reaches, or whose gradient is zero or not
        finite; empty if all is well.
    """

    layers: dict[str, LayerNorms]
    problems: tuple[str, ...]

    def __str__(self) -> str:
        rows = [
            (
                name,
                f"{norms.gradient:.3g}",
                f"{norms.value:.3g}",
                f"{norms.gradient / norms.value:.2g}" if norms.value else "",
            )
            for name, norms in self.layers.items()
        ]
        lines = [table(("layer", "gradient", "value", "ratio"), rows, (1, 2, 3)), *self.problems]
        return "\n".join(lines)


def gradient_norms(loss: Callable[[], Any], model: Any) -> GradientNorms:
    """Returns the norm of the loss's gradient in each layer of a model.

    In a test: `assert not debug.gradient_norms(loss, net).problems`.

    Args:
      loss: Computes the loss on some batch, a scalar; called once, under a tape.
      model: A Sonnet module, a Keras layer or model, a `tf.Module`, or variables in a list or mapping.

    Raises:
      TypeError: If `model` is something else.
      ValueError: If `model` has no trainable variable after the call, or the loss is no scalar.
    """
    with tf.GradientTape() as tape:
        value = tf.convert_to_tensor(loss())
    if value.shape.rank != 0:
        raise ValueError(
            f"`loss` must return a scalar, got shape {value.shape}. Take its mean over the batch."
        )
    found = variables.trainable(model)
    gradients = dict(zip(found, tape.gradient(value, list(found.values())), strict=True))
    squares: dict[str, tuple[float, float]] = {}
    problems = []
    for name, variable in found.items():
        gradient = gradients[name]
        if gradient is None:
            problems.append(f"{name}: no gradient reaches it; the loss does not depend on it.")
        square = 0.0 if gradient is None else _square(tf.convert_to_tensor(gradient))
        if not math.isfinite(square):
            problems.append(f"{name}: its gradient is not finite.")
        elif gradient is not None and not square:
            problems.append(f"{name}: its gradient is zero everywhere.")
        layer = variables.layer(name)
        before = squares.get(layer, (0.0, 0.0))
        squares[layer] = (
            before[0] + square,
            before[1] + _square(tf.convert_to_tensor(variable)),
        )
    layers = {
        name: LayerNorms(math.sqrt(gradient), math.sqrt(value))
        for name, (gradient, value) in squares.items()
    }
    return GradientNorms(layers, tuple(problems))


def _square(tensor: tf.Tensor) -> float:
    return float(tf.reduce_sum(tf.abs(tf.cast(tensor, tf.float64)) ** 2))
