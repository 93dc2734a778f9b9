# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A paper is moved to another core: real cores, and a real paper that needs no framework."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import releases
import upgrade
from conftest import ROOT, commit, made_once, run_git
from papers import PaperError, pinned
from upgrade import Options, UpgradeError, table
from wheels import WheelError, released_wheel

from ldlc import environment

HOME = Options(home=ROOT)  # whose packages are there already
NAME = "LovelaceBabbage1843_1"
LOCK = ROOT / "templates/paper/locks/numpy.lock"


def release(root: Path, version: str) -> None:
    """Releases core, with news and without its tests."""
    changelog = root / "core/CHANGELOG.md"
    changelog.write_text(f"## Unreleased\n\n- {version}\n\n{changelog.read_text()}")
    commit(root, f"Prepare core {version}")
    releases.release(root, version, lambda tree, wheel: "digest", lambda tree: None)


def python(root: Path, version: str) -> Path:
    wheel = released_wheel(root, version)
    return environment.make(ROOT, LOCK, wheel, ">=3.11,<3.14")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A checkout with a recorded paper and four cores.

    9.0.0 recorded it; 9.1.0 is the same code; 9.2.0 changes the run half, but no number; 9.3.0 draws others.
    """

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LDLC_CACHE", str(folder / "cache"))
            patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
            make_monorepo(folder / "checkout")

    def clear(folder: Path) -> None:
        """Removes the environments that were made of these cores: no paper has them in common."""
        for origin in ROOT.glob(".nox/env-*/lib/*/site-packages/ldlc-9.*/direct_url.json"):
            if str(folder) in origin.read_text():
                shutil.rmtree(origin.parents[4])

    with made_once(tmp_path_factory, "upgrade", make, clear) as folder:
        yield folder / "checkout"


def make_monorepo(root: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__")
    for part in ("src", "LICENSE", "README.md", "pyproject.toml"):
        copy = shutil.copytree if (ROOT / "core" / part).is_dir() else shutil.copy
        (root / "core").mkdir(parents=True, exist_ok=True)
        copy(
            ROOT / "core" / part,
            root / "core" / part,
            **({"ignore": ignored} if copy is shutil.copytree else {}),
        )
    with (root / "core/README.md").open("a") as readme:  # its wheels are no other process's
        readme.write(f"\n{root}\n")
    (root / "core/CHANGELOG.md").write_text("")
    (root / "releases.toml").write_text("")
    (root / "README.md").write_text("<!-- papers:begin -->\nold\n<!-- papers:end -->\n")
    (root / "tools").mkdir()
    for tool in ("catalogue.py", "papers.py", "wheels.py"):
        shutil.copy(ROOT / "tools" / tool, root / "tools" / tool)
    (root / ".gitignore").write_text(".ldlc/\n.nox/\n__pycache__/\n.pytest_cache/\n")
    run_git(root, "init", "--quiet", "--initial-branch", "main")
    run_git(root, "config", "user.name", "Jane Doe")
    run_git(root, "config", "user.email", "jane@example.org")
    release(root, "9.0.0")
    write_paper(root)
    release(root, "9.1.0")
    worker = root / "core/src/ldlc/worker.py"
    worker.write_text(worker.read_text() + "\n_CHANGED = 1\n")
    release(root, "9.2.0")
    run = root / "core/src/ldlc/log.py"
    run.write_text(
        run.read_text() + "\nimport random as _r\n\n_r.Random.gauss = lambda self, mu, sigma: 3.0\n"
    )
    release(root, "9.3.0")


def write_paper(root: Path) -> None:
    spec = importlib.util.spec_from_file_location("papers_of_core", ROOT / "core/tests/papers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    paper = module.make_paper(root / "repos")
    project = paper / "pyproject.toml"
    text = project.read_text().replace(f"ldlc=={module.PIN}", "ldlc==9.0.0")
    project.write_text(
        f'{text}requires-python = ">=3.11,<3.14"\n\n'
        '[tool.pytest.ini_options]\ntestpaths = ["paper.toml", "tests"]\n'
    )
    shutil.copy(LOCK, paper / "requirements.lock")
    test = paper / "tests/test_it.py"
    test.parent.mkdir()
    header = (paper / NAME / "__init__.py").read_text()
    test.write_text(f"{header}def test_it() -> None:\n    import {NAME}.experiments\n")
    (paper / "CHANGELOG.md").write_text("# Changelog\n\n## 0.1.0, not yet released\n\n- Begun.\n")
    commit(root, "Add a paper")
    done = subprocess.run(
        [str(python(root, "9.0.0")), "-m", "ldlc.cli", "replicate", ".", "--record"],
        cwd=paper,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    commit(root, "Record it")


@pytest.fixture
def monorepo(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LDLC_CACHE", str(made.parent / "cache"))
    monkeypatch.setattr(upgrade, "tests_python", lambda root: sys.executable)
    return shutil.copytree(made, tmp_path / "checkout")


def state(root: Path) -> tuple[str, ...]:
    """Returns all that an upgrade which stops must leave as it was."""
    questions = (["rev-parse", "HEAD"], ["status", "--porcelain"], ["worktree", "list"])
    return tuple(run_git(root, *question) for question in questions)


def test_a_core_that_changes_nothing_moves_the_pin_and_renews_the_record(
    monorepo: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    paper = monorepo / "repos" / NAME
    record = (paper / "results/full/walk/without.jsonl").read_text()

    outcome = upgrade.upgrade(monorepo, NAME, "9.2.0", HOME)

    out = capfd.readouterr().out
    assert "moved from core 9.0.0 to 9.2.0: every verdict is the same" in outcome
    assert "drift-moves  replicated  replicated\n" in out
    assert "4 measures compared with the record: 4 identical" in out
    assert pinned(paper) == "9.2.0"
    assert json.loads((paper / "report.json").read_text())["core"] == "9.2.0"
    assert run_git(monorepo, "status", "--porcelain") == ""
    renewed = [json.loads(line) for line in (paper / "results/full/walk/without.jsonl").open()]
    assert record.count("\n") == len(renewed)
    assert {line["commit"] for line in renewed} == {run_git(monorepo, "rev-parse", "HEAD~1")}
    assert {line["environment"]["ldlc"] for line in renewed} == {"9.2.0"}
    assert (
        "- Core 9.2.0 instead of 9.0.0: every verdict is the same.\n- Begun."
        in (paper / "CHANGELOG.md").read_text()
    )
    assert f"(repos/{NAME}/REPORT.md)" in (monorepo / "README.md").read_text()
    assert len(run_git(monorepo, "worktree", "list").splitlines()) == 1
    assert not list((monorepo / ".nox/upgrade").glob("*.ldlc"))


def test_runs_stay_valid_where_only_the_other_half_of_core_changed(
    monorepo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrade.subprocess, "run", only_replicate(subprocess.run))
    paper = monorepo / "repos" / NAME
    record = (paper / "results/full/walk/without.jsonl").read_text()

    upgrade.upgrade(monorepo, NAME, "9.1.0", HOME)

    assert pinned(paper) == "9.1.0"
    assert (paper / "results/full/walk/without.jsonl").read_text() == record


def test_a_core_that_measures_otherwise_changes_nothing(
    monorepo: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    before = state(monorepo)
    monkeypatch.setattr(upgrade.subprocess, "run", only_replicate(subprocess.run))

    with pytest.raises(
        UpgradeError, match=r"its measures beside the record failed with core 9.3.0"
    ):
        upgrade.upgrade(monorepo, NAME, "9.3.0", HOME)
    assert "contradicts the record: walk.with_drift.end differs" in capfd.readouterr().out
    assert state(monorepo) == before
    assert (monorepo / f".nox/upgrade/{NAME}.ldlc/runs/full/walk/without/5.json").exists()


def test_a_verdict_that_changed_stops_it_in_either_direction(
    monorepo: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The record says that the claim did not replicate; with the new core it does."""
    report = monorepo / "repos" / NAME / "report.json"
    report.write_text(report.read_text().replace('"replicated"', '"not replicated"'))
    commit(monorepo, "Say otherwise")
    before = state(monorepo)
    monkeypatch.setattr(upgrade.subprocess, "run", only_replicate(subprocess.run))

    with pytest.raises(
        UpgradeError,
        match=r"`drift-moves` was not replicated and is replicated\. Keep the pin, or record .*an amendment",
    ):
        upgrade.upgrade(monorepo, NAME, "9.1.0", HOME)
    assert "drift-moves  not replicated  replicated  <- differs\n" in capfd.readouterr().out
    assert state(monorepo) == before


