# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a paper's repository is to be, read from the paper's own files in a split commit."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from publishing.errors import Refused
from publishing.wanted import BODY_LIMIT, Release, Wanted, absolute_links, one_line, pack, topics

NEEDED = {
    "README.md": "what a visitor sees first",
    "LICENSE": "the text of the GPLv3",
    "CITATION.cff": "how to cite it and the paper",
    "noxfile.py": "the one command that replicates it",
    "paper.toml": "the plan",
    "requirements.lock": "everything that runs beside core",
    "core.lock": "the hash of core's wheel",
    "REPORT.md": "the verdicts; `nox -s replicate -- NAME --record` makes it",
    "report.json": "the verdicts as data; `nox -s report -- NAME` writes it",
}
"""Files without which a published repository does not work as it stands, and what each is."""

DETAILS = "\n## The claims one by one\n"
"""Where the long part of a report begins."""


@dataclass(frozen=True)
class Paper:
    """A paper's own data, as far as its repository shows them."""

    folder: str
    name: str
    version: str
    urls: Mapping[str, str]
    keywords: tuple[str, ...]
    core: str
    core_sha256: str
    plan: Mapping[str, Mapping]
    files: Mapping[str, bytes]

    @property
    def tag(self) -> str:
        return f"v{self.version}"


def read(files: Mapping[str, bytes], folder: str) -> Paper:
    """Returns a paper's data.

    Args:
      files: The content of each of its files.
      folder: Its folder in the monorepo, for messages.

    Raises:
      Refused: If something is missing or wrong without which it would not work as a repository of its own.
    """
    for name, purpose in NEEDED.items():
        if name not in files:
            raise Refused(f"{folder} has no {name} ({purpose}). Add it and commit.")
    if not any(re.fullmatch(r"\.github/workflows/[^/]+\.ya?ml", name) for name in files):
        raise Refused(
            f"{folder} has no workflow under .github/workflows/ (its tests). Add it and commit."
        )
    pyproject, plan = _toml(files, "pyproject.toml", folder), _toml(files, "paper.toml", folder)
    project = pyproject.get("project", {})
    name = folder.rpartition("/")[2]
    if project.get("name") != name:
        raise Refused(
            f"{folder}/pyproject.toml: `name` must be `{name}`, like the folder, got "
            f"`{project.get('name')}`. Correct it."
        )
    version = project.get("version", "")
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", version):
        raise Refused(
            f"{folder}/pyproject.toml: `version` must be three numbers, got `{version}`. Write it like 0.1.0."
        )
    cited = re.search(
        r"^version: *[\"']?([^\"'\s]+)", files["CITATION.cff"].decode("utf-8", "replace"), re.M
    )
    if cited and cited[1] != version:
        raise Refused(
            f"{folder}/CITATION.cff says version {cited[1]}, but pyproject.toml says {version}. "
            "Correct one of them."
        )
    core, sha256 = _pin(project, files["core.lock"].decode("utf-8", "replace"), folder)
    if "sources" in pyproject.get("tool", {}).get("uv", {}):
        raise Refused(
            f"{folder}/pyproject.toml has [tool.uv.sources], which leads into the monorepo. Delete "
            "it: core is pinned."
        )
    return Paper(
        folder,
        name,
        version,
        project.get("urls", {}),
        tuple(project.get("keywords", ())),
        core,
        sha256,
        plan,
        files,
    )


def require_address(paper: Paper, address: str) -> None:
    """Checks that the paper names the repository that it is published to: its noxfile looks there for core.

    Raises:
      Refused: If it names none, or another.
    """
    named = paper.urls.get("Repository", "").rstrip("/").removesuffix(".git")
    if named != address:
        raise Refused(
            f"{paper.folder}/pyproject.toml names "
            f"{f'the repository {named}' if named else 'no repository'}, and a "
            f"clone finds core's wheel by that name. Write and commit:\n  [project.urls]\n  "
            f'Repository = "{address}"'
            + (
                f"\nor publish it there: --owner {named.split('/')[-2]}"
                if named.count("/") > 3
                else ""
            )
        )


def require_monorepo(paper: Paper) -> None:
    """Checks that the paper says where it is developed: its README and its release point back there.

    Raises:
      Refused: If it does not.
    """
    if not paper.urls.get("Monorepo", "").startswith("https://"):
        raise Refused(
            f"{paper.folder}/pyproject.toml does not say where the paper is developed, so that README and release "
            "could not point back. Write the monorepo's address and commit:\n  [project.urls]\n  "
            'Monorepo = "https://github.com/OWNER/ldlc"'
        )


