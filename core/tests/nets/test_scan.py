# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sonnet as snt
import tensorflow as tf

from ldlc.nets import scan

T, B = 7, 3
LENGTHS = tf.constant([7, 2, 5])


def normal(*shape: int, seed: int = 0) -> tf.Tensor:
    return tf.random.stateless_normal(shape, [seed, 1], alg="philox")


def lstm() -> snt.LSTM:
    core = snt.LSTM(4)
    core(tf.zeros([B, 2]), core.initial_state(B))
    for place, v in enumerate(core.trainable_variables):
        v.assign(normal(*v.shape, seed=10 + place))
    return core


def unrolled(core: snt.LSTM, x: tf.Tensor, state: Any, lengths: Any) -> Any:
    """Returns what `scan` should, by TensorFlow's own gradient, one step after another."""
    y, last = snt.static_unroll(core, x, state, lengths)
    if lengths is not None:
        y = tf.where(
            tf.range(T)[:, None, None] < lengths[:, None], y, 0.0
        )  # Sonnet repeats the last
    return y, last


def gradients(unroll: Callable[..., Any], core: snt.LSTM, lengths: Any) -> list[tf.Tensor]:
    """Returns results, and gradients of inputs, first state and weights."""
    x, state = normal(T, B, 2), tf.nest.map_structure(lambda s: s + 0.1, core.initial_state(B))
    with tf.GradientTape() as tape:
        tape.watch((x, state))
        y, last = unroll(core, x, state, lengths)
        error = tf.reduce_sum(y**2) + tf.reduce_sum(tf.sin(last.cell)) + tf.reduce_sum(last.hidden)
    sources = [x, *tf.nest.flatten(state), *core.trainable_variables]
    return [y, *tf.nest.flatten(last), *tape.gradient(error, sources)]


