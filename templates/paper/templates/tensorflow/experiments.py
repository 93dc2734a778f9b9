# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""EXAMPLE, to be replaced: the experiments that `paper.toml` plans, one function each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from ldlc import Log, Run
from ldlc.engine import settings

from . import model, tasks

CHUNK = 50  # steps a call: progress and curves between calls, no Python within


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

    What all seeds of an arm share is made here, once: the net, and the training steps, which are traced
    and compiled at their first call. What a seed decides is given to them as variables' values and as
    arguments. A run depends on nothing but the config and the seed: run 3 alone gives the same bits
    as run 3 after others.
    """
    net = model.Classifier(config.hidden)
    weights = net.variables_in_order()
    changes = [tf.Variable(tf.zeros_like(w)) for w in weights]

    @tf.function(autograph=False, jit_compile=settings().jit)
    def train(
        points: tf.Tensor, labels: tf.Tensor, start: tf.Tensor, end: tf.Tensor, learned: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        def step(i: tf.Tensor, learned: tf.Tensor, _: tf.Tensor) -> tuple[tf.Tensor, ...]:
            with tf.GradientTape() as tape:
                loss = _loss(net(points), labels)
            gradients = tape.gradient(loss, weights)
            for w, change, g in zip(weights, changes, gradients, strict=True):
                change.assign(config.momentum * change - config.learning_rate * g)
                w.assign_add(change)
            right = tf.reduce_mean(tf.cast((net(points) > 0) == (labels > 0), tf.float32))
            learned = tf.where((learned == 0) & (right >= 0.9), i + 1, learned)
            return i + 1, learned, loss

        _, learned, loss = tf.while_loop(
            lambda i, *_: i < end, step, (start, learned, tf.constant(0.0))
        )
        return learned, loss

    def run(seed: int, log: Log) -> dict[str, float | None]:
        points, labels = map(tf.constant, tasks.rings(config.training_points, seed, tasks.TRAINING))
        _initialise(weights, seed)
        for change in changes:
            change.assign(tf.zeros_like(change))
        learned = tf.constant(0)  # the first step after which 90 % of the training points are right
        for start in range(0, config.steps, CHUNK):
            end = min(start + CHUNK, config.steps)
            learned, loss = train(points, labels, tf.constant(start), tf.constant(end), learned)
            log.scalar("loss", end, float(loss))
            log.progress(end, config.steps)
        points, labels = tasks.rings(config.test_points, seed, tasks.TEST)
        wrong = np.sum((net(tf.constant(points)).numpy() > 0) != (labels > 0))
        measures: dict[str, float | None] = {"errors": float(wrong)}
        if config.hidden:
            measures["steps"] = float(learned) if learned > 0 else None
        return measures

    return run


def _loss(z: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    """Returns the mean cross-entropy, in nats, of logits `[B]`."""
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=z))


def _initialise(weights: list[tf.Variable], seed: int) -> None:
    """Sets weights uniformly in +-1/sqrt(inputs of their layer), and biases to 0.

    The random numbers are a function of the seed and the variable's place; the algorithm is named
    because the default differs between XLA and graph mode.
    """
    for place, w in enumerate(weights):
        if len(w.shape) == 2:
            limit = w.shape[0] ** -0.5
            uniform = tf.random.stateless_uniform(
                w.shape, [seed, place], -limit, limit, alg="philox"
            )
            w.assign(uniform)
        else:
            w.assign(tf.zeros_like(w))
