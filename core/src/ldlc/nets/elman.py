# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simple recurrent net."""

from __future__ import annotations

from collections.abc import Callable

import sonnet as snt
import tensorflow as tf


class ElmanCore(snt.RNNCore):
    """One step of a simple recurrent net: its hidden units see the input and their own last outputs.

        h_t = f(x_t W + h_tm1 U + b)

    Elman 1990, "Finding structure in time", Cognitive Science 14:179-211, Figure 2: the context units
    hold a copy of the hidden units' last outputs and count as further inputs, so that learning sends no
    error through them (`is_truncated`). Without that it is a plain recurrent net, learned by
    back-propagation through time when `ldlc.nets.scan` runs it.

    Args:
      hidden_size: Hidden units, H.
      activation: f; logistic in the paper.
      is_truncated: Whether errors stop at the copies of the last outputs.
      with_bias: Whether there is b.
      w_init: Fills W `[D, H]` and U `[H, H]`; uniform in +-1/sqrt(H) by default. Not from the paper.
      b_init: Fills b `[H]`; zeros by default.
      name: The module's name.
    """

    def __init__(
        self,
        hidden_size: int,
        activation: Callable[[tf.Tensor], tf.Tensor] = tf.sigmoid,
        *,
        is_truncated: bool = True,
        with_bias: bool = True,
        w_init: snt.initializers.Initializer | None = None,
        b_init: snt.initializers.Initializer | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name)
        self._hidden_size = hidden_size
        self._activation = activation
        self._is_truncated = is_truncated
        self._with_bias = with_bias
        self._b_init = b_init or snt.initializers.Zeros()
        limit = hidden_size**-0.5
        self._w_init = w_init or snt.initializers.RandomUniform(-limit, limit)

    def __call__(self, inputs: tf.Tensor, prev_state: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns h_t twice, `[B, H]`, as output and state, for inputs `[B, D]` and h_tm1 `[B, H]`."""
        self._initialize(inputs)
        context = tf.stop_gradient(prev_state) if self._is_truncated else prev_state
        net = tf.linalg.matmul(inputs, self.w) + tf.linalg.matmul(context, self.u)
        h_t = self._activation(net + self.b if self._with_bias else net)
        return h_t, h_t

    def initial_state(self, batch_size: int | tf.Tensor) -> tf.Tensor:
        """Returns zeros `[B, H]`."""
        return tf.zeros([batch_size, self._hidden_size])

    @snt.once
    def _initialize(self, inputs: tf.Tensor) -> None:
        shape = [inputs.shape[-1], self._hidden_size]
        self.w = tf.Variable(self._w_init(shape, tf.float32), name="w")
        self.u = tf.Variable(self._w_init([self._hidden_size] * 2, tf.float32), name="u")
        if self._with_bias:
            self.b = tf.Variable(self._b_init([self._hidden_size], tf.float32), name="b")
