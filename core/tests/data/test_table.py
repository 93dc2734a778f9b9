# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of data sets is whole, and its checksums stand for it."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from ldlc.data import table
from ldlc.data.errors import DataError, UnknownDatasetError
from ldlc.data.table import Dataset

from .made_up import dataset_of, file_of

SETS = table.datasets()
every_set = pytest.mark.parametrize("name", SETS)


@every_set
def test_every_set_says_what_it_is_and_under_which_terms(name: str) -> None:
    found = SETS[name]

    assert all((found.title, found.about, found.citation, found.terms, found.terms_from))
    assert re.search(r"\b(19|20)\d\d\b", found.citation)
    assert urlsplit(found.home).netloc
    assert found.files


@every_set
def test_every_file_has_a_size_one_checksum_and_says_how_it_was_checked(name: str) -> None:
    for file in SETS[name].files:
        assert file.bytes > 0
        assert bool(file.sha256) != bool(file.md5)
        assert re.fullmatch(r"[0-9a-f]{64}|[0-9a-f]{32}", file.sha256 or file.md5)
        assert file.checked
        assert not PurePosixPath(file.name).is_absolute()
        assert ".." not in file.name


@every_set
def test_sources_give_files_of_the_set_addresses_before_registries(name: str) -> None:
    known = {file.name for file in SETS[name].files}
    order = {"https": 0, "npm": 1, "apt": 1}

    assert [order[s.kind] for s in SETS[name].sources] == sorted(
        order[s.kind] for s in SETS[name].sources
    )
    for source in SETS[name].sources:
        assert source.files
        assert set(source.files) <= known
        assert bool(source.file) != bool(source.members)
        if source.kind == "https":
            assert urlsplit(source.where).scheme == "https"
        else:
            assert "/" not in source.where


@every_set
def test_every_file_has_a_source_unless_its_terms_forbid_it(name: str) -> None:
    given = {file for source in SETS[name].sources for file in source.files}

    assert given == (set() if name == "penn_treebank" else {f.name for f in SETS[name].files})


def test_what_one_address_sends_is_checked_before_it_is_decompressed_where_its_checksum_is_known() -> (
    None
):
    unchecked = {
        source.where
        for each in SETS.values()
        for source in each.sources
        if not (source.sha256 or source.md5)
    }

    assert {urlsplit(where).netloc for where in unchecked} == {
        "",  # the Debian package, which apt checks
        "codeload.github.com",  # packs anew at each request
        "cs.nyu.edu",
        "hastie.su.domains",
        "nlp.stanford.edu",
        "s3.amazonaws.com",
        "www.cs.cornell.edu",
    }


def tiny(**contents: bytes) -> Dataset:
    return dataset_of(*(file_of(name, content) for name, content in contents.items()))


def test_the_checksum_of_a_set_is_that_of_the_sorted_list_of_its_files(use_table: object) -> None:
    use_table(t=tiny(b=b"2", a=b"1"))  # type: ignore[operator]
    listed = "".join(
        f"sha256-{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in (("a", b"1"), ("b", b"2"))
    )

    expected = hashlib.sha256("".join(sorted(listed.splitlines(True))).encode()).hexdigest()
    assert table.sha256("t") == expected


def test_the_checksum_of_a_set_changes_with_its_content_and_not_with_its_words(
    use_table: object,
) -> None:
    use_table(  # type: ignore[operator]
        old=tiny(a=b"1"),
        same=replace(tiny(a=b"1"), title="Other"),
        new=tiny(a=b"2"),
        more=tiny(a=b"1", b=b""),
    )

    assert table.sha256("old") == table.sha256("same")
    assert len({table.sha256(name) for name in ("old", "new", "more")}) == 3


def test_an_unknown_set_is_named_with_the_nearest_one() -> None:
    with pytest.raises(
        UnknownDatasetError, match=r"`minst` must be a data set .* Did you mean `mnist`\?"
    ):
        table.dataset("minst")
    with pytest.raises(DataError, match="`ldlc data list` shows them all"):
        table.dataset("zzzzzz")
