# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Source code in a fixed form, so that a digest changes with what code does and with nothing else.

`ast.dump` differs between Python versions, so the form is our own: node types and their
non-empty fields, without positions, comments and docstrings; f-strings as their source text,
because Python 3.12 parses them otherwise than 3.11.
"""

from __future__ import annotations

import ast
import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

FORM_VERSION = "1"

_WITH_DOCSTRING = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def source_form(source: str, name: str = "<source>") -> str:
    """Returns Python source in the fixed form.

    Args:
      source: The text of a module.
      name: The file's name, for messages.

    Raises:
      SyntaxError: If the source is not valid Python.
    """
    return _form(_parsed(source, name), source.encode().splitlines(keepends=True))


def digest_of_modules(modules: Mapping[str, Path]) -> str:
    """Returns the SHA-256 of some modules' forms, by module name.

    Args:
      modules: Module names and their files.
    """
    whole = hashlib.sha256(f"form {FORM_VERSION}\n".encode())
    for name in sorted(modules):
        text = source_form(modules[name].read_text(encoding="utf-8"), str(modules[name]))
        whole.update(f"{name}\n{hashlib.sha256(text.encode()).hexdigest()}\n".encode())
    return whole.hexdigest()


def reached_modules(package: Path, start: str = "experiments") -> dict[str, Path]:
    """Returns the modules of a package that one of them reaches by import statements.

    Imports inside functions count; so do the `__init__` files of the packages on the way, because
    importing a module executes them.

    Args:
      package: The package's folder.
      start: The module to start from, without the package's name.

    Returns:
      Dotted names and files, the start included.
    """
    root = package.name
    found: dict[str, Path] = {}
    todo = [f"{root}.{start}"]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        file = _file_of(package, name)
        if file is None:
            continue
        found[name] = file
        if "." in name:
            todo.append(name.rpartition(".")[0])
        tree = _parsed(file.read_text(encoding="utf-8"), str(file))
        todo += _imports(tree, name, is_package=file.name == "__init__.py", root=root)
    return found


@functools.lru_cache(maxsize=16)  # modules that are reached are then brought into the fixed form
def _parsed(source: str, name: str) -> ast.Module:
    return ast.parse(source, filename=name)


def _imports(tree: ast.Module, module: str, is_package: bool, root: str) -> Iterator[str]:
    for node in _statements(tree.body):
        if isinstance(node, ast.Import):
            names: Iterable[str] = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")
                keep = len(parts) - node.level + (1 if is_package else 0)
                base = ".".join([*parts[:keep], *([base] if base else [])])
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            if name == root or name.startswith(f"{root}."):
                yield name
                while "." in name:
                    name = name.rpartition(".")[0]
                    yield name


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yields statements at any depth; imports stand nowhere else."""
    for node in body:
        yield node
        for field in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(node, field, []))
        for branch in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            yield from _statements(branch.body)


def _file_of(package: Path, name: str) -> Path | None:
    path = package.joinpath(*name.split(".")[1:])
    for candidate in (path / "__init__.py", path.with_suffix(".py")):
        if candidate.is_file():
            return candidate
    return None


def _form(node: object, lines: list[bytes]) -> str:
    if isinstance(node, ast.JoinedStr):
        return f"f-string({_segment(node, lines)!r})"
    if isinstance(node, ast.Constant):
        return f"{type(node.value).__name__}({node.value!r})"
    if isinstance(node, ast.AST):
        fields = []
        for name, value in ast.iter_fields(node):
            if name == "body" and isinstance(node, _WITH_DOCSTRING):
                value = _without_docstring(value)
            if value is None or value == [] or isinstance(value, ast.Load | ast.Store | ast.Del):
                continue
            fields.append(f"{name}={_form(value, lines)}")
        return f"{type(node).__name__}({','.join(sorted(fields))})"
    if isinstance(node, list):
        return "[" + ",".join(_form(item, lines) for item in node) + "]"
    return repr(node)


def _segment(node: ast.expr, lines: list[bytes]) -> str:
    """Returns what `ast.get_source_segment` does, which splits the whole source at each call."""
    last = node.lineno if node.end_lineno is None else node.end_lineno
    chosen = lines[node.lineno - 1 : last]
    chosen[-1] = chosen[-1][: node.end_col_offset]
    chosen[0] = chosen[0][node.col_offset :]
    return b"".join(chosen).decode()


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return body[1:]
    return body
