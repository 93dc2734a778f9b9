# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loaders of graphs with features, labels and the published split of the nodes."""

from __future__ import annotations

import io
import pickle
import re
from typing import Any, NamedTuple

import numpy as np

from ldlc.data.reading import content


class Graph(NamedTuple):
    """An undirected graph with a label to predict for each node.

    Attributes:
      features: `[N, D]`, float32, as stored: 0 or 1 for each word, not normalised.
      labels: `[N]`, int32; -1 for a node without one.
      edges: Each edge once, smaller node first, sorted, `[E, 2]`, int32; includes loops, if there are.
      train: The nodes with a label to train on, int32.
      validation: The 500 nodes after these, int32, as Kipf and Welling (2017) use them.
      test: The test nodes, int32.
    """

    features: np.ndarray
    labels: np.ndarray
    edges: np.ndarray
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def cora() -> Graph:
    """Returns Cora in the split of Yang et al. (2016): 2,708 nodes, 1,433 features, 7 classes."""
    return _planetoid("cora")


def citeseer() -> Graph:
    """Returns Citeseer in the split of Yang et al. (2016): 3,327 nodes, 3,703 features, 6 classes.

    15 nodes without an edge, which the published files leave out, have no features and the label -1. Of
    the 4,676 edges, 124 are loops.
    """
    return _planetoid("citeseer")


def karate_club() -> np.ndarray:
    """Returns the 78 friendships in Zachary's karate club, `[78, 2]`, int32; members 0 to 33."""
    text = content("karate_club", "karate.gml").decode("ascii")
    pairs = re.findall(r"source\s+(\d+)\s+target\s+(\d+)", text)
    return _edges([(int(a) - 1, int(b) - 1) for a, b in pairs])


def _planetoid(name: str) -> Graph:
    parts = {
        part: unpickle(content(name, f"ind.{name}.{part}"))
        for part in ("y", "tx", "ty", "allx", "ally", "graph")
    }
    test = np.array(content(name, f"ind.{name}.test.index").split(), np.int32)
    allx, tx = _dense(parts["allx"]), _dense(parts["tx"])
    ally, ty = parts["ally"].array(), parts["ty"].array()
    nodes = len(parts["graph"])
    features = np.zeros((nodes, allx.shape[1]), np.float32)
    features[: len(allx)] = allx
    features[test] = tx  # the test nodes are stored in the order of the index
    labels = np.full(nodes, -1, np.int32)
    labels[: len(ally)] = _classes(ally)
    labels[test] = _classes(ty)
    first = len(parts["y"].array())
    pairs = [(node, other) for node, others in parts["graph"].items() for other in others]
    return Graph(
        features,
        labels,
        _edges(pairs),
        np.arange(first, dtype=np.int32),
        np.arange(first, first + 500, dtype=np.int32),
        np.sort(test),
    )


def _classes(one_hot: np.ndarray) -> np.ndarray:
    return np.where(one_hot.any(axis=1), one_hot.argmax(axis=1), -1)


def _edges(pairs: list[tuple[int, int]]) -> np.ndarray:
    return np.unique(np.sort(np.array(pairs, np.int32), axis=1), axis=0)


class _Array:
    """Stands for a NumPy array while its pickle is read: keeps what was said of it, does nothing."""

    def __init__(self, *said: Any) -> None:
        self.said = said
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def array(self) -> np.ndarray:
        """Returns the array, if it is one of plain numbers."""
        try:
            _, shape, kind, by_columns, data = self.state
            (code, *_), order = kind.said, kind.state[1]
            if code not in ("f4", "f8", "i4", "i8") or order not in ("<", ">"):
                raise ValueError(f"holds {order}{code}")
            flat = np.frombuffer(data.encode("latin-1"), np.dtype(order + code))
            return flat.reshape(shape, order="F" if by_columns else "C")
        except (AttributeError, TypeError, ValueError, UnicodeError, IndexError) as error:
            raise ValueError(
                f"a pickled array must hold plain numbers, got other ({error})."
            ) from None


def _dense(matrix: _Array) -> np.ndarray:
    """Returns a sparse matrix in the compressed row form as a dense one, float32."""
    state = matrix.state if isinstance(matrix.state, dict) else {}
    try:
        rows, columns = state["_shape"]
        data, indices, starts = (state[key].array() for key in ("data", "indices", "indptr"))
    except (KeyError, AttributeError, ValueError) as error:
        raise ValueError(
            f"a pickled matrix must be in compressed row form, got other ({error})."
        ) from None
    dense = np.zeros((rows, columns), np.float32)
    # NumPy refuses counts that do not add up and indices outside of the matrix.
    np.add.at(dense, (np.repeat(np.arange(rows), np.diff(starts)), indices), data)
    return dense


def _reconstruct(*said: Any) -> _Array:
    return _Array(*said)


_ADMITTED = {
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Array,
    ("scipy.sparse.csr", "csr_matrix"): _Array,
    ("collections", "defaultdict"): lambda *said: {},
    ("__builtin__", "list"): list,
}


class _Unpickler(pickle.Unpickler):
    """Reads the pickles of the Planetoid files. Nothing that a pickle can name runs: it gets inert
    stand-ins for the few names that these files hold, and an error for any other."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ADMITTED:
            raise pickle.UnpicklingError(f"it names {module}.{name}")
        return _ADMITTED[module, name]


def unpickle(content: bytes) -> Any:
    """Returns what a pickle of the Planetoid files holds, without running anything that it names.

    Raises:
      ValueError: If it names anything but an array, a sparse matrix, or a dictionary of lists.
    """
    try:
        return _Unpickler(io.BytesIO(content), encoding="latin-1").load()
    except Exception as error:  # a damaged pickle can raise anything
        raise ValueError(
            f"a Planetoid file must be a pickle of arrays or lists, got another ({error}). It was not "
            "read; nothing of it was run."
        ) from None