@pytest.mark.parametrize("lengths", [None, LENGTHS])
@pytest.mark.parametrize("mode", ["eager", "graph", "xla"])
def test_results_and_gradients_are_those_of_tensorflow(lengths: Any, mode: str) -> None:
    core = lstm()
    expected = gradients(unrolled, core, lengths)

    def call() -> list[tf.Tensor]:
        return gradients(scan, core, lengths)

    compiled = tf.function(call, autograph=False, jit_compile=mode == "xla")
    got = call() if mode == "eager" else compiled()

    for want, have in zip(expected, got, strict=True):
        np.testing.assert_allclose(have, want, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("jit", [False, True])
def test_it_trains_inside_a_loop_as_steps_one_by_one_do(jit: bool) -> None:
    inside, outside = lstm(), lstm()
    x = normal(T, B, 2)

    def learn(core: snt.LSTM) -> None:
        with tf.GradientTape() as tape:
            y, _ = scan(core, x, core.initial_state(B))
            error = tf.reduce_sum((y - 0.5) ** 2)
        for v, g in zip(
            core.trainable_variables, tape.gradient(error, core.trainable_variables), strict=True
        ):
            v.assign_sub(0.01 * g)

    @tf.function(autograph=False, jit_compile=jit)
    def loop(end: tf.Tensor) -> None:
        def body(i: tf.Tensor) -> tuple[tf.Tensor]:
            learn(inside)
            return (i + 1,)

        tf.while_loop(lambda i: i < end, body, (tf.constant(0),))

    loop(tf.constant(5))
    for _ in range(5):
        learn(outside)

    for have, want in zip(inside.trainable_variables, outside.trainable_variables, strict=True):
        np.testing.assert_allclose(have, want, rtol=1e-4, atol=1e-5)


def test_stopped_gradients_stay_stopped() -> None:
    w = tf.Variable(2.0)

    def core(x: tf.Tensor, s: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return s, w * x + tf.stop_gradient(s)

    with tf.GradientTape() as tape:
        _, last = scan(core, tf.constant([[1.0], [10.0], [100.0]]), tf.constant([0.0]))

    assert last.numpy().tolist() == [222.0]
    assert float(tape.gradient(last, w)) == 100.0  # the last step alone


def test_after_its_last_step_an_example_keeps_its_state_and_gives_zeros() -> None:
    def core(x: tf.Tensor, s: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return s + x, s + x

    y, last = scan(core, tf.ones([3, 2]), tf.zeros([2]), tf.constant([3, 1]))

    assert y.numpy().tolist() == [[1, 1], [2, 0], [3, 0]]
    assert last.numpy().tolist() == [3, 1]


def test_lengths_of_an_unknown_number_of_examples_keep_the_state_s_form() -> None:
    def core(x: tf.Tensor, s: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return s + x, s + x

    lengths = tf.constant([3, 2, 1])

    @tf.function(autograph=False)
    def of_example(i: tf.Tensor) -> tf.Tensor:
        return scan(core, tf.ones([3, 1]), tf.zeros([1]), lengths[i : i + 1])[1]  # `[None]`

    assert of_example(tf.constant(1)).numpy().tolist() == [2]


def test_a_gradient_of_some_steps_alone_is_taken() -> None:
    w = tf.Variable(2.0)

    def core(x: tf.Tensor, s: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return s + w * x, s + w * x

    with tf.GradientTape() as tape:
        y, _ = scan(core, tf.constant([[1.0], [10.0], [100.0]]), tf.constant([0.0]))
        chosen = tf.gather(y, [1])  # its gradient comes as slices

    assert float(tape.gradient(chosen, w)) == 11.0


def test_nests_and_whole_numbers_go_through() -> None:
    w = tf.Variable(3.0)

    def core(x: dict[str, tf.Tensor], s: tuple[tf.Tensor, tf.Tensor]) -> Any:
        total, count = s
        total = total + w * x["value"] * tf.cast(x["is_on"], tf.float32)
        return {"total": total}, (total, count + x["is_on"])

    x = {"value": tf.constant([[1.0], [2.0], [4.0]]), "is_on": tf.constant([[1], [0], [1]])}
    with tf.GradientTape() as tape:
        tape.watch(x["value"])
        y, (total, count) = scan(core, x, (tf.zeros([1]), tf.zeros([1], tf.int32)))

    assert y["total"].numpy().tolist() == [[3], [3], [15]]
    assert count.numpy().tolist() == [2]
    dx, dw = tape.gradient(total, (x["value"], w))
    assert dx.numpy().tolist() == [[3], [0], [3]]
    assert float(dw) == 5.0


def test_steps_beyond_the_longest_are_not_computed() -> None:
    def core(x: tf.Tensor, s: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        tf.debugging.assert_less(x, 9.0)
        return s, s + x

    x = tf.constant([[1.0], [2.0], [9.0]])
    _, last = scan(core, x, tf.zeros([1]), tf.constant([2]))

    assert last.numpy().tolist() == [3.0]
    with pytest.raises(tf.errors.InvalidArgumentError):
        scan(core, x, tf.zeros([1]))


def test_inputs_of_unknown_or_different_length_are_refused() -> None:
    def core(x: Any, s: Any) -> Any:
        return s, s

    unknown = tf.function(
        lambda x: scan(core, x, tf.zeros([1])), input_signature=[tf.TensorSpec([None, 1])]
    )
    with pytest.raises(ValueError, match=r"known number of steps.*\(None, 1\).*Give T"):
        unknown(tf.zeros([3, 1]))
    with pytest.raises(ValueError, match=r"the same in all its tensors.*\(3, 1\), \(4, 1\)"):
        scan(core, (tf.zeros([3, 1]), tf.zeros([4, 1])), tf.zeros([1]))
    with pytest.raises(ValueError, match="known number of steps"):
        scan(core, tf.zeros([]), tf.zeros([1]))


def test_a_core_that_changes_the_form_of_its_state_is_refused() -> None:
    x, s = tf.zeros([3, 1]), tf.zeros([1])

    with pytest.raises(ValueError, match=r"float32 \(1,\) became float32 \(2,\)"):
        scan(lambda x, s: (s, tf.zeros([2])), x, s)
    with pytest.raises(ValueError, match=r"float32 \(1,\) became int32 \(1,\)"):
        scan(lambda x, s: (s, tf.zeros([1], tf.int32)), x, s)
    with pytest.raises(ValueError, match="nested like `initial_state`"):
        scan(lambda x, s: (s, (s, s)), x, s)
