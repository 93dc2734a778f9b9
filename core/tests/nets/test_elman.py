# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from ldlc.nets import ElmanCore, scan


def made(**options: object) -> tuple[ElmanCore, list[np.ndarray], np.ndarray]:
    """Returns a core, its W, U and b, and inputs [6, 2, 3]."""
    core = ElmanCore(4, **options)
    generator = np.random.Generator(np.random.Philox(key=[0, 0]))
    x = generator.standard_normal([6, 2, 3])
    core(tf.constant(x[0], tf.float32), core.initial_state(2))
    values = [generator.standard_normal(shape) for shape in ([3, 4], [4, 4], [4])]
    for variable, value in zip((core.w, core.u, core.b), values, strict=True):
        variable.assign(value)
    return core, values, x


def logistic(net: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-net))


@pytest.mark.parametrize(("f", "formula"), [(tf.sigmoid, logistic), (tf.tanh, np.tanh)])
def test_outputs_equal_the_formula_in_numpy(f: object, formula: object) -> None:
    core, (w, u, b), x = made(activation=f)

    outputs, state = scan(core, tf.constant(x, tf.float32), core.initial_state(2))

    h, expected = np.zeros([2, 4]), []
    for x_t in x:
        h = formula(x_t @ w + h @ u + b)
        expected.append(h)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(state, h, rtol=1e-4, atol=1e-6)


def test_truncated_errors_change_weights_at_their_own_step_alone() -> None:
    core, (w, u, b), x = made()

    with tf.GradientTape() as tape:
        _, h = scan(core, tf.constant(x, tf.float32), core.initial_state(2))
        error = tf.reduce_sum(h)
    dw, du, db = tape.gradient(error, (core.w, core.u, core.b))

    h_tm1 = h = np.zeros([2, 4])
    for x_t in x:
        h_tm1, h = h, logistic(x_t @ w + h @ u + b)
    delta = h * (1 - h)  # of the last step: earlier ones would each add their share
    np.testing.assert_allclose(dw, x[-1].T @ delta, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(du, h_tm1.T @ delta, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(db, delta.sum(0), rtol=1e-4, atol=1e-6)


def test_without_truncation_the_gradient_is_the_slope_of_the_error() -> None:
    core, values, x = made(is_truncated=False)

    with tf.GradientTape() as tape:
        _, h = scan(core, tf.constant(x, tf.float32), core.initial_state(2))
        error = tf.reduce_sum(h)
    gradients = tape.gradient(error, (core.w, core.u, core.b))

    def error_at(weights: list[np.ndarray]) -> float:
        w, u, b = weights
        h = np.zeros([2, 4])
        for x_t in x:
            h = logistic(x_t @ w + h @ u + b)
        return float(h.sum())

    generator = np.random.Generator(np.random.Philox(key=[1, 0]))
    direction = [generator.standard_normal(v.shape) for v in values]
    ahead = error_at([v + 1e-5 * d for v, d in zip(values, direction, strict=True)])
    behind = error_at([v - 1e-5 * d for v, d in zip(values, direction, strict=True)])
    slope = sum(float(np.sum(g * d)) for g, d in zip(gradients, direction, strict=True))
    assert slope == pytest.approx((ahead - behind) / 2e-5, rel=1e-4)
