# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of a paper's files are the template's, by its files.toml, and which changes of it concern papers."""

from __future__ import annotations

import fnmatch
from pathlib import Path

from wheels import tomllib

TEMPLATE = "templates/paper"
MADE = "{{cookiecutter.name}}"  # the folder that becomes a paper's

KINDS = ("locked", "merge", "seed")
FRESH = ("hooks/", "locks/", "templates/")
"""What only new papers take anything from: in `templates/` lie the seeds that depend on the framework."""


class TemplateError(RuntimeError):
    """A paper cannot be updated from the template; the message says why and what to do."""


class Classes:
    """The class of each file, as the template's files.toml declares it."""

    def __init__(self, template: Path, name: str) -> None:
        """Reads the classes of a template for a paper of some name.

        Raises:
          TemplateError: If files.toml is missing or says something else.
        """
        self._file = template / "files.toml"
        try:
            table = tomllib.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise TemplateError(f"the template's files.toml cannot be read: {error}") from None
        if set(table) != set(KINDS):
            raise TemplateError(
                f"the template's files.toml must have {', '.join(KINDS)}, got {', '.join(table)}."
            )
        self._patterns = {p.replace("NAME", name): kind for kind in KINDS for p in table[kind]}

    def patterns_of(self, path: str) -> list[str]:
        """Returns the patterns that match a path; a wildcard stays within its folder."""
        return [
            pattern
            for pattern in self._patterns
            if path.count("/") == pattern.count("/") and fnmatch.fnmatchcase(path, pattern)
        ]

    def of(self, path: str) -> str:
        """Returns "locked", "merge" or "seed".

        Raises:
          TemplateError: If none or several patterns match.
        """
        found = self.patterns_of(path)
        if len(found) != 1:
            raise TemplateError(
                f"the template's files.toml must match each file once, `{path}` is matched by "
                f"{', '.join(f'`{pattern}`' for pattern in found) or 'no pattern'}. Mend it and commit."
            )
        return self._patterns[found[0]]


def binds(root: Path, path: str) -> bool:
    """Returns whether a change of a file of a checkout has something to say to papers that exist already."""
    template, _, rest = path.partition(f"{TEMPLATE}/")
    if template or not rest or rest.startswith(FRESH):
        return False
    folder, _, inner = rest.partition("/")
    if folder != MADE:
        return True
    try:
        return Classes(root / TEMPLATE, MADE).of(inner) != "seed"
    except TemplateError:  # it has no class, or none any more
        return True
