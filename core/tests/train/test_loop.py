# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools
import math
import sys
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from ldlc import Diverged, Log, train

PLACE = sys.modules["ldlc.train.loop"]  # the function has the same name
X = np.random.RandomState(0).randn(64, 3).astype("f4")
Y = np.random.RandomState(1).randn(64, 1).astype("f4")


def by_hand(steps: int, rate: float = 0.1) -> list[float]:
    """Gradient descent on a linear model in NumPy: the loss before each step."""
    w, losses = np.zeros((3, 1)), []
    for _ in range(steps):
        error = X @ w - Y
        losses.append(float(np.mean(error**2)))
        w -= rate * 2 * X.T @ error / len(X)
    return losses


def linear(**more: Any) -> Any:
    """The same in TensorFlow; `more` adds terms, functions of the step's number and the loss."""
    w = tf.Variable(tf.zeros([3, 1]))

    def step(i: tf.Tensor) -> dict[str, Any]:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((X @ w - Y) ** 2)
        w.assign_sub(0.1 * tape.gradient(loss, w))
        return {"loss": loss} | {name: term(i, loss) for name, term in more.items()}

    return step, w


@pytest.fixture(params=["0", "1"], ids=["graph", "xla"])
def jit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LDLC_JIT", request.param)


def test_losses_are_those_of_a_loop_in_numpy(jit: None) -> None:
    step, _ = linear()

    history = train.loop(step, 50)

    assert history.steps == 50
    assert not history.stopped
    np.testing.assert_allclose(history.terms["loss"], by_hand(50), rtol=1e-4)


def test_a_second_loop_goes_on_from_the_first(jit: None) -> None:
    step, _ = linear()
    train.loop(step, 20)

    history = train.loop(step, 30)

    np.testing.assert_allclose(history.terms["loss"], by_hand(50)[20:], rtol=1e-4)


