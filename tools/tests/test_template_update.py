# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Template updates: a small template with the real scaffold changes under papers that were made from it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import template_origin
import template_render
import template_update
import template_write
from conftest import ROOT, commit, run_git
from cookiecutter.main import cookiecutter
from template_classes import Classes, TemplateError, binds
from template_origin import History
from template_render import in_a_fork, python_with_cookiecutter, render
from wheels import tomllib

FOLDER = "templates/paper/{{cookiecutter.name}}"
README = """# {{ cookiecutter.title }}

About the paper.

## Run it again

    nox -s replicate

## Licence

GPL
"""
FILES = {
    "templates/paper/files.toml": """
locked = ["noxfile.py", ".template.toml"]
merge = ["README.md", "pyproject.toml"]
seed = ["NAME/*.py", "core.lock", "paper.toml"]
""",
    f"{FOLDER}/README.md": README,
    f"{FOLDER}/noxfile.py": "SESSIONS = 1\n",
    f"{FOLDER}/paper.toml": "title = {{ cookiecutter.title | text }}\n",
    f"{FOLDER}/core.lock": "{{ cookiecutter.core_lock -}}",
    f"{FOLDER}/pyproject.toml": '[project]\ndependencies = ["ldlc=={{ cookiecutter.core }}"]\n',
    f"{FOLDER}/{{{{cookiecutter.name}}}}/model.py": "MODEL = 1\n",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A monorepo whose template has few files, with one paper, all committed."""
    folder = tmp_path_factory.mktemp("built") / "monorepo"
    tools = ["papers.py", "wheels.py", *(f.name for f in ROOT.glob("tools/template_*.py"))]
    core = ["__init__.py", "environment.py", "naming.py"]
    for name in (
        "requirements.txt",
        "templates/paper/ldlc_scaffold.py",
        *(f"tools/{name}" for name in tools),
        *(f"core/src/ldlc/{name}" for name in core),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    settings = json.loads((ROOT / "templates/paper/cookiecutter.json").read_text())
    (folder / "templates/paper/cookiecutter.json").write_text(
        json.dumps({**settings, "_copy_without_render": ["noxfile.py"]})
    )
    (folder / "releases.toml").write_text(
        '["0.1.0"]\ntree = "1"\nwheel = "aa"\nrun_half = "1"\ndate = 2026-01-01\n'
    )
    write(folder, {**FILES, ".gitignore": "__pycache__/\n"})
    origin = ROOT / f"{FOLDER}/.template.toml"
    shutil.copy(origin, folder / FOLDER)
    run_git(folder, "init", "--quiet", "--template=", "--initial-branch", "main")
    run_git(folder, "config", "user.name", "Jane Doe")
    run_git(folder, "config", "user.email", "jane@example.org")
    commit(folder, "Start")
    scaffold(folder)
    commit(folder, "Start a paper")
    return folder


@pytest.fixture
def root(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, which the tool takes for its own checkout."""
    folder = shutil.copytree(built, tmp_path / "monorepo")
    monkeypatch.setattr(template_update, "ROOT", folder)
    return folder


def scaffold(root: Path, **answers: str) -> Path:
    """Makes a paper as a user does."""
    config = root.parent / "config.yaml"
    config.write_text(f"cookiecutters_dir: {root.parent}\nreplay_dir: {root.parent}\n")
    given = {"no_input": True, "extra_context": answers, "config_file": str(config)}
    template = str(root / "templates/paper")
    return Path(in_a_fork(cookiecutter, template=template, output_dir=str(root), **given))


def write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


@pytest.fixture
def paper(root: Path) -> Path:
    return root / "repos/DoeRoe2026_1"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


@pytest.fixture
def change_template(root: Path) -> Callable[..., str]:
    """Changes the template's files, or removes those that are None, and commits; returns the new tree."""

    def make(message: str = "Change the template", **files: str | None) -> str:
        for name, content in files.items():
            file = root / FOLDER / name
            if content is None:
                file.unlink()
            else:
                write(file.parent, {file.name: content})
        commit(root, message)
        return run_git(root, "rev-parse", "HEAD:templates/paper")

    return make


def files_of(folder: Path) -> dict[str, bytes]:
    found = [p for p in folder.rglob("*") if p.is_file() and ".git" not in p.parts]
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


# ---------------------------------------------------------------------------- classes of files


def test_each_file_is_treated_as_its_class_says(
    root: Path, paper: Path, change_template: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    change(paper / "README.md", "About the paper.", "It learns.")
    (paper / "DoeRoe2026_1/model.py").write_text("MODEL = 'mine'\n")
    commit(root, "Replicate")
    tree = change_template(
        **{
            "README.md": README.replace("-s replicate", "-s replicate -- --seeds 2"),
            "noxfile.py": "SESSIONS = 2\n",
            "{{cookiecutter.name}}/model.py": "MODEL = 2\n",
        }
    )

    code = template_update.main(["update", "DoeRoe2026_1"])

    assert 0 == code
    assert (paper / "README.md").read_text() == (
        README.replace("{{ cookiecutter.title }}", "An example paper")
        .replace("About the paper.", "It learns.")
        .replace("-s replicate", "-s replicate -- --seeds 2")
    )
    assert "SESSIONS = 2\n" == (paper / "noxfile.py").read_text()
    assert "MODEL = 'mine'\n" == (paper / "DoeRoe2026_1/model.py").read_text()
    recorded = tomllib.loads((paper / ".template.toml").read_text())
    assert (tree, False) == (recorded["origin"]["tree"], recorded["origin"]["dirty"])
    assert capsys.readouterr().out.splitlines() == [
        "DoeRoe2026_1  took 1 template change: 3 files",
        "                changed  .template.toml",
        "                changed  noxfile.py",
        "                changed  README.md",
    ]


def test_a_second_update_finds_nothing_to_do(
    root: Path, paper: Path, change_template: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    change_template(**{"noxfile.py": "SESSIONS = 2\n"})
    template_update.main(["update", "DoeRoe2026_1"])
    commit(root, "Update")
    before = files_of(root)

    assert 0 == template_update.main(["update", "DoeRoe2026_1"])

    assert capsys.readouterr().out.endswith("DoeRoe2026_1  up to date\n")
    assert before == files_of(root)


def test_updates_follow_each_other(
    root: Path, paper: Path, change_template: Callable[..., str]
) -> None:
    for number in (2, 3):
        change_template(
            **{"README.md": README.replace("GPL", f"GPL {number}"), "noxfile.py": f"{number}\n"}
        )
        assert 0 == template_update.main(["update", "DoeRoe2026_1"])
        commit(root, "Update")

    assert "GPL 3" in (paper / "README.md").read_text()
    assert "3\n" == (paper / "noxfile.py").read_text()


def test_a_conflict_is_marked_in_the_file(
    root: Path,
    paper: Path,
    change_template: Callable[..., str],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "config").write_text("[merge]\nconflictStyle = diff3\n[commit]\ngpgSign = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    run_git(root, "config", "commit.gpgSign", "false")
    change(paper / "README.md", "GPL", "GPL, mine")
    commit(root, "Replicate")
    change_template(**{"README.md": README.replace("GPL", "GPL, theirs").replace("About", "On")})

    code = template_update.main(["update", "DoeRoe2026_1"])

    assert 1 == code
    text = (paper / "README.md").read_text()
    assert "<<<<<<< HEAD\nGPL, mine\n=======\nGPL, theirs\n>>>>>>> template\n" in text
    assert "On the paper." in text
    assert not list(paper.rglob("*.rej")) + list(paper.rglob("*.orig"))
    out = capsys.readouterr().out
    assert "DoeRoe2026_1  took 1 template change: 2 files, 1 conflict\n" in out
    assert "changed  README.md: both changed the same lines; see the marks in it\n" in out
    assert out.endswith(
        "Resolve what is in conflict (git diff shows the marks), run the tests, then commit.\n"
    )


def test_a_locked_file_is_always_the_templates(
    root: Path, paper: Path, change_template: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    (paper / "noxfile.py").write_text("MINE = 1\n")
    commit(root, "Change what is locked")
    change_template(**{"noxfile.py": "SESSIONS = 2\n"})

    assert 0 == template_update.main(["update", "DoeRoe2026_1"])

    assert "SESSIONS = 2\n" == (paper / "noxfile.py").read_text()
    note = "changed  noxfile.py: was changed here; it is the template's, so the change is gone\n"
    assert note in capsys.readouterr().out


def test_added_files_arrive_and_seeds_do_not(
    root: Path, paper: Path, change_template: Callable[..., str]
) -> None:
    file = root / "templates/paper/files.toml"
    file.write_text(file.read_text().replace('["README.md"', '["README.md", "docs/*.md"'))
    change_template(
        **{
            "docs/a.md": "{{ cookiecutter.title }}\n",
            "{{cookiecutter.name}}/tasks.py": "EXAMPLE = 1\n",
        }
    )

    assert 0 == template_update.main(["update", "DoeRoe2026_1"])

    assert "An example paper\n" == (paper / "docs/a.md").read_text()
    assert not (paper / "DoeRoe2026_1/tasks.py").exists()


def test_a_removed_file_goes_unless_it_was_changed_here(
    root: Path, change_template: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    other = scaffold(root, title="Other")
    change(other / "README.md", "About the paper.", "It learns.")
    commit(root, "Start another paper")
    file = root / "templates/paper/files.toml"
    file.write_text(file.read_text().replace('"README.md", ', ""))
    change_template(
        **{"README.md": None, "noxfile.py": None, "{{cookiecutter.name}}/model.py": None}
    )
    file.write_text(file.read_text().replace('"noxfile.py", ', ""))
    commit(root, "Forget the class")

    code = template_update.main(["update", "--all"])

    assert 1 == code
    first = root / "repos/DoeRoe2026_1"
    assert not (first / "README.md").exists()
    assert not (first / "noxfile.py").exists()
    assert (first / "DoeRoe2026_1/model.py").exists()
    assert "It learns." in (other / "README.md").read_text()
    out = capsys.readouterr().out
    assert "DoeRoe2026_1  took 2 template changes: 3 files\n" in out
    assert "DoeRoe2026_2  took 2 template changes: 2 files, 1 conflict\n" in out
    assert (
        "left     README.md: the template no longer has it, but it was changed here; it stays\n"
        in out
    )


def test_a_renamed_file_keeps_what_the_paper_made_of_it(
    root: Path, paper: Path, change_template: Callable[..., str]
) -> None:
    change(paper / "README.md", "About the paper.", "It learns.")
    commit(root, "Replicate")
    file = root / "templates/paper/files.toml"
    file.write_text(file.read_text().replace('"README.md"', '"docs/README.md"'))
    change_template(**{"README.md": None, "docs/README.md": README.replace("GPL", "GPL 3")})

    assert 0 == template_update.main(["update", "DoeRoe2026_1"])

    assert not (paper / "README.md").exists()
    text = (paper / "docs/README.md").read_text()
    assert "It learns." in text
    assert "GPL 3" in text


def test_a_file_that_the_paper_removed_stays_away(
    root: Path, paper: Path, change_template: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    (paper / "README.md").unlink()
    commit(root, "Do without a README")
    change_template(**{"noxfile.py": "2\n"})
    assert 0 == template_update.main(["update", "DoeRoe2026_1"])
    commit(root, "Update")
    change_template(**{"README.md": README.replace("GPL", "GPL 3")})

    assert 1 == template_update.main(["update", "DoeRoe2026_1"])

    assert not (paper / "README.md").exists()
    said = (
        "left     README.md: the template changed it, but it is not here any more; it stays away\n"
    )
    assert said in capsys.readouterr().out


def test_a_file_that_both_added_is_merged_with_marks(
    root: Path, paper: Path, change_template: Callable[..., str]
) -> None:
    write(paper, {"docs/a.md": "ours\n"})
    commit(root, "Add a page")
    file = root / "templates/paper/files.toml"
    file.write_text(file.read_text().replace('["README.md"', '["README.md", "docs/*.md"'))
    change_template(**{"docs/a.md": "theirs\n"})

    assert 1 == template_update.main(["update", "DoeRoe2026_1"])

    text = (paper / "docs/a.md").read_text()
    assert "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> template\n" == text


def test_a_pin_that_moved_on_is_no_conflict(
    root: Path, paper: Path, change_template: Callable[..., str]
) -> None:
    change(paper / "pyproject.toml", "ldlc==0.1.0", "ldlc==0.1.1")
    (paper / "core.lock").write_text("ldlc==0.1.1 --hash=sha256:bb\n")
    commit(root, "Upgrade core")
    change_template(
        **{
            "pyproject.toml": '[project]\n# core\ndependencies = ["ldlc=={{ cookiecutter.core }}"]\nx = 1\n'
        }
    )

    assert 0 == template_update.main(["update", "DoeRoe2026_1"])

    text = (paper / "pyproject.toml").read_text()
    assert '[project]\n# core\ndependencies = ["ldlc==0.1.1"]\nx = 1\n' == text
    origin = tomllib.loads((paper / ".template.toml").read_text())["origin"]
    assert ("0.1.1", "ldlc==0.1.1 --hash=sha256:bb\n") == (origin["core"], origin["core_lock"])


def test_a_pin_is_read_with_all_its_extras(tmp_path: Path) -> None:
    pin = 'dependencies = ["other==2", "ldlc[sonnet,gpu]==0.2.0"]'
    write(tmp_path, {"pyproject.toml": pin, "core.lock": "a line\n"})
    origin = template_origin.Origin("A1999_1", "0" * 40, {"core": "0.1.0"}, {"title": "x"})

    made = origin.context("1" * 40, tmp_path)

    recorded = {"core": "0.2.0", "core_lock": "a line\n", "tree": "1" * 40, "dirty": False}
    assert {"title": "x", "_recorded": recorded} == made


def test_an_executable_file_stays_one(
    root: Path, paper: Path, change_template: Callable[..., str]
) -> None:
    (root / FOLDER / "noxfile.py").chmod(0o755)
    change_template(**{"noxfile.py": "2\n"})

    template_update.main(["update", "DoeRoe2026_1"])

    assert os.access(paper / "noxfile.py", os.X_OK)


def test_both_sides_follow_the_naming_rule_of_their_time(
    root: Path, paper: Path, change_template: Callable[..., str]
) -> None:
    naming = root / "core/src/ldlc/naming.py"
    naming.write_text("raise SystemExit('a rule of another time')\n")
    commit(root, "Change the rule")
    naming.write_text((ROOT / "core/src/ldlc/naming.py").read_text())
    change_template(**{"noxfile.py": "2\n"})

    assert 0 == template_update.main(["update", "DoeRoe2026_1"])

    assert "2\n" == (paper / "noxfile.py").read_text()


def test_the_defaults_of_the_users_cookiecutter_have_no_say(
    root: Path,
    paper: Path,
    change_template: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "rc").write_text("default_context:\n  extra: mine\n  title: Mine\n")
    monkeypatch.setenv("COOKIECUTTER_CONFIG", str(tmp_path / "rc"))
    monkeypatch.setenv("HOME", str(tmp_path / "new home"))
    settings = root / "templates/paper/cookiecutter.json"
    asked = {**json.loads(settings.read_text()), "extra": "the default"}
    settings.write_text(json.dumps(asked))
    change_template(**{"README.md": README + "{{ cookiecutter.extra }}\n"})

    command = [sys.executable, "template_update.py", "update", "DoeRoe2026_1"]
    done = subprocess.run(command, cwd=root / "tools", capture_output=True, text=True)

    assert 0 == done.returncode, done.stdout + done.stderr
    text = (paper / "README.md").read_text()
    assert text.startswith("# An example paper\n")
    assert text.endswith("the default\n")
    assert not (tmp_path / "new home").exists()


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ('locked = []\nmerge = []\nseed = ["*"]', r"`README.md` is matched by `README.md`, `\*`"),
        (
            "locked = []\nmerge = []\nseed = []",
            r"match each file once, `README.md` is matched by no pattern",
        ),
    ],
)
def test_a_file_without_one_class_is_refused(tmp_path: Path, declared: str, said: str) -> None:
    more = 'merge = ["README.md"]' if "*" in declared else "merge = []"
    (tmp_path / "files.toml").write_text(declared.replace("merge = []", more))

    with pytest.raises(TemplateError, match=said):
        Classes(tmp_path, "X1999_1").of("README.md")


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        (None, "files.toml cannot be read: "),
        ("locked = ", "files.toml cannot be read: "),
        ("locked = []", "files.toml must have locked, merge, seed, got locked."),
    ],
)
def test_classes_that_cannot_be_read_are_told(
    tmp_path: Path, declared: str | None, said: str
) -> None:
    if declared is not None:
        (tmp_path / "files.toml").write_text(declared)

    with pytest.raises(TemplateError, match=said):
        Classes(tmp_path, "X1999_1")


# ---------------------------------------------------------------------------- what is not committed


@pytest.mark.parametrize("file", ["README.md", "notes.txt", "DoeRoe2026_1/model.py"])
def test_uncommitted_work_is_not_touched(
    root: Path,
    paper: Path,
    change_template: Callable[..., str],
    file: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    change_template(**{"noxfile.py": "2\n"})
    (paper / file).write_text("hours of work\n")
    before = files_of(root)

    code = template_update.main(["update", "DoeRoe2026_1"])

    assert 1 == code
    assert before == files_of(root)
    out = capsys.readouterr().out
    assert "DoeRoe2026_1  refused\n" in out
    assert f"has uncommitted work, `repos/DoeRoe2026_1/{file}`. Commit it or stash it" in out


def test_work_elsewhere_in_the_repository_is_no_obstacle(
    root: Path, paper: Path, change_template: Callable[..., str]
) -> None:
    change_template(**{"noxfile.py": "2\n"})
    write(root, {"notes.txt": "elsewhere\n", "repos/Other1999_1/paper.toml": "x\n"})

    assert 0 == template_update.main(["update", "DoeRoe2026_1"])

    assert "2\n" == (paper / "noxfile.py").read_text()


def test_an_ignored_file_in_the_way_is_not_replaced(
    root: Path, paper: Path, change_template: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    write(paper, {".gitignore": "docs/\n", "docs/a.md": "ignored, but dear\n"})
    commit(root, "Ignore a folder")
    file = root / "templates/paper/files.toml"
    file.write_text(file.read_text().replace('["noxfile.py"', '["noxfile.py", "docs/*.md"'))
    change_template(**{"docs/a.md": "theirs\n"})
    before = files_of(paper)

    assert 1 == template_update.main(["update", "DoeRoe2026_1"])

    assert before == files_of(paper)
    said = "`docs/a.md` is here but not in git, and the template wants to write it. Move it away."
    assert said in capsys.readouterr().out


def test_nothing_is_written_behind_a_link(
    root: Path,
    paper: Path,
    change_template: Callable[..., str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (paper / "docs").symlink_to(tmp_path / "elsewhere")
    commit(root, "Link")
    file = root / "templates/paper/files.toml"
    file.write_text(file.read_text().replace('["noxfile.py"', '["noxfile.py", "docs/*.md"'))
    change_template(**{"docs/a.md": "theirs\n"})

    assert 1 == template_update.main(["update", "DoeRoe2026_1"])

    assert not list((tmp_path / "elsewhere").iterdir())
    assert (
        "`docs/a.md` lies behind a link out of the folder. Remove the link."
        in capsys.readouterr().out
    )


def test_a_dry_run_changes_nothing(
    root: Path, paper: Path, change_template: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    change_template(**{"noxfile.py": "2\n"})
    before = files_of(root)

    assert 0 == template_update.main(["update", "DoeRoe2026_1", "--dry-run"])

    assert before == files_of(root)
    assert "DoeRoe2026_1  would take 1 template change: 2 files\n" in capsys.readouterr().out


# ---------------------------------------------------------------------------- interrupted


KILLED = """
import os, signal, sys
import template_update, template_write

real, number, done = template_write._write, int(sys.argv[1]), []

def write(file, *rest):
    if len(done) == number:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(file)
    real(file, *rest)

template_write._write = write
template_update.main(["update", "DoeRoe2026_1"])
"""


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_what_a_kill_cuts_short_is_not_begun_or_finished_by_the_next_call(
    root: Path,
    paper: Path,
    change_template: Callable[..., str],
    capsys: pytest.CaptureFixture[str],
    number: int,
) -> None:
    change_template(**{"noxfile.py": "2\n", "README.md": README.replace("GPL", "GPL 3")})
    before = files_of(paper)
    template_update.main(["update", "DoeRoe2026_1"])
    after = files_of(paper)
    run_git(root, "checkout", "--quiet", ".")
    capsys.readouterr()

    killed = subprocess.run([sys.executable, "-c", KILLED, str(number)], cwd=root / "tools")

    assert -9 == killed.returncode
    begun = number > 0  # the first thing written is the journal
    assert (number <= 1) == (before == files_of(paper))
    assert 1 == template_update.main(["check", "DoeRoe2026_1"])
    assert begun == ("interrupted; nox -s template_update finishes it" in capsys.readouterr().out)
    template_update.main(["update", "DoeRoe2026_1", "--dry-run"])
    assert begun == ("without --dry-run the update is finished" in capsys.readouterr().out)

    assert 0 == template_update.main(["update", "DoeRoe2026_1"])

    assert after == files_of(paper)
    finished = (
        "DoeRoe2026_1  finished: the update that was interrupted is complete; look at git diff"
    )
    assert begun == (finished in capsys.readouterr().out)
    assert 0 == template_update.main(["check", "DoeRoe2026_1"])


def interrupt(root: Path) -> Path:
    """Kills an update after its first file; returns the journal that it leaves."""
    subprocess.run([sys.executable, "-c", KILLED, "2"], cwd=root / "tools")
    (journal,) = (root / ".git/ldlc-template-update").glob("*.json")
    return journal


def test_work_that_came_between_is_kept(
    root: Path, paper: Path, change_template: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    change_template(**{"noxfile.py": "2\n", "README.md": README.replace("GPL", "GPL 3")})
    journal = interrupt(root)
    (paper / "README.md").write_text("hours of work\n")
    before = files_of(paper)

    code = template_update.main(["update", "DoeRoe2026_1"])

    assert 1 == code
    assert before == files_of(paper)
    said = "`README.md` changed while the update was written, or since it was interrupted. To give the update up: "
    assert f"{said}delete {journal}" in capsys.readouterr().out


def test_a_damaged_journal_is_told(
    root: Path, paper: Path, change_template: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    change_template(**{"noxfile.py": "2\n"})
    journal = interrupt(root)
    journal.write_text("{")

    assert 1 == template_update.main(["update", "DoeRoe2026_1"])

    assert f"{journal} is damaged. Delete it, and look at `git status`." in capsys.readouterr().out


def test_where_a_file_cannot_be_written_none_is(
    root: Path,
    paper: Path,
    change_template: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    change_template(**{"noxfile.py": "2\n", "README.md": README.replace("GPL", "GPL 3")})
    before = files_of(paper)
    real = template_write._write

    def write(file: Path, content: bytes, is_executable: bool) -> None:
        if file.name == "README.md" and b"GPL 3" in content:
            raise OSError(28, "No space left on device")
        real(file, content, is_executable)

    monkeypatch.setattr(template_write, "_write", write)

    assert 1 == template_update.main(["update", "DoeRoe2026_1"])

    assert before == files_of(paper)
    assert "No space left on device" in capsys.readouterr().out
    assert not list((root / ".git/ldlc-template-update").glob("*.json"))


# ---------------------------------------------------------------------------- several papers


def test_all_papers_are_told_in_a_table(
    root: Path, change_template: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    old = change_template(**{"noxfile.py": "2\n"})
    for title in ("Two", "Three", "Four"):
        scaffold(root, title=title)
    change(root / "repos/DoeRoe2026_4/.template.toml", "dirty = false", "dirty = true")
    (root / "repos/DoeRoe2026_5").mkdir()
    (root / "repos/DoeRoe2026_5/paper.toml").write_text("not from the template\n")
    commit(root, "Start more papers")
    new = change_template(**{"README.md": README.replace("GPL", "GPL 3")})
    (root / "repos/DoeRoe2026_3/work.txt").write_text("not committed\n")

    code = template_update.main(["update", "--all"])

    assert 1 == code
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("DoeRoe")] == [
        "DoeRoe2026_1  took 2 template changes: 3 files",
        "DoeRoe2026_2  took 1 template change: 2 files",
        "DoeRoe2026_3  refused",
        "DoeRoe2026_4  refused",
        "DoeRoe2026_5  refused",
    ]
    trees = {
        path.parent.name: tomllib.loads(path.read_text())["origin"]["tree"]
        for path in root.glob("repos/*/.template.toml")
    }
    assert [new, new, old, old] == [trees[name] for name in sorted(trees)]
    assert 5 + 3 == len(lines)


def test_check_says_who_is_behind(
    root: Path, change_template: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == template_update.main(["check"])
    change_template("Say it better", **{"noxfile.py": "2\n"})
    change_template("Say it shorter", **{"noxfile.py": "3\n"})
    scaffold(root, title="Two")

    code = template_update.main(["check"])

    assert 1 == code
    assert capsys.readouterr().out.splitlines() == [
        "DoeRoe2026_1  up to date",
        "DoeRoe2026_1  behind by 2 template changes",
        "                Say it shorter",
        "                Say it better",
        "DoeRoe2026_2  up to date",
    ]


def test_what_only_new_papers_take_leaves_no_paper_behind(
    root: Path, change_template: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    write(root / "templates/paper", {"locks/numpy.lock": "six==1\n"})
    change_template(**{"{{cookiecutter.name}}/model.py": "MODEL = 2\n", "paper.toml": "x = 1\n"})
    before = files_of(root)

    assert 0 == template_update.main(["check"])
    assert 0 == template_update.main(["update", "--all"])

    assert 2 * ["DoeRoe2026_1  up to date"] == capsys.readouterr().out.splitlines()
    assert before == files_of(root)


@pytest.mark.parametrize(
    ("path", "binding"),
    [
        ("templates/paper/{{cookiecutter.name}}/README.md", True),
        ("templates/paper/{{cookiecutter.name}}/gone.md", True),
        ("templates/paper/{{cookiecutter.name}}/paper.toml", False),
        ("templates/paper/{{cookiecutter.name}}/{{cookiecutter.name}}/model.py", False),
        ("templates/paper/templates/keras/model.py", False),
        ("templates/paper/locks/keras.lock", False),
        ("templates/paper/ldlc_scaffold.py", True),
        ("templates/other", False),
        ("repos/templates/paper/files.toml", False),
    ],
)
def test_what_of_the_template_concerns_papers(root: Path, path: str, binding: bool) -> None:
    assert binding == binds(root, path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["update", "DoeRow2026_1"],
            "error: there is no paper `DoeRow2026_1`. Nearest: DoeRoe2026_1.",
        ),
        (["check", "../../etc"], "error: there is no paper `../../etc`. Nearest: DoeRoe2026_1."),
        (["update"], "error: name the papers to update, or give --all"),
        (["update", "DoeRoe2026_1", "--all"], "error: name the papers to update, or give --all"),
    ],
)
def test_misuse_is_told(
    root: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = template_update.main(arguments)
    except SystemExit as stop:
        code = stop.code

    assert 2 == code
    assert capsys.readouterr().err.rstrip().endswith(said)


# ---------------------------------------------------------------------------- what cannot be updated


def refused(capsys: pytest.CaptureFixture[str]) -> str:
    assert 1 == template_update.main(["update", "DoeRoe2026_1"])
    return capsys.readouterr().out


def test_a_paper_from_a_dirty_template_is_refused(
    root: Path, paper: Path, change_template: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    change(paper / ".template.toml", "dirty = false", "dirty = true")
    commit(root, "Say that it was dirty")
    change_template(**{"noxfile.py": "2\n"})

    said = refused(capsys)

    assert (
        "was made from a template with uncommitted changes, which no history holds. If they may"
        in said
    )
    assert "set `dirty = false` in .template.toml, commit, and give the command again." in said
    change(paper / ".template.toml", "dirty = true", "dirty = false")
    commit(root, "Take its changes for the paper's own")
    assert 0 == template_update.main(["update", "DoeRoe2026_1"])


def test_a_template_with_uncommitted_changes_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / FOLDER / "noxfile.py").write_text("not committed\n")

    assert 2 == template_update.main(["update", "DoeRoe2026_1"])

    error = capsys.readouterr().err
    assert error.startswith(f"error: templates/paper in {root} has uncommitted changes, `M ")
    assert "Commit them or take them away" in error


def test_a_template_that_history_does_not_have_is_refused(
    root: Path,
    paper: Path,
    change_template: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    change_template(**{"noxfile.py": "2\n"})
    run_git(tmp_path, "clone", "--quiet", "--depth", "1", root.as_uri(), "shallow")
    monkeypatch.setattr(template_update, "ROOT", tmp_path / "shallow")
    assert "of " + str(tmp_path / "shallow") + ", a shallow clone. Fetch it there, or" in refused(
        capsys
    )
    assert "git fetch --unshallow" in refused(capsys)
    monkeypatch.setattr(template_update, "ROOT", root)
    tree = tomllib.loads((paper / ".template.toml").read_text())["origin"]["tree"]
    change(paper / ".template.toml", tree, "0" * 40)
    commit(root, "Lose the tree")
    assert "the template tree 000000000000, which is not in the history of" in refused(capsys)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "DoeRoe2026_1"', 'name = "../../../evil_1"'),
        ('name = "DoeRoe2026_1"', ""),
        ('tree = "', 'tree = "--output=x'),
        ("[answers]", "[answer]"),
        ('year = "2026"', "year = 2026"),
    ],
)
def test_a_damaged_record_is_told(
    root: Path, paper: Path, old: str, new: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change(paper / ".template.toml", old, new)
    commit(root, "Damage it")

    said = refused(capsys)

    assert (
        ".template.toml must hold [origin] with `name` and `tree`, and [answers] of texts" in said
    )
    assert "Restore it: git log -p -- .template.toml" in said


def test_a_record_that_cannot_be_read_is_told(
    root: Path, paper: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (paper / ".template.toml").write_bytes(b"x = \xff")
    assert ".template.toml: " in refused(capsys)
    (paper / ".template.toml").unlink()
    assert "so DoeRoe2026_1 was not made from the template. Only papers that" in refused(capsys)


def test_answers_that_the_template_refuses_by_now_are_told(
    root: Path, paper: Path, change_template: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    change(
        root / "templates/paper/ldlc_scaffold.py",
        'TRACKS = ("professional", "research")',
        'TRACKS = ("one", "two")',
    )
    tree = change_template()

    said = refused(capsys)

    assert (
        f"the template tree {tree[:12]} cannot be made with the recorded answers: error: `track` must be"
        in said
    )


def test_a_tree_that_cannot_be_rendered_any_more_stops_only_its_own_papers(
    root: Path, change_template: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    tree = change_template(**{"README.md": "{{ broken\n"})
    file = root / "repos/DoeRoe2026_1/.template.toml"
    old = tomllib.loads(file.read_text())["origin"]["tree"]
    shutil.copytree(file.parent, root / "repos/DoeRoe2026_2")
    change(file, old, tree)
    change_template(**{"README.md": README + "new\n"})

    assert 1 == template_update.main(["update", "--all"])

    out = capsys.readouterr().out
    assert "DoeRoe2026_1  refused\n" in out
    assert f"the template tree {tree[:12]} cannot be made with the recorded answers: " in out
    assert "DoeRoe2026_2  took 2 template changes: 2 files\n" in out


def test_a_paper_outside_git_is_refused(
    root: Path,
    paper: Path,
    change_template: Callable[..., str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    change_template(**{"noxfile.py": "2\n"})
    copy = tmp_path / "DoeRoe2026_1"
    shutil.copytree(paper, copy)

    assert 1 == template_update.main(["update", str(copy)])

    assert (
        "is not in a git repository, so an update could not be undone." in capsys.readouterr().out
    )


# ---------------------------------------------------------------------------- a published paper


def nox(paper: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nox", "-s", *arguments]
    return subprocess.run(command, cwd=paper, capture_output=True, text=True)


@pytest.fixture
def published(root: Path, tmp_path: Path) -> Path:
    """A paper whose folder is a repository of its own, with the noxfile that papers have."""
    noxfile = (ROOT / FOLDER / "noxfile.py").read_text()
    write(
        root / FOLDER, {"noxfile.py": noxfile, "pyproject.toml": "[project]\ndependencies = []\n"}
    )
    commit(root, "Give papers their sessions")
    folder = tmp_path / "any name"
    shutil.move(scaffold(root, title="Published"), folder)
    write(folder, {".gitignore": ".nox/\n__pycache__/\n"})
    run_git(folder, "init", "--quiet")
    for key, value in (("user.name", "Jane Doe"), ("user.email", "jane@example.org")):
        run_git(folder, "config", key, value)
    commit(folder, "Publish")
    return folder


def test_a_published_paper_is_updated_from_a_clone(
    root: Path, published: Path, change_template: Callable[..., str]
) -> None:
    change_template("Say it better", **{"README.md": README.replace("GPL", "GPL 3")})

    behind = nox(published, "template_check", "--", "--from", "../monorepo")
    updated = nox(published, "template_update", "--", "--from", str(root))

    assert 1 == behind.returncode
    assert "any name  behind by 1 template change\n" in behind.stdout
    assert 0 == updated.returncode, updated.stderr
    assert "any name  took 1 template change: 2 files\n" in updated.stdout
    assert "GPL 3" in (published / "README.md").read_text()
    assert "M .template.toml\n M README.md" == run_git(published, "status", "--porcelain")
    assert "" == run_git(root, "status", "--porcelain")


def test_a_published_paper_says_where_the_template_is_to_be_had(
    published: Path, tmp_path: Path
) -> None:
    alone = nox(published, "template_update")
    wrong = nox(published, "template_update", "--", "--from", "nowhere")
    unnamed = nox(published, "template_update", "--", "--from")

    command = "Clone LDLC with its history, then: nox -s template_update -- --from CLONE"
    assert f"lies in a checkout of LDLC, and none is around this paper. {command}" in alone.stderr
    assert (
        f"lies in a checkout of LDLC, and {published / 'nowhere'} is none. {command}"
        in wrong.stderr
    )
    assert "argument --from: expected one argument" in unnamed.stderr
    assert 0 not in (alone.returncode, wrong.returncode, unnamed.returncode)


def test_a_checkout_around_the_paper_needs_no_name(
    root: Path, published: Path, change_template: Callable[..., str]
) -> None:
    paper = scaffold(root, title="Inside")
    commit(root, "Start another")
    change_template(**{"README.md": README.replace("GPL", "GPL 3")})

    done = nox(paper, "template_update")

    assert 0 == done.returncode, done.stderr
    assert "GPL 3" in (paper / "README.md").read_text()


def test_cookiecutter_comes_from_uv_where_it_is_not_installed_as_pinned(root: Path) -> None:
    assert [sys.executable] == python_with_cookiecutter(root)
    needs = root / "requirements.txt"
    needs.write_text("cookiecutter==0.0.1  # another\n")

    command = python_with_cookiecutter(root)

    assert ["--with", "cookiecutter==0.0.1", "python"] == command[-3:]
    assert "run" == command[1]


@pytest.mark.parametrize("options", [[], ["-B"]], ids=["fork", "program"])
def test_a_paper_is_made_again_in_a_process_of_its_own(
    root: Path, paper: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    command = [sys.executable, *options]  # with options it is not just this Python, but a program
    monkeypatch.setattr(template_render, "python_with_cookiecutter", lambda root: command)
    origin = template_origin.read(paper)
    contexts = [origin.context(origin.tree, paper), {"year": "never", "_recorded": origin.recorded}]
    (tmp_path / "1").mkdir()

    made, problem = render(root, run_git(root, "rev-parse", "HEAD"), contexts, tmp_path / "1")

    assert isinstance(made, Path), made
    assert files_of(made) == files_of(paper)
    assert "error: `year` must have four digits" in str(problem)
    (root / "core/src/ldlc/naming.py").write_text("raise SystemExit('no rule')\n")
    broken = commit(root, "Break the rule")
    with pytest.raises(
        TemplateError, match=rf"{broken[:12]} could not be rendered: (?s:.*)no rule"
    ):
        render(root, broken, contexts, tmp_path / "2")


# ---------------------------------------------------------------------------- the papers that are here


@pytest.mark.parametrize(
    "paper", sorted(p.parent for p in ROOT.glob("repos/*/paper.toml")), ids=lambda p: p.name
)
def test_locked_files_of_every_paper_are_as_the_template_gave_them(
    paper: Path, tmp_path: Path
) -> None:
    origin, history = template_origin.read(paper), History(ROOT)
    commit = history.commit_of(origin)
    context = origin.context(origin.tree, paper)

    (made,) = render(ROOT, commit, [context], tmp_path)

    assert isinstance(made, Path), made
    classes = Classes(tmp_path / "template/templates/paper", origin.name)
    locked = {name for name in files_of(made) if "locked" == classes.of(name)} - {".template.toml"}
    for name in locked:
        assert (made / name).read_bytes() == (paper / name).read_bytes(), (
            f"{name} is the template's"
        )
    assert {"LICENSE", "noxfile.py"} <= locked
