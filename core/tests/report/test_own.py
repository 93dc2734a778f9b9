# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import sys

import pytest

from ldlc.report import FiguresError, Heat, own

RUNS = {("toy", "wide"): {}}


@pytest.fixture
def package(tmp_path):
    """Returns a package into which a figures.py can be written."""
    package = tmp_path / "Doe2001_1"
    package.mkdir()
    (package / "__init__.py").write_text("")
    return package


def write(package, body: str, head: str = "from ldlc.report import Heat") -> None:
    (package / "figures.py").write_text(f"{head}\n\n\ndef figures(results):\n    {body}\n")


def test_a_paper_without_figures_py_has_none(package):
    assert own.figures(package, RUNS) == {}


def test_figures_are_handed_over_with_the_recorded_runs(package):
    write(package, 'return {"fig-1": Heat("t", "c", [[len(results)]])}')

    assert {"fig-1": Heat("t", "c", [[1]])} == own.figures(package, RUNS)


def test_siblings_can_be_imported_and_the_path_is_left_as_it_was(package):
    (package / "names.py").write_text("TITLE = 'from a sibling'\n")
    head = "from Doe2001_1.names import TITLE\nfrom ldlc.report import Heat"
    write(package, 'return {"a": Heat(TITLE, "", [[1]])}', head)
    before = list(sys.path)

    assert own.figures(package, RUNS)["a"].title == "from a sibling"
    assert before == sys.path


def test_the_file_is_read_anew_each_time(package):
    for title in ("first", "other"):  # of equal length: byte code must not be taken
        write(package, f'return {{"a": Heat("{title}", "", [[1]])}}')
        assert title == own.figures(package, RUNS)["a"].title


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return []", r"`figures` of `Doe2001_1/figures.py` must return a dictionary .* got list"),
        ('return {"../x": Heat("t", "", [[1]])}', "must be named by lower-case letters.*'../x'"),
        ('return {"a": "<svg>"}', "must be Curves, Scatter, Bars, Weights or Heat, got str"),
        ("return 1 / 0", "line 5, raised ZeroDivisionError: division by zero"),
        ('return results["no", "arm"]', "line 5, raised KeyError"),
    ],
)
def test_a_mistake_is_told_with_its_place(package, body, message):
    write(package, body)

    with pytest.raises(FiguresError, match=message):
        own.figures(package, RUNS)


def test_a_file_without_the_function_is_told(package):
    (package / "figures.py").write_text("x = 1\n")

    with pytest.raises(FiguresError, match=r"must define `figures\(results\)`"):
        own.figures(package, RUNS)


def test_a_file_that_is_no_python_is_told(package):
    (package / "figures.py").write_text("def figures(:\n")

    with pytest.raises(FiguresError, match="SyntaxError"):
        own.figures(package, RUNS)
