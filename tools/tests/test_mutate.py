# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import mutate
import pytest

TOY = '''
"""A toy."""

from functools import lru_cache
from typing import Literal

LIMIT = 3
Kind = Literal["small", "large"]


@lru_cache
def is_large(x: float) -> bool:
    """Whether it is."""
    return x > LIMIT


class Box:
    @property
    def size(self) -> int:
        return 2 + 1
'''
CHECKED = """
from toy.sizes import Box, is_large


def test_four_is_large():
    assert is_large(4)


def test_three_is_not():
    assert not is_large(3)


def test_the_size_of_a_box():
    assert Box().size == 3
"""


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of one module, and its tests."""
    (tmp_path / "src/toy").mkdir(parents=True)
    (tmp_path / "tests").mkdir()
    (tmp_path / "src/toy/__init__.py").write_text("")
    (tmp_path / "src/toy/sizes.py").write_text(TOY)
    (tmp_path / "tests/test_sizes.py").write_text(CHECKED)
    monkeypatch.setattr(mutate, "ROOT", tmp_path)
    monkeypatch.setattr(mutate, "PACKAGE", "toy")
    return tmp_path


def test_comparisons_and_constants_are_changed_and_texts_and_types_are_not(toy):
    found = mutate.mutants(toy / "src/toy/sizes.py")

    assert [(m.what, m.function) for m in found] == [
        ("3  ->  4", ""),
        ("3  ->  2", ""),
        ("x > LIMIT  ->  x >= LIMIT", "is_large"),
        ("x > LIMIT  ->  x <= LIMIT", "is_large"),
        ("2 + 1  ->  2 - 1", "Box.size"),
        ("2  ->  3", "Box.size"),
        ("2  ->  1", "Box.size"),
        ("1  ->  2", "Box.size"),
        ("1  ->  0", "Box.size"),
    ]
    assert str(found[2]) == "src/toy/sizes.py:14: x > LIMIT  ->  x >= LIMIT"
    assert found[0].module == "toy.sizes"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a and b", ["a or b"]),
        ("a is None", ["a is not None"]),
        ("a in b", ["a not in b"]),
        ("a == 'x'", ["a != 'x'", "'Xx'"]),
        ("1.5", ["1.6500000000000001"]),
        ("0.0", ["0.1"]),
        ("True", ["False"]),
        ("min(a, b)", ["max(a, b)"]),
        ("np.any(a)", ["np.all(a)"]),
        ("a.max()", ["a.min()"]),
        ("zip(a, b, strict=True)", []),
        ("functools.lru_cache(maxsize=3)", []),
        ("lambda: 1.5", ["1.6500000000000001"]),
    ],
)
def test_changes(toy, before, after):
    path = toy / "src/toy/one.py"
    path.write_text(f"x = {before}\n")

    assert [m.what.partition("  ->  ")[2] for m in mutate.mutants(path)] == after


def test_defaults_that_are_never_read_are_left_alone(toy):
    path = toy / "src/toy/one.py"
    path.write_text("def f(x, a=1.5, *, b=2.5, c=True):\n    return x < a and b\n")

    found = [m.what for m in mutate.mutants(path)]

    assert "1.5  ->  1.6500000000000001" in found
    assert "2.5  ->  2.75" in found
    assert "True  ->  False" not in found


def test_a_change_changes_only_itself(toy):
    path = toy / "src/toy/sizes.py"
    found = mutate.mutants(path)

    scope: dict = {}
    exec(compile(mutate.mutated(found[2]), "toy", "exec"), scope)

    assert scope["is_large"](3)  # now 3 >= 3
    assert scope["Box"]().size == 3


def run(toy: Path, tests: str | None = None) -> subprocess.CompletedProcess[str]:
    if tests is not None:
        (toy / "tests/test_sizes.py").write_text(tests)
    code = (
        f"import sys; sys.path.insert(0, {str(Path(mutate.__file__).parent)!r})\n"
        "import mutate; from pathlib import Path\n"
        f"mutate.ROOT = Path({str(toy)!r}); mutate.SOURCE = mutate.ROOT / 'src'\n"
        "mutate.TESTS = mutate.ROOT / 'tests'; mutate.PACKAGE = 'toy'\n"
        "mutate.OPTIONS[-1] = str(mutate.ROOT); mutate.SLOW_IMPORTS = ('pytest',)\n"
        "sys.exit(mutate.main([]))\n"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_tests_that_notice_every_change_pass(toy):
    done = run(toy)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("9 changes, 0 not noticed, in ")


def test_what_no_test_notices_is_printed(toy):
    done = run(toy, CHECKED.replace("is_large(3)", "is_large(2)"))

    assert done.returncode == 1
    assert "not noticed: src/toy/sizes.py:14: x > LIMIT  ->  x >= LIMIT" in done.stdout
    assert "not noticed: src/toy/sizes.py:7: 3  ->  2" in done.stdout
    assert "9 changes, 2 not noticed" in done.stdout


def test_what_was_judged_and_is_not_in_the_code_any_more_is_told(toy):
    (toy / "tests/unnoticed.txt").write_text(
        "sizes: return 7  |  7  ->  8\nother: return 7  |  7  ->  8\n"
    )

    done = run(toy)

    assert done.returncode == 1
    told = "not in the code, so take it out of tests/unnoticed.txt: "
    assert f"{told}sizes: return 7  |  7  ->  8" in done.stdout
    assert f"{told}other" not in done.stdout


def test_what_was_judged_is_counted_and_told_where_a_test_notices_it(toy):
    kept = "sizes: return x > LIMIT  |  x > LIMIT  ->  x >= LIMIT"
    gone = "sizes: return 2 + 1  |  1  ->  2"
    (toy / "tests/unnoticed.txt").write_text(
        f"# whole numbers only\n{kept}\n\n# for no reason\n{gone}\n"
    )

    done = run(toy, CHECKED.replace("is_large(3)", "is_large(2)"))

    assert done.returncode == 1
    assert "x >= LIMIT" not in done.stdout
    assert "not noticed: src/toy/sizes.py:7: 3  ->  2" in done.stdout
    assert f"noticed by now, so take it out of tests/unnoticed.txt: {gone}" in done.stdout
    assert "9 changes, 1 not noticed but 1 that were judged, in " in done.stdout


def test_tests_that_fail_already_say_nothing(toy):
    done = run(toy, CHECKED.replace("is_large(4)", "is_large(1)"))

    assert done.returncode == 1
    assert "error: a test fails before anything is changed" in done.stdout


def test_a_module_that_is_none_is_refused(capsys):
    with pytest.raises(SystemExit) as stopped:
        mutate.main(["nowhere"])

    assert stopped.value.code == 2
    assert (
        "`nowhere` is no module of ldlc.verdict. Choose from: agreement," in capsys.readouterr().err
    )
