# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sessions of this paper. They need nox and uv, and make everything else from requirements.lock.

`nox -s replicate` runs what is missing and judges every claim; what follows `--` goes to the command, as in
`nox -s replicate -- --seeds 2`. With `-- --head`, core is taken from the work tree of the checkout around the
paper (or of the one that LDLC_CORE names) instead of the release that pyproject.toml pins.

This file is the same in every paper and comes from the template: change it there.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import importlib
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path
from types import ModuleType

import nox

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "check", "tests"]

PAPER = Path(__file__).resolve().parent
PROJECT = nox.project.load_toml(PAPER / "pyproject.toml")["project"]
LOCK = PAPER / "requirements.lock"


def is_checkout(folder: Path) -> bool:
    """Tells whether a folder is the monorepo, which builds core's wheels itself."""
    return (folder / "releases.toml").exists() and (folder / "tools/wheels.py").exists()


CHECKOUTS = [folder for folder in PAPER.parents if is_checkout(folder)]


@nox.session
def replicate(session: nox.Session) -> None:
    """Run what is missing here, judge every claim, compare with the record. Try `-- --help`."""
    run(session, "ldlc.cli", "replicate", ".", *arguments(session))


@nox.session
def report(session: nox.Session) -> None:
    """Write REPORT.md, report.json and the figures from the record; `-- --check` only looks."""
    run(session, "ldlc.cli", "report", ".", *arguments(session))


@nox.session
def plan(session: nox.Session) -> None:
    """Show what the plan will judge, with seeds, power and cost, before anything runs."""
    run(session, "ldlc.cli", "plan", ".", *arguments(session))


@nox.session
def tune(session: nox.Session) -> None:
    """Measure XLA and threads on every arm, before the record, and write the cheapest into the plan."""
    run(session, "ldlc.cli", "tune", ".", *arguments(session))


@nox.session
def tests(session: nox.Session) -> None:
    """Run the paper's tests, its plan among them, with pytest."""
    run(session, "pytest", *arguments(session))


@nox.session
def check(session: nox.Session) -> None:
    """Check name, licence, headers, pin, plan, clean room and report; `-- --fix` mends what it can."""
    asked = arguments(session)
    if asked == session.posargs and pin()["version"] in ("0.1.0", "0.1.1"):
        asked = [option for option in asked if option == "--fix"]  # --files came later
    run(session, "ldlc.cli", "check", ".", *asked)


@nox.session
def lint(session: nox.Session) -> None:
    """Check the code's form with ruff; `-- --fix` mends it."""
    fix = "--fix" in session.posargs
    # Its cache holds binary files, which checks would meet where there is no git to ignore them.
    run(session, "ruff", "check", "--no-cache", *(["--fix"] if fix else []), ".")
    run(session, "ruff", "format", "--no-cache", *([] if fix else ["--check"]), ".")


@nox.session
def lock(session: nox.Session) -> None:
    """Renew requirements.lock for the pinned core; `-- --upgrade` takes the newest of everything."""
    environment, wheel = core(session)
    others = [need for need in PROJECT["dependencies"] if not re.match(r"ldlc\b(?!-)", need)]
    wants = [f"ldlc{pin()['extra']} @ {wheel.as_uri()}", *others, *environment.SESSION_TOOLS]
    upgrade = "--upgrade" in session.posargs
    try:
        environment.write_lock(
            LOCK, wants, PROJECT["requires-python"], without="ldlc", upgrade=upgrade
        )
    except environment.EnvironmentFailure as error:
        session.error(str(error))


@nox.session
def template_check(session: nox.Session) -> None:
    """Say whether the template has changed since; `-- --from CLONE` names a checkout of LDLC."""
    template(session, "check")


@nox.session
def template_update(session: nox.Session) -> None:
    """Bring in what the template changed since; `-- --from CLONE` names a checkout of LDLC."""
    template(session, "update")


def template(session: nox.Session, action: str) -> None:
    """Runs a checkout's template tool on this paper: the one named, the one around it, or LDLC_CORE's."""
    parser = argparse.ArgumentParser(prog=f"nox -s {session.name} --", add_help=False)
    parser.add_argument("--from", dest="clone", metavar="CLONE")
    given, options = parser.parse_known_args(session.posargs)
    around = [*CHECKOUTS, Path(os.environ.get("LDLC_CORE") or os.devnull)]
    places = [Path(session.invoked_from, given.clone)] if given.clone else around
    tools = [place.expanduser().resolve() / "tools/template_update.py" for place in places]
    tool = next((tool for tool in tools if tool.is_file()), None)
    if tool is None:
        which = f"{places[0]} is none" if given.clone else "none is around this paper"
        session.error(
            f"The template lies in a checkout of LDLC, and {which}. Clone LDLC with its history, "
            f"then: nox -s {session.name} -- --from CLONE"
        )
    session.run(sys.executable, str(tool), action, str(PAPER), *options, external=True)


def arguments(session: nox.Session) -> list[str]:
    return [argument for argument in session.posargs if argument != "--head"]


