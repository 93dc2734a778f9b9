# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""EXAMPLE, to be replaced: the experiments that `paper.toml` plans, one function each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ldlc import Log, Run

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

    What all seeds of an arm share is made here, once; what a seed decides, in `run`. A run depends on
    nothing but the config and the seed: run 3 alone gives the same bits as run 3 after others.
    """

    def run(seed: int, log: Log) -> dict[str, float | None]:
        points, labels = tasks.rings(config.training_points, seed, tasks.TRAINING)
        weights = model.initial_weights(config.hidden, seed)
        changes = [np.zeros_like(w) for w in weights]
        learned = None  # the first step after which 90 % of the training points are right
        for step in range(1, config.steps + 1):
            gradients = model.gradient(weights, points, labels)
            for w, change, g in zip(weights, changes, gradients, strict=True):
                change *= config.momentum
                change -= config.learning_rate * g
                w += change
            right = np.mean((model.logits(weights, points) > 0) == (labels > 0))
            if learned is None and right >= 0.9:
                learned = step
            if step % 10 == 0:
                log.scalar("loss", step, model.loss(weights, points, labels))
                log.progress(step, config.steps)
        points, labels = tasks.rings(config.test_points, seed, tasks.TEST)
        wrong = np.sum((model.logits(weights, points) > 0) != (labels > 0))
        measures: dict[str, float | None] = {"errors": float(wrong)}
        if config.hidden:
            measures["steps"] = None if learned is None else float(learned)
        return measures

    return run
