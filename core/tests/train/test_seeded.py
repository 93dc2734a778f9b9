# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run 3 alone gives the same bits as run 3 after others, with one program, in every framework."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
import sonnet as snt
import tensorflow as tf

from ldlc import data, train

X = tf.constant(np.random.RandomState(0).randn(32, 6).astype("f4"))
Y = tf.constant(np.random.RandomState(1).randn(32, 1).astype("f4"))

Build = Callable[[tf.Variable], Any]
traced: list[str] = []


def sonnet(seed: tf.Variable) -> Any:
    net = snt.Sequential([snt.Linear(5), tf.nn.relu, snt.Linear(1)])  # variables at the first call
    optimizer = snt.optimizers.Adam(0.01)
    batches = data.Batches((X, Y), 8, seed)

    def step(i: tf.Tensor) -> dict[str, Any]:
        note("sonnet")
        x, y = batches.at(i)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((net(x) - y) ** 2)
        variables = net.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        return {"loss": loss}

    return step, net


def keras_(seed: tf.Variable) -> Any:
    layers = keras.layers
    net = keras.Sequential([layers.Dense(5, "relu"), layers.Dropout(0.2), layers.Dense(1)])
    optimizer = keras.optimizers.Adam(0.01)

    def step(i: tf.Tensor) -> dict[str, Any]:
        note("keras")
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((net(X, training=True) - Y) ** 2)
        variables = net.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return {"loss": loss}

    return step


def plain(seed: tf.Variable) -> Any:
    w = tf.Variable(tf.random.normal([6, 1]))  # eager, under the seed that `start` set
    noise = tf.Variable(np.random.randn(32, 1).astype("f4"), trainable=False)

    def step(i: tf.Tensor) -> dict[str, Any]:
        note("plain")
        more = tf.random.stateless_normal([32, 1], train.key(seed, i), alg="philox")
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((X @ w + noise + more - Y) ** 2)
        w.assign_sub(0.1 * tape.gradient(loss, w))
        return {"loss": loss}

    return step


def adversarial(seed: tf.Variable) -> Any:
    generator, critic = snt.Linear(6), snt.Linear(1)
    optimizers = snt.optimizers.Adam(0.01), snt.optimizers.RMSProp(0.01)

    def step(i: tf.Tensor) -> dict[str, Any]:
        note("adversarial")
        z = tf.random.stateless_normal([32, 2], train.key(seed, i), alg="philox")
        losses = {}
        for name, net, optimizer in zip(
            ("critic", "generator"), (critic, generator), optimizers, strict=True
        ):
            with tf.GradientTape() as tape:
                gap = tf.reduce_mean(critic(generator(z))) - tf.reduce_mean(critic(X))
                losses[name] = gap if net is critic else -gap
            variables = net.trainable_variables
            optimizer.apply(tape.gradient(losses[name], variables), variables)
        return losses

    return step


def by_rule(seed: tf.Variable) -> Any:
    """Hebb's rule with a decay, no gradient; the state of a generator."""
    w = tf.Variable(tf.zeros([6]))
    draws = tf.random.Generator.from_seed(int(seed))

    def step(i: tf.Tensor) -> dict[str, Any]:
        note("by_rule")
        x = X[i % 32] + draws.normal([6])
        y = tf.tanh(tf.reduce_sum(w * x) + 0.1)
        w.assign(0.99 * w + 0.1 * y * x)
        return {"size": tf.norm(w)}

    return step


ALL: dict[str, Build] = {
    "sonnet": sonnet,
    "keras": keras_,
    "plain": plain,
    "adversarial": adversarial,
    "by_rule": by_rule,
}


def note(name: str) -> None:
    if not tf.executing_eagerly():
        traced.append(name)


def run(start: train.Seeded, seed: int) -> dict[str, list[float]]:
    made = start(seed)
    step = made[0] if isinstance(made, tuple) else made
    return {name: v.tolist() for name, v in train.loop(step, 30).terms.items()}


def alone(name: str, seed: int) -> dict[str, list[float]]:
    return run(train.seeded(ALL[name]), seed)


