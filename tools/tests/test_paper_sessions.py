# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noxfile that every paper has: where it finds core, and what its sessions run."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from conftest import ROOT, commit, make_checkout, make_wheel
from releases import release
from wheels import released_wheel

from ldlc import environment

pytestmark = [
    pytest.mark.filterwarnings("ignore:The session:FutureWarning"),  # each paper registers its own
    pytest.mark.usefixtures("this_python"),
]
NOXFILE = ROOT / "templates/paper/{{cookiecutter.name}}/noxfile.py"
WHEEL = "ldlc-0.1.0-py3-none-any.whl"
CLI = """\
import os, sys
import tiny, the_paper

print("ldlc", *sys.argv[1:], "with", tiny.ANSWER, the_paper.NAME, os.environ.get("PYTHONDONTWRITEBYTECODE"))
sys.exit("--fail" in sys.argv)
"""
PYPROJECT = """\
[project]
name = "A1999_1"
version = "2.3.4"
requires-python = ">=3.11,<3.14"
dependencies = ["other", "ldlc[tensorflow]==0.1.0"]

[project.urls]
Repository = "https://example.org/papers/A1999_1/"
Core = "https://example.org/ldlc"
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A checkout that has released core 0.1.0, whose command says how it was called; and the wheel."""
    folder = tmp_path_factory.mktemp("built")
    root = make_checkout(folder / "checkout")
    for tool in ("wheels.py", "locks.py"):
        shutil.copy(ROOT / "tools" / tool, root / "tools" / tool)
    package = root / "core/src/ldlc"
    shutil.copy(environment.__file__, package / "environment.py")
    (package / "cli.py").write_text(CLI)
    (root / ".gitignore").write_text(".nox/\n__pycache__/\n")
    commit(root, "Add a command")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LDLC_CACHE", str(folder / "cache"))
        release(root, "0.1.0", lambda tree, wheel: "digest", lambda tree: None)
        return root, released_wheel(root, "0.1.0")


@pytest.fixture
def monorepo(built: tuple[Path, Path], tmp_path: Path) -> Path:
    return shutil.copytree(built[0], tmp_path / "checkout")


@pytest.fixture
def wheel(built: tuple[Path, Path], tmp_path: Path) -> Path:
    """Core's released wheel, in a folder of its own; the cache has nothing."""
    (tmp_path / "wheels").mkdir()
    return shutil.copy(built[1], tmp_path / "wheels" / WHEEL)


def write_paper(folder: Path, wheel: Path | None) -> Path:
    """Writes a paper's folder; with a wheel, core.lock names it."""
    (folder / "the_paper").mkdir(parents=True)
    shutil.copy(NOXFILE, folder / "noxfile.py")
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "the_paper/__init__.py").write_text("NAME = 'A1999_1'\n")
    tiny = make_wheel(folder.parent, "tiny", {"tiny.py": "ANSWER = 42\n"})
    (folder / "requirements.lock").write_text(tiny)
    if wheel is not None:
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        (folder / "core.lock").write_text(f"# a header\nldlc==0.1.0 --hash=sha256:{digest}\n")
    return folder


