# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The net and its learning, checked against the paper's formulas in NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import sonnet as snt
import tensorflow as tf
from ldlc.nets import conformance
from ldlc.nets.conformance import Descriptor

from HochreiterSchmidhuber1997_1 import model

J, S, D, K = 2, 3, 4, 3  # blocks, cells a block, inputs, outputs
C, U = J * S, 2 * J + J * S
BLOCK_OF = np.repeat(np.arange(J), S)

test_memory_blocks_conform = conformance.suite(
    Descriptor("as in experiment 1", lambda: model.reber_hidden(3, 2, 0.2), (7,), 276 - 42),
    Descriptor("as in experiment 4", lambda: blocks(2, 2), (2,), 93 - 5),
    Descriptor("full gradient", lambda: blocks(2, 2, is_truncated=False), (2,), 93 - 5),
)


def blocks(*sizes: int, **options: object) -> model.MemoryBlocks:
    return model.MemoryBlocks(*sizes, **options)


def parameters(net: model.Net, inputs: int) -> int:
    net(tf.zeros([2, 1, inputs]), tf.constant([2]))
    return sum(v.shape.num_elements() for v in net.trainable_variables)


@pytest.mark.parametrize(("sizes", "published"), [((4, 1), 264), ((3, 2), 276)])
def test_nets_for_the_reber_grammar_have_the_published_number_of_weights(
    sizes: tuple[int, int], published: int
) -> None:
    net = model.Net(model.reber_hidden(*sizes, 0.2), 7, with_bias=False)

    assert parameters(net, 7) == published


def test_the_net_for_the_adding_problem_has_the_published_number_of_weights() -> None:
    hidden = model.adding_hidden("memory blocks", 0.1, True, (-3.0, -6.0))

    assert parameters(model.Net(hidden, 1, with_bias=True), 2) == 93


def test_a_simple_recurrent_net_of_15_units_has_the_remembered_number_of_weights() -> None:
    net = model.Net(model.reber_hidden(0, 15, 0.2), 7, with_bias=False)

    assert parameters(net, 7) == 435


def test_gates_start_with_the_biases_that_are_given() -> None:
    adding = model.adding_hidden("memory blocks", 0.1, True, (-3.0, -6.0))
    reber = model.reber_hidden(4, 1, 0.2)
    for hidden, inputs in ((adding, 2), (reber, 7)):
        hidden(tf.zeros([1, inputs]), hidden.initial_state(1))

    assert adding.b.numpy()[:2].tolist() == [-3, -6]
    assert np.abs(adding.b.numpy()[2:]).max() <= 0.1
    assert reber.b.numpy()[4:].tolist() == [-1, -2, -3, -4]
    assert np.abs(reber.b.numpy()[:4]).max() <= 0.2