@pytest.mark.parametrize("jit", ["0", "1"], ids=["graph", "xla"])
@pytest.mark.parametrize("name", ALL)
def test_a_run_alone_gives_the_bits_of_one_after_others_with_one_trace(
    name: str, jit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LDLC_JIT", jit)
    traced.clear()
    start = train.seeded(ALL[name])
    after = {seed: run(start, seed) for seed in (0, 1, 3)}

    assert traced == [name]
    assert after[3] == alone(name, 3)
    assert after[0] == run(start, 0)
    assert len({str(one) for one in after.values()}) == 3


ANOTHER_PROCESS = """
import os
import sys
from pathlib import Path
import tensorflow as tf
from ldlc import data, train

@train.seeded
def start(seed):
    w, batches = tf.Variable(tf.zeros([6, 1])), data.Batches(tf.ones([64, 6]), 16, seed)
    def step(i):
        w.assign_add(0.01 * tf.transpose(batches.at(i)[:1]) * tf.cast(i, tf.float32))
        return {"w": w[0, 0], "done": w[0, 0] > 1e9}
    return step

os.environ["LDLC_JIT"] = "1"
for seed in range(3):
    train.loop(start(seed), 40 + seed, until="done", evaluate={7: lambda: {"x": 1.0}})
del os.environ["LDLC_JIT"]
programs = [p for p in Path(sys.argv[1]).glob("*before_optimizations*") if "_steps" in p.name]
print(len(programs), "program")
sys.path.insert(0, sys.argv[2])
from tests.train.test_seeded import alone
print(alone("keras", 3), alone("plain", 3), alone("sonnet", 3))
"""


def test_another_process_compiles_once_for_all_seeds_and_gives_the_same_bits(
    tmp_path: Path,
) -> None:
    dump = {"XLA_FLAGS": f"--xla_dump_to={tmp_path} --xla_dump_hlo_module_re=_steps"}
    command = [sys.executable, "-c", ANOTHER_PROCESS, str(tmp_path), str(Path(__file__).parents[2])]

    done = subprocess.run(
        command, env=os.environ | dump, capture_output=True, text=True, check=True
    )

    programs, bits = done.stdout.splitlines()
    assert programs == "1 program"  # whatever the range and the seed
    here = (alone("keras", 3), alone("plain", 3), alone("sonnet", 3))
    assert bits == " ".join(map(str, here))


def test_each_seed_starts_from_initial_values_of_its_own_in_the_same_variables() -> None:
    start = train.seeded(sonnet)
    _, net = start(0)
    first = [v.numpy().tolist() for v in net.trainable_variables]

    step, again = start(1)
    train.loop(step, 5)
    start(0)

    assert again is net
    assert [v.numpy().tolist() for v in net.trainable_variables] == first


def test_making_variables_by_a_first_step_changes_nothing() -> None:
    made: list[tf.Variable] = []

    def build(seed: tf.Variable) -> Any:
        w = tf.Variable(5.0)
        made.clear()

        def step(i: tf.Tensor) -> dict[str, Any]:
            if not made:
                made.append(tf.Variable(7.0))
            made[0].assign_add(1.0)
            w.assign_sub(1.0)
            return {"w": w, "late": made[0]}

        return step

    history = train.loop(train.seeded(build)(0), 2)

    assert {k: v.tolist() for k, v in history.terms.items()} == {
        "w": [4.0, 3.0],
        "late": [8.0, 9.0],
    }


def test_two_steps_share_their_variables_and_their_slots_start_anew() -> None:
    def build(seed: tf.Variable) -> Any:
        w = tf.Variable(tf.random.stateless_normal([6, 1], train.key(seed), alg="philox"))
        optimizers = snt.optimizers.Adam(0.1), snt.optimizers.Momentum(0.1, 0.9)

        def of(optimizer: Any) -> Any:
            def step(i: tf.Tensor) -> dict[str, Any]:
                with tf.GradientTape() as tape:
                    loss = tf.reduce_mean((X @ w - Y) ** 2)
                optimizer.apply([tape.gradient(loss, w)], [w])
                return {"loss": loss}

            return step

        return (of(optimizers[0]), of(optimizers[1])), w

    def both(start: train.Seeded, seed: int) -> list[float]:
        (one, two), _ = start(seed)
        return [*train.loop(one, 10).terms["loss"], *train.loop(two, 10).terms["loss"]]

    start = train.seeded(build)
    after = [both(start, seed) for seed in (0, 1)]

    assert after[1] == both(train.seeded(build), 1)


def test_a_constant_that_differs_between_seeds_is_refused_by_name() -> None:
    def build(seed: tf.Variable) -> Any:
        w = tf.Variable(0.0)
        points = np.random.Generator(np.random.Philox(key=[int(seed), 1])).normal(size=3)
        return lambda i: {"loss": tf.reduce_sum(points) + tf.cast(w, tf.float64)}

    start = train.seeded(build)
    start(0)

    with pytest.raises(ValueError, match="`points` differs between seeds, but is a constant"):
        start(1)


@pytest.mark.parametrize(
    "hold",
    [
        lambda value: {"rates": [value, 2.0]},
        lambda value: (value,),
        lambda value: tf.constant(value),
        lambda value: SimpleNamespace(x=value),
    ],
    ids=["list in a dictionary", "tuple", "tensor", "attribute"],
)
def test_constants_are_found_where_they_are_held(hold: Callable[[float], Any]) -> None:
    from ldlc.train.constants import differing_constant

    def step(value: float) -> Any:
        held = hold(value)
        return lambda i: held

    assert differing_constant(step(1.0), step(1.0)) is None
    assert (differing_constant(step(1.0), step(2.0)) or "").startswith("held")


def test_a_variable_from_outside_is_refused_by_name() -> None:
    outside = tf.Variable(1.0, name="temperature")
    step = train.seeded(lambda seed: lambda i: {"t": outside * 1.0})(0)

    with pytest.raises(
        ValueError, match="uses the variable `temperature:0`, which was made outside"
    ):
        train.loop(step, 1)


def test_other_variables_for_another_seed_are_refused() -> None:
    def build(seed: tf.Variable) -> Any:
        w = [tf.Variable(0.0, name="w") for _ in range(1 + int(seed))]
        return lambda i: {"w": tf.add_n(w)}

    start = train.seeded(build)
    start(0)

    with pytest.raises(ValueError, match=r"seed 1 made 3 variables \(.*\) and the first seed 2 \("):
        start(1)


def test_a_function_that_returns_no_step_is_refused() -> None:
    with pytest.raises(
        TypeError, match="must return its step, or a tuple that begins with it, got dict"
    ):
        train.seeded(lambda seed: {"step": 1})(0)


def test_keys_differ_by_seed_and_number() -> None:
    keys = {
        tuple(train.key(*numbers).numpy())
        for numbers in [(0,), (1,), (0, 0), (0, 1), (1, 0), (0, 0, 0), (0, 0, 1), (0, 1, 0)]
    }

    assert len(keys) == 8
