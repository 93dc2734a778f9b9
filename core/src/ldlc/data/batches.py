# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Minibatches as a function of the step's number: shuffled, without an input pipeline, resumable anywhere."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import tensorflow as tf

# Keeps the orders apart from whatever else a paper draws from the same seed.
_OWN = 0x6C646C63_62617463  # "ldlcbatc"


class Batches:
    """Minibatches of arrays that lie on the device, each a function of (seed, i) alone.

        batches = data.Batches((images, labels), batch_size=100, seed=seed)
        x, y = batches.at(i)          # [100, 28, 28], [100]

    Each epoch has an order of its own, all orders equally probable, and its batches are consecutive
    pieces of it: within an epoch no example comes twice. Where the batch size does not divide the
    number of examples, those at the end of the order are left out; every epoch leaves out others. A
    batch of all examples needs no order: they come as they are, at every step.

    `at` may be called eagerly, in a `tf.function`, in a loop, with or without XLA: always the same bits.
    The current order is kept in variables and is drawn anew when the epoch or the seed is another one,
    so steps in sequence cost little, but any step may follow any other, and a checkpoint need not hold
    anything but the step's number.

    Attributes:
      size: N, the number of examples.
      batch_size: B.
      steps_per_epoch: The number of whole batches in an epoch, N // B.
    """

    size: int
    batch_size: int
    steps_per_epoch: int

    def __init__(self, arrays: Any, batch_size: int, seed: Any, *, stream: int = 0) -> None:
        """Puts the arrays on the device.

        Args:
          arrays: An array `[N, ...]`, or a tuple, a dict ... of such; of numbers or truth values.
          batch_size: B, 1 to N.
          seed: An integer, 0 to 2^63 - 1, or an integer `tf.Variable`, so that one compiled program
            serves all seeds.
          stream: Another number gives other orders with the same seed: for a second `Batches` that
            must not go with the first.

        Raises:
          TypeError: If `seed`, `batch_size` or `stream` is no integer, or an array holds no numbers.
          ValueError: If the arrays differ in length, or a number is out of its range.
        """
        if not tf.executing_eagerly():
            raise RuntimeError(
                "`Batches` must be made before a step is traced, got a call within a `tf.function`. Make "
                "it beside the model, and call only `at` in the step."
            )
        self._arrays = tf.nest.map_structure(_on_device, arrays)
        lengths = [int(array.shape[0]) for array in tf.nest.flatten(self._arrays)]
        if not lengths or len(set(lengths)) > 1 or not lengths[0]:
            raise ValueError(
                f"`arrays` must have one length, of at least 1, got {lengths}. Give one row an example."
            )
        self.size = lengths[0]
        self.batch_size = _integer("batch_size", batch_size, 1, self.size)
        self.steps_per_epoch = self.size // self.batch_size
        if not isinstance(seed, tf.Variable):
            seed = _integer("seed", seed, 0, (1 << 63) - 1)
        elif not seed.dtype.is_integer or seed.shape.rank != 0:
            raise TypeError(
                f"`seed` must be an integer, got a variable of {seed.dtype.name}{seed.shape}. Make it "
                "tf.Variable(0, dtype=tf.int64)."
            )
        self._seed = seed
        self._stream = _integer("stream", stream, 0, (1 << 63) - 1)
        self._shuffled = self.batch_size < self.size
        if self._shuffled:
            # 64 bits also where 32 would do: TensorFlow keeps variables of int32 off the GPU. The three
            # belong together: the order, and the seed and the epoch for which it was drawn.
            self._order = tf.Variable(tf.range(self.size, dtype=tf.int64), trainable=False)
            self._order_seed = tf.Variable(-1, dtype=tf.int64, trainable=False)
            self._order_epoch = tf.Variable(-1, dtype=tf.int64, trainable=False)

    def at(self, i: Any) -> Any:
        """Returns the batch of step `i`, in the structure of the arrays, each `[B, ...]`.

        Args:
          i: The step's number from 0, an integer or an integer scalar tensor.

        Raises:
          TypeError: If `i` is no integer.
          ValueError: If `i` is known to be negative.
        """
        if not self._shuffled:
            _step(i)
            return self._arrays
        rows = self.rows(i)
        return tf.nest.map_structure(lambda array: tf.gather(array, rows), self._arrays)

    def rows(self, i: Any) -> tf.Tensor:
        """Returns which examples are in the batch of step `i`, `[B]`, int64.

        Raises:
          TypeError: If `i` is no integer.
          ValueError: If `i` is known to be negative.
        """
        i = _step(i)
        if not self._shuffled:
            return tf.range(self.size, dtype=tf.int64)
        epoch, place = i // self.steps_per_epoch, i % self.steps_per_epoch
        seed = tf.cast(self._seed, tf.int64)
        tf.cond(
            (self._order_epoch == epoch) & (self._order_seed == seed),
            lambda: tf.constant(False),
            lambda: self._draw(seed, epoch),
        )
        return tf.slice(self._order, [place * self.batch_size], [self.batch_size])

    def _draw(self, seed: tf.Tensor, epoch: tf.Tensor) -> tf.Tensor:
        # Always Philox: what "auto" takes under XLA is another generator, with other numbers.
        key = tf.random.fold_in(tf.stack([seed, self._stream ^ _OWN]), epoch, alg="philox")
        bits = tf.random.stateless_uniform(
            [self.size], key, minval=None, maxval=None, dtype=tf.int64, alg="philox"
        )
        # The row's number in the lower bits of its random key: no two keys are equal, so that every
        # method of sorting gives the same order.
        lower = (1 << (self.size - 1).bit_length()) - 1
        keys = tf.bitwise.bitwise_or(
            tf.bitwise.bitwise_and(bits, tf.int64.max - lower), tf.range(self.size, dtype=tf.int64)
        )
        self._order.assign(tf.bitwise.bitwise_and(tf.sort(keys), lower))
        self._order_seed.assign(seed)
        self._order_epoch.assign(epoch)
        return tf.constant(True)


def _on_device(array: Any) -> tf.Tensor:
    try:
        tensor = tf.convert_to_tensor(array)
    except (ValueError, TypeError) as error:
        raise TypeError(
            f"`arrays` must be arrays of numbers, got {type(array).__name__}: {error}"
        ) from None
    if not (tensor.dtype.is_bool or tensor.dtype.is_integer or tensor.dtype.is_floating):
        raise TypeError(f"`arrays` must hold numbers, got {tensor.dtype.name}. Encode it first.")
    if tensor.shape.rank == 0:
        raise ValueError("`arrays` must have one row an example, got a single number.")
    return tensor


def _integer(name: str, value: Any, low: int, high: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"`{name}` must be an integer, got {value!r}.") from None
    if not low <= number <= high:
        raise ValueError(f"`{name}` must be {low} to {high}, got {number}. Choose another.")
    return number


def _step(i: Any) -> tf.Tensor:
    tensor = tf.convert_to_tensor(i)
    if not tensor.dtype.is_integer or tensor.shape.rank != 0:
        raise TypeError(
            f"`i` must be an integer, the step's number, got {tensor.dtype.name}{tensor.shape}."
        )
    known = tf.get_static_value(tensor)
    if known is not None and np.any(known < 0):
        raise ValueError(f"`i` must be at least 0, got {known}. Steps are counted from 0.")
    return tf.cast(tensor, tf.int64)
