# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be done, decided from what was seen; and the texts of a release. Needs no server at all."""

from __future__ import annotations

import itertools
import zipfile
from io import BytesIO

import pytest
from publishing.errors import Refused
from publishing.plan import Seen, make_plan, require_forward
from publishing.steps import Change, Create, Draft, Push, Remove, Reveal, Rewrite, SetTopics, Upload
from publishing.wanted import Release, Wanted, absolute_links, digest, one_line, pack, topics

RELEASE = Release("v1.0.0", "c2", "A 1.0.0", "text", {"a": b"aa", "b": b"bbb"})
WANTED = Wanted("A", "o", "c2", "about", "https://x", ("ml",), (RELEASE,))
TAGS = {"v1.0.0": "t1"}
ORDER = ["c1", "c2", "c3"]


def is_ancestor(old: str, new: str) -> bool:
    return old in ORDER and new in ORDER and ORDER.index(old) <= ORDER.index(new)


def there(**changes: object) -> dict:
    about = {"full_name": "o/A", "description": "about", "homepage": "https://x", "topics": ["ml"]}
    return {**about, "default_branch": "main", **changes}


def asset(name: str, content: bytes, **changes: object) -> dict:
    about = {"name": name, "id": ord(name), "size": len(content), "digest": digest(content)}
    return {**about, "state": "uploaded", **changes}


def shown(*assets: dict, **changes: object) -> dict:
    about = {"id": 7, "tag_name": "v1.0.0", "name": "A 1.0.0", "body": "text", "draft": False}
    return {**about, "assets": list(assets), **changes}


REFS = {"refs/heads/main": "c2", "refs/tags/v1.0.0": "t1", "refs/tags/v1.0.0^{}": "c2"}
WHOLE = shown(asset("a", b"aa"), asset("b", b"bbb"))


def plan(seen: Seen, push_main: bool = False) -> list:
    return make_plan(WANTED, seen, TAGS, push_main, is_ancestor)


def test_nothing_is_to_be_done_where_everything_is_there() -> None:
    assert plan(Seen(there(), REFS, (WHOLE,))) == []


def test_everything_is_to_be_done_where_nothing_is_there() -> None:
    assert plan(Seen(), push_main=True) == [
        Create(),
        Push({"refs/heads/main": "c2", "refs/tags/v1.0.0": "t1"}),
        SetTopics(("ml",)),
        Draft(RELEASE),
        Upload(RELEASE, "a"),
        Upload(RELEASE, "b"),
        Reveal(RELEASE),
    ]


@pytest.mark.parametrize(
    ("seen", "steps"),
    [
        (Seen(there(description=None), REFS, (WHOLE,)), [Change({"description": "about"})]),
        (
            Seen(there(default_branch="master"), REFS, (WHOLE,)),
            [Change({"default_branch": "main"})],
        ),
        (Seen(there(description="about "), REFS, (shown(*WHOLE["assets"], body="text\r\n"),)), []),
        (Seen(there(topics=[]), REFS, (WHOLE,)), [SetTopics(("ml",))]),
        (Seen(there(), REFS, (shown(*WHOLE["assets"], body=None),)), [Rewrite(RELEASE)]),
        (Seen(there(), REFS, (shown(*WHOLE["assets"], draft=True),)), [Reveal(RELEASE)]),
        (Seen(there(), REFS, (shown(asset("a", b"aa")),)), [Upload(RELEASE, "b")]),
        (
            Seen(there(), REFS, (shown(asset("a", b"aa", state="starter"), asset("b", b"bbb")),)),
            [Remove(RELEASE, "a", 97), Upload(RELEASE, "a")],
        ),
        (
            Seen(there(), REFS, (shown(asset("a", b"xx"), asset("b", b"bbb"), draft=True),)),
            [Remove(RELEASE, "a", 97), Upload(RELEASE, "a"), Reveal(RELEASE)],
        ),
        (Seen(there(), REFS, (shown(*WHOLE["assets"], asset("z", b"theirs")),)), []),
        (Seen(there(), {"refs/heads/main": "c2"}, (WHOLE,)), [Push({"refs/tags/v1.0.0": "t1"})]),
        (Seen(there(), {"refs/heads/main": "c2", "refs/tags/v1.0.0": "c2"}, (WHOLE,)), []),
        (Seen(there(), REFS, (WHOLE, shown(tag_name="v0.1.0"))), []),
    ],
)
def test_only_what_differs_is_done(seen: Seen, steps: list) -> None:
    assert plan(seen) == steps


def test_every_subset_of_what_is_there_is_completed() -> None:
    """Whatever a cut left of the steps, doing what is planned then leaves nothing to be done."""
    for repository, refs, release, draft, a, b in itertools.product([False, True], repeat=6):
        if (refs or release) and not repository:
            continue
        assets = [asset("a", b"aa")] * a + [asset("b", b"bbb")] * b
        seen = Seen(
            there(topics=[]) if repository else None,
            REFS if refs else {},
            (shown(*assets, draft=draft),) if release else (),
        )
        steps = plan(seen, push_main=not refs)
        kinds = [type(step) for step in steps]

        assert (Create in kinds) == (not repository)
        assert (Push in kinds) == (not refs)
        assert (Draft in kinds) == (not release)
        missing = 2 - (len(assets) if release else 0)
        assert kinds.count(Upload) == missing
        assert (Reveal in kinds) == (not release or draft)
        assert kinds == sorted(kinds, key=[Create, Push, SetTopics, Draft, Upload, Reveal].index)


def test_main_moves_forward_only() -> None:
    assert require_forward("o/A", None, "c2", "c3", is_ancestor)
    assert require_forward("o/A", "c1", "c2", "c3", is_ancestor)
    assert not require_forward("o/A", "c2", "c2", "c3", is_ancestor)
    assert not require_forward("o/A", "c3", "c2", "c3", is_ancestor)
    with pytest.raises(
        Refused, match=r"o/A: its branch main stands at other, which is not in the history here"
    ):
        require_forward("o/A", "other", "c2", "c3", is_ancestor)


def test_links_of_a_report_lead_to_the_published_files() -> None:
    address = "https://h/o/A/{kind}/v1/"
    text = (
        '![x](figures/x.svg) [p](paper.toml#L3) [d](https://doi.org/1) [h](#here) <img src="a b.svg"> '
        '<a href="t.md">t</a> <img src="https://x/y">'
    )

    assert absolute_links(text, address) == (
        "![x](https://h/o/A/raw/v1/figures/x.svg) [p](https://h/o/A/blob/v1/paper.toml#L3) "
        '[d](https://doi.org/1) [h](#here) <img src="https://h/o/A/raw/v1/a b.svg"> '
        '<a href="https://h/o/A/blob/v1/t.md">t</a> <img src="https://x/y">'
    )


def test_descriptions_and_topics_are_what_github_takes() -> None:
    assert one_line(" a\n b\t") == "a b"
    assert len(one_line("word " * 100)) == 350
    assert topics("Deep Learning!", "ML", "ml", "") == (
        "deep-learning",
        "machine-learning",
        "ml",
        "replication",
        "reproducibility",
    )
    assert len(topics(*map(str, range(99)))) == 20


def test_an_archive_has_the_same_bytes_whatever_the_order() -> None:
    packed = pack({"b": b"2", "a": b"1"})

    assert packed == pack({"a": b"1", "b": b"2"})
    assert zipfile.ZipFile(BytesIO(packed)).read("b") == b"2"
