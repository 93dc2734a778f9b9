# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The paper's two experiments, as `paper.toml` plans them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from ldlc import Log, Run
from ldlc.engine import settings

from . import model, tasks

RIGHT = 0.5  # an output less than this from its target is on the right side of 0.5
CLOSE = 0.2  # the band of the family trees, within which an output has no error


@dataclass(frozen=True)
class Symmetry:
    """One arm of the mirror-symmetry task (Figure 1)."""

    hidden: int  # hidden units; 0 connects the inputs to the output
    learning_rate: float
    momentum: float
    initial_range: float
    max_sweeps: int


def symmetry(config: Symmetry) -> Run:
    """Learns mirror symmetry, and looks at the hidden weights.

    A run has solved the task after the first sweep that leaves every output on the right side of
    0.5. It goes on until every output is within 0.2 of its target; then the weights are looked at.
    """
    inputs, targets = map(tf.constant, tasks.mirror_symmetry())
    learner = model.Learner(
        model.symmetry_net,
        pace=lambda t: (config.learning_rate, config.momentum),
        jit=settings().jit,
    )

    def errors(state: model.State, distance: float) -> int:
        return _count(~model.is_within(state.outputs, targets, distance))

    def run(seed: int, log: Log) -> dict[str, float | None]:
        shapes = model.symmetry_shapes(config.hidden)
        weights = model.initial_weights(shapes, config.initial_range, seed)
        state, sweeps = learner.start(weights, (inputs,)), None
        for end in _stops(config.max_sweeps, every=500):
            if sweeps is None:
                state = learner.until(end, state, (inputs,), targets, within=RIGHT)
                sweeps = int(state.sweep) if errors(state, RIGHT) == 0 else None
            if sweeps is not None:
                state = learner.until(end, state, (inputs,), targets, within=CLOSE)
            log.scalar("error", state.sweep, model.error(state.outputs, targets))
            log.progress(state.sweep, config.max_sweeps)
            if errors(state, CLOSE) == 0:
                break
        measures = {
            "solved": float(sweeps is not None),
            "sweeps": None if sweeps is None else float(sweeps),
            "errors": float(errors(state, RIGHT)),
        }
        if config.hidden:
            hidden, output = (w.numpy() for w in state.weights)
            log.array("hidden", hidden)
            log.array("output", output)
            measures |= mirrored_pairs(hidden[:-1])
        return measures

    return run


def mirrored_pairs(weights: np.ndarray) -> dict[str, float]:
    """Returns how the weights at mirrored positions compare, within and between pairs.

    Args:
      weights: From the inputs to the hidden units, `[6, hidden]`, without biases.

    Returns:
      `asymmetry`: the largest |w_i + w_(7-i)| over a pair's mean size, of all pairs and units.
      `middle_to_small`, `large_to_middle`: ratios of a unit's three sizes, sorted; geometric means
      over the units.
    """
    left, right = weights[:3].astype(np.float64), weights[:2:-1].astype(np.float64)
    sizes = (np.abs(left) + np.abs(right)) / 2  # [3 pairs, hidden]
    small, middle, large = np.sort(sizes, axis=0)
    return {
        "asymmetry": float(np.max(np.abs(left + right) / sizes)),
        "middle_to_small": float(np.exp(np.mean(np.log(middle / small)))),
        "large_to_middle": float(np.exp(np.mean(np.log(large / middle)))),
    }


@dataclass(frozen=True)
class FamilyTrees:
    """One arm of the family-trees task (Figures 2-4)."""

    early_sweeps: int  # sweeps with the early learning rate and momentum
    early_learning_rate: float
    early_momentum: float
    learning_rate: float
    momentum: float
    decay: float  # the share by which each weight shrinks after its change
    tolerance: float  # an output so close to its target has no error
    initial_range: float
    held_out: int  # cases that are not trained
    sweeps: int


def family_trees(config: FamilyTrees) -> Run:
    """Learns all but a few cases of two family trees; looks at the others and the persons' codes."""
    *inputs, targets = map(tf.constant, tasks.family_trees())
    cases = len(targets)

    def pace(t: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        early = t < config.early_sweeps
        epsilon = tf.where(early, config.early_learning_rate, config.learning_rate)
        return epsilon, tf.where(early, config.early_momentum, config.momentum)

    learner = model.Learner(
        model.family_net,
        pace,
        decay=config.decay,
        tolerance=config.tolerance,
        jit=settings().jit,
    )

    def run(seed: int, log: Log) -> dict[str, float | None]:
        order = np.random.Generator(np.random.Philox(key=[seed, 1])).permutation(cases)
        held_out, trained = order[: config.held_out], order[config.held_out :]
        old_inputs = tuple(tf.gather(x, trained) for x in inputs)
        old_targets = tf.gather(targets, trained)
        weights = model.initial_weights(model.FAMILY_SHAPES, config.initial_range, seed)
        state = learner.start(weights, old_inputs)
        for end in _stops(config.sweeps, every=100):
            state = learner.until(end, state, old_inputs, old_targets)
            wrong = _count(~model.is_within(state.outputs, old_targets, RIGHT))
            log.scalar("wrong training cases", end, wrong)
            log.progress(end, config.sweeps)

        outputs = model.family_net(state.weights, tuple(tf.gather(x, held_out) for x in inputs))
        new_targets = tf.gather(targets, held_out)
        person = state.weights[0]
        codes = model.layer(person, tf.eye(len(tasks.PERSONS))).numpy()
        log.array("person", person)
        return {
            "fitted": float(wrong == 0),
            "trained_right": float(len(trained) - wrong),
            "trained_close": float(
                _count(model.is_within(state.outputs, old_targets, config.tolerance))
            ),
            "held_out_right": float(_count(model.is_within(outputs, new_targets, RIGHT))),
            "nationality": separability(codes, tasks.NATIONALITY),
            "generation": separability(codes, tasks.GENERATION),
            "branch": separability(codes, tasks.BRANCH),
        }

    return run


def separability(codes: np.ndarray, classes: np.ndarray) -> float:
    """Returns how well the other persons' codes tell each person's class: 0 is chance, 1 perfect.

    The nearest class mean decides, each person left out of the means in turn. Accuracies are
    averaged over the K classes and rescaled from [1/K, 1] to [0, 1].

    Args:
      codes: Activities `[N, D]`.
      classes: A class 0..K-1 a person, `[N]`; persons of class -1 are left out.
    """
    codes, classes = codes[classes >= 0].astype(np.float64), classes[classes >= 0]
    k = classes.max() + 1
    right = np.zeros(len(codes))
    for i, code in enumerate(codes):
        others = np.arange(len(codes)) != i
        means = [codes[others & (classes == c)].mean(axis=0) for c in range(k)]
        distances = [np.sum((code - mean) ** 2) for mean in means]
        right[i] = np.argmin(distances) == classes[i]
    accuracy = np.mean([right[classes == c].mean() for c in range(k)])
    return float((accuracy - 1 / k) / (1 - 1 / k))


def _stops(last: int, every: int) -> list[int]:
    """Returns the sweeps 0, `every`, 2 `every`, ... and `last`, where curves have their points."""
    return [*range(0, last, every), last]


def _count(flags: tf.Tensor) -> int:
    return int(tf.math.count_nonzero(flags))
