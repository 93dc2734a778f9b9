# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
import wheels
from conftest import commit, run_git
from locks import FRAMEWORKS
from wheels import WheelError, head_wheel, released_wheel, releases, tree_wheel, verify


def release_head(root: Path, version: str = "0.1.0", wheel: str = "") -> str:
    """Lists the head's core in releases.toml, with the hash of its wheel, and returns its tree."""
    tree = run_git(root, "rev-parse", "HEAD:core")
    digest = wheel or tree_wheel(root, tree).parent.name
    entry = (
        f'["{version}"]\ndate = 2026-01-01\ntree = "{tree}"\nwheel = "{digest}"\nrun_half = "abc"\n'
    )
    with (root / "releases.toml").open("a") as file:
        file.write(entry)
    return tree


@pytest.fixture
def released(checkout: Path) -> Path:
    """A checkout whose core was released as 0.1.0 and has changed since."""
    pyproject = checkout / "core/pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("0.1.0.dev0", "0.1.0"))
    commit(checkout, "Release")
    release_head(checkout)
    (checkout / "core/src/ldlc/__init__.py").write_text('"""Core, much changed."""\n')
    commit(checkout, "Change core")
    return checkout


def test_a_tree_always_gives_the_same_wheel(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = run_git(checkout, "rev-parse", "HEAD:core")
    first = tree_wheel(checkout, tree)
    run_git(tmp_path, "clone", "--quiet", str(checkout), "clone")
    monkeypatch.setenv("LDLC_CACHE", str(tmp_path / "other cache"))
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    old = os.umask(0o077)
    second = tree_wheel(tmp_path / "clone", tree)
    os.umask(old)

    assert first != second
    assert first.read_bytes() == second.read_bytes()


def test_nothing_in_a_wheel_depends_on_a_compressor_or_a_clock(checkout: Path) -> None:
    with zipfile.ZipFile(head_wheel(checkout)) as archive:
        members = archive.infolist()

    assert {m.compress_type for m in members} == {zipfile.ZIP_STORED}
    assert {m.date_time for m in members} == {(1980, 1, 1, 0, 0, 0)}


def test_a_released_wheel_holds_what_was_released(released: Path) -> None:
    with zipfile.ZipFile(released_wheel(released, "0.1.0")) as archive:
        code = archive.read("ldlc/__init__.py")

    assert code == b'"""Core."""\n'


def test_a_cached_wheel_is_not_built_again(released: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = released_wheel(released, "0.1.0")
    monkeypatch.setattr(wheels, "_build", None)

    assert released_wheel(released, "0.1.0") == first


def test_a_damaged_cache_is_mended(released: Path) -> None:
    wheel = released_wheel(released, "0.1.0")
    whole = wheel.read_bytes()
    wheel.write_bytes(whole[:-100])

    assert released_wheel(released, "0.1.0").read_bytes() == whole


def test_a_wheel_other_than_the_released_one_is_refused(checkout: Path) -> None:
    release_head(checkout, wheel="0" * 64)

    with pytest.raises(
        WheelError, match=r"gave a wheel with SHA-256 \w+, but releases.toml says 0000"
    ):
        released_wheel(checkout, "0.1.0")


def test_a_release_whose_tree_and_wheel_disagree_is_refused(released: Path) -> None:
    released_wheel(released, "0.1.0")  # the wheel is in the cache
    listed = releases(released)["0.1.0"]
    other = run_git(released, "rev-parse", "HEAD:core")
    table = released / "releases.toml"
    table.write_text(table.read_text().replace(listed.tree, other))

    with pytest.raises(
        WheelError, match=rf"does not hold what the tree {other[:12]} holds: ldlc/__init__.py"
    ):
        released_wheel(released, "0.1.0")


@pytest.mark.parametrize("change", ["changed", "missing", "extra"])
def test_a_wheel_is_compared_with_its_tree_file_by_file(checkout: Path, change: str) -> None:
    tree = run_git(checkout, "rev-parse", "HEAD:core")
    table = checkout / "core/src/ldlc/data/table.toml"
    if change == "changed":
        table.write_text("answer = 43\n")
    elif change == "missing":
        table.unlink()
    else:
        (table.parent / "extra.py").write_text("import os\n")
    named = "ldlc/data/extra.py" if change == "extra" else "ldlc/data/table.toml"

    with pytest.raises(
        WheelError, match=rf"does not hold what the tree {tree[:12]} holds: {named}\. Delete"
    ):
        verify(checkout, tree, head_wheel(checkout))


def test_the_licence_in_a_wheel_is_compared_too(checkout: Path) -> None:
    tree = run_git(checkout, "rev-parse", "HEAD:core")
    (checkout / "core/LICENSE").write_text("another licence\n")

    with pytest.raises(WheelError, match="LICENSE"):
        verify(checkout, tree, head_wheel(checkout))


def test_the_wheel_of_the_head_holds_uncommitted_changes(checkout: Path) -> None:
    before = head_wheel(checkout)
    (checkout / "core/src/ldlc/__init__.py").write_text("NEW = True\n")
    after = head_wheel(checkout)

    assert before != after
    with zipfile.ZipFile(after) as archive:
        assert archive.read("ldlc/__init__.py") == b"NEW = True\n"


def test_an_unknown_version_names_the_known_ones(released: Path) -> None:
    with pytest.raises(
        WheelError, match=r"core `0.2.0` is not a release; releases.toml lists: 0.1.0. Pin one"
    ):
        released_wheel(released, "0.2.0")


def test_a_shallow_clone_is_told_what_to_fetch(released: Path, tmp_path: Path) -> None:
    run_git(tmp_path, "clone", "--quiet", "--depth", "1", released.as_uri(), "shallow")
    shutil.copy(released / "releases.toml", tmp_path / "shallow")

    with pytest.raises(
        WheelError, match=r"this shallow clone does not have. Fetch it: git fetch --unshallow"
    ):
        released_wheel(tmp_path / "shallow", "0.1.0")


def test_a_folder_without_history_is_told_so(released: Path, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    shutil.copy(released / "releases.toml", tmp_path / "plain")

    with pytest.raises(WheelError, match="is not a git checkout, and core is built from history"):
        released_wheel(tmp_path / "plain", "0.1.0")


def test_git_is_asked_about_the_checkout_even_inside_a_hook(
    released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))

    assert released_wheel(released, "0.1.0").exists()


def test_an_unpinned_build_backend_is_refused(checkout: Path) -> None:
    pyproject = checkout / "core/pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("flit_core==3.12.0", "flit_core>=3"))

    with pytest.raises(WheelError, match="must pin its build backend"):
        head_wheel(checkout)


def test_releases_are_in_the_order_of_their_numbers(checkout: Path) -> None:
    for version in ("0.10.0", "0.9.1", "0.2.0"):
        release_head(checkout, version, wheel="0" * 64)

    assert list(releases(checkout)) == ["0.2.0", "0.9.1", "0.10.0"]


def test_the_lock_of_core_is_a_requirement_with_its_hash(released: Path) -> None:
    wheel = released_wheel(released, "0.1.0")

    assert (
        wheels.core_lock(releases(released)["0.1.0"])
        == f"ldlc==0.1.0 --hash=sha256:{wheel.parent.name}\n"
    )


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LDLC_CACHE": "/c"}, "/c/wheels"),
        ({"LDLC_CACHE": "", "XDG_CACHE_HOME": "/x"}, "/x/ldlc/wheels"),
        ({"LDLC_CACHE": "", "XDG_CACHE_HOME": "", "HOME": "/h"}, "/h/.cache/ldlc/wheels"),
    ],
)
def test_the_cache_is_where_the_user_wants_it(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert wheels.wheel_cache() == Path(expected)


def test_the_command_prints_one_path_or_says_what_is_wrong(
    released: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(wheels, "ROOT", released)
    codes = [wheels.main(["0.1.0"]), wheels.main(["9.9.9"]), wheels.main([])]
    said = capsys.readouterr()

    assert codes == [0, 1, 2]
    assert Path(said.out.strip()) == released_wheel(released, "0.1.0")
    assert "error: core `9.9.9` is not a release" in said.err
    assert "usage:" in said.err


def test_the_locks_belong_to_the_wheels_they_were_made_for() -> None:
    """Whoever changes what core needs renews the locks: each holds every package that core names."""
    root = Path(wheels.__file__).parents[1]
    pyproject = wheels.tomllib.loads((root / "core/pyproject.toml").read_text())["project"]
    for framework in FRAMEWORKS:  # ldlc[gpu] comes on top of one of them, without a lock
        extra = None if framework == "numpy" else framework
        lock = (root / "templates/paper/locks" / f"{framework}.lock").read_text()
        needs = pyproject["dependencies"] + (
            pyproject["optional-dependencies"][extra] if extra else []
        )
        for need in needs:
            name = need.split(">")[0].split("=")[0].strip()
            assert f"\n{name}==" in lock, f"{framework}.lock lacks {name}; renew it: nox -s lock"


def test_the_tool_runs_as_a_command(tmp_path: Path) -> None:
    tool = Path(wheels.__file__)
    done = subprocess.run(
        [wheels.sys.executable, str(tool), "head"], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(tmp_path / "cache")
