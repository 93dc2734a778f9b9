# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans are read as Python's own parser reads them, whichever is installed."""

from __future__ import annotations

import sys
import tomllib
import types

import pytest

from ldlc.plan import toml

TEXT = """# a comment
a.b = 1
[c]
d = { "e f" = [1, 2.5, -inf], g = 'x\\y' }
[[c.h]]
i = 1986-10-09
[[c.h]]
j = '''
two "lines"'''
k = "\\u2212 \\t"
l = [true, 0x1F, 1_000, 6e-3, 07:32:00,]
"""


@pytest.mark.parametrize("text", ["", TEXT, TEXT.replace("\n", "\r\n")])
def test_what_is_chosen_reads_as_pythons_own_parser(text: str) -> None:
    assert tomllib.loads(text) == toml.loads(text)


@pytest.mark.parametrize(
    "text",
    ["a", "a = 1\na = 2", 'a = "\\e"', 'a = "\\x41"', "a = {\n b = 1 }", "a = 07:32", "a = 1_"],
)
def test_what_is_chosen_refuses_what_pythons_own_parser_refuses(text: str) -> None:
    with pytest.raises(ValueError) as own:
        tomllib.loads(text)
    with pytest.raises(ValueError) as chosen:
        toml.loads(text)

    assert str(own.value) == str(chosen.value)


def test_a_parser_of_a_later_toml_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    later = types.SimpleNamespace(loads=lambda text: {"escape": "\x1b"})
    monkeypatch.setitem(sys.modules, "tomli", later)

    assert tomllib.loads is toml.chosen()


def test_pythons_own_parser_is_chosen_where_no_other_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tomli", None)

    assert tomllib.loads is toml.chosen()
