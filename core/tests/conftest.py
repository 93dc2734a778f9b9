# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures that all tests of core share."""

from __future__ import annotations

import gc
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ldlc", deadline=None)  # a busy machine makes no example wrong
settings.load_profile("ldlc")

sys.path.insert(0, str(Path(__file__).parent))

from papers import PIN, make_paper  # noqa: E402

# Tests that hold the monorepo's pages and tools to the code have nothing to look at where core stands alone.
MONOREPO = Path(__file__).resolve().parents[2]
collect_ignore_glob = (
    []
    if (MONOREPO / "docs").is_dir()
    else ["*/test_docs.py", "*/test_statistics_doc.py", "*/test_simulate.py"]
)


gc.set_threshold(50_000)  # graphs are made of many objects; by default each search finds them alive


@pytest.fixture(autouse=True)
def forget_papers() -> Iterator[None]:
    """Forgets the papers that a test imported into this process."""
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in sys.modules.keys() - modules:
        if re.fullmatch(r".+\d{4}_\d+", name.partition(".")[0]):
            del sys.modules[name]


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A paper without a framework, in a folder of its own."""
    return make_paper(tmp_path)


@pytest.fixture
def recorded(made_record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That paper with a record and a report, made on this machine by the core that it pins."""
    pretend_the_pin(monkeypatch)
    return Path(shutil.copytree(made_record, tmp_path / made_record.name))


@pytest.fixture(scope="session")
def made_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `recorded` copies."""
    from rich.console import Console

    from ldlc.plan import load
    from ldlc.replicate import Options, replicate
    from ldlc.report import write

    paper = make_paper(tmp_path_factory.mktemp("recorded"))
    with pytest.MonkeyPatch.context() as patch:
        pretend_the_pin(patch)
        replicate(load(paper), Options(record=True), Console(quiet=True))
        write(load(paper))
    return paper


def pretend_the_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the core that runs pass for the released one that the paper pins."""
    import ldlc.replicate
    import ldlc.runs.machine

    for module in (ldlc.replicate, ldlc.runs.machine):
        monkeypatch.setattr(module, "core_version", lambda: PIN)
