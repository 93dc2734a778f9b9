# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check says, and how it is shown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True)
class Result:
    """The outcome of one check.

    Args:
      code: The check's code, such as "P03".
      title: What it demands, in a few words.
      problems: What is wrong, where, and what to do; empty if nothing is.
      fixed: What was mended.
      warnings: What should be looked at, and fails nothing.
      text: What the check demands and why: its module's docstring.
    """

    code: str
    title: str
    problems: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    text: str = ""


def show(result: Result) -> list[str]:
    """Returns the lines that tell of a result; none if there is nothing to tell.

    The first line has code and title, then come the places with what to do, last what the check is for.
    """
    said = [("", problem) for problem in result.problems]
    said += [("warning: ", warning) for warning in result.warnings]
    said += [("mended: ", fixed) for fixed in result.fixed]
    if not said:
        return []
    lines = [f"{result.code} {result.title}"]
    for prefix, text in said:
        lines += ["  " + line for line in (prefix + text).splitlines()]
    if result.problems or result.warnings:
        lines += ["  | " + line for line in paragraphs(result.text, width=100)]
    return lines


def paragraphs(text: str, width: int) -> list[str]:
    """Returns a docstring as lines of a width, its paragraphs kept apart."""
    parts = [" ".join(part.split()) for part in text.strip().split("\n\n")]
    wrapped: list[str] = []
    for part in parts:
        wrapped += textwrap.wrap(part, width, break_on_hyphens=False)
    return wrapped


def listing(modules: Iterable[ModuleType]) -> str:
    """Returns what each check demands and why, for `--list`."""
    blocks = []
    for module in modules:
        text = "\n  ".join(paragraphs(module.__doc__ or "", width=100))
        blocks.append(f"{module.CODE} {module.TITLE}\n  {text}\n")
    return "\n".join(blocks)
