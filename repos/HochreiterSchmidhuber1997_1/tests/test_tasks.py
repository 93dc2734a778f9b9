# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from ldlc.data.tasks import embedded_reber

from HochreiterSchmidhuber1997_1 import tasks


def test_strings_are_those_of_the_grammar_one_after_another() -> None:
    x, d, legal, lengths = tasks.strings(10_000, 20)

    for n in range(20):
        string = embedded_reber(10_000, n)
        t = lengths[n]
        assert t == len(string.symbols) - 1
        assert "".join(tasks.SYMBOLS[k] for k in x[:t, n].argmax(1)) == string.symbols[:-1]
        assert "".join(tasks.SYMBOLS[k] for k in d[:t, n].argmax(1)) == string.symbols[1:]
        assert np.array_equal(legal[:t, n], string.legal)
        assert not x[t:, n].any()
        assert not d[t:, n].any()
        assert legal[t:, n].all()


def test_a_string_that_is_too_long_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "LONGEST", 9)

    _, d, _, lengths = tasks.strings(10_000, 20)

    every = [embedded_reber(10_000, n) for n in range(200)]
    short = [s for s in every if len(s.targets) <= 9][:20]
    assert len(every) > len(short) == 20
    assert lengths.tolist() == [len(s.targets) for s in short]
    assert [d[t - 2, n].argmax() for n, t in enumerate(lengths)] == [s.targets[-2] for s in short]


def test_the_symbol_that_follows_is_always_legal() -> None:
    _, d, legal, _ = tasks.strings(10_000, 50)

    assert (legal | (d == 0)).all()


def test_each_string_is_shown_once_before_any_comes_again() -> None:
    order = tasks.order(10_000, 7, 20)

    assert len(order) == 20
    assert sorted(order[:7]) == sorted(order[7:14]) == list(range(7))
    assert order[:7].tolist() != order[7:14].tolist()
    assert order.tolist() == tasks.order(10_000, 7, 20).tolist()
    assert order.tolist() != tasks.order(10_001, 7, 20).tolist()


def test_a_string_is_right_if_every_legal_symbol_is_more_active_than_all_others() -> None:
    legal = np.zeros([2, 4, 7], bool)
    legal[0, :, :2] = True  # two may follow, then one
    legal[1, :, 6] = True
    y = np.full([2, 4, 7], 0.1, np.float32)
    y[0, :, 0], y[0, :, 1], y[1, :, 6] = 0.9, 0.2, 0.5
    y[0, 1, 3] = 0.3  # more active than the second legal one
    y[1, 2, 0] = 0.5  # as active as the legal one
    y[1, 3, :6] = 0.9

    assert tasks.is_right(tf.constant(y), tf.constant(legal)).numpy().tolist() == [
        True,
        False,
        False,
        False,
    ]


def test_after_a_string_s_end_nothing_is_asked() -> None:
    _, d, legal, lengths = tasks.strings(10_000, 3)
    y = np.where(legal, 0.9, 0.1).astype(np.float32)
    y[lengths[0] :, 0] = 0.0

    assert tasks.is_right(tf.constant(y), tf.constant(legal)).numpy().all()
    assert d.shape == y.shape
