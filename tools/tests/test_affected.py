# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import affected
import pytest
from affected import Change, groups
from conftest import ROOT, commit, run_git
from wheels import WheelError

ENTRY = '["{version}"]\ndate = 2026-01-01\ntree = "{tree}"\nwheel = "w"\nrun_half = "r"\n'


@pytest.fixture
def monorepo(checkout: Path) -> Path:
    """A checkout with two papers that pin 0.1.0 and one that pins 0.2.0, and the real template."""
    write(
        checkout,
        "releases.toml",
        "".join(ENTRY.format(version=v, tree=v) for v in ("0.1.0", "0.2.0")),
    )
    write(checkout, ".gitignore", ".ldlc/\n")
    shutil.copytree(ROOT / "templates", checkout / "templates")
    for name, version in (("A1999_1", "0.1.0"), ("B1999_1", "0.1.0"), ("C1999_1", "0.2.0")):
        write(checkout, f"repos/{name}/paper.toml", "")
        write(
            checkout,
            f"repos/{name}/pyproject.toml",
            f'[project]\ndependencies = ["ldlc=={version}"]\n',
        )
    commit(checkout, "Add papers")
    return checkout


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def since_head(root: Path) -> dict[str, list[str]]:
    return affected.affected(root, "HEAD").papers


def test_nothing_is_affected_by_nothing(monorepo: Path) -> None:
    assert affected.affected(monorepo, "HEAD") == Change()


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_paper_is_affected_by_its_own_folder(monorepo: Path, is_committed: bool) -> None:
    write(monorepo, "repos/B1999_1/new.py", "")
    write(monorepo, "repos/C1999_1/.ldlc/runs/0.json", "ignored")
    if is_committed:
        commit(monorepo, "Change a paper")

    assert affected.affected(monorepo, f"HEAD{'~1' * is_committed}").papers == {
        "B1999_1": ["its folder"]
    }


def test_a_removed_file_and_a_removed_paper_count(monorepo: Path) -> None:
    write(monorepo, "repos/A1999_1/old.py", "")
    commit(monorepo, "Add a file")
    (monorepo / "repos/A1999_1/old.py").unlink()
    shutil.rmtree(monorepo / "repos/B1999_1")

    assert since_head(monorepo) == {"A1999_1": ["its folder"]}


@pytest.mark.parametrize("change", ["another tree", "gone"])
def test_papers_are_affected_by_the_release_that_they_pin(monorepo: Path, change: str) -> None:
    table = monorepo / "releases.toml"
    entry = ENTRY.format(version="0.1.0", tree="0.1.0")
    table.write_text(
        table.read_text().replace(
            entry, "" if change == "gone" else entry.replace('= "0.', '= "1.')
        )
    )

    assert since_head(monorepo) == {"A1999_1": ["core 0.1.0"], "B1999_1": ["core 0.1.0"]}


def test_a_new_release_affects_nobody_who_does_not_pin_it(monorepo: Path) -> None:
    with (monorepo / "releases.toml").open("a") as table:
        table.write("# core\n" + ENTRY.format(version="0.3.0", tree="abc"))

    assert since_head(monorepo) == {}


def test_work_on_core_affects_no_paper_but_is_tested(monorepo: Path) -> None:
    write(monorepo, "core/src/ldlc/__init__.py", "CHANGED = True\n")

    assert affected.affected(monorepo, "HEAD") == Change({}, ("core", "tools"))


@pytest.mark.parametrize(
    "path", ["core/src/ldlc/checks/name.py", "tools/gates.py", "tools/across/twice.py"]
)
def test_everyone_is_affected_by_the_checks(monorepo: Path, path: str) -> None:
    write(monorepo, path, "CHANGED = True\n")

    assert {name: ["the checks"] for name in ("A1999_1", "B1999_1", "C1999_1")} == since_head(
        monorepo
    )


PAPER = "templates/paper/{{cookiecutter.name}}"


@pytest.mark.parametrize(
    ("path", "binds"),
    [
        (f"{PAPER}/noxfile.py", True),  # locked
        (f"{PAPER}/pyproject.toml", True),  # merged
        (f"{PAPER}/unheard-of.toml", True),  # no class: files.toml is to be mended
        ("templates/paper/files.toml", True),
        ("templates/paper/ldlc_scaffold.py", True),
        ("templates/paper/templates/ruff.toml", False),
        (f"{PAPER}/paper.toml", False),  # written once
        (f"{PAPER}/{{{{cookiecutter.name}}}}/model.py", False),
        ("templates/paper/locks/numpy.lock", False),
        ("templates/paper/templates/keras/model.py", False),
    ],
)
def test_everyone_is_affected_by_what_the_template_demands(
    monorepo: Path, path: str, binds: bool
) -> None:
    write(monorepo, path, (ROOT / path).read_text() + "# more\n" if (ROOT / path).exists() else "")

    change = affected.affected(monorepo, "HEAD")
    assert change.papers == (
        {name: ["the template"] for name in ("A1999_1", "B1999_1", "C1999_1")} if binds else {}
    )
    assert change.parts == ("tools", "template")


