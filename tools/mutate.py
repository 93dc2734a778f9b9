# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Breaks the verdicts on purpose, one comparison or constant at a time, and looks whether a test notices.

    python tools/mutate.py                   # every module of ldlc.verdict
    python tools/mutate.py holm looks        # these modules
    python tools/mutate.py --texts holm      # changes texts and names in quotes, too
    python tools/mutate.py --list holm       # only prints what would be changed

One process collects the tests, runs them once unchanged, and notes which reach each line. Each change is then made
in a fork of it: the changed function gets its new code, and those tests run, the quickest first, up to the first
that fails. What stands outside of functions is imported anew instead. What no test notices survives, and is
printed, unless core/tests/verdict/unnoticed.txt says why no test need notice it; then it is counted. Exits with 1
if anything else survived, or if a test notices what that file lists.

mutmut and cosmic-ray were considered: the one leaves constants of modules and decorated functions alone, the
other starts Python anew for each change, which takes longer here than the tests do.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import importlib.abc
import importlib.machinery
import os
import pickle
import signal
import sys
import tempfile
import time
import types
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "core/src"
PACKAGE = "ldlc.verdict"
TESTS = ROOT / "core/tests/verdict"
JUDGED = "unnoticed.txt"  # beside the tests: a line a change, below the reason
SIMULATED = TESTS / "test_simulate.py"  # slow, and it sees only what changes many verdicts
SLOW_IMPORTS = ("pytest", "hypothesis", "numpy", "scipy.stats", "msgspec")
TOLD = os.dup(1)  # stays open where pytest or a fork closes the other
SLOWEST_S = 60  # a change that makes a loop endless is noticed, too

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OPERATIONS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
# Calls whose keywords change no result: a guard that holds, one that mypy sees to, the size of a cache.
_SETTINGS = ("zip", "dataclass", "functools.lru_cache")


@dataclass(frozen=True)
class Mutant:
    """One change of one file.

    Args:
      path: The file.
      lines: Of the statement.
      code: The line of the expression.
      function: The name of the function around it, with its class; empty if it is run on import.
      what: The expression, before and after.
      number: Which of the file's expressions it is.
      choice: Which of that expression's changes.
    """

    path: Path
    lines: range
    code: str
    function: str
    what: str
    number: int
    choice: int

    @property
    def of_text(self) -> bool:
        """Whether it changes a text or a name in quotes."""
        return self.what.startswith(("'", '"'))

    @property
    def module(self) -> str:
        """The name that the file is imported by."""
        return f"{PACKAGE}.{self.path.stem}"

    @property
    def key(self) -> str:
        """What it is called in the list of those that were judged, wherever its line may move."""
        return f"{self.path.stem}: {self.code}  |  {self.what}"

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.lines.start}: {self.what}"


def mutants(path: Path) -> list[Mutant]:
    """Returns every change of a file."""
    source = path.read_text(encoding="utf-8")
    tree, code = ast.parse(source), source.splitlines()
    lines, functions = _statements(tree), _functions(tree)
    return [
        Mutant(
            path,
            lines[id(node)],
            code[node.lineno - 1].strip(),
            functions.get(id(node), ""),
            f"{ast.unparse(node)}  ->  {ast.unparse(new)}",
            number,
            choice,
        )
        for number, node in enumerate(_targets(tree))
        for choice, new in enumerate(_changes(node))
    ]


