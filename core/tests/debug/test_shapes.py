# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import keras
import pytest
import sonnet as snt
import tensorflow as tf

from ldlc import debug

from .models import MODELS, X


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_parameters_are_counted_in_every_framework(make) -> None:
    model = make()

    report = debug.shape_report(model.net, X, call=model.call)

    assert 4 * 5 + 5 + 5 * 3 + 3 == report.parameters
    assert report.fixed == 0
    assert (6, 3) == report.rows[0].shapes[0]


@pytest.mark.parametrize("framework", ["sonnet", "keras"])
def test_each_layer_has_its_row_with_its_own_parameters(framework: str) -> None:
    model = MODELS[framework]()

    report = debug.shape_report(model.net, X)

    own = {row.name: (row.depth, row.shapes, row.parameters) for row in report.rows}
    first, second = model.layers
    assert own[first] == (1, ((6, 5),), 25)
    assert own[second] == (1, ((6, 3),), 18)
    assert own[report.rows[0].name] == (0, ((6, 3),), 0)
    assert len(report.rows) == 3
    assert report.shape(first.rpartition("/")[2]) == (6, 5)


def test_a_module_of_plain_tensorflow_has_its_row() -> None:
    class Net(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.w = tf.Variable(tf.ones([4, 2]))
            self.steps = tf.Variable(0, trainable=False)

        def __call__(self, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return x @ self.w, tf.reduce_sum(x)

    report = debug.shape_report(Net(), X)

    assert report.rows == (debug.Row("net", 0, ((6, 2), ()), 8),)
    assert (8, 1) == (report.parameters, report.fixed)


def test_a_layer_that_is_called_twice_is_counted_once() -> None:
    layer = snt.Linear(4)
    net = snt.Sequential([layer, layer])

    report = debug.shape_report(net, X)

    assert [0, 20, 0] == [row.parameters for row in report.rows]
    assert report.parameters == 20


def test_layers_of_keras_in_a_module_are_counted() -> None:
    class Net(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(2)
            self.norm = keras.layers.BatchNormalization()

        def __call__(self, x: tf.Tensor) -> tf.Tensor:
            return self.norm(self.dense(x), training=True)

    report = debug.shape_report(Net(), X)

    assert (4 * 2 + 2 + 4, 4) == (report.parameters, report.fixed)
    assert [0, 10, 4] == [row.parameters for row in report.rows]


def test_another_method_and_options_can_be_called() -> None:
    net = snt.BatchNorm(True, True)

    report = debug.shape_report(net, X, is_training=True)
    encoded = debug.shape_report(net, call=lambda: net(X, is_training=False))

    assert report.rows[0].shapes == encoded.rows[0].shapes == ((6, 4),)


def test_a_class_that_calls_its_parents_call_has_one_row_and_is_left_as_it_was() -> None:
    class Parent(snt.Module):
        def __call__(self, x: tf.Tensor) -> tf.Tensor:
            return 2 * x

    class Child(Parent):
        def __call__(self, x: tf.Tensor) -> tf.Tensor:
            return super().__call__(x) + 1

    class Heir(Child):
        pass

    before = (vars(Child)["__call__"], vars(Parent)["__call__"], keras.Layer.__call__)
    net = snt.Sequential([Child(), Parent(), Heir()])

    report = debug.shape_report(net, X)

    assert ["sequential", "child", "parent", "heir"] == [row.name for row in report.rows]
    assert before == (vars(Child)["__call__"], vars(Parent)["__call__"], keras.Layer.__call__)
    assert "__call__" not in vars(Heir)


def test_what_was_replaced_is_put_back_when_the_model_raises() -> None:
    class Net(snt.Module):
        calls = 0

        def __call__(self, x: tf.Tensor) -> tf.Tensor:
            self.calls += 1
            if self.calls > 1:
                raise RuntimeError("no")
            return x

    before = vars(Net)["__call__"]
    with pytest.raises(RuntimeError, match="no"):
        debug.shape_report(Net(), X)

    assert before is vars(Net)["__call__"]


def test_the_table_shows_layers_shapes_and_numbers() -> None:
    shown = str(debug.shape_report(snt.Linear(1000, name="wide"), X)).splitlines()

    assert shown == [
        "layer  gives      parameters",
        "wide   [6, 1000]       5,000",
        "5,000 parameters",
    ]


def test_the_table_ends_with_what_is_not_trained() -> None:
    shown = str(debug.shape_report(snt.BatchNorm(True, True), X, is_training=True)).splitlines()

    # Two moving averages, each of two arrays of four numbers beside a counter.
    assert shown[-1] == "8 parameters, and 18 that are not trained"


def test_an_unknown_layer_is_named_with_those_that_there_are() -> None:
    with pytest.raises(KeyError, match=r"no layer 'conv_9' that gives one tensor; there are mlp"):
        debug.shape_report(snt.nets.MLP([2]), X).shape("conv_9")


def test_a_model_that_can_not_be_called_is_refused() -> None:
    with pytest.raises(TypeError, match=r"`model` must be callable, got dict. Say what to `call`"):
        debug.shape_report({"w": tf.Variable(1.0)}, X)
