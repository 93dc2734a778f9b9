# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gradients held against finite differences of the loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from ldlc.debug import variables
from ldlc.debug.tables import table

DIRECTIONS = 3  # random ones a variable, beside that of its gradient
ENTRIES = 4  # random ones a variable, beside that of the largest gradient
JITTERS = 8  # moves by the last bit, which show how much of the loss is rounding
TOLERANCE = {"float32": 0.02, "float64": 1e-5}
# Of the root mean square of a variable. Longer ones cross kinks of the loss, shorter ones drown in rounding.
STEP = {"float32": 2e-2, "float64": 2e-6}


@dataclass(frozen=True)
class Probe:
    """One derivative, by two routes.

    Attributes:
      variable: The variable's name.
      along: `gradient`, `random`, or the indices of one entry.
      gradient: The derivative as the gradient has it.
      difference: The derivative from finite differences of the loss.
      error: How far `difference` may be off.
      rounding: The part of `error` that the loss's rounding makes.
      allowed: How far apart the two may be beside that.
    """

    variable: str
    along: str
    gradient: float
    difference: float
    error: float
    rounding: float
    allowed: float

    @property
    def agrees(self) -> bool:
        """Whether the two are as near as they can be expected to be."""
        return abs(self.gradient - self.difference) <= self.allowed + self.error

    @property
    def tells(self) -> str:
        """`yes`, `lost in rounding` (smaller than what can be seen), or `too rough` (a kink, say)."""
        if self.error <= 5 * self.allowed:
            return "yes"
        return "lost in rounding" if self.error <= 10 * self.rounding else "too rough"


@dataclass(frozen=True)
class GradientCheck:
    """All derivatives that were compared; `print` shows those along each variable's gradient.

    Attributes:
      probes: The derivatives.
    """

    probes: tuple[Probe, ...]

    def __str__(self) -> str:
        return _shown([probe for probe in self.probes if probe.along == "gradient"])


def check_gradients(
    loss: Callable[[], Any],
    model: Any,
    *,
    gradients: Mapping[str, Any] | None = None,
    tolerance: float | None = None,
    seed: int = 0,
) -> GradientCheck:
    """Holds the gradient of a loss against finite differences, in every variable of a model.

    In a test: `debug.check_gradients(loss, net)`. Each variable is moved along its gradient, along a few
    random directions, and along a few of its entries alone, the one of the largest gradient among them.
    Two step lengths, and either side of the point, say how far the differences may be off. With float32
    they are good to a hundredth or so; a model in float64 is checked to five digits. Before, all
    variables are moved a little at random, since biases of zero put rectifiers exactly on their kink;
    afterwards they have their old values. Gradients that differ on purpose (truncated, straight-through,
    reversed) differ here too.

    Args:
      loss: Computes the loss on some batch, a scalar; must give the same number when nothing changed,
        so any noise in it needs a fixed seed. It is called some hundred times a variable: wrap a slow
        one in `tf.function`.
      model: A Sonnet module, a Keras layer or model, a `tf.Module`, or variables in a list or mapping.
      gradients: The gradients of a rule written by hand, by variable name, at the variables' present
        values, which are then not moved before; else TensorFlow's own.
      tolerance: How far apart, as a part of the derivative, the two may be; else 0.02 for float32 and
        1e-5 for float64.
      seed: Chooses directions and entries.

    Raises:
      AssertionError: If a derivative differs, or the loss is too rough to tell in most of a variable's.
      TypeError: If `model` is something else, or a variable holds no float32 or float64.
      ValueError: If `model` has no trainable variable, the loss is no finite scalar or gives another
        number when called again, or `gradients` has other names or shapes.
    """
    first = _value(loss)
    found = variables.trainable(model)
    if gradients is not None:
        gradients = _checked(gradients, found)
    for name, variable in found.items():
        if variable.dtype.name not in TOLERANCE:
            raise TypeError(f"`{name}` must hold float32 or float64, got {variable.dtype.name}.")
    if first != _value(loss):
        raise ValueError(
            "`loss` must give the same number when nothing changed, got two. Give its noise (dropout, "
            "sampling, batches) a fixed seed."
        )
    generator = np.random.default_rng(seed)
    before = {name: variable.numpy() for name, variable in found.items()}
    sizes = {name: _size(values) for name, values in before.items()}
    try:
        if gradients is None:
            for name, variable in found.items():
                away = generator.uniform(0.1, 0.2, before[name].shape)
                away *= generator.choice([-sizes[name], sizes[name]], before[name].shape)
                variable.assign(before[name] + away)
            gradients = _own(loss, found)
        probes = [
            probe
            for name, variable in found.items()
            for probe in _probes(
                loss, name, variable, sizes[name], gradients[name], tolerance, generator
            )
        ]
    finally:
        for name, variable in found.items():
            variable.assign(before[name])
    _judge(probes)
    return GradientCheck(tuple(probes))


