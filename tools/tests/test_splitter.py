# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Splitting a folder's history: against `git subtree split` on ordinary histories, by its promises on any."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, commit, run_git
from publishing.errors import Refused
from publishing.repository import EMPTY_TREE, Repository
from publishing.splitter import Split, split

PAPER = "repos/A1999_1"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `mono` copies."""
    root = make_repository(tmp_path_factory.mktemp("made") / "mono")
    write(root, "core/core.py", "1")
    commit(root, "Start core")
    write(root, f"{PAPER}/README.md", "first")
    write(root, "repos/B2001_1/secret", "secret")
    commit(root, "Add two papers")
    write(root, "core/core.py", "2")
    commit(root, "Change core")
    write(root, f"{PAPER}/model.py", "x = 1\n")
    commit(root, "Write the model")
    write(root, "repos/B2001_1/secret", "secret 2")
    commit(root, "Change the other paper")
    return root


@pytest.fixture
def mono(made: Path, tmp_path: Path) -> Path:
    """A monorepo with two papers and five commits, two of them on the paper."""
    return shutil.copytree(made, tmp_path / "mono")


def make_repository(root: Path) -> Path:
    root.mkdir(parents=True)
    run_git(root, "init", "--quiet", "--template=", "--initial-branch", "main")
    run_git(root, "config", "user.name", "Jane Doe")
    run_git(root, "config", "user.email", "jane@example.org")
    return root


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def split_of(root: Path, revision: str = "main", **options: object) -> Split:
    return split(Repository(root), revision, PAPER, **options)


def subtree(root: Path) -> str:
    return run_git(root, "subtree", "split", "-q", f"--prefix={PAPER}", "main")


def test_ids_equal_those_of_git_subtree(mono: Path) -> None:
    run_git(mono, "checkout", "--quiet", "-b", "side", "main~1")
    write(mono, f"{PAPER}/tasks.py", "y = 2\n")
    commit(mono, "Add a task on a branch")
    run_git(mono, "checkout", "--quiet", "main")
    write(mono, f"{PAPER}/model.py", "x = 3\n")
    commit(mono, "Mend the model meanwhile")
    run_git(mono, "merge", "--quiet", "--no-edit", "side")

    assert split_of(mono).tip == subtree(mono)


def test_only_the_folders_commits_are_in_it_with_their_authors_and_dates(mono: Path) -> None:
    tip = split_of(mono).tip
    show = ("log", "--format=%an <%ae> %ad | %cn %cd | %B")

    assert run_git(mono, *show, tip) == run_git(mono, *show, "main", "--", PAPER)
    assert run_git(mono, "ls-tree", "-r", "--name-only", tip).split() == ["README.md", "model.py"]


def test_another_clone_gives_the_same_ids(mono: Path, tmp_path: Path) -> None:
    run_git(tmp_path, "clone", "--quiet", str(mono), "clone")

    assert split_of(tmp_path / "clone").tip == split_of(mono).tip


def test_commits_elsewhere_change_nothing(mono: Path) -> None:
    before = split_of(mono).tip
    write(mono, "core/core.py", "3")
    commit(mono, "Change core again")

    assert split_of(mono).tip == before


def test_a_folder_deleted_and_added_again_brings_no_foreign_file(mono: Path) -> None:
    first = split_of(mono).tip
    run_git(mono, "rm", "-rq", PAPER)
    run_git(mono, "commit", "--quiet", "--message", "Drop the paper")
    write(mono, "repos/B2001_1/secret", "secret 3")
    commit(mono, "Work in private")
    write(mono, f"{PAPER}/README.md", "again")
    commit(mono, "Add the paper again")
    tip = split_of(mono).tip
    log = run_git(mono, "log", "--format=%s", "--name-only", tip)

    assert "secret" not in log
    assert "core" not in log
    assert "Work in private" not in log
    assert Repository(mono).is_ancestor(first, tip)
    assert run_git(mono, "ls-tree", "-r", "--name-only", tip) == "README.md"


def test_a_folder_that_is_gone_has_the_empty_tree(mono: Path) -> None:
    run_git(mono, "rm", "-rq", PAPER)
    run_git(mono, "commit", "--quiet", "--message", "Drop the paper")
    result = split_of(mono)

    assert result.trees[result.tip] == EMPTY_TREE
    assert run_git(mono, "ls-tree", result.tip) == ""


def test_a_folder_that_never_was_has_no_split(mono: Path) -> None:
    assert split(Repository(mono), "main", "repos/Nobody1900_1").tip is None


def test_a_renamed_folder_keeps_its_history_under_its_former_path(mono: Path) -> None:
    before = split_of(mono).tip
    run_git(mono, "mv", PAPER, "repos/A1999_2")
    run_git(mono, "commit", "--quiet", "--message", "Rename the paper")
    write(mono, "repos/A1999_2/model.py", "x = 5\n")
    commit(mono, "Go on")
    result = split(Repository(mono), "main", "repos/A1999_2", former=[PAPER])

    assert result.parents[result.tip] == [before]
    forgotten = split(Repository(mono), "main", "repos/A1999_2")
    assert len(run_git(mono, "rev-list", result.tip).split()) == 3
    assert len(run_git(mono, "rev-list", forgotten.tip).split()) == 2


def test_modes_and_links_are_kept(mono: Path) -> None:
    write(mono, f"{PAPER}/run.sh", "echo\n")
    (mono / PAPER / "run.sh").chmod(0o755)
    (mono / PAPER / "link").symlink_to("README.md")
    commit(mono, "Add a script and a link")
    listed = run_git(mono, "ls-tree", split_of(mono).tip).splitlines()

    assert {line.split("\t")[1]: line.split()[0] for line in listed} == {
        "README.md": "100644",
        "link": "120000",
        "model.py": "100644",
        "run.sh": "100755",
    }


def test_messages_of_any_bytes_are_kept_and_signatures_are_not(mono: Path) -> None:
    tree = run_git(mono, "write-tree")
    write(mono, f"{PAPER}/README.md", "signed")
    run_git(mono, "add", "--all")
    tree = run_git(mono, "write-tree")
    head = run_git(mono, "rev-parse", "HEAD")
    raw = (
        f"tree {tree}\nparent {head}\n".encode()
        + "author Jos\xe9 <jose@example.org> 1700000000 +0100\n".encode("latin-1")
        + b"committer Jane <jane@example.org> 1700000001 -0330\n"
        b"gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n"
        b"encoding ISO-8859-1\nx-note kept\n\nD\xe9j\xe0 vu\n\n  two  \n\n"
    )
    command = ["git", "-C", str(mono), "hash-object", "-t", "commit", "-w", "--stdin"]
    signed = subprocess.run(command, input=raw, capture_output=True, check=True).stdout.decode()
    run_git(mono, "reset", "--quiet", "--hard", signed.strip())
    content = Repository(mono).git("cat-file", "commit", split_of(mono).tip)

    assert b"gpgsig" not in content
    assert b" abc" not in content
    assert content.endswith(b"encoding ISO-8859-1\nx-note kept\n\nD\xe9j\xe0 vu\n\n  two  \n\n")
    assert "author Jos\xe9 <jose@example.org> 1700000000 +0100\n".encode("latin-1") in content
    assert split_of(mono).tip == subtree_without_signature(mono, raw)


def subtree_without_signature(mono: Path, raw: bytes) -> str:
    """Returns git's own id of the commit, with the headers written by hand."""
    parent = split(Repository(mono), "main~1", PAPER).tip
    tree = run_git(mono, "rev-parse", f"main:{PAPER}")
    head, _, message = raw.partition(b"\n\n")
    people = [line for line in head.split(b"\n") if line.startswith((b"author", b"committer"))]
    lines = [f"tree {tree}".encode(), f"parent {parent}".encode(), *people]
    lines += [b"encoding ISO-8859-1", b"x-note kept"]
    command = ["git", "-C", str(mono), "hash-object", "-t", "commit", "--stdin"]
    content = b"\n".join(lines) + b"\n\n" + message
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()[
        :40
    ]


