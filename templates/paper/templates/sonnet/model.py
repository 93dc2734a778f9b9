# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""EXAMPLE, to be replaced: the model, a net with one hidden layer.

    h = tanh(x W1 + b1),  z = h W2 + b2,  p(outer ring) = 1 / (1 + exp(-z))

Without hidden units z = x W1 + b1.
"""

from __future__ import annotations

import sonnet as snt
import tensorflow as tf


class Classifier(snt.Module):
    """The logit of "outer ring" for each point.

    Args:
      hidden: Hidden units; 0 connects the inputs to the output.
    """

    def __init__(self, hidden: int) -> None:
        super().__init__()
        zeros = (
            snt.initializers.Zeros()
        )  # each run sets its own values; nothing is drawn without a seed
        sizes = [hidden, 1] if hidden else [1]
        self._layers = [snt.Linear(size, w_init=zeros) for size in sizes]
        self(tf.zeros([1, 2]))  # creates the variables

    def __call__(self, points: tf.Tensor) -> tf.Tensor:
        """Returns z, `[B]`, for points `[B, 2]`."""
        *hidden, last = self._layers
        y = points
        for layer in hidden:
            y = tf.tanh(layer(y))  # [B, H]
        return last(y)[:, 0]

    def variables_in_order(self) -> list[tf.Variable]:
        """Returns W1, b1, W2, b2."""
        return [variable for layer in self._layers for variable in (layer.w, layer.b)]
