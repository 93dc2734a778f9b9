# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Publishing against a GitHub on loopback: what is there afterwards, and that the second time nothing is done."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from conftest import commit, run_git
from publishable import Desk


def names(steps: list) -> list[str]:
    return [type(step).__name__ for step in steps]


def test_the_first_publication_makes_all_of_it(desk: Desk, tmp_path: Path) -> None:
    steps = desk.publish()
    clone = desk.clone(tmp_path / "clone")
    there = desk.github().get(f"/repos/{desk.full_name}")
    (release,) = desk.releases()

    assert names(steps) == ["Create", "Push", "SetTopics", "Draft", *["Upload"] * 4, "Reveal"]
    assert run_git(clone, "ls-files").split() == run_git(desk.folder, "ls-files").split()
    assert run_git(clone, "log", "--format=%an %s") == "Jane Doe Add a paper"
    assert run_git(clone, "describe") == "v1.0.0"
    assert there["description"] == "1 of 1 claims replicated (1 after Holm): “A paper” (Doe, 2000)"
    assert there["homepage"] == "https://doi.org/10.1/x"
    assert there["topics"] == [
        "machine-learning",
        "numpy",
        "paper",
        "replication",
        "reproducibility",
    ]
    assert there["license"]["spdx_id"] == "GPL-3.0"
    assert not release["draft"]
    assert release["name"] == f"{desk.name} 1.0.0"
    assert {asset["name"] for asset in release["assets"]} == {
        "figures.zip",
        "ldlc-0.1.0-py3-none-any.whl",
        "record.zip",
        "report.json",
    }


def test_the_release_says_where_it_came_from_and_its_links_lead_somewhere(desk: Desk) -> None:
    desk.publish()
    body, head = desk.releases()[0]["body"], run_git(desk.root, "rev-parse", "HEAD")
    address = f"{desk.hub.url}/{desk.full_name}"

    assert f"![strip]({address}/raw/v1.0.0/figures/strip.svg)" in body
    assert f"[plan]({address}/blob/v1.0.0/paper.toml)" in body
    assert f"(https://example.org/mono/tree/{head}/repos/{desk.name})" in body


def test_the_record_is_among_the_assets(desk: Desk) -> None:
    desk.publish()
    (release,) = desk.releases()
    (asset,) = (a for a in release["assets"] if a["name"] == "record.zip")
    archive = zipfile.ZipFile(io.BytesIO(desk.hub.assets[asset["id"]]))

    assert archive.namelist() == ["results/full/x/y.jsonl"]


def test_the_second_time_nothing_is_written(desk: Desk) -> None:
    desk.publish()
    refs = desk.refs()
    desk.changes()

    assert desk.publish() == []
    assert desk.changes() == []
    assert desk.refs() == refs
    assert (
        desk.said[-1]
        == f"{desk.name}: {desk.hub.url}/{desk.full_name} is as it should be, nothing to do"
    )


def test_another_clone_has_nothing_to_do_either(desk: Desk, tmp_path: Path) -> None:
    desk.publish()
    run_git(tmp_path, "clone", "--quiet", str(desk.root), "other")
    desk.changes()
    desk.root = tmp_path / "other"

    assert desk.publish() == []
    assert desk.changes() == []


def test_a_commit_outside_of_the_folder_changes_nothing(desk: Desk) -> None:
    desk.publish()
    (desk.root / "core/README.md").write_text("more")
    commit(desk.root, "Change core")
    desk.changes()

    assert desk.publish() == []
    assert desk.changes() == []


def test_a_new_version_is_added_to_the_old_one(desk: Desk) -> None:
    desk.publish()
    old = desk.refs()
    desk.write("model.py", "x = 1\n")
    desk.commit("Write the model")
    desk.raise_version("1.1.0")
    steps = desk.publish()
    refs = desk.refs()

    assert names(steps) == ["Push", "Draft", *["Upload"] * 4, "Reveal"]
    assert refs["refs/tags/v1.0.0"] == old["refs/tags/v1.0.0"]
    assert run_git(desk.bare, "log", "--format=%s", "main").splitlines() == [
        "Raise the version to 1.1.0",
        "Write the model",
        "Add a paper",
    ]
    assert [release["tag_name"] for release in desk.releases()] in (
        ["v1.1.0", "v1.0.0"],
        ["v1.0.0", "v1.1.0"],
    )
    assert desk.publish() == []


