# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The paper's net: memory blocks with a constant error carousel, and an output layer above their cells.

Time t is discrete; block j has an input gate in_j, an output gate out_j and cells c, all of them units of
one fully connected hidden layer. With y_u the output of unit u, and external inputs among them:

    net_u(t) = sum_v w[u,v] y_v(t-1)            for every gate and cell u; external inputs at t
    y_in(t)  = f(net_in(t)),  y_out(t) = f(net_out(t))
    s_c(t)   = s_c(t-1) + y_in(t) g(net_c(t)),  s_c(0) = 0
    y_c(t)   = y_out(t) h(s_c(t))
    y_k(t)   = f(sum_c w[k,c] y_c(t))           for every output unit k
"""

from __future__ import annotations

from typing import NamedTuple

import sonnet as snt
import tensorflow as tf
from ldlc import nets

f = tf.sigmoid  # of gates and output units, in [0, 1]


def g(x: tf.Tensor) -> tf.Tensor:
    """Returns the squashed input of a cell, 4 / (1 + exp(-x)) - 2, in [-2, 2]."""
    return 4.0 * tf.sigmoid(x) - 2.0


def h(x: tf.Tensor) -> tf.Tensor:
    """Returns the squashed state of a cell, 2 / (1 + exp(-x)) - 1, in [-1, 1]."""
    return 2.0 * tf.sigmoid(x) - 1.0


class Activities(NamedTuple):
    """What is active in a hidden layer of J blocks with J S cells at one step, `[B, ...]`."""

    u: tf.Tensor  # what every gate and cell sees: external inputs, then y(t-1)
    y_in: tf.Tensor  # [B, J]
    y_out: tf.Tensor  # [B, J]
    g: tf.Tensor  # of the cells' net inputs, [B, J S]
    s: tf.Tensor  # [B, J S]
    h: tf.Tensor  # of s, [B, J S]
    y_c: tf.Tensor  # [B, J S]


class MemoryBlocks(snt.RNNCore):
    """One step of the hidden layer: J blocks of S cells, without forget gates.

    The state is (y, s): the last outputs of all hidden units, `[B, 2 J + J S]` (input gates, output gates,
    cells), and the cells' internal states, `[B, J S]`. The output is y_c, `[B, J S]`.

    Args:
      blocks: J.
      block_size: S, cells a block.
      is_truncated: Whether, as in the paper, an error that arrives at a net input changes the weights there
        and goes no further back. Then nothing but the carousel carries errors back in time. Otherwise
        the gradient is the full one, by back-propagation through time.
      with_cell_bias: Whether cells have a bias; gates always have one.
      w_init: Fills all weights and biases.
      input_gate_bias: Biases of the J input gates at the start, instead of those that `w_init` gives.
      output_gate_bias: The same of the J output gates.
    """

    def __init__(
        self,
        blocks: int,
        block_size: int,
        *,
        is_truncated: bool = True,
        with_cell_bias: bool = True,
        w_init: snt.initializers.Initializer | None = None,
        input_gate_bias: tuple[float, ...] = (),
        output_gate_bias: tuple[float, ...] = (),
    ) -> None:
        super().__init__()
        self.blocks, self.block_size = blocks, block_size
        self._cells = blocks * block_size
        self._units = 2 * blocks + self._cells
        self._is_truncated = is_truncated
        self._with_cell_bias = with_cell_bias
        self._w_init = w_init or snt.initializers.RandomUniform(-0.1, 0.1)
        self._gate_bias = (input_gate_bias, output_gate_bias)

    def __call__(
        self, inputs: tf.Tensor, prev_state: tuple[tf.Tensor, tf.Tensor]
    ) -> tuple[tf.Tensor, tuple[tf.Tensor, tf.Tensor]]:
        """Returns y_c and the next state (y, s) for external inputs `[B, D]`."""
        y_tm1, s_tm1 = prev_state
        if self._is_truncated:
            y_tm1 = tf.stop_gradient(y_tm1)
        a = self.activate(inputs, (y_tm1, s_tm1))
        return a.y_c, (tf.concat([a.y_in, a.y_out, a.y_c], axis=1), a.s)

    def activate(self, inputs: tf.Tensor, prev_state: tuple[tf.Tensor, tf.Tensor]) -> Activities:
        """Returns all activities of a step: the equations above."""
        self._initialize(inputs)
        y_tm1, s_tm1 = prev_state
        u = tf.concat([inputs, y_tm1], axis=1)
        net = tf.linalg.matmul(u, self.w) + self._bias()
        net_in, net_out, net_c = tf.split(net, [self.blocks, self.blocks, self._cells], axis=1)
        y_in, y_out, g_c = f(net_in), f(net_out), g(net_c)
        s = s_tm1 + self.each_cell(y_in) * g_c
        h_c = h(s)
        return Activities(u, y_in, y_out, g_c, s, h_c, self.each_cell(y_out) * h_c)

    def initial_state(self, batch_size: int | tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns zeros: no unit has been active, no cell holds anything."""
        return tf.zeros([batch_size, self._units]), tf.zeros([batch_size, self._cells])

    def each_cell(self, gate: tf.Tensor) -> tf.Tensor:
        """Returns a block's number for each of its cells: `[..., J]` to `[..., J S]`."""
        return tf.repeat(gate, self.block_size, axis=-1)

    def each_block(self, cells: tf.Tensor) -> tf.Tensor:
        """Returns the sum over the cells of each block: `[..., J S]` to `[..., J]`."""
        return tf.reduce_sum(
            tf.reshape(cells, [*cells.shape[:-1], self.blocks, self.block_size]), axis=-1
        )

    def _bias(self) -> tf.Tensor:
        if self._with_cell_bias:
            return self.b
        return tf.concat([self.b, tf.zeros([self._cells])], axis=0)

    @snt.once
    def _initialize(self, inputs: tf.Tensor) -> None:
        w = self._w_init([inputs.shape[-1] + self._units, self._units], tf.float32)
        b = self._w_init([self._units if self._with_cell_bias else 2 * self.blocks], tf.float32)
        for gate, values in enumerate(self._gate_bias):
            if values:
                places = tf.range(self.blocks)[:, None] + gate * self.blocks
                b = tf.tensor_scatter_nd_update(b, places, tf.constant(values, tf.float32))
        self.w, self.b = tf.Variable(w, name="w"), tf.Variable(b, name="b")