def _probes(
    loss: Callable[[], Any],
    name: str,
    variable: tf.Variable,
    size: float,
    gradient: np.ndarray,
    tolerance: float | None,
    generator: np.random.Generator,
) -> Iterator[Probe]:
    kind = variable.dtype.name
    values = variable.numpy()
    part = TOLERANCE[kind] if tolerance is None else tolerance
    here = _value(loss)
    noise = _noise(loss, variable, values, here, generator)
    norm = float(np.linalg.norm(gradient))

    def probe(along: str, direction: np.ndarray, step: float, least: float = 0.0) -> Probe:
        far = [_at(loss, variable, values + side * step * direction) for side in (-1, 1)]
        near = [_at(loss, variable, values + side * step / 2 * direction) for side in (-1, 1)]
        variable.assign(values)
        own = float(np.vdot(gradient, direction))
        difference = (near[1] - near[0]) / step
        # At a kink the gradient is that of one side, or between the two.
        bend = abs(near[1] + near[0] - 2 * here) / step
        change = abs(difference - (far[1] - far[0]) / (2 * step))
        rounding = 2 * noise / step
        allowed = part * max(abs(own), abs(difference), least)
        return Probe(name, along, own, difference, bend + change + rounding, rounding, allowed)

    step = STEP[kind] * size
    if norm and math.isfinite(norm):
        yield probe("gradient", gradient / norm, step)
    if values.size > DIRECTIONS:
        for _ in range(DIRECTIONS):
            # A small sum of large terms: moving everything at once crosses the most kinks, so the step
            # is shorter, and what counts is the gradient as a whole.
            direction = generator.choice([-1.0, 1.0], values.shape)
            yield probe("random", direction, step / 4, 5 * norm)
    entries = {int(np.argmax(np.abs(gradient)))}
    entries |= set(generator.choice(values.size, min(values.size, ENTRIES), replace=False).tolist())
    for entry in sorted(entries):
        direction = np.zeros(values.shape)
        direction.flat[entry] = 1.0
        at = ", ".join(str(int(i)) for i in np.unravel_index(entry, values.shape))
        yield probe(f"[{at}]", direction, step)


def _noise(
    loss: Callable[[], Any],
    variable: tf.Variable,
    values: np.ndarray,
    here: float,
    generator: np.random.Generator,
) -> float:
    """Returns how far the loss may be off by rounding: how far it moves with the last bits of a variable."""
    eps = float(np.finfo(variable.dtype.name).eps)
    moved = [
        _at(loss, variable, values * (1 + eps * generator.choice([-1.0, 1.0], values.shape)))
        for _ in range(JITTERS)
    ]
    variable.assign(values)
    return max(4 * eps * abs(here), *(3 * abs(value - here) for value in moved))


def _size(values: np.ndarray) -> float:
    """Returns how large the values of a variable are; one of zeros is about to become what others are."""
    return float(np.sqrt(np.mean(values**2))) or 0.1


def _judge(probes: list[Probe]) -> None:
    wrong = [probe for probe in probes if not probe.agrees and probe.tells != "too rough"]
    if wrong:
        raise AssertionError(f"the gradient is not that of the loss:\n{_shown(wrong)}")
    for name in dict.fromkeys(probe.variable for probe in probes):
        own = [probe for probe in probes if probe.variable == name]
        rough = [probe for probe in own if probe.tells == "too rough"]
        if 2 * len(rough) > len(own):
            raise AssertionError(
                f"the loss is too rough along `{name}` to tell whether the gradient is right. Use "
                f"float64, a smooth activation, or fewer examples.\n{_shown(rough)}"
            )


def _at(loss: Callable[[], Any], variable: tf.Variable, values: np.ndarray) -> float:
    variable.assign(values.astype(variable.dtype.as_numpy_dtype))
    return _value(loss)


def _value(loss: Callable[[], Any]) -> float:
    value = tf.convert_to_tensor(loss())
    if value.shape.rank != 0 or not np.isfinite(value.numpy()):
        raise ValueError(
            f"`loss` must return a finite scalar, got {value.numpy()!r}. Take its mean over the batch."
        )
    return float(value)


def _own(loss: Callable[[], Any], found: Mapping[str, tf.Variable]) -> dict[str, np.ndarray]:
    with tf.GradientTape() as tape:
        value = loss()
    gradients = tape.gradient(value, list(found.values()), unconnected_gradients="zero")
    return {
        name: tf.convert_to_tensor(gradient).numpy().astype(np.float64)
        for name, gradient in zip(found, gradients, strict=True)
    }


def _checked(
    gradients: Mapping[str, Any], found: Mapping[str, tf.Variable]
) -> dict[str, np.ndarray]:
    if set(gradients) != set(found):
        raise ValueError(
            f"`gradients` must name the variables {', '.join(sorted(found))}, got "
            f"{', '.join(sorted(gradients))}."
        )
    arrays = {name: np.asarray(gradients[name], np.float64) for name in found}
    for name, variable in found.items():
        if arrays[name].shape != tuple(variable.shape):
            raise ValueError(
                f"`gradients` of `{name}` must have shape {tuple(variable.shape)}, got {arrays[name].shape}."
            )
    return arrays


def _shown(probes: list[Probe]) -> str:
    rows = [
        (
            probe.variable,
            probe.along,
            f"{probe.gradient:.6g}",
            f"{probe.difference:.6g}",
            f"{probe.error:.1g}",
            "" if probe.tells == "yes" else probe.tells,
        )
        for probe in probes
    ]
    return table(
        ("variable", "along", "gradient", "differences", "off by up to", ""), rows, (2, 3, 4)
    )
