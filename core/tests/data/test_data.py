# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The package's public names."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from ldlc import data

SOURCE = ast.parse(Path(data.__file__).read_text(encoding="utf-8"))


def test_every_public_name_is_there() -> None:
    for name in data.__all__:
        assert getattr(data, name) is not None
    assert data.__all__ == sorted(
        data.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name)
    )


def test_what_type_checkers_see_is_what_is_imported_on_first_use() -> None:
    (seen,) = (node for node in SOURCE.body if isinstance(node, ast.If))
    imports = {
        node.module: tuple(alias.name for alias in node.names)
        for node in seen.body
        if isinstance(node, ast.ImportFrom)
    }

    assert imports == data._ON_FIRST_USE
    assert {name for names in imports.values() for name in names} <= set(data.__all__)


def test_every_set_has_a_loader() -> None:
    assert set(data.datasets()) <= set(data.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"module 'ldlc.data' has no attribute 'imagenet'"):
        data.imagenet  # noqa: B018
