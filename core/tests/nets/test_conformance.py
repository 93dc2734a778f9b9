# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
import sonnet as snt
import tensorflow as tf

from ldlc import nets
from ldlc.nets import conformance
from ldlc.nets.conformance import Descriptor

TABLE = (
    Descriptor("ElmanCore", lambda: nets.ElmanCore(4), (3,), parameters=4 * (3 + 4 + 1)),
    Descriptor(
        "ElmanCore, plain",
        lambda: nets.ElmanCore(4, tf.tanh, is_truncated=False, with_bias=False),
        (3,),
        parameters=4 * (3 + 4),
    ),
)

test_nets_conform = conformance.suite(*TABLE)


def test_the_table_is_complete() -> None:
    exported = {getattr(nets, name) for name in nets.__all__}
    modules = {thing for thing in exported if isinstance(thing, type)}

    assert modules == {type(descriptor.create()) for descriptor in TABLE}


NUMBERS = itertools.count(1)  # one for each net; ids may agree in their last digits


class Wrong(snt.RNNCore):
    """A core with the faults that a test names."""

    def __init__(self, *faults: str) -> None:
        super().__init__()
        self.faults = faults
        self.b = None

    def initial_state(self, batch_size: int) -> tf.Tensor:
        return tf.zeros([batch_size, 2])

    def __call__(self, inputs: tf.Tensor, prev_state: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        if self.b is None or ("again" in self.faults and tf.executing_eagerly()):
            self.b = tf.Variable(tf.ones([2]))
        h = tf.tanh(self.b * inputs + prev_state)
        if "unused" in self.faults:
            h = tf.tanh(tf.stop_gradient(self.b) * inputs + prev_state)
        if "mixing" in self.faults:
            h = h - tf.reduce_mean(h, axis=0)
        if "compiled" in self.faults and not tf.executing_eagerly():
            h = h + 1.0
        if "hidden" in self.faults:
            self.extra = getattr(self, "extra", None) or [0.1 * next(NUMBERS)]
            h = h + self.extra[0]
        return h, h


@pytest.mark.parametrize(
    ("fault", "check"),
    [
        ("again", conformance.variables_are_created_once),
        ("unused", conformance.gradients_reach_every_variable),
        ("mixing", conformance.batch_size_may_be_unknown),
        ("compiled", conformance.eager_equals_compiled),
        ("compiled", conformance.scan_equals_unrolled),
        ("hidden", conformance.checkpoints_restore_it),
    ],
)
def test_each_fault_is_found_by_its_check(fault: str, check: Callable[[Descriptor], None]) -> None:
    with pytest.raises(AssertionError):
        check(Descriptor("wrong", lambda: Wrong(fault), (2,), parameters=2))


def test_a_sound_core_passes() -> None:
    for check in conformance.CHECKS:
        check(Descriptor("right", Wrong, (2,), parameters=2))


def test_a_wrong_count_of_parameters_is_found() -> None:
    with pytest.raises(AssertionError):
        conformance.parameters_are_as_many_as_counted(
            Descriptor("wrong count", Wrong, (2,), parameters=3)
        )
