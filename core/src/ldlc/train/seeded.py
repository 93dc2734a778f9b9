# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One set of variables and one program for all seeds of an arm."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import tensorflow as tf

from ldlc.train.constants import differing_constant
from ldlc.train.program import Step, check_terms


def seeded(build: Callable[[tf.Variable], Any]) -> Seeded:
    """Lets a function that builds a net and its training step serve all seeds with one program.

    Args:
      build: Takes the seed, an int64 variable; makes variables, and returns the step, or a tuple that begins
        with the step or with a tuple of steps.

    Returns:
      `start(seed)`: returns what `build` returned at first, its variables set for the seed.
    """
    return Seeded(build)


def key(seed: Any, *numbers: Any) -> tf.Tensor:
    """Returns the key of stateless random operations that is a function of a seed and some numbers.

        tf.random.stateless_normal(shape, train.key(seed, i), alg="philox")

    Two draws of one step need two keys: `key(seed, i, 0)` and `key(seed, i, 1)`.

    Args:
      seed: An integer, tensor or variable.
      *numbers: Integers or integer scalar tensors, such as the step's number.

    Returns:
      `[2]`, int64.
    """
    made = tf.stack([tf.cast(seed, tf.int64), tf.constant(0, tf.int64)])
    for number in numbers:
        made = tf.random.fold_in(made, number, alg="philox")
    return made


class Seeded:
    """A function that builds everything a seed decides, with the variables of its first call.

    For each seed it is called anew, eagerly, with all global random generators set to the seed; the values of
    its new variables then go into those of the first call, in the order in which they were made. So the
    first call's program serves all seeds, and a run does not depend on those before it.
    """

    def __init__(self, build: Callable[[tf.Variable], Any]) -> None:
        self._build = build
        self._variables: list[tf.Variable] = []
        self._first: Any = None
        self._handed: Any = None

    def __call__(self, seed: int) -> Any:
        """Sets all variables for a seed and returns what the first call made.

        Raises:
          ValueError: If the variables differ in number or shape between seeds, or a constant that the step
            uses differs between seeds.
        """
        made, created, values, examples = _make(self._build, seed)
        if self._handed is None:
            self._variables, self._first = created, made
            self._handed = _with_steps(
                made, [Step(s, created, e) for s, e in zip(_steps(made), examples, strict=True)]
            )
        elif (name := differing_constant(_steps(self._first), _steps(made))) is not None:
            raise ValueError(
                f"`{name}` differs between seeds, but is a constant of the compiled program. Make it a "
                "`tf.Variable(..., trainable=False)`, or make it outside if all seeds share it."
            )
        if [(v.shape, v.dtype) for v in created] != [(v.shape, v.dtype) for v in self._variables]:
            raise ValueError(
                f"seed {seed} made {len(created)} variables ({_names(created)}) and the first seed "
                f"{len(self._variables)} ({_names(self._variables)}), or others. Let nothing but the config "
                "decide which variables there are."
            )
        for variable, value in zip(self._variables, values, strict=True):
            variable.assign(value)
        return self._handed


def _make(
    build: Callable[[tf.Variable], Any], seed: int
) -> tuple[Any, list[tf.Variable], list[np.ndarray], list[Any]]:
    """Builds once, eagerly: what was made, its variables with their initial values, what steps return."""
    created: list[tf.Variable] = []
    values: list[np.ndarray] = []

    def remember(next_creator: Callable[..., tf.Variable], **kwargs: Any) -> tf.Variable:
        variable = next_creator(**kwargs)
        created.append(variable)
        values.append(variable.numpy())
        return variable

    _seed_generators(seed)
    with tf.variable_creator_scope(remember):
        made = build(tf.Variable(seed, dtype=tf.int64, trainable=False, name="seed"))
        values[:] = [v.numpy() for v in created]  # the function may have set some after making them
        examples = [
            step(tf.constant(0)) for step in _steps(made)
        ]  # makes what is made at first use
    for example in examples:
        check_terms(example)
    return made, created, values, examples


def _seed_generators(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed % 2**32)
    tf.random.set_seed(seed)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(seed)


def _steps(made: Any) -> list[Callable[[tf.Tensor], Any]]:
    first = made[0] if isinstance(made, tuple) and made else made
    steps = list(first) if isinstance(first, tuple) else [first]
    if not steps or not all(callable(step) for step in steps):
        raise TypeError(
            f"`train.seeded`'s function must return its step, or a tuple that begins with it, got "
            f"{type(made).__name__}. Return `step` or `step, net`."
        )
    return steps


def _with_steps(made: Any, steps: list[Step]) -> Any:
    if not isinstance(made, tuple):
        return steps[0]
    first = tuple(steps) if isinstance(made[0], tuple) else steps[0]
    named: Any = type(made)
    return named(first, *made[1:]) if hasattr(named, "_fields") else (first, *made[1:])


def _names(variables: Iterable[tf.Variable]) -> str:
    return ", ".join(f"{v.name} {v.shape}" for v in variables)
