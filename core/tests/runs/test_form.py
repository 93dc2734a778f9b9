# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ldlc.runs.form import digest_of_modules, reached_modules, source_form

CODE = '''
"""Docstring."""
import math, os as system
from . import other

@decorator(1, key="x")
class A(B, metaclass=M):
    """Doc."""
    x: int = 3
    async def f(self, a, /, b=1, *c, d: float = 2.5, **e) -> "A":
        """Doc."""
        async with a as b, c: await d
        return f"{a!r:>{b}} {c}" f"x" + rb"\\x00".decode() + """multi
line"""

def g(x):
    match x:
        case [1, *rest] if rest: pass
        case {"a": y, **z} | str(y): return ...
        case _: raise ValueError from None
    try: yield from (i := j for i in range(10) if not i % 2)
    except* OSError as error: del error
    finally: global h; h = lambda *a, k=1: {**a, 1: [*k]}
    return x if x is not None else -1 << 2 @ 3j
'''


def test_comments_docstrings_and_layout_change_nothing() -> None:
    plain = "def f(x):\n    return x + 1\n"
    dressed = '"""Doc."""\n\ndef f( x ) :  # why\n    """Doc."""\n    return (x\n  + 1)\n'

    assert source_form(plain) == source_form(dressed)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1", "x = 2"),
        ("x = 1", "x = 1.0"),
        ("x = 1", "x = True"),
        ("x = 'a'", "x = b'a'"),
        ("x = f'{a}'", "x = f'{a!r}'"),
        ("x = f'{a}'", "x = f'{a:3}'"),
        ("x = a + b", "x = a - b"),
        ("x = a + b", "x = b + a"),
        ("f(a)", "f(*a)"),
        ("f(a=1)", "f(b=1)"),
        ("import a", "import a as b"),
        ("from a import b", "from .a import b"),
        ("def f(): pass", "async def f(): pass"),
        ("def f(a): pass", "def f(a=None): pass"),
        ("x = 'not a docstring'", "y = 'not a docstring'"),
    ],
)
def test_what_code_does_changes_its_form(before: str, after: str) -> None:
    assert source_form(before) != source_form(after)


def test_a_string_that_is_no_docstring_counts() -> None:
    assert source_form("x = 1\n'text'") != source_form("x = 1")


def pythons() -> list[str]:
    """Returns the interpreters at hand that core supports, one a minor version."""
    found: dict[str, str] = {}
    candidates = [shutil.which(f"python3.{minor}") for minor in range(11, 16)]
    for root in (os.environ.get("PYENV_ROOT"), str(Path.home() / ".pyenv")):
        if root:
            candidates += [str(p) for p in sorted(Path(root).glob("versions/3.1[1-9]*/bin/python"))]
    for candidate in filter(None, candidates):
        ask = [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        done = subprocess.run(ask, capture_output=True, text=True, check=False)
        if done.returncode == 0 and done.stdout.strip() >= "3.11":
            found.setdefault(done.stdout.strip(), candidate)
    return sorted(found.values())


def test_the_form_is_the_same_on_every_python() -> None:
    form = Path(sys.modules["ldlc.runs.form"].__file__ or "")
    script = (
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('form', {str(form)!r})\n"
        "form = importlib.util.module_from_spec(spec); spec.loader.exec_module(form)\n"
        "sys.stdout.write(form.source_form(sys.stdin.read()))\n"
    )
    forms = {
        python: subprocess.run(
            [python, "-c", script], input=CODE, capture_output=True, text=True, check=True
        ).stdout
        for python in [*pythons(), sys.executable]
    }

    assert len(set(forms.values())) == 1
    assert source_form(CODE) == forms[sys.executable]


def test_the_digest_of_modules_depends_on_their_names_and_forms_alone(tmp_path: Path) -> None:
    texts = ("x = 1\n", "x  =  1  # one\r\n", "x = 2\n")
    files = [tmp_path / f"{i}.py" for i in range(3)]
    for file, text in zip(files, texts, strict=True):
        file.write_bytes(text.encode())

    one, laid_out, two = (digest_of_modules({"a": file}) for file in files)

    assert one == laid_out != two
    assert one != digest_of_modules({"b": files[0]})


def test_modules_are_reached_by_every_form_of_import(tmp_path: Path) -> None:
    package = tmp_path / "Paper1_1"
    (package / "deep").mkdir(parents=True)
    files = {
        "__init__.py": "",
        "experiments.py": "from .model import net\nimport Paper1_1.tasks as t\nimport os\n",
        "model.py": "def f():\n    from . import late\n",
        "tasks.py": "from Paper1_1 import deep\n",
        "late.py": "",
        "deep/__init__.py": "from .inner import x\n",
        "deep/inner.py": "from .. import cycle\n",
        "cycle.py": "from . import experiments\n",
        "figures.py": "",
        "unused.py": "",
    }
    for name, text in files.items():
        (package / name).write_text(text)

    reached = reached_modules(package)

    names = ("", ".cycle", ".deep", ".deep.inner", ".experiments", ".late", ".model", ".tasks")
    assert [f"Paper1_1{name}" for name in names] == sorted(reached)


def test_imports_are_reached_wherever_a_statement_can_stand(tmp_path: Path) -> None:
    package = tmp_path / "Paper1_1"
    package.mkdir()
    places = [
        "if a: \n    from . import m0\nelif b:\n    from . import m1\nelse:\n    from . import m2\n",
        "try:\n    from . import m3\nexcept E:\n    from . import m4\nelse:\n    from . import m5\n"
        "finally:\n    from . import m6\n",
        "try:\n    pass\nexcept* E:\n    from . import m7\n",
        "for a in b:\n    from . import m8\nelse:\n    from . import m9\n",
        "while a:\n    from . import m10\nelse:\n    from . import m11\n",
        "with a:\n    from . import m12\n",
        "match a:\n    case 1:\n        from . import m13\n",
        "class A:\n    async def f():\n        async with a:\n            from . import m14\n",
    ]
    (package / "experiments.py").write_text("".join(places))
    for i in range(15):
        (package / f"m{i}.py").write_text("")

    assert {f"Paper1_1.m{i}" for i in range(15)} < reached_modules(package).keys()


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\r\ny = f'é{a}'\r\n",
        "\x0c\nx = f'''é\x0c\n{a}\n  b'''\n",
        "x = 1\ry = f'{a}' + f\"ü{b!r}\"\r",
        "é = (f'a'\n 'b' f'{c}')",
    ],
)
def test_f_strings_are_kept_as_their_source(source: str) -> None:
    found = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.JoinedStr)]

    for node in found:
        assert f"f-string({ast.get_source_segment(source, node)!r})" in source_form(source)
    assert len(found) == source_form(source).count("f-string(") > 0