def run(session: nox.Session, module: str, *command: str) -> None:
    """Runs a module in the paper's environment, which is made first if need be."""
    environment, wheel = core(session)
    home = (CHECKOUTS or [PAPER])[-1]
    try:
        python = environment.make(home, LOCK, wheel, PROJECT["requires-python"])
    except environment.EnvironmentFailure as error:
        session.error(str(error))
    session.run(
        str(python),
        "-m",
        module,
        *command,
        env=environment.variables(PAPER),
        external=True,
        interrupt_timeout=20,  # seconds; a replication that is stopped keeps what it has finished
        terminate_timeout=5,
    )


def core(session: nox.Session) -> tuple[ModuleType, Path]:
    """Returns core's module that makes environments, imported from core's wheel, and the wheel."""
    try:
        wheel = find_core("head" if "--head" in session.posargs else pin()["version"])
    except LookupError as error:
        session.error(str(error))
    sys.path.insert(0, str(wheel))
    return importlib.import_module("ldlc.environment"), wheel


def pin() -> dict[str, str]:
    """Returns what pyproject.toml pins: core's `version` and `extra`, and its wheel's `sha256` by core.lock."""
    needs = [
        re.fullmatch(r"ldlc(\[[\w,]+\])?==(\d+(?:\.\w+)+)", need)
        for need in PROJECT["dependencies"]
    ]
    pins = [need.groups("") for need in needs if need]
    if len(pins) != 1:
        raise LookupError(
            'pyproject.toml must pin core exactly: one dependency "ldlc[FRAMEWORK]==X.Y.Z".'
        )
    (extra, version), lock = pins[0], PAPER / "core.lock"
    locked = (
        re.search(rf"^ldlc=={version} --hash=sha256:(\w+)$", lock.read_text(), re.M)
        if lock.exists()
        else None
    )
    return {"version": version, "extra": extra, "sha256": locked[1] if locked else ""}


@functools.cache
def find_core(version: str) -> Path:
    """Returns the wheel of a version, or of "head", from the first place that has it.

    A checkout builds it and verifies it against its history; anywhere else core.lock says what it must be.
    """
    sha256 = "" if version == "head" else pin()["sha256"]
    given = Path(os.environ.get("LDLC_CORE") or os.devnull).expanduser().resolve()
    checkouts = [*CHECKOUTS, *([given] if is_checkout(given) else [])]
    ways = {str(checkout): functools.partial(build, checkout, version) for checkout in checkouts}
    if version != "head":
        wheel = f"ldlc-{version}-py3-none-any.whl"
        shared = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        cached = Path(os.environ.get("LDLC_CACHE") or Path(shared, "ldlc"), "wheels", sha256, wheel)
        if given.suffix == ".whl" or (given.is_dir() and not is_checkout(given)):
            ways["LDLC_CORE"] = lambda: given if given.suffix == ".whl" else given / wheel
        if sha256:
            ways["the cache"] = lambda: cached
            ways |= {
                url: functools.partial(fetch, url, sha256, cached)
                for url in addresses(wheel, version)
            }
    tried = []
    for place, way in ways.items():
        try:
            found = way()
            require(found.read_bytes(), sha256)
            return found
        except (OSError, LookupError) as error:
            tried.append(f"{place}: {error}")
    raise LookupError(
        "\n  ".join(
            [
                f"core {version} was not found. Tried:",
                *(tried or ["nothing, there is nowhere to look"]),
            ]
        )
        + (
            ""
            if sha256 or version == "head"
            else f"\ncore.lock has no hash for {version}, so no other place is trusted."
        )
        + "\nSet LDLC_CORE to a checkout of LDLC or to the wheel, or connect to the network."
    )


def build(checkout: Path, version: str) -> Path:
    command = [sys.executable, str(checkout / "tools/wheels.py"), version]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise LookupError(done.stderr.strip())
    return Path(done.stdout.strip())


def addresses(wheel: str, version: str) -> list[str]:
    """Returns where releases keep the wheel: the paper's own, then core's; LDLC_RELEASES replaces both."""
    if os.environ.get("LDLC_RELEASES"):
        return [f"{os.environ['LDLC_RELEASES'].rstrip('/')}/{wheel}"]
    tags = {"Repository": f"v{PROJECT['version']}", "Core": f"core-{version}"}
    urls = PROJECT.get("urls", {})
    return [
        f"{urls[key].rstrip('/')}/releases/download/{tag}/{wheel}"
        for key, tag in tags.items()
        if key in urls
    ]


def fetch(url: str, sha256: str, cached: Path) -> Path:
    """Downloads the wheel into the cache; nothing else than the wheel that core.lock names gets there."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        content = answer.read()
    require(content, sha256)
    cached.parent.mkdir(parents=True, exist_ok=True)
    new = cached.with_name(f".{cached.name}.{os.getpid()}")
    new.write_bytes(content)
    new.replace(cached)
    return cached


def require(content: bytes, sha256: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if sha256 and found != sha256:
        raise LookupError(
            f"not the wheel that core.lock names: its SHA-256 is {found}, not {sha256}"
        )
