# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `train.loop` and `train.seeded` gain: medians of rounds in turn, and of the ratios in each round.

    nox -s benchmark -- training [seeds | steps] [--write]

seeds: ten seeds of an arm in one process stand against ten processes of one seed, import and compilation
included, in processor time. steps: steps of `train.loop` stand against those of Keras' `fit` with its
defaults on the same net and data, shuffled too, and of a chunked `tf.function` written by hand around the
very same step, for an MLP, an LSTM, and the arm of HochreiterSchmidhuber1997_1 that learns the adding problem, one
sequence a step; with the threads that TensorFlow takes by itself, by the clock, and in processor time, which a
busy machine spoils less. `--write` puts the tables into docs/training.md. Returns 1 if a bound is missed; on
a busy machine that says little.
"""

from __future__ import annotations

import json
import os
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("LDLC_JIT", "1")

import numpy as np
import sonnet as snt
import tensorflow as tf

from ldlc import data, nets, train
from ldlc.data.tasks import adding_1997
from ldlc.runs.files import replace
from ldlc.runs.machine import processor

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "repos/HochreiterSchmidhuber1997_1"))
from HochreiterSchmidhuber1997_1 import model as paper  # noqa: E402

ROUNDS, PROCESS_ROUNDS = 15, 3
SEEDS = 10
STEPS_A_SEED = 500
PADDING = -9.0  # of adding problems beyond their end: no value is that low
DOCS = ROOT / "docs/training.md"

Step = Callable[[tf.Tensor], dict[str, Any]]


def images() -> tuple[tf.Tensor, tf.Tensor]:
    """Returns 10,000 made-up images of MNIST's shape, flat, and their classes."""
    draw = np.random.Generator(np.random.Philox(key=[0, 0]))
    x = draw.normal(size=(10_000, 784)).astype(np.float32)
    return tf.constant(x), tf.constant(draw.integers(0, 10, 10_000), tf.int32)


def sequences() -> tuple[tf.Tensor, tf.Tensor]:
    """Returns 1,280 sequences of the adding problem's shape: 100 steps of two numbers, and a sum."""
    draw = np.random.Generator(np.random.Philox(key=[0, 1]))
    x = draw.uniform(size=(1_280, 100, 2)).astype(np.float32)
    return tf.constant(x), tf.constant(x[:, :2, 0].sum(axis=1, keepdims=True))


def mlp(x: tf.Tensor, y: tf.Tensor) -> train.Seeded:
    """Returns an arm: a net of 784-256-256-10 units, Adam, minibatches of 128."""

    def build(seed: tf.Variable) -> Any:
        net, optimizer = snt.nets.MLP([256, 256, 10]), snt.optimizers.Adam(1e-3)
        batches = data.Batches((x, y), 128, seed)

        def step(i: tf.Tensor) -> dict[str, Any]:
            images, classes = batches.at(i)
            with tf.GradientTape() as tape:
                losses = tf.nn.sparse_softmax_cross_entropy_with_logits(classes, net(images))
                loss = tf.reduce_mean(losses)
            variables = net.trainable_variables
            optimizer.apply(tape.gradient(loss, variables), variables)
            return {"loss": loss}

        return step

    return train.seeded(build)


def lstm(x: tf.Tensor, y: tf.Tensor) -> train.Seeded:
    """Returns an arm: an LSTM of 32 units over 100 steps, Adam, minibatches of 64."""

    def build(seed: tf.Variable) -> Any:
        core, out, optimizer = snt.LSTM(32), snt.Linear(1), snt.optimizers.Adam(1e-3)
        batches = data.Batches((x, y), 64, seed)

        def step(i: tf.Tensor) -> dict[str, Any]:
            inputs, targets = batches.at(i)
            inputs = tf.transpose(inputs, [1, 0, 2])  # [T, B, D]
            with tf.GradientTape() as tape:
                outputs, _ = nets.scan(core, inputs, core.initial_state(64))
                loss = tf.reduce_mean((out(outputs[-1]) - targets) ** 2)
            variables = core.trainable_variables + out.trainable_variables
            optimizer.apply(tape.gradient(loss, variables), variables)
            return {"loss": loss}

        return step

    return train.seeded(build)


def problems() -> tuple[tf.Tensor, tf.Tensor]:
    """Returns 100 adding problems of 1997 of 100 to 110 steps, what follows a sequence's end -9; and targets."""
    made = adding_1997(0, 0, 100)
    ended = np.arange(made.inputs.shape[1]) >= made.lengths[:, None]
    inputs = np.where(ended[:, :, None], np.float32(PADDING), made.inputs)
    return tf.constant(inputs), tf.constant(made.targets[:, None])


