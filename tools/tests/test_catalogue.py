# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
import shutil
from pathlib import Path

import catalogue
import pytest
from catalogue import CatalogueError
from conftest import ROOT
from wheels import released_wheel

from ldlc.report import decode

PAPER = "repos/RumelhartHintonWilliams1986_1"
README = "# Title\n\n<!-- papers:begin -->\nold\n<!-- papers:end -->\n\nMore.\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one paper that has a report, one that has none, and a README."""
    for file in ("paper.toml", "pyproject.toml", "report.json"):
        (tmp_path / PAPER).mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / PAPER / file, tmp_path / PAPER / file)
    (tmp_path / "repos/New1999_1").mkdir()
    (tmp_path / "repos/New1999_1/paper.toml").write_text("")
    (tmp_path / "README.md").write_text(README)
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
    # The releases are those of this repository.
    monkeypatch.setattr(catalogue, "released_wheel", lambda root, v: released_wheel(ROOT, v))
    return tmp_path


def test_the_table_of_this_repository_is_what_its_reports_say() -> None:
    assert catalogue.check(ROOT) == []


def test_the_table_is_written_between_its_marks_and_nothing_else_changes(root: Path) -> None:
    assert catalogue.main([]) == 0
    head, _, tail = (root / "README.md").read_text().partition("| Paper |")

    assert head == "# Title\n\n<!-- papers:begin -->\n"
    assert tail.endswith("|\n<!-- papers:end -->\n\nMore.\n")
    assert tail.count(f"({PAPER}/REPORT.md)") == 1
    assert "New1999_1" not in tail
    assert catalogue.main(["--check"]) == 0
    assert not (root / ".README.md.new").exists()


def test_a_table_that_is_out_of_date_is_told_and_left(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert catalogue.main(["--check"]) == 1
    assert (
        "README.md: the table of papers or the transcript is not what the reports say. Write it"
        in capsys.readouterr().err
    )
    assert (root / "README.md").read_text() == README


def test_the_transcript_holds_what_the_command_prints_but_for_the_sentences(root: Path) -> None:
    marks = "<!-- transcript:begin -->\nold\n<!-- transcript:end -->\n"
    (root / "README.md").write_text(README + marks)

    assert catalogue.main([]) == 0

    text = (root / "README.md").read_text()
    shown = text.partition("<!-- transcript:begin -->\n```text\n")[2].partition("\n```\n")[0]
    report = decode((root / PAPER / "report.json").read_bytes())
    head, *claims = shown.split("\n")
    assert head == f"{report.name}: {report.headline} (here)"
    for claim, says, facts in zip(report.claims, claims[::2], claims[1::2], strict=True):
        assert says == f"{claim.outcome}: {claim.id} ({claim.where}): {claim.says}"
        assert facts.startswith("  published ")
        assert (
            facts.partition("; recorded ")[2].partition("; here ")[0]
            == facts.partition("; here ")[2]
        )


def test_a_core_that_cannot_print_the_report_is_named(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    marks = "<!-- transcript:begin -->\nold\n<!-- transcript:end -->\n"
    (root / "README.md").write_text(README + marks)
    file = root / PAPER / "pyproject.toml"
    file.write_text(re.sub(r"ldlc(\S*)==[\d.]+", r"ldlc\1==9.9.9", file.read_text()))

    assert catalogue.main([]) == 1
    assert "error: core `9.9.9` is not a release" in capsys.readouterr().err


def test_the_readme_of_this_repository_shows_a_transcript() -> None:
    assert "(here)" in (ROOT / "README.md").read_text().partition("<!-- transcript:begin -->")[2]


@pytest.mark.parametrize("text", ["# Title\n", "<!-- papers:begin -->\n", "<!-- papers:end -->\n"])
def test_a_readme_without_a_place_for_it_is_told(root: Path, text: str) -> None:
    (root / "README.md").write_text(text)

    with pytest.raises(
        CatalogueError, match=r"README.md must have the lines `<!-- papers:begin -->` and"
    ):
        catalogue.readme(root)


def test_a_damaged_report_is_named(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / PAPER / "report.json").write_text("{")

    assert catalogue.main([]) == 1
    assert f"{PAPER}/report.json is no report: " in capsys.readouterr().err


def test_other_arguments_are_misuse(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogue.main(["--fix"]) == 2
    assert "usage: nox -s catalogue [-- --check]" in capsys.readouterr().err
