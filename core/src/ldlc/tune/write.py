# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts `engine` into the text of a plan, and leaves every other byte of it alone."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from ldlc.plan.model import ArmEngine, Engine

_KEY = re.compile(r"""^\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')\s*=""")


def engine_text(engine: Engine) -> str:
    """Returns the inline table of an `engine`, such as "{ threads = 1, jit = true }"."""
    parts = _words(ArmEngine(engine.threads, engine.jit))
    arms = ", ".join(f"{arm} = {{ {', '.join(_words(own))} }}" for arm, own in engine.arms.items())
    return f"{{ {', '.join([*parts, *([f'arms = {{ {arms} }}'] if arms else [])])} }}"


def with_engine(text: str, experiment: str, engine: Engine) -> str:
    """Returns the text of a plan in which an experiment has this `engine`.

    Args:
      text: The text of paper.toml, a valid plan.
      experiment: The experiment's name.
      engine: What to write.

    Raises:
      ValueError: If the text is laid out so that it cannot be done safely; it says which line to write.
    """
    line = f"engine = {engine_text(engine)}"
    lines = text.splitlines(keepends=True)
    header = re.compile(rf"^\s*\[\s*experiments\s*\.\s*[\"']?{re.escape(experiment)}[\"']?\s*\]")
    start = next((k for k, one in enumerate(lines) if header.match(one)), None)
    if start is not None:
        end = next(
            (k for k in range(start + 1, len(lines)) if re.match(r"^\s*\[", lines[k])), len(lines)
        )
        keys = [k for k in range(start + 1, end) if _KEY.match(lines[k])]
        old = [k for k in keys if re.match(r"^\s*engine\s*=", lines[k])]
        newline = "\r\n" if lines[start].endswith("\r\n") else "\n"
        if old:
            match = re.match(r"^(\s*engine\s*=\s*)(\{.*\})(.*)$", lines[old[0]], re.DOTALL)
            lines[old[0]] = match[1] + engine_text(engine) + match[3] if match else line + newline
        else:
            lines.insert((keys or [start])[-1] + 1, line + newline)
    changed = "".join(lines)
    if not _same_but_engine(text, changed, experiment, engine):
        raise ValueError(
            f"`engine` of `{experiment}` is laid out so that it cannot be replaced safely. Write it "
            f"yourself, as one line under [experiments.{experiment}]: {line}"
        )
    return changed


def _words(own: ArmEngine) -> list[str]:
    words = [] if own.threads is None else [f"threads = {own.threads}"]
    return words + ([] if own.jit is None else [f"jit = {'true' if own.jit else 'false'}"])


def _same_but_engine(old: str, new: str, experiment: str, engine: Engine) -> bool:
    """Returns whether a changed text reads as the old one but for the experiment's `engine`."""
    before: dict[str, Any] = tomllib.loads(old)
    try:
        after: dict[str, Any] = tomllib.loads(new)
    except tomllib.TOMLDecodeError:
        return False
    before["experiments"][experiment]["engine"] = tomllib.loads(f"engine = {engine_text(engine)}")[
        "engine"
    ]
    return before == after