def test_a_dry_run_prints_the_plan_and_writes_nothing(desk: Desk) -> None:
    steps = desk.publish(dry_run=True)

    assert names(steps) == ["Create", "Push", "SetTopics", "Draft", *["Upload"] * 4, "Reveal"]
    assert desk.changes() == []
    assert desk.refs() is None
    head = desk.said[2].rpartition(" ")[2]
    assert desk.said == [
        f"{desk.name} -> {desk.hub.url}/{desk.full_name}",
        "  create the repository, public and empty",
        desk.said[2],
        "  set topics to machine-learning, numpy, paper, replication, reproducibility",
        desk.said[4],
        "  upload figures.zip (139 bytes) to v1.0.0",
        desk.said[6],
        "  upload record.zip (145 bytes) to v1.0.0",
        "  upload report.json (55 bytes) to v1.0.0",
        "  publish the release v1.0.0",
        "Nothing was written. Without --dry-run it is tested by itself first, then written.",
    ]
    assert desk.said[2].startswith("  push, all or nothing: main at ")
    assert f", v1.0.0 at {head}" in desk.said[2]


def test_what_somebody_changed_in_the_settings_is_put_right(desk: Desk) -> None:
    desk.publish()
    path = f"/repos/{desk.full_name}"
    desk.github().write("PATCH", path, {"description": "something", "homepage": ""})
    desk.github().write("PUT", f"{path}/topics", {"names": ["cats"]})
    steps = desk.publish()

    assert names(steps) == ["Change", "SetTopics"]
    assert set(steps[0].settings) == {"description", "homepage"}
    assert desk.publish() == []


def test_what_somebody_changed_in_the_release_is_put_right(desk: Desk) -> None:
    desk.publish()
    (release,) = desk.releases()
    desk.github().write("PATCH", f"/repos/{desk.full_name}/releases/{release['id']}", {"body": "x"})

    assert names(desk.publish()) == ["Rewrite"]
    assert desk.releases()[0]["body"].startswith("# Report")
    assert desk.publish() == []


def test_a_tag_that_was_deleted_is_pushed_again(desk: Desk) -> None:
    desk.publish()
    before = desk.refs()
    run_git(desk.bare, "tag", "--delete", "v1.0.0")

    assert names(desk.publish()) == ["Push"]
    assert desk.refs() == before


def test_an_organisation_may_own_it(desk: Desk) -> None:
    text = (desk.folder / "pyproject.toml").read_text()
    desk.write("pyproject.toml", text.replace(f"/octo/{desk.name}", f"/papers/{desk.name}"))
    desk.commit("Move to the organisation")
    desk.owner = "papers"
    desk.publish()

    assert "refs/tags/v1.0.0" in desk.refs()
    assert desk.publish() == []


def test_core_is_published_with_all_its_releases_and_wheels(desk: Desk) -> None:
    desk.name = "ldlc-core"
    publisher = desk.publisher()
    (desk.root / "core/README.md").write_text("not released yet")
    commit(desk.root, "Go on with core")
    steps = publisher.publish("core", "octo")
    released = run_git(desk.root, "rev-parse", "main:core")

    assert names(steps) == ["Create", "Push", "SetTopics", "Draft", "Upload", "Reveal"]
    assert set(desk.refs()) == {"refs/heads/main", "refs/tags/core-0.1.0"}
    assert run_git(desk.bare, "rev-parse", "main^{tree}") != released
    assert "0.1.0.dev0" not in run_git(desk.bare, "show", "main:pyproject.toml")
    assert run_git(desk.bare, "rev-parse", "main^{tree}") == run_git(
        desk.bare, "rev-parse", "core-0.1.0^{tree}"
    )
    assert desk.releases()[0]["body"].startswith(
        "- First version.\n\n---\n\nPublished from `core` at "
    )
    assert publisher.publish("core", "octo") == []


def test_a_large_push_arrives(desk: Desk) -> None:
    (desk.folder / "large.bin").write_bytes(bytes(range(256)) * 1000 + _noise(12_000_000))
    desk.commit("Add a large file")
    desk.publish()

    assert int(run_git(desk.bare, "cat-file", "-s", "main:large.bin")) == 12_256_000
    assert any(headers.get("transfer-encoding") == "chunked" for _, _, headers in desk.hub.requests)


def test_a_release_beyond_the_first_hundred_is_found(desk: Desk) -> None:
    desk.publish()
    path = f"/repos/{desk.full_name}/releases"
    for number in range(105):
        about = {"tag_name": f"nightly-{number}", "name": f"{number}", "body": "", "draft": True}
        desk.github().write("POST", path, about)

    assert len(desk.releases()) == 106
    assert desk.publish() == []


def _noise(size: int) -> bytes:
    import random

    return random.Random(1).randbytes(size)
