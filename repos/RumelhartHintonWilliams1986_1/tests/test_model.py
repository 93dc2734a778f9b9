# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest
import tensorflow as tf

from RumelhartHintonWilliams1986_1 import model, tasks

SYMMETRY = tuple(x.astype(np.float64) for x in tasks.mirror_symmetry())
FAMILY = tuple(x.astype(np.float64) for x in tasks.family_trees())


def weights_of(shapes, limit, seed=10_000):
    return [w.numpy().astype(np.float64) for w in model.initial_weights(shapes, limit, seed)]


class Layer:
    """A layer with the paper's equations, forward and backward, in NumPy."""

    def __init__(self, w, y):
        self.w = w
        self.below = np.hstack([y, np.ones((len(y), 1))])
        self.y = 1 / (1 + np.exp(-self.below @ w))  # equations 1, 2

    def back(self, de_dy):
        de_dx = de_dy * self.y * (1 - self.y)  # equation 5
        self.de_dw = self.below.T @ de_dx  # equation 6, summed over cases
        return (de_dx @ self.w.T)[:, :-1]  # equation 7


def symmetry_gradients(weights, inputs, targets, tolerance):
    layers, y = [], inputs
    for w in weights:
        layers.append(Layer(w, y))
        y = layers[-1].y
    de_dy = outside(y - targets, tolerance)  # equation 4
    for one in reversed(layers):
        de_dy = one.back(de_dy)
    return y, [one.de_dw for one in layers]


def family_gradients(weights, persons, relations, targets, tolerance):
    person, relation = Layer(weights[0], persons), Layer(weights[1], relations)
    central = Layer(weights[2], np.hstack([person.y, relation.y]))
    answer = Layer(weights[3], central.y)
    output = Layer(weights[4], answer.y)
    code = central.back(answer.back(output.back(outside(output.y - targets, tolerance))))
    person.back(code[:, :6])
    relation.back(code[:, 6:])
    return output.y, [one.de_dw for one in (person, relation, central, answer, output)]


def outside(difference, tolerance):
    return np.sign(difference) * np.maximum(np.abs(difference) - tolerance, 0)


def learn(gradients, weights, cases, sweeps, pace, decay, tolerance):
    """Returns the weights after some sweeps by equation 9, in double precision."""
    weights, changes = list(weights), [np.zeros_like(w) for w in weights]
    for t in range(sweeps):
        epsilon, alpha = pace(t)
        _, slopes = gradients(weights, *cases, tolerance)
        for k, slope in enumerate(slopes):
            changes[k] = -epsilon * slope + alpha * changes[k]
            weights[k] = (weights[k] + changes[k]) * (1 - decay)
    return weights


def single(arrays):
    return tuple(tf.constant(x, tf.float32) for x in arrays)


@pytest.mark.parametrize("jit", [False, True])
def test_learning_follows_the_equations_of_the_paper_for_symmetry(jit):
    weights = weights_of(model.symmetry_shapes(2), 2.0)
    expected = learn(symmetry_gradients, weights, SYMMETRY, 50, lambda t: (0.1, 0.9), 0.0, 0.0)

    inputs, targets = single(SYMMETRY)
    learner = model.Learner(model.symmetry_net, lambda t: (0.1, 0.9), jit=jit)
    state = learner.until(50, learner.start(single(weights), (inputs,)), (inputs,), targets)

    assert int(state.sweep) == 50
    for got, want in zip(state.weights, expected, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("jit", [False, True])
def test_learning_follows_the_equations_of_the_paper_for_family_trees(jit):
    weights = weights_of(model.FAMILY_SHAPES, 1.0)
    expected = learn(
        family_gradients,
        weights,
        FAMILY,
        30,
        lambda t: (0.05, 0.5) if t < 20 else (0.1, 0.9),
        0.002,
        0.2,
    )

    def pace(t):
        return tf.where(t < 20, 0.05, 0.1), tf.where(t < 20, 0.5, 0.9)

    *inputs, targets = single(FAMILY)
    inputs = tuple(inputs)
    learner = model.Learner(model.family_net, pace, decay=0.002, tolerance=0.2, jit=jit)
    state = learner.until(30, learner.start(single(weights), inputs), inputs, targets)

    for got, want in zip(state.weights, expected, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-3, atol=1e-3)


def test_the_paper_s_equations_give_the_slope_of_the_error():
    weights = weights_of(model.FAMILY_SHAPES, 1.0)
    _, slopes = family_gradients(weights, *FAMILY, 0.2)
    generator = np.random.default_rng(0)

    def error(weights):
        y, _ = family_gradients(weights, *FAMILY, 0.2)
        return 0.5 * np.sum(outside(y - FAMILY[-1], 0.2) ** 2)

    direction = [generator.normal(size=w.shape) for w in weights]
    step = 1e-5
    ahead = error([w + step * d for w, d in zip(weights, direction, strict=True)])
    behind = error([w - step * d for w, d in zip(weights, direction, strict=True)])
    expected = (ahead - behind) / (2 * step)
    got = sum(np.sum(s * d) for s, d in zip(slopes, direction, strict=True))
    assert got == pytest.approx(expected, rel=1e-5)


def test_error_is_half_the_sum_of_squares_beyond_the_tolerance():
    y, d = tf.constant([[0.9, 0.1], [0.5, 0.7]]), tf.constant([[1.0, 0.0], [1.0, 0.0]])

    assert float(model.error(y, d)) == pytest.approx(0.5 * (0.01 + 0.01 + 0.25 + 0.49))
    assert float(model.error(y, d, 0.2)) == pytest.approx(0.5 * (0.09 + 0.25))


def test_a_case_is_right_if_all_outputs_are_on_their_side():
    y = tf.constant([[0.51, 0.49], [0.51, 0.5], [0.49, 0.2]])
    d = tf.constant([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]])

    assert model.is_within(y, d, 0.5).numpy().tolist() == [True, False, False]


