# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each check passes a sound paper and names the fault of a broken one."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from papers import NAME, PIN

from ldlc import checks
from ldlc.checks import CHECKS, INSTALLED, run
from ldlc.checks.header import COMMENTS, header
from ldlc.checks.tree import Tree
from ldlc.cli import main

EVERY = (*CHECKS, *INSTALLED)


def whole(text: str) -> str:
    """Returns a text without its `§`: they keep what is planted out of this file itself."""
    return text.replace("§", "")


def edit(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(paper: Path) -> None:
        path = paper / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def write(file: str, content: str | bytes) -> Callable[[Path], None]:
    def plant(paper: Path) -> None:
        data = whole(content).encode() if isinstance(content, str) else content
        (paper / file).parent.mkdir(exist_ok=True)
        (paper / file).write_bytes(data)

    return plant


def link(file: str, target: str) -> Callable[[Path], None]:
    return lambda paper: (paper / file).symlink_to(target)


def remove(file: str) -> Callable[[Path], None]:
    return lambda paper: (paper / file).unlink()


SECRETS = [
    ("-----BEGIN RSA §PRIVATE KEY-----", "`----... (31 characters)` looks like a private key"),
    ("-----BEGIN §PRIVATE KEY-----", "a private key"),
    ("ghp§_" + "a1B2" * 9, "`ghp_... (40 characters)` looks like a GitHub token"),
    ("github§_pat_" + "a1B2_" * 14, "a GitHub token"),
    ("glpat§-" + "a1B2-" * 4, "a GitLab token"),
    ("pypi§-AgE" + "a1B2_" * 12, "a package index's token"),
    ("npm§_" + "a1B2" * 9, "an npm token"),
    ("hf§_" + "a1B2" * 9, "a Hugging Face token"),
    ("sk§-proj-" + "a1B2" * 9, "an API key"),
    ("AKI§A" + "A2B3" * 4, "an AWS key"),
    ("AIz§a" + "a1B2-" * 7, "a Google key"),
    ("xox§b-" + "12345-" * 5, "a Slack token"),
    ("sk§_live_" + "a1B2" * 6, "a Stripe key"),
    ("eyJ§hbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSMeKKF2QT4", "a signed web token"),
    ("https:§//ada:countess@lab.edu", "`co... (8 characters)` looks like a password in"),
    ("api§_key = 'q1w2e3r4t5y6u7i8o9'", "`q1w2... (18 characters)` looks like a secret beside"),
    ('"PASS§WORD": "q1w2e3r4t5y6u7i8o9"', "a secret beside its name"),
]

INNOCENT = """
Version 10.1.2 of 10.1038/323533a0; 10.20.30.400 and 1.10.20.30.40; at 127.0.0.1:80, 8.8.8.8, 172.32.0.1.
http://localhost:8000/x, https://example.org/home/ada, file:///tmp/x, https://doi.org/10.1/x, threading.local.
In /home/user/papers, ~/home/x and site/home/index; https://{host}/x; http://$HOST/, https://HOST/x
https://h/x, http://host:80, https://github.
token = os.environ["TOKEN"]; password = "a word of some length"; secret = "{{ secret }}"
sha256:1d3c54ac0d31bb2cb2b40ddbd0c4d1f7c7fba4a2d4ee0b0d2b93a5ef4ad5fa1c
https://user:$PASSWORD@lab.edu, https://me:password@www.example.org, http://a:secret@b.test/
ssh://git@example.org/x, mailto:ada@example.org
task-of-thirty-two-characters-at-the-least sk-learn
"""

FAULTS: list[tuple[str, Callable[[Path], None], str]] = [
    ("P01", edit("paper.toml", "seeds = 6", "sedes = 6"), "Did you mean `seeds`?"),
    ("P02", edit("paper.toml", "year = 1843", "year = 1844"), "`LovelaceBabbage1844_1`"),
    (
        "P02",
        edit("paper.toml", '"Babbage, Charles"', '"Babbage, Charles", "Menabrea, Luigi"'),
        "Menabrea1843_1",
    ),
    ("P02", edit("pyproject.toml", NAME, "lovelace"), "`project.name` must be"),
    ("P02", remove("pyproject.toml"), "can't be read"),
    ("P03", write(f"{NAME}/model.py", "x = 1\n"), "model.py: the header is missing"),
    ("P03", write("ci.yml", "on: push\n"), "ci.yml: the header is missing"),
    ("P04", remove("LICENSE"), "the licence is missing"),
    ("P04", write("LICENSE", "MIT"), "differs from the GPLv3"),
    (
        "P04",
        edit("pyproject.toml", "[project]", '[project]\nlicense = "MIT"'),
        "`project.license` must be `GPL-3.0-or-later`, got `MIT`",
    ),
    (
        "P04",
        edit("pyproject.toml", "[project]", '[project]\nlicense-files = ["AUTHORS"]'),
        "`project.license-files` lacks LICENSE",
    ),
    ("P05", edit("pyproject.toml", f"=={PIN}", ">=0.1.0"), "core is not pinned"),
    ("P05", edit("pyproject.toml", f"=={PIN}", "==0.1.*"), "core is not pinned"),
    ("P05", edit("pyproject.toml", "[project]", "[project"), "` is not valid TOML: Expected"),
    ("P05", edit("pyproject.toml", f"=={PIN}", "==0.1.0.dev0"), "is no release"),
    ("P05", edit("pyproject.toml", f"=={PIN}", " @ file:///core"), "from an address or a path"),
    (
        "P05",
        edit("pyproject.toml", "[project]", "[tool.uv.sources]\nldlc = { path = '.' }\n[project]"),
        "tool.uv.sources",
    ),
    ("P05", remove("core.lock"), "core.lock: is missing"),
    (
        "P05",
        edit("core.lock", f"=={PIN}", "==9.9.9"),
        f"must have one line, for `ldlc=={PIN}`, which pyproject.toml pins",
    ),
    ("P05", edit("core.lock", "0" * 64, "0"), "has no hash of its wheel"),
    ("P05", remove("requirements.lock"), "requirements.lock: is missing"),
    (
        "P05",
        write("requirements.lock", "rich>=14\n"),
        "`rich>=14` has no exact version with its hash",
    ),
    (
        "P05",
        write("requirements.lock", "rich==14 \\\n    --hash=sha256:0\nsix==1.17.0\n"),
        "`six==1.17.0` has no exact version with its hash",
    ),
    (
        "P05",
        write("requirements.lock", "# a comment\n--index-url=there\n"),
        "requirements.lock:2: names an address",
    ),
    (
        "P05",
        write("requirements.lock", "six @ https://example.org/six.whl --hash=sha256:0\n"),
        "requirements.lock:1: names an address",
    ),
    (
        "P06",
        edit("paper.toml", 'read = ["the notes"]', "read = []"),
        "`replication.clean_room.read` is empty",
    ),
    (
        "P06",
        edit("paper.toml", "no implementation was looked at", "I promise"),
        'lacks "no implementation',
    ),
    (
        "P07",
        edit("pyproject.toml", f'"ldlc=={PIN}"', f'"ldlc=={PIN}", "pillow>=1"'),
        "`pillow` is a dependency without",
    ),
    (
        "P07",
        edit("paper.toml", "[experiments.walk]", "[dependencies]\nx = 'y'\n[experiments.walk]"),
        "dependencies.x",
    ),
    (
        "P07",
        edit(
            "pyproject.toml",
            "dependencies",
            'optional-dependencies = { more = ["Pillow"] }\ndependencies',
        ),
        "`pillow` is a dependency without",
    ),
    ("P09", write("notes.txt", "x" * 500_001), "has 500,001 bytes, more than 500,000"),
    ("P09", write("results/full.jsonl", "x" * 5_000_001), "more than 5,000,000"),
    ("P09", write("weights.npy", b"\x93NUMPY\0"), "weights.npy: is binary, 7 bytes"),
    ("P09", write("latin.txt", "é".encode("latin-1")), "latin.txt: is binary"),
    ("P09", link("data", "../elsewhere"), "leads out of the folder, to `../elsewhere`"),
    ("P09", link("data", "/etc/hosts"), "leads out of the folder, to `/etc/hosts`"),
    ("P10", write("a.md", "see 10.§20.30.40"), "a.md:1: `10.§20.30.40` means something on one"),
    ("P10", write("a.md", "at 192.§168.0.1:80"), "`192.§168.0.1`"),
    ("P10", write("a.md", "at 172.§31.0.1."), "`172.§31.0.1`"),
    ("P10", write("a.md", "\nhttps:§//git.lab.internal/x"), "a.md:2: `https:§//git.lab.internal`"),
    ("P10", write("a.md", "git§@git.lan:x"), "`git§@git.lan`"),
    ("P10", write("a.md", "http:§//fileserver:8080/x"), "`http:§//fileserver`"),
    ("P10", write("a.md", "in /home§/ada/notes"), "`/home§/ada`"),
    ("P10", write("a.md", "in /Users§/ada/notes"), "`/Users§/ada`"),
    ("P10", write("a.md", "in /home§/ada/notes (allow P10: )"), "`/home§/ada`"),
    *[("P11", write("a.md", text), says) for text, says in SECRETS],
]


@pytest.mark.parametrize("text", ["http:§//intranet/x", "ghp§_" + "a1B2" * 9])
def test_a_line_that_says_why_may_hold_what_is_refused(paper: Path, text: str) -> None:
    write("a.md", f"{text}  <!-- allow P10: an example; allow P11: an example -->")(paper)

    assert problems(paper) == {}


def test_no_secret_is_shown_whole(paper: Path) -> None:
    for number, (text, _) in enumerate(SECRETS):
        write(f"{number}.md", text)(paper)

    said = problems(paper)["P11"]

    assert len(SECRETS) == len(said.splitlines())
    assert [] == [text for text, _ in SECRETS if whole(text) in said or text[-12:] in said]


def test_what_only_resembles_a_secret_or_a_private_host_passes(paper: Path) -> None:
    write("a.md", INNOCENT)(paper)

    assert problems(paper) == {}


def test_figures_may_be_binary_and_links_may_stay_inside(paper: Path) -> None:
    write("figures/photo.png", b"\x89PNG\0")(paper)
    link("figures/same.png", "photo.png")(paper)

    assert problems(paper) == {}


def test_git_ignored_files_are_not_looked_at(paper: Path) -> None:
    write(".gitignore", "scratch/\n")(paper)
    write("scratch/model.py", "x = 1\n")(paper)

    before = problems(paper)
    subprocess.run(["git", "init", "--quiet", str(paper)], check=True)

    assert list(before) == ["P03"]
    assert problems(paper) == {}


def test_single_files_are_looked_at_alone(paper: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("one.py", "x = 1\n")(paper)
    write("two.py", "x = 1\n")(paper)
    remove("LICENSE")(paper)

    code = main(["check", str(paper), "--files", str(paper / "one.py"), str(paper / "gone.py")])

    said = capsys.readouterr().out
    assert code == 1
    assert "one.py: the header is missing" in said
    assert "3 of 4 checks passed" in said
    assert "two.py" not in said


def test_a_file_of_another_folder_is_misuse(
    paper: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(paper), "--files", str(paper.parent / "x.py")]) == 2
    assert f"x.py` is not in `{paper}`. Name files of that folder." in capsys.readouterr().err


def test_files_need_nothing_beside_the_standard_library(paper: Path) -> None:
    source = Path(checks.__file__).parents[2]
    code = (
        f"import sys; sys.path.insert(0, {str(source)!r}); from ldlc.cli import main; "
        f"sys.exit(main(['check', {str(paper)!r}, '--files', {str(paper / 'paper.toml')!r}]))"
    )

    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True)

    assert (0, "4 of 4 checks passed\n", "") == (done.returncode, done.stdout, done.stderr)


