# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from papers import PaperError, move_pin, papers, pinned
from wheels import Release

PYPROJECT = """\
[project]
name = "A1999_1"
dependencies = [
    # "ldlc==0.0.9" was the first.
    "ldlc[tensorflow]==0.1.10",  # core
    "other",
]
"""


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    folder = tmp_path / "repos/A1999_1"
    folder.mkdir(parents=True)
    (folder / "paper.toml").write_text("")
    (folder / "pyproject.toml").write_text(PYPROJECT)
    return folder


def test_a_paper_is_a_folder_with_a_plan(paper: Path, tmp_path: Path) -> None:
    (tmp_path / "repos/notes").mkdir()

    assert papers(tmp_path) == {"A1999_1": paper}


def test_the_pin_is_read_from_the_code_alone(paper: Path) -> None:
    assert pinned(paper) == "0.1.10"


def test_moving_a_pin_changes_the_version_and_the_hash_and_nothing_else(paper: Path) -> None:
    move_pin(paper, Release("0.2.0", "tree", "abc", "half"))

    assert (paper / "pyproject.toml").read_text() == PYPROJECT.replace("0.1.10", "0.2.0")
    assert (paper / "core.lock").read_text() == "ldlc==0.2.0 --hash=sha256:abc\n"


def test_core_may_be_pinned_with_several_extras(paper: Path) -> None:
    (paper / "pyproject.toml").write_text(PYPROJECT.replace("[tensorflow]", "[tensorflow,gpu]"))

    move_pin(paper, Release("0.2.0", "tree", "abc", "half"))

    assert '"ldlc[tensorflow,gpu]==0.2.0"' in (paper / "pyproject.toml").read_text()


@pytest.mark.parametrize("pins", ['"ldlc>=0.1"', '"ldlc==0.1.0", "ldlc[keras]==0.1.0"', ""])
def test_a_pin_that_is_not_exactly_one_is_refused(paper: Path, pins: str) -> None:
    (paper / "pyproject.toml").write_text(f"[project]\ndependencies = [{pins}]\n")

    with pytest.raises(PaperError, match=r"must pin core exactly: one dependency .* it has [02]\."):
        pinned(paper)


def test_a_paper_without_a_project_is_told_so(paper: Path) -> None:
    (paper / "pyproject.toml").unlink()

    with pytest.raises(PaperError, match=r"pyproject.toml cannot be read: No such file"):
        pinned(paper)
