# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environments are made here of tiny wheels, without network."""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from ldlc import environment
from ldlc.environment import EnvironmentFailure, make, write_lock

SUPPORTS = f">=3.11,<3.{sys.version_info.minor + 1}"


def write_wheel(folder: Path, name: str, version: str, code: str, needs: str = "") -> Path:
    """Writes the smallest wheel that uv installs: one module, and a test that no one imports."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += f"Requires-Dist: {needs}\n" if needs else ""
    files = {
        f"{name}.py": code,
        f"{name}_parts/tests/test_{name}.py": "import nothing",
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return wheel


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    return write_wheel(
        tmp_path, "ldlc", "1.0.0", "import tiny; ANSWER = tiny.ANSWER + 1", needs="tiny"
    )


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    tiny = write_wheel(tmp_path, "tiny", "1.0.0", "ANSWER = 41")
    return write_tiny_lock(tmp_path / "requirements.lock", tiny)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.delenv("LDLC_PYTHON", raising=False)


def write_tiny_lock(lock: Path, tiny: Path, digest: str = "") -> Path:
    digest = digest or hashlib.sha256(tiny.read_bytes()).hexdigest()
    lock.write_text(f"tiny @ {tiny.as_uri()} --hash=sha256:{digest}\n")
    return lock


def ask(python: Path, code: str) -> str:
    done = subprocess.run(
        [str(python), "-I", "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def byte_code(home: Path, module: str) -> list[os.stat_result]:
    found = (home / ".nox").rglob(f"site-packages/**/{module}.*.pyc")
    return [path.stat() for path in found]


def no_uv() -> str:
    raise AssertionError("nothing was to be installed")


def test_environment_holds_the_lock_and_core(tmp_path: Path, lock: Path, wheel: Path) -> None:
    python = make(tmp_path, lock, wheel, SUPPORTS)

    assert ask(python, "import ldlc; print(ldlc.ANSWER)") == "42"
    assert python.is_relative_to(tmp_path / ".nox")


def test_environment_is_made_once(
    tmp_path: Path, lock: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make(tmp_path, lock, wheel, SUPPORTS)
    monkeypatch.setattr(environment, "find_uv", no_uv)
    start = time.perf_counter()
    second = make(tmp_path, lock, wheel, SUPPORTS)
    took_s = time.perf_counter() - start

    assert first == second
    assert took_s < 0.3


def test_another_core_reuses_the_packages(tmp_path: Path, lock: Path, wheel: Path) -> None:
    first = make(tmp_path, lock, wheel, SUPPORTS)
    (tmp_path / "next").mkdir()
    following = write_wheel(tmp_path / "next", "ldlc", "1.0.1", "ANSWER = 'next'")
    second = make(tmp_path, lock, following, SUPPORTS)

    assert ask(second, "import ldlc; print(ldlc.ANSWER)") == "next"
    assert ask(first, "import ldlc; print(ldlc.ANSWER)") == "42"
    assert len(list((tmp_path / ".nox").glob("packages-*"))) == 1


def test_a_changed_lock_gives_another_environment(tmp_path: Path, lock: Path, wheel: Path) -> None:
    first = make(tmp_path, lock, wheel, SUPPORTS)
    write_tiny_lock(lock, write_wheel(tmp_path, "tiny", "2.0.0", "ANSWER = 6"))
    second = make(tmp_path, lock, wheel, SUPPORTS)

    assert ask(second, "import ldlc; print(ldlc.ANSWER)") == "7"
    assert ask(first, "import ldlc; print(ldlc.ANSWER)") == "42"


def test_both_layers_hold_byte_code(
    tmp_path: Path, lock: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    home = tmp_path / "tests"  # a folder's name says nothing of what is installed below it
    home.mkdir()
    make(home, lock, wheel, SUPPORTS)

    assert len(byte_code(home, "ldlc")) == 1
    assert len(byte_code(home, "tiny")) == 1
    assert byte_code(home, "test_tiny") == []


def test_byte_code_is_shared_where_files_are(tmp_path: Path, lock: Path, wheel: Path) -> None:
    make(tmp_path, lock, wheel, SUPPORTS)
    more = write_wheel(tmp_path, "more", "1.0.0", "MORE = True")
    digest = hashlib.sha256(more.read_bytes()).hexdigest()
    lock.write_text(f"{lock.read_text()}more @ {more.as_uri()} --hash=sha256:{digest}\n")
    python = make(tmp_path, lock, wheel, SUPPORTS)

    assert len({status.st_ino for status in byte_code(tmp_path, "tiny")}) == 1
    assert len(byte_code(tmp_path, "tiny")) == 2
    assert len(byte_code(tmp_path, "more")) == 1
    assert ask(python, "import tiny; print(tiny.ANSWER)") == "41"


def test_byte_code_of_other_files_is_not_shared(tmp_path: Path, lock: Path, wheel: Path) -> None:
    make(tmp_path, lock, wheel, SUPPORTS)
    write_tiny_lock(lock, write_wheel(tmp_path, "tiny", "2.0.0", "ANSWER = 6"))
    make(tmp_path, lock, wheel, SUPPORTS)

    assert len({status.st_ino for status in byte_code(tmp_path, "tiny")}) == 2


@pytest.mark.parametrize("kind", ["packages", "env"])
def test_what_a_killed_session_left_is_made_anew(
    tmp_path: Path, lock: Path, wheel: Path, kind: str
) -> None:
    python = make(tmp_path, lock, wheel, SUPPORTS)
    (killed,) = (tmp_path / ".nox").glob(f"{kind}-*")
    (killed / "complete").unlink()
    for module in killed.rglob("*.py"):
        module.unlink()  # it may share its content with uv's cache
        module.write_text("raise ImportError('half written')")

    assert make(tmp_path, lock, wheel, SUPPORTS) == python
    assert ask(python, "import ldlc; print(ldlc.ANSWER)") == "42"


def test_an_environment_whose_python_is_gone_is_made_anew(
    tmp_path: Path, lock: Path, wheel: Path
) -> None:
    python = make(tmp_path, lock, wheel, SUPPORTS)
    python.unlink()
    python.symlink_to(tmp_path / "uninstalled")
    make(tmp_path, lock, wheel, SUPPORTS)

    assert ask(python, "import ldlc; print(ldlc.ANSWER)") == "42"


def test_two_sessions_at_once_make_one_environment(tmp_path: Path, lock: Path, wheel: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from ldlc import environment\n"
        "home, lock, wheel = map(Path, sys.argv[1:4])\n"
        "print(environment.make(home, lock, wheel, sys.argv[4]))"
    )
    command = [sys.executable, "-c", code, str(tmp_path), str(lock), str(wheel), SUPPORTS]
    both = [subprocess.Popen(command, stdout=-1, stderr=-1, text=True) for _ in range(2)]
    answers = [process.communicate() for process in both]

    assert [process.returncode for process in both] == [0, 0], answers
    assert len({python for python, _ in answers}) == 1
    assert sum("making .nox/packages" in said for _, said in answers) == 1


def test_a_package_with_another_hash_is_refused(tmp_path: Path, lock: Path, wheel: Path) -> None:
    write_tiny_lock(lock, tmp_path / "tiny-1.0.0-py3-none-any.whl", digest="0" * 64)

    with pytest.raises(
        EnvironmentFailure, match=r"requirements.lock` lists could not be installed"
    ):
        make(tmp_path, lock, wheel, SUPPORTS)
    assert not list((tmp_path / ".nox").glob("*/complete"))


def test_a_package_without_a_hash_is_refused(tmp_path: Path, lock: Path, wheel: Path) -> None:
    lock.write_text(lock.read_text().split(" --hash")[0] + "\n")

    with pytest.raises(
        EnvironmentFailure, match=r"requirements.lock` lists could not be installed"
    ):
        make(tmp_path, lock, wheel, SUPPORTS)


def test_a_missing_lock_is_named(tmp_path: Path, wheel: Path) -> None:
    with pytest.raises(EnvironmentFailure, match=r"requirements.lock` is not there. `nox -s lock`"):
        make(tmp_path, tmp_path / "requirements.lock", wheel, SUPPORTS)


@pytest.mark.parametrize("supports", ["3.11", ">=3.11", ">=3.13,<3.11", ""])
def test_the_pythons_of_a_lock_have_two_ends(
    tmp_path: Path, lock: Path, wheel: Path, supports: str
) -> None:
    with pytest.raises(EnvironmentFailure, match="`requires-python` must name the oldest Python"):
        make(tmp_path, lock, wheel, supports)


def test_a_python_that_the_lock_is_not_for_is_refused(
    tmp_path: Path, lock: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LDLC_PYTHON", "3.9")

    with pytest.raises(EnvironmentFailure, match=r"`LDLC_PYTHON` must be .*3\.11.*, got `3\.9`"):
        make(tmp_path, lock, wheel, SUPPORTS)


@pytest.mark.parametrize(
    ("installed", "own", "expected"),
    [
        (["3.11", "3.12"], 11, "/pythons/3.12"),
        (["3.11"], 13, sys.executable),
        ([], 10, "cpython@3.13"),
    ],
)
def test_the_newest_python_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: list[str], own: int, expected: str
) -> None:
    uv = tmp_path / "uv"
    branches = "".join(f"*@{minor}) echo /pythons/{minor};;" for minor in installed)
    uv.write_text(f'#!/bin/sh\nfor last; do :; done\ncase "$last" in {branches} *) exit 2;; esac\n')
    uv.chmod(0o755)
    monkeypatch.setattr(environment, "find_uv", lambda: str(uv))
    monkeypatch.setattr(environment.sys, "version_info", type("V", (), {"minor": own}))

    assert environment._find_python(["3.13", "3.12", "3.11"]) == expected


def test_the_pythons_of_a_lock_are_tried_from_the_newest_down() -> None:
    assert environment._pythons(">=3.11,<3.14") == ["3.13", "3.12", "3.11"]


def test_uv_is_found_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\n")
    uv.chmod(0o755)
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert environment.find_uv() == str(uv)


def test_without_uv_the_message_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EnvironmentFailure, match="-m pip install uv"):
        environment.find_uv()


def test_workers_write_byte_code_and_find_the_paper(tmp_path: Path) -> None:
    changed = environment.variables(tmp_path)

    assert changed["PYTHONPATH"] == str(tmp_path.resolve())
    assert changed["PYTHONDONTWRITEBYTECODE"] is None


def test_a_lock_names_versions_and_hashes_but_neither_core_nor_an_address(
    tmp_path: Path, wheel: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    write_lock(lock, [f"ldlc @ {wheel.as_uri()}"], SUPPORTS, without="ldlc", upgrade=True)
    digest = hashlib.sha256((tmp_path / "tiny-1.0.0-py3-none-any.whl").read_bytes()).hexdigest()
    written = [line for line in lock.read_text().splitlines() if not line.startswith("#")]

    assert "".join(written).split() == ["tiny==1.0.0", "\\", f"--hash=sha256:{digest}"]
    assert ask(make(tmp_path, lock, wheel, SUPPORTS), "import ldlc; print(ldlc.ANSWER)") == "42"


def test_a_lock_keeps_its_versions_unless_asked(
    tmp_path: Path, wheel: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    wants = [f"ldlc @ {wheel.as_uri()}"]
    write_lock(lock, wants, SUPPORTS, without="ldlc", upgrade=True)
    write_wheel(tmp_path, "tiny", "2.0.0", "ANSWER = 6")
    write_lock(lock, wants, SUPPORTS, without="ldlc")
    kept = lock.read_text()
    write_lock(lock, wants, SUPPORTS, without="ldlc", upgrade=True)

    assert "tiny==1.0.0" in kept
    assert "tiny==2.0.0" in lock.read_text()


def test_a_lock_that_cannot_be_resolved_stays_as_it_was(tmp_path: Path, lock: Path) -> None:
    before = lock.read_text()

    with pytest.raises(
        EnvironmentFailure, match=r"could not be resolved(.|\n)*no-such-package-of-ldlc"
    ):
        write_lock(lock, ["no-such-package-of-ldlc"], SUPPORTS)
    assert lock.read_text() == before


def test_environment_is_imported_from_a_wheel_without_anything_installed(tmp_path: Path) -> None:
    package = Path(environment.__file__).parent
    zipped = shutil.make_archive(str(tmp_path / "core"), "zip", package.parent, package.name)
    code = "import sys; sys.path.insert(0, sys.argv[1]); import ldlc.environment as e; print(e.__file__)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, zipped], capture_output=True, text=True
    )

    assert done.stdout.startswith(zipped), done.stderr


def test_what_noxfiles_import_is_python_3_10() -> None:
    code = (
        "import sys, ldlc.environment\n"
        "print(*(m.__file__ for name, m in sys.modules.items() if name.split('.')[0] == 'ldlc'))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    files = loaded.stdout.split()

    assert len(files) >= 2
    for file in files:
        ast.parse(Path(file).read_text(), feature_version=(3, 10))
