# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pytest plugin that makes a `paper.toml` a test file.

    pytest paper.toml tests

tests every check of `ldlc check`, every arm at the smoke scale, and that the same seed gives the
same bits in two processes: the second one executes the arms in reverse order. Both processes begin at
once and are asked last, while the other tests run.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

TIMEOUT_S = 900


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collects `paper.toml` files."""
    if file_path.name == "paper.toml":
        collector: PaperFile = PaperFile.from_parent(parent, path=file_path)
        return collector
    return None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collects without looking for garbage, now or later, among what is imported."""
    searching = gc.isenabled()
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        if searching:
            gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the smoke runs and their repetitions last."""
    items.sort(key=lambda item: isinstance(item, _ArmItem))


def pytest_runtestloop(session: pytest.Session) -> None:
    """Starts the smoke runs that will be asked for."""
    if not session.config.option.collectonly:
        for smoke in _smokes(session):
            smoke.start()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Ends smoke runs that nobody asked for: the tests were interrupted, or stopped at a failure."""
    for smoke in _smokes(session):
        smoke.stop()


def _smokes(session: pytest.Session) -> set[Smoke]:
    items = getattr(session, "items", ())  # none where other processes run the tests
    return {item.smoke for item in items if isinstance(item, _ArmItem)}


class PaperFile(pytest.File):
    """The tests that every paper has."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yields the checks, then the smoke runs of each arm, then their repetitions."""
        from ldlc.checks import CHECKS, Tree
        from ldlc.plan import PlanError, load

        tree = Tree(self.path.parent)
        for module in CHECKS:
            name = f"{module.CODE}: {module.TITLE}"
            yield CheckItem.from_parent(self, name=name, module=module, tree=tree)
        try:
            plan = load(self.path.parent).plan
        except PlanError:
            return  # the first check tells
        smoke = Smoke(self.path.parent)
        arms = [
            (name, arm) for name, experiment in plan.experiments.items() for arm in experiment.arms
        ]
        for name, arm in arms:
            yield SmokeItem.from_parent(
                self, name=f"smoke: {name}.{arm}", smoke=smoke, arm=(name, arm)
            )
        for name, arm in arms:
            yield BitsItem.from_parent(
                self, name=f"same bits: {name}.{arm}", smoke=smoke, arm=(name, arm)
            )


class Failure(Exception):
    """A test of a paper failed; the text is all there is to say."""


class _Item(pytest.Item):
    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Shows the text of a failure, without our traceback."""
        if isinstance(excinfo.value, Failure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Returns where the test stands and its name."""
        return self.path, None, self.name


class CheckItem(_Item):
    """One check of the paper."""

    def __init__(self, *, module: Any, tree: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._module, self._tree = module, tree

    def runtest(self) -> None:
        """Fails with what the check says."""
        problems = self._module.check(self._tree)
        if problems:
            raise Failure("\n".join(problems))


class Smoke:
    """Two processes that execute seed 0 of every arm at the smoke scale, started once."""

    def __init__(self, paper: Path) -> None:
        self._paper = paper
        self._folders: list[tempfile.TemporaryDirectory[str]] = []
        self._processes: list[subprocess.Popen[bytes]] = []

    def run(self, arm: tuple[str, str], which: int) -> Any:
        """Returns the run of an arm that one of the two processes made.

        Raises:
          Failure: If it made none, or the run raised.
        """
        from ldlc.runs import read_work_file, work_file

        if not self._processes:  # where tests are shared among processes, whichever is asked first
            self.start()
        folder = Path(self._folders[which].name)
        try:
            self._processes[which].wait(TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.stop()
            raise Failure(
                f"`smoke` took more than {TIMEOUT_S} s. Make its config smaller."
            ) from None
        line = read_work_file(work_file(folder, "smoke", *arm, 0))
        if line is None:
            told = (folder / "stderr").read_text(errors="replace").splitlines()[-20:]
            raise Failure("\n".join(["the process ended before this run:", *told]))
        if line.error is not None:
            raise Failure(line.error)
        return line

    def start(self) -> None:
        """Starts both processes."""
        for order in ("forwards", "backwards"):
            folder = tempfile.TemporaryDirectory(prefix="ldlc-smoke-")
            command = [sys.executable, "-m", "ldlc.testing", str(self._paper), folder.name, order]
            with Path(folder.name, "stderr").open("wb") as stderr:
                process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr)
            self._folders.append(folder)
            self._processes.append(process)

    def stop(self) -> None:
        """Kills what still runs."""
        for process in self._processes:
            process.kill()
            process.wait()


class _ArmItem(_Item):
    def __init__(self, *, smoke: Smoke, arm: tuple[str, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.smoke, self._arm = smoke, arm


class SmokeItem(_ArmItem):
    """An arm runs at the smoke scale and returns its measures."""

    def runtest(self) -> None:
        """Fails with the run's traceback."""
        self.smoke.run(self._arm, 0)


class BitsItem(_ArmItem):
    """An arm gives the same bits in another process, after other arms."""

    def runtest(self) -> None:
        """Fails with both results."""
        from ldlc.worker import same_bits

        first, second = self.smoke.run(self._arm, 0), self.smoke.run(self._arm, 1)
        if not same_bits(first, second):
            raise Failure(
                "the same seed gave other numbers in another process:\n"
                f"  {first.measures}\n  {second.measures}\n"
                "Draw everything that is random from the seed, and keep nothing between runs."
            )


def main(paper: Path, work: Path, order: str) -> None:
    """Executes seed 0 of every arm at the smoke scale in this process.

    Args:
      paper: The paper's folder.
      work: Where the runs are kept.
      order: "forwards" or "backwards" through the arms.
    """
    from ldlc.plan import load
    from ldlc.worker import Group

    folder = load(paper)
    arms = [(name, arm) for name, e in folder.plan.experiments.items() for arm in e.arms]
    for name, arm in arms if order == "forwards" else reversed(arms):
        Group(folder, name, arm, "smoke", work=work).complete(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