def load(paper: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("noxfile", paper / "noxfile.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def nox(paper: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nox", "-f", str(paper / "noxfile.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def test_inside_the_monorepo_core_is_built_from_history(monorepo: Path, wheel: Path) -> None:
    paper = write_paper(monorepo / "repos/A1999_1", wheel)
    (monorepo / "core/src/ldlc/cli.py").write_text("changed since")
    found = load(paper).find_core("0.1.0")

    assert found.read_bytes() == wheel.read_bytes()


def test_a_checkout_that_gives_another_wheel_is_passed_over(monorepo: Path, wheel: Path) -> None:
    paper = write_paper(monorepo / "repos/A1999_1", wheel)
    (paper / "core.lock").write_text(f"ldlc==0.1.0 --hash=sha256:{'0' * 64}\n")

    with pytest.raises(
        LookupError, match=r"checkout: not the wheel that core.lock names: its SHA-256 is"
    ):
        load(paper).find_core("0.1.0")


@pytest.mark.parametrize("given", ["wheel", "folder", "checkout"])
def test_elsewhere_ldlc_core_names_it(
    monorepo: Path, wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    paper = write_paper(tmp_path / "A1999_1", wheel)
    places = {"wheel": wheel, "folder": wheel.parent, "checkout": monorepo}
    monkeypatch.setenv("LDLC_CORE", str(places[given]))

    assert load(paper).find_core("0.1.0").read_bytes() == wheel.read_bytes()


def test_a_wheel_that_core_lock_does_not_name_is_refused(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = write_paper(tmp_path / "A1999_1", wheel)
    wheel.write_bytes(wheel.read_bytes() + b"more")
    monkeypatch.setenv("LDLC_CORE", str(wheel))

    with pytest.raises(LookupError, match=r"LDLC_CORE: not the wheel that core.lock names"):
        load(paper).find_core("0.1.0")


def test_elsewhere_the_wheel_that_a_build_left_in_the_cache_is_found(
    monorepo: Path, wheel: Path, tmp_path: Path
) -> None:
    paper = write_paper(tmp_path / "A1999_1", wheel)
    subprocess.run(
        [sys.executable, str(monorepo / "tools/wheels.py"), "0.1.0"], check=True, stdout=-3
    )
    found = load(paper).find_core("0.1.0")

    assert found.is_relative_to(tmp_path / "cache/wheels")
    assert found.read_bytes() == wheel.read_bytes()


def test_elsewhere_a_release_is_fetched_once(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = write_paper(tmp_path / "A1999_1", wheel)
    content = wheel.read_bytes()
    monkeypatch.setenv("LDLC_RELEASES", wheel.parent.as_uri() + "/")
    first = load(paper).find_core("0.1.0")
    wheel.unlink()

    assert load(paper).find_core("0.1.0") == first
    assert first.read_bytes() == content


def test_a_wrong_download_does_not_enter_the_cache(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = write_paper(tmp_path / "A1999_1", wheel)
    wheel.write_bytes(b"something else")
    monkeypatch.setenv("LDLC_RELEASES", wheel.parent.as_uri())

    with pytest.raises(LookupError, match=rf"{WHEEL}: not the wheel that core.lock names"):
        load(paper).find_core("0.1.0")
    assert not list(tmp_path.glob("cache/**/*.whl"))


def test_releases_are_the_papers_own_then_cores(wheel: Path, tmp_path: Path) -> None:
    paper = write_paper(tmp_path / "A1999_1", wheel)

    assert load(paper).addresses(WHEEL, "0.1.0") == [
        f"https://example.org/papers/A1999_1/releases/download/v2.3.4/{WHEEL}",
        f"https://example.org/ldlc/releases/download/core-0.1.0/{WHEEL}",
    ]


def test_what_was_tried_is_told(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = write_paper(tmp_path / "A1999_1", wheel)
    monkeypatch.setenv("LDLC_CORE", str(tmp_path / WHEEL))
    monkeypatch.setenv("LDLC_RELEASES", (tmp_path / "nothing").as_uri())

    with pytest.raises(LookupError) as told:
        load(paper).find_core("0.1.0")
    lines = str(told.value).splitlines()
    assert lines[0] == "core 0.1.0 was not found. Tried:"
    assert [line.split(":")[0].strip() for line in lines[1:-1]] == [
        "LDLC_CORE",
        "the cache",
        "file",
    ]
    assert lines[-1].startswith("Set LDLC_CORE to")


def test_without_a_hash_nothing_is_fetched(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = write_paper(tmp_path / "A1999_1", None)
    monkeypatch.setenv("LDLC_RELEASES", wheel.parent.as_uri())

    with pytest.raises(
        LookupError, match=r"core.lock has no hash for 0.1.0, so no other place is trusted"
    ):
        load(paper).find_core("0.1.0")


def test_a_pin_is_exact(wheel: Path, tmp_path: Path) -> None:
    paper = write_paper(tmp_path / "A1999_1", wheel)
    (paper / "pyproject.toml").write_text(PYPROJECT.replace("==0.1.0", ">=0.1.0"))

    with pytest.raises(LookupError, match=r"pyproject.toml must pin core exactly"):
        load(paper).pin()


def test_a_published_paper_runs_in_its_own_environment(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = write_paper(tmp_path / "A1999_1", wheel)
    monkeypatch.setenv("LDLC_CORE", str(wheel))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    done = nox(paper, "-s", "replicate", "--", "--seeds", "2")
    failed = nox(paper, "-s", "replicate", "--", "--fail")

    assert "ldlc replicate . --seeds 2 with 42 A1999_1 None" in done.stdout, done.stderr
    assert (paper / ".nox").is_dir()
    assert (done.returncode, failed.returncode) == (0, 1)


def test_the_commit_hook_gives_files_to_cores_that_know_them(monorepo: Path, wheel: Path) -> None:
    paper = write_paper(monorepo / "repos/A1999_1", wheel)
    hook = yaml.safe_load((NOXFILE.parent / ".pre-commit-config.yaml").read_text())
    command, *options = hook["repos"][0]["hooks"][0]["entry"].split()

    old, head = (nox(paper, *options, "x.py", *more) for more in ([], ["--head"]))

    assert command == "nox"
    assert "ldlc check . with" in old.stdout, old.stderr
    assert "ldlc check . --files x.py with" in head.stdout, head.stderr


def test_head_takes_core_from_the_work_tree(monorepo: Path, wheel: Path) -> None:
    paper = write_paper(monorepo / "repos/A1999_1", wheel)
    cli = monorepo / "core/src/ldlc/cli.py"
    cli.write_text(cli.read_text().replace('"ldlc"', '"changed ldlc"'))
    pinned, head = (nox(paper, "-s", "plan", "--", *option) for option in ([], ["--head"]))

    assert "ldlc plan . with" in pinned.stdout.splitlines()[-1], pinned.stderr
    assert "changed ldlc plan . with" in head.stdout, head.stderr
    assert (monorepo / ".nox").is_dir()
    assert not (paper / ".nox").exists()


def test_head_needs_a_checkout(wheel: Path, tmp_path: Path) -> None:
    paper = write_paper(tmp_path / "A1999_1", wheel)

    with pytest.raises(LookupError, match=r"core head was not found\. Tried:\n  nothing"):
        load(paper).find_core("head")


def test_an_error_is_told_without_a_traceback(tmp_path: Path, wheel: Path) -> None:
    paper = write_paper(tmp_path / "A1999_1", None)
    done = nox(paper, "-s", "check")

    assert done.returncode == 1
    assert "core 0.1.0 was not found" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_paper_renews_its_lock(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = write_paper(tmp_path / "A1999_1", wheel)
    tiny = (paper / "requirements.lock").read_text().split(" --hash")[0]
    (paper / "pyproject.toml").write_text(PYPROJECT.replace('"other"', f'"{tiny}"'))
    monkeypatch.setenv("LDLC_CORE", str(wheel))
    done = nox(paper, "-s", "lock")
    written = (paper / "requirements.lock").read_text()

    assert done.returncode == 0, done.stderr
    assert "tiny @" in written
    assert {"pytest", "ruff"} <= set(re.findall(r"^(\w+)==", written, re.M))
    assert "ldlc" not in re.findall(r"^(\w+)[=@ ]", written, re.M)


def test_the_list_of_sessions_reads_like_a_table_of_contents(wheel: Path, tmp_path: Path) -> None:
    listed = nox(write_paper(tmp_path / "A1999_1", wheel), "-l").stdout
    lines = [line[2:] for line in listed.splitlines() if line[:2] in ("* ", "- ")]

    assert [line.split()[0] for line in lines] == [
        "replicate",
        "report",
        "plan",
        "tune",
        "tests",
        "check",
        "lint",
        "lock",
        "template_check",
        "template_update",
    ]
    assert all(" -> " in line for line in lines)


def test_the_template_copies_it_as_it_stands() -> None:
    assert not {"{" + "{", "{" + "%", "{" + "#"} & set(re.findall(r"\{.", NOXFILE.read_text()))


def test_the_repository_names_the_nearest_paper(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "nox",
        "-f",
        str(ROOT / "noxfile.py"),
        "-s",
        "replicate",
        "--",
        "toolz",
    ]
    done = subprocess.run(command, capture_output=True, text=True)

    assert done.returncode == 1
    assert "there is no `toolz` here. Nearest:" in done.stderr
    assert "Traceback" not in done.stderr
