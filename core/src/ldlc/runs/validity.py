# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which runs are still valid, and which are missing."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ldlc.data.errors import UnknownDatasetError
from ldlc.data.table import sha256
from ldlc.plan import PaperFolder, resolve_config
from ldlc.runs.key import installed_run_half, run_key, source_digest
from ldlc.runs.line import RunLine


class Keys:
    """The keys that runs of a paper have now.

    Args:
      folder: The paper.
    """

    def __init__(self, folder: PaperFolder) -> None:
        self._folder = folder
        self._source = source_digest(folder.package)
        self._data: dict[str, str | None] = {}

    def of(self, experiment: str, arm: str, scale: str, seed: int) -> str:
        """Returns the key of one run."""
        whole = self._folder.plan.experiments[experiment]
        return run_key(
            self._source,
            installed_run_half(),
            experiment,
            resolve_config(whole, arm, scale),
            whole.engine.of(arm),
            seed,
        )

    def is_valid(self, line: RunLine) -> bool:
        """Returns whether a run is one that this plan, code and data would make again."""
        experiment = self._folder.plan.experiments.get(line.experiment)
        if experiment is None or line.arm not in experiment.arms:
            return False
        if line.scale != "full" and line.scale not in experiment.scales:
            return False
        return line.key == self.of(line.experiment, line.arm, line.scale, line.seed) and all(
            self._data_now(name) == digest for name, digest in line.data.items()
        )

    def is_done(self, line: RunLine | None) -> bool:
        """Returns whether a run needs not be executed: it is there, valid, and did not raise."""
        return line is not None and line.error is None and self.is_valid(line)

    def _data_now(self, name: str) -> str | None:
        if name not in self._data:
            self._data[name] = data_digest(self._folder.path, name)
        return self._data[name]


def data_digest(folder: Path, name: str) -> str | None:
    """Returns the SHA-256 that a data set has now; None if it is known no longer.

    Args:
      folder: The paper's folder.
      name: A set of core's table, or a file of the paper such as "./words.txt".
    """
    if name.startswith("./"):
        file = folder / name
        return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None
    try:
        return sha256(name)
    except UnknownDatasetError:
        return None
