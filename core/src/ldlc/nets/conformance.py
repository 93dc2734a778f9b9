# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every net must do, as tests: a table of descriptors drives them all.

In the tests of core or of a paper, one line is enough:

    test_nets_conform = conformance.suite(Descriptor("memory cell", MemoryCell, (7,), parameters=204))
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sonnet as snt
import tensorflow as tf

from ldlc.nets.scan import scan

BATCH, STEPS = 3, 5
RTOL, ATOL = 1e-4, 1e-5  # of float32 in another order of summing


@dataclass(frozen=True)
class Descriptor:
    """A net and what is known about it.

    Attributes:
      name: Names the tests.
      create: Makes the net; called anew by each test.
      input_shape: Shape of one example, or of one step of one, without the batch.
      parameters: Numbers in its trainable variables, counted by hand.
    """

    name: str
    create: Callable[[], snt.Module]
    input_shape: tuple[int, ...]
    parameters: int


def suite(*descriptors: Descriptor) -> Callable[..., None]:
    """Returns a test function for pytest: every check of every net."""
    import pytest

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
    @pytest.mark.parametrize("descriptor", descriptors, ids=lambda d: d.name)
    def test(descriptor: Descriptor, check: Callable[[Descriptor], None]) -> None:
        check(descriptor)

    return test


def variables_are_created_once(descriptor: Descriptor) -> None:
    """The first call makes all variables; a second one makes and replaces none."""
    net = descriptor.create()
    _call(net, _inputs(descriptor))
    first = [variable.ref() for variable in net.variables]
    _call(net, _inputs(descriptor))
    second = [variable.ref() for variable in net.variables]
    assert first == second, "the second call made other variables"


def parameters_are_as_many_as_counted(descriptor: Descriptor) -> None:
    """The trainable variables hold the number of parameters that was counted by hand."""
    net = _made(descriptor)
    assert sum(v.shape.num_elements() for v in net.trainable_variables) == descriptor.parameters


def eager_equals_compiled(descriptor: Descriptor) -> None:
    """Step by step, as a graph and under XLA the net gives the same, and the same gradients."""
    net, inputs = _made(descriptor), _inputs(descriptor)
    expected = _results_and_gradients(net, inputs)
    for jit in (False, True):
        compiled = tf.function(
            lambda x: _results_and_gradients(net, x), autograph=False, jit_compile=jit
        )
        _assert_close(expected, compiled(inputs), "XLA" if jit else "a graph")


def batch_size_may_be_unknown(descriptor: Descriptor) -> None:
    """One graph serves every batch size, and examples do not see each other."""
    net, inputs = _made(descriptor), _inputs(descriptor)
    compiled = tf.function(
        lambda x: _call(net, x),
        autograph=False,
        input_signature=[tf.TensorSpec([None, *descriptor.input_shape])],
    )
    whole = compiled(inputs)
    _assert_close(_call(net, inputs), whole, "a graph for every batch size")
    _assert_close([r[:1] for r in whole], compiled(inputs[:1]), "an example on its own")


def gradients_reach_every_variable(descriptor: Descriptor) -> None:
    """No trainable variable is left without a gradient, and none of them is 0 or not finite."""
    net = _made(descriptor)
    _, gradients = _results_and_gradients(net, _inputs(descriptor))
    for variable, gradient in zip(net.trainable_variables, gradients, strict=True):
        assert gradient is not None, f"no gradient reaches {variable.name}"
        assert np.isfinite(gradient).all(), f"the gradient of {variable.name} is not finite"
        assert np.any(gradient != 0), f"the gradient of {variable.name} is 0"


def checkpoints_restore_it(descriptor: Descriptor) -> None:
    """What a checkpoint holds makes another net of the kind give the same bits."""
    net, other, inputs = _made(descriptor), _made(descriptor, seed=1), _inputs(descriptor)
    expected = _call(net, inputs)
    assert not all(
        np.array_equal(a, b) for a, b in zip(expected, _call(other, inputs), strict=True)
    )
    with tempfile.TemporaryDirectory() as folder:
        file = tf.train.Checkpoint(net=net).write(str(Path(folder, "net")))
        tf.train.Checkpoint(net=other).read(file).assert_consumed()
    for a, b in zip(expected, _call(other, inputs), strict=True):
        assert np.array_equal(a, b), "the restored net gives other numbers"


