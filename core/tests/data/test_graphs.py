# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The graph loaders, and pickles that mean harm."""

from __future__ import annotations

import pickle
import struct
from pathlib import Path

import numpy as np
import pytest

from ldlc import data
from ldlc.data import graphs

from .made_up import serve_contents

# A pickle is a little program. These write the parts that Python 2 wrote for the Planetoid files.


def call(module: str, name: str, *arguments: bytes) -> bytes:
    """Returns the call of a function by its name."""
    return f"c{module}\n{name}\n".encode() + tuple_of(*arguments) + b"R"


def tuple_of(*parts: bytes) -> bytes:
    return b"(" + b"".join(parts) + b"t"


def integer(value: int) -> bytes:
    return f"I{value}\n".encode()


def string(value: bytes) -> bytes:
    return b"T" + struct.pack("<I", len(value)) + value


def array_of(values: np.ndarray, code: bytes = b"") -> bytes:
    kind = call(
        "numpy", "dtype", string(code or values.dtype.str[1:].encode()), integer(0), integer(1)
    )
    kind += (
        tuple_of(integer(3), string(b"<"), b"N", b"N", b"N", integer(-1), integer(-1), integer(0))
        + b"b"
    )
    made = call(
        "numpy.core.multiarray",
        "_reconstruct",
        b"cnumpy\nndarray\n",
        tuple_of(integer(0)),
        string(b"b"),
    )
    shape = tuple_of(*map(integer, values.shape))
    return made + tuple_of(integer(1), shape, kind, b"I00\n", string(values.tobytes())) + b"b"


def matrix_of(dense: np.ndarray) -> bytes:
    rows, columns = np.nonzero(dense)
    starts = np.searchsorted(rows, np.arange(len(dense) + 1))
    state = {
        b"_shape": tuple_of(*map(integer, dense.shape)),
        b"data": array_of(dense[rows, columns].astype("<f4")),
        b"indices": array_of(columns.astype("<i4")),
        b"indptr": array_of(starts.astype("<i4")),
    }
    pairs = b"".join(string(key) + value for key, value in state.items())
    return b"cscipy.sparse.csr\ncsr_matrix\n" + tuple_of() + b"\x81" + b"}(" + pairs + b"ub"


def graph_of(neighbours: dict[int, list[int]]) -> bytes:
    items = b"".join(
        integer(node) + b"(" + b"".join(map(integer, others)) + b"l"
        for node, others in neighbours.items()
    )
    return call("collections", "defaultdict", b"c__builtin__\nlist\n") + b"(" + items + b"u"


def whole(content: bytes) -> bytes:
    return b"\x80\x02" + content + b"."


def test_a_planetoid_graph_is_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    # Six nodes: two labelled, one more known, test nodes 5 and 3 in this order, node 4 in no file.
    eye = np.eye(2, dtype="<i4")
    features = np.arange(6, dtype="<f4").reshape(3, 2)
    files = {
        "y": array_of(eye),
        "tx": matrix_of(np.array([[50, 0], [0, 30]], "<f4")),
        "ty": array_of(eye),
        "allx": matrix_of(features),
        "ally": array_of(eye[[0, 1, 1]]),
        "graph": graph_of({0: [1, 5], 1: [0, 1, 0], 2: [], 3: [2], 4: [], 5: [0]}),
    }
    served = {f"ind.cora.{key}": whole(value) for key, value in files.items()}
    serve_contents(monkeypatch, graphs, {**served, "ind.cora.test.index": b"5\n3\n"})

    graph = data.cora()

    assert graph.features.tolist() == [[0, 1], [2, 3], [4, 5], [0, 30], [0, 0], [50, 0]]
    assert graph.labels.tolist() == [0, 1, 1, 1, -1, 0]
    assert graph.edges.tolist() == [[0, 1], [0, 5], [1, 1], [2, 3]]
    assert graph.train.tolist() == [0, 1]
    assert (graph.validation[0], len(graph.validation)) == (2, 500)
    assert graph.test.tolist() == [3, 5]


@pytest.mark.parametrize(
    "name",
    [
        "posix\nsystem",
        "os\nsystem",
        "builtins\neval",
        "__builtin__\neval",
        "subprocess\nPopen",
        "numpy\nload",
        "numpy.core.multiarray\nscalar",
        "collections\nOrderedDict",
        "_codecs\nencode",
    ],
)
def test_a_pickle_that_names_anything_else_is_refused_and_not_run(
    name: str, tmp_path: Path
) -> None:
    target = tmp_path / "ran"
    content = f"c{name}\n(S'touch {target}'\ntR.".encode()

    with pytest.raises(
        ValueError, match=r"must be a pickle of arrays or lists, got another \(it names"
    ):
        graphs.unpickle(content)
    assert not target.exists()


def test_plain_pickle_would_have_run_it(tmp_path: Path) -> None:
    """Shows that the pickles above are dangerous indeed."""
    target = tmp_path / "ran"
    pickle.loads(f"cos\nmkdir\n(S'{target}'\ntR.".encode())
    assert target.exists()


@pytest.mark.parametrize("content", [b"", b"nonsense", whole(b"(l")[:-1], b"\x80\x02K\x01R."])
def test_what_is_no_pickle_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="must be a pickle of arrays or lists"):
        graphs.unpickle(content)


def test_an_array_of_objects_is_refused() -> None:
    content = whole(array_of(np.zeros(2, "<i4"), code=b"O8"))

    with pytest.raises(ValueError, match=r"must hold plain numbers, got other .holds <O8"):
        graphs.unpickle(content).array()


def test_a_matrix_that_points_outside_is_refused() -> None:
    good = matrix_of(np.eye(2, dtype="<f4"))
    bad = good.replace(np.array([0, 1], "<i4").tobytes(), np.array([0, 9], "<i4").tobytes(), 1)
    assert bad != good

    with pytest.raises((ValueError, IndexError)):
        graphs._dense(graphs.unpickle(whole(bad)))


def test_the_karate_club_is_read_from_gml(monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"graph\n[\n node\n [\n id 1\n ]\n edge\n [\n source 2\n target 1\n ]\n edge [ source 3 target 1 ]\n]"
    serve_contents(monkeypatch, graphs, {"karate.gml": text})

    assert data.karate_club().tolist() == [[0, 1], [0, 2]]


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "nodes", "words", "classes", "edges", "loops", "isolated"),
    [("cora", 2708, 1433, 7, 5278, 0, 0), ("citeseer", 3327, 3703, 6, 4676, 124, 15)],
)
def test_real_graphs_have_the_published_counts(
    name: str, nodes: int, words: int, classes: int, edges: int, loops: int, isolated: int
) -> None:
    graph = getattr(data, name)()

    assert graph.features.shape == (nodes, words)
    assert set(np.unique(graph.features)) == {0, 1}
    assert len(graph.edges) == edges
    assert (graph.edges[:, 0] == graph.edges[:, 1]).sum() == loops
    assert (graph.labels < 0).sum() == isolated
    assert np.bincount(graph.labels[graph.train]).tolist() == [20] * classes
    assert len(graph.test) == 1000
    # Linked papers share their class far more often than by chance.
    a, b = graph.edges.T
    assert (graph.labels[a] == graph.labels[b]).mean() > 0.7


@pytest.mark.real_data
def test_the_real_karate_club_has_34_members_and_78_friendships() -> None:
    edges = data.karate_club()

    assert (edges.shape, edges.min(), edges.max()) == ((78, 2), 0, 33)
    assert np.bincount(edges.ravel())[[0, 33]].tolist() == [16, 17]