def test_a_shallow_clone_is_refused(mono: Path, tmp_path: Path) -> None:
    run_git(tmp_path, "clone", "--quiet", "--depth", "1", mono.as_uri(), "clone")

    with pytest.raises(
        Refused, match=r"clone is a shallow clone.*git fetch --unshallow .*fetch-depth: 0"
    ):
        split_of(tmp_path / "clone")


def test_a_partial_clone_is_refused(mono: Path, tmp_path: Path) -> None:
    run_git(mono, "config", "uploadpack.allowFilter", "true")
    run_git(tmp_path, "clone", "--quiet", "--filter=blob:none", mono.as_uri(), "clone")

    with pytest.raises(Refused, match=r"is a partial clone: .*Clone it without --filter"):
        split_of(tmp_path / "clone")


def test_grafts_are_refused(mono: Path) -> None:
    (mono / ".git/info").mkdir(exist_ok=True)
    (mono / ".git/info/grafts").write_text(run_git(mono, "rev-parse", "main") + "\n")

    with pytest.raises(Refused, match=r"grafts changes which commits are parents.*Delete it"):
        split_of(mono)


def test_replaced_objects_are_refused(mono: Path) -> None:
    run_git(mono, "replace", "main", "main~1")

    with pytest.raises(Refused, match=r"replaces 1 objects .*git replace --delete OBJECT"):
        split_of(mono)


