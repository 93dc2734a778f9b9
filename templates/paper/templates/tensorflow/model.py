# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""EXAMPLE, to be replaced: the model, a net with one hidden layer.

    h = tanh(x W1 + b1),  z = h W2 + b2,  p(outer ring) = 1 / (1 + exp(-z))

Without hidden units z = x W1 + b1.
"""

from __future__ import annotations

from itertools import pairwise

import tensorflow as tf


class Classifier(tf.Module):
    """The logit of "outer ring" for each point.

    Args:
      hidden: Hidden units; 0 connects the inputs to the output.
    """

    def __init__(self, hidden: int) -> None:
        super().__init__()
        sizes = [2, hidden, 1] if hidden else [2, 1]
        self.weights = [
            (tf.Variable(tf.zeros([inputs, outputs])), tf.Variable(tf.zeros([outputs])))
            for inputs, outputs in pairwise(sizes)
        ]

    def __call__(self, points: tf.Tensor) -> tf.Tensor:
        """Returns z, `[B]`, for points `[B, 2]`."""
        *hidden, (w, b) = self.weights
        y = points
        for w_h, b_h in hidden:
            y = tf.tanh(y @ w_h + b_h)  # [B, H]
        return (y @ w + b)[:, 0]

    def variables_in_order(self) -> list[tf.Variable]:
        """Returns W1, b1, W2, b2."""
        return [variable for layer in self.weights for variable in layer]