class Net(snt.Module):
    """A hidden layer that is run along time, and an output layer above it.

    Args:
      hidden: The hidden layer, a recurrent core.
      outputs: Output units, K.
      with_bias: Whether output units have a bias.
      is_linear: Whether output units are not squashed by f. The paper's are.
      limit: The output layer's weights and biases start uniformly in +-limit.
    """

    def __init__(
        self,
        hidden: snt.RNNCore,
        outputs: int,
        *,
        with_bias: bool,
        is_linear: bool = False,
        limit: float = 0.1,
    ) -> None:
        super().__init__()
        init = snt.initializers.RandomUniform(-limit, limit)
        self.hidden = hidden
        self.output = snt.Linear(
            outputs, with_bias=with_bias, w_init=init, b_init=init if with_bias else None
        )
        self._f = tf.identity if is_linear else f

    def __call__(self, x: tf.Tensor, lengths: tf.Tensor) -> tf.Tensor:
        """Returns y_k after every step, `[T, B, K]`; 0 after a sequence's end.

        Args:
          x: Inputs `[T, B, D]`.
          lengths: Steps of each sequence, `[B]`, int32.
        """
        y = snt.BatchApply(self.readout)(self._run(x, lengths))
        runs = tf.range(x.shape[0])[:, None, None] < lengths[:, None]
        return tf.where(runs, y, 0.0)

    def at_end(self, x: tf.Tensor, lengths: tf.Tensor) -> tf.Tensor:
        """Returns y_k after the last step of each sequence alone, `[B, K]`."""
        y = self._run(x, lengths)
        last = tf.stack([lengths - 1, tf.range(tf.shape(lengths)[0])], axis=1)
        return self.readout(tf.gather_nd(y, last))

    def readout(self, y: tf.Tensor) -> tf.Tensor:
        """Returns y_k, `[B, K]`, for the hidden layer's output at one step."""
        return self._f(self.output(y))

    def _run(self, x: tf.Tensor, lengths: tf.Tensor) -> tf.Tensor:
        y, _ = nets.scan(self.hidden, x, self.hidden.initial_state(tf.shape(x)[1]), lengths)
        return y


