# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gates: what must hold before anything is pushed or published, for every paper and for the repository.

    nox -s gates                        # all of it
    nox -s gates -- NAME... [--fix]     # these papers; --fix mends headers and licences
    nox -s gates -- --static            # only what installs and builds nothing
    nox -s gates -- --only P03 M01      # only these checks
    nox -s gates -- --list              # what each check demands, and why

It looks with the checks of this checkout, whatever core a paper pins. Exit code: 0 if all passes, 1 if something
does not, 2 for misuse; warnings fail nothing.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import across
import checks_page
import remembered
from across import repository as checkout
from wheels import ROOT, WheelError

from ldlc import checks
from ldlc.checks import Result, Tree, licence
from ldlc.checks.result import listing, show

MANY = 50  # papers, from which more processes pay
EVERY = (*checks.CHECKS, *across.CHECKS)


@dataclass(frozen=True)
class Outcome:
    """What the gates found.

    Args:
      results: What each check says of each paper, of everything else, and of the repository as a whole.
      papers: How many papers were looked at.
      unchanged: How many of them are as they were when they passed all static checks, by the same checks.
      seconds: How long it took.
    """

    results: Sequence[Result]
    papers: int
    unchanged: int
    seconds: float

    @property
    def passes(self) -> bool:
        """Whether there are no problems."""
        return not any(result.problems for result in self.results)


def run(
    root: Path,
    names: Sequence[str] = (),
    *,
    fix: bool = False,
    static: bool = False,
    since: str | None = None,
    only: Collection[str] = (),
    again: bool = False,
) -> Outcome:
    """Returns what all checks say of a checkout.

    Args:
      root: Its top.
      names: The papers to look at; none means all of them, and everything else too.
      fix: Whether to mend first what can be mended.
      static: Whether to leave out what makes environments or builds packages.
      since: The commit after which commits are looked at; None for those that upstream does not have.
      only: Codes of the checks to run; none means all.
      again: Whether to look again at papers that are as they were when they passed all static checks.

    Raises:
      ValueError: If there is no paper of a name, or no check of a code.
      WheelError: If this is no git checkout.
    """
    start = time.perf_counter()
    if unknown := set(only) - {module.CODE for module in EVERY}:
        known = ", ".join(module.CODE for module in EVERY)
        raise ValueError(f"there is no check `{min(unknown)}`. The codes are: {known}.")
    wanted = {module.CODE for module in EVERY} & set(only) or {module.CODE for module in EVERY}
    repository = checkout.read(root, names, since)
    digests = {} if only or fix or again else remembered.digests(root)
    known = remembered.passed() if digests else frozenset()
    unchanged = {name for name in repository.named if digests.get(name) in known}
    trees = [repository.papers[name] for name in repository.named if name not in unchanged]
    over_all = [m for m in across.CHECKS if m.CODE in wanted and (m.IS_STATIC or not static)]
    results = []
    new = set()
    with _executor(len(trees)) as executor:
        # What looks over all papers and mends nothing is one long job: it begins beside them, as does the rest.
        begun = {
            m.CODE: executor.submit(_across, m.CODE, repository)
            for m in over_all
            if m.IS_STATIC and not fix
        }
        rest = executor.submit(_everything_else, repository.rest, frozenset(wanted), fix)
        for tree, said in zip(trees, _papers(executor, trees, wanted, fix), strict=True):
            results += said
            if tree.path.name in digests and not any(r.problems or r.warnings for r in said):
                new.add(digests[tree.path.name])
        if new:
            remembered.remember(new)
        results += [
            Result(m.CODE, m.TITLE, text=m.__doc__ or "") for m in checks.CHECKS if unchanged
        ]
        results += rest.result()
        for module in over_all:
            code = module.CODE
            results.append(begun[code].result() if code in begun else _across(code, repository))
    seconds = time.perf_counter() - start
    return Outcome(results, len(repository.named), len(unchanged), seconds)


def _executor(papers: int) -> Executor:
    """Returns what runs the checks: processes where there are many papers, else one thread.

    The processes end before garbage in cycles, of which the checks make hardly any, would be worth a search.
    """
    return ProcessPoolExecutor(initializer=gc.disable) if papers >= MANY else ThreadPoolExecutor(1)


