# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What workers ask of GPUs, which the tests do without."""

from __future__ import annotations

import pytest
import tensorflow as tf

from ldlc import worker
from ldlc.engine import Settings


def test_a_gpu_is_shared_is_exact_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [kind, "second"])
    monkeypatch.setattr(tf.config, "get_visible_devices", lambda kind: [kind])
    for name in ("set_memory_growth", "enable_op_determinism", "enable_tensor_float_32_execution"):
        monkeypatch.setattr(
            tf.config.experimental, name, lambda *given, name=name: done.append((name, *given))
        )
    monkeypatch.setattr(
        tf.config.experimental, "get_device_details", lambda gpu: {"device_name": f"Card {gpu}"}
    )
    for name in ("set_intra_op_parallelism_threads", "set_inter_op_parallelism_threads"):
        monkeypatch.setattr(tf.config.threading, name, lambda threads: None)

    worker._prepare_framework("tensorflow", Settings(threads=1, jit=False))

    assert done == [
        ("enable_op_determinism",),
        ("set_memory_growth", "GPU", True),
        ("set_memory_growth", "second", True),
        ("enable_tensor_float_32_execution", False),
    ]
    assert worker._device() == "Card GPU"
