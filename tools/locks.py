# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The locks that belong to no paper: the template's, one a framework, and that of our own tests.

    python tools/locks.py [--upgrade]

Versions that a lock holds are kept where they still fit; --upgrade takes the newest. A paper renews its own
lock with `nox -s lock` in its folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

from wheels import ROOT, WheelError, head_wheel, released_wheel, releases

from ldlc.environment import SESSION_TOOLS, EnvironmentFailure, make, write_lock

FRAMEWORKS = ("sonnet", "keras", "tensorflow", "numpy")
SUPPORTS = ">=3.11,<3.14"  # 3.13 is the newest that TensorFlow 2.21 supports


def template_wants(wheel: Path, framework: str) -> list[str]:
    """Returns what a fresh paper runs with: core with its framework, and what the sessions need."""
    extra = "" if framework == "numpy" else f"[{framework}]"
    return [f"ldlc{extra} @ {wheel.as_uri()}", *SESSION_TOOLS]


def renew_template(root: Path, upgrade: bool = False) -> None:
    """Writes the template's locks anew, for the newest release: a fresh paper pins it."""
    newest = list(releases(root))[-1:]
    wheel = released_wheel(root, newest[0]) if newest else head_wheel(root)
    for framework in FRAMEWORKS:
        lock = root / "templates/paper/locks" / f"{framework}.lock"
        write_lock(
            lock, template_wants(wheel, framework), SUPPORTS, without="ldlc", upgrade=upgrade
        )
        print(lock.relative_to(root))


def renew_tests(root: Path, upgrade: bool = False) -> None:
    """Writes the lock of our own tests anew, for core as it lies here."""
    # With what papers compute with, since core's modelling half is tested too.
    wants = [f"ldlc[sonnet] @ {head_wheel(root).as_uri()}", f"-r {root / 'tools/tests.in'}"]
    write_lock(root / "tools/tests.lock", wants, SUPPORTS, without="ldlc", upgrade=upgrade)
    print("tools/tests.lock")


def tests_python(root: Path) -> Path:
    """Returns the Python of our own tests' environment, with core as it lies here; makes it if need be.

    Raises:
      EnvironmentFailure, WheelError: If it cannot be made.
    """
    return make(root, root / "tools/tests.lock", head_wheel(root), SUPPORTS)


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--upgrade"]):
        print("usage: locks.py [--upgrade]", file=sys.stderr)
        return 2
    try:
        renew_template(ROOT, upgrade=bool(arguments))
        renew_tests(ROOT, upgrade=bool(arguments))
    except (WheelError, EnvironmentFailure) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
