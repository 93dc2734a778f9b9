# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a report: made from the record alone, replaced whole, compared, removed when stale."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ldlc.plan import PaperFolder, default_scale, pinned_core, project_urls
from ldlc.plan.pin import Reader
from ldlc.report import document, figures, kinds, marks, own, readme, svg
from ldlc.report.data import GENERATOR, FigureReport, Report, decode, encode
from ldlc.report.summary import summarise

if TYPE_CHECKING:
    from ldlc.runs import Results

MARKDOWN, JSON, FIGURES = "REPORT.md", "report.json", "figures"


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


def judged(folder: PaperFolder, runs: Results, scale: str | None = None) -> Report:
    """Returns the report on this machine's runs as data; it has no figures and no digests.

    Args:
      folder: The paper.
      runs: The runs, those of each experiment at one scale.
      scale: That scale; None for each experiment's default.
    """
    return _judged(folder, runs, scale, here=True)


def write_here(folder: PaperFolder, report: Report) -> Path:
    """Writes the report on this machine's runs to `.ldlc/report.json` and returns its path."""
    from ldlc.runs.files import replace

    path = folder.work / JSON
    replace(path, encode(report))
    return path


def render(folder: PaperFolder) -> dict[str, bytes]:
    """Returns the content of every file of a paper's report, by path; nothing without a record.

    README.md is one of them where it has the marks for the verdicts. It stands in no digest: the rest of it
    is not the report's.

    Args:
      folder: The paper.

    Raises:
      MarksError: If README.md has marks that are no pair.
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
    data = {JSON: encode(msgspec.structs.replace(report, outputs=outputs))}
    return {**files, **data, **_readme(folder, report)}


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
    """Returns the paths of the report's files that are not what the record gives.

    Args:
      folder: The paper.

    Returns:
      Files that are missing, that differ, and figures that are no longer made; nothing if all is
      up to date, or if there is neither record nor report.
    """
    files = render(folder)
    changed = [path for path, content in files.items() if _read(folder.path / path) != content]
    return [*changed, *_stale(folder, files)]


def outdated_inputs(folder: PaperFolder, read: Reader | None = None) -> list[str]:
    """Returns what changed since the report was made, without making it anew.

    This works where another version of core made the report.

    Args:
      folder: The paper.
      read: Returns what a file of the paper's folder holds, by its path there; for files that were read.

    Returns:
      Paths of inputs whose digests differ from those in report.json, and of outputs that are not
      as they were written; report.json itself if there is a record and no readable report.
    """
    read = read or _reader(folder)
    if (content := read(JSON)) is None:
        from ldlc.runs import record_files

        return [JSON] if any(record_files(folder.results)) else []
    old = _written(content)
    if old is None:
        return [JSON]
    now = inputs(folder, old, read)
    changed = {
        path for path in old.inputs.keys() | now.keys() if old.inputs.get(path) != now.get(path)
    }
    for path, digest in old.outputs.items():
        written = read(path)
        if written is None or _sha256(written) != digest:
            changed.add(path)
    return sorted(changed)


def inputs(
    folder: PaperFolder, known: Report | None = None, read: Reader | None = None
) -> dict[str, str]:
    """Returns the SHA-256 of everything that a report follows from, by path.

    The package's folder stands for the form of the modules that experiments.py reaches.

    Args:
      folder: The paper.
      known: A report whose word is taken for that form while no byte of the package's modules is another.
      read: As of `outdated_inputs`.
    """
    from ldlc.runs import record_files
    from ldlc.runs.key import source_digest

    read = read or _reader(folder)
    files = [folder.file, *record_files(folder.results), folder.package / own.FILE]
    names = [path.relative_to(folder.path).as_posix() for path in files]
    digests = {name: _sha256(content) for name in names if (content := read(name)) is not None}
    package = f"{folder.package.name}/"
    if known and known.sources == sources(folder, read) and package in known.inputs:
        digests[package] = known.inputs[package]
    else:
        digests[package] = source_digest(folder.package)
    return dict(sorted(digests.items()))


def sources(folder: PaperFolder, read: Reader | None = None) -> str:
    """Returns the SHA-256 of the package's modules, byte for byte."""
    read = read or _reader(folder)
    whole = hashlib.sha256()
    for name in _modules(folder.package):
        content = read(f"{folder.package.name}/{name}") or b""
        whole.update(f"{name} {len(content)}\n".encode())
        whole.update(content)
    return whole.hexdigest()


