# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What GitHub, the network and others do to a publication: nothing is half done, or the next run completes it."""

from __future__ import annotations

import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from conftest import commit, run_git
from loopback_github import OTHER, OWNER, READER
from publishable import Desk
from publishing.errors import Refused, Unfinished
from publishing.ready import alone
from publishing.repository import GitError, Repository

WORKFLOW_HOOK = """\
#!/bin/sh
while read old new ref; do
  if git ls-tree -r --name-only $new | grep -q '^.github/workflows/'; then
    echo "refusing to allow a Personal Access Token to create or update workflow" \\
      "\\`.github/workflows/ci.yml\\` without \\`workflow\\` scope" >&2
    exit 1
  fi
done
"""
PROTECTED_HOOK = """\
#!/bin/sh
if [ "$1" = refs/heads/main ]; then
  echo "GH006: Protected branch update failed for refs/heads/main." >&2
  echo "error: Cannot push to this protected branch" >&2
  exit 1
fi
"""


def refused(desk: Desk, match: str, **options: object) -> None:
    """Checks that a publication is refused with these words, and that nothing was written."""
    before = desk.refs()
    desk.changes()
    with pytest.raises(Refused, match=match) as told:
        desk.publish(**options)
    assert desk.changes() == []
    assert desk.refs() == before
    assert OWNER not in str(told.value)


def unfinished(desk: Desk, match: str, **options: object) -> None:
    """Checks that a publication stops with these words."""
    with pytest.raises(Unfinished, match=match) as told:
        desk.publish(**options)
    assert OWNER not in str(told.value)


def completed(desk: Desk) -> None:
    """Checks that the next run completes everything, once, and that the one after it has nothing to do."""
    desk.hub.faults.clear()
    desk.publish()
    desk.changes()

    assert desk.publish() == []
    assert desk.changes() == []
    assert set(desk.refs()) == {"refs/heads/main", "refs/tags/v1.0.0"}
    (release,) = desk.releases()
    assert not release["draft"]
    assert len(release["assets"]) == 4


def install_hook(desk: Desk, text: str, name: str = "pre-receive") -> None:
    hook = desk.bare / "hooks" / name
    hook.write_text(text)
    hook.chmod(0o755)


# tokens and rights


def test_a_token_that_github_does_not_know(desk: Desk) -> None:
    refused(
        desk,
        r"GET /repos/.*: 401 Bad credentials: GitHub does not accept the token from the test\. Make a new one",
        token="nobody-knows-me",
    )


def test_a_token_that_may_only_read(desk: Desk) -> None:
    desk.publish()
    desk.write("more.py", "")
    desk.commit("More")
    refused(
        desk,
        r"the token may read octo/.* but not write to it\. It needs: Administration, Contents",
        token=READER,
    )


def test_a_token_without_the_right_to_push(desk: Desk) -> None:
    desk.hub.fault("GET", r"service=git-receive-pack", (403, b"Permission denied\n"), 9)
    unfinished(
        desk,
        r"step 2 of 9 failed, push.*\n(.*\n)*the push to .* was not taken, and nothing of it: "
        r"the token lacks the right Contents: write",
    )

    assert desk.refs() == {}
    assert desk.releases() == []
    completed(desk)


def test_a_token_without_the_right_to_change_workflows(desk: Desk) -> None:
    def hook(_: object) -> bool:
        install_hook(desk, WORKFLOW_HOOK)
        return False

    desk.hub.fault("POST", r"git-receive-pack$", hook)
    unfinished(
        desk,
        r"the token lacks the right Workflows: write \(a classic one: the scope workflow\)\. Git says:",
    )

    assert desk.refs() == {}
    (desk.bare / "hooks/pre-receive").unlink()
    completed(desk)


