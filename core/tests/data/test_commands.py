# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the commands print, and their exit codes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ldlc.data import cache, commands
from ldlc.data.table import Dataset

from .made_up import TINY, Loopback, sha


def test_the_list_says_size_state_and_terms(tiny: Dataset, loopback: Loopback) -> None:
    head = "set     size  here  terms"
    assert commands.list_sets() == (f"{head}\ntiny  0.6 kB        not stated", 0)
    loopback.serve("https://b.example/tiny.txt", TINY)
    commands.fetch_sets(["tiny"], lambda text: None)

    head = "set     size  here    terms"
    assert commands.list_sets() == (f"{head}\ntiny  0.6 kB  cached  not stated", 0)


def test_the_real_list_and_every_real_set_can_be_shown() -> None:
    text, code = commands.list_sets()
    names = [line.split()[0] for line in text.splitlines()[1:]]

    assert code == 0
    assert {"mnist", "cora", "omniglot", "cifar10", "tinyshakespeare", "penn_treebank"} <= set(
        names
    )
    assert max(map(len, text.splitlines())) <= commands.WIDTH
    assert [code for _, code in map(commands.show, names)] == [0] * len(names)


def test_show_says_all_that_is_known(tiny: Dataset) -> None:
    text, code = commands.show("tiny")

    assert code == 0
    for known in (
        "Tiny (tiny)",
        "A. Nyone (2026)",
        "not stated",
        f"sha256-{sha(TINY)}",
        "not fetched",
    ):
        assert known in text
    assert "  https://a.example/tiny.txt.gz" in text.splitlines()
    assert "  npm pack tiny@1.0.0" in text.splitlines()


@pytest.mark.parametrize(
    "command",
    [commands.show, lambda name: commands.fetch_sets([name]), lambda name: commands.verify([name])],
)
def test_an_unknown_set_is_misuse(command: object, tiny: Dataset) -> None:
    text, code = command("tinny")  # type: ignore[operator]

    assert code == 2
    assert text.startswith("error: `tinny` must be a data set")
    assert text.endswith("Did you mean `tiny`?")


def test_fetch_says_where_the_set_is_or_what_was_tried(tiny: Dataset, loopback: Loopback) -> None:
    said: list[str] = []

    text, code = commands.fetch_sets(["tiny"], said.append)
    assert code == 1
    assert text.startswith("error: `tiny` (Tiny) can't be had. Missing:")
    assert said[0] == "tiny: https://a.example/tiny.txt.gz"

    loopback.serve("https://b.example/tiny.txt", TINY)
    assert commands.fetch_sets(["tiny"], said.append) == (
        f"tiny: in {cache.folder()}, verified\n  terms: not stated",
        0,
    )


def test_verify_finds_what_is_right_wrong_or_missing(tiny: Dataset, loopback: Loopback) -> None:
    assert commands.verify() == ("nothing in the cache", 0)
    assert commands.verify(["tiny"]) == ("tiny: 1 of 1 files are not in the cache", 1)
    loopback.serve("https://b.example/tiny.txt", TINY)
    commands.fetch_sets(["tiny"], lambda text: None)
    assert commands.verify() == ("tiny: 1 of 1 files in the cache, right", 0)

    cache.place(tiny.files[0]).write_bytes(TINY.replace(b"tiny", b"tinY"))
    text, code = commands.verify()
    assert code == 1
    assert "tiny: tiny.txt its SHA256 is" in text
    assert "removed. `ldlc data fetch tiny` gets it again." in text
    assert commands.verify() == ("nothing in the cache", 0)


def test_the_commands_that_read_the_table_import_no_numpy() -> None:
    code = (
        "import sys; from ldlc.data import commands; commands.list_sets(); commands.show('mnist'); "
        "sys.exit(any(name in sys.modules for name in ('numpy', 'scipy', 'tensorflow')))"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    assert subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode == 0