@pytest.mark.parametrize("sizes", [(1, 2, 4), (2, 3, 4)])
def test_antisymmetric_weights_tell_symmetry(sizes):
    half = 3.5 * np.array(sizes)
    unit = np.concatenate([half, -half[::-1]])
    hidden = np.column_stack([np.append(unit, -2), np.append(-unit, -2)])
    output = np.array([[-18], [-18], [8]])
    inputs, targets = single(SYMMETRY)

    outputs = model.symmetry_net(single([hidden, output]), (inputs,))
    assert model.is_within(outputs, targets, 0.1).numpy().all()


def test_sizes_of_which_one_is_the_sum_of_the_others_do_not():
    half = 3.5 * np.array([1, 2, 3])
    unit = np.concatenate([half, -half[::-1]])
    hidden = np.column_stack([np.append(unit, -2), np.append(-unit, -2)])
    inputs, targets = single(SYMMETRY)

    outputs = model.symmetry_net(single([hidden, [[-18], [-18], [8]]]), (inputs,))
    assert not model.is_within(outputs, targets, 0.5).numpy().all()


def test_initial_weights_depend_on_the_seed_alone_and_fill_their_range():
    first = model.initial_weights(model.FAMILY_SHAPES, 0.3, 10_000)
    model.initial_weights(model.FAMILY_SHAPES, 0.3, 10_001)
    again = model.initial_weights(model.FAMILY_SHAPES, 0.3, 10_000)
    other = model.initial_weights(model.FAMILY_SHAPES, 0.3, 10_001)
    values = np.concatenate([w.numpy().ravel() for w in first])

    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(first, other, strict=True))
    assert np.abs(values).max() <= 0.3
    # uniform: its mean is 0 +- 0.3/sqrt(3 n), its mean square 0.03 +- 0.027/sqrt(n); 4 deviations
    n = len(values)
    assert abs(values.mean()) < 4 * 0.3 / np.sqrt(3 * n)
    assert abs((values**2).mean() - 0.03) < 4 * 0.027 / np.sqrt(n)


def test_learning_stops_at_the_first_sweep_that_leaves_every_case_within_the_distance():
    inputs, targets = single(SYMMETRY)
    learner = model.Learner(model.symmetry_net, lambda t: (0.1, 0.9), jit=False)
    weights = single(weights_of(model.symmetry_shapes(2), 0.3, seed=10_004))

    start = learner.start(weights, (inputs,))
    stopped = learner.until(2000, start, (inputs,), targets, within=0.5)
    sweep = int(stopped.sweep)
    before = learner.until(sweep - 1, start, (inputs,), targets)
    after = learner.until(sweep, start, (inputs,), targets)

    assert 1 < sweep < 2000
    assert not model.is_within(before.outputs, targets, 0.5).numpy().all()
    assert model.is_within(after.outputs, targets, 0.5).numpy().all()
    for got, want in zip(stopped.weights, after.weights, strict=True):
        assert np.array_equal(got, want)


def test_learning_in_pieces_gives_the_same_bits():
    *inputs, targets = single(FAMILY)
    inputs = tuple(inputs)
    learner = model.Learner(model.family_net, lambda t: (0.05, 0.9), decay=0.002, jit=True)
    start = learner.start(model.initial_weights(model.FAMILY_SHAPES, 1.0, 10_000), inputs)

    whole = learner.until(60, start, inputs, targets)
    pieces = learner.until(17, start, inputs, targets)
    pieces = learner.until(60, pieces, inputs, targets)

    for got, want in zip(pieces.weights, whole.weights, strict=True):
        assert np.array_equal(got, want)
