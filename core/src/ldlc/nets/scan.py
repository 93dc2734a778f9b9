# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a recurrent core along time, with a gradient of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

Core = Callable[[Any, Any], tuple[Any, Any]]
Tensors = Sequence[tf.Tensor]
Step = Callable[[tf.Tensor, Tensors, Tensors], tuple[list[tf.Tensor], list[tf.Tensor]]]


def scan(
    core: Core, input_sequence: Any, initial_state: Any, sequence_length: tf.Tensor | None = None
) -> tuple[Any, Any]:
    """Returns a core's outputs at all steps and the state that it ends in.

        y_t, s_t = core(x_t, s_tm1)

    The way forward keeps the states and nothing else. The way back computes each step again from its
    input and state, and takes the gradient of that one step (Chen et al. 2016, "Training deep nets with
    sublinear memory cost", with one step as the segment). So every core will do; the gradient is
    TensorFlow's; and what a core stops with `tf.stop_gradient` stays stopped, which is how truncated
    gradients are written. The gradient is defined once: no second derivatives.

    Args:
      core: Called as `core(x_t, s_tm1)`, such as a Sonnet `RNNCore`; returns the output and the next
        state, `[B, ...]`. A step is computed twice: equal arguments must give equal results.
      input_sequence: Tensors `[T, B, ...]`, one or a nest, T known.
      initial_state: Tensors `[B, ...]`, one or a nest.
      sequence_length: Steps of each example, `[B]`, int32, at most T; without it all have T. After an
        example's last step its state stays and its outputs are 0 (Sonnet repeats the last one). Steps
        beyond the longest cost nothing.

    Returns:
      Outputs `[T, B, ...]` and the last state `[B, ...]`, nested like the core's.

    Raises:
      ValueError: If T is unknown, 0, or differs between inputs, or if the core's next state has another
        nesting, shape or dtype than the state.
    """
    x = [tf.convert_to_tensor(tensor) for tensor in tf.nest.flatten(input_sequence)]
    s_0 = [tf.convert_to_tensor(tensor) for tensor in tf.nest.flatten(initial_state)]
    steps = _steps(x)
    longest = tf.constant(steps) if sequence_length is None else tf.reduce_max(sequence_length)
    nested: list[Any] = []

    def step(t: tf.Tensor, x_t: Tensors, s_tm1: Tensors) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
        output, state = core(
            tf.nest.pack_sequence_as(input_sequence, x_t),
            tf.nest.pack_sequence_as(initial_state, s_tm1),
        )
        nested[:] = [output]
        y_t, s_t = tf.nest.flatten(output), _same_form(initial_state, s_tm1, state)
        if sequence_length is None:
            return y_t, s_t
        runs = t < sequence_length
        return (
            [_where(runs, y, tf.zeros_like(y)) for y in y_t],
            [
                tf.ensure_shape(_where(runs, s, old), old.shape)
                for s, old in zip(s_t, s_tm1, strict=True)
            ],
        )

    @tf.custom_gradient
    def run(*tensors: tf.Tensor) -> tuple[list[tf.Tensor], Callable[..., Any]]:
        x, s_0 = tensors[:inputs], tensors[inputs:]
        y, s, s_last = _forwards(step, x, s_0, steps, longest)

        def gradient(*upstream: tf.Tensor, variables: Sequence[tf.Variable] = ()) -> Any:
            dense = [tf.convert_to_tensor(d) for d in upstream]  # `tf.gather` gives slices
            dy, ds_last = dense[: len(y)], dense[len(y) :]
            dx, ds_0, dv = _backwards(step, x, s, dy, ds_last, variables, steps, longest)
            return ([*dx, *ds_0], dv) if variables else [*dx, *ds_0]

        return [*y, *s_last], gradient

    inputs = len(x)
    results = run(*x, *s_0)
    outputs = len(results) - len(s_0)
    return (
        tf.nest.pack_sequence_as(nested[0], results[:outputs]),
        tf.nest.pack_sequence_as(initial_state, results[outputs:]),
    )


