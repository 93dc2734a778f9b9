# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The paper's two experiments, as `paper.toml` plans them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import tensorflow as tf
from ldlc import Log, Run, train
from ldlc.data.tasks import adding_1997
from ldlc.engine import settings

from . import model, tasks

BLOCK = 1_000  # adding problems that lie on the device at a time
FRESH = 1 << 40  # the number of the first test sequence: far from all that are trained
RIGHT = 0.04  # a sequence whose error is less is processed correctly


@dataclass(frozen=True)
class Adding:
    """One arm of the adding problem (Experiment 4)."""

    minimum_length: int  # T
    hidden: Literal["memory blocks", "recurrent"]
    truncated: bool  # the paper's gradient; else the full one, through time
    output: Literal["logistic", "linear"]
    input_gate_bias: tuple[float, ...]  # one a block
    initial_range: float
    learning_rate: float
    window: int  # learning stops when so many sequences in a row were right
    average_error: float  # ... and their mean absolute error is less than this
    max_sequences: int
    test_sequences: int


def adding(config: Adding) -> Run:
    """Learns the adding problem on-line, a new sequence a step, and tests on sequences not seen before."""

    @train.seeded
    def start(seed: tf.Variable) -> tuple[Callable[..., dict[str, tf.Tensor]], ...]:
        hidden = model.adding_hidden(
            config.hidden, config.initial_range, config.truncated, config.input_gate_bias
        )
        net = model.Net(
            hidden,
            1,
            with_bias=True,
            is_linear=config.output == "linear",
            limit=config.initial_range,
        )

        def drawn(index: int, count: int) -> list[np.ndarray]:
            s = adding_1997(int(seed), index, count, minimum_length=config.minimum_length)
            return [s.inputs[:, :, None], s.lengths[:, None], s.targets[:, None]]

        x, lengths, d = (tf.Variable(part, trainable=False) for part in drawn(0, BLOCK))
        net.at_end(x[0], lengths[0])
        errors = tf.Variable(tf.ones([config.window]), trainable=False)  # the last ones, in a ring
        right = tf.Variable(0, trainable=False)  # in a row, up to now
        first = tf.Variable(0, trainable=False)  # how many sequences it took to have a window right
        done = tf.Variable(0, trainable=False)

        def step(i: tf.Tensor) -> dict[str, tf.Tensor]:
            k = i % BLOCK
            with tf.GradientTape() as tape:
                y = net.at_end(x[k], lengths[k])[:, 0]
                e = model.error(y, d[k])
            model.descend(net, tape, e, config.learning_rate)
            absolute = tf.abs(y - d[k])[0]
            errors.scatter_nd_update([[i % config.window]], [absolute])
            right.assign(tf.where(absolute < RIGHT, right + 1, 0))
            done.assign_add(1)
            first.assign(tf.where((first == 0) & (right >= config.window), done, first))
            mean = tf.reduce_mean(errors)
            learned = (right >= config.window) & (mean < config.average_error)
            return {"mean absolute error": mean, "learned": learned}

        def refill() -> dict[str, tf.Tensor]:
            for variable, part in zip((x, lengths, d), drawn(int(done), BLOCK), strict=True):
                variable.assign(part)
            return {}

        @tf.function(autograph=False, jit_compile=settings().jit)
        def outputs(x: tf.Tensor, lengths: tf.Tensor) -> tf.Tensor:
            return net.at_end(x, lengths)[:, 0]

        def test() -> tuple[np.ndarray, np.ndarray]:
            x, lengths, d = drawn(FRESH, config.test_sequences)
            y = outputs(tf.constant(x[:, :, 0].swapaxes(0, 1)), tf.constant(lengths[:, 0]))
            return y.numpy(), d[:, 0]

        return step, refill, test, first

    def run(seed: int, log: Log) -> dict[str, float | None]:
        step, refill, test, first = start(seed)
        history = train.loop(
            step, config.max_sequences, until="learned", evaluate={BLOCK: refill}, log=log
        )
        y, d = test()
        distance = np.abs(y - d)
        tenths = np.clip((10 * d).astype(int), 0, 9)
        counts = np.maximum(np.bincount(tenths, minlength=10), 1)
        log.array("error by target", np.bincount(tenths, distance, minlength=10) / counts)
        return {
            "learned": float(history.stopped),
            "sequences": float(history.steps) if history.stopped else None,
            "all_right": float(first) if first > 0 else None,
            "wrong": float(np.sum(~(distance < RIGHT))),
            "error": float(distance.mean()),
        }

    return run


@dataclass(frozen=True)
class Reber:
    """One arm of the embedded Reber grammar (Experiment 1)."""

    blocks: int  # memory blocks; 0 for a simple recurrent net
    size: int  # cells a block, or hidden units of the simple recurrent net
    initial_range: float
    learning_rate: float
    strings: int  # of the training set, and of the test set
    max_strings: int  # shown
    test_every: int


def reber(config: Reber) -> Run:
    """Learns to foretell the next symbol, a string a step, until no string of either set has a mistake."""

    @train.seeded
    def start(seed: tf.Variable) -> tuple[Callable[..., dict[str, tf.Tensor]], ...]:
        hidden = model.reber_hidden(config.blocks, config.size, config.initial_range)
        net = model.Net(
            hidden,
            len(tasks.SYMBOLS),
            with_bias=False,
            is_linear=False,
            limit=config.initial_range,
        )
        both = [
            tf.Variable(part, trainable=False)
            for part in tasks.strings(int(seed), 2 * config.strings)
        ]
        x, d, legal, lengths = both
        net(x[:, :1], lengths[:1])
        order = tf.Variable(
            tasks.order(int(seed), config.strings, config.max_strings), trainable=False
        )

        def step(i: tf.Tensor) -> dict[str, tf.Tensor]:
            k = order[i]
            e = model.learn_string(
                net, x[:, k][:, None], d[:, k][:, None], lengths[k], config.learning_rate
            )
            is_due = (i + 1) % config.test_every == 0
            return {"error": e, "learned": tf.cond(is_due, all_right, lambda: tf.constant(False))}

        def right() -> tf.Tensor:
            return tasks.is_right(net(x, lengths), legal)

        def all_right() -> tf.Tensor:
            return tf.reduce_all(right())

        @train.compiled
        def test() -> dict[str, tf.Tensor]:
            wrong = 1.0 - tf.cast(right(), tf.float32)
            return {
                "wrong training strings": tf.reduce_sum(wrong[: config.strings]),
                "wrong test strings": tf.reduce_sum(wrong[config.strings :]),
            }

        return step, test

    def run(seed: int, log: Log) -> dict[str, float | None]:
        step, test = start(seed)
        history = train.loop(
            step,
            config.max_strings,
            until="learned",
            evaluate={max(1, config.max_strings // 50): test},
            log=log,
        )
        return {
            "learned": float(history.stopped),
            "strings": float(history.steps) if history.stopped else None,
            "wrong": history.last("wrong test strings"),
        }

    return run
