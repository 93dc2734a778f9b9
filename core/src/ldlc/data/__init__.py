# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data sets, fetched once and verified, and generators of tasks.

Most is imported on first use: the loaders need NumPy, `Batches` TensorFlow and `fetch` the network, and what
reads only the table needs none of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ldlc.data.errors import DataError
from ldlc.data.reading import noting
from ldlc.data.table import dataset, datasets, sha256

if TYPE_CHECKING:
    from ldlc.data import tasks
    from ldlc.data.batches import Batches
    from ldlc.data.graphs import Graph, citeseer, cora, karate_club
    from ldlc.data.images import (
        CIFAR10_CLASSES,
        Characters,
        OneShotRuns,
        Split,
        cifar10,
        fashion_mnist,
        frey_faces,
        mnist,
        omniglot,
        omniglot_one_shot_runs,
        usps,
    )
    from ldlc.data.series import Music, Regression, polyphonic_music, uci_regression
    from ldlc.data.sources import fetch
    from ldlc.data.texts import (
        Labelled,
        Pairs,
        Questions,
        Story,
        Tree,
        babi,
        cr,
        mpqa,
        mr,
        multi30k,
        penn_treebank,
        sst,
        subj,
        tinyshakespeare,
        trec,
    )

# As the imports above; a test compares them.
_ON_FIRST_USE = {
    "ldlc.data": ("tasks",),
    "ldlc.data.batches": ("Batches",),
    "ldlc.data.graphs": ("Graph", "citeseer", "cora", "karate_club"),
    "ldlc.data.images": (
        "CIFAR10_CLASSES",
        "Characters",
        "OneShotRuns",
        "Split",
        "cifar10",
        "fashion_mnist",
        "frey_faces",
        "mnist",
        "omniglot",
        "omniglot_one_shot_runs",
        "usps",
    ),
    "ldlc.data.series": ("Music", "Regression", "polyphonic_music", "uci_regression"),
    "ldlc.data.sources": ("fetch",),
    "ldlc.data.texts": (
        "Labelled",
        "Pairs",
        "Questions",
        "Story",
        "Tree",
        "babi",
        "cr",
        "mpqa",
        "mr",
        "multi30k",
        "penn_treebank",
        "sst",
        "subj",
        "tinyshakespeare",
        "trec",
    ),
}


def __getattr__(name: str) -> Any:
    for module, names in _ON_FIRST_USE.items():
        if name in names:
            if module == __name__:
                return importlib.import_module(f"{module}.{name}")
            return getattr(importlib.import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "CIFAR10_CLASSES",
    "Batches",
    "Characters",
    "DataError",
    "Graph",
    "Labelled",
    "Music",
    "OneShotRuns",
    "Pairs",
    "Questions",
    "Regression",
    "Split",
    "Story",
    "Tree",
    "babi",
    "cifar10",
    "citeseer",
    "cora",
    "cr",
    "dataset",
    "datasets",
    "fashion_mnist",
    "fetch",
    "frey_faces",
    "karate_club",
    "mnist",
    "mpqa",
    "mr",
    "multi30k",
    "noting",
    "omniglot",
    "omniglot_one_shot_runs",
    "penn_treebank",
    "polyphonic_music",
    "sha256",
    "sst",
    "subj",
    "tasks",
    "tinyshakespeare",
    "trec",
    "uci_regression",
    "usps",
]
