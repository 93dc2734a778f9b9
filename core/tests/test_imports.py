# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("tensorflow", "sonnet", "keras", "scipy.stats", "pytest", "ssl")


@pytest.mark.parametrize(
    "modules",
    [
        "ldlc, ldlc.cli",
        "ldlc.replicate, ldlc.checks",
        "ldlc.show, ldlc.report, ldlc.verdict",
        "ldlc.worker",
    ],
)
def test_the_engine_imports_nothing_heavy(modules: str) -> None:
    code = f"import sys, {modules}; print(*[m for m in {HEAVY} if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""


def test_the_package_exports_what_papers_import_and_nothing_else() -> None:
    import ldlc

    assert sorted(ldlc.__all__) == ["Diverged", "Log", "Run"]