def _forwards(
    step: Step, x: Tensors, s_0: Tensors, steps: int, longest: tf.Tensor
) -> tuple[list[tf.Tensor], list[tf.Tensor], list[tf.Tensor]]:
    """Returns all outputs `[T, B, ...]`, the state before each step, and the last state."""
    forms, _ = step(tf.constant(0), [x_i[0] for x_i in x], s_0)  # only shapes and dtypes are used

    def body(t: tf.Tensor, s_tm1: Tensors, y: Any, s: Any) -> tuple[Any, ...]:
        y_t, s_t = step(t, [x_i[t] for x_i in x], s_tm1)
        return t + 1, s_t, _write(y, t, y_t), _write(s, t, s_tm1)

    _, s_last, y, s = tf.while_loop(
        lambda t, *_: t < longest,
        body,
        (tf.constant(0), list(s_0), _arrays(forms, steps), _arrays(s_0, steps)),
        parallel_iterations=1,
    )
    return [y_i.stack() for y_i in y], [s_i.stack() for s_i in s], s_last


def _backwards(
    step: Step,
    x: Tensors,
    s: Tensors,
    dy: Tensors,
    ds_last: Tensors,
    variables: Sequence[tf.Variable],
    steps: int,
    longest: tf.Tensor,
) -> tuple[list[tf.Tensor | None], list[tf.Tensor], list[tf.Tensor]]:
    """Returns the gradients of inputs (None where they are no floats), first state and variables."""
    smooth = [x_i.dtype.is_floating for x_i in x]

    def body(t: tf.Tensor, ds: Tensors, dv: Tensors, dx: Any) -> tuple[Any, ...]:
        x_t, s_tm1 = [x_i[t] for x_i in x], [s_i[t] for s_i in s]
        sources = ([x_i for x_i, is_smooth in zip(x_t, smooth, strict=True) if is_smooth], s_tm1)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch((sources, list(variables)))
            y_t, s_t = step(t, x_t, s_tm1)
        dx_t, ds, dv_t = tape.gradient(
            [*y_t, *s_t],
            (*sources, list(variables)),
            [*[dy_i[t] for dy_i in dy], *ds],
            unconnected_gradients="zero",
        )
        return t - 1, ds, [a + b for a, b in zip(dv, dv_t, strict=True)], _write(dx, t, dx_t)

    x_0 = [x_i[0] for x_i, is_smooth in zip(x, smooth, strict=True) if is_smooth]
    _, ds_0, dv, dx = tf.while_loop(
        lambda t, *_: t >= 0,
        body,
        (longest - 1, list(ds_last), [tf.zeros_like(v) for v in variables], _arrays(x_0, steps)),
        parallel_iterations=1,
    )
    stacked = iter([dx_i.stack() for dx_i in dx])
    return [next(stacked) if is_smooth else None for is_smooth in smooth], ds_0, dv


def _steps(x: Tensors) -> int:
    counts: list[int] = [(x_i.shape[0] or 0) if x_i.shape.rank else 0 for x_i in x]
    if not all(counts) or len(set(counts)) != 1:
        raise ValueError(
            "`input_sequence` must have a known number of steps, the same in all its tensors "
            f"[T, B, ...], got shapes {[tuple(x_i.shape) for x_i in x]}. Give T a fixed size."
        )
    return counts[0]


def _same_form(initial_state: Any, s_tm1: Tensors, state: Any) -> list[tf.Tensor]:
    """Returns the next state, flat, once it has the form that the state had."""
    try:
        tf.nest.assert_same_structure(initial_state, state)
    except (TypeError, ValueError) as error:
        raise ValueError(
            "`core` must return its next state nested like `initial_state`: "
            f"{str(error).splitlines()[0]}"
        ) from error
    s_t: list[tf.Tensor] = tf.nest.flatten(state)
    for old, new in zip(s_tm1, s_t, strict=True):
        if old.dtype != new.dtype or not old.shape.is_compatible_with(new.shape):
            raise ValueError(
                "`core` must return its next state in the form of the state: "
                f"{old.dtype.name} {tuple(old.shape)} became {new.dtype.name} {tuple(new.shape)}. "
                "Mend `core` or `initial_state`."
            )
    return s_t


def _where(runs: tf.Tensor, a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    return tf.where(tf.reshape(runs, [-1] + [1] * (len(a.shape) - 1)), a, b)


def _arrays(forms: Tensors, steps: int) -> list[tf.TensorArray]:
    return [tf.TensorArray(form.dtype, steps, element_shape=form.shape) for form in forms]


def _write(arrays: Any, t: tf.Tensor, values: Tensors) -> list[tf.TensorArray]:
    return [array.write(t, value) for array, value in zip(arrays, values, strict=True)]