def blocks(x: tf.Tensor, y: tf.Tensor) -> train.Seeded:
    """Returns the arm `adding.linear_output` of HochreiterSchmidhuber1997_1: four cells, one sequence a step."""

    def build(seed: tf.Variable) -> Any:
        hidden = paper.adding_hidden("memory blocks", 0.1, True, (-3.0, -6.0))
        net = paper.Net(hidden, 1, with_bias=True, is_linear=True)
        lengths = tf.reduce_sum(tf.cast(x[:, :, 0] != PADDING, tf.int32), axis=1)
        batches = data.Batches((x, lengths, y), 1, seed)

        def step(i: tf.Tensor) -> dict[str, Any]:
            inputs, length, targets = batches.at(i)
            with tf.GradientTape() as tape:
                outputs = net.at_end(tf.transpose(inputs, [1, 0, 2]), length)
                loss = paper.error(outputs, targets)
            paper.descend(net, tape, loss, 0.5)
            return {"loss": loss}

        return step

    return train.seeded(build)


def keras_blocks() -> Any:
    """Returns a Keras layer that does what two of the paper's blocks of two cells do, its gradient too."""
    import keras

    def squashed(x: Any, width: float) -> Any:
        return width * (2.0 * keras.ops.sigmoid(x) - 1.0)

    class Cell(keras.layers.Layer):  # type: ignore[misc]
        """One step: gates of two blocks, then four cells; the state is (y, s)."""

        state_size = (8, 4)
        output_size = 4

        def build(self, shape: Any) -> None:
            self.w = self.add_weight(shape=(shape[-1] + 8, 8), initializer="glorot_uniform")
            self.b = self.add_weight(shape=(8,), initializer="zeros")

        def call(self, x: Any, states: Any) -> Any:
            y, s = states
            seen = keras.ops.concatenate([x, keras.ops.stop_gradient(y)], axis=-1)
            net = keras.ops.matmul(seen, self.w) + self.b
            gates = keras.ops.sigmoid(net[:, :4])
            opened = keras.ops.repeat(gates, 2, axis=-1)  # for each of a block's cells
            s = s + opened[:, :4] * squashed(net[:, 4:], 2.0)
            y_c = opened[:, 4:] * squashed(s, 1.0)
            return y_c, (keras.ops.concatenate([gates, y_c], axis=-1), s)

    return keras.layers.RNN(Cell())


def fit(kind: str, x: tf.Tensor, y: tf.Tensor) -> tuple[Callable[[], None], int]:
    """Returns an epoch of Keras' `fit` with its defaults on the same net, and its steps."""
    import keras

    layers = keras.layers
    if kind == "mlp":
        hidden = [layers.Dense(256, "relu"), layers.Dense(256, "relu"), layers.Dense(10)]
        net = keras.Sequential([layers.Input((784,)), *hidden])
        net.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        size = 128
    elif kind == "blocks":
        masked = layers.Masking(PADDING)
        net = keras.Sequential([layers.Input((110, 2)), masked, keras_blocks(), layers.Dense(1)])
        net.compile(keras.optimizers.SGD(0.5), "mse")
        size = 1
    else:
        net = keras.Sequential([layers.Input((100, 2)), layers.LSTM(32), layers.Dense(1)])
        net.compile("adam", "mse")
        size = 64
    inputs, targets = x.numpy(), y.numpy()
    steps = len(inputs) // size
    inputs, targets = inputs[: steps * size], targets[: steps * size]
    return lambda: net.fit(inputs, targets, batch_size=size, epochs=1, verbose=0), steps