def test_an_unknown_revision_is_refused(mono: Path) -> None:
    with pytest.raises(Refused, match=r"`nothing` is not a commit of .*Name a branch"):
        split_of(mono, "nothing")


def test_sha256_ids_are_refused(tmp_path: Path) -> None:
    run_git(tmp_path, "init", "--quiet", "--object-format=sha256", "new")

    with pytest.raises(Refused, match=r"has SHA-256 ids, which GitHub does not take"):
        split_of(tmp_path / "new", "HEAD")


def test_a_commit_that_takes_over_a_published_one_gets_it_as_a_parent(mono: Path) -> None:
    published = merge_there(mono)
    run_git(mono, "read-tree", "--prefix=x/", published)  # any path: only the paper's counts
    run_git(mono, "reset", "--quiet", "--hard")
    write(mono, f"{PAPER}/fix.py", "fix\n")
    commit(mono, f"Take over\n\nPublished-From: {PAPER} {published}")
    result = split_of(mono, published=published)

    assert result.tip == published  # the same tree: nothing new was made


def test_it_stays_a_fast_forward_with_work_meanwhile_and_an_indented_trailer(mono: Path) -> None:
    before = split_of(mono).tip
    published = merge_there(mono)
    write(mono, f"{PAPER}/mine.py", "mine\n")
    commit(mono, "Meanwhile")
    write(mono, f"{PAPER}/fix.py", "fix\n")
    commit(mono, f"Squashed commit\n\n    Take over\n\n    Published-From: {PAPER} {published}")
    result = split_of(mono, published=published)

    assert result.is_ancestor(published, result.tip)
    assert result.is_ancestor(before, result.tip)
    assert Repository(mono).is_ancestor(published, result.tip)
    assert result.trees[result.tip] == run_git(mono, "rev-parse", f"main:{PAPER}")


def test_a_takeover_that_changes_no_file_is_seen(mono: Path) -> None:
    tree = run_git(mono, "rev-parse", f"main:{PAPER}")
    before = split_of(mono).tip
    published = run_git(mono, "commit-tree", tree, "-p", before, "-m", "Undone again there")
    message = f"Take over nothing\n\nPublished-From: {PAPER} {published}"
    run_git(mono, "commit", "--quiet", "--allow-empty", "--message", message)

    assert split_of(mono, published=published).tip == published


def test_a_trailer_for_another_folder_is_not_ours(mono: Path) -> None:
    write(mono, f"{PAPER}/x", "x")
    commit(mono, f"Other\n\nPublished-From: repos/B2001_1 {'0' * 40}")

    assert split_of(mono).tip == subtree(mono)


def test_a_trailer_that_names_an_unpublished_commit_is_refused(mono: Path) -> None:
    write(mono, f"{PAPER}/x", "x")
    commit(mono, f"Wrong\n\nPublished-From: {PAPER} {run_git(mono, 'rev-parse', 'main')}")

    with pytest.raises(
        Refused,
        match=r"says `Published-From: repos/A1999_1 .*`, but that commit is not in the published repository",
    ):
        split_of(mono)


def merge_there(mono: Path) -> str:
    """Returns a commit that was merged into the published repository: fix.py on top of the split."""
    tip = split_of(mono).tip
    blob = subprocess.run(
        ["git", "-C", str(mono), "hash-object", "-w", "--stdin"],
        input=b"fix\n",
        capture_output=True,
        check=True,
    ).stdout.decode()
    listed = run_git(mono, "ls-tree", tip) + f"\n100644 blob {blob.strip()}\tfix.py\n"
    tree = subprocess.run(
        ["git", "-C", str(mono), "mktree"], input=listed.encode(), capture_output=True, check=True
    ).stdout.decode()
    return run_git(mono, "commit-tree", tree.strip(), "-p", tip, "-m", "Fix it")


