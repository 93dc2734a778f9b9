# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from ldlc.runs import key
from ldlc.runs.key import kept_run_half_digest, run_half_digest


@pytest.fixture
def core(tmp_path: Path) -> Path:
    """A package with a module of the run half."""
    (tmp_path / "core").mkdir()
    (tmp_path / "core/worker.py").write_text("x = 1\n")
    return tmp_path / "core"


@pytest.mark.parametrize("damage", [None, b"", b"g" * 64, b"a" * 63, b"\xff" * 64, "a folder"])
def test_a_damaged_digest_is_computed_anew(
    core: Path, tmp_path: Path, damage: bytes | str | None
) -> None:
    right = kept_run_half_digest(core, tmp_path / "kept")
    (file,) = (tmp_path / "kept").iterdir()
    assert file.read_text() == right == run_half_digest(core)
    if isinstance(damage, str):
        file.unlink()
        (file / "in the way").mkdir(parents=True)
    elif damage is not None:
        file.write_bytes(damage)

    assert kept_run_half_digest(core, tmp_path / "kept") == right


def test_a_digest_is_kept_for_the_same_files_only(core: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    first = kept_run_half_digest(core, kept)
    (file,) = kept.iterdir()
    file.write_text("0" * 64)
    assert kept_run_half_digest(core, kept) == "0" * 64

    (core / "worker.py").write_text("x = 2\n")
    assert kept_run_half_digest(core, kept) == run_half_digest(core) != first
    (core / "worker.py").write_text("x = 1\n")
    (core / "worker.py").rename(core / "engine.py")
    assert kept_run_half_digest(core, kept) == run_half_digest(core) != first
    (core / "cli.py").write_text("not of the run half\n")
    assert len(list(kept.iterdir())) == 3


def test_the_digest_of_files_that_change_meanwhile_is_not_kept(
    core: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edited(modules: dict[str, Path]) -> str:
        (core / "worker.py").write_text("x = 2\n")
        return "0" * 64

    with monkeypatch.context() as patch:
        patch.setattr(key, "digest_of_modules", edited)
        kept_run_half_digest(core, tmp_path / "kept")

    (core / "worker.py").write_text("x = 1\n")
    assert kept_run_half_digest(core, tmp_path / "kept") == run_half_digest(core)


def test_a_digest_needs_no_place_to_be_kept(core: Path, tmp_path: Path) -> None:
    (tmp_path / "a file").touch()

    assert kept_run_half_digest(core, tmp_path / "a file/kept") == run_half_digest(core)
