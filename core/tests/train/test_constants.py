# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sonnet as snt

from ldlc.train.constants import differing_constant


class Layer(snt.Module):
    """A module of a paper's own that keeps what it was given."""

    def __init__(self, w_init: snt.initializers.Initializer, limit: float) -> None:
        super().__init__()
        self.w_init, self.limit = w_init, limit


def test_a_module_given_another_initializer_object_holds_no_other_constant() -> None:
    first, second = (Layer(snt.initializers.RandomUniform(-1, 1), 0.5) for _ in range(2))

    assert repr(first) != repr(second)
    assert differing_constant(first, second) is None


def test_a_module_s_other_number_is_found() -> None:
    first, second = (Layer(snt.initializers.Zeros(), limit) for limit in (0.5, 0.25))

    assert differing_constant(first, second, "net") == "net.limit"
