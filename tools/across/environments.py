# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each paper's own environment is looked at, with the core that it pins, and core's as it lies here."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from wheels import WheelError, released_wheel

from across.repository import Repository
from ldlc import environment
from ldlc.checks import Tree, runtime
from ldlc.plan import pinned_core

CODE, TITLE, IS_STATIC = runtime.CODE, runtime.TITLE, False
__doc__ = runtime.__doc__

_PATHS = "import json, sys; print(json.dumps([sys.path, '%d.%d' % sys.version_info[:2]]))"


def check(repository: Repository) -> list[str]:
    """Returns what core and the papers need at run time and may not."""
    problems = []
    if repository.rest is not None:
        problems += runtime.check(Tree(repository.rest.path / "core"))
    for name in repository.named:
        tree = repository.papers[name]
        try:
            paths, python = _installed(repository.root, tree)
        except (environment.EnvironmentFailure, WheelError, ValueError) as error:
            problems.append(f"{tree.path}: its environment cannot be made: {error}")
            continue
        problems += runtime.check(tree, paths, python)
    return problems


def _installed(root: Path, tree: Tree) -> tuple[list[str], str]:
    """Returns where a paper's environment keeps what is installed, and its Python; makes it if need be."""
    pinned, supports = pinned_core(tree.path), tree.project.get("requires-python")
    if pinned is None or supports is None:
        raise ValueError("pyproject.toml must pin core and name `requires-python`.")
    wheel = released_wheel(root, pinned)
    python = environment.make(root, tree.path / "requirements.lock", wheel, supports)
    done = subprocess.run(
        [str(python), "-c", _PATHS], capture_output=True, text=True, check=True, cwd="/"
    )
    paths, version = json.loads(done.stdout)
    return paths, version
