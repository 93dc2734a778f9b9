# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples in docs/debugging.md run, and print what stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tensorflow as tf

DOCS = Path(__file__).parents[3] / "docs" / "debugging.md"


@pytest.mark.skipif(not DOCS.exists(), reason="the documentation is not part of the package")
def test_the_examples_run_and_print_what_they_say(capsys: pytest.CaptureFixture[str]) -> None:
    page = DOCS.read_text(encoding="utf-8")
    tf.random.set_seed(0)  # a newcomer's net has other weights every time
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(block, names)

    printed = capsys.readouterr().out
    for block in re.findall(r"```text\n(.*?)```", page, re.DOTALL):
        assert block in printed