def test_a_token_without_the_right_to_create(desk: Desk) -> None:
    answer = {"message": "Resource not accessible by personal access token"}
    wanted = [("X-Accepted-GitHub-Permissions", "administration=write")]
    desk.hub.fault("POST", r"/user/repos$", (403, answer, wanted))
    unfinished(
        desk,
        r"403 Resource not accessible .*: the token from the test may not do this\. "
        r"It needs: administration=write",
    )

    assert desk.refs() is None
    completed(desk)


def test_somebody_elses_token_creates_nothing(desk: Desk) -> None:
    refused(
        desk,
        r"the token from the test is other's, and nobody can create a repository for the user octo",
        token=OTHER,
    )


def test_an_owner_that_is_not_there(desk: Desk) -> None:
    text = (desk.folder / "pyproject.toml").read_text()
    desk.write("pyproject.toml", text.replace("/octo/", "/nobody/"))
    desk.commit("Name nobody")
    refused(desk, r"there is no user or organisation nobody on GitHub\. Correct --owner")


def test_the_token_is_nowhere(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    stolen = home / "stolen"
    (home / ".gitconfig").write_text(
        "[credential]\n\thelper = store\n"
        f'[url "http://127.0.0.1:9/"]\n\tinsteadOf = {desk.hub.url}/\n\tpushInsteadOf = {desk.hub.url}/\n'
        f'[http "{desk.hub.url}/"]\n\textraHeader = Authorization: Basic bm9ib2R5Om5vYm9keQ==\n'
        f"[core]\n\thooksPath = {home}/hooks\n[push]\n\tfollowTags = true\n"
    )
    (home / "hooks").mkdir()
    for hook in ("pre-push", "reference-transaction"):
        (home / "hooks" / hook).write_text(
            f"#!/bin/sh\nenv | grep LDLC_PUBLISH_TOKEN >> {stolen}\nexit 0\n"
        )
        (home / "hooks" / hook).chmod(0o755)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("GIT_CONFIG_GLOBAL")
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    monkeypatch.setenv("GIT_TRACE_CURL", str(tmp_path / "trace"))
    seen: list[str] = []
    over = threading.Event()
    watcher = threading.Thread(target=watch_arguments, args=(seen, over))
    watcher.start()
    try:
        desk.publish()
        run_git(desk.root, "update-ref", "-d", f"refs/published/{desk.full_name}")
        desk.publish()  # which fetches it again
    finally:
        over.set()
        watcher.join()

    assert any("receive-pack" in words or "remote-http" in words for words in seen)
    assert not any(OWNER in words for words in seen)
    assert OWNER not in (stolen.read_text() if stolen.exists() else "")
    assert not (home / ".git-credentials").exists()
    assert OWNER not in "\n".join(desk.said)
    assert OWNER not in repr(desk.publisher())
    files = [
        file
        for folder in (desk.root, home, tmp_path)
        for file in folder.rglob("*")
        if file.is_file()
    ]
    assert not [file for file in files if OWNER.encode() in file.read_bytes()]


def watch_arguments(seen: list[str], over: threading.Event) -> None:
    """Collects the arguments of every process, again and again."""
    while not over.is_set():
        seen += subprocess.run(
            ["ps", "-eo", "args="], capture_output=True, text=True
        ).stdout.splitlines()


# the network


def test_a_server_that_is_down(desk: Desk) -> None:
    refused(
        desk,
        r"GET /repos/.*: no whole answer from http://127\.0\.0\.1:1: .*[Rr]efused.* Look at your network",
        base="http://127.0.0.1:1",
    )
    assert desk.slept == [1.0, 2.0, 4.0]


def test_a_failure_on_creating(desk: Desk) -> None:
    desk.hub.fault("POST", r"/user/repos$", (502, {"message": "Server Error"}))
    unfinished(
        desk, r"step 1 of 9 failed, create the repository.*\nPOST /user/repos: 502 Server Error"
    )

    assert desk.refs() is None
    completed(desk)


@pytest.mark.parametrize(
    "path", [r"/user/repos$", r"git-receive-pack$", r"/releases$", r"/assets\?name=record"]
)
def test_an_answer_that_is_lost_is_looked_up(desk: Desk, path: str) -> None:
    desk.hub.fault("POST", path, "lost")
    desk.publish()

    completed(desk)


@pytest.mark.parametrize("path", [r"git-receive-pack$", r"/releases$", r"/assets\?name=record"])
def test_a_cut_is_completed_by_the_next_run(desk: Desk, path: str) -> None:
    desk.hub.fault("POST", path, "cut", 9)
    unfinished(
        desk,
        r"step \d of 9 failed, .*\n(.*\n)*What is done stays, and the same command goes on from there",
    )

    assert all(release["draft"] for release in desk.releases())
    assert set(desk.refs()) in (set(), {"refs/heads/main", "refs/tags/v1.0.0"})
    completed(desk)


@pytest.mark.parametrize("step", ["/topics$", r"/releases/\d+$"])
def test_a_cut_of_what_may_be_repeated_is_repeated(desk: Desk, step: str) -> None:
    desk.hub.fault("PUT", step, "cut")
    desk.hub.fault("PATCH", step, (500, b"<html>Unicorn</html>", [("Content-Type", "text/html")]))
    desk.publish()

    completed(desk)


def test_an_answer_that_takes_too_long(desk: Desk) -> None:
    desk.hub.fault("GET", r"/repos/", "slow", 9)
    refused(desk, r"no whole answer from .*: it took too long", timeout_s=0.3)


def test_an_answer_that_is_not_whole(desk: Desk) -> None:
    desk.hub.fault("GET", r"/repos/", (200, b'{"full_na', [("Content-Length", "9")]), 9)
    refused(desk, r"no whole answer from .*: what came is not JSON")


def test_an_answer_that_ends_early_is_asked_for_again(desk: Desk) -> None:
    desk.publish()
    desk.hub.fault(
        "GET", r"/repos/", (200, b'{"full_na', [("Content-Length", "900"), ("Connection", "close")])
    )
    desk.hub.fault("GET", r"/releases\?", (502, b"<html>Bad gateway</html>"))

    assert desk.publish() == []
    assert desk.slept == [1.0, 1.0]


def test_a_failure_told_in_html(desk: Desk) -> None:
    desk.hub.fault("GET", r"/repos/", (503, b"<html>Unicorn</html>"), 9)
    refused(desk, r"503 Service Unavailable \(and a page that is not JSON\)")


def test_a_rate_limit_is_waited_for(desk: Desk) -> None:
    told = {"message": "You have exceeded a secondary rate limit"}
    desk.hub.fault("POST", r"/user/repos$", (403, told, [("Retry-After", "7")]), 2)
    desk.publish()

    assert desk.slept == [7.0, 7.0]
    assert "waiting 7 s: GitHub limits our requests (403)" in desk.said
    completed(desk)


def test_a_rate_limit_that_does_not_end(desk: Desk) -> None:
    desk.hub.fault("POST", r"/user/repos$", (429, {"message": "slow down"}), 9)
    unfinished(
        desk, r"429 slow down: GitHub still limits our requests\. Give the same command again later"
    )

    assert desk.slept == [60.0, 120.0, 240.0]
    assert desk.refs() is None
    completed(desk)


def test_a_redirect_is_not_followed_with_the_token(desk: Desk) -> None:
    elsewhere = f"http://localhost:{desk.hub.url.rpartition(':')[2]}/elsewhere"
    desk.hub.fault("GET", r"^/repos/", (307, {"message": "Moved"}, [("Location", elsewhere)]))
    with pytest.raises(
        Refused,
        match=r"307 Moved: it moved to http://localhost:\d+/elsewhere; the token was not sent",
    ):
        desk.publish()

    assert [path for _, path, _ in desk.hub.requests] == [f"/repos/{desk.full_name}"]


def test_a_redirect_of_git_is_not_followed_with_the_token(desk: Desk) -> None:
    desk.publish()
    desk.changes()
    elsewhere = f"http://localhost:{desk.hub.url.rpartition(':')[2]}/octo/else.git/info/refs"
    moved = (301, b"", [("Location", f"{elsewhere}?service=git-upload-pack")])
    desk.hub.fault("GET", rf"{desk.name}\.git/info/refs", moved, 9)
    with pytest.raises(Refused, match=r"unable to access|redirect"):
        desk.publish()

    assert len(desk.hub.requests) > 1
    assert not any("else.git" in path for _, path, _ in desk.hub.requests)


def test_an_upload_address_of_another_host_gets_no_token(desk: Desk) -> None:
    def other_host(handler: object) -> bool:
        _, content, _ = handler._ask("GET", handler.route, handler.query)
        told = content.decode().replace(
            f'"upload_url":"{desk.hub.url}', '"upload_url":"http://localhost:9'
        )
        handler.answer(200, told.encode())
        return True

    desk.hub.fault("GET", r"/releases\?", other_host, 9)
    unfinished(
        desk,
        r"step 5 of 9 failed, upload .*\nGitHub named the address http://localhost:9, which is not its own; "
        r"the token was not sent there",
    )

    completed(desk)


def test_an_asset_that_was_not_uploaded_whole_is_uploaded_again(desk: Desk) -> None:
    desk.hub.fault("POST", r"/assets\?name=report.json", "cut")
    unfinished(desk, r"upload report\.json")
    broken = next(a["id"] for a in desk.releases()[0]["assets"] if a["name"] == "record.zip")
    desk.hub.starters.add(broken)
    desk.hub.faults.clear()
    steps = desk.publish()

    assert [str(step) for step in steps] == [
        "remove record.zip from the release v1.0.0: it is not the whole file",
        "upload record.zip (145 bytes) to v1.0.0",
        "upload report.json (55 bytes) to v1.0.0",
        "publish the release v1.0.0",
    ]
    completed(desk)


def test_a_draft_with_another_file_gets_ours(desk: Desk) -> None:
    desk.hub.fault("PATCH", r"/releases/\d+$", (500, {"message": "no"}), 9)
    unfinished(desk, r"publish the release v1\.0\.0.*\nPATCH .*: 500 no")
    (release,) = desk.releases()
    (asset,) = (a for a in release["assets"] if a["name"] == "report.json")
    desk.hub.assets[asset["id"]] = b"x" * 55

    completed(desk)


def test_what_does_not_show_after_a_while_is_told(desk: Desk) -> None:
    desk.hub.fault("GET", r"/releases/tags/", (404, {"message": "Not Found"}), 9)
    unfinished(
        desk,
        r"was published, but the release v1\.0\.0 is not to be seen\. Give the same command again",
    )

    assert desk.slept == [1.0, 2.0, 4.0]
    completed(desk)


def test_a_wheel_that_visitors_do_not_get_is_told(desk: Desk) -> None:
    desk.hub.fault("GET", r"/releases/download/", (404, b""), 9)
    unfinished(
        desk,
        r"was published, but http://.*/releases/download/v1\.0\.0/ldlc-.*\.whl cannot be read: .*404",
    )


# what others did there


def push_there(desk: Desk, folder: Path, file: str = "fix.py") -> str:
    clone = desk.clone(folder)
    (clone / file).write_text("fix\n")
    new = commit(clone, "Fix it there")
    desk.merge_there(clone)
    return new


def test_what_was_merged_there_is_never_overwritten(desk: Desk, tmp_path: Path) -> None:
    desk.publish()
    push_there(desk, tmp_path / "clone")
    desk.write("mine.py", "")
    desk.commit("Meanwhile")
    refused(
        desk,
        r"its branch main stands at .*, which is not in the history here\..* bring it back first: "
        r"nox -s bring_back -- ",
    )


def test_a_history_that_was_rewritten_here_is_refused(desk: Desk) -> None:
    desk.publish()
    run_git(desk.root, "commit", "--quiet", "--amend", "--message", "Rewritten")
    refused(desk, r"Nothing is ever overwritten there")


def test_another_repository_with_the_same_name_is_refused(desk: Desk, tmp_path: Path) -> None:
    desk.github().write("POST", "/user/repos", {"name": desk.name})
    other = tmp_path / "unrelated"
    other.mkdir()
    run_git(other, "init", "--quiet", "--initial-branch", "main")
    run_git(other, "config", "user.name", "Jane Doe")
    run_git(other, "config", "user.email", "jane@example.org")
    (other / "x").write_text("x")
    commit(other, "Something else")
    desk.merge_there(other)
    refused(desk, r"If the repository is another one with the same name, rename that")


def test_changes_without_a_new_version_are_refused(desk: Desk) -> None:
    desk.publish()
    desk.write("model.py", "x = 1\n")
    desk.commit("Write the model")
    refused(
        desk,
        r"v1\.0\.0 is published already, and there is something new since\. Raise the version in pyproject\.toml",
    )


def test_a_version_below_a_published_one_is_refused(desk: Desk) -> None:
    desk.publish()
    desk.raise_version("0.9.0")
    refused(desk, r"has v1\.0\.0 already, which is above 0\.9\.0\. Raise the version")


def test_a_tag_that_was_moved_is_refused(desk: Desk) -> None:
    desk.publish()
    tree = run_git(desk.bare, "rev-parse", "main^{tree}")
    run_git(desk.bare, "config", "user.name", "Jane Doe")
    run_git(desk.bare, "config", "user.email", "jane@example.org")
    moved = run_git(desk.bare, "commit-tree", tree, "-m", "Elsewhere")
    run_git(desk.bare, "tag", "--force", "v1.0.0", moved)
    refused(
        desk, r"the tag v1\.0\.0 stands at .*, not at .* as published from here\. Somebody moved it"
    )


def test_an_asset_of_a_published_release_that_differs_is_refused(desk: Desk) -> None:
    desk.publish()
    (release,) = desk.releases()
    (asset,) = (a for a in release["assets"] if a["name"] == "report.json")
    desk.hub.assets[asset["id"]] = b"y" * asset["size"]
    refused(
        desk,
        r"report\.json of the published release v1\.0\.0 is another file than here\. What was published",
    )


def test_two_releases_for_one_tag_are_refused(desk: Desk) -> None:
    desk.publish()
    about = {"tag_name": "v1.0.0", "name": "again", "body": "", "draft": True}
    desk.github().write("POST", f"/repos/{desk.full_name}/releases", about)
    refused(desk, r"has 2 releases for the tag v1\.0\.0: http.*, http.*\. Delete all but one there")


def test_an_archived_repository_is_refused(desk: Desk) -> None:
    desk.publish()
    desk.github().write("PATCH", f"/repos/{desk.full_name}", {"archived": True})
    desk.write("model.py", "")
    desk.commit("More")
    refused(desk, r"is archived on GitHub\. Unarchive it in its settings")


def test_a_renamed_repository_is_refused(desk: Desk) -> None:
    desk.publish()
    to = f"{desk.hub.url}/repositories/1"
    desk.hub.fault("GET", r"^/repos/", (301, {"message": "Moved Permanently"}, [("Location", to)]))
    refused(
        desk,
        r"301 Moved Permanently: it moved to .*/repositories/1; .* Was the repository renamed\?",
    )


def test_a_repository_that_answers_by_another_name_is_refused(desk: Desk) -> None:
    desk.publish()
    desk.hub.fault("GET", r"^/repos/", (200, {"full_name": "octo/Renamed2000_1"}))
    refused(desk, r"was renamed to octo/Renamed2000_1 on GitHub\. Rename it back")


def test_a_repository_that_was_deleted_is_not_made_anew_by_itself(desk: Desk) -> None:
    desk.publish()
    desk.github().write("DELETE", f"/repos/{desk.full_name}")
    shutil.rmtree(desk.bare)
    refused(
        desk, r"was there before and is not any more, .*: git update-ref -d refs/published/octo/"
    )
    run_git(desk.root, "update-ref", "-d", f"refs/published/{desk.full_name}")

    completed(desk)


def test_a_protected_branch_gets_no_tag_either(desk: Desk) -> None:
    desk.publish()
    before = desk.refs()
    install_hook(desk, PROTECTED_HOOK, "update")  # which refuses one ref, as GitHub does
    desk.raise_version("1.1.0")
    unfinished(
        desk, r"its branch main is protected: let the token's owner bypass the rule\. Git says:"
    )

    assert desk.refs() == before
    assert len(desk.releases()) == 1


def test_somebody_who_pushes_between_look_and_push_wins(desk: Desk, tmp_path: Path) -> None:
    desk.publish()
    desk.raise_version("1.1.0")

    def other(_: object) -> bool:
        if not (tmp_path / "clone").exists():
            push_there(desk, tmp_path / "clone")
        return False

    desk.hub.fault("GET", r"service=git-receive-pack", other)
    unfinished(desk, r"step 1 of 7 failed.*\n.*somebody pushed there meanwhile")

    assert "refs/tags/v1.1.0" not in desk.refs()
    assert run_git(desk.bare, "log", "-1", "--format=%s", "main") == "Fix it there"


def test_two_who_publish_at_once_make_one_release(desk: Desk, tmp_path: Path) -> None:
    run_git(tmp_path, "clone", "--quiet", str(desk.root), "other")
    run_git(tmp_path / "other", "remote", "remove", "origin")
    second = Desk(tmp_path / "other", desk.name, desk.hub)
    failures: list[Exception] = []

    def publish(who: Desk) -> None:
        try:
            who.publish()
        except (Refused, Unfinished) as error:
            failures.append(error)

    threads = [threading.Thread(target=publish, args=(who,)) for who in (desk, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(failures) < 2
    assert len(desk.releases()) == 1
    completed(desk)


def test_a_second_draft_is_taken_back(desk: Desk) -> None:
    def other(handler: object) -> bool:
        about = b'{"tag_name": "v1.0.0", "name": "other", "body": "", "draft": true}'
        handler._ask("POST", handler.route, content=about)
        return False

    desk.hub.fault("POST", r"/releases$", other)
    unfinished(
        desk,
        r"somebody else is publishing v1\.0\.0 at this moment; our second draft of it was taken back",
    )

    assert [release["name"] for release in desk.releases()] == ["other"]
    completed(desk)


def test_two_on_one_machine_wait_for_each_other(desk: Desk) -> None:
    with alone(Repository(desk.root), desk.full_name):
        refused(desk, r"is being published from here at this moment\. Wait for that")


# what lies here


@pytest.mark.parametrize(
    ("file", "text", "match"),
    [
        ("LICENSE", None, r"has no LICENSE \(the text of the GPLv3\)\. Add it and commit"),
        ("REPORT.md", None, r"has no REPORT\.md \(the verdicts; .*--record` makes it\)"),
        (
            ".github/workflows/ci.yml",
            None,
            r"has no workflow under \.github/workflows/ \(its tests\)",
        ),
        ("pyproject.toml", "[project", r"pyproject\.toml is not TOML: .*Correct it and commit"),
        ("paper.toml", "x = ", r"paper\.toml is not TOML: .*Correct it and commit"),
        (
            "CITATION.cff",
            "version: 9.9.9\n",
            r"CITATION\.cff says version 9\.9\.9, but pyproject\.toml says 1\.0\.0",
        ),
        (
            "core.lock",
            "",
            r"core\.lock has no hash for core 0\.1\.0, .*Write there: ldlc==0\.1\.0 --hash=sha256:HASH",
        ),
        ("report.json", "{}", r"report\.json has no `headline`\. Write it anew: nox -s report -- "),
    ],
)
def test_what_would_not_work_by_itself_is_refused(
    desk: Desk, file: str, text: str | None, match: str
) -> None:
    if text is None:
        (desk.folder / file).unlink()
    else:
        desk.write(file, text)
    desk.commit("Break it")
    refused(desk, match)


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        (
            "ldlc==0.1.0",
            "ldlc>=0.1.0",
            r'must pin a released core exactly: one dependency "ldlc\[FRAMEWORK\]==X\.Y\.Z"',
        ),
        (
            '"ldlc==0.1.0"',
            '"ldlc==0.1.0", "x @ file:///tmp/x"',
            r"the dependency `x @ file:///tmp/x` is a path",
        ),
        (
            'version = "1.0.0"',
            'version = "1.0"',
            r"`version` must be three numbers, got `1\.0`\. Write it like 0\.1\.0",
        ),
        (
            "[project.urls]",
            "[tool.uv.sources]\nldlc = {}\n[project.urls]",
            r"has \[tool\.uv\.sources\], which leads into",
        ),
        (
            "Repository = ",
            "Other = ",
            r"names no repository, so the owner is not known\. Give --owner OWNER, or write",
        ),
        (
            'name = "',
            'name = "x',
            r"`name` must be `Author.*`, like the folder, got `xAuthor.*`\. Correct it",
        ),
        (
            "Monorepo = ",
            "Other = ",
            r'does not say where the paper is developed, .*\n.*\n  Monorepo = "https://github',
        ),
        ("Repository = ", 'X = "', r"pyproject\.toml is not TOML"),
    ],
)
def test_a_pyproject_that_leads_elsewhere_is_refused(
    desk: Desk, old: str, new: str, match: str
) -> None:
    desk.write("pyproject.toml", (desk.folder / "pyproject.toml").read_text().replace(old, new))
    desk.commit("Break it")
    refused(desk, match)


def test_another_owner_than_the_paper_names_is_refused(desk: Desk) -> None:
    refused(
        desk,
        r"names the repository .*/octo/.*, and a clone finds core's wheel by that name\. Write and commit:\n"
        r'  \[project\.urls\]\n  Repository = ".*/papers/.*"\nor publish it there: --owner octo',
        owner="papers",
    )


def test_a_pin_that_is_no_release_is_refused(desk: Desk) -> None:
    for file in ("pyproject.toml", "core.lock"):
        desk.write(file, (desk.folder / file).read_text().replace("ldlc==0.1.0", "ldlc==0.7.0"))
    desk.commit("Pin what is not there")
    refused(desk, r"core `0\.7\.0` is not a release; releases\.toml lists: 0\.1\.0")


def test_a_lock_of_another_wheel_is_refused(desk: Desk) -> None:
    desk.write("core.lock", f"ldlc==0.1.0 --hash=sha256:{'0' * 64}\n")
    desk.commit("Name another wheel")
    refused(desk, r"core\.lock names another wheel of core 0\.1\.0 than releases\.toml: 000")


def test_a_link_out_of_the_folder_is_refused(desk: Desk) -> None:
    (desk.folder / "link").symlink_to("../../core/LICENSE")
    desk.commit("Link to core")
    refused(
        desk,
        r"link is a link to \.\./\.\./core/LICENSE, outside of what is published\. Put the file itself there",
    )


def test_a_submodule_is_refused(desk: Desk) -> None:
    head = run_git(desk.root, "rev-parse", "HEAD")
    run_git(
        desk.root, "update-index", "--add", "--cacheinfo", f"160000,{head},repos/{desk.name}/sub"
    )
    (desk.folder / "sub").mkdir()
    run_git(desk.root, "commit", "--quiet", "--message", "Add a submodule")
    refused(desk, r"sub is a submodule: a clone of the published repository lacks it")


def test_a_file_too_large_for_github_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publishing.tree.FILE_LIMIT", 1000)
    desk.write("data.csv", "1\n" * 600)
    desk.commit("Add data")
    refused(desk, r"data\.csv has 1,200 bytes; GitHub takes 1,000 at most")


def test_a_long_report_becomes_an_asset(desk: Desk) -> None:
    desk.write("REPORT.md", f"# Report\n\nfirst\n\n## The claims one by one\n\n{'long ' * 30_000}")
    desk.commit("Report at length")
    desk.publish()
    (release,) = desk.releases()

    assert release["body"].startswith(
        "# Report\n\nfirst\n\nThe whole report is too long for this page: REPORT.md"
    )
    assert "REPORT.md" in {asset["name"] for asset in release["assets"]}
    assert desk.publish() == []


def test_a_report_whose_beginning_is_too_long_is_told_by_its_headline(desk: Desk) -> None:
    desk.write("REPORT.md", f"# Report\n\n{'long ' * 30_000}")
    desk.commit("Report at length")
    desk.publish()

    assert desk.releases()[0]["body"].startswith(
        "# 1 of 1 claims replicated (1 after Holm)\n\nThe whole report"
    )


def test_a_changelog_too_long_for_a_release_is_refused(desk: Desk) -> None:
    from publishing.plan import Seen, make_plan
    from publishing.wanted import Release, Wanted

    release = Release("core-1.0.0", "c", "t", "x" * 125_001, {})
    wanted = Wanted("n", "o", "c", "", "", (), (release,))
    with pytest.raises(
        Refused, match=r"the release core-1\.0\.0 has 125,001 characters; GitHub takes 125,000\."
    ):
        make_plan(wanted, Seen(), {"core-1.0.0": "t"}, True, lambda a, b: True)


def test_uncommitted_work_is_refused(desk: Desk) -> None:
    desk.write("new.py", "")
    refused(
        desk,
        r"has 1 uncommitted changes, \?\? repos/.*/new\.py first; what is published is what history holds",
    )


def test_another_branch_is_refused(desk: Desk) -> None:
    run_git(desk.root, "switch", "--quiet", "--create", "topic")
    refused(
        desk,
        r"only the branch main is published, and this checkout is on topic: .*Run: git switch main",
    )


def test_what_the_monorepo_was_not_pushed_is_refused(desk: Desk, tmp_path: Path) -> None:
    run_git(tmp_path, "clone", "--quiet", str(desk.root), "clone")
    other = tmp_path / "clone"
    run_git(other, "config", "user.name", "Jane Doe")
    run_git(other, "config", "user.email", "jane@example.org")
    desk.root = other
    desk.write("new.py", "")
    desk.commit("Not pushed")
    refused(desk, r"1 commits on repos/.* are not in the branch that main follows, .*Run: git push")


def test_a_folder_that_is_gone_is_refused(desk: Desk) -> None:
    run_git(desk.root, "rm", "-rq", f"repos/{desk.name}")
    run_git(desk.root, "commit", "--quiet", "--message", "Drop it")
    refused(desk, r"pyproject\.toml is not in the history of the branch main\. Commit it")


def test_a_shallow_clone_is_refused(desk: Desk, tmp_path: Path) -> None:
    run_git(tmp_path, "clone", "--quiet", "--depth", "1", desk.root.as_uri(), "clone")
    desk.root = tmp_path / "clone"
    refused(desk, r"is a shallow clone, and published ids follow from the whole history")


def test_a_takeover_that_never_was_published_is_refused(desk: Desk) -> None:
    desk.publish()
    desk.write("new.py", "")
    desk.commit(
        f"Wrong\n\nPublished-From: repos/{desk.name} {run_git(desk.root, 'rev-parse', 'HEAD')}"
    )
    refused(desk, r"but that commit is not in the published repository's branch main")


def test_an_owner_that_is_no_name_is_refused(desk: Desk) -> None:
    refused(
        desk, r"`--owner` must be a user or an organisation on GitHub, got `\.\./x`", owner="../x"
    )


def test_a_failing_git_is_told_without_the_token(desk: Desk) -> None:
    with pytest.raises(GitError) as told:
        desk.publisher().remote("octo/nothing").fetch("refs/x")
    assert OWNER not in str(told.value)
    assert "not found" in str(told.value)
