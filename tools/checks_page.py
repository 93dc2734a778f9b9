# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/checks.md: every check with its code, what it demands and what licences were accepted all the same.

nox -s gates -- --document
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import across

from ldlc import checks
from ldlc.checks import spdx

PAGE = Path("docs/checks.md")

OPENING = """\
<!-- Written by `nox -s gates -- --document` from the checks themselves; a test says whether it is current. -->
# Checks

Each check is a small module with a code that never changes, a title, and a text that is shown below what it finds.
What it finds says where and what to do.

```sh
nox -s gates                        # everything: all papers, and what only the repository as a whole can satisfy
nox -s gates -- NAME... [--fix]     # these papers, by the checks of this checkout; --fix mends P03 and P04
nox -s check -- NAME...             # these papers as they check themselves, with the core that they pin
nox -s plant_faults                 # one fault a check in a copy of this checkout: each is caught and named
pre-commit install                  # once: P03, P09, P10 and P11 then look at the staged files of every commit
```

Papers that are as they were when they passed, by the same checks, are not read again; `--again` reads them all.
A published paper has `nox -s check` and the same commit hook. Exit code: 0 if all passes, 1 if something does not,
2 for misuse; warnings fail nothing.
"""

LICENCES = """\
## Licences

P12 reads what is installed: a package's `License-Expression`, else its `License`, else its classifiers, else its
licence files. What stands there is read as an SPDX expression: of AND every part must pass, of OR one is enough.
Permissive, MPL and known proprietary licences pass; told apart from them are the viral families, and what nobody
has judged. Names in free text, what outranks metadata, and the exceptions stand in
[licences.toml](../core/src/ldlc/checks/licences.toml); a paper adds exceptions of its own in its pyproject.toml:

```toml
[[tool.ldlc.licence-exceptions]]
package = "NAME"
licence = "LGPL-3.0-only"   # exactly what is accepted
reason  = "why it does no harm here"
who     = "who looked and decided"
until   = 2027-06-30        # from then on the check fails, until somebody looks again
```
"""


def page() -> str:
    """Returns the text of docs/checks.md."""
    parts = [
        OPENING,
        "## One paper\n",
        "These are in core, and run in the monorepo and in a published paper. P12 looks at what is installed,\n"
        "and is not among the tests of a paper.\n",
        _table((*checks.CHECKS, *checks.INSTALLED)),
        "## The repository\n",
        _table(m for m in across.CHECKS if m not in checks.INSTALLED and m.CODE[0] == "M"),
        LICENCES,
        "Known better than from the metadata:\n",
        _rows(
            ("Package", "Licence", "Why"),
            [(f"`{n}`", f"`{o['licence']}`", o["why"]) for n, o in _known("overrides").items()],
        ),
        "Accepted all the same:\n",
        _rows(
            ("Package", "Licence", "Why", "Who", "Until"),
            [
                (f"`{e['package']}`", f"`{e['licence']}`", e["reason"], e["who"], str(e["until"]))
                for e in spdx.table()["exceptions"]
            ],
        ),
    ]
    return "\n".join(parts)


def _known(table: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = spdx.table()[table]
    return found


def _table(modules: Iterable[ModuleType]) -> str:
    return _rows(
        ("Code", "Title", "What it demands, and why"),
        [
            (
                m.CODE,
                m.TITLE,
                "<br>".join(" ".join(p.split()) for p in (m.__doc__ or "").split("\n\n")),
            )
            for m in modules
        ],
    )


def _rows(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    escaped = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in escaped)
