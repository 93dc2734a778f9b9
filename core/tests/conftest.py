# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures that all tests of core share."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ldlc", deadline=None)  # a busy machine makes no example wrong
settings.load_profile("ldlc")

sys.path.insert(0, str(Path(__file__).parent))

from papers import make_paper  # noqa: E402

# Tests that hold the monorepo's pages and tools to the code have nothing to look at where core stands alone.
MONOREPO = Path(__file__).resolve().parents[2]
collect_ignore_glob = (
    []
    if (MONOREPO / "docs").is_dir()
    else ["*/test_docs.py", "*/test_statistics_doc.py", "*/test_simulate.py"]
)


@pytest.fixture(autouse=True)
def forget_papers() -> Iterator[None]:
    """Forgets the papers that a test imported into this process."""
    path = list(sys.path)
    yield
    sys.path[:] = path
    for name in [n for n in sys.modules if re.fullmatch(r".+\d{4}_\d+", n.partition(".")[0])]:
        del sys.modules[name]


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A paper without a framework, in a folder of its own."""
    return make_paper(tmp_path)
