# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[3] / "docs/nets.md"


def test_the_page_s_examples_run_one_after_another() -> None:
    names: dict[str, Any] = {}
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    for block in blocks:
        exec(block, names)

    assert len(blocks) == 3
    assert tuple(names["y"].shape) == (100, 4, 2)
    assert callable(names["test_nets_conform"])