def adding_hidden(
    kind: str, limit: float, is_truncated: bool, input_gate_bias: tuple[float, ...]
) -> snt.RNNCore:
    """Returns a hidden layer for the adding problem: the paper's, or a plain recurrent net's.

    Args:
      kind: "memory blocks", two of two cells; "recurrent", as many units, eight, that see each other, squashed
        by tanh and learned by back-propagation through time.
      limit: Weights and biases start uniformly in +-limit.
      is_truncated: Whether memory blocks learn by the paper's gradient.
      input_gate_bias: Where the biases of the input gates start.
    """
    init = snt.initializers.RandomUniform(-limit, limit)
    if kind == "recurrent":
        return nets.ElmanCore(8, tf.tanh, is_truncated=False, w_init=init, b_init=init)
    return MemoryBlocks(
        2, 2, is_truncated=is_truncated, w_init=init, input_gate_bias=input_gate_bias
    )


def reber_hidden(blocks: int, size: int, limit: float) -> snt.RNNCore:
    """Returns a hidden layer for the Reber grammar: the paper's, or without blocks a simple recurrent net.

    Args:
      blocks: Memory blocks; their output gates' biases start at -1, -2, -3 ...
      size: Cells a block; without blocks logistic units, which have no biases.
      limit: All else starts uniformly in +-limit.
    """
    init = snt.initializers.RandomUniform(-limit, limit)
    if not blocks:
        return nets.ElmanCore(size, with_bias=False, w_init=init)
    return MemoryBlocks(
        blocks,
        size,
        with_cell_bias=False,
        w_init=init,
        output_gate_bias=tuple(-1.0 - j for j in range(blocks)),
    )


class Sums(NamedTuple):
    """Slopes of the cells' states, for each weight into a cell or its input gate, `[D + 2 J + J S + 1, J S]`.

    The last row is of the biases.
    """

    ds_dw_c: tf.Tensor
    ds_dw_in: tf.Tensor


