# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The paper's nets and its learning procedure: layers of logistic units, equations 1 to 9.

The weights of a layer are one matrix `[inputs + 1, outputs]`. Its last row holds the biases: the
paper takes a bias for the weight from one more input that is always 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import tensorflow as tf

Weights = tuple[tf.Tensor, ...]
Inputs = tuple[tf.Tensor, ...]
Net = Callable[[Weights, Inputs], tf.Tensor]
Pace = Callable[[tf.Tensor], tuple[tf.Tensor | float, tf.Tensor | float]]


def layer(w: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """Returns the states `[B, J]` of logistic units above states `y`, `[B, I]`: equations 1, 2."""
    x = tf.linalg.matmul(y, w[:-1]) + w[-1]
    return tf.sigmoid(x)


def symmetry_shapes(hidden: int) -> list[tuple[int, int]]:
    """Returns the weights' shapes for mirror symmetry; without hidden units it is one layer."""
    return [(6 + 1, hidden), (hidden + 1, 1)] if hidden else [(6 + 1, 1)]


def symmetry_net(weights: Weights, inputs: Inputs) -> tf.Tensor:
    """Returns outputs `[B, 1]` for vectors of six bits `[B, 6]` (Figure 1)."""
    (y,) = inputs
    for w in weights:
        y = layer(w, y)
    return y


FAMILY_SHAPES = [(24 + 1, 6), (12 + 1, 6), (12 + 1, 12), (12 + 1, 6), (6 + 1, 24)]


def family_net(weights: Weights, inputs: Inputs) -> tf.Tensor:
    """Returns outputs `[B, 24]`, a unit a person, for persons `[B, 24]` and relations `[B, 12]`.

    Figure 3: six units encode the person, six others the relation; twelve central units see both;
    six units encode the answer; 24 outputs name it.
    """
    persons, relations = inputs
    person, relation, central, answer, output = weights
    code = tf.concat([layer(person, persons), layer(relation, relations)], axis=1)  # [B, 12]
    return layer(output, layer(answer, layer(central, code)))


def initial_weights(shapes: list[tuple[int, int]], limit: float, seed: int) -> Weights:
    """Returns weights and biases drawn uniformly from [-limit, limit], the same for equal seeds."""
    generator = np.random.Generator(np.random.Philox(key=[seed, 0]))
    return tuple(
        tf.constant(generator.uniform(-limit, limit, shape), tf.float32) for shape in shapes
    )


def error(y: tf.Tensor, d: tf.Tensor, tolerance: float = 0.0) -> tf.Tensor:
    """Returns E, half the sum of squared errors over cases and outputs: equation 3.

    Args:
      y: Outputs `[B, J]`.
      d: Targets `[B, J]`.
      tolerance: An output has no error within this distance of its target, and beyond it what is
        left of its distance, so that E has no jump.
    """
    return 0.5 * tf.reduce_sum(tf.maximum(tf.abs(y - d) - tolerance, 0.0) ** 2)


def is_within(y: tf.Tensor, d: tf.Tensor, distance: tf.Tensor | float) -> tf.Tensor:
    """Returns for each case, `[B]`, whether all outputs are less than `distance` from the target.

    Less than 0.5 means that every output is on the right side of 0.5.
    """
    return tf.reduce_all(tf.abs(y - d) < distance, axis=1)


class State(NamedTuple):
    """Where learning stands after `sweep` sweeps through the cases."""

    sweep: tf.Tensor
    weights: Weights
    changes: Weights  # of the last sweep
    outputs: tf.Tensor  # with these weights


class Learner:
    """Learns by sweeps through all cases, changing every weight once a sweep.

    It is compiled on its first call; initial weights and cases are its arguments, so that all
    seeds of an arm run through one program.
    """

    def __init__(
        self, net: Net, pace: Pace, *, decay: float = 0.0, tolerance: float = 0.0, jit: bool
    ) -> None:
        """Stores the procedure.

        Args:
          net: The net.
          pace: Gives epsilon and alpha of equation 9 for the number of sweeps done.
          decay: The share by which each weight shrinks after its change.
          tolerance: As in `error`.
          jit: Whether XLA compiles the loop.
        """
        self._net, self._pace, self._decay, self._tolerance = net, pace, decay, tolerance
        self._sweeps = tf.function(self._loop, autograph=False, jit_compile=jit)

    def start(self, weights: Weights, inputs: Inputs) -> State:
        """Returns the state before the first sweep."""
        changes = tuple(tf.zeros_like(w) for w in weights)
        return State(tf.constant(0), weights, changes, self._net(weights, inputs))

    def until(
        self, sweep: int, state: State, inputs: Inputs, targets: tf.Tensor, within: float = 0.0
    ) -> State:
        """Returns the state after `sweep` sweeps in all, or earlier where all cases are learned.

        Args:
          sweep: The sweeps done since the start when learning stops.
          state: Where learning stands.
          inputs: All cases.
          targets: Their targets `[B, J]`.
          within: Learning stops after the first sweep that leaves every output less than this from
            its target; 0 never stops it.
        """
        end, within = tf.constant(sweep), tf.constant(within)
        return State(*self._sweeps(state, inputs, targets, end, within))

    def _loop(
        self, state: State, inputs: Inputs, targets: tf.Tensor, end: tf.Tensor, within: tf.Tensor
    ) -> State:
        def unfinished(t: tf.Tensor, weights: Weights, changes: Weights) -> tf.Tensor:
            learned = tf.reduce_all(is_within(self._net(weights, inputs), targets, within))
            return tf.logical_and(t < end, tf.logical_not(learned))

        def sweep(
            t: tf.Tensor, weights: Weights, changes: Weights
        ) -> tuple[tf.Tensor, Weights, Weights]:
            epsilon, alpha = self._pace(t)
            with tf.GradientTape() as tape:
                tape.watch(weights)
                e = error(self._net(weights, inputs), targets, self._tolerance)
            gradients = tape.gradient(e, weights)
            changes = tuple(
                -epsilon * g + alpha * c for g, c in zip(gradients, changes, strict=True)
            )  # equation 9
            weights = tuple(
                (w + c) * (1.0 - self._decay) for w, c in zip(weights, changes, strict=True)
            )
            return t + 1, weights, changes

        t, weights, changes = tf.while_loop(
            unfinished, sweep, (state.sweep, state.weights, state.changes)
        )
        return State(t, weights, changes, self._net(weights, inputs))
