# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""EXAMPLE, to be replaced: the model, a net with one hidden layer.

    h = tanh(x W1 + b1),  z = h W2 + b2,  p(outer ring) = 1 / (1 + exp(-z))

Without hidden units z = x W1 + b1.
"""

from __future__ import annotations

import keras
import tensorflow as tf


class Classifier(keras.Model):
    """The logit of "outer ring" for each point.

    Args:
      hidden: Hidden units; 0 connects the inputs to the output.
    """

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self._dense = [keras.layers.Dense(hidden, activation="tanh")] if hidden else []
        self._dense.append(keras.layers.Dense(1))
        self(tf.zeros([1, 2]))  # creates the variables

    def call(self, points: tf.Tensor) -> tf.Tensor:
        """Returns z, `[B]`, for points `[B, 2]`."""
        y = points
        for layer in self._dense:
            y = layer(y)  # [B, H], at last [B, 1]
        return y[:, 0]

    def variables_in_order(self) -> list[tf.Variable]:
        """Returns W1, b1, W2, b2."""
        return [v.value for layer in self._dense for v in (layer.kernel, layer.bias)]