def in_real_time(
    net: Net, x: tf.Tensor, d: tf.Tensor, state: tuple[tf.Tensor, tf.Tensor], sums: Sums
) -> tuple[tuple[tf.Tensor, ...], tf.Tensor, tuple[tf.Tensor, tf.Tensor], Sums]:
    """Takes one step and returns how the weights should change for its error alone, divided by alpha.

    This is the paper's learning: truncated, forwards in time, so that nothing of the past is kept but one sum
    a weight. `nets.scan` with truncated blocks gives the sum of these changes over a sequence.

        e_k = f'(net_k) (d_k - y_k)
        e_out_j = f'(net_out_j) sum_v h(s_c) sum_k w[k,c] e_k          of the cells c = c_v of block j
        e_s(c) = y_out_j h'(s_c) sum_k w[k,c] e_k
        ds_c/dw[c,u] += g'(net_c) y_in_j y_u
        ds_c/dw[in_j,u] += g(net_c) f'(net_in_j) y_u

        dw[k,c] = e_k y_c                   dw[c,u] = e_s(c) ds_c/dw[c,u]
        dw[out_j,u] = e_out_j y_u           dw[in_j,u] = sum_v e_s(c) ds_c/dw[in_j,u]

    Args:
      net: A net of memory blocks with logistic outputs.
      x: External inputs, `[1, D]`.
      d: Targets, `[1, K]`.
      state: The hidden layer's.
      sums: Up to the step before.

    Returns:
      Changes of the hidden layer's weights and biases and of the output layer's weights; E; the next
      state; the next sums.
    """
    blocks = net.hidden
    a = blocks.activate(x, state)
    y_k = net.readout(a.y_c)
    u = tf.concat([a.u[0], [1.0]], axis=0)[:, None]
    ds_dw_c = sums.ds_dw_c + u * ((2.0 + a.g) * (2.0 - a.g) / 4.0 * blocks.each_cell(a.y_in))
    ds_dw_in = sums.ds_dw_in + u * (a.g * blocks.each_cell(a.y_in * (1.0 - a.y_in)))
    e_k = y_k * (1.0 - y_k) * (d - y_k)
    e_c = tf.linalg.matmul(e_k, net.output.w, transpose_b=True)
    e_out = a.y_out * (1.0 - a.y_out) * blocks.each_block(a.h * e_c)
    e_s = blocks.each_cell(a.y_out) * (1.0 + a.h) * (1.0 - a.h) / 2.0 * e_c
    dw = tf.concat([blocks.each_block(e_s * ds_dw_in), u * e_out, e_s * ds_dw_c], axis=1)
    dw_k = tf.linalg.matmul(a.y_c, e_k, transpose_a=True)
    changes = (dw[:-1], dw[-1, : blocks.b.shape[0]], dw_k)
    y = tf.concat([a.y_in, a.y_out, a.y_c], axis=1)
    return changes, error(y_k, d), (y, a.s), Sums(ds_dw_c, ds_dw_in)


def learn_string(
    net: Net, x: tf.Tensor, d: tf.Tensor, length: tf.Tensor, alpha: float
) -> tf.Tensor:
    """Changes the weights after each step of one string, and returns the sum of E over its steps.

    Args:
      net: Memory blocks, or a simple recurrent net that learns no further back than a step.
      x: Inputs, `[T, 1, D]`.
      d: Targets, `[T, 1, K]`.
      length: Steps of the string, at most T.
      alpha: The learning rate.
    """
    state = net.hidden.initial_state(1)
    if isinstance(net.hidden, MemoryBlocks):
        slots = [net.hidden.w.shape[0] + 1, state[1].shape[1]]
        sums = Sums(tf.zeros(slots), tf.zeros(slots))
        weights = (net.hidden.w, net.hidden.b, net.output.w)

        def step(
            t: tf.Tensor, total: tf.Tensor, state: tuple[tf.Tensor, tf.Tensor], sums: Sums
        ) -> tuple[tf.Tensor, tf.Tensor, tuple[tf.Tensor, tf.Tensor], Sums]:
            changes, e, state, sums = in_real_time(net, x[t], d[t], state, sums)
            for w, change in zip(weights, changes, strict=True):
                w.assign_add(alpha * change)
            return t + 1, total + e, state, sums
    else:
        sums = ()

        def step(
            t: tf.Tensor, total: tf.Tensor, state: tf.Tensor, sums: tuple[()]
        ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tuple[()]]:
            with tf.GradientTape() as tape:
                y, state = net.hidden(x[t], state)
                e = error(net.readout(y), d[t])
            descend(net, tape, e, alpha)
            return t + 1, total + e, state, sums

    start = (tf.constant(0), tf.constant(0.0), state, sums)
    return tf.while_loop(lambda t, *_: t < length, step, start, parallel_iterations=1)[1]


def error(y: tf.Tensor, d: tf.Tensor) -> tf.Tensor:
    """Returns E, half the sum of squared errors of outputs y against targets d."""
    return 0.5 * tf.reduce_sum((d - y) ** 2)


def descend(net: snt.Module, tape: tf.GradientTape, e: tf.Tensor, alpha: float) -> None:
    """Changes each weight by -alpha times the slope of e: plain gradient descent, no momentum."""
    for w, slope in zip(
        net.trainable_variables, tape.gradient(e, net.trainable_variables), strict=True
    ):
        w.assign_sub(alpha * slope)
