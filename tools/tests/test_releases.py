# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import releases
from conftest import ROOT, commit, run_git
from releases import ReleaseError
from wheels import released_wheel, unreachable

from ldlc.environment import EnvironmentFailure


def pass_all(tree: Path, wheel: Path) -> str:
    return "digest-of-the-run-half"


def release(root: Path, version: str, examine: Callable[[Path, Path], str]) -> str:
    """Releases core without locks, which need an index."""
    return releases.release(root, version, examine, lambda tree: None)


def add_news(root: Path) -> None:
    changelog = root / "core/CHANGELOG.md"
    changelog.write_text(
        changelog.read_text().replace("## Unreleased\n", "## Unreleased\n\n- More.\n", 1)
    )
    commit(root, "Change core")


def state(root: Path) -> tuple[str, str, str]:
    """Returns all that a refused release must leave as it was."""
    shown = [
        run_git(root, *c)
        for c in (["rev-parse", "HEAD"], ["status", "--porcelain"], ["worktree", "list"])
    ]
    return (shown[0], shown[1], shown[2])


def test_a_release_is_recorded_and_its_wheel_can_be_had(checkout: Path) -> None:
    release(checkout, "0.1.0", pass_all)
    listed = releases.releases(checkout)["0.1.0"]
    wheel = released_wheel(checkout, "0.1.0")
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read("ldlc-0.1.0.dist-info/METADATA").decode()

    assert listed.tree == run_git(checkout, "rev-parse", "HEAD~1:core")
    assert listed.run_half == "digest-of-the-run-half"
    assert listed.wheel == wheel.parent.name
    assert "\nVersion: 0.1.0\n" in metadata


def test_a_release_sets_versions_and_headings_and_leaves_a_clean_checkout(checkout: Path) -> None:
    release(checkout, "0.1.0", pass_all)

    assert 'version = "0.1.0"' in run_git(checkout, "show", "HEAD~1:core/pyproject.toml")
    assert "## 0.1.0 (20" in run_git(checkout, "show", "HEAD~1:core/CHANGELOG.md")
    assert 'version = "0.1.1.dev0"' in (checkout / "core/pyproject.toml").read_text()
    headings = [
        line
        for line in (checkout / "core/CHANGELOG.md").read_text().splitlines()
        if line.startswith("##")
    ]
    assert headings[0] == "## Unreleased"
    assert headings[1].startswith("## 0.1.0 (20")
    assert run_git(checkout, "status", "--porcelain") == ""
    assert len(run_git(checkout, "worktree", "list").splitlines()) == 1
    assert "Signed-off-by: Jane Doe <jane@example.org>" in run_git(
        checkout, "log", "-1", "--format=%B", "HEAD~1"
    )


def test_an_older_release_stays_available_after_the_next(checkout: Path) -> None:
    release(checkout, "0.1.0", pass_all)
    first = released_wheel(checkout, "0.1.0").read_bytes()
    (checkout / "core/src/ldlc/__init__.py").write_text('"""Other."""\n')
    add_news(checkout)
    release(checkout, "0.2.0", pass_all)

    assert list(releases.releases(checkout)) == ["0.1.0", "0.2.0"]
    assert released_wheel(checkout, "0.1.0").read_bytes() == first


def test_the_tests_see_the_release_itself(checkout: Path) -> None:
    seen = {}

    def look(tree: Path, wheel: Path) -> str:
        seen["version"] = 'version = "0.1.0"' in (tree / "core/pyproject.toml").read_text()
        seen["wheel"] = wheel.name
        seen["tests elsewhere"] = not tree.is_relative_to(checkout)
        return "digest"

    release(checkout, "0.1.0", look)

    assert seen == {
        "version": True,
        "wheel": "ldlc-0.1.0-py3-none-any.whl",
        "tests elsewhere": True,
    }


@pytest.mark.parametrize(
    "version", ["1", "1.0", "1.0.0.dev0", "01.0.0", "v1.0.0", "1.0.0; rm -rf /", ""]
)
def test_a_version_is_three_numbers(checkout: Path, version: str) -> None:
    with pytest.raises(ReleaseError, match="`version` must be three numbers"):
        release(checkout, version, pass_all)


def test_a_version_is_released_once(checkout: Path) -> None:
    release(checkout, "0.1.0", pass_all)
    before = state(checkout)

    with pytest.raises(ReleaseError, match=r"core 0.1.0 is released already"):
        release(checkout, "0.1.0", pass_all)
    assert state(checkout) == before


def test_a_release_is_newer_than_all_before_it(checkout: Path) -> None:
    release(checkout, "0.10.0", pass_all)
    add_news(checkout)
    before = state(checkout)

    with pytest.raises(ReleaseError, match=r"core 0.9.1 is older than 0.10.0, the newest release"):
        release(checkout, "0.9.1", pass_all)
    assert state(checkout) == before


def test_a_release_needs_a_branch_to_stand_on(checkout: Path) -> None:
    run_git(checkout, "switch", "--quiet", "--detach")

    with pytest.raises(ReleaseError, match="is on no branch, so the release would be lost"):
        release(checkout, "0.1.0", pass_all)


def test_the_locks_of_the_template_move_with_the_release(checkout: Path) -> None:
    lock = "templates/paper/locks/numpy.lock"

    def renew(tree: Path) -> None:
        (tree / lock).parent.mkdir(parents=True)
        (tree / lock).write_text(f"for {list(releases.releases(tree))[-1]}\n")

    releases.release(checkout, "0.1.0", pass_all, renew)

    assert (checkout / lock).read_text() == "for 0.1.0\n"
    assert run_git(checkout, "status", "--porcelain") == ""


