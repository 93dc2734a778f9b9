# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back: what was merged there comes home, and the next publication is a fast-forward."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import commit, run_git
from publishable import Desk
from publishing.bring_back import bring_back
from publishing.errors import Refused


def merge_pull_request(desk: Desk, folder: Path, file: str = "fix.py", text: str = "fix\n") -> str:
    """Merges a pull request there by a signed merge commit, as GitHub's button does; returns its id."""
    clone = desk.clone(folder)
    run_git(clone, "switch", "--quiet", "--create", "pull-request")
    (clone / file).parent.mkdir(parents=True, exist_ok=True)
    (clone / file).write_text(text)
    commit(clone, "Fix it there")
    run_git(clone, "switch", "--quiet", "main")
    run_git(
        clone, "merge", "--quiet", "--no-ff", "--message", "Merge pull request #1", "pull-request"
    )
    head, _, message = run_git(clone, "cat-file", "commit", "HEAD").partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----"
    command = ["git", "-C", str(clone), "hash-object", "-t", "commit", "-w", "--stdin"]
    signed = subprocess.run(
        command,
        input=f"{head}\n{signature}\n\n{message}\n".encode(),
        capture_output=True,
        check=True,
    )
    run_git(clone, "reset", "--quiet", "--hard", signed.stdout.decode().strip())
    desk.merge_there(clone)
    return signed.stdout.decode().strip()


def test_it_becomes_one_commit_on_a_branch(desk: Desk, tmp_path: Path) -> None:
    desk.publish()
    merged = merge_pull_request(desk, tmp_path / "clone")
    head = run_git(desk.root, "rev-parse", "HEAD")
    brought = bring_back(desk.publisher(), desk.name)
    message = run_git(desk.root, "log", "-1", "--format=%B", brought.branch).splitlines()

    assert brought.branch == f"import/{desk.name}"
    assert run_git(desk.root, "rev-parse", "HEAD") == head
    assert run_git(desk.root, "status", "--porcelain") == ""
    assert (
        run_git(desk.root, "diff", "--name-only", "main", brought.branch)
        == f"repos/{desk.name}/fix.py"
    )
    assert run_git(desk.root, "rev-list", "--count", f"main..{brought.branch}") == "1"
    assert (
        run_git(desk.root, "log", "-1", "--format=%an <%ae>", brought.branch)
        == "Ann Other <ann@example.org>"
    )
    assert message[0] == f"Take over what was merged in octo/{desk.name}"
    assert [line[10:] for line in message if line.startswith("- ")] == [
        "Fix it there (Ann Other)",
        "Merge pull request #1 (Ann Other)",
    ]
    assert message[-2:] == [
        "Signed-off-by: Jane Doe <jane@example.org>",
        f"Published-From: repos/{desk.name} {merged}",
    ]


def test_alone_it_changes_nothing_that_is_published(desk: Desk, tmp_path: Path) -> None:
    desk.publish()
    merged = merge_pull_request(desk, tmp_path / "clone")
    brought = bring_back(desk.publisher(), desk.name)
    run_git(desk.root, "merge", "--quiet", "--ff-only", brought.branch)
    desk.changes()

    assert desk.publish() == []
    assert desk.changes() == []
    assert run_git(desk.bare, "rev-parse", "main") == merged
    assert bring_back(desk.publisher(), desk.name) is None


@pytest.mark.parametrize("way", ["merge", "squash", "rebase"])
def test_with_work_meanwhile_the_next_publication_is_a_fast_forward(
    desk: Desk, tmp_path: Path, way: str
) -> None:
    desk.publish()
    merged = merge_pull_request(desk, tmp_path / "clone")
    desk.write("mine.py", "mine\n")
    desk.commit("Meanwhile here")
    brought = bring_back(desk.publisher(), desk.name)
    if way == "merge":
        run_git(desk.root, "merge", "--quiet", "--no-edit", brought.branch)
    elif way == "squash":
        run_git(desk.root, "merge", "--quiet", "--squash", brought.branch)
        run_git(desk.root, "commit", "--quiet", "--no-edit")
    else:
        run_git(desk.root, "cherry-pick", brought.branch)
    desk.raise_version("1.1.0")
    desk.publish()

    run_git(desk.bare, "merge-base", "--is-ancestor", merged, "main")
    run_git(desk.bare, "merge-base", "--is-ancestor", "v1.0.0", "main")
    files = run_git(desk.bare, "ls-tree", "--name-only", "main").split()
    assert {"fix.py", "mine.py"} <= set(files)
    assert "core" not in files
    assert desk.publish() == []


def test_a_conflict_is_an_ordinary_one_of_git(desk: Desk, tmp_path: Path) -> None:
    desk.publish()
    merged = merge_pull_request(desk, tmp_path / "clone", "README.md", "theirs\n")
    desk.write("README.md", "ours\n")
    desk.commit("Change the same line here")
    brought = bring_back(desk.publisher(), desk.name)
    with pytest.raises(subprocess.CalledProcessError):
        run_git(desk.root, "merge", "--quiet", "--no-edit", brought.branch)
    assert "<<<<<<<" in (desk.folder / "README.md").read_text()
    desk.write("README.md", "both\n")
    run_git(desk.root, "add", "--all")
    run_git(desk.root, "commit", "--quiet", "--no-edit")
    desk.raise_version("1.1.0")
    desk.publish()

    run_git(desk.bare, "merge-base", "--is-ancestor", merged, "main")
    assert run_git(desk.bare, "show", "main:README.md") == "both"