def scan_equals_unrolled(descriptor: Descriptor) -> None:
    """A core gives the same in `scan` as step after step, and so do its gradients, under XLA too."""
    net = _made(descriptor)
    if not isinstance(net, snt.RNNCore):
        return
    x = _normal([STEPS, BATCH, *descriptor.input_shape], seed=2)
    lengths = tf.constant([STEPS, 1, STEPS - 2])

    def during(y: tf.Tensor) -> tf.Tensor:
        runs = tf.cast(tf.range(STEPS)[:, None] < lengths, y.dtype)  # [T, B]
        return y * tf.reshape(runs, [STEPS, BATCH] + [1] * (y.shape.rank - 2))

    def unrolled(x: tf.Tensor) -> tuple[Any, Any]:
        y, last = snt.static_unroll(net, x, net.initial_state(BATCH), lengths)
        return tf.nest.map_structure(during, y), last

    def scanned(x: tf.Tensor) -> tuple[Any, Any]:
        return scan(net, x, net.initial_state(BATCH), lengths)

    expected = _results_and_gradients(net, x, unrolled)
    compiled = tf.function(
        lambda x: _results_and_gradients(net, x, scanned), autograph=False, jit_compile=True
    )
    _assert_close(expected, _results_and_gradients(net, x, scanned), "`scan`")
    _assert_close(expected, compiled(x), "`scan` under XLA")


CHECKS = (
    variables_are_created_once,
    parameters_are_as_many_as_counted,
    eager_equals_compiled,
    batch_size_may_be_unknown,
    gradients_reach_every_variable,
    checkpoints_restore_it,
    scan_equals_unrolled,
)


def _inputs(descriptor: Descriptor) -> tf.Tensor:
    return _normal([BATCH, *descriptor.input_shape], seed=0)


def _normal(shape: list[int], seed: int) -> tf.Tensor:
    return tf.random.stateless_normal(shape, [seed, 0], alg="philox")


def _made(descriptor: Descriptor, seed: int = 0) -> snt.Module:
    """Returns the net with variables, none of them all zeros."""
    net = descriptor.create()
    _call(net, _inputs(descriptor))
    for place, variable in enumerate(net.trainable_variables):
        values = tf.random.stateless_normal(variable.shape, [seed, 1 + place], alg="philox")
        variable.assign(0.5 * values)
    return net


def _call(net: snt.Module, inputs: tf.Tensor) -> list[tf.Tensor]:
    """Returns all that the net gives, flat; of a core, for a state that is not all zeros."""
    if not isinstance(net, snt.RNNCore):
        return list(tf.nest.flatten(net(inputs)))
    zeros = net.initial_state(tf.shape(inputs)[0])
    state = tf.nest.map_structure(lambda s: s + 0.5, zeros)
    return list(tf.nest.flatten(net(inputs, state)))


def _results_and_gradients(
    net: snt.Module, inputs: tf.Tensor, call: Callable[[tf.Tensor], Any] | None = None
) -> tuple[list[tf.Tensor], list[tf.Tensor | None]]:
    """Returns all results, and the gradients of a sum over them with unequal weights."""
    with tf.GradientTape() as tape:
        results = tf.nest.flatten(call(inputs) if call else _call(net, inputs))
        total = sum(tf.reduce_sum(_unequal(r) * r) for r in results)
    return results, tape.gradient(total, net.trainable_variables)


def _unequal(tensor: tf.Tensor) -> tf.Tensor:
    """Returns other weights for each number, so that errors do not cancel."""
    places = tf.range(tf.size(tensor), dtype=tensor.dtype)
    return tf.reshape(tf.cos(places), tf.shape(tensor))


def _assert_close(expected: Any, got: Any, where: str) -> None:
    pairs = zip(tf.nest.flatten(expected), tf.nest.flatten(got), strict=True)
    for want, have in pairs:
        if want is None or have is None:
            assert want is have, f"{where} has another set of gradients"
        else:
            np.testing.assert_allclose(have, want, rtol=RTOL, atol=ATOL, err_msg=where)