def test_locks_that_cannot_be_renewed_stop_the_release(checkout: Path) -> None:
    before = state(checkout)

    def fail(tree: Path) -> None:
        raise EnvironmentFailure("no network")

    with pytest.raises(EnvironmentFailure):
        releases.release(checkout, "0.1.0", pass_all, fail)
    assert state(checkout) == before


@pytest.mark.parametrize("path", ["core/src/ldlc/__init__.py", "core/src/ldlc/forgotten.py"])
def test_a_dirty_checkout_is_refused(checkout: Path, path: str) -> None:
    (checkout / path).write_text("CHANGED = True\n")
    before = state(checkout)

    with pytest.raises(ReleaseError, match=rf"1 uncommitted changes, `.*{path}` first"):
        release(checkout, "0.1.0", pass_all)
    assert state(checkout) == before


@pytest.mark.parametrize(
    "changelog", ["# Changelog\n", "# Changelog\n\n## Unreleased\n\n## 0.0.1\n\n- Old.\n"]
)
def test_a_release_without_news_is_refused(checkout: Path, changelog: str) -> None:
    (checkout / "core/CHANGELOG.md").write_text(changelog)
    commit(checkout, "Forget the news")
    before = state(checkout)

    with pytest.raises(
        ReleaseError, match=r"CHANGELOG.md of core must have news under `## Unreleased`"
    ):
        release(checkout, "0.1.0", pass_all)
    assert state(checkout) == before


@pytest.mark.parametrize(
    "error", [ReleaseError("tests fail"), EnvironmentFailure("no network"), KeyboardInterrupt()]
)
def test_a_release_that_fails_half_way_leaves_nothing(checkout: Path, error: BaseException) -> None:
    before = state(checkout)

    def fail(tree: Path, wheel: Path) -> str:
        raise error

    with pytest.raises(type(error)):
        release(checkout, "0.1.0", fail)
    assert state(checkout) == before
    assert releases.releases(checkout) == {}


def test_a_release_does_not_run_over_commits_made_meanwhile(checkout: Path) -> None:
    def commit_meanwhile(tree: Path, wheel: Path) -> str:
        (checkout / "README.md").write_text("meanwhile\n")
        commit(checkout, "Write a README")
        return "digest"

    with pytest.raises(ReleaseError, match="changed during the release; nothing was released"):
        release(checkout, "0.1.0", commit_meanwhile)
    assert run_git(checkout, "log", "-1", "--format=%s") == "Write a README"
    assert releases.releases(checkout) == {}


def test_the_tests_of_core_decide(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real examination, with core's tests replaced by one that imports the wheel, and by one that fails."""
    lock = (ROOT / "tools/tests.lock").read_text()
    key = 'def run_half_digest(package):\n    return f"half of {package.name}"\n'
    test = "from ldlc.runs import key\n\n\ndef test_it() -> None:\n    assert 'site-packages' in key.__file__\n"
    files = {
        "tools/tests.lock": lock,
        "core/src/ldlc/runs/__init__.py": "",
        "core/src/ldlc/runs/key.py": key,
    }
    files["core/tests/test_it.py"] = test
    for path, content in files.items():
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        (checkout / path).write_text(content)
    (checkout / ".gitignore").write_text(".nox/\n")
    commit(checkout, "Add tests")
    monkeypatch.setattr(releases, "ROOT", ROOT)  # whose packages are there already

    assert 'run_half = "half of ldlc"' in release(checkout, "0.1.0", releases.examine)

    (checkout / "core/tests/test_it.py").write_text(
        "def test_it() -> None:\n    raise AssertionError\n"
    )
    add_news(checkout)
    before = state(checkout)
    with pytest.raises(ReleaseError, match="core's tests fail on the wheel of the release"):
        release(checkout, "0.2.0", releases.examine)
    assert state(checkout) == before


def test_the_command_says_what_is_wrong(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr(releases, "ROOT", checkout)

    assert [releases.main(["1.0"]), releases.main([])] == [1, 2]
    assert "error: `version` must be three numbers, got `1.0`" in capsys.readouterr().err


def test_every_release_is_reachable_from_the_head(checkout: Path, tmp_path: Path) -> None:
    release(checkout, "0.1.0", pass_all)
    add_news(checkout)
    run_git(checkout, "switch", "--quiet", "--create", "other")
    release(checkout, "0.2.0", pass_all)
    listed = (checkout / "releases.toml").read_text()
    run_git(checkout, "switch", "--quiet", "main")
    tree = run_git(checkout, "rev-parse", "other~1:core")

    assert unreachable(checkout) == []
    (checkout / "releases.toml").write_text(listed)
    assert unreachable(checkout) == [
        f"releases.toml: core 0.2.0 is built from the git tree {tree[:12]}, which no commit of the head's "
        "history has. Merge the branch on which it was released."
    ]
    run_git(checkout, "checkout", "--quiet", "releases.toml")
    run_git(checkout, "merge", "--quiet", "--no-ff", "--strategy", "ours", "other")
    (checkout / "releases.toml").write_text(listed)
    assert unreachable(checkout) == []


def test_a_shallow_clone_is_told_how_to_reach_every_release(checkout: Path, tmp_path: Path) -> None:
    release(checkout, "0.1.0", pass_all)
    run_git(tmp_path, "clone", "--quiet", "--depth", "1", checkout.as_uri(), "shallow")

    (said,) = unreachable(tmp_path / "shallow")
    assert said.endswith("this shallow clone does not have. Fetch it: git fetch --unshallow")


def test_outside_history_the_reach_of_releases_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "releases.toml").write_text("")

    assert "not a git repository" in unreachable(tmp_path)[0]