def test_a_change_to_a_file_of_the_template_is_pointed_out(desk: Desk, tmp_path: Path) -> None:
    listed = desk.root / "templates/paper/files.toml"
    listed.parent.mkdir(parents=True)
    listed.write_text('locked = [".github/workflows/ci.yml"]\n')
    commit(desk.root, "Add the template")
    desk.publish()
    merge_pull_request(desk, tmp_path / "clone", ".github/workflows/ci.yml", "on: [push]\n")
    brought = bring_back(desk.publisher(), desk.name)

    assert brought.locked == (".github/workflows/ci.yml",)
    run_git(desk.root, "merge", "--quiet", "--ff-only", brought.branch)
    assert desk.publish() == []


def test_a_folder_that_was_renamed_here_and_there_goes_on(desk: Desk, tmp_path: Path) -> None:
    long = "".join(f"# line {number}\n" for number in range(40))  # by which git knows it again
    desk.write("pyproject.toml", (desk.folder / "pyproject.toml").read_text() + long)
    desk.commit("Say more in pyproject.toml")
    desk.publish()
    merged = merge_pull_request(desk, tmp_path / "clone")
    old, bare = desk.name, desk.bare
    desk.name = f"{old[:-1]}2"
    desk.github().write("PATCH", f"/repos/octo/{old}", {"name": desk.name})
    bare.rename(desk.bare)
    run_git(desk.root, "mv", f"repos/{old}", f"repos/{desk.name}")
    pyproject = (desk.folder / "pyproject.toml").read_text().replace(old, desk.name)
    desk.write("pyproject.toml", f'{pyproject}[tool.publish]\nformer-paths = ["repos/{old}"]\n')
    desk.commit("Rename the paper")
    brought = bring_back(desk.publisher(), desk.name)
    run_git(desk.root, "merge", "--quiet", "--no-edit", brought.branch)
    desk.raise_version("1.1.0")
    desk.publish()

    run_git(desk.bare, "merge-base", "--is-ancestor", merged, "main")
    assert (desk.folder / "fix.py").exists()
    assert not (desk.root / "repos" / old).exists()
    assert desk.publish() == []


def test_a_second_call_does_not_make_it_again(desk: Desk, tmp_path: Path) -> None:
    desk.publish()
    merge_pull_request(desk, tmp_path / "clone")
    bring_back(desk.publisher(), desk.name)

    with pytest.raises(
        Refused, match=r"the branch import/.* has it already\. Merge it: git merge import/"
    ):
        bring_back(desk.publisher(), desk.name)


def test_a_branch_with_something_else_is_not_lost(desk: Desk, tmp_path: Path) -> None:
    desk.publish()
    merge_pull_request(desk, tmp_path / "clone")
    run_git(desk.root, "switch", "--quiet", "--create", f"import/{desk.name}")
    desk.write("x", "x")
    desk.commit("Somebody's work")
    run_git(desk.root, "switch", "--quiet", "main")

    with pytest.raises(
        Refused,
        match=r"holds something else that is not merged\. Merge it, or delete it: git branch -D",
    ):
        bring_back(desk.publisher(), desk.name)


def test_what_was_never_published_has_no_way_back(desk: Desk) -> None:
    desk.github().write("POST", "/user/repos", {"name": desk.name})

    with pytest.raises(Refused, match=r"has no branch main: nothing was published there yet"):
        bring_back(desk.publisher(), desk.name)


def test_another_repository_with_the_same_name_has_no_way_back(desk: Desk, tmp_path: Path) -> None:
    desk.github().write("POST", "/user/repos", {"name": desk.name})
    other = tmp_path / "unrelated"
    other.mkdir()
    run_git(other, "init", "--quiet", "--initial-branch", "main")
    run_git(other, "config", "user.name", "Jane Doe")
    run_git(other, "config", "user.email", "jane@example.org")
    (other / "x").write_text("x")
    commit(other, "Something else")
    desk.merge_there(other)

    with pytest.raises(Refused, match=r"has nothing in common with the history here"):
        bring_back(desk.publisher(), desk.name)


def test_what_was_merged_in_core_comes_back_too(desk: Desk, tmp_path: Path) -> None:
    publisher = desk.publisher()
    publisher.publish("core", "papers")
    there = Desk(desk.root, "ldlc-core", desk.hub, "papers")
    merged = merge_pull_request(there, tmp_path / "clone")
    brought = bring_back(publisher, "core", "papers")
    run_git(
        desk.root, "merge", "--quiet", "--no-edit", brought.branch
    )  # the next version has begun here

    assert (desk.root / "core/fix.py").read_text() == "fix\n"
    assert (
        publisher.publish("core", "papers") == []
    )  # until the next release, what was merged there leads
    assert run_git(there.bare, "rev-parse", "main") == merged
