# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Executes commands on this machine: as many at once as there are slots, no daemon, no orphans."""

from __future__ import annotations

import collections
import contextlib
import json
import os
import queue
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_GRACE_S = 5.0


@dataclass(frozen=True)
class Command:
    """A command to execute.

    Args:
      argv: Program and arguments.
      slots: How many of the executor's slots it occupies.
      log: The file that takes its standard error.
      variables: Environment variables to set for it.
      label: What it is, for messages.
    """

    argv: Sequence[str]
    slots: int
    log: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    label: str = ""


class LocalExecutor:
    """A pool of processes whose children end with it, however it ends.

    A child's standard input is a pipe that nobody writes to: when this process dies, even by
    `kill -9`, the pipe ends and so does the child (`--parent-pipe` of the worker).

    Args:
      slots: How many slots there are; a command that wants more gets all of them.
    """

    def __init__(self, slots: int) -> None:
        self._slots = max(1, slots)

    def run(
        self, commands: Sequence[Command], on_event: Callable[[Command, dict[str, Any]], None]
    ) -> list[tuple[Command, int]]:
        """Executes commands, the first first.

        Args:
          commands: What to execute.
          on_event: Called in this thread with each JSON line of a command's standard output.

        Returns:
          The commands that ended with another code than 0, with their codes.
        """
        waiting = collections.deque(commands)
        running: dict[int, tuple[Command, subprocess.Popen[bytes], threading.Thread]] = {}
        events: queue.Queue[tuple[int, dict[str, Any] | None]] = queue.Queue()
        failed: list[tuple[Command, int]] = []
        free = self._slots
        try:
            while waiting or running:
                while waiting and min(waiting[0].slots, self._slots) <= free:
                    command = waiting.popleft()
                    free -= min(command.slots, self._slots)
                    process = _start(command)
                    reader = threading.Thread(target=_read, args=(process, events), daemon=True)
                    running[process.pid] = (command, process, reader)
                    reader.start()
                pid, event = events.get()
                command, process, reader = running[pid]
                if event is not None:
                    on_event(command, event)
                    continue
                reader.join()
                code = process.wait()
                if process.stdin is not None:
                    process.stdin.close()
                if code != 0:
                    failed.append((command, code))
                free += min(command.slots, self._slots)
                del running[pid]
        finally:
            _stop([process for _, process, _ in running.values()])
        return failed


def _start(command: Command) -> subprocess.Popen[bytes]:
    command.log.parent.mkdir(parents=True, exist_ok=True)
    with command.log.open("ab") as log:
        return subprocess.Popen(
            command.argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, **command.variables},
            start_new_session=True,  # Ctrl-C reaches the parent alone, which ends its children
        )


def _read(
    process: subprocess.Popen[bytes], events: queue.Queue[tuple[int, dict[str, Any] | None]]
) -> None:
    assert process.stdout is not None
    with process.stdout as stream:
        for line in stream:
            with contextlib.suppress(ValueError):
                event = json.loads(line)
                if isinstance(event, dict):
                    events.put((process.pid, event))
    events.put((process.pid, None))


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
