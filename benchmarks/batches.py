# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `Batches.at` costs a step in a compiled loop: medians, beside the same rows gathered unshuffled.

nox -s benchmark -- batches

Prints microseconds a step for three epochs, graph and XLA, and the ratio of both.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from ldlc import data

ROUNDS = 7
SIZES = ((1_000, 100), (10_000, 100), (60_000, 128))


def loop(rows: Callable[[tf.Tensor], tf.Tensor], x: tf.Tensor, jit: bool) -> Callable[..., None]:
    """Returns a compiled loop that gathers the rows of each step and adds them up."""

    @tf.function(jit_compile=jit, autograph=False)
    def run(end: tf.Tensor) -> tf.Tensor:
        def body(i: tf.Tensor, total: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return i + 1, total + tf.reduce_sum(tf.gather(x, rows(i)))

        start = (tf.constant(0, tf.int64), tf.constant(0.0))
        return tf.while_loop(lambda i, total: i < end, body, start)[1]

    return run


def main() -> int:
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    for size, batch_size in SIZES:
        x = tf.constant(np.random.default_rng(0).random((size, 16), np.float32))
        batches = data.Batches(x, batch_size, seed=0)
        steps = 3 * batches.steps_per_epoch
        fixed = tf.range(batch_size, dtype=tf.int64)

        def unshuffled(
            i: tf.Tensor,
            fixed: tf.Tensor = fixed,
            per_epoch: int = batches.steps_per_epoch,
            batch_size: int = batch_size,
        ) -> tf.Tensor:
            return fixed + i % per_epoch * batch_size

        for jit in (False, True):
            runs = {"shuffled": loop(batches.rows, x, jit), "in order": loop(unshuffled, x, jit)}
            seconds: dict[str, list[float]] = {name: [] for name in runs}
            for round_ in range(ROUNDS + 1):  # the first one traces and compiles
                for name, run in runs.items():
                    start = time.perf_counter()
                    run(tf.constant(steps, tf.int64)).numpy()
                    if round_:
                        seconds[name].append(time.perf_counter() - start)
            micro = {n: 1e6 * statistics.median(s) / steps for n, s in seconds.items()}
            print(
                f"{size:6,} in batches of {batch_size:3}, {'XLA' if jit else 'graph':5}: "
                f"{micro['shuffled']:5.1f} us a step, in order {micro['in order']:5.1f}, "
                f"{micro['shuffled'] / micro['in order']:.1f}x"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
