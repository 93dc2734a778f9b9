# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same two-layer net in each framework, and a loss on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
import sonnet as snt
import tensorflow as tf

X = tf.constant(np.random.default_rng(0).standard_normal((6, 4)), tf.float32)
Y = tf.constant([0, 1, 2, 0, 1, 2])


class Model(NamedTuple):
    """A net of 4, 5 and 3 units: 43 parameters.

    Attributes:
      net: What the helpers take for a model.
      call: What computes the logits.
      layers: The names of its two layers.
      step: A training step.
    """

    net: Any
    call: Callable[[tf.Tensor], tf.Tensor]
    layers: tuple[str, str]
    step: Callable[[Any], dict[str, tf.Tensor]]

    def loss(self) -> tf.Tensor:
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(Y, self.call(X)))


def sonnet_model() -> Model:
    tf.random.set_seed(0)
    net = snt.nets.MLP([5, 3], activation=tf.tanh)
    net(X)
    optimizer = snt.optimizers.Adam(0.05)

    def step(i: Any) -> dict[str, tf.Tensor]:
        with tf.GradientTape() as tape:
            loss = model.loss()
        variables = net.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        return {"loss": loss}

    model = Model(net, net, ("mlp/linear_0", "mlp/linear_1"), step)
    return model


def keras_model() -> Model:
    keras.utils.set_random_seed(0)
    first, second = keras.layers.Dense(5, "tanh", name="one"), keras.layers.Dense(3, name="two")
    net = keras.Sequential([first, second], name="net")
    net(X)
    optimizer = keras.optimizers.Adam(0.05)

    def step(i: Any) -> dict[str, tf.Tensor]:
        with tf.GradientTape() as tape:
            loss = model.loss()
        variables = net.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        return {"loss": loss}

    model = Model(net, net, ("net/one", "net/two"), step)
    return model


def plain_model() -> Model:
    generator = np.random.default_rng(0)
    weights = {
        f"{layer}/{name}": tf.Variable(0.5 * generator.standard_normal(shape), dtype=tf.float32)
        for layer, name, shape in (
            ("one", "w", (4, 5)),
            ("one", "b", (5,)),
            ("two", "w", (5, 3)),
            ("two", "b", (3,)),
        )
    }

    def call(x: tf.Tensor) -> tf.Tensor:
        hidden = tf.tanh(x @ weights["one/w"] + weights["one/b"])
        return hidden @ weights["two/w"] + weights["two/b"]

    def step(i: Any) -> dict[str, tf.Tensor]:  # the delta rule, by hand
        with tf.GradientTape() as tape:
            loss = model.loss()
        for variable, gradient in zip(
            weights.values(), tape.gradient(loss, list(weights.values())), strict=True
        ):
            variable.assign_sub(0.5 * gradient)
        return {"loss": loss}

    model = Model(weights, call, ("one", "two"), step)
    return model


MODELS = {"sonnet": sonnet_model, "keras": keras_model, "plain": plain_model}
