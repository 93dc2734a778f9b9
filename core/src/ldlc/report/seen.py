# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers to the questions of claims that are judged by eye: `results/seen.toml`.

One table a claim, one line a person: `[hidden-features]`, then `"Ann Other" = true`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from ldlc.plan import Plan

FILE = "seen.toml"


class SeenError(ValueError):
    """A seen.toml that holds something else than answers."""


def read_seen(results: Path, plan: Plan) -> dict[str, dict[str, bool]]:
    """Returns claim -> person -> yes or no; nothing where there is no file.

    Args:
      results: The folder of the record.
      plan: The plan whose claims are judged.

    Raises:
      SeenError: If an answer belongs to no question, or is neither true nor false.
    """
    path = results / FILE
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SeenError(f"`{path}` is not valid TOML: {error}. Mend it.") from None
    questions = {claim.id for claim in plan.claims if claim.judge and claim.judge.seen is not None}
    for claim, answers in found.items():
        if claim not in questions:
            listed = ", ".join(sorted(questions)) or "none"
            raise SeenError(
                f"`{path}`: `{claim}` is no claim that is judged by eye, got answers to it. "
                f"Such claims of the plan: {listed}."
            )
        if not isinstance(answers, dict) or not all(isinstance(a, bool) for a in answers.values()):
            raise SeenError(
                f"`{path}`: `{claim}` must be a table of people and true or false, got {answers!r}. "
                'Write "Name" = true.'
            )
    return found
