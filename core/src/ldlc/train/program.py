# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A step, and the program that runs many of it in one compiled call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from ldlc.engine import settings

ROWS = 8192
"""Steps that one call can run at most: the size of the buffer that takes their terms."""

_STATEFUL_RANDOM = frozenset(
    (
        *("RandomUniform", "RandomUniformInt", "RandomStandardNormal", "TruncatedNormal"),
        *("ParameterizedTruncatedNormal", "RandomGamma", "RandomPoisson", "RandomPoissonV2"),
        *("RandomShuffle", "Multinomial", "StatefulRandomBinomial"),
    )
)

Terms = Mapping[str, Any]
"""What a step returns: scalars by name."""


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compiles a function once, as the plan's `engine` says: with XLA or as a graph, without AutoGraph."""
    made: Callable[..., Any] = tf.function(function, autograph=False, jit_compile=settings().jit)
    return made


class Step:
    """A training step with the programs that were made of it.

    Args:
      function: Takes the number of the step, an int32 scalar tensor, and returns its terms.
      variables: All that it may use, if somebody keeps track of them.
      example: What it returned once; None to trace it for that.
    """

    def __init__(
        self,
        function: Callable[[tf.Tensor], Terms],
        variables: Sequence[tf.Variable] | None = None,
        example: Terms | None = None,
    ) -> None:
        self._function, self.variables, self._example = function, variables, example
        self._programs: dict[tuple[str | None, bool], Program] = {}

    def __call__(self, i: tf.Tensor) -> Terms:
        """Does one step."""
        return self._function(i)

    def program(self, until: str | None) -> Program:
        """Returns the compiled loop over this step that ends when the term `until` is true."""
        key = (until, settings().jit)
        if key not in self._programs:
            if self._example is None:
                number = tf.TensorSpec([], tf.int32)
                trace = tf.function(self._creating_nothing, autograph=False)
                self._example = trace.get_concrete_function(number).structured_outputs
            self._programs[key] = Program(
                self._creating_nothing, check_terms(self._example), until, self.variables
            )
        return self._programs[key]

    def _creating_nothing(self, i: tf.Tensor) -> Terms:
        with tf.variable_creator_scope(_refuse_creation):
            return self._function(i)


def as_step(step: Step | Callable[[tf.Tensor], Terms]) -> Step:
    """Returns a function as a step, the same one each time, so that it is compiled once."""
    if isinstance(step, Step):
        return step
    if not callable(step):
        raise TypeError(f"`step` must be a function of the step's number, got {step!r}.")
    try:
        home = vars(getattr(step, "__self__", step))
    except TypeError:
        return Step(step)
    made: Step = home.setdefault(f"_step_{getattr(step, '__name__', '')}", Step(step))
    return made


def check_terms(terms: object) -> dict[str, tf.DType]:
    """Returns names and types of what a step returned.

    Raises:
      TypeError, ValueError: If it is no dictionary of scalars.
    """
    if not isinstance(terms, Mapping) or not terms:
        raise TypeError(
            f"a step must return a dictionary of scalars, got {type(terms).__name__}. "
            'Return at least one term, such as {"loss": loss}.'
        )
    for name, value in terms.items():
        shape = tf.TensorShape(getattr(value, "shape", ()))
        if shape.rank != 0:
            raise ValueError(
                f"the term `{name}` must be a scalar, got shape {shape}. Return its mean or its sum."
            )
    return {name: tf.as_dtype(_dtype(value)) for name, value in terms.items()}


def _dtype(value: Any) -> Any:
    return value.dtype if hasattr(value, "dtype") else tf.convert_to_tensor(value).dtype


