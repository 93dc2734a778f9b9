# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The config classes of `experiments.py`, read from its source: nothing of a paper is executed."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ldlc.plan.decode import Problem, join, nearest, show

_SCALARS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "str": (str,),
}


@dataclass(frozen=True)
class FieldType:
    """The type of a config field: a scalar, some literals, or a tuple of field types."""

    text: str
    scalar: str | None = None
    literals: tuple[Any, ...] = ()
    items: tuple[FieldType, ...] = ()
    repeated: bool = False

    def accepts(self, value: Any) -> bool:
        """Returns whether a TOML value fits; a whole number serves a float."""
        if self.literals:
            return any(type(value) is type(v) and value == v for v in self.literals)
        if self.scalar is not None:
            wanted = _SCALARS[self.scalar]
            return isinstance(value, wanted) and (self.scalar == "bool") == isinstance(value, bool)
        if not isinstance(value, list):
            return False
        if self.repeated:
            return all(self.items[0].accepts(v) for v in value)
        return len(value) == len(self.items) and all(
            t.accepts(v) for t, v in zip(self.items, value, strict=True)
        )

    def convert(self, value: Any) -> Any:
        """Returns an accepted value as the config class takes it: floats and tuples made."""
        if self.scalar == "float":
            return float(value)
        if self.items:
            types = self.items * len(value) if self.repeated else self.items
            return tuple(t.convert(v) for t, v in zip(types, value, strict=True))
        return value


@dataclass(frozen=True)
class ConfigClass:
    """A config class as its source declares it."""

    name: str
    fields: Mapping[str, FieldType]


def config_classes(file: Path) -> tuple[dict[str, ConfigClass], list[Problem]]:
    """Returns the config class of every public function in `experiments.py`, by function name.

    The class is the one annotated on the function's first parameter: a frozen dataclass of the
    same file, without base class and defaults, its fields `int`, `float`, `bool`, `str`,
    `Literal[...]` or `tuple[...]` of these.

    Args:
      file: The path of `experiments.py`.

    Returns:
      The classes, and the problems of functions whose class breaks a rule, each under the
      function's name.
    """
    name = file.name
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
    except FileNotFoundError:
        return {}, [(name, f"`{name}` is missing. Write one function an experiment in {file}.")]
    except (SyntaxError, UnicodeDecodeError, ValueError) as error:
        return {}, [(name, f"`{name}` is not valid Python: {error}. Mend it.")]
    classes = {n.name: n for n in tree.body if isinstance(n, ast.ClassDef)}
    found: dict[str, ConfigClass] = {}
    problems: list[Problem] = []
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        try:
            found[node.name] = _config_class(node, classes)
        except _BrokenError as broken:
            problems.append((node.name, str(broken)))
    return found, problems


def check_config(
    config: Mapping[str, Any], class_: ConfigClass, path: str, complete: bool
) -> list[Problem]:
    """Returns what in a table of config values breaks its class.

    Args:
      config: Values as the plan gives them.
      class_: The experiment's config class.
      path: The table's dotted key, for messages.
      complete: Whether every field must be there.
    """
    problems = []
    for key, value in config.items():
        where = join(path, key)
        if key not in class_.fields:
            hint = nearest(key, class_.fields)
            problems.append((where, f"`{key}` is no field of `{class_.name}`. {hint}"))
        elif not class_.fields[key].accepts(value):
            wanted = class_.fields[key].text
            problems.append((where, f"`{where}` must be {wanted}, got {show(value)}."))
    if complete:
        problems += [
            (join(path, key), f"`{key}` of `{class_.name}` is not given. Add it to `{path}`.")
            for key in class_.fields
            if key not in config
        ]
    return problems


class _BrokenError(Exception):
    """A rule of config classes is broken."""


def _config_class(function: ast.FunctionDef, classes: dict[str, ast.ClassDef]) -> ConfigClass:
    arguments = function.args.posonlyargs + function.args.args
    if not arguments or not isinstance(arguments[0].annotation, ast.Name):
        raise _BrokenError(
            f"`{function.name}` must annotate its first parameter with its config class. "
            f"Write `def {function.name}(config: {function.name.title().replace('_', '')}) -> Run:`."
        )
    name = arguments[0].annotation.id
    if name not in classes:
        raise _BrokenError(
            f"`{name}`, the config class of `{function.name}`, must stand in experiments.py itself. "
            f"{nearest(name, classes)}"
        )
    node = classes[name]
    if node.bases or not any(_is_frozen(d) for d in node.decorator_list):
        raise _BrokenError(
            f"`{name}` must be a frozen dataclass without a base class. "
            f"Write `@dataclass(frozen=True)` above `class {name}:`."
        )
    fields = {}
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            field = statement.target.id
            if statement.value is not None:
                raise _BrokenError(
                    f"`{name}.{field}` must have no default: the plan states every value. Remove it."
                )
            fields[field] = _field_type(statement.annotation, f"{name}.{field}")
    return ConfigClass(name, fields)


def _is_frozen(decorator: ast.expr) -> bool:
    if not isinstance(decorator, ast.Call):
        return False
    function = decorator.func
    called = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    return called == "dataclass" and any(
        k.arg == "frozen" and isinstance(k.value, ast.Constant) and k.value.value is True
        for k in decorator.keywords
    )


def _field_type(node: ast.expr, where: str) -> FieldType:
    if isinstance(node, ast.Name) and node.id in _SCALARS:
        return FieldType(node.id, scalar=node.id)
    text = ast.unparse(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _field_type(ast.parse(node.value, mode="eval").body, where)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if node.value.id == "Literal":
            values = [p.value for p in parts if isinstance(p, ast.Constant)]
            if values and len(values) == len(parts):
                return FieldType(text, literals=tuple(values))
        if node.value.id == "tuple" and parts:
            repeated = len(parts) == 2 and _is_ellipsis(parts[1])
            if repeated:
                parts = parts[:1]
            return FieldType(
                text, items=tuple(_field_type(p, where) for p in parts), repeated=repeated
            )
    raise _BrokenError(
        f"`{where}` has the type `{text}`; a config field is int, float, bool, str, Literal[...] or "
        "tuple[...] of these. Choose one of them."
    )


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is Ellipsis
