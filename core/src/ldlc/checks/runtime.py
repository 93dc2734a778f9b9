# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing that the paper needs at run time stands under a viral licence, nor under one that nobody knows.

Viral are GPL, LGPL, AGPL, SSPL, EUPL and CeCILL; the MPL asks for its own files only and is allowed. Read is the
metadata of what is installed, from the paper's dependencies all the way down. Where a refused licence is accepted
all the same, pyproject.toml says so: `[[tool.ldlc.licence-exceptions]]` with `package`, `licence`, `reason`, `who`
and `until`, a date after which the check fails again.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from typing import Any

from ldlc.checks.dependencies import name_of
from ldlc.checks.tree import Tree

CODE, TITLE, LOOKS_AT = "P12", "no viral licence at run time", "environment"

KEYS = ("package", "licence", "reason", "who", "until")
OURS = "ldlc"


@dataclass(frozen=True)
class Needed:
    """An installed distribution that is needed at run time.

    Args:
      name: Its name.
      distribution: Its metadata.
      by: Who needs it: the paper's dependency first, then what that needs, and so on.
    """

    name: str
    distribution: Distribution
    by: tuple[str, ...]


def check(tree: Tree, paths: Sequence[str] | None = None, python: str | None = None) -> list[str]:
    """Returns what a paper needs at run time and may not.

    Args:
      tree: The paper.
      paths: Where its environment keeps what is installed; left out: this Python's.
      python: That environment's Python, such as "3.11"; left out: this one.
    """
    try:
        import packaging.requirements  # noqa: F401 - both come with what a paper's sessions run

        from ldlc.checks import spdx
    except ModuleNotFoundError as error:
        return [
            f"{tree.path}: `{error.name}` is not installed here, and licences are read with it. Renew the lock: "
            "nox -s lock"
        ]
    file = tree.path / "pyproject.toml"
    listed = tree.pyproject.get("tool", {}).get("ldlc", {}).get("licence-exceptions", [])
    own, problems = _exceptions(listed, f"{file}: `tool.ldlc.licence-exceptions`")
    shared, wrong = _exceptions(spdx.table()["exceptions"], f"{spdx.TABLE}: `exceptions`")
    requirements = [str(r) for r in tree.project.get("dependencies", [])]
    found = needed(requirements, installed(paths), python)
    for one in found:
        if isinstance(one, str):
            problems.append(f"{file}: {one}")
        elif one.name != OURS:
            problems += [f"{file}: {p}" for p in judge(one, {**shared, **own})]
    names = {one.name for one in found if isinstance(one, Needed)}
    for package in own:
        if package not in names:
            problems.append(
                f"{file}: the licence of `{package}` has an exception, and nothing needs it. Remove the exception."
            )
    return wrong + problems


def installed(paths: Sequence[str] | None = None) -> dict[str, Distribution]:
    """Returns the installed distributions by name; the first of a name counts, as when importing."""
    from ldlc.checks.spdx import metadata_of

    found: dict[str, Distribution] = {}
    for one in distributions() if paths is None else distributions(path=list(paths)):
        found.setdefault(name_of(str(metadata_of(one)["Name"])), one)
    return found


