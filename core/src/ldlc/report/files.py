# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a report: made from the record alone, replaced whole, compared, removed when stale."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ldlc.plan import PaperFolder, default_scale
from ldlc.report import document, figures, kinds, marks, own, svg
from ldlc.report.data import GENERATOR, FigureReport, Report, decode, encode
from ldlc.report.summary import pinned_core, summarise

if TYPE_CHECKING:
    from ldlc.runs import Results, RunLine

MARKDOWN, JSON, FIGURES = "REPORT.md", "report.json", "figures"
HERE = "report.json"  # in the folder of working runs


class ForeignFileError(ValueError):
    """A file that a report would replace, and that `ldlc report` did not make."""


def recorded(folder: PaperFolder) -> Report | None:
    """Returns the report on a paper's record as data, without its outputs' digests.

    Args:
      folder: The paper.

    Returns:
      The report; None if nothing is recorded.
    """
    made = _made(folder)
    return made[0] if made else None


def here(folder: PaperFolder, scale: str | None = None) -> Report | None:
    """Returns the report on this machine's working runs as data; None if there are none.

    Args:
      folder: The paper.
      scale: The scale that was run; None for each experiment's default.
    """
    from ldlc import runs

    found = _chosen(folder, lambda name: runs.read_work(folder.work, name), scale)
    return _judged(folder, found, scale) if found else None


def write_here(folder: PaperFolder, report: Report) -> Path:
    """Writes the report on this machine's runs to `.ldlc/report.json` and returns its path."""
    from ldlc.runs.files import replace

    path = folder.work / HERE
    replace(path, encode(report))
    return path


def render(folder: PaperFolder) -> dict[str, bytes]:
    """Returns the content of every file of a paper's report, by path; nothing without a record.

    Args:
      folder: The paper.

    Raises:
      FiguresError: If the paper's figures.py cannot be used.
      DamagedError: If the record cannot be read.
    """
    made = _made(folder)
    if made is None:
        return {}
    report, own_figures = made
    drawn = {
        f"{FIGURES}/strip.svg": marks.strip(report.strip),
        f"{FIGURES}/status.svg": marks.badge(report.strip, report.headline),
    }
    for outcome in report.strip:
        drawn[f"{FIGURES}/mark-{marks.MARKS[outcome].slug}.svg"] = marks.alone(outcome)
    for claim in report.claims:
        if claim.figure is not None:
            drawn[claim.figure] = figures.claim(claim)
            drawn[f"{FIGURES}/row-{claim.id}.svg"] = figures.row(claim)
    for curve in report.curves:
        drawn[curve.figure] = figures.curves(curve)
    for figure in report.figures:
        drawn[figure.file] = kinds.draw(own_figures[figure.file])
    texts = {MARKDOWN: document.render(report), **drawn}
    files = {path: text.encode() for path, text in sorted(texts.items())}
    outputs = {path: _sha256(content) for path, content in files.items()}
    return {**files, JSON: encode(msgspec.structs.replace(report, outputs=outputs))}


def write(folder: PaperFolder) -> list[str]:
    """Brings a paper's report up to date and returns the paths that changed.

    Each file is replaced atomically. Figures that are no longer made are removed. A file that
    `ldlc report` did not make is neither replaced nor removed.

    Args:
      folder: The paper.

    Raises:
      ForeignFileError: If such a file stands where the report belongs; then nothing is written.
    """
    from ldlc.runs.files import replace

    files = render(folder)
    foreign = [path for path in files if not _is_ours(folder.path / path)]
    if foreign:
        named = ", ".join(f"`{path}`" for path in foreign)
        raise ForeignFileError(
            f"{named} would be replaced by the report, and `ldlc report` did not make it. Move it away."
        )
    changed = [path for path, content in files.items() if _read(folder.path / path) != content]
    for path in changed:
        replace(folder.path / path, files[path])
    stale = _stale(folder, files)
    for path in stale:
        (folder.path / path).unlink()
    return [*changed, *stale]