def _papers(
    executor: Executor, trees: Sequence[Tree], wanted: Collection[str], fix: bool
) -> Iterable[list[Result]]:
    """Returns the results of the checks of each paper, in their order."""
    jobs = [(tree, frozenset(wanted), fix) for tree in trees]
    return executor.map(_paper, jobs, chunksize=16)


def _paper(job: tuple[Tree, Collection[str], bool]) -> list[Result]:
    tree, wanted, fix = job
    modules = [module for module in checks.CHECKS if module.CODE in wanted]
    return checks.run_on(tree, modules, fix)


def _everything_else(rest: Tree | None, wanted: Collection[str], fix: bool) -> list[Result]:
    """Returns what the checks of single files, and that of the licence's text, say of all outside repos/."""
    if rest is None:
        return []
    modules = [module for module in checks.CHECKS if module.CODE in wanted]
    results = checks.run_on(rest, [m for m in modules if m.LOOKS_AT == "files"], fix)
    for folder in (rest.path, rest.path / "core"):
        tree = Tree(folder, ["LICENSE"])
        results += checks.run_on(tree, [m for m in modules if m is licence], fix)
    return results


def _across(code: str, repository: across.Repository) -> Result:
    module = next(module for module in across.CHECKS if module.CODE == code)
    problems = module.check(repository) if hasattr(module, "check") else []
    warnings = module.warn(repository) if hasattr(module, "warn") else []
    return Result(
        module.CODE,
        module.TITLE,
        problems=tuple(problems),
        warnings=tuple(warnings),
        text=module.__doc__ or "",
    )


def report(outcome: Outcome) -> list[str]:
    """Returns the lines that tell what was found: each check once, with all places."""
    merged: dict[str, Result] = {}
    for new in outcome.results:
        old = merged.get(new.code)
        merged[new.code] = Result(
            new.code,
            new.title,
            problems=(*(old.problems if old else ()), *new.problems),
            fixed=(*(old.fixed if old else ()), *new.fixed),
            warnings=(*(old.warnings if old else ()), *new.warnings),
            text=new.text,
        )
    ordered = [merged[code] for code in sorted(merged)]
    lines = [line for result in ordered for line in show(result)]
    bad = [result.code for result in ordered if result.problems]
    warned = sum(len(result.warnings) for result in ordered)
    verdict = f"{', '.join(bad)} found something" if bad else "all passed"
    also = f", {_count(warned, 'warning')}" if warned else ""
    looked = f"{_count(len(ordered), 'check')} of {_count(outcome.papers, 'paper')}"
    if outcome.unchanged:
        looked += f", {outcome.unchanged} of them unchanged since they passed"
    return [*lines, f"{looked}: {verdict}{also} ({outcome.seconds:.1f} s)"]


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Runs the command line and returns its exit code."""
    parser = argparse.ArgumentParser(prog="nox -s gates --", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="papers; none: everything")
    parser.add_argument("--fix", action="store_true", help="mend headers and licences")
    parser.add_argument(
        "--static", action="store_true", help="only what installs and builds nothing"
    )
    parser.add_argument("--only", nargs="+", default=[], metavar="CODE", help="only these checks")
    parser.add_argument(
        "--again", action="store_true", help="also papers unchanged since they passed"
    )
    parser.add_argument("--since", metavar="REV", help="look at the commits after this one")
    parser.add_argument("--list", action="store_true", help="say what each check demands, and why")
    parser.add_argument("--document", action="store_true", help=f"write {checks_page.PAGE}")
    options = parser.parse_args(arguments)
    if options.document:
        (root / checks_page.PAGE).write_text(checks_page.page(), encoding="utf-8")
        print(root / checks_page.PAGE)
        return 0
    if options.list:
        print(listing(EVERY), end="")
        return 0
    names = [name.rstrip("/").removeprefix("repos/") for name in options.names]
    try:
        outcome = run(
            root,
            names,
            fix=options.fix,
            static=options.static,
            since=options.since,
            only=options.only,
            again=options.again,
        )
    except (ValueError, WheelError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for line in report(outcome):
        print(line)
    return 0 if outcome.passes else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
