# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import numpy as np
import pytest
import sonnet as snt
import tensorflow as tf

from ldlc import debug

from .models import MODELS, X


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_norms_are_those_of_each_layer_in_every_framework(make) -> None:
    model = make()
    with tf.GradientTape() as tape:
        loss = model.loss()
    held = (
        list(model.net.values()) if isinstance(model.net, dict) else model.net.trainable_variables
    )
    flat = [np.ravel(g) for g in tape.gradient(loss, held)]

    norms = debug.gradient_norms(model.loss, model.net)

    assert set(model.layers) == set(norms.layers)
    assert norms.problems == ()
    for layer in norms.layers.values():
        assert layer.gradient > 0
        assert layer.value > 0
    both = np.sqrt(sum(layer.gradient**2 for layer in norms.layers.values()))
    np.testing.assert_allclose(np.linalg.norm(np.concatenate(flat)), both, rtol=1e-5)


def test_norms_are_worked_out_by_hand() -> None:
    a, b = tf.Variable([3.0, 4.0]), tf.Variable(2.0)

    norms = debug.gradient_norms(
        lambda: tf.reduce_sum(a**2) + 7 * b, {"l/a": a, "l/b": b, "m": [b]}
    )

    assert norms.layers == {"l": debug.LayerNorms(np.sqrt(6**2 + 8**2 + 7**2), np.sqrt(9 + 16 + 4))}
    assert str(norms) == "layer  gradient  value  ratio\nl          12.2   5.39    2.3"


def test_what_gets_no_gradient_is_named() -> None:
    used, unused, still = tf.Variable(1.0), tf.Variable(1.0), tf.Variable([0.0, -1.0])
    wild = tf.Variable(0.0)

    norms = debug.gradient_norms(
        lambda: used + tf.reduce_sum(tf.nn.relu(still)) + tf.sqrt(wild),
        {"used": used, "unused": unused, "still": still, "wild": wild},
    )

    assert norms.problems == (
        "unused: no gradient reaches it; the loss does not depend on it.",
        "still: its gradient is zero everywhere.",
        "wild: its gradient is not finite.",
    )
    assert norms.problems[0] in str(norms)


def test_gradients_of_embeddings_are_measured() -> None:
    embed = snt.Embed(10, 3)

    norms = debug.gradient_norms(lambda: tf.reduce_sum(embed(tf.constant([1, 1, 4]))), embed)

    # Rows 1 (twice) and 4: 3 entries of 2 and 3 of 1.
    np.testing.assert_allclose(np.sqrt(3 * 4 + 3), norms.layers["embed"].gradient, rtol=1e-6)


def test_variables_without_names_get_those_of_their_attributes() -> None:
    class Net(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.w, self.b = tf.Variable([[1.0]] * 4), tf.Variable(0.0)

    net = Net()

    norms = debug.gradient_norms(lambda: tf.reduce_sum(X @ net.w), net)

    assert norms.problems == ("net/b: no gradient reaches it; the loss does not depend on it.",)


def test_equal_names_are_told_apart() -> None:
    pair = [tf.Variable(1.0, name="w"), tf.Variable(2.0, name="w"), tf.Variable(3.0, name="w")]

    norms = debug.gradient_norms(lambda: pair[0] + 2 * pair[1] + 3 * pair[2], pair)

    assert {"w": 1, "w_1": 2, "w_2": 3} == {name: n.gradient for name, n in norms.layers.items()}


def test_a_layer_that_is_frozen_is_left_out() -> None:
    model = MODELS["keras"]()
    model.net.layers[0].trainable = False

    assert [model.layers[1]] == list(debug.gradient_norms(model.loss, model.net).layers)


def test_wrong_arguments_are_refused() -> None:
    w = tf.Variable([1.0, 2.0])

    with pytest.raises(ValueError, match=r"`loss` must return a scalar, got shape \(2,\)"):
        debug.gradient_norms(lambda: w * 1, w)
    with pytest.raises(
        ValueError, match="`model` must have trainable variables, got Linear without"
    ):
        debug.gradient_norms(lambda: tf.constant(1.0), snt.Linear(3))
    with pytest.raises(TypeError, match=r"`model` must be a Sonnet module.* got int"):
        debug.gradient_norms(lambda: tf.constant(1.0), 3)
