# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ldlc.plan import load
from ldlc.runs import Keys, RunLine
from ldlc.worker import Group


@pytest.fixture
def line(paper: Path) -> RunLine:
    """A finished run of the test paper."""
    return Group(load(paper), "walk", "without", "full").execute(0)


def edit(paper: Path, file: str, old: str, new: str) -> None:
    path = paper / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("{name}/experiments.py", '"""Walks."""', '"""Walks about."""'),
        ("{name}/experiments.py", "    def run(", "    # a comment\n    def run("),
        ("paper.toml", "A walk with drift", "Any walk with drift"),
        ("paper.toml", 'certainty = "text"', 'certainty = "memory"'),
        ("paper.toml", "at_least = 0.0", "at_least = 1.0"),
        ("paper.toml", "seeds = 6", "seeds = 7"),
        ("paper.toml", "config = { steps = 3 }", "config = { steps = 4 }"),
        ("pyproject.toml", "0.1.0", "0.2.0"),
    ],
)
def test_an_edit_that_no_number_depends_on_makes_nothing_stale(
    paper: Path, line: RunLine, file: str, old: str, new: str
) -> None:
    edit(paper, file.format(name=paper.name), old, new)

    assert Keys(load(paper)).is_valid(line)


def test_a_new_readme_or_figures_module_makes_nothing_stale(paper: Path, line: RunLine) -> None:
    (paper / "README.md").write_text("text")
    (paper / paper.name / "figures.py").write_text("x = 1\n")

    assert Keys(load(paper)).is_valid(line)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("{name}/experiments.py", "draw.gauss(config.drift, 0.1)", "draw.gauss(config.drift, 0.2)"),
        ("{name}/__init__.py", "# SPDX-FileCopyrightText", "x = 1\n# SPDX-FileCopyrightText"),
        ("paper.toml", "steps = 50", "steps = 51"),
        ("paper.toml", "{ drift = 0.0 }", "{ drift = 0.01 }"),
        ("paper.toml", "seeds = 6", "seeds = 6\nengine = { threads = 2 }"),
        ("paper.toml", "seeds = 6", "seeds = 6\nengine = { arms = { without = { jit = true } } }"),
    ],
)
def test_an_edit_that_numbers_can_depend_on_makes_runs_stale(
    paper: Path, line: RunLine, file: str, old: str, new: str
) -> None:
    edit(paper, file.format(name=paper.name), old, new)

    assert not Keys(load(paper)).is_valid(line)


def test_an_edit_of_one_arm_leaves_the_other_valid(paper: Path) -> None:
    line = Group(load(paper), "walk", "with_drift", "full").execute(0)
    edit(paper, "paper.toml", "{ drift = 0.0 }", "{ drift = 0.01 }")

    assert Keys(load(paper)).is_valid(line)


def test_a_run_of_an_arm_that_is_gone_is_not_valid(paper: Path, line: RunLine) -> None:
    edit(paper, "paper.toml", "without = {", "other = {")

    assert not Keys(load(paper)).is_valid(line)


def test_a_run_is_stale_when_a_file_that_it_read_has_changed(paper: Path, line: RunLine) -> None:
    words = paper / "words.txt"
    words.write_text("a b")
    digest = "c8687a08aa5d6ed2044328fa6a697ab8e96dc34291e8c2034ae8c38e6fcc6d65"
    read = msgspec.structs.replace(line, data={"./words.txt": digest})
    before = Keys(load(paper)).is_valid(read)

    words.write_text("a c")

    assert (before, Keys(load(paper)).is_valid(read)) == (True, False)


def test_a_run_that_raised_is_valid_but_not_done(paper: Path, line: RunLine) -> None:
    keys = Keys(load(paper))
    raised = msgspec.structs.replace(line, error="Traceback")

    assert (keys.is_done(line), keys.is_valid(raised), keys.is_done(raised)) == (True, True, False)