class Program:
    """Runs a range of steps in one call, and ends exactly when a term is true.

    It is traced once: the range comes as tensors, and everything else that changes is a variable.

    Args:
      step: The step.
      terms: Names and types of what it returns.
      until: The term whose truth ends the loop, or None.
      allowed: All variables that it may use; None to allow any.

    Raises:
      ValueError: If the step uses what would make a run depend on others before it.
    """

    def __init__(
        self,
        step: Callable[[tf.Tensor], Terms],
        terms: dict[str, tf.DType],
        until: str | None,
        allowed: Sequence[tf.Variable] | None,
    ) -> None:
        if until is not None and until not in terms:
            raise ValueError(
                f"`until` must name a term of the step, got `{until}`. It has: {', '.join(terms)}."
            )
        self._step, self._until, self.terms = step, until, terms
        self.chunk = 1  # steps of the next call; only how long a call takes depends on it
        self.fresh = True  # until the first call, which compiles and says nothing about speed
        number = tf.TensorSpec([], tf.int32)
        function = tf.function(self._steps, autograph=False, jit_compile=settings().jit)
        self._run = function.get_concrete_function(number, number)
        self.variables = list(self._run.graph.variables if allowed is None else allowed)
        _refuse_foreign(self._run.graph.variables, allowed)
        _refuse_stateful_random(self._run.graph)

    def run(self, start: int, end: int) -> tuple[int, bool, dict[str, np.ndarray]]:
        """Runs the steps start..end-1, fewer if the term `until` is true before.

        Returns:
          How many were run, whether `until` ended them, and each term at each step, `[steps]`, float64.
        """
        count, stopped, rows = self._run(tf.constant(start), tf.constant(end))
        n = int(count)
        self.fresh = False
        return n, bool(stopped), {k: rows[k].numpy()[:n].astype(np.float64) for k in self.terms}

    def _steps(self, start: tf.Tensor, end: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, Terms]:
        def goes_on(i: tf.Tensor, n: tf.Tensor, stopped: tf.Tensor, _: Any) -> tf.Tensor:
            return i < end if self._until is None else (i < end) & ~stopped

        def body(i: tf.Tensor, n: tf.Tensor, stopped: tf.Tensor, rows: Any) -> tuple[Any, ...]:
            terms = self._step(i)
            if {name: tf.as_dtype(_dtype(v)) for name, v in terms.items()} != self.terms:
                raise ValueError(
                    f"a step must return the same terms each time, got {sorted(terms)} after "
                    f"{sorted(self.terms)}, or other types. Let no Python condition decide."
                )
            rows = {name: rows[name].write(n, terms[name]) for name in self.terms}
            if self._until is not None:
                stopped = tf.cast(terms[self._until], tf.bool)
            return i + 1, n + 1, stopped, rows

        rows = {
            name: tf.TensorArray(dtype, ROWS, element_shape=[])
            for name, dtype in self.terms.items()
        }
        # The loop carries `i` itself: as `start + n`, XLA takes `start` for a constant and compiles for each.
        first = (start, tf.constant(0), tf.constant(False), rows)
        _, n, stopped, rows = tf.while_loop(goes_on, body, first)
        return n, stopped, {name: row.stack() for name, row in rows.items()}


def _refuse_creation(next_creator: Callable[..., Any], **kwargs: Any) -> Any:
    raise ValueError(
        f"the step creates the variable `{kwargs.get('name') or 'Variable'}` while it is compiled, so that "
        "its initial value would be lost. Make it under `train.seeded`, or call the net once before."
    )


def _refuse_foreign(used: Sequence[tf.Variable], allowed: Sequence[tf.Variable] | None) -> None:
    known = None if allowed is None else {v.ref() for v in allowed}
    for variable in used:
        if known is not None and variable.ref() not in known:
            raise ValueError(
                f"the step uses the variable `{variable.name}`, which was made outside of `train.seeded`'s "
                "function or after it, and would keep its value from seed to seed. Make it inside; where a "
                "second step makes it at its first call, return `(step, second), ...`."
            )


def _refuse_stateful_random(graph: tf.Graph) -> None:
    definition = graph.as_graph_def()
    nodes = [*definition.node, *(n for f in definition.library.function for n in f.node_def)]
    for node in nodes:
        if node.op in _STATEFUL_RANDOM:
            raise ValueError(
                f"the step draws random numbers by `{node.op}` (`{node.name}`), which depend on what ran "
                'before. Use `tf.random.stateless_...(shape, [seed, i], alg="philox")`.'
            )