def only_replicate(run: object) -> object:
    """Returns `subprocess.run` without the tests and smoke runs of the paper, which others show."""

    def shorter(command: list[str], **options: object) -> object:
        skip = "pytest" in command or "smoke" in command
        return run(["true"] if skip else command, **options)

    return shorter


def test_an_interruption_leaves_nothing_and_the_next_call_goes_on(
    monorepo: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    before = state(monorepo)
    paper = monorepo / "repos" / NAME

    def stop(*_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(upgrade.subprocess, "run", only_replicate(subprocess.run))
        patch.setattr(upgrade, "table", stop)
        with pytest.raises(KeyboardInterrupt):
            upgrade.upgrade(monorepo, NAME, "9.2.0", HOME)
        assert state(monorepo) == before
        killed = monorepo / ".nox/upgrade" / NAME  # as one that had no time to clean up
        run_git(monorepo, "worktree", "add", "--quiet", "--detach", str(killed), "HEAD")
        shutil.move(f"{killed}.ldlc", killed / "repos" / NAME / ".ldlc")
        patch.setattr(upgrade, "table", table)
        capfd.readouterr()

        upgrade.upgrade(monorepo, NAME, "9.2.0", HOME)

    assert "all 12 runs are there and valid" in capfd.readouterr().out
    assert pinned(paper) == "9.2.0"


def test_what_was_committed_meanwhile_stays(
    monorepo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def commit_meanwhile(*_: object) -> None:
        (monorepo / "NEWS.md").write_text("news\n")
        commit(monorepo, "Tell news")

    monkeypatch.setattr(upgrade, "_try", commit_meanwhile)
    upgrade.upgrade(monorepo, NAME, "9.1.0", HOME)

    assert (monorepo / "NEWS.md").exists()
    assert pinned(monorepo / "repos" / NAME) == "9.1.0"


def test_a_conflict_with_what_was_committed_meanwhile_is_told(
    monorepo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = monorepo / "repos" / NAME / "pyproject.toml"

    def commit_meanwhile(*_: object) -> None:
        project.write_text(project.read_text().replace("ldlc==9.0.0", "ldlc==9.3.0"))
        commit(monorepo, "Move the pin by hand")

    monkeypatch.setattr(upgrade, "_try", commit_meanwhile)
    with pytest.raises(
        UpgradeError, match=r"conflicts with it .*Merge the commit yourself: git merge \w{12}"
    ):
        upgrade.upgrade(monorepo, NAME, "9.1.0", HOME)
    assert run_git(monorepo, "status", "--porcelain") == ""
    assert run_git(monorepo, "log", "-1", "--format=%s") == "Move the pin by hand"


def test_a_paper_without_a_record_moves_when_its_tests_pass(
    monorepo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = monorepo / "repos" / NAME
    for made in ("results", "figures", "REPORT.md", "report.json"):
        run_git(monorepo, "rm", "-r", "--quiet", str(paper / made))
    commit(monorepo, "Forget the record")
    monkeypatch.setattr(upgrade.subprocess, "run", only_replicate(subprocess.run))

    assert "it has no record yet" in upgrade.upgrade(monorepo, NAME, "9.1.0", HOME)
    assert "- Core 9.1.0 instead of 9.0.0.\n" in (paper / "CHANGELOG.md").read_text()


def test_tests_that_fail_stop_it(monorepo: Path) -> None:
    test = monorepo / "repos" / NAME / "tests/test_it.py"
    test.write_text("def test_it() -> None:\n    raise AssertionError\n")
    commit(monorepo, "Break a test")
    before = state(monorepo)

    with pytest.raises(
        UpgradeError, match=r"its tests failed with core 9.1.0; what went wrong stands above"
    ):
        upgrade.upgrade(monorepo, NAME, "9.1.0", HOME)
    assert state(monorepo) == before


def test_uncommitted_work_on_the_paper_is_not_touched(monorepo: Path) -> None:
    (monorepo / "repos" / NAME / "README.md").write_text("mine\n")

    with pytest.raises(UpgradeError, match=r"has 1 uncommitted changes, `.*README.md` first"):
        upgrade.upgrade(monorepo, NAME, "9.1.0", HOME)


def test_a_checkout_on_no_branch_is_refused(monorepo: Path) -> None:
    run_git(monorepo, "switch", "--quiet", "--detach")

    with pytest.raises(UpgradeError, match="is on no branch"):
        upgrade.upgrade(monorepo, NAME, "9.1.0", HOME)


def test_two_at_once_do_not_meet(monorepo: Path) -> None:
    with (
        upgrade._alone(monorepo, NAME),
        pytest.raises(UpgradeError, match="another upgrade of this paper is running here"),
    ):
        upgrade.upgrade(monorepo, NAME, "9.1.0", HOME)


def test_a_pin_moves_forwards_only_and_to_a_release(monorepo: Path) -> None:
    assert upgrade.upgrade(monorepo, NAME, "9.0.0", HOME) == "pins core 9.0.0 already"
    with pytest.raises(WheelError, match=r"core `9.9.9` is not a release; .*Release it first"):
        upgrade.upgrade(monorepo, NAME, "9.9.9", HOME)


def test_a_lock_is_renewed_where_core_needs_other_packages(
    monorepo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = monorepo / "core/pyproject.toml"
    project.write_text(project.read_text().replace('"rich>=14"', '"rich>=15"'))
    release(monorepo, "9.4.0")
    asked = []

    def fail(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command[-2:])
        return subprocess.CompletedProcess(command, 1)

    with monkeypatch.context() as patch:
        patch.setattr(
            upgrade.subprocess,
            "run",
            lambda c, **o: fail(c) if "nox" in c else subprocess_run(c, **o),
        )
        with pytest.raises(
            UpgradeError, match="needs other packages, and the lock could not be renewed"
        ):
            upgrade.upgrade(monorepo, NAME, "9.4.0", HOME)
    assert asked == [["-s", "lock"]]


subprocess_run = subprocess.run


def test_a_table_that_cannot_be_renewed_stops_it(
    monorepo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (monorepo / "README.md").write_text("no place for it\n")
    commit(monorepo, "Forget the table")
    before = state(monorepo)
    monkeypatch.setattr(upgrade, "_try", lambda *_: None)

    with pytest.raises(
        UpgradeError, match=r"the table of papers in README.md could not be renewed"
    ):
        upgrade.upgrade(monorepo, NAME, "9.1.0", HOME)
    assert state(monorepo) == before


def test_a_damaged_report_is_told(monorepo: Path) -> None:
    report = monorepo / "repos" / NAME / "report.json"
    report.write_text("{}")

    with pytest.raises(PaperError, match=r"report.json is no report. Restore it: git checkout"):
        upgrade.verdicts(report.parent)


def test_the_command_goes_on_after_a_paper_that_stays(
    monorepo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(monorepo / "repos" / NAME, monorepo / "repos/Other1999_1")
    commit(monorepo, "Add another")
    monkeypatch.setattr(upgrade, "ROOT", monorepo)

    def stay(paper: Path, *_: object) -> None:
        if paper.name == NAME:
            raise UpgradeError("its tests failed")

    monkeypatch.setattr(upgrade, "_try", stay)
    codes = [upgrade.main(["9.1.0"]), upgrade.main(["9.1.0", "Other1999_1"])]
    out = capsys.readouterr().out

    assert codes == [1, 0]
    assert f"\n{NAME} stays as it is: its tests failed.\nOther1999_1 moved from core 9.0.0" in out
    assert "Other1999_1 pins core 9.1.0 already" in out
    with pytest.raises(SystemExit, match="2"):
        upgrade.main(["9.1.0", "Nobody1999_1"])


def test_a_line_goes_where_news_stand(tmp_path: Path) -> None:
    file = tmp_path / "CHANGELOG.md"
    texts = []
    for text in (
        "# Changelog\n",
        "# Changelog\n\n## 1.0.0 (2026-01-01)\n\n- First.\n",
        "# C\n\n## Unreleased\n\n- A.\n",
    ):
        file.write_text(text)
        upgrade._add_news(file, "- New.")
        texts.append(file.read_text())

    assert texts == [
        "# Changelog\n\n## Unreleased\n\n- New.\n",
        "# Changelog\n\n## Unreleased\n\n- New.\n\n## 1.0.0 (2026-01-01)\n\n- First.\n",
        "# C\n\n## Unreleased\n\n- New.\n- A.\n",
    ]