def _modules(package: Path) -> list[str]:
    """Returns the paths of a package's modules, in the order of their parts."""
    top, found = os.fspath(package), []
    for folder, _, files in os.walk(top):
        inner = folder[len(top) + 1 :].replace(os.sep, "/")
        found += [f"{inner}/{name}".lstrip("/") for name in files if name.endswith(".py")]
    return sorted(found, key=lambda name: name.split("/"))


def _written(content: bytes | None) -> Report | None:
    """Returns the report that a report.json holds; None if none can be read there."""
    try:
        return decode(content or b"")
    except ValueError:
        return None


def _made(folder: PaperFolder) -> tuple[Report, dict[str, kinds.Figure]] | None:
    """Returns the report on the record and the paper's own figures, by file."""
    runs = _record(folder)
    if not runs:
        return None
    made = own.figures(folder.package, runs)
    by_file = {f"{FIGURES}/paper-{name}.svg": figure for name, figure in made.items()}
    listed = [FigureReport(file, one.title, one.caption) for file, one in by_file.items()]
    report, now = _judged(folder, runs, None, here=False), inputs(folder)
    old = _written(_read(folder.path / JSON))
    # A comment that is edited leaves the form, and so the report, as it was.
    kept = old.sources if old and old.inputs == now else ""
    report = msgspec.structs.replace(
        report, figures=listed, inputs=now, sources=kept or sources(folder)
    )
    return report, by_file


def _record(folder: PaperFolder) -> Results:
    """Returns the recorded runs of every experiment at the scale that is judged."""
    from ldlc.runs import read_record

    scales = {name: default_scale(one) for name, one in folder.plan.experiments.items()}
    by_scale = {scale: read_record(folder.results, scale) for scale in set(scales.values())}
    arms = [(name, arm) for name, one in folder.plan.experiments.items() for arm in one.arms]
    return {arm: by_scale[scales[arm[0]]][arm] for arm in arms if arm in by_scale[scales[arm[0]]]}


def _judged(folder: PaperFolder, runs: Results, scale: str | None, here: bool) -> Report:
    from ldlc.report.seen import read_seen
    from ldlc.runs import read_history
    from ldlc.verdict import assess

    history = read_history(folder.results)
    seen = read_seen(folder.results, folder.plan)
    assessment = assess(folder.plan, runs, scale, history, seen, here=here)
    return summarise(folder.name, folder.plan, runs, assessment, core=pinned_core(folder.path))


def _readme(folder: PaperFolder, report: Report) -> dict[str, bytes]:
    """Returns README.md with the verdicts between its marks; nothing if it has none."""
    old = (_read(folder.path / readme.FILE) or b"").decode(errors="surrogateescape")
    if readme.BEGIN not in old and readme.END not in old:
        return {}
    filled = readme.filled(old, report, project_urls(folder.path).get("Monorepo", ""))
    return {readme.FILE: filled.encode(errors="surrogateescape")}


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
    """Returns whether `ldlc report` made the file, or nobody has yet, or it has the marks for the verdicts."""
    content = _read(path)
    if content is None or path.name == readme.FILE:
        return True
    if path.name == MARKDOWN:
        return content.startswith(document.MARKER.encode())
    if path.name == JSON:
        return f'"generator": "{GENERATOR}"'.encode() in content[:200]
    return content.startswith(svg.OPENING.encode())


def _reader(folder: PaperFolder) -> Reader:
    return lambda name: _read(folder.path / name)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
