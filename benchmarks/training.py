# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `train.loop` and `train.seeded` gain: medians of rounds in turn, and their ratios.

    nox -s benchmark -- training [--write]

Ten seeds of an arm in one process stand against ten processes of one seed, import and compilation included.
Steps of `train.loop` stand against those of Keras' `fit` with its defaults on the same net and data, shuffled too,
and of a chunked `tf.function` written by hand around the very same step. All have one thread, as workers have, and
what is counted is processor time: a replication keeps all cores busy, and so may others here. `--write` puts the
table into docs/training.md.
Returns 1 if a bound is missed.
"""

from __future__ import annotations

import json
import os
import re
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("LDLC_JIT", "1")

import numpy as np
import sonnet as snt
import tensorflow as tf

from ldlc import data, nets, train
from ldlc.runs.files import replace
from ldlc.runs.machine import processor

ROUNDS, PROCESS_ROUNDS = 7, 3
SEEDS = 10
STEPS_A_SEED = 500
DOCS = Path(__file__).resolve().parents[1] / "docs/training.md"
BEGIN, END = "<!-- benchmark:begin -->", "<!-- benchmark:end -->"

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


def fit(kind: str, x: tf.Tensor, y: tf.Tensor) -> tuple[Callable[[], None], int]:
    """Returns an epoch of Keras' `fit` with its defaults on the same net, and its steps."""
    import keras

    layers = keras.layers
    if kind == "mlp":
        hidden = [layers.Dense(256, "relu"), layers.Dense(256, "relu"), layers.Dense(10)]
        net = keras.Sequential([layers.Input((784,)), *hidden])
        net.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        size = 128
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


def in_turn(things: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Returns the processor seconds of each thing in every round: A B C A B C ..."""
    seconds: dict[str, list[float]] = {name: [] for name in things}
    for _ in range(rounds):
        for name, thing in things.items():
            start = processor_s()
            thing()
            seconds[name].append(processor_s() - start)
    return seconds


def speeds(kind: str, steps: int, rounds: int) -> dict[str, float]:
    """Returns the median milliseconds a step of our loop, of a loop by hand, and of `fit`."""
    x, y = images() if kind == "mlp" else sequences()
    arm = {"mlp": mlp, "lstm": lstm}[kind](x, y)
    ours, other = arm(0), {"mlp": mlp, "lstm": lstm}[kind](x, y)(0)
    epoch, epoch_steps = fit(kind, x, y)
    things = {
        "train.loop": lambda: train.loop(ours, steps),
        "by hand": by_hand(other, steps),
        "fit": epoch,
    }
    divisor = {"train.loop": steps, "by hand": steps, "fit": epoch_steps}
    seconds = in_turn(things, rounds)
    return {name: statistics.median(times) / divisor[name] * 1e3 for name, times in seconds.items()}


def processes(rounds: int) -> dict[str, float]:
    """Returns the median seconds of ten seeds in one process, and of ten processes of one seed."""

    def run(seeds: range) -> None:
        command = [sys.executable, __file__, "--seeds", json.dumps(list(seeds))]
        subprocess.run(command, check=True)

    things = {
        "one process": lambda: run(range(SEEDS)),
        "ten processes": lambda: [run(range(seed, seed + 1)) for seed in range(SEEDS)],
    }
    seconds = in_turn(things, rounds)
    return {name: statistics.median(times) for name, times in seconds.items()}


def table(seeds: dict[str, float], steps: dict[str, dict[str, float]]) -> tuple[str, bool]:
    """Returns the results as Markdown, and whether all bounds are kept."""
    share = seeds["one process"] / seeds["ten processes"]
    rows = [
        f"| {SEEDS} seeds of the MLP, {STEPS_A_SEED} steps each, in one process; in ten | "
        f"{seeds['one process']:.1f} s; {seeds['ten processes']:.1f} s | {share:.2f} of ten | "
        "at most 0.50 |"
    ]
    kept = share <= 0.5
    words = {
        "mlp": "MLP 784-256-256-10, batch 128",
        "lstm": "LSTM of 32 units over 100 steps, batch 64",
    }
    for kind, ms in steps.items():
        for rival, bound, what in (
            ("fit", 3.0, "Keras `fit`, defaults"),
            ("by hand", 0.95, "chunked `tf.function` by hand"),
        ):
            ratio = ms[rival] / ms["train.loop"]
            least = "at least 3" if rival == "fit" else "no slower: at least 0.95"
            rows.append(
                f"| {words[kind]}; {what} | {ms['train.loop']:.2f} ms; {ms[rival]:.2f} ms a step | "
                f"{ratio:.2f} times as fast | {least} |"
            )
            kept &= ratio >= bound
    head = ["| what; against what | medians | ratio | must be |", "|---|---|---|---|"]
    machine = f"{processor()}, TensorFlow {tf.__version__}"
    how = f"XLA, one thread; {ROUNDS} rounds in turn, {PROCESS_ROUNDS} of the processes"
    return "\n".join([*head, *rows, "", f"Processor time on {machine}; {how}."]), kept


def main(arguments: list[str]) -> int:
    """Measures, prints, and writes the table if told to."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    if arguments[:1] == ["--seeds"]:
        start = mlp(*images())
        for seed in json.loads(arguments[1]):
            train.loop(start(seed), STEPS_A_SEED)
        return 0
    if arguments not in ([], ["--write"]):
        print("usage: training.py [--write]", file=sys.stderr)
        return 2
    steps = {"mlp": speeds("mlp", 500, ROUNDS), "lstm": speeds("lstm", 100, ROUNDS)}
    print(f"milliseconds a step: {steps}", flush=True)
    seeds = processes(PROCESS_ROUNDS)
    text, kept = table(seeds, steps)
    print(text)
    if arguments:
        old = DOCS.read_text(encoding="utf-8")
        new = re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n{text}\n{END}", old, flags=re.DOTALL)
        replace(DOCS, new.encode())
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
