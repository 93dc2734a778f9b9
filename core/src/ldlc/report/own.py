# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a paper's own figures.py, which hands over data for figures."""

from __future__ import annotations

import importlib.util
import re
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from ldlc.report.kinds import Figure

if TYPE_CHECKING:
    from ldlc.runs import RunLine

FILE = "figures.py"
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


class FiguresError(ValueError):
    """A paper's figures.py that cannot be used."""


def figures(
    package: Path, runs: Mapping[tuple[str, str], Mapping[int, RunLine]]
) -> dict[str, Figure]:
    """Returns the figures of a paper's `figures.py`, by name; none if it has no such file.

    Args:
      package: The paper's package.
      runs: The recorded runs.

    Raises:
      FiguresError: If the file raises, or gives anything but figures.
    """
    file = package / FILE
    if not file.is_file():
        return {}
    where = f"{package.name}/{FILE}"
    sys.path.insert(0, str(package.parent))
    try:
        function = getattr(_module(file, package.name), "figures", None)
        if not callable(function):
            raise FiguresError(
                f"`{where}` must define `figures(results)`, and does not. Add it or remove the file."
            )
        found = function(runs)
    except FiguresError:
        raise
    except Exception as error:
        line = next(
            (
                f.lineno
                for f in reversed(traceback.extract_tb(error.__traceback__))
                if f.filename == str(file)
            ),
            0,
        )
        what = f"{type(error).__name__}: {error}"
        raise FiguresError(f"`{where}`, line {line}, raised {what}. Mend it.") from error
    finally:
        sys.path.remove(str(package.parent))
    return _checked(found, where)


def _module(file: Path, package: str) -> ModuleType:
    name = f"{package}.figures"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None  # the file exists and is named .py
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    source = file.read_bytes()
    exec(compile(source, str(file), "exec"), module.__dict__)  # never from stale byte code
    return module


def _checked(found: object, where: str) -> dict[str, Figure]:
    if not isinstance(found, Mapping):
        kind = type(found).__name__
        raise FiguresError(
            f"`figures` of `{where}` must return a dictionary of figures, got {kind}. Return one."
        )
    for key, figure in found.items():
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise FiguresError(
                f"A figure of `{where}` must be named by lower-case letters, digits and `-`, got {key!r}. "
                "It becomes the name of a file: rename it."
            )
        if not isinstance(figure, Figure):
            raise FiguresError(
                f"The figure `{key}` of `{where}` must be Curves, Scatter, Bars, Weights or Heat, got "
                f"{type(figure).__name__}. Hand over data, not a drawing."
            )
    return dict(found)
