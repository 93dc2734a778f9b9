# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each check passes a sound paper and names the fault of a broken one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from papers import NAME

from ldlc.checks import CHECKS, run
from ldlc.checks.header import COMMENTS, header
from ldlc.cli import main
from ldlc.plan import load
from ldlc.replicate import Options, replicate

HEADER = "# SPDX-FileCopyrightText: 2026 LDLC contributors\n# SPDX-License-Identifier: GPL-3.0-or-later\n"


def edit(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(paper: Path) -> None:
        path = paper / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def write(file: str, text: str) -> Callable[[Path], None]:
    return lambda paper: (paper / file).write_text(text, encoding="utf-8") and None


def remove(file: str) -> Callable[[Path], None]:
    return lambda paper: (paper / file).unlink()


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
    ("P05", edit("pyproject.toml", "==0.1.0", ">=0.1.0"), "core is not pinned"),
    ("P05", edit("pyproject.toml", "==0.1.0", "==0.1.*"), "core is not pinned"),
    ("P05", edit("pyproject.toml", "==0.1.0", "==0.1.0.dev0"), "is no release"),
    ("P05", edit("pyproject.toml", "==0.1.0", " @ file:///core"), "from an address or a path"),
    (
        "P05",
        edit("pyproject.toml", "[project]", "[tool.uv.sources]\nldlc = { path = '.' }\n[project]"),
        "tool.uv.sources",
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
        edit("pyproject.toml", '"ldlc==0.1.0"', '"ldlc==0.1.0", "pillow>=1"'),
        "`pillow` is a dependency without",
    ),
    (
        "P07",
        edit("paper.toml", "[experiments.walk]", "[dependencies]\nx = 'y'\n[experiments.walk]"),
        "dependencies.x",
    ),
]


@pytest.fixture
def recorded(paper: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A paper with a record and a report, made by the core that it pins."""
    from rich.console import Console

    import ldlc.checks.report
    from ldlc.report import write as write_report

    for module in (ldlc.replicate, ldlc.checks.report):
        monkeypatch.setattr(module, "core_version", lambda: "0.1.0")
    replicate(load(paper), Options(record=True), Console(quiet=True))
    write_report(load(paper))
    return paper


def problems(paper: Path) -> dict[str, str]:
    return {r.code: "\n".join(r.problems) for r in run(paper) if r.problems}


def test_a_sound_paper_passes_every_check(paper: Path) -> None:
    assert problems(paper) == {}


def test_codes_are_unique_and_every_check_says_what_it_demands() -> None:
    assert len({m.CODE for m in CHECKS}) == len(CHECKS)
    assert all(m.__doc__ and m.TITLE for m in CHECKS)


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

    assert says in problems(paper)[code]
    assert main(["check", str(paper)]) == 1
    assert says in capsys.readouterr().out


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
    assert once == file.read_text() == "#!/usr/bin/env thing\n" + header(file) + "content\n"


def test_fix_restores_the_licence(paper: Path) -> None:
    (paper / "LICENSE").write_text("MIT")

    assert main(["check", "--fix", str(paper)]) == 0
    assert problems(paper) == {}


def test_a_folder_that_is_not_there_is_misuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(tmp_path / "no")]) == 2
    assert "is no folder" in capsys.readouterr().err