def release(
    paper: Paper, commit: str, origin: str, address: str, wheel: Callable[[str], Path]
) -> Release:
    """Returns the release of a paper's version.

    Args:
      paper: The paper, read at the commit.
      commit: The published commit.
      origin: The commit of the monorepo that it was made from.
      address: The published repository's address.
      wheel: Finds the wheel of a version of core.

    Raises:
      Refused: If core's wheel is not the one that core.lock names.
    """
    core = wheel(paper.core)
    if core.parent.name != paper.core_sha256:
        raise Refused(
            f"{paper.folder}/core.lock names another wheel of core {paper.core} than "
            f"releases.toml: {paper.core_sha256} "
            f"and not {core.parent.name}. Write there: {core_line(paper.core, core.parent.name)}"
        )
    report = paper.files["REPORT.md"].decode("utf-8", "replace")
    require_monorepo(paper)
    monorepo = paper.urls["Monorepo"].rstrip("/")
    came_from = f"[`{paper.folder}` at `{origin}`]({monorepo}/tree/{origin}/{paper.folder})"
    foot = (
        f"\n---\n\nPublished from {came_from}. Runs with core {paper.core}, whose wheel is among the assets:\n"
        "clone the repository and run `nox -s replicate`.\n"
    )
    whole = absolute_links(report, f"{address}/{{kind}}/{paper.tag}/")
    assets = {
        "report.json": paper.files["report.json"],
        "figures.zip": pack(_under(paper.files, "figures/")),
        "record.zip": pack(_under(paper.files, "results/")),
        core.name: core.read_bytes(),
    }
    if len(whole) + len(foot) > BODY_LIMIT:
        assets["REPORT.md"] = paper.files["REPORT.md"]
        short = "\nThe whole report is too long for this page: REPORT.md, among the assets.\n"
        whole = whole.partition(DETAILS)[0] + short
        if len(whole) + len(foot) > BODY_LIMIT:
            whole = f"# {headline(paper)}\n{short}"
    return Release(paper.tag, commit, f"{paper.name} {paper.version}", whole + foot, assets)


def wanted(paper: Paper, full_name: str, main: str, release: Release) -> Wanted:
    """Returns what a paper's repository is to be.

    Args:
      paper: The paper, read at the commit `main`.
      full_name: "OWNER/NAME".
      main: The commit that the branch main is to stand at.
      release: The release of its version.
    """
    owner, name = full_name.split("/")
    words = (str(paper.plan.get("replication", {}).get("framework", "")), *paper.keywords)
    kind = str(paper.plan.get("paper", {}).get("kind", "paper"))
    line = description(paper)
    return Wanted(name, owner, main, line, homepage(paper), topics(kind, *words), (release,))


def core_line(version: str, sha256: str) -> str:
    """Returns the line of core.lock that pins a version."""
    return f"ldlc=={version} --hash=sha256:{sha256}"


def headline(paper: Paper) -> str:
    """Returns the sentence that sums up the verdicts."""
    try:
        told = json.loads(paper.files["report.json"])["headline"]
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(
            f"{paper.folder}/report.json has no `headline`. Write it anew: nox -s report -- {paper.name}"
        ) from error
    return str(told)


def description(paper: Paper) -> str:
    """Returns the line under the repository's name: the outcome, the paper."""
    about = paper.plan.get("paper", {})
    names = [str(author).partition(",")[0] for author in about.get("authors", [])]
    people = f"{names[0]} et al." if len(names) > 3 else ", ".join(names)
    return one_line(
        f"{headline(paper)}: “{about.get('title', paper.name)}” ({people}, {about.get('year', '')})"
    )


def homepage(paper: Paper) -> str:
    """Returns the address of the paper itself."""
    about = paper.plan.get("paper", {})
    if about.get("doi"):
        return f"https://doi.org/{about['doi']}"
    if about.get("arxiv"):
        return f"https://arxiv.org/abs/{about['arxiv']}"
    return str(about.get("url") or "")


def _pin(project: Mapping, lock: str, folder: str) -> tuple[str, str]:
    needs = [str(need) for need in project.get("dependencies", [])]
    pinned = re.compile(r"ldlc(?:\[[\w,]+\])?==(\d+(?:\.\d+)+)")
    versions = [match[1] for match in map(pinned.fullmatch, needs) if match]
    if len(versions) != 1:
        raise Refused(
            f'{folder}/pyproject.toml must pin a released core exactly: one dependency "ldlc[FRAMEWORK]==X.Y.Z".'
        )
    for need in needs:
        if re.search(r"@\s*(file:|\.|/)", need):
            raise Refused(
                f"{folder}/pyproject.toml: the dependency `{need}` is a path of this machine. Name "
                "a version instead."
            )
    (version,) = versions
    locked = re.search(rf"^ldlc=={re.escape(version)} --hash=sha256:([0-9a-f]{{64}})$", lock, re.M)
    if not locked:
        raise Refused(
            f"{folder}/core.lock has no hash for core {version}, which pyproject.toml pins. "
            f"Write there: {core_line(version, 'HASH')}"
        )
    return version, locked[1]


def _toml(files: Mapping[str, bytes], name: str, folder: str) -> dict:
    if name not in files:
        raise Refused(f"{folder} has no {name}. Add it and commit.")
    try:
        return tomllib.loads(files[name].decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"{folder}/{name} is not TOML: {error}. Correct it and commit.") from error


def _under(files: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.startswith(folder)}