def needed(
    requirements: Iterable[str], available: Mapping[str, Distribution], python: str | None = None
) -> list[Needed | str]:
    """Returns everything that some requirements need at run time, each once, and what is missing as a sentence.

    Args:
      requirements: Requirements, such as "ldlc[tensorflow]==0.1.1".
      available: What is installed, by name.
      python: The Python whose markers count, such as "3.11"; left out: this one.
    """
    from packaging.requirements import Requirement

    settings = {"python_version": python, "python_full_version": f"{python}.0"} if python else {}
    queue: list[tuple[Requirement, tuple[str, ...]]] = [(Requirement(r), ()) for r in requirements]
    asked: dict[str, set[str]] = {}
    found: list[Needed | str] = []
    for requirement, by in queue:  # it grows
        name = name_of(requirement.name)
        extras = requirement.extras - asked.get(name, set())
        if name in asked and not extras:
            continue
        distribution = available.get(name)
        if distribution is None:
            if name not in asked:
                chain = f", which {_chain(by)} needs," if by else ""
                found.append(
                    f"`{name}`{chain} is not installed here, so its licence cannot be read. Check in the paper's "
                    "environment: nox -s check"
                )
            asked.setdefault(name, set())
            continue
        if name not in asked:
            found.append(Needed(name, distribution, by))
        for line in _requires(distribution):
            further = Requirement(line)
            wanted = [*extras] if name in asked else ["", *extras]
            if further.marker is None:
                if name not in asked:
                    queue.append((further, (*by, name)))
            elif any(further.marker.evaluate({**settings, "extra": extra}) for extra in wanted):
                queue.append((further, (*by, name)))
        asked.setdefault(name, set()).update(extras)
    return found


def _requires(distribution: Distribution) -> Sequence[str]:
    from ldlc.checks.spdx import metadata_of

    if distribution.read_text("METADATA") is None:  # an older form has a file of its own for them
        return distribution.requires or []
    return [str(line) for line in metadata_of(distribution).get_all("Requires-Dist") or []]


def judge(one: Needed, exceptions: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yields what is wrong with the licence of something that is needed."""
    from ldlc.checks import spdx

    name, found = one.name, spdx.licence_of(one.distribution)
    exception = exceptions.get(name)
    accepted = re.findall(r"[\w.+-]+", exception["licence"]) if exception else []
    ruling = spdx.rule(found.expression or "", accepted)
    if ruling.passes and exception:
        if spdx.rule(found.expression or "").passes:
            return
        if exception["until"] < datetime.date.today():
            yield (
                f"the exception for `{name}` ({exception['licence']}: {exception['reason']}; {exception['who']}) "
                f"ended on {exception['until']}. Look again; then do without it, or set a later date."
            )
        return
    if ruling.passes:
        return
    chain = f" {_chain(one.by)} needs it." if one.by else ""
    what = f"`{name} {spdx.metadata_of(one.distribution)['Version']}`"
    if ruling.kind == spdx.UNKNOWN:
        if found.expression is None:
            said = (
                f"{what} has a licence that {found.source} does not tell: it says `{found.said}`."
            )
        else:
            said = f"{what} has a licence that nobody has judged, {', '.join(ruling.because)}, by {found.source}."
        way_out = "Read its text; then add it to core's licences.toml, or do without the package."
    else:
        said = f"{what} is {ruling.kind}: {', '.join(ruling.because)}, by {found.source} ({_short(found.said)})."
        way_out = "Do without it, or run it as a program of its own, at arm's length."
    yield f"{said}{chain} {way_out}"


def _chain(by: Sequence[str]) -> str:
    return "`" + " > ".join(by) + "`"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 80 else f"{words[:77]}..."


def _exceptions(listed: Any, where: str) -> tuple[dict[str, Mapping[str, Any]], list[str]]:
    """Returns the sound exceptions by package, and what is wrong with the others."""
    sound, problems = {}, []
    for number, entry in enumerate(listed if isinstance(listed, list) else [listed], 1):
        keys = set(entry) if isinstance(entry, dict) else set()
        if keys != set(KEYS):
            problems.append(
                f"{where}: entry {number} must have exactly {', '.join(KEYS)}; it has "
                f"{', '.join(sorted(keys)) or 'none'}."
            )
        elif not isinstance(entry["until"], datetime.date):
            problems.append(
                f"{where}: `until` of `{entry['package']}` must be a date such as 2027-06-30, "
                f"got {entry['until']!r}."
            )
        elif blank := [key for key in KEYS[:-1] if not str(entry[key]).strip()]:
            problems.append(f"{where}: entry {number} has an empty `{blank[0]}`. Fill it in.")
        else:
            sound[name_of(entry["package"])] = entry
    return sound, problems
