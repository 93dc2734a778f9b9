# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sessions of the whole repository. `nox` alone does what a change needs before it is committed.

Sessions about papers take names after `--`, and options for the command behind them:
`nox -s replicate -- KingmaBa2014_1 --seeds 2`. Each paper runs in its own environment, with the core that it pins;
`--head` takes core from this work tree instead.
"""

from __future__ import annotations

import concurrent.futures
import difflib
import os
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent
sys.path.append(str(ROOT / "tools"))
import affected as changes  # noqa: E402
import locks  # noqa: E402
import papers  # noqa: E402
import wheels  # noqa: E402 - it also finds core's source

from ldlc import environment  # noqa: E402

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = (
    "none"  # environments are made from locks, by uv; see ldlc.environment
)
nox.options.sessions = ["ci"]

PAPERS = papers.papers(ROOT)
CORES = os.cpu_count() or 1
CORE, TOOLS = (str(ROOT / part / "tests") for part in ("core", "tools"))
MODELLING = [f"{CORE}/{part}" for part in ("data", "debug", "nets", "train")]
ENGINE = [CORE, *(f"--ignore={part}" for part in MODELLING)]


@nox.session
def replicate(session: nox.Session) -> None:
    """Replicate the quickstart paper, or the papers named: every claim gets its verdict."""
    delegate(session, "replicate", otherwise=[papers.QUICKSTART])
    if "--record" in session.posargs:
        run(session, tests_python(session), "tools/catalogue.py")


@nox.session
def tune(session: nox.Session) -> None:
    """Measure XLA and threads on every arm of the papers named, and write the cheapest into their plans."""
    names, _ = split(session, list(PAPERS))
    if not names:
        session.error("name the papers whose plans may change: nox -s tune -- NAME")
    run_papers(session, "tune", names)


@nox.session
def tests(session: nox.Session) -> None:
    """Test core's wheel, the tools and the quickstart paper, or what is named: core, tools, papers, `-- --all`."""
    names, options = split(session, ["core", "tools", *PAPERS])
    names = names or ["core", "tools", papers.QUICKSTART]
    if "--all" in options:
        names = ["core", "tools", *PAPERS]
    options = [option for option in options if option != "--all"]
    named = [name for name in names if name in PAPERS]
    if named == names:
        run_papers(session, "tests", named, options, at_once=CORES)
        return
    ours = ["-m", "not slow and not github", *(o for o in options if o != "--head")]
    # A paper's tests leave a core idle at times. Of core's two halves only one imports TensorFlow.
    with concurrent.futures.ThreadPoolExecutor(2) as beside, session.chdir(away()):
        done = [
            beside.submit(run_papers, session, "tests", named, options, at_once=CORES, silent=True)
        ]
        if "core" in names and not options:
            done.append(
                beside.submit(pytest, session, *MODELLING, *ours, *on(CORES // 2), silent=True)
            )
            pytest(session, *ENGINE, *ours, *on(CORES // 2))
        elif "core" in names:
            pytest(session, CORE, *ours, *on(CORES))
        if "tools" in names:
            pytest(session, TOOLS, *ours, *on(CORES))
        for each in done:
            each.result()


@nox.session
def lint(session: nox.Session) -> None:
    """Check the form of all code with ruff (`-- --fix` mends it), and core's types with mypy, strictly."""
    fix = "--fix" in session.posargs
    python = tests_python(session)
    run(session, python, "-m", "ruff", "check", *(["--fix"] if fix else []), str(ROOT))
    run(session, python, "-m", "ruff", "format", *([] if fix else ["--check"]), str(ROOT))
    run(session, python, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"))


@nox.session
def gates(session: nox.Session) -> None:
    """Check all that must hold before a push, of everything or of the papers named; try `-- --help`."""
    run(session, tests_python(session), str(ROOT / "tools/gates.py"), *session.posargs)


@nox.session
def plant_faults(session: nox.Session) -> None:
    """Plant one fault a check in a copy of this checkout, and see each caught and named by the gates."""
    run(session, tests_python(session), str(ROOT / "tools/plant_faults.py"))


@nox.session
def check(session: nox.Session) -> None:
    """Check every paper, or those named, as each does by itself: with the core that it pins."""
    delegate(session, "check", otherwise=list(PAPERS))


@nox.session
def report(session: nox.Session) -> None:
    """Write the reports of all papers, or of those named, from their records; `-- --check` only looks."""
    delegate(session, "report", otherwise=list(PAPERS))
    if "--check" not in session.posargs:
        run(session, tests_python(session), "tools/catalogue.py")


@nox.session
def catalogue(session: nox.Session) -> None:
    """Write README.md's table of papers and its transcript from the papers' reports; `-- --check` only looks."""
    run(session, tests_python(session), "tools/catalogue.py", *session.posargs)


@nox.session
def simulate(session: nox.Session) -> None:
    """Simulate how often each rule errs, and write the tables of docs/statistics.md; about 2 minutes."""
    run(session, tests_python(session), "tools/simulate.py", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Show that the tests reach every branch of the verdicts."""
    python, tests = tests_python(session), str(ROOT / "core/tests/verdict")
    source = ["--branch", "--source=ldlc.verdict"]
    run(session, python, "-m", "coverage", "run", *source, "-m", "pytest", "-q", tests)
    run(session, python, "-m", "coverage", "report", "--skip-covered", "-m", "--fail-under=100")


@nox.session
def mutate(session: nox.Session) -> None:
    """Break each comparison and constant of the verdicts, or of the modules named: a test must notice."""
    run(session, tests_python(session), "tools/mutate.py", *session.posargs)


@nox.session
def template(session: nox.Session) -> None:
    """Test the template slowly: papers over all its options run their checks, tests, build and smoke."""
    with session.chdir(away()):
        pytest(session, TOOLS, "-m", "slow", "-k", "template_grid", *session.posargs)


@nox.session
def tests_publish(session: nox.Session) -> None:
    """Test publishing against a GitHub on loopback: every failure, and a paper published, cloned, replicated."""
    with session.chdir(away()):
        pytest(session, TOOLS, "-m", "github and not slow", "-rs", *session.posargs)


@nox.session
def template_update(session: nox.Session) -> None:
    """Bring what the template changed since into the papers named, or `-- --all`; `--dry-run` only says what."""
    run(session, sys.executable, "tools/template_update.py", "update", *session.posargs)


@nox.session
def template_check(session: nox.Session) -> None:
    """Say which papers, or which of those named, lack changes of the template."""
    run(session, sys.executable, "tools/template_update.py", "check", *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Renew the locks of template and tests, of papers named, or `-- --all`; `--upgrade` takes the newest."""
    names, options = split(session, list(PAPERS))
    every, rest = "--all" in options, [option for option in options if option != "--all"]
    if not names:
        run(session, sys.executable, "tools/locks.py", *rest)
    if names or every:
        run_papers(session, "lock", list(PAPERS) if every else names, rest)


@nox.session
def release_core(session: nox.Session) -> None:
    """Release core from the head: `-- X.Y.Z`. Tests it, sets the version, records its tree in releases.toml."""
    run(session, sys.executable, "tools/releases.py", *session.posargs)


@nox.session
def publish(session: nox.Session) -> None:
    """Publish papers, or core, as GitHub repositories: `-- NAME [--owner OWNER] [--dry-run]`, or `-- --all`."""
    run(session, sys.executable, "tools/publish.py", *session.posargs)


@nox.session
def bring_back(session: nox.Session) -> None:
    """Make one commit, on a branch, of what was merged in a paper's published repository: `-- NAME`."""
    run(session, sys.executable, "tools/bring_back.py", *session.posargs)


@nox.session
def upgrade_core(session: nox.Session) -> None:
    """Move papers to a core release, `-- X.Y.Z [NAME...]`, where no verdict and no measure changes."""
    run(session, sys.executable, "tools/upgrade.py", *session.posargs)


@nox.session
def affected(session: nox.Session) -> None:
    """List the papers whose result the changes since a commit can have changed: `-- --since REV [--json]`."""
    run(session, sys.executable, "tools/affected.py", *session.posargs)


@nox.session
def benchmark(session: nox.Session) -> None:
    """Measure speed with a script of benchmarks/: `-- NAME [ARGUMENTS]`; on a quiet machine."""
    scripts = {script.stem: script for script in sorted(ROOT.glob("benchmarks/*.py"))}
    name, *arguments = session.posargs or [""]
    if name not in scripts:
        session.error(f"name a benchmark: {', '.join(scripts)}")
    run(session, tests_python(session), str(scripts[name]), *arguments)


@nox.session
def ci(session: nox.Session) -> None:
    """Do what CI does for the changes since upstream, or `-- --since REV`: only what they can have broken."""
    if session.posargs and (session.posargs[0] != "--since" or len(session.posargs) != 2):
        session.error("name the commit to compare with: nox -s ci -- --since origin/main")
    try:
        since = session.posargs[1] if session.posargs else changes.upstream(ROOT)
        change = changes.affected(ROOT, since)
    except wheels.WheelError as error:
        session.error(str(error))
    session.log(
        f"since {since}: {len(change.papers)} papers; {', '.join(change.parts) or 'else nothing'}"
    )
    session.notify("lint", [])
    session.notify("gates", [])
    parts = [part for part in change.parts if part != "template"]
    if parts or change.papers:
        session.notify("tests", [*parts, *change.papers])
    if change.papers:
        session.notify("replicate", [*change.papers, "--scale", "smoke"])
    if "template" in change.parts:
        session.notify("template", [])


@nox.session
def tests_head(session: nox.Session) -> None:
    """Test every paper, or those named, against core as it lies here: advisory, since each pins a release."""
    names, options = split(session, list(PAPERS))
    run_papers(session, "tests", names or list(PAPERS), ["--head", *options], at_once=CORES)


def delegate(session: nox.Session, name: str, otherwise: list[str]) -> None:
    names, _ = split(session, list(PAPERS))
    run_papers(session, name, names or otherwise)


def split(session: nox.Session, known: list[str]) -> tuple[list[str], list[str]]:
    """Returns the names that follow `--`, up to the first option, and the rest.

    A session stops with the nearest names if one is unknown.
    """
    arguments = list(session.posargs)
    count = next(
        (i for i, argument in enumerate(arguments) if argument.startswith("-")), len(arguments)
    )
    names = [name.rstrip("/").removeprefix("repos/") for name in arguments[:count]]
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, cutoff=0.3) or known
            session.error(
                f"there is no `{name}` here. Nearest: {', '.join(near) or 'none, repos/ is empty'}"
            )
    return names, arguments[count:]


def run_papers(
    session: nox.Session,
    name: str,
    papers: list[str],
    options: list[str] | None = None,
    *,
    at_once: int = 1,
    silent: bool = False,
) -> None:
    """Runs a session of some papers, all of them even if one fails; options are those of the command line.

    Where several run at once, or silently, each one's output is shown when it has ended.
    """
    if options is None:
        _, options = split(session, ["core", "tools", *PAPERS])
    for paper in papers:
        if paper not in PAPERS:
            session.error(
                f"repos/{paper} is not here; the papers are: {', '.join(PAPERS) or 'none'}"
            )
    at_once = min(at_once, len(papers))
    silent = bool(papers) and (silent or at_once > 1)

    def fails(paper: str) -> bool:
        command = ["-m", "nox", "-f", str(PAPERS[paper] / "noxfile.py"), "-s", name, "--", *options]
        try:
            output = run(session, sys.executable, *command, silent=silent)
        except nox.command.CommandFailed:
            return True
        if silent:
            print(output, end="", flush=True)
        return False

    if silent:
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            bad = list(pool.map(fails, papers))
    else:
        bad = [fails(paper) for paper in papers]
    if failed := [paper for paper, failed in zip(papers, bad, strict=True) if failed]:
        session.error(f"`{name}` failed for {', '.join(failed)}")


def pytest(session: nox.Session, *options: str, silent: bool = False) -> None:
    """Runs tests of core or of the tools on core's wheel; silently, their output is shown when they have ended."""
    output = run(session, tests_python(session), "-P", "-m", "pytest", *options, silent=silent)
    if silent:
        print(output, end="", flush=True)


def on(processes: int) -> list[str]:
    """Returns the options that share tests among some processes."""
    return ["-n", str(processes), "--dist", "worksteal"] if processes > 1 else []


def away() -> Path:
    """Returns a folder in which Python does not find core's source."""
    folder = ROOT / ".nox"
    folder.mkdir(exist_ok=True)
    return folder


def tests_python(session: nox.Session) -> str:
    try:
        return str(locks.tests_python(ROOT))
    except RuntimeError as error:
        session.error(str(error).rstrip("."))


def run(session: nox.Session, *command: str, silent: bool = False) -> object:
    """Runs a command that may take its time to stop: a replication keeps what it has finished.

    Returns:
      What the command printed, if it is silent.
    """
    return session.run(
        *command,
        env=environment.variables(),
        external=True,
        interrupt_timeout=30,
        terminate_timeout=5,
        silent=silent,
    )