def outdated(folder: PaperFolder) -> list[str]:
    """Returns one sentence for each file of the report that is not what the record gives.

    Args:
      folder: The paper.

    Returns:
      Nothing if all is up to date, or if there is neither record nor report.
    """
    files = render(folder)
    found = []
    for path, content in files.items():
        now = _read(folder.path / path)
        if now is None:
            found.append(f"{path} is missing")
        elif now != content:
            found.append(f"{path} is out of date{_because(folder, content) if path == JSON else ''}")
    return found + [f"{path} is no longer made" for path in _stale(folder, files)]


def _made(folder: PaperFolder) -> tuple[Report, dict[str, kinds.Figure]] | None:
    from ldlc import runs

    found = _chosen(folder, lambda name: runs.read_record(folder.results, name), None)
    if not found:
        return None
    made = own.figures(folder.package, found)
    by_file = {f"{FIGURES}/paper-{name}.svg": figure for name, figure in made.items()}
    described = [FigureReport(file, one.title, one.caption) for file, one in by_file.items()]
    report = _judged(folder, found, None)
    return (
        msgspec.structs.replace(report, figures=described, inputs=_inputs(folder)),
        by_file,
    )


def _chosen(folder: PaperFolder, read, scale: str | None) -> Results:
    """Returns the runs of every experiment at the scale that is judged."""
    wanted = {
        name: scale or default_scale(experiment)
        for name, experiment in folder.plan.experiments.items()
    }
    by_scale = {name: read(name) for name in dict.fromkeys(wanted.values())}
    return {
        (experiment, arm): by_scale[wanted[experiment]][experiment, arm]
        for experiment, whole in folder.plan.experiments.items()
        for arm in whole.arms
        if (experiment, arm) in by_scale[wanted[experiment]]
    }


def _judged(
    folder: PaperFolder, found: dict[tuple[str, str], dict[int, RunLine]], scale: str | None
) -> Report:
    from ldlc import runs, verdict

    assessment = verdict.assess(
        folder.plan, found, scale, history=runs.read_history(folder.results)
    )
    return summarise(
        folder.name, folder.plan, found, assessment, core=pinned_core(folder.path)
    )


def _inputs(folder: PaperFolder) -> dict[str, str]:
    """Returns the SHA-256 of everything that the report follows from, by path."""
    from ldlc import runs
    from ldlc.runs.key import source_digest

    files = [folder.file, *runs.record_files(folder.results), folder.package / own.FILE]
    digests = {
        path.relative_to(folder.path).as_posix(): _sha256(path.read_bytes())
        for path in files
        if path.is_file()
    }
    digests["source form"] = source_digest(folder.package)
    return digests


def _because(folder: PaperFolder, content: bytes) -> str:
    """Returns which inputs changed since the report was made, as the end of a sentence."""
    try:
        old = decode((folder.path / JSON).read_bytes()).inputs
    except ValueError:
        return ""
    new = decode(content).inputs
    changed = sorted(k for k in old.keys() | new.keys() if old.get(k) != new.get(k))
    return f": since it was made, {', '.join(changed)} changed" if changed else ""


def _stale(folder: PaperFolder, files: dict[str, bytes]) -> list[str]:
    """Returns our files that the report no longer has."""
    candidates = [MARKDOWN, JSON]
    candidates += sorted(f"{FIGURES}/{p.name}" for p in (folder.path / FIGURES).glob("*.svg"))
    return [
        path
        for path in candidates
        if path not in files and (folder.path / path).is_file() and _is_ours(folder.path / path)
    ]


def _is_ours(path: Path) -> bool:
    """Returns whether `ldlc report` made the file, or nobody has yet."""
    content = _read(path)
    if content is None:
        return True
    if path.name == MARKDOWN:
        return content.startswith(document.MARKER.encode())
    if path.name == JSON:
        return f'"generator": "{GENERATOR}"'.encode() in content[:200]
    return content.startswith(svg.OPENING.encode())


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
