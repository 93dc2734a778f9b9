# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""EXAMPLE, to be replaced: the experiments that `paper.toml` plans, one function each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from ldlc import Log, Run, train

from . import model, tasks


@dataclass(frozen=True)
class Rings:
    """One arm of the example."""

    hidden: int  # hidden units; 0 connects the inputs to the output
    learning_rate: float
    momentum: float
    steps: int  # gradient steps on all training points at once
    training_points: int
    test_points: int


def rings(config: Rings) -> Run:
    """Learns to tell the two rings apart, and counts the errors on points not seen before.

    What a seed decides is made in `start`, whose step is compiled once for all seeds of an arm. A run depends
    on nothing but the config and the seed: run 3 alone gives the same bits as run 3 after others.
    """

    @train.seeded
    def start(seed):
        net = model.Classifier(config.hidden)
        weights = net.variables_in_order()
        changes = [tf.Variable(tf.zeros_like(w), trainable=False) for w in weights]
        training = tasks.rings(config.training_points, int(seed), tasks.TRAINING)
        points, labels = (tf.Variable(x, trainable=False) for x in training)
        _initialise(weights, seed)

        def step(i: tf.Tensor) -> dict[str, tf.Tensor]:
            with tf.GradientTape() as tape:
                loss = _loss(net(points), labels)
            gradients = tape.gradient(loss, weights)
            for w, change, g in zip(weights, changes, gradients, strict=True):
                change.assign(config.momentum * change - config.learning_rate * g)
                w.assign_add(change)
            right = tf.reduce_mean(tf.cast((net(points) > 0) == (labels > 0), tf.float32))
            return {"loss": loss, "right": right}

        return step, net

    def run(seed: int, log: Log) -> dict[str, float | None]:
        step, net = start(seed)
        history = train.loop(step, config.steps, log=log)
        learned = np.flatnonzero(history.terms["right"] >= 0.9)  # steps with 90 % right after them
        points, labels = tasks.rings(config.test_points, seed, tasks.TEST)
        wrong = np.sum((net(tf.constant(points)).numpy() > 0) != (labels > 0))
        measures: dict[str, float | None] = {"errors": float(wrong)}
        if config.hidden:
            measures["steps"] = float(learned[0] + 1) if len(learned) else None
        return measures

    return run


def _loss(z: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    """Returns the mean cross-entropy, in nats, of logits `[B]`."""
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=z))


def _initialise(weights: list[tf.Variable], seed: tf.Variable) -> None:
    """Sets weights uniformly in +-1/sqrt(inputs of their layer), and biases to 0.

    The random numbers are a function of the seed and the variable's place.
    """
    for place, w in enumerate(weights):
        if len(w.shape) == 2:
            limit = w.shape[0] ** -0.5
            key = train.key(seed, place)
            w.assign(tf.random.stateless_uniform(w.shape, key, -limit, limit, alg="philox"))
        else:
            w.assign(tf.zeros_like(w))
