# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
import tensorflow as tf

from ldlc import debug

from .models import MODELS


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_one_batch_is_learnt_by_heart_in_every_framework(make) -> None:
    result = debug.overfit_one_batch(make().step, below=0.02, steps=1000)

    assert result.losses[0] > 0.5
    assert result.losses[-1] < 0.02
    assert all(loss >= 0.02 for loss in result.losses[:-1])
    assert str(result).splitlines()[-1].startswith(f"step {len(result.losses) - 1:6}")


def test_the_step_is_always_the_same() -> None:
    seen = tf.Variable([0] * 10)

    def step(i: tf.Tensor) -> dict[str, tf.Tensor]:
        seen.scatter_nd_add([[i]], [1])
        return {"loss": 1.0 / tf.cast(tf.reduce_sum(seen), tf.float32)}

    debug.overfit_one_batch(step, below=0.21, at=7)

    assert [0] * 7 + [5, 0, 0] == seen.numpy().tolist()


def test_a_step_with_branches_on_tensors_is_compiled_too() -> None:
    w = tf.Variable(1.0)

    def step(i: tf.Tensor) -> dict[str, tf.Tensor]:
        if w > 0.5:
            w.assign_sub(0.25)
        else:
            w.assign(0.0)
        return {"loss": w + 0.0}

    assert debug.overfit_one_batch(step, below=0.1).losses == (0.75, 0.5, 0.0)


def test_what_is_not_learnt_fails() -> None:
    with pytest.raises(
        AssertionError,
        match=r"one batch is not learnt: the loss goes from 1 to 1 \(least 1\) in 5 steps, not below 0.1",
    ):
        debug.overfit_one_batch(lambda i: {"loss": tf.constant(1.0)}, below=0.1, steps=5)


def test_a_loss_that_leaves_the_finite_numbers_fails() -> None:
    w = tf.Variable(1.0)

    def step(i: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"loss": w.assign(w * 1e20)}

    with pytest.raises(AssertionError, match="the loss is inf at step 1 on one batch, after 1e"):
        debug.overfit_one_batch(step, below=0.1)
    with pytest.raises(AssertionError, match="the loss is nan before the first step"):
        debug.overfit_one_batch(lambda i: {"loss": tf.constant(float("nan"))}, below=0.1)


def test_another_term_may_count() -> None:
    def step(i: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"critic": tf.constant(1.0), "reconstruction": tf.constant(0.0)}

    assert debug.overfit_one_batch(step, below=0.1, term="reconstruction").losses == (0.0,)
    with pytest.raises(
        ValueError, match=r"must return a mapping with 'loss', got \['critic', 'rec"
    ):
        debug.overfit_one_batch(step, below=0.1)


def test_steps_are_at_least_two() -> None:
    with pytest.raises(ValueError, match="`steps` must be at least 2, got 1"):
        debug.overfit_one_batch(lambda i: {"loss": tf.constant(1.0)}, below=0.1, steps=1)
