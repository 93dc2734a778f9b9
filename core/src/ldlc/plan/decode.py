# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From TOML to typed data, strictly, with every mistake of a file reported at once.

msgspec decodes a sound plan. Where it finds a mistake, the walk over tables and lists is ours, with a check of
each leaf, because a decoder that stops at the first mistake makes its user fix a plan one error at a time.
"""

from __future__ import annotations

import difflib
import functools
import re
import types
import typing
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)

Problem = tuple[str, str]
"""Where (a dotted key) and what: the two parts of one error."""


def decode(data: dict[str, Any], type_: type[T]) -> tuple[T | None, list[Problem]]:
    """Returns `data` as a `type_`, or None and every problem found.

    Args:
      data: A table as `tomllib` gives it.
      type_: The struct to make; it and all structs in it forbid unknown fields.

    Returns:
      The struct and no problems, or None and at least one problem.
    """
    try:
        return msgspec.convert(data, type_), []
    except (msgspec.ValidationError, RecursionError):
        pass
    problems: list[Problem] = []
    value = _struct(data, type_, "", problems)
    return (None, problems) if problems else (value, [])


def nearest(name: str, valid: Iterable[str]) -> str:
    """Returns a hint with the valid name most like `name`, or with all of them."""
    names = list(valid)
    close = difflib.get_close_matches(str(name), names, n=1, cutoff=0.5)
    if close:
        return f"Did you mean `{close[0]}`?"
    return f"Valid: {', '.join(f'`{n}`' for n in names)}." if names else "None is valid here."


def join(path: str, key: str) -> str:
    """Returns the dotted path of `key` in the table at `path`, quoted where TOML needs it."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", key):
        key = '"' + key.encode("unicode_escape").decode().replace('"', '\\"') + '"'
    return f"{path}.{key}" if path else key


def _value(data: Any, type_: Any, path: str, problems: list[Problem]) -> Any:
    origin, args = typing.get_origin(type_), typing.get_args(type_)
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
        return _struct(data, type_, path, problems)
    if origin in (types.UnionType, typing.Union):
        structs = [a for a in args if isinstance(a, type) and issubclass(a, msgspec.Struct)]
        if structs:
            return _struct(data, structs[0], path, problems)
    if origin is dict and isinstance(data, dict):
        return {k: _value(v, args[1], join(path, k), problems) for k, v in data.items()}
    if origin is list and isinstance(data, list):
        return [_value(v, args[0], f"{path}[{i}]", problems) for i, v in enumerate(data)]
    try:
        return msgspec.convert(data, type_)
    except msgspec.ValidationError as error:
        problems.append((path, _leaf_message(path, data, type_, error)))
        return None


def _struct(data: Any, type_: type[T], path: str, problems: list[Problem]) -> T | None:
    if not isinstance(data, dict):
        problems.append((path, f"`{path}` must be a table, got {show(data)}."))
        return None
    before = len(problems)
    fields = _fields(type_)
    for key in data:
        if key not in fields:
            where = f" in `{path}`" if path else ""
            problems.append((join(path, key), f"`{key}` is no key{where}. {nearest(key, fields)}"))
    values: dict[str, Any] = {}
    for key, field in fields.items():
        if key in data:
            values[field.name] = _value(data[key], field.type, join(path, key), problems)
        elif field.required:
            problems.append((join(path, key), f"`{join(path, key)}` is missing. Add it."))
    return None if len(problems) > before else type_(**values)


@functools.cache
def _fields(type_: type[msgspec.Struct]) -> dict[str, Any]:
    """Returns a struct's fields by their names in the file; resolving the annotations takes longest of all."""
    return {field.encode_name: field for field in msgspec.structs.fields(type_)}


def _leaf_message(path: str, data: Any, type_: Any, error: msgspec.ValidationError) -> str:
    literals = [v for v in typing.get_args(type_) if isinstance(v, str)]
    if typing.get_origin(type_) is typing.Literal:
        options = typing.get_args(type_)
        hint = nearest(data, map(str, options)) if isinstance(data, str) and literals else ""
        return (
            f"`{path}` must be one of {', '.join(show(o) for o in options)}, got {show(data)}. {hint}"
        ).rstrip()
    return f"`{path}` must be {describe(type_)}, got {show(data)}."


def describe(type_: Any) -> str:
    """Returns a type in a reader's words, such as "a list of whole numbers"."""
    names = {
        int: "a whole number",
        float: "a number",
        str: "a string",
        bool: "true or false",
        type(None): "left out",
    }
    if type_ in names:
        return names[type_]
    origin, args = typing.get_origin(type_), typing.get_args(type_)
    if origin in (types.UnionType, typing.Union):
        parts = [describe(a) for a in args if a is not type(None)]
        return " or ".join(dict.fromkeys(parts))
    if origin in (list, tuple):
        return f"a list, each of it {describe(args[0])}"
    if origin is dict:
        return f"a table whose values are each {describe(args[1])}"
    if origin is typing.Literal:
        return "one of " + ", ".join(show(a) for a in args)
    return {"date": "a date such as 1986-10-09"}.get(getattr(type_, "__name__", ""), str(type_))


def show(value: Any, limit: int = 60) -> str:
    """Returns a value as it stands in TOML, shortened to `limit` characters."""
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, str):
        text = '"' + value.encode("unicode_escape").decode().replace('"', '\\"') + '"'
    elif isinstance(value, dict):
        text = "a table"
    else:
        text = str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