def by_hand(step: Step, steps: int) -> Callable[[], None]:
    """Returns the loop that one would write for a step: chunks of a compiled `while`, the last loss."""

    @tf.function(autograph=False, jit_compile=True)
    def chunk(start: tf.Tensor, end: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        def body(i: tf.Tensor, _: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return i + 1, step(i)["loss"]

        return tf.while_loop(lambda i, _: i < end, body, (start, tf.constant(0.0)))

    def run() -> None:
        for start in range(0, steps, 100):
            chunk(tf.constant(start), tf.constant(min(start + 100, steps)))[1].numpy()

    return run


def processor_s() -> float:
    """Returns the seconds that processors have worked for this process and those that it ran."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def in_turn(
    things: dict[str, Callable[[], Any]], rounds: int
) -> dict[str, list[tuple[float, float]]]:
    """Returns the seconds of each thing in each round, by the clock and of processors: A B C A B C ..."""
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in things}
    for _ in range(rounds):
        for name, thing in things.items():
            start = time.perf_counter(), processor_s()
            thing()
            seconds[name].append((time.perf_counter() - start[0], processor_s() - start[1]))
    return seconds


def median_ratio(seconds: list[tuple[float, float]], others: list[tuple[float, float]]) -> Any:
    """Returns the median over rounds of how much longer the first took, by the clock and of processors."""
    pairs = [(a[0] / b[0], a[1] / b[1]) for a, b in zip(seconds, others, strict=True)]
    return [statistics.median(ratios) for ratios in zip(*pairs, strict=True)]


def speeds(kind: str, steps: int) -> dict[str, list[tuple[float, float]]]:
    """Returns the milliseconds a step, in each round, of our loop, of a loop by hand, and of `fit`."""
    made, arm = {
        "mlp": (images, mlp),
        "lstm": (sequences, lstm),
        "blocks": (problems, blocks),
    }[kind]
    x, y = made()
    ours, other = arm(x, y)(0), arm(x, y)(0)
    epoch, epoch_steps = fit(kind, x, y)
    things = {
        "train.loop": lambda: train.loop(ours, steps),
        "by hand": by_hand(other, steps),
        "fit": epoch,
    }
    divisor = {"train.loop": steps, "by hand": steps, "fit": epoch_steps}
    in_turn(things, 2)  # compiles, and finds how many steps a call should run
    return {
        name: [(clock / divisor[name] * 1e3, busy / divisor[name] * 1e3) for clock, busy in rounds]
        for name, rounds in in_turn(things, ROUNDS).items()
    }


def seeds_table() -> tuple[str, bool]:
    """Measures seeds; returns the result as Markdown, and whether its bound is kept."""

    def run(seeds: range) -> None:
        command = [sys.executable, __file__, "--seeds", json.dumps(list(seeds))]
        subprocess.run(command, check=True)

    things = {
        "one": lambda: run(range(SEEDS)),
        "ten": lambda: [run(range(seed, seed + 1)) for seed in range(SEEDS)],
    }
    seconds = in_turn(things, PROCESS_ROUNDS)
    one, ten = (statistics.median(busy for _, busy in rounds) for rounds in seconds.values())
    _, share = median_ratio(seconds["one"], seconds["ten"])
    rows = [
        "| ten seeds of an MLP, 500 steps each | processor time | share |",
        "|---|---|---|",
        f"| in ten processes | {ten:.1f} s | |",
        f"| in one process | {one:.1f} s | {share:.2f}; at most 0.50 |",
    ]
    return "\n".join([*rows, "", _where(PROCESS_ROUNDS)]), share <= 0.5


def steps_table() -> tuple[str, bool]:
    """Measures steps; returns the result as Markdown, and whether its bounds are kept, by the clock."""
    words = {
        "mlp": "MLP 784-256-256-10, batch 128",
        "lstm": "LSTM, 32 units, 100 steps, batch 64",
        "blocks": "HochreiterSchmidhuber1997_1, `adding.linear_output`: 4 cells, 100 to 110 steps, batch 1",
    }
    rows = [
        "| net | | ms a step | our speed-up | processor ms a step | our speed-up |",
        "|---|---|---|---|---|---|",
    ]
    kept = True
    for kind, steps in (("mlp", 500), ("lstm", 100), ("blocks", 1_000)):
        times = speeds(kind, steps)
        rivals = (
            ("train.loop", "`train.loop`", 0.0),
            ("fit", "Keras `fit`, defaults", 3.0),
            ("by hand", "`tf.function` by hand", 0.95),
        )
        for rival, what, bound in rivals:
            clock, busy = map(statistics.median, zip(*times[rival], strict=True))
            faster, saved = median_ratio(times[rival], times["train.loop"])
            gain, share = (
                (f"{faster:.2f}; at least {bound:g}", f"{saved:.2f}") if bound else ("", "")
            )
            net = "" if bound else words[kind]
            rows.append(f"| {net} | {what} | {clock:.2f} | {gain} | {busy:.2f} | {share} |")
            kept &= faster >= bound
    return "\n".join([*rows, "", _where(ROUNDS)]), kept


def _where(rounds: int) -> str:
    load = os.getloadavg()[0]
    busy = f"busy: load {load:.0f}" if load > 1.5 * (os.cpu_count() or 1) else "quiet"
    return (
        f"{processor()}, {os.cpu_count()} cores, {busy}; TensorFlow {tf.__version__}, XLA; "
        f"{rounds} rounds in turn."
    )


def main(arguments: list[str]) -> int:
    """Measures, prints, and writes the tables if told to."""
    if arguments[:1] == ["--seeds"]:
        start = mlp(*images())
        for seed in json.loads(arguments[1]):
            train.loop(start(seed), STEPS_A_SEED)
        return 0
    parts = {"steps": steps_table, "seeds": seeds_table}
    names = [name for name in arguments if name != "--write"]
    if not set(names) <= set(parts):
        print("usage: training.py [seeds | steps] [--write]", file=sys.stderr)
        return 2
    code = 0
    for name in names or parts:
        text, kept = parts[name]()
        print(text, flush=True)
        code |= not kept
        if "--write" in arguments:
            begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
            old = DOCS.read_text(encoding="utf-8")
            new = re.sub(
                f"{begin}.*{end}",
                lambda _, t=text, b=begin, e=end: f"{b}\n{t}\n{e}",
                old,
                flags=re.S,
            )
            replace(DOCS, new.encode())
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
