# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A paper's folder: its plan, and where everything else lies."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ldlc.plan import toml
from ldlc.plan.check import check
from ldlc.plan.decode import Problem, decode
from ldlc.plan.model import Plan
from ldlc.plan.source import ConfigClass, config_classes

PLAN_FILE = "paper.toml"
_MAX_BYTES = 4_000_000


class PlanError(ValueError):
    """A plan that breaks rules; the text has one line for each mistake."""

    def __init__(self, file: Path, problems: list[Problem]) -> None:
        self.file, self.problems = file, problems
        super().__init__("\n".join(f"{file}: {message}" for _, message in problems))


@dataclass(frozen=True)
class PaperFolder:
    """A folder that holds a paper's plan, package, runs and report."""

    path: Path
    package: Path  # the folder that holds `experiments.py`
    plan: Plan
    configs: Mapping[str, ConfigClass]

    @property
    def name(self) -> str:
        """The paper's name, which is that of its package."""
        return self.package.name

    @property
    def file(self) -> Path:
        """The plan's file."""
        return self.path / PLAN_FILE

    @property
    def results(self) -> Path:
        """The record: runs that are committed."""
        return self.path / "results"

    @property
    def work(self) -> Path:
        """Working runs and logs of this machine; never committed."""
        return self.path / ".ldlc"


def package_of(path: Path) -> Path:
    """Returns the package in a paper's folder: where `experiments.py` lies, or would lie.

    Raises:
      ValueError: If several packages hold one.
    """
    found = []
    with contextlib.suppress(OSError), os.scandir(path) as entries:
        folders = [entry.name for entry in entries if entry.is_dir()]
        found = sorted(n for n in folders if os.path.exists(f"{path}/{n}/experiments.py"))  # noqa: PTH110
    if len(found) > 1:
        names = ", ".join(f"`{name}`" for name in found)
        raise ValueError(
            f"`{path}` must hold one package with an experiments.py, got {names}. Remove all but one."
        )
    return path / (found[0] if found else path.resolve().name)


def load(path: Path | str) -> PaperFolder:
    """Reads and checks the plan of the paper in a folder.

    Args:
      path: The folder, or its `paper.toml`.

    Raises:
      PlanError: If anything in the plan breaks a rule; it names every mistake of the file.
    """
    path = Path(path)
    if path.name == PLAN_FILE:
        path = path.parent
    file = path / PLAN_FILE
    data = _read(file)
    version = data.get("schema")
    if isinstance(version, int) and not isinstance(version, bool) and version > 1:
        message = f"`schema` is {version}; this version of ldlc reads 1. Use a newer one."
        raise PlanError(file, [("schema", message)])
    plan, problems = decode(data, Plan)
    if plan is None:
        raise PlanError(file, [_with_claim_id(p, data) for p in problems])
    try:
        package = package_of(path)
        classes, broken = config_classes(package / "experiments.py")
    except ValueError as error:
        raise PlanError(file, [("", str(error))]) from None
    problems = check(plan, classes, broken)
    if problems:
        raise PlanError(file, problems)
    return PaperFolder(path, package, plan, classes)


def _read(file: Path) -> dict[str, Any]:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        problem = f"there is no `{PLAN_FILE}` in `{file.parent}`. Name a paper's folder."
        raise PlanError(file, [("", problem)]) from None
    except NotADirectoryError:
        problem = f"`{file.parent}` is no folder. Name a paper's folder."
        raise PlanError(file, [("", problem)]) from None
    except OSError as error:
        raise PlanError(file, [("", f"can't be read: {error.strerror}.")]) from None
    if len(content) > _MAX_BYTES:
        problem = f"has {len(content):,} bytes; a plan has at most {_MAX_BYTES:,}. Shorten it."
        raise PlanError(file, [("", problem)])
    try:
        return toml.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8 at byte {error.start}. Save it as UTF-8."
        raise PlanError(file, [("", problem)]) from None
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise PlanError(file, [("", f"is not valid TOML: {reason}. Mend it.")]) from None


def _with_claim_id(problem: Problem, data: Mapping[str, Any]) -> Problem:
    """Names a claim by its id instead of its position, where it has one."""

    def name(match: re.Match[str]) -> str:
        claims = data.get("claims")
        claim = claims[int(match[1])] if isinstance(claims, list) else None
        id_ = claim.get("id") if isinstance(claim, dict) else None
        usable = isinstance(id_, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,80}", id_)
        return f"claims[{id_}]" if usable else match[0]

    pattern = r"\bclaims\[(\d+)\]"
    return re.sub(pattern, name, problem[0]), re.sub(pattern, name, problem[1])
