# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import shutil
from pathlib import Path

import catalogue
import pytest
from catalogue import CatalogueError
from conftest import ROOT

PAPER = "repos/RumelhartHintonWilliams1986_1"
README = "# Title\n\n<!-- papers:begin -->\nold\n<!-- papers:end -->\n\nMore.\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one paper that has a report, one that has none, and a README."""
    for file in ("paper.toml", "report.json"):
        (tmp_path / PAPER).mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / PAPER / file, tmp_path / PAPER / file)
    (tmp_path / "repos/New1999_1").mkdir()
    (tmp_path / "repos/New1999_1/paper.toml").write_text("")
    (tmp_path / "README.md").write_text(README)
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
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
        "README.md: the table of papers is not what their reports say. Write it"
        in capsys.readouterr().err
    )
    assert (root / "README.md").read_text() == README


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