def test_the_command_prints_the_id(mono: Path) -> None:
    script = str(ROOT / "tools/publishing/splitter.py")
    right, wrong, none = (
        subprocess.run([sys.executable, script, *words], cwd=mono, capture_output=True, text=True)
        for words in ([PAPER + "/"], ["repos/Nobody1900_1"], [])
    )

    assert right.stdout.strip() == split_of(mono).tip
    assert (wrong.returncode, wrong.stderr) == (
        1,
        "error: `repos/Nobody1900_1` never was in the history of HEAD.\n",
    )
    assert (none.returncode, none.stderr) == (2, "usage: splitter.py FOLDER [REVISION]\n")


@pytest.mark.parametrize("seed", range(12))
def test_any_history_gives_fast_forwards_right_trees_and_no_leak(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    main = random_history(tmp_path, draw)
    repository, before = Repository(tmp_path), None
    asked = "".join(f"{point}:{PAPER}\n" for point in run_git(tmp_path, "rev-list", "main").split())
    answers = repository.git("cat-file", "--batch-check=%(objectname)", content=asked.encode())
    own_trees = {EMPTY_TREE, *answers.decode().split()}
    for point in [point for point in main if draw.random() < 0.25] + main[-1:]:
        result = split_of(tmp_path, point)
        listed = run_git(tmp_path, "ls-tree", point, PAPER)
        if result.tip is None:
            assert not listed
            continue

        assert set(run_git(tmp_path, "log", "--format=%T", result.tip).split()) <= own_trees
        assert result.trees[result.tip] == (listed.split()[2] if listed else EMPTY_TREE)
        assert before is None or repository.is_ancestor(before, result.tip)
        before = result.tip
    assert before is not None


def random_history(root: Path, draw: random.Random) -> list[str]:
    """Makes 60 commits with branches, octopus and evil merges, second roots and deletions; returns main's."""
    run_git(root, "init", "--quiet", "--bare", "--initial-branch", "main")
    stream, files = [], {}  # mark -> its files
    mains = []
    for mark in range(1, 61):
        parents = [mains[-1]] if mains else []
        if draw.random() < 0.45 and mark > 3:  # a commit on a side branch, or a second root
            parents = [draw.randrange(1, mark)] if draw.random() < 0.9 else []
            on_main = False
        else:
            on_main = True
            others = (
                draw.choices(range(1, mark), k=draw.choice([0, 0, 1, 1, 2, 3])) if mark > 1 else []
            )
            parents = list(dict.fromkeys(parents + others))
        tree = dict(files[draw.choice(parents)]) if parents else {}  # `ours`, `theirs` or neither
        for parent in parents:
            if draw.random() < 0.5:
                tree.update(files[parent])
        for _ in range(draw.choice([0, 1, 1, 2])):
            path = draw.choice([f"{PAPER}/a", f"{PAPER}/b", f"{PAPER}/c/d", "core/x", "repos/B/s"])
            tree[path] = f"{draw.randrange(4)}"
        if draw.random() < 0.12:
            tree = {path: text for path, text in tree.items() if not path.startswith(PAPER)}
        files[mark] = tree
        who = f"Jane Doe <jane@example.org> {1_700_000_000 + draw.randrange(50)} +0000"
        lines = [f"commit refs/heads/{'main' if on_main else f'side{mark}'}", f"mark :{mark}"]
        lines += [f"author {who}", f"committer {who}", f"data <<END\nCommit {mark}\nEND", ""]
        lines += [f"from :{parent}" for parent in parents[:1]]
        lines += [f"merge :{parent}" for parent in parents[1:]]
        lines += ["deleteall"]
        for path, text in tree.items():
            lines += [f"M 100644 inline {path}", f"data {len(text)}\n{text}"]
        stream.append("\n".join(lines) + "\n")
        mains += [mark] if on_main else []
    command = ["git", "-C", str(root), "fast-import", "--quiet", f"--export-marks={root}/marks"]
    subprocess.run(command, input="".join(stream).encode(), check=True)
    marks = dict(line.split() for line in (root / "marks").read_text().splitlines())
    return [marks[f":{mark}"] for mark in mains]
