# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One batch learnt by heart: the first thing that a model, its loss and its optimiser must manage."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import tensorflow as tf


@dataclass(frozen=True)
class Overfit:
    """What the loss did on one batch.

    Attributes:
      losses: The loss before each step.
    """

    losses: tuple[float, ...]

    def __str__(self) -> str:
        count = len(self.losses)
        shown = sorted({0, *(count * part // 8 for part in range(1, 8)), count - 1})
        return "\n".join(f"step {step:6}  {self.losses[step]:.6g}" for step in shown)


def overfit_one_batch(
    step: Callable[[Any], Mapping[str, Any]],
    *,
    below: float,
    steps: int = 300,
    at: int = 0,
    term: str = "loss",
) -> Overfit:
    """Takes one and the same step of a paper's training again and again, until its loss is small.

    In a test: `debug.overfit_one_batch(step, below=0.01)`. It is the step that `train.loop` takes, with
    the paper's own loss and optimisers; since its batch is a function of its number, the same number
    gives the same batch. The model is trained by it: make another one for what follows.

    Args:
      step: The training step; takes its number, returns its losses by name.
      below: The loss to reach: a hundredth of what guessing gives is usual. Where the best possible loss
        is not zero (an entropy, a bound), add that.
      steps: How many steps at most.
      at: The number of the step that is repeated.
      term: Which of the losses counts.

    Returns:
      The losses up to the first below `below`.

    Raises:
      AssertionError: If the loss does not get there, or is not finite.
      ValueError: If the step returns no such loss, or `steps` is less than 2.
    """
    if steps < 2:
        raise ValueError(f"`steps` must be at least 2, got {steps}. Choose more.")
    number = tf.constant(at, tf.int32)
    losses = [_term(step(number), term)]  # eagerly: modules and optimisers make their variables
    compiled = tf.function(lambda: step(number)[term])
    for count in range(1, steps):
        if losses[-1] < below:
            break
        losses.append(float(compiled()))
        if not math.isfinite(losses[-1]):
            raise AssertionError(
                f"the loss is {losses[-1]} at step {count} on one batch, after {losses[-2]:.6g}. Lower "
                "the learning rate, or look for a logarithm of 0 or a division by 0."
            )
    if losses[-1] >= below:
        raise AssertionError(
            f"one batch is not learnt: the loss goes from {losses[0]:.6g} to {losses[-1]:.6g} (least "
            f"{min(losses):.6g}) in {len(losses)} steps, not below {below:g}. Look at the targets, the "
            "sign of the loss, what the optimiser gets, and `gradient_norms`."
        )
    return Overfit(tuple(losses))


def _term(terms: Mapping[str, Any], name: str) -> float:
    if not isinstance(terms, Mapping) or name not in terms:
        got = sorted(terms) if isinstance(terms, Mapping) else type(terms).__name__
        raise ValueError(f"`step` must return a mapping with {name!r}, got {got}. Name its `term`.")
    value = float(tf.convert_to_tensor(terms[name]))
    if not math.isfinite(value):
        raise AssertionError(
            f"the loss is {value} before the first step. Look at the model's output."
        )
    return value
