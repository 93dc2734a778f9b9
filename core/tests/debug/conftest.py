# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
import tensorflow as tf


@pytest.fixture(autouse=True)
def seeded() -> None:
    """Gives each test the same initial weights; without, none once another test asked for determinism."""
    tf.random.set_seed(0)