def test_what_is_found_is_followed_by_what_the_check_is_for(
    paper: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remove("LICENSE")(paper)

    main(["check", str(paper)])

    assert capsys.readouterr().out == (
        "P04 LICENSE holds the GPLv3\n"
        f"  {paper}/LICENSE: the licence is missing. Add it, or let `--fix` do it.\n"
        "  | LICENSE holds the text of the GNU General Public License, version 3, unchanged, and goes into what\n"
        "  | is built.\n"
        "  | `--fix` writes the text.\n"
        f"{len(EVERY) - 1} of {len(EVERY)} checks passed\n"
    )


def test_every_check_is_listed_with_what_it_demands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--list"]) == 0
    listed = capsys.readouterr().out

    assert all(f"{m.CODE} {m.TITLE}\n  " in listed for m in EVERY)


def problems(paper: Path) -> dict[str, str]:
    return {r.code: "\n".join(r.problems) for r in run(paper) if r.problems}


def test_a_sound_paper_passes_every_check(paper: Path) -> None:
    assert problems(paper) == {}


def test_codes_are_unique_and_every_check_says_what_it_demands() -> None:
    assert len({m.CODE for m in EVERY}) == len(EVERY)
    assert all(m.__doc__ and m.TITLE for m in EVERY)


def test_every_check_has_a_fault_in_this_table() -> None:
    assert {m.CODE for m in CHECKS} - {"P08"} == {code for code, _, _ in FAULTS}


@pytest.mark.parametrize(("code", "plant", "says"), FAULTS, ids=[f"{c}-{s}" for c, _, s in FAULTS])
def test_a_planted_fault_is_caught_and_named(
    paper: Path,
    code: str,
    plant: Callable[[Path], None],
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    plant(paper)

    assert whole(says) in problems(paper)[code]
    assert main(["check", str(paper)]) == 1
    assert whole(says) in capsys.readouterr().out


def test_a_recorded_paper_passes(recorded: Path) -> None:
    assert problems(recorded) == {}


@pytest.mark.parametrize(
    ("plant", "says"),
    [
        (edit("REPORT.md", "Lovelace", "Byron"), "REPORT.md"),
        (remove("report.json"), "report.json"),
        (edit("paper.toml", "A walk with drift ends", "Walks end"), "REPORT.md"),
        (edit(f"{NAME}/experiments.py", "0.1)", "0.2)"), "6 of 6 runs were made by other code"),
        (
            edit("results/full/walk/without.jsonl", '"seed": 5', '"seed": 4'),
            "seed 4 is there twice",
        ),
    ],
)
def test_a_report_or_record_that_is_out_of_date_is_named(
    recorded: Path, plant: Callable[[Path], None], says: str
) -> None:
    plant(recorded)

    assert says in problems(recorded)["P08"]
    assert main(["check", str(recorded)]) == 1


def test_exposed_replicators_need_not_attest_what_is_not_true(paper: Path) -> None:
    edit("paper.toml", '"no implementation was looked at",', "")(paper)
    edit(
        "paper.toml",
        'read = ["the notes"]',
        'read = ["the notes"]\nexposures = ["a snippet in a search"]',
    )(paper)

    assert problems(paper) == {}


@pytest.mark.parametrize("suffix", sorted(COMMENTS))
def test_fix_adds_the_header_below_a_shebang_and_only_once(paper: Path, suffix: str) -> None:
    file = paper / f"script{suffix}"
    file.write_text("#!/usr/bin/env thing\ncontent\n")

    first = main(["check", "--fix", str(paper)])
    once = file.read_text()
    main(["check", "--fix", str(paper)])

    assert first == 0
    assert once == file.read_text() == "#!/usr/bin/env thing\n" + header(suffix) + "content\n"


def test_fix_restores_the_licence(paper: Path) -> None:
    (paper / "LICENSE").write_text("MIT")

    assert main(["check", "--fix", str(paper)]) == 0
    assert problems(paper) == {}


def test_a_folder_that_is_not_there_is_misuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(tmp_path / "no")]) == 2
    assert "is no folder" in capsys.readouterr().err