def f(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def df(x: np.ndarray) -> np.ndarray:
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


def g(x: np.ndarray) -> np.ndarray:
    return 4 / (1 + np.exp(-x)) - 2


def dg(x: np.ndarray) -> np.ndarray:
    return 4 * df(x)


def h(x: np.ndarray) -> np.ndarray:
    return 2 / (1 + np.exp(-x)) - 1


def dh(x: np.ndarray) -> np.ndarray:
    return 2 * df(x)


class Formulas:
    """The paper's net and learning, weight by weight, for one sequence."""

    def __init__(self, w: np.ndarray, b: np.ndarray, w_k: np.ndarray) -> None:
        self.w, self.b, self.w_k = w.copy(), b.copy(), w_k.copy()

    def run(self, x: np.ndarray, d: np.ndarray, alpha: float = 0.0) -> tuple[np.ndarray, list]:
        """Returns all outputs and the sums of the changes, over alpha; makes the changes at each step."""
        y, s = np.zeros(U), np.zeros(C)
        ds_dw_c, ds_dw_in = np.zeros([2, D + U + 1, C])
        outputs, sums = [], [np.zeros([D + U + 1, U]), np.zeros([C, K])]
        for x_t, d_t in zip(x, d, strict=True):
            u = np.concatenate([x_t, y, [1.0]])
            net = u @ np.vstack([self.w, self.b])
            net_in, net_out, net_c = net[:J], net[J : 2 * J], net[2 * J :]
            for c in range(C):
                j = BLOCK_OF[c]
                ds_dw_c[:, c] += dg(net_c[c]) * f(net_in[j]) * u
                ds_dw_in[:, c] += g(net_c[c]) * df(net_in[j]) * u
                s[c] += f(net_in[j]) * g(net_c[c])
            y_c = f(net_out)[BLOCK_OF] * h(s)
            net_k = y_c @ self.w_k
            outputs.append(f(net_k))

            e_k = df(net_k) * (d_t - f(net_k))
            dw, dw_k = np.zeros([D + U + 1, U]), np.outer(y_c, e_k)
            for j in range(J):
                cells = np.flatnonzero(BLOCK_OF == j)
                back = {c: sum(self.w_k[c, k] * e_k[k] for k in range(K)) for c in cells}
                e_out = df(net_out[j]) * sum(h(s[c]) * back[c] for c in cells)
                dw[:, J + j] = e_out * u
                for c in cells:
                    e_s = f(net_out[j]) * dh(s[c]) * back[c]
                    dw[:, 2 * J + c] = e_s * ds_dw_c[:, c]
                    dw[:, j] += e_s * ds_dw_in[:, c]
            sums[0] += dw
            sums[1] += dw_k
            self.w, self.b = self.w + alpha * dw[:-1], self.b + alpha * dw[-1]
            self.w_k = self.w_k + alpha * dw_k
            y = np.concatenate([f(net_in), f(net_out), y_c])
        return np.array(outputs), sums


def made(steps: int = 12, **options: object) -> tuple[model.Net, Formulas, np.ndarray, np.ndarray]:
    """Returns a net, the formulas with its weights, inputs [T, D] and targets [T, K]."""
    net = model.Net(blocks(J, S, **options), K, with_bias=False)
    generator = np.random.Generator(np.random.Philox(key=[0, 0]))
    x, d = generator.standard_normal([steps, D]), generator.uniform(size=[steps, K])
    net(tf.constant(x[:, None], tf.float32), tf.constant([steps]))
    weights = (net.hidden.w, net.hidden.b, net.output.w)
    values = [generator.standard_normal(w.shape) for w in weights]
    for w, value in zip(weights, values, strict=True):
        w.assign(value)
    return net, Formulas(*values), x, d


def single(array: np.ndarray) -> tf.Tensor:
    return tf.constant(array[:, None], tf.float32)


def test_outputs_are_those_of_the_formulas() -> None:
    net, formulas, x, d = made()

    outputs = net(single(x), tf.constant([len(x)]))

    np.testing.assert_allclose(outputs[:, 0], formulas.run(x, d)[0], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("jit", [False, True])
def test_the_truncated_gradient_of_scan_is_the_sum_of_the_paper_s_changes(jit: bool) -> None:
    net, formulas, x, d = made()

    @tf.function(autograph=False, jit_compile=jit)
    def slopes() -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            e = model.error(net(single(x), tf.constant([len(x)])), single(d))
        return tape.gradient(e, [net.hidden.w, net.hidden.b, net.output.w])

    w, b, w_k = slopes()
    _, (changes, changes_k) = formulas.run(x, d)
    np.testing.assert_allclose(-w, changes[:-1], rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(-b, changes[-1], rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(-w_k, changes_k, rtol=1e-3, atol=1e-5)


def test_the_full_gradient_is_another_one_and_the_slope_of_the_error() -> None:
    net, formulas, x, d = made(is_truncated=False)
    weights = [net.hidden.w, net.hidden.b, net.output.w]

    with tf.GradientTape() as tape:
        e = model.error(net(single(x), tf.constant([len(x)])), single(d))
    slopes = tape.gradient(e, weights)

    def error_at(step: float) -> float:
        moved = Formulas(
            *(
                v + step * a
                for v, a in zip([formulas.w, formulas.b, formulas.w_k], way, strict=True)
            )
        )
        return 0.5 * float(np.sum((moved.run(x, d)[0] - d) ** 2))

    generator = np.random.Generator(np.random.Philox(key=[1, 0]))
    way = [generator.standard_normal(w.shape) for w in weights]
    expected = (error_at(1e-5) - error_at(-1e-5)) / 2e-5
    got = sum(
        float(tf.reduce_sum(s * tf.cast(a, tf.float32))) for s, a in zip(slopes, way, strict=True)
    )
    assert got == pytest.approx(expected, rel=1e-3)
    assert np.abs(-slopes[0] - formulas.run(x, d)[1][0][:-1]).max() > 0.1


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("with_cell_bias", [True, False])
def test_learning_in_real_time_follows_the_formulas(jit: bool, with_cell_bias: bool) -> None:
    net, formulas, x, d = made(with_cell_bias=True)
    if not with_cell_bias:
        net = model.Net(blocks(J, S, with_cell_bias=False), K, with_bias=False)
        net(single(x), tf.constant([len(x)]))
        net.hidden.w.assign(formulas.w)
        net.hidden.b.assign(formulas.b[: 2 * J])
        net.output.w.assign(formulas.w_k)
        formulas.b[2 * J :] = 0.0
    length = 9  # what comes later is not shown

    @tf.function(autograph=False, jit_compile=jit)
    def learn() -> tf.Tensor:
        return model.learn_string(net, single(x), single(d), tf.constant(length), 0.3)

    e = learn()
    fixed = formulas.b[2 * J :].copy()
    if with_cell_bias:
        outputs, _ = formulas.run(x[:length], d[:length], alpha=0.3)
    else:
        outputs = []  # a step at a time from the start, so that the cells' biases can be put back
        outputs, _ = run_without_cell_bias(formulas, x[:length], d[:length], fixed)

    assert float(e) == pytest.approx(0.5 * np.sum((outputs - d[:length]) ** 2), rel=1e-4)
    np.testing.assert_allclose(net.hidden.w, formulas.w, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(
        net.hidden.b, formulas.b[: net.hidden.b.shape[0]], rtol=1e-3, atol=1e-4
    )
    np.testing.assert_allclose(net.output.w, formulas.w_k, rtol=1e-3, atol=1e-4)


def run_without_cell_bias(
    formulas: Formulas, x: np.ndarray, d: np.ndarray, fixed: np.ndarray
) -> tuple[np.ndarray, list]:
    class Kept(Formulas):
        def __setattr__(self, name: str, value: np.ndarray) -> None:
            if name == "b":
                value = np.concatenate([value[: 2 * J], fixed])
            super().__setattr__(name, value)

    kept = Kept(formulas.w, formulas.b, formulas.w_k)
    result = kept.run(x, d, alpha=0.3)
    formulas.w, formulas.b, formulas.w_k = kept.w, kept.b, kept.w_k
    return result


def test_a_simple_recurrent_net_changes_after_each_step_by_that_step_s_error() -> None:
    net = model.Net(model.reber_hidden(0, 3, 0.2), K, with_bias=False)
    generator = np.random.Generator(np.random.Philox(key=[0, 0]))
    x, d = generator.standard_normal([6, D]), generator.uniform(size=[6, K])
    net(single(x), tf.constant([6]))
    w, u, w_k = (v.numpy().astype(float) for v in (net.hidden.w, net.hidden.u, net.output.w))

    model.learn_string(net, single(x), single(d), tf.constant(6), 0.5)

    y = np.zeros(3)
    for x_t, d_t in zip(x, d, strict=True):
        net_h = x_t @ w + y @ u
        net_k = f(net_h) @ w_k
        e_k = df(net_k) * (d_t - f(net_k))
        e_h = df(net_h) * (w_k @ e_k)
        w, u, w_k = (
            w + 0.5 * np.outer(x_t, e_h),
            u + 0.5 * np.outer(y, e_h),
            w_k + 0.5 * np.outer(f(net_h), e_k),
        )
        y = f(net_h)
    np.testing.assert_allclose(net.hidden.w, w, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(net.hidden.u, u, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(net.output.w, w_k, rtol=1e-4, atol=1e-6)


def test_the_output_at_the_end_is_that_of_the_last_step() -> None:
    net = model.Net(blocks(J, S), K, with_bias=True)
    x = tf.random.stateless_normal([5, 3, D], [0, 0], alg="philox")
    lengths = tf.constant([5, 1, 3])

    outputs, at_end = net(x, lengths), net.at_end(x, lengths)

    for example, length in enumerate(lengths.numpy()):
        np.testing.assert_allclose(at_end[example], outputs[length - 1, example], rtol=1e-5)
        assert not outputs[length:, example].numpy().any()


def test_an_output_may_be_linear() -> None:
    squashed, linear = (
        model.Net(blocks(J, S), K, with_bias=True, is_linear=b) for b in (False, True)
    )
    y = tf.random.stateless_normal([2, C], [0, 0], alg="philox")
    squashed.readout(y)
    linear.readout(y)
    for a, b in zip(linear.output.variables, squashed.output.variables, strict=True):
        a.assign(b)

    np.testing.assert_allclose(squashed.readout(y), f(linear.readout(y).numpy()), rtol=1e-5)


def test_descent_moves_weights_against_the_slope() -> None:
    layer = snt.Linear(1, w_init=snt.initializers.Ones())
    with tf.GradientTape() as tape:
        e = model.error(layer(tf.constant([[2.0]])), tf.constant([[1.0]]))
    model.descend(layer, tape, e, 0.1)

    assert float(e) == pytest.approx(0.5)
    assert float(layer.w[0, 0]) == pytest.approx(1.0 - 0.1 * 1.0 * 2.0)
    assert float(layer.b[0]) == pytest.approx(-0.1)