def _functions(tree: ast.Module) -> dict[int, str]:
    """Returns the outermost function around each node of a function's body."""
    found: dict[int, str] = {}

    def walk(body: Sequence[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef):
                walk(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.FunctionDef):
                for inner in node.body:
                    found.update((id(n), f"{prefix}{node.name}") for n in ast.walk(inner))

    walk(tree.body, "")
    return found


def mutated(mutant: Mutant) -> ast.Module:
    """Returns the tree of a file with one change."""
    tree = ast.parse(mutant.path.read_text(encoding="utf-8"))
    node = _targets(tree)[mutant.number]
    changed = list(_changes(node))[mutant.choice]
    for owner in ast.walk(tree):
        for name, value in ast.iter_fields(owner):
            if value is node:
                setattr(owner, name, changed)
            elif isinstance(value, list) and any(item is node for item in value):
                setattr(owner, name, [changed if item is node else item for item in value])
    return ast.fix_missing_locations(tree)


def _statements(tree: ast.Module) -> dict[int, range]:
    """Returns the lines of the statement around each node; of a block, those of its head."""
    found: dict[int, range] = {}
    for node in ast.walk(tree):  # outer statements first, so that inner ones count
        if isinstance(node, ast.stmt | ast.match_case):
            body = getattr(node, "body", None)
            first = node.lineno if isinstance(node, ast.stmt) else node.pattern.lineno
            last = body[0].lineno - 1 if body else node.end_lineno
            lines = range(first, max(first, last) + 1)
            found |= {id(inner): lines for inner in ast.walk(node)}
    return found


def _targets(tree: ast.Module) -> list[ast.expr]:
    """Returns the expressions that can be changed: no annotation, docstring, or name of a type."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        notes = [getattr(node, key, None) for key in ("annotation", "returns")]
        if isinstance(node, ast.Assign) and _names_types(node.value):
            notes.append(node.value)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            notes.append(node.value)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            notes.append(node.value)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _SETTINGS:
            notes += node.keywords
        if isinstance(node, ast.FunctionDef):
            notes += _unread_defaults(node)
        if isinstance(node, ast.Assert):  # what the code itself guarantees, mostly for the types
            notes.append(node)
        for note in (n for n in notes if isinstance(n, ast.AST)):
            skipped |= {id(n) for n in ast.walk(note)}
    kinds = (ast.Compare, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Constant, ast.Call)
    return [n for n in ast.walk(tree) if isinstance(n, kinds) and id(n) not in skipped]


def _unread_defaults(function: ast.FunctionDef) -> list[ast.expr]:
    """Returns the defaults of arguments that are there for the form, and that the function never reads."""
    named = (n for statement in function.body for n in ast.walk(statement))
    read = {n.id for n in named if isinstance(n, ast.Name)}
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(reversed(positional), reversed(arguments.defaults), strict=False),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return [default for argument, default in pairs if default and argument.arg not in read]


def _names_types(value: ast.expr) -> bool:
    return isinstance(value, ast.Subscript) and "Literal" in ast.unparse(value)


def _changes(node: ast.expr) -> Iterator[ast.expr]:
    """Yields the node's changes."""
    match node:
        case ast.Compare():
            for i, op in enumerate(node.ops):
                for other in _COMPARISONS[type(op)]:
                    changed = copy.deepcopy(node)
                    changed.ops[i] = other()
                    yield changed
        case ast.BoolOp():
            changed = copy.deepcopy(node)
            changed.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield changed
        case ast.BinOp() if type(node.op) in _OPERATIONS and not _is_of_types(node):
            changed = copy.deepcopy(node)
            changed.op = _OPERATIONS[type(node.op)]()
            yield changed
        case ast.Constant(value=bool(value)):
            yield ast.copy_location(ast.Constant(not value), node)
        case ast.Constant(value=int(value)):
            yield from (ast.copy_location(ast.Constant(v), node) for v in (value + 1, value - 1))
        case ast.Constant(value=float(value)):
            yield ast.copy_location(ast.Constant(1.1 * value if value else 0.1), node)
        case ast.Constant(value=str(value)) if value.strip():
            yield ast.copy_location(ast.Constant(f"X{value}"), node)
        case ast.Call(func=ast.Name(id="min" | "max" as name)):
            changed = copy.deepcopy(node)
            changed.func = ast.Name("max" if name == "min" else "min", ast.Load())
            yield changed
        case ast.Call(
            func=ast.Attribute(attr="min" | "max" | "minimum" | "maximum" | "any" | "all")
        ):
            swap = {"min": "max", "minimum": "maximum", "any": "all"}
            swap |= {v: k for k, v in swap.items()}
            changed = copy.deepcopy(node)
            changed.func.attr = swap[node.func.attr]
            yield changed


def _is_of_types(node: ast.BinOp) -> bool:
    """Returns whether `a | b` joins types, as in an annotation that is assigned."""
    return any(isinstance(n, ast.Constant) and n.value is None for n in ast.walk(node))


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module with a change, and leaves the others alone."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Returns how the module is loaded."""
        if name != self.mutant.module:
            return None
        return importlib.machinery.ModuleSpec(name, self, origin=str(self.mutant.path))

    def exec_module(self, module: Any) -> None:
        """Runs the changed source in the module."""
        exec(compile(mutated(self.mutant), str(self.mutant.path), "exec"), module.__dict__)


# Plain assertions: pytest would import what it rewrites by itself, and that unchanged.
OPTIONS = ["-x", "-q", "--no-header", "--assert=plain", "-p", "no:cacheprovider", "--tb=no"]
OPTIONS += ["--rootdir", str(ROOT)]
Order = dict[str, float]  # test -> how long it takes


class Quickest:
    """A plugin of pytest: runs only some tests, the quickest first."""

    def __init__(self, order: Order) -> None:
        self.order = order

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Keeps the chosen tests."""
        chosen = [item for item in items if item.nodeid in self.order]
        items[:] = sorted(chosen, key=lambda item: self.order[item.nodeid])


class Server:
    """A plugin of pytest that runs, instead of the tests, what is asked of the collected tests."""

    def __init__(self, todo: Sequence[Mutant], out: Path) -> None:
        self.todo, self.out = todo, out
        self.failed = False
        self.seconds: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Notes whether and how fast a test passed."""
        self.failed |= report.failed
        self.seconds[report.nodeid] += report.duration

    def pytest_runtestloop(self, session: Any) -> bool:
        """Notes what the tests reach, then makes every change that lies in a function."""
        items = {item.nodeid: item for item in session.items}
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "reached"
            os.waitpid(forked(lambda: self._reached(items), out), 0)
            reached = pickle.loads(out.read_bytes()) if out.exists() else None
            if reached is None:
                return True
            orders = {m: _order(m, *reached) for m in self.todo}
            inside = [m for m in self.todo if m.function]

            def noticed(mutant: Mutant) -> bool:
                replace_code(mutant)
                return not self._pass(
                    [items[t] for t in sorted(orders[mutant], key=orders[mutant].get)]
                )

            survivors = undetected(inside, noticed, Path(folder))
            self.out.write_bytes(pickle.dumps((orders, survivors)))
        return True

    def _pass(self, items: Sequence[Any]) -> bool:
        for item in items:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            if self.failed:
                return False
        return True

    def _reached(
        self, items: dict[str, Any]
    ) -> tuple[dict[tuple[str, int], set[str]], Order] | None:
        """Returns which tests reach each line, and how long each takes; None if one fails."""
        import coverage

        folder = SOURCE.joinpath(*PACKAGE.split("."))
        watch = coverage.Coverage(data_file=None, include=[f"{folder}/*"], config_file=False)
        watch.start()
        for name, item in items.items():
            watch.switch_context(name)
            _forget()  # else a test would not reach what an earlier one left in a cache
            if not self._pass([item]):
                return None
        watch.stop()
        data, found = watch.get_data(), {}
        for path in data.measured_files():
            for line, tests in data.contexts_by_lineno(path).items():
                found[path, line] = set(tests) - {""}
        return found, dict(self.seconds)


def _forget() -> None:
    """Empties the caches of the package's functions."""
    for name, module in list(sys.modules.items()):
        if name.startswith(PACKAGE):
            for value in vars(module).values():
                getattr(value, "cache_clear", lambda: None)()


def _order(mutant: Mutant, lines: dict[tuple[str, int], set[str]], seconds: Order) -> Order:
    """Returns the tests that reach a change; all, where it is made on import."""
    tests = {t for line in mutant.lines for t in lines.get((str(mutant.path), line), ())}
    return {t: seconds[t] for t in (tests if mutant.function and tests else seconds)}


def replace_code(mutant: Mutant) -> None:
    """Gives the changed function its new code, wherever it has been imported to."""
    whole = compile(mutated(mutant), str(mutant.path), "exec")
    holder: Any = sys.modules[mutant.module]
    *classes, name = mutant.function.split(".")
    for part in classes:
        holder = vars(holder)[part]
    found = vars(holder)[name]
    for wrapper in ("fget", "func", "__func__", "__wrapped__"):
        found = getattr(found, wrapper, found)
    found.__code__ = next(code for code in _codes(whole) if code.co_qualname == mutant.function)


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _codes(constant)


def reimported(mutant: Mutant, order: Order) -> bool:
    """Returns whether a test fails where the whole module is imported with a change."""
    import pytest

    sys.meta_path.insert(0, Changed(mutant))
    files = sorted({test.partition("::")[0] for test in order})
    return bool(pytest.main([*OPTIONS, *files], plugins=[Quickest(order)]) != 0)


def judged() -> Counter[str]:
    """Returns the keys of changes that no test need notice; one that its line holds twice may stand twice."""
    file = TESTS / JUDGED
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return Counter(line for line in lines if line and not line.startswith("#"))


def undetected(
    todo: Sequence[Mutant], noticed: Callable[[Mutant], bool], folder: Path
) -> list[Mutant]:
    """Returns the changes that nothing notices, each made in a process of its own."""
    waiting, running, found, known = list(reversed(todo)), {}, [], judged()
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            mutant = waiting.pop()
            out = folder / f"{len(waiting)}"

            def answer(mutant: Mutant = mutant) -> bool:
                signal.alarm(SLOWEST_S)
                try:
                    return noticed(mutant)
                except BaseException:  # a change may also end the process, or not load
                    return True

            running[forked(answer, out)] = mutant, out
        pid, _ = os.wait()
        mutant, out = running.pop(pid)
        if out.exists() and not pickle.loads(out.read_bytes()):
            found.append(mutant)
            known[mutant.key] -= 1
            if known[mutant.key] < 0:
                os.write(TOLD, f"not noticed: {mutant}\n".encode())
    return found


def forked(do: Callable[[], Any], out: Path) -> int:
    """Starts a process of its own that writes what `do` returns to a file, and returns its id."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    try:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        out.write_bytes(pickle.dumps(do()))
    finally:
        os._exit(0)


def main(arguments: Sequence[str]) -> int:
    """Changes the modules that are named, or all; returns the exit code."""
    parser = argparse.ArgumentParser(prog="mutate", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("modules", nargs="*", help=f"modules of {PACKAGE}; all if none is named")
    parser.add_argument("--texts", action="store_true", help="change what stands in quotes, too")
    parser.add_argument("--list", action="store_true", help="print the changes, and run nothing")
    options = parser.parse_args(arguments)
    folder = SOURCE.joinpath(*PACKAGE.split("."))
    known = {p.stem: p for p in sorted(folder.glob("*.py")) if p.stem != "__init__"}
    for name in options.modules:
        if name not in known:
            parser.error(f"`{name}` is no module of {PACKAGE}. Choose from: {', '.join(known)}.")
    todo = [
        mutant
        for name in options.modules or known
        for mutant in mutants(known[name])
        if options.texts or not mutant.of_text
    ]
    if options.list:
        print(*todo, sep="\n")
        return 0
    return run(todo)


def run(todo: Sequence[Mutant]) -> int:
    """Makes each change, prints those that no test notices, and returns the exit code."""
    started = time.monotonic()
    sys.path.insert(0, str(SOURCE))
    os.chdir(ROOT)
    for slow in SLOW_IMPORTS:
        importlib.import_module(slow)  # once, before the forks

    def served() -> None:
        import pytest

        pytest.main([*OPTIONS, f"--ignore={SIMULATED}", str(TESTS)], plugins=[Server(todo, out)])

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "served"
        os.waitpid(forked(served, Path(folder) / "nothing"), 0)
        if not out.exists():
            print("error: a test fails before anything is changed: run `nox -s tests -- core`")
            return 1
        orders, survivors = pickle.loads(out.read_bytes())
        outside = [m for m in todo if not m.function]
        survivors += undetected(outside, lambda m: reimported(m, orders[m]), Path(folder))
    took = time.monotonic() - started
    survived, keys = Counter(m.key for m in survivors), {m.key for m in todo}
    modules = {mutant.path.stem for mutant in todo}
    known = Counter({key: n for key, n in judged().items() if key.partition(":")[0] in modules})
    new, noticed = survived - known, known - survived
    for key in noticed.elements():
        why = "noticed by now" if key in keys else "not in the code"
        print(f"{why}, so take it out of {TESTS.relative_to(ROOT) / JUDGED}: {key}")
    kept = (survived & known).total()
    also = f" but {kept} that were judged" if kept else ""
    print(f"{len(todo)} changes, {new.total()} not noticed{also}, in {took:.0f} s")
    return 1 if new or noticed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
