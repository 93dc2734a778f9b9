# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples in docs/data.md run, and give the shapes that they promise."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[3] / "docs" / "data.md"


@pytest.mark.real_data
@pytest.mark.skipif(not DOCS.exists(), reason="the documentation is not part of the package")
def test_the_examples_run_and_give_the_shapes_in_their_comments() -> None:
    for block in re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL):
        names: dict[str, object] = {}
        exec(block, names)
        for line in block.splitlines():
            code, _, comment = line.partition("#")
            shapes = [eval(shape) for shape in re.findall(r"\[[\d, ]+\]", comment)]
            if shapes:
                given = [getattr(value, "shape", None) for value in _values(code, names)]
                assert [list(shape) for shape in given if shape is not None] == shapes, line


def _values(code: str, names: dict[str, object]) -> list[object]:
    (statement,) = ast.parse(code.strip()).body
    if isinstance(statement, ast.Assign):
        code = ast.unparse(statement.targets[0])
    value = eval(code, names)
    return list(value) if isinstance(value, tuple) else [value]
