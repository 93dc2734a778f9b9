# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gates as a command, and the checks that only the whole repository can be held to."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import across
import gates
import plant_faults
import pytest
import remembered
from across import built, commits, environments, reachable, repository, twins
from conftest import ROOT, commit, run_git
from wheels import git

from ldlc import environment

spec = importlib.util.spec_from_file_location("made_up", ROOT / "core/tests/papers.py")
made_up = importlib.util.module_from_spec(spec)
spec.loader.exec_module(made_up)
PAPER = made_up.NAME


@pytest.fixture(scope="module")
def mended(made_checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `sound` copies: headers and licences were mended by the gates themselves."""
    root = shutil.copytree(made_checkout, tmp_path_factory.mktemp("mended") / "checkout")
    made_up.make_paper(root / "repos")
    outcome = gates.run(root, static=True, fix=True, only=["P03", "P04"])
    assert outcome.passes
    run_git(root, "add", "--all")
    run_git(root, "commit", "--quiet", "--signoff", "--message", "Mend headers")
    run_git(root, "remote", "add", "origin", ".")
    run_git(root, "fetch", "--quiet")
    run_git(root, "branch", "--set-upstream-to", "origin/main")
    return root


@pytest.fixture
def sound(mended: Path, tmp_path: Path) -> Path:
    """A checkout that passes."""
    return shutil.copytree(mended, tmp_path / "checkout")


def main(root: Path, *arguments: str) -> int:
    return gates.main([*arguments, "--static"], root)


def test_a_sound_checkout_passes(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(sound) == 0
    assert f"{len(gates.EVERY) - 2} checks of 1 paper: all passed (" in capsys.readouterr().out


def test_what_is_wrong_is_told_with_code_title_place_and_what_to_do(
    sound: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sound / "one.py").write_text("x = 1\n")
    (sound / "repos" / PAPER / "two.py").write_text("x = 1\n")
    (sound / "core/LICENSE").write_text("MIT")

    assert main(sound, "--only", "P03", "P04") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:5] == [
        "P03 every source file has its licence header",
        f"  {sound}/repos/{PAPER}/two.py: the header is missing. Add it, or let `--fix` do it.",
        f"  {sound}/one.py: the header is missing. Add it, or let `--fix` do it.",
        "  | Every source file says in its first lines who holds its copyright and under which licence it stands.",
        "  | `--fix` adds the header where it is missing.",
    ]
    assert (
        f"  {sound}/core/LICENSE: the text differs from the GPLv3's. Restore it, or let" in lines[6]
    )
    assert "2 checks of 1 paper: P03, P04 found something (" in lines[-1]


def test_a_named_paper_is_looked_at_alone(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (sound / "one.py").write_text("x = 1\n")
    (sound / "repos" / PAPER / "two.py").write_text("x = 1\n")

    assert main(sound, f"repos/{PAPER}/", "--only", "P03") == 1
    said = capsys.readouterr().out
    assert "two.py" in said
    assert "one.py" not in said


def test_fix_mends_headers_and_licences(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (sound / "one.py").write_text("x = 1\n")
    (sound / "core/LICENSE").unlink()

    assert main(sound, "--fix", "--only", "P03", "P04") == 0
    said = capsys.readouterr().out
    assert f"  mended: {sound}/one.py\n" in said
    assert f"  mended: {sound}/core/LICENSE\n" in said
    assert main(sound) == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["Doe1999_1"], f"there is no `repos/Doe1999_1` with a paper.toml. Here are: {PAPER}."),
        (["--only", "P99"], "there is no check `P99`. The codes are: P01, P02, "),
    ],
)
def test_what_is_not_there_is_misuse(
    sound: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert main(sound, *arguments) == 2
    assert f"error: {says}" in capsys.readouterr().err


def test_outside_git_the_gates_are_misuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(tmp_path) == 2
    assert "not a git repository" in capsys.readouterr().err


def test_many_papers_are_looked_at_by_several_processes(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sound / "repos" / PAPER / "LICENSE").unlink()
    one = gates.run(sound, static=True).results
    monkeypatch.setattr(gates, "MANY", 1)

    assert one == gates.run(sound, static=True).results


def looked_at(root: Path, monkeypatch: pytest.MonkeyPatch, **options: object) -> int:
    """Returns how many papers the gates look at."""
    seen = []
    real = gates._paper
    monkeypatch.setattr(gates, "_paper", lambda job: seen.append(job) or real(job))
    gates.run(root, static=True, **options)
    monkeypatch.setattr(gates, "_paper", real)
    return len(seen)


def test_a_paper_that_passed_is_looked_at_again_once_it_changes(
    sound: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    paper = sound / "repos" / PAPER
    first, second = looked_at(sound, monkeypatch), looked_at(sound, monkeypatch)
    main(sound)
    said = capsys.readouterr().out
    asked = [looked_at(sound, monkeypatch, **o) for o in ({"again": True}, {"only": ["P01"]})]
    (paper / "notes.txt").write_text("new")
    added = looked_at(sound, monkeypatch)
    (paper / "notes.txt").unlink()
    (paper / PAPER / "__init__.py").write_text((paper / PAPER / "__init__.py").read_text() + "\n")
    edited = looked_at(sound, monkeypatch)
    run_git(sound, "add", "--all")
    staged = [looked_at(sound, monkeypatch) for _ in range(2)]

    assert (first, second, asked) == (1, 0, [1, 1])
    assert "checks of 1 paper, 1 of them unchanged since they passed: all passed (" in said
    assert (added, edited, staged) == (1, 1, [1, 0])


def test_a_paper_is_looked_at_again_once_the_checks_change(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at(sound, monkeypatch)
    monkeypatch.setattr(remembered, "core_version", lambda: "9.9.9")
    changed = looked_at(sound, monkeypatch)
    core = shutil.copytree(Path(remembered.ldlc.__file__).parent, sound.parent / "ldlc")
    before = remembered._checks()
    monkeypatch.setattr(remembered.ldlc, "__file__", str(core / "__init__.py"))
    same = remembered._checks()
    (core / "checks/header.py").write_text("changed")

    assert changed == 1
    assert before == same != remembered._checks()


def test_a_paper_with_a_problem_is_never_remembered(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sound / "repos" / PAPER / "LICENSE").write_text("MIT")
    run_git(sound, "add", "--all")

    assert [looked_at(sound, monkeypatch) for _ in range(2)] == [1, 1]
    assert not gates.run(sound, static=True).passes


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 3)
    remembered.remember({"a", "b"})
    remembered.remember({"a", "c", "d"})

    assert remembered.passed() == {"a", "c", "d"}


def test_every_check_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert gates.main(["--list"]) == 0
    said = capsys.readouterr().out
    assert all(f"{m.CODE} {m.TITLE}\n  " in said for m in gates.EVERY)


def test_the_page_of_all_checks_is_current(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()

    assert gates.main(["--document"], tmp_path) == 0
    assert (ROOT / "docs/checks.md").read_text() == (tmp_path / "docs/checks.md").read_text(), (
        "write it anew: nox -s gates -- --document"
    )


def test_codes_are_unique_and_each_has_one_fault_to_plant() -> None:
    codes = [module.CODE for module in gates.EVERY]

    assert sorted(codes) == sorted(fault.code for fault in plant_faults.FAULTS)
    assert len(set(codes)) == len(codes)


@pytest.mark.slow
def test_each_planted_fault_is_caught_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert plant_faults.main() == 0
    said = capsys.readouterr().out
    assert "MISSED" not in said
    assert f"{len(gates.EVERY)} of {len(gates.EVERY)} faults were caught and named" in said


def test_a_fault_that_is_missed_is_told(
    sound: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(plant_faults, "PAPER", PAPER)
    monkeypatch.setattr(gates, "EVERY", gates.EVERY[:2])
    seen = plant_faults.Fault(
        "P01", "a bad key", plant_faults.edit("paper.toml", "seeds", "sedes"), "sedes"
    )
    unseen = plant_faults.Fault("P02", "nothing", lambda root: None, ".")
    monkeypatch.setattr(plant_faults, "FAULTS", [seen, unseen])

    assert plant_faults.main(sound) == 1
    said = capsys.readouterr().out
    assert "P01 caught  a bad key\n      repos/" in said
    assert said.endswith("P02 MISSED  nothing\n1 of 2 faults were caught and named\n")


def test_nothing_is_planted_where_the_gates_do_not_pass(
    sound: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (sound / "repos" / PAPER / "LICENSE").write_text("MIT")

    assert plant_faults.main(sound) == 1
    assert "error: the gates do not pass before anything is planted." in capsys.readouterr().out


def test_a_check_without_a_fault_is_told(
    sound: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(plant_faults, "FAULTS", plant_faults.FAULTS[2:])

    assert plant_faults.main(sound) == 1
    assert "error: P01, P02: exactly one fault a check is needed." in capsys.readouterr().out


def test_a_fault_that_cannot_be_planted_is_an_error(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plant_faults, "PAPER", PAPER)

    with pytest.raises(LookupError, match="has nothing like `no such line`, so that no fault was"):
        plant_faults.edit("paper.toml", "no such line", "")(sound)


# ------------------------------------------------------------------------------------------------ commits


def test_a_commit_that_is_not_signed_off_is_named(sound: Path) -> None:
    (sound / "a.txt").write_text("a")
    commit(sound, "Forget to sign")

    (problem,) = commits.check(repository.read(sound))
    name = run_git(sound, "rev-parse", "--short", "HEAD")
    assert problem.startswith(f'{name} "Forget to sign": is not signed off. If it is yours to give')
    assert main(sound, "--only", "M01") == 1


def test_commits_that_upstream_has_are_left_alone_unless_asked_for(sound: Path) -> None:
    start = run_git(sound, "rev-list", "--max-parents=0", "HEAD")
    (sound / "a.txt").write_text("a")
    commit(sound, "Forget to sign")
    run_git(sound, "fetch", "--quiet")

    assert commits.check(repository.read(sound)) == []
    assert "Forget to sign" in commits.check(repository.read(sound, since=start))[0]


def test_without_an_upstream_the_latest_commits_are_looked_at(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_git(sound, "branch", "--unset-upstream")
    monkeypatch.setattr(repository, "RECENT", 2)

    (problem,) = commits.check(repository.read(sound))

    assert '"Start": is not signed off' in problem


def test_a_large_commit_is_a_warning_with_its_figures(
    sound: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder, name in (("docs", "a.txt"), ("docs", "b.txt"), ("results", "c.jsonl")):
        (sound / folder).mkdir(exist_ok=True)
        (sound / folder / name).write_text("line\n" * 300)
    run_git(sound, "add", "--all")
    run_git(sound, "commit", "--quiet", "--signoff", "--message", "Add much")

    assert main(sound, "--only", "M01") == 0
    said = capsys.readouterr().out
    assert "  warning: " in said
    assert (
        '"Add much": changes 600 lines in 2 files, more than 400. Could it have been several?'
        in said
    )
    assert "1 check of 1 paper: all passed, 1 warning (" in said


def test_merges_and_moves_of_binary_files_count_nothing(sound: Path) -> None:
    run_git(sound, "switch", "--quiet", "--create", "side")
    (sound / "photo.png").write_bytes(b"\0" * 9999)
    run_git(sound, "add", "--all")
    run_git(sound, "commit", "--quiet", "--signoff", "--message", "Add a photo")
    run_git(sound, "switch", "--quiet", "main")
    run_git(sound, "merge", "--quiet", "--no-ff", "--message", "Merge", "side")

    found = commits.commits(repository.read(sound))

    assert [(c.is_signed_off, c.lines, c.files) for c in found] == [(True, 0, 0)]


def test_a_commit_that_is_not_here_is_named(sound: Path) -> None:
    (problem,) = commits.check(repository.read(sound, since="nowhere"))

    assert "nowhere" in problem
    assert problem.endswith("Name a commit that is here, with `--since REV`.")
    assert commits.warn(repository.read(sound, since="nowhere")) == []


# ------------------------------------------------------------------------------------------------ twins

CODE = '''"""A module."""

import numpy as np


def step(weights, inputs, targets, rate=0.1):
    """Takes a step."""
    hidden = np.tanh(inputs @ weights.first)
    output = np.tanh(hidden @ weights.second)
    error = output - targets
    delta = error * (1 - output**2)
    back = (delta @ weights.second.T) * (1 - hidden**2)
    weights.second -= rate * (hidden.T @ delta)
    weights.first -= rate * (inputs.T @ back)
    return (error**2).sum()
'''
RENAMED = """# Another paper, with other names, constants and line breaks.
from numpy import (
    linspace,
)
import numpy as numerics

class Net:
    def learn(self, w, x, t,
              eta=2e-3):
        # Words.
        h = numerics.tanh(x @ w.first)
        self.y = numerics.tanh(h @ w.second)
        e = self.y - t
        d = e * (4 - self.y ** 3)
        b = (d @ w.second.T) * (
            1 - h ** 2)
        w.second -= eta * (h.T @ d)
        w.first -= eta * (x.T @ b)
        return (e ** 2).sum()
"""
OTHER = CODE.replace("tanh", "sin").replace("first", "a").replace("second", "b").replace("sum", "c")


def places(*sources: tuple[str, str]) -> list[list[str]]:
    listed = [(paper, f"{paper}/model.py", text) for paper, text in sources]
    return [[str(place) for place in twin.places] for twin in twins.find(listed)[0]]


def test_code_with_other_names_and_constants_is_found_in_both_places() -> None:
    (twin,), _ = twins.find([("A", "A/m.py", CODE), ("B", "B/m.py", RENAMED)])

    assert ["A/m.py:8-15", "B/m.py:11-19"] == [str(place) for place in twin.places]
    assert twin.tokens == 89


def test_other_code_is_no_twin() -> None:
    assert places(("A", CODE), ("B", OTHER)) == []


def test_code_that_stands_twice_in_one_paper_is_no_twin() -> None:
    assert places(("A", CODE + CODE)) == []


def test_short_code_is_the_same_by_chance() -> None:
    short = "".join(CODE.splitlines(keepends=True)[:9])

    assert places(("A", short + "x = [y for y in z]\n"), ("B", short)) == []


def test_imports_texts_and_tables_of_numbers_are_no_code() -> None:
    table = f"TABLE = [{', '.join(str(i / 7) for i in range(200))}]\n"
    names = f"NAMES = ({', '.join(repr(str(i)) for i in range(200))})\n"
    imports = "".join(f"from package{i} import (a, b,\n  c)\n" for i in range(30))
    text = f'"""{CODE}"""\n'

    assert (
        places(("A", imports + text + table + names), ("B", imports + text + names + table)) == []
    )


def test_each_further_paper_is_counted_once() -> None:
    (twin,), _ = twins.find([(name, f"{name}/m.py", CODE) for name in "ABCD"])

    assert ["A", "B", "C", "D"] == [place.paper for place in twin.places]


def test_windows_never_run_from_one_file_into_the_next() -> None:
    lines = CODE.splitlines(keepends=True)
    split = [("A", "A/1.py", "".join(lines[:11])), ("A", "A/2.py", "".join(lines[11:]))]

    found, _ = twins.find([*split, ("B", "B/m.py", CODE)])

    assert [place.file for twin in found for place in twin.places][:2] in ([], ["A/1.py", "B/m.py"])


def test_no_code_at_all_has_no_twins() -> None:
    assert places() == []
    assert places(("A", ""), ("B", "")) == []


def test_twins_are_a_report_about_the_papers_looked_at(
    sound: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (("Doe1999_1", CODE), ("Roe1999_1", RENAMED), (PAPER, "x = 1\n")):
        (sound / f"repos/{name}/{name}").mkdir(parents=True, exist_ok=True)
        (sound / f"repos/{name}/{name}/model.py").write_text(text)
        shutil.copy(sound / f"repos/{PAPER}/paper.toml", sound / f"repos/{name}/p")
        (sound / f"repos/{name}/p").rename(sound / f"repos/{name}/paper.toml")

    assert main(sound, "--only", "M02") == 0
    assert (
        f"  warning: {sound}/repos/Doe1999_1/Doe1999_1/model.py:8-15 and "
        f"{sound}/repos/Roe1999_1/Roe1999_1/model.py:11-19: the same "
    ) in capsys.readouterr().out
    main(sound, PAPER, "--only", "M02")
    assert "warning" not in capsys.readouterr().out


def test_of_many_twins_the_longest_are_shown(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twins, "_SHOWN", 1)
    more = "\n\ndef more(a, b):\n" + "".join(f"    a.x{i} = b.y{i}(a, b)\n" for i in range(12))
    for name, text in (("Doe1999_1", CODE + more), ("Roe1999_1", more + "\n\n" + CODE)):
        (sound / f"repos/{name}/{name}").mkdir(parents=True)
        (sound / f"repos/{name}/{name}/model.py").write_text(text)
        shutil.copy(sound / f"repos/{PAPER}/paper.toml", sound / f"repos/{name}/paper.toml")

    said = twins.warn(repository.read(sound))

    assert len(said) == 2
    assert said[1] == "and 1 more."


# ------------------------------------------------------------------------------------------------ built, reachable


def test_what_is_built_carries_the_licence(sound: Path) -> None:
    add_paper_build(sound)

    assert built.check(repository.read(sound)) == []


def test_packages_without_the_licence_are_named(sound: Path) -> None:
    add_paper_build(sound, licence="README.md")

    assert [
        f"{PAPER.lower()}-0.1.0-py3-none-any.whl has no LICENSE with the GPLv3's text. Write",
        f"{PAPER.lower()}-0.1.0.tar.gz has no LICENSE with the GPLv3's text. Write",
    ] == [
        p.split(": ", 1)[1].split(" `license")[0]
        for p in built.check(repository.read(sound, [PAPER]))
    ]
    assert gates.main([PAPER, "--only", "M04"], sound) == 1


def test_a_package_that_cannot_be_built_is_named(sound: Path) -> None:
    add_paper_build(sound)
    shutil.rmtree(sound / "repos" / PAPER / PAPER)

    (problem,) = built.check(repository.read(sound, [PAPER]))

    assert f"repos/{PAPER}: cannot be built: " in problem
    assert "Mend pyproject.toml" in problem


def add_paper_build(root: Path, licence: str = "LICENSE") -> None:
    paper = root / "repos" / PAPER
    project = "".join(
        [
            '[build-system]\nrequires = ["flit_core==3.12.0"]\n',
            'build-backend = "flit_core.buildapi"\n',
            f'[tool.flit.module]\nname = "{PAPER}"\n',
            f'[project]\nname = "{PAPER}"\nversion = "0.1.0"\ndescription = "A paper."\n',
            f'requires-python = ">=3.11"\nlicense-files = ["{licence}"]\n',
        ]
    )
    (paper / "pyproject.toml").write_text(project)
    (paper / "README.md").write_text("Words.\n")
    if licence != "LICENSE":
        (paper / "LICENSE").unlink()


def test_a_release_that_is_not_in_history_is_named_unless_papers_are(sound: Path) -> None:
    entry = f'["0.1.0"]\ntree = "{"0" * 40}"\nwheel = ""\nrun_half = ""\n'
    (sound / "releases.toml").write_text(entry)

    (problem,) = reachable.check(repository.read(sound))
    assert "releases.toml: core 0.1.0 is built from the git tree 000000000000" in problem
    assert main(sound, "--only", "M03") == 1
    assert reachable.check(repository.read(sound, [PAPER])) == []


def test_releases_that_cannot_be_read_are_named(sound: Path) -> None:
    (sound / "releases.toml").write_text("[")

    (problem,) = reachable.check(repository.read(sound))
    assert "releases.toml: cannot be read: " in problem
    assert problem.endswith("Restore it.")


# ------------------------------------------------------------------------------------------------ environments


def test_an_environment_that_cannot_be_made_is_named(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise environment.EnvironmentFailure("no uv here.")

    project = sound / "repos" / PAPER / "pyproject.toml"
    (bare,) = environments.check(repository.read(sound, [PAPER]))
    project.write_text(project.read_text() + 'requires-python = ">=3.11,<3.14"\n')
    (unreleased,) = environments.check(repository.read(sound, [PAPER]))
    monkeypatch.setattr(environments, "released_wheel", lambda *_: Path("x.whl"))
    monkeypatch.setattr(environment, "make", refuse)
    (refused,) = environments.check(repository.read(sound, [PAPER]))
    code = gates.main([PAPER, "--only", "P12"], sound)

    assert "environment cannot be made: pyproject.toml must pin core and name `requires-p" in bare
    assert "environment cannot be made: core `0.1." in unreleased
    assert "its environment cannot be made: no uv here." in refused
    assert code == 1


def test_what_papers_and_core_need_is_read_where_it_is_installed(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(environments, "_installed", lambda root, tree: (["here"], "3.12"))
    monkeypatch.setattr(environments.runtime, "check", lambda *a: asked.append(a) or [])

    assert environments.check(repository.read(sound)) == []
    (core,), (paper, paths, python) = asked
    assert (core.path, paper.path.name) == (sound / "core", PAPER)
    assert (paths, python) == (["here"], "3.12")


def test_the_cross_checks_are_named_by_their_package() -> None:
    assert {m.CODE for m in across.CHECKS} == {"M01", "M02", "M03", "M04", "P12"}
    assert git(ROOT, "rev-parse", "--is-inside-work-tree").strip() == "true"
