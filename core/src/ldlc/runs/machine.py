# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a run was made: versions, processor, kind of machine, commit."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

_NAMED = ("ldlc", "numpy", "scipy", "tensorflow", "dm-sonnet", "keras")
GENERATED = ("results", "figures", "REPORT.md", "report.json")
"""What of a paper's folder is written by `ldlc replicate --record`: it makes no tree dirty."""


@functools.cache
def core_version() -> str:
    """Returns the version of the core that is running; "head" where it is not installed."""
    try:
        return importlib.metadata.version("ldlc")
    except importlib.metadata.PackageNotFoundError:
        return "head"


def is_released(version: str) -> bool:
    """Returns whether a core version is a release, not a state between two."""
    return version != "head" and ".dev" not in version and "+" not in version


def environment(folder: Path, threads: int, device: str = "cpu") -> dict[str, str | int]:
    """Returns the facts of this machine that stand in a run's line.

    Args:
      folder: The paper's folder, whose lock is named by its digest.
      threads: Threads of the worker.
      device: The device that computes.
    """
    versions = {}
    for name in _NAMED:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    facts: dict[str, str | int] = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": processor(),
        "processor_features": processor_features(),
        "cores": os.cpu_count() or 1,
        "threads": threads,
        "device": device,
        "lock": lock_digest(folder),
    }
    return facts | versions


def machine_kind(facts: dict[str, str | int]) -> tuple[object, ...]:
    """Returns what must be equal for two machines to owe each other the same bits."""
    minor = ".".join(str(facts.get("python", "")).split(".")[:2])
    names = ("system", "processor", "processor_features", "device", "lock")
    return (minor, *(facts.get(name) for name in names))


def lock_digest(folder: Path) -> str:
    """Returns the digest of the paper's lock; empty where it has none."""
    file = folder / "requirements.lock"
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16] if file.is_file() else ""


@functools.cache
def processor() -> str:
    """Returns the processor's model."""
    for line in _cpuinfo():
        if line.startswith("model name"):
            return " ".join(line.partition(":")[2].split())
    if platform.system() == "Darwin":
        return _output(["sysctl", "-n", "machdep.cpu.brand_string"])
    return platform.processor() or platform.machine()


@functools.cache
def processor_features() -> str:
    """Returns a digest of the processor's instruction sets and caches, which choose kernels."""
    parts = [
        line.partition(":")[2].strip()
        for line in _cpuinfo()
        if line.startswith(("flags", "Features"))
    ]
    caches = sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*/size"))
    parts = [" ".join(sorted(p.split())) for p in parts[:1]]
    for cache in caches:
        try:
            parts.append(cache.read_text().strip())
        except OSError:
            continue
    if platform.system() == "Darwin":
        parts.append(_output(["sysctl", "-n", "hw.optional", "hw.l1dcachesize", "hw.l2cachesize"]))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def commit_of(folder: Path) -> str | None:
    """Returns the commit of a paper's folder, with "+changes" if its sources differ from it."""
    head = _output(["git", "-C", str(folder), "rev-parse", "HEAD"])
    if not head:
        return None
    excluded = [f":(exclude){name}" for name in GENERATED]
    status = ["git", "-C", str(folder), "status", "--porcelain", "--", ".", *excluded]
    return head + ("+changes" if _output(status) else "")


def _cpuinfo() -> list[str]:
    try:
        return Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return []


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