def test_without_git_caches_are_no_files_of_a_paper(tmp_path):
    for name in (".ruff_cache/0.1/1", ".pytest_cache/x", ".nox/x", "model.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"\0")

    assert ("model.py",) == Tree(tmp_path).names


def test_a_tree_goes_to_another_process_without_what_was_read(paper: Path) -> None:
    tree = Tree(paper, ["LICENSE", "paper.toml"])
    assert not tree.is_binary("LICENSE")

    packed = pickle.dumps(tree)

    assert len(packed) < 1_000
    assert pickle.loads(packed).names == tree.names
    assert pickle.loads(packed).read("LICENSE") == tree.read("LICENSE")


def test_files_of_a_kind_are_listed_alone(paper: Path) -> None:
    assert tuple(n for n in Tree(paper).names if n.endswith(".toml")) == Tree(paper).ending(".toml")


def test_a_file_that_grew_since_it_was_listed_is_read_whole(paper: Path) -> None:
    tree = Tree(paper)
    assert tree.size("core.lock") > 0
    (paper / "core.lock").write_bytes(b"x" * 10_000)

    assert b"x" * 10_000 == tree.read("core.lock")


def test_a_lock_may_end_its_lines_as_windows_does(paper: Path) -> None:
    lock = paper / "requirements.lock"
    lock.write_bytes(b"numpy==2.0 \\\r\n    --hash=sha256:ab\r\nscipy==1.0 --hash=sha256:cd\r\n")

    assert problems(paper) == {}
