# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that the paper runs with is pinned exactly: one released core, and a lock with hashes of the rest.

pyproject.toml names core's version, core.lock the SHA-256 of its wheel, requirements.lock everything else. Nothing
comes from a path, and no lock names an index: which index serves a package is the business of whoever installs it.
"""

from __future__ import annotations

import functools
import re

from ldlc.checks.tree import Tree

CODE, TITLE, LOOKS_AT = "P05", "core and all else is pinned exactly", "paper"

_ADDRESS = re.compile(
    r"^\s*(-i|--index-url|--extra-index-url|-f|--find-links|--trusted-host)\b|://", re.M
)

_ENTRY = re.compile(r"^[A-Za-z0-9][^\\\n]*(?:\\\r?\n[^\\\n]*)*", re.M)


def check(tree: Tree) -> list[str]:
    """Returns what is wrong with the pin and the locks."""
    from ldlc.plan import pinned_core
    from ldlc.runs.machine import is_released

    file = tree.path / "pyproject.toml"
    try:
        pinned = pinned_core(tree.path, tree.get)
    except ValueError as error:
        return [f"{file}: {error}"]
    problems = []
    if pinned is None:
        problems.append(
            f"{file}: core is not pinned. Write `ldlc[...]==X.Y.Z` into `dependencies`."
        )
    elif not is_released(pinned):
        problems.append(f"{file}: core {pinned} is no release. Pin a released version.")
    else:
        problems += _core_lock(tree, pinned)
    for requirement in tree.project.get("dependencies", []):
        if "@" in str(requirement):
            problems.append(
                f"{file}: `{requirement}` comes from an address or a path. Name a version."
            )
    if "sources" in tree.pyproject.get("tool", {}).get("uv", {}):
        problems.append(f"{file}: `tool.uv.sources` exists only inside this machine. Remove it.")
    return problems + _requirements_lock(tree)


def _core_lock(tree: Tree, pinned: str) -> list[str]:
    file, content = tree.path / "core.lock", tree.get("core.lock")
    if content is None:
        return [f"{file}: is missing. Write `ldlc=={pinned} --hash=sha256:...` into it."]
    lines = [line for line in content.decode("utf-8").splitlines() if line[:1] not in "#"]
    if [line.split(" ")[0] for line in lines] != [f"ldlc=={pinned}"]:
        return [
            f"{file}: must have one line, for `ldlc=={pinned}`, which pyproject.toml pins. Mend it."
        ]
    if not re.fullmatch(r"ldlc==\S+ --hash=sha256:[0-9a-f]{64}", lines[0]):
        return [f"{file}: the line of `ldlc=={pinned}` has no hash of its wheel. Add it."]
    return []


def _requirements_lock(tree: Tree) -> list[str]:
    file, content = tree.path / "requirements.lock", tree.get("requirements.lock")
    if content is None:
        return [f"{file}: is missing. Write it with `nox -s lock`."]
    return [f"{file}{what}" for what in _lock_problems(content.decode("utf-8"))]


@functools.lru_cache(maxsize=64)  # papers share locks
def _lock_problems(text: str) -> tuple[str, ...]:
    problems = []
    if address := _ADDRESS.search(text):
        line = text.count("\n", 0, address.start()) + 1
        problems.append(f":{line}: names an address. Write it anew with `nox -s lock`.")
    for entry in _ENTRY.findall(text):
        if "==" not in entry.split("\n")[0] or "--hash=sha256:" not in entry:
            named = entry.split("\n")[0].rstrip(" \\\r")
            problems.append(
                f": `{named}` has no exact version with its hash. Write it anew with `nox -s lock`."
            )
    return tuple(problems)
