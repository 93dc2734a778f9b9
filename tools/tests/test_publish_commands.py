# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands `publish` and `bring_back`, as a maintainer gives them, and the page that explains them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import bring_back
import publish
import pytest
from conftest import ROOT, commit
from loopback_github import OWNER
from publishable import Desk, make_desk
from publishing.github import Pace

PAGE = (ROOT / "docs/publishing.md").read_text()


def run(desk: Desk, command: object, *arguments: str, token: str | None = OWNER) -> int:
    """Runs a command in this process, for a desk's checkout and GitHub."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GITHUB_SERVER_URL", desk.hub.url)
        patch.setenv("GITHUB_API_URL", desk.hub.url)
        patch.setattr("publishing.command.Pace", lambda **options: Pace(gap_s=0.0, **options))
        for variable in ("GITHUB_TOKEN", "GH_TOKEN"):
            patch.delenv(variable, raising=False)
        if token:
            patch.setenv("GH_TOKEN", token)
        return command.main(arguments, desk.root)


def shape(text: str) -> str:
    """Returns a printed plan without what differs between papers: numbers, ids, names, addresses."""
    text = re.sub(r"https?://[^\s/]+/\w+/\w+", "ADDRESS", text)
    text = re.sub(r"\b[0-9a-f]{12}\b", "ID", text)
    return re.sub(r"\b\w+\d{4}_\d\b", "NAME", re.sub(r"[\d,]+ (bytes|characters)", r"N \1", text))


def test_a_dry_run_prints_what_the_page_shows(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(desk, publish, desk.name, "--dry-run") == 0

    shown = re.search(
        r"<!-- dry-run:begin -->\n```text\n(.*)```\n<!-- dry-run:end -->", PAGE, re.S
    )[1]
    assert shape(capsys.readouterr().out) == shape(shown)
    assert desk.refs() is None


def test_every_message_that_the_page_explains_is_one_of_ours() -> None:
    quoted = re.findall(r"^\| `([^`]+)` \|", PAGE, re.M)
    sources = [file.read_text() for file in (ROOT / "tools/publishing").glob("*.py")]
    joined = re.sub(r'"\s*f?"', "", "\n".join(sources))

    assert len(quoted) > 10
    assert [words for words in quoted if words not in joined] == []


def test_a_missing_token_is_told(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GH_CONFIG_DIR", "/nonexistent")

    assert run(desk, publish, desk.name, token=None) == 1
    assert "error: there is no token for 127.0.0.1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "error: name the papers to publish, or give --all"),
        (["core", "--all"], "error: name the papers to publish, or give --all"),
        (["Kingma"], "error: there is no `Kingma` here. Nearest: "),
        (["core", "--force"], "unrecognized arguments: --force"),
    ],
)
def test_misuse_exits_with_2(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        publish.main(arguments)

    assert left.value.code == 2
    assert told in capsys.readouterr().err


def test_all_publishes_what_names_its_repository_and_goes_on_after_a_refusal(
    desk: Desk, released: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = make_desk(tmp_path / "other", released, desk.hub)
    (broken.folder / "LICENSE").unlink()
    broken.folder.rename(desk.folder.parent / broken.name)
    unnamed = desk.folder.parent / "Unnamed1990_1"
    unnamed.mkdir()
    (unnamed / "paper.toml").write_text("")
    (unnamed / "pyproject.toml").write_text("[project]\n")
    commit(desk.root, "Add two more papers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("publishing.preflight.examine_paper", lambda *_: None)
        first = run(desk, publish, "--all")
        told = capsys.readouterr()
        desk.changes()
        second = run(desk, publish, "--all")

    assert (first, second) == (1, 1)
    assert "Unnamed1990_1: left out, its pyproject.toml names no repository" in told.out
    assert f"error: {broken.name}: repos/{broken.name} has no LICENSE" in told.err
    assert told.out.splitlines()[-1] == "1 published, 0 as they should be, 1 refused"
    assert capsys.readouterr().out.splitlines()[-1] == "0 published, 1 as they should be, 1 refused"
    assert desk.changes() == []


def test_all_stops_where_github_fails_and_goes_on_from_there(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.hub.fault("POST", r"/releases$", (500, {"message": "no"}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("publishing.preflight.examine_paper", lambda *_: None)
        first, second, third = (run(desk, publish, "--all") for _ in range(3))

    assert (first, second, third) == (1, 0, 0)
    assert "POST /repos/" in capsys.readouterr().err
    assert set(desk.refs()) == {"refs/heads/main", "refs/tags/v1.0.0"}


def test_bringing_back_tells_how_to_go_on(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.publish()
    nothing = run(desk, bring_back, desk.name)
    clone = desk.clone(tmp_path / "clone")
    (clone / "fix.py").write_text("fix\n")
    commit(clone, "Fix it there")
    desk.merge_there(clone)
    something, again = run(desk, bring_back, desk.name), run(desk, bring_back, desk.name)
    told = capsys.readouterr()

    assert (nothing, something, again) == (0, 0, 1)
    lines = told.out.splitlines()
    assert lines[0] == f"{desk.name}: everything that was merged there is here"
    assert lines[1] == f"import/{desk.name} takes over 1 commits:"
    assert lines[2].endswith("Fix it there (Ann Other)")
    assert lines[3] == f"Look at it, then merge it: git merge import/{desk.name}"
    assert f"error: the branch import/{desk.name} has it already" in told.err


def test_stopping_it_is_no_mishap(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    def stop(_: object) -> bool:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("publishing.preflight.examine_paper", lambda *_: None)
        patch.setattr("publishing.remote.Remote.push", lambda *_: stop(None))
        stopped = run(desk, publish, desk.name)
    assert stopped == 130
    assert (
        "stopped; what is done stays, and the same command goes on from there"
        in capsys.readouterr().err
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("publishing.preflight.examine_paper", lambda *_: None)
        assert run(desk, publish, desk.name) == 0


@pytest.mark.parametrize("session", ["publish", "bring_back"])
def test_the_sessions_reach_the_commands(session: str) -> None:
    command = [
        sys.executable,
        "-m",
        "nox",
        "-f",
        str(ROOT / "noxfile.py"),
        "-s",
        session,
        "--",
        "--help",
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ)

    assert done.returncode == 0
    assert f"usage: nox -s {session} --" in done.stdout