def test_reasons_add_up(monorepo: Path) -> None:
    write(monorepo, "repos/C1999_1/new.py", "")
    write(monorepo, "tools/gates.py", "")

    assert since_head(monorepo)["C1999_1"] == ["its folder", "the checks"]


def test_what_the_other_branch_did_since_does_not_count(monorepo: Path) -> None:
    run_git(monorepo, "switch", "--quiet", "--create", "mine")
    write(monorepo, "repos/A1999_1/new.py", "")
    commit(monorepo, "Mine")
    run_git(monorepo, "switch", "--quiet", "main")
    write(monorepo, "repos/B1999_1/new.py", "")
    commit(monorepo, "Theirs")
    run_git(monorepo, "switch", "--quiet", "mine")

    assert list(affected.affected(monorepo, "main").papers) == ["A1999_1"]


def test_before_the_first_commit_of_a_branch_there_was_nothing(monorepo: Path) -> None:
    assert list(affected.affected(monorepo, "0" * 40).papers) == ["A1999_1", "B1999_1", "C1999_1"]


def test_a_paper_without_a_sound_pin_is_left_to_its_check(monorepo: Path) -> None:
    write(monorepo, "repos/A1999_1/pyproject.toml", "")
    commit(monorepo, "Break a pin")
    (monorepo / "releases.toml").write_text("")

    assert list(since_head(monorepo)) == ["B1999_1", "C1999_1"]


@pytest.mark.parametrize("since", ["nothing", "", "--output=x", "HEAD:core"])
def test_a_commit_that_is_not_here_is_told(monorepo: Path, since: str) -> None:
    with pytest.raises(
        WheelError, match=rf"`{since}` is no commit of this clone .*fetch it: git fetch origin"
    ):
        affected.affected(monorepo, since)


def test_a_shallow_clone_is_told_what_to_fetch(monorepo: Path, tmp_path: Path) -> None:
    first = run_git(monorepo, "rev-list", "--max-parents=0", "HEAD")
    run_git(tmp_path, "clone", "--quiet", "--depth", "1", monorepo.as_uri(), "shallow")

    with pytest.raises(WheelError, match="fetch it: git fetch --unshallow"):
        affected.affected(tmp_path / "shallow", first)


def test_a_branch_is_held_against_the_one_it_follows(monorepo: Path, tmp_path: Path) -> None:
    run_git(tmp_path, "clone", "--quiet", str(monorepo), "mine")

    assert affected.upstream(tmp_path / "mine") == "origin/main"
    assert affected.upstream(monorepo) == "HEAD"


def test_papers_are_shared_out_over_few_jobs() -> None:
    names = [f"P{i}" for i in range(45)]
    shared = groups(names)

    assert [len(group.split()) for group in shared] == [3] * 5 + [2] * 15
    assert sorted(" ".join(shared).split()) == sorted(names)
    assert groups(["A", "B"]) == ["A", "B"]
    assert groups([]) == []


def test_the_command_tells_people_and_machines(
    monorepo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(affected, "ROOT", monorepo)
    write(monorepo, "repos/C1999_1/new.py", "")

    assert affected.main(["--since", "HEAD"]) == 0
    said = capsys.readouterr()
    assert said.out == "C1999_1: its folder\n"
    assert said.err == "1 of 3 papers; besides: nothing\n"
    assert affected.main(["--since", "HEAD", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"papers": ["C1999_1"], "parts": []}
    assert affected.main(["--since", "nothing"]) == 2
    assert "error: `nothing` is no commit" in capsys.readouterr().err


def test_every_path_of_a_part_is_there() -> None:
    """Who moves a file moves it here too."""
    tracked = run_git(ROOT, "ls-files").splitlines()
    named: Callable[[str], bool] = lambda start: any(path.startswith(start) for path in tracked)  # noqa: E731
    paths = {path for part in affected.PARTS.values() for path in part}

    assert [path for path in sorted(paths) if not named(path)] == []