def test_nothing_depends_on_how_many_steps_a_call_runs(
    jit: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    step, w = linear(third=lambda i, loss: i % 3 == 0, stop=lambda i, loss: i == 40)

    def run() -> tuple[Any, ...]:
        w.assign(tf.zeros_like(w))
        log = Log()
        history = train.loop(step, 100, until="stop", evaluate={9: lambda: {"w": w[0, 0]}}, log=log)
        terms = {name: values.tolist() for name, values in history.terms.items()}
        return history.steps, terms, history.evaluations, log.curves, w.numpy().tolist()

    usual = run()

    assert usual[0] == 41
    for chunk in (1, 3, 7, 1000):
        monkeypatch.setattr(PLACE, "_next_chunk", lambda *_, chunk=chunk: chunk)
        assert usual == run()


def test_until_stops_after_the_first_step_at_which_it_is_true(jit: None) -> None:
    bound = sum(by_hand(9)[7:]) / 2
    step, w = linear(solved=lambda i, loss: loss <= bound)

    history = train.loop(step, 60, until="solved")

    assert (history.steps, history.stopped) == (9, True)
    assert history.terms["solved"].tolist() == [0.0] * 8 + [1.0]
    other, again = linear()
    train.loop(other, 9)
    assert w.numpy().tolist() == again.numpy().tolist()  # no step was done too many


def test_until_that_is_never_true_does_all_steps(jit: None) -> None:
    step, _ = linear(solved=lambda i, loss: loss < 0)

    history = train.loop(step, 10, until="solved")

    assert (history.steps, history.stopped) == (10, False)


def test_evaluations_come_when_they_were_asked_for_and_at_the_end() -> None:
    step, _ = linear()
    seen: list[str] = []

    def note(name: str) -> Any:
        return lambda: seen.append(name) or {name: len(seen)}

    history = train.loop(
        step, 25, evaluate={10: note("ten"), (0, 3, 25, 99): note("some"), (4,): note("four")}
    )

    assert [s for s, _ in history.evaluations["ten"]] == [10, 20, 25]
    assert [s for s, _ in history.evaluations["some"]] == [0, 3, 25]
    assert [s for s, _ in history.evaluations["four"]] == [4]
    assert seen == ["some", "some", "four", "ten", "ten", "ten", "some"]
    assert history.last("ten") == 6.0


def test_an_evaluation_sees_the_variables_after_so_many_steps(jit: None) -> None:
    step, w = linear()
    loss = train.compiled(lambda: {"now": tf.reduce_mean((X @ w - Y) ** 2)})

    history = train.loop(step, 12, evaluate={(0, 5, 11): loss})

    expected = [by_hand(12)[k] for k in (0, 5, 11)]
    np.testing.assert_allclose([v for _, v in history.evaluations["now"]], expected, rtol=1e-4)


def test_a_term_that_is_not_finite_stops_the_run_and_is_named(jit: None) -> None:
    at, bad = tf.Variable(0), tf.Variable(0.0)
    step, _ = linear(ratio=lambda i, loss: tf.where(i < at, tf.cast(i, tf.float32) + 0.5, bad))

    for first, value in itertools.product((0, 1, 20), (math.nan, math.inf, -math.inf)):
        at.assign(first)
        bad.assign(value)
        log = Log()

        with pytest.raises(Diverged) as raised:
            train.loop(step, 100, log=log)

        assert (raised.value.step, raised.value.term) == (first, "ratio")
        assert raised.value.last == (None if first == 0 else first - 0.5)
        assert all(np.isfinite(v) for _, v in log.curves.get("ratio", []))


def test_an_evaluation_that_is_not_finite_stops_the_run() -> None:
    step, _ = linear()
    values = iter([0.5, math.nan])

    with pytest.raises(Diverged, match=r"`accuracy` is not finite at step 20; .* was 0.5"):
        train.loop(step, 100, evaluate={10: lambda: {"accuracy": next(values)}})


def test_the_term_that_stops_is_no_curve() -> None:
    log = Log()

    history = train.loop(
        lambda i: {"loss": 1.0 / (1.0 + tf.cast(i, tf.float32)), "done": i >= 3},
        10,
        until="done",
        log=log,
    )

    assert list(log.curves) == ["loss"]
    assert history.terms["done"].tolist() == [0, 0, 0, 1]


def test_curves_are_thinned_evenly_and_keep_the_last_step() -> None:
    step, _ = linear()
    log = Log()

    history = train.loop(step, 1001, log=log, points=100)

    steps = [int(s) for s, _ in log.curves["loss"]]
    assert steps == [*range(0, 1001, 11), 1000]
    assert [v for _, v in log.curves["loss"]] == history.terms["loss"][steps].tolist()


def test_the_last_step_is_logged_also_between_two_points() -> None:
    step, _ = linear()
    log = Log()

    train.loop(step, 1000, log=log, points=3)

    assert [s for s, _ in log.curves["loss"]] == [0, 334, 668, 999]


def test_a_loop_of_no_steps_only_evaluates() -> None:
    step, _ = linear()

    history = train.loop(step, 0, evaluate={5: lambda: {"a": 1.0}})

    assert (history.steps, history.evaluations) == (0, {"a": [(0, 1.0)]})


def test_progress_is_told() -> None:
    told: list[float] = []
    step, _ = linear()

    train.loop(step, 40, log=Log(lambda fraction, text: fraction and told.append(fraction)))

    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"steps": -1}, ValueError, "`steps` must be a whole number from 0 .* got -1"),
        ({"steps": 2.0}, ValueError, "`steps` must be a whole number"),
        ({"steps": True}, ValueError, "`steps` must be a whole number"),
        (
            {"until": "los"},
            ValueError,
            "`until` must name a term of the step, got `los`. It has: loss",
        ),
        ({"points": 0}, ValueError, "`points` must be 1 or more, got 0"),
        ({"evaluate": {0: print}}, ValueError, "`evaluate` must map an int from 1 up"),
        ({"evaluate": {5: "test"}}, ValueError, r"to a function, got \{5: 'test'\}"),
        ({"step": 3}, TypeError, "`step` must be a function of the step's number, got 3"),
        (
            {"step": lambda i: 3.0},
            TypeError,
            "a step must return a dictionary of scalars",
        ),
        ({"step": lambda i: {}}, TypeError, "Return at least one term"),
        (
            {"step": lambda i: {"loss": X}},
            ValueError,
            r"`loss` must be a scalar, got shape \(64, 3\)",
        ),
        (
            {"evaluate": {5: lambda: {"loss": 1.0}}},
            ValueError,
            "`loss` is measured twice at step 5",
        ),
        (
            {"step": lambda i: {"z": tf.random.normal([])}},
            ValueError,
            "draws random numbers by `RandomSt",
        ),
    ],
)
def test_misuse_is_refused_with_the_way_out(
    change: dict[str, Any], error: type[Exception], says: str
) -> None:
    step, _ = linear()
    arguments = {"step": step, "steps": 10} | change

    with pytest.raises(error, match=says):
        train.loop(**arguments)


def test_a_name_that_was_not_measured_is_refused() -> None:
    step, _ = linear()

    with pytest.raises(KeyError, match="`los` was not measured; there are: loss"):
        train.loop(step, 1).last("los")


def test_a_step_that_makes_variables_while_it_is_compiled_is_refused() -> None:
    made: list[tf.Variable] = []

    def step(i: tf.Tensor) -> dict[str, Any]:
        if not made:
            made.append(tf.Variable(tf.zeros([]), name="late"))
        return {"v": made[0]}

    step(tf.constant(0))
    made.clear()
    with pytest.raises(ValueError, match="creates the variable `late` while it is compiled"):
        train.loop(step, 1)
