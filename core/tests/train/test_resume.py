# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is killed anywhere goes on, and ends with the bits of one that was not."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from papers import PLAN, make_paper

from ldlc.runs import RunLine, read_work_file, work_file
from ldlc.worker import same_bits

TRAINING = '''
# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A random walk, learnt: two loops with momentum, shuffled batches, noise and evaluations."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf
from ldlc import Log, Run, data, train


@dataclass(frozen=True)
class Walk:
    """One arm."""

    steps: int
    drift: float


def walk(config: Walk) -> Run:
    """Walks."""
    x = tf.constant(np.random.RandomState(0).randn(100, 4).astype("f4"))

    @train.seeded
    def start(seed):
        w = tf.Variable(tf.random.stateless_normal([4, 4], train.key(seed), alg="philox"))
        change = tf.Variable(tf.zeros([4, 4]))
        batches = data.Batches(x, 8, seed)

        def step(i):
            noise = tf.random.stateless_normal([8, 4], train.key(seed, i), alg="philox")
            rows = batches.at(i)
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((tf.tanh(rows @ w) - rows + config.drift * noise) ** 2)
            change.assign(0.9 * change - 0.01 * tape.gradient(loss, w))
            w.assign_add(change)
            return {"loss": loss}

        return step, w

    def run(seed: int, log: Log) -> dict[str, float | None]:
        step, w = start(seed)

        def seen(loop, value):
            if "TEST_ALIVE" in os.environ:
                with Path(os.environ["TEST_ALIVE"]).open("a") as file:
                    file.write(loop)
            return value

        test = {100: lambda: {"first": seen("a", w[0, 0])}}
        size = {150: lambda: {"size": seen("b", tf.norm(w))}}
        one = train.loop(step, config.steps, evaluate=test, log=log)
        two = train.loop(step, config.steps, evaluate=size, log=log, first=one.steps)
        return {"end": two.terms["loss"][-1], "high": float(np.sum(one.terms["loss"]))}

    return run
'''

STEPS = 3_000


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    plan = PLAN.replace("steps = 50", f"steps = {STEPS}")
    return make_paper(tmp_path, plan.replace('"numpy"', '"tensorflow"'), TRAINING)


GO_ON_AND_RUN_CALMLY = """
import os, sys
from pathlib import Path
from ldlc.plan import load
from ldlc.worker import Group

def complete(work):
    Group(folder, "walk", "with_drift", "full", work=work, checkpoint_every_s=0).complete(1)

folder = load(Path(sys.argv[1]))
complete(folder.work)
del os.environ["TEST_ALIVE"]
complete(Path(sys.argv[2]))
"""


def result(work: Path) -> RunLine | None:
    return read_work_file(work_file(work, "full", "walk", "with_drift", 1))


def test_a_run_that_is_killed_ends_with_the_same_bits(
    paper: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive, calm = tmp_path / "alive", tmp_path / "calm"
    monkeypatch.setenv("TEST_ALIVE", str(alive))
    command = [sys.executable, "-m", "ldlc.worker", str(paper), "walk", "with_drift"]
    process = subprocess.Popen([*command, "--seeds", "1", "--checkpoint-every", "0"])
    while not alive.exists() or alive.read_text().count("b") < 5:  # evaluations of the second loop
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before, nothing_yet = alive.read_text(), result(paper / ".ldlc")

    command = [sys.executable, "-c", GO_ON_AND_RUN_CALMLY, str(paper), str(calm)]
    subprocess.run(command, check=True)

    line, undisturbed = result(paper / ".ldlc"), result(calm)
    assert nothing_yet is None
    assert undisturbed is not None
    assert undisturbed.error is None
    assert line is not None
    assert line.curves == undisturbed.curves
    assert line.measures == undisturbed.measures
    assert same_bits(line, undisturbed)
    assert alive.read_text().count("a") == before.count("a")  # the first loop was not run again
    assert not list((paper / ".ldlc/checkpoints").rglob("*.checkpoint"))
