# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cookiecutter needs to start a paper: a Jinja extension that checks the answers and derives the rest.

Cookiecutter loads it because cookiecutter.json names it. It renders everything through Jinja, the answers too;
this extension makes answers plain text, whatever they hold. When all are given and before anything is written, it
checks them together and adds what follows from them: the paper's name, the core version, the licence of the day.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import unicodedata
import urllib.parse
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from types import ModuleType
from typing import Any

from cookiecutter.exceptions import FailedHookException
from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.runtime import Context

TEMPLATE = Path(__file__).resolve().parent
REPOSITORY = TEMPLATE.parents[1]

ANSWERS = ("title", "authors", "year", "doi", "framework", "track", "replicator")
FRAMEWORKS = ("tensorflow", "sonnet", "keras", "numpy")
TRACKS = ("professional", "research")
LONGEST = 1_000  # characters of an answer, authors aside

_ANSWERS_FOLLOW = "verbatim from here on"  # the first value of cookiecutter.json
_DOI = re.compile(r"10\.\d{4,9}(\.\d+)*/[!-~]+")
_CFF_DOI = re.compile(r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+")  # what CITATION.cff allows
_PERSON = re.compile(r"(?P<name>[^<>@,]+) <(?P<email>[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)>")


class Scaffold(Extension):
    """Takes answers as plain text, and completes what is known when the paper's folder is made."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._answers_follow = False
        environment.context_class = _Completed
        environment.filters.update(text=quote, markdown=escape_markdown, lock=lock, cff_doi=cff_doi)

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Returns `source` as the template it is, or as one that gives back just these characters."""
        if name is None and source == _ANSWERS_FOLLOW:
            self._answers_follow = True  # this environment asks the questions; others write files
        if self._answers_follow:
            return f"{{{{ {ascii(source)} }}}}"
        if source == "{{cookiecutter.name}}":  # the paper's own folder: alone, not in a path
            return "{{cookiecutter.folder}}"
        return source


class _Completed(Context):
    """A context in which the answers stand checked, with all that follows from them."""

    def __init__(
        self,
        environment: Environment,
        parent: dict[str, Any],
        name: str | None,
        blocks: dict[str, Any],
        globals: MutableMapping[str, Any] | None = None,
    ) -> None:
        known = parent.get("cookiecutter", {})
        if "_output_dir" in known and "folder" not in known:  # every question is answered
            known.update(complete(known, Path(known["_output_dir"])))
        super().__init__(environment, parent, name, blocks, globals)


def complete(answers: Mapping[str, Any], output: Path) -> dict[str, Any]:
    """Returns the checked answers and what follows from them.

    A template update gives `_recorded`, what `.template.toml` says of an older paper, and nothing is
    looked up.

    Args:
      answers: The answers as given.
      output: The folder that cookiecutter writes to.

    Raises:
      FailedHookException: If answers break a rule; cookiecutter prints the text and ends with exit code 1.
    """
    naming = _load(REPOSITORY / "core/src/ldlc/naming.py")
    checked, problems = check(answers, naming)
    recorded = dict(answers.get("_recorded") or {})
    name = str(recorded.get("name", ""))
    if not problems and not name:
        try:
            name = next_name(checked["authors"], checked["year"], folder_of_papers(output), naming)
        except naming.NamingError as error:
            problems.append(f"authors, year: {error}")
    if problems:
        given = " ".join(f"{key}=..." for key in ANSWERS[:2])
        raise FailedHookException(
            "".join(f"error: {problem}\n" for problem in problems)
            + f"Nothing was written. Answers can be given on the command line too: cookiecutter ... {given}"
        )
    papers = folder_of_papers(output)
    try:
        known = {"tree": template_tree(), **core_release(), "name": name} | recorded
    except RuntimeError as error:
        raise FailedHookException(f"error: {error}") from error
    return {
        **checked,
        **known,
        "folder": str((papers / name).relative_to(output)),
        "people": [naming.split_author(author)._asdict() for author in checked["authors"]],
        "verbatim": {key: str(answers[key]) for key in ANSWERS},
    }


def check(answers: Mapping[str, Any], naming: ModuleType) -> tuple[dict[str, Any], list[str]]:
    """Returns the answers in their final form, and what is wrong with them."""
    problems = []
    given = {key: " ".join(str(answers[key]).split(" ")).strip() for key in ANSWERS}
    for key, value in given.items():
        unfit = next((c for c in value if not _is_printable(c)), None)
        if unfit is not None:
            problems.append(f"`{key}` must be one line of text, got the character {unfit!a}. Remove it.")
        elif key != "authors" and len(value) > LONGEST:
            problems.append(f"`{key}` may have {LONGEST:,} characters, got {len(value):,}. Shorten it.")
    if not given["title"]:
        problems.append("`title` is empty. Give the paper's title.")
    authors = [" ".join(author.split()) for author in given["authors"].split(";") if author.strip()]
    if not authors:
        problems.append("`authors` is empty. Give every author: Family, Given; Family, Given")
    if not re.fullmatch(r"[0-9]{4}", given["year"]):
        problems.append(f"`year` must have four digits, got {_show(given['year'])}.")
    doi = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", given["doi"], flags=re.IGNORECASE)
    if doi and not _DOI.fullmatch(doi):
        problems.append(
            f"`doi` must read like 10.1038/323533a0, got {_show(given['doi'])}. Leave it empty if there is none."
        )
    if given["framework"] not in FRAMEWORKS:
        problems.append(_one_of("framework", FRAMEWORKS, given["framework"]))
    if given["track"] not in TRACKS:
        problems.append(_one_of("track", TRACKS, given["track"]))
    person = _PERSON.fullmatch(given["replicator"])
    if person is None or not person["name"].strip():
        problems.append(f"`replicator` must read `Name <email>`, got {_show(given['replicator'])}.")
    if problems:
        return {}, problems
    replicator = {**person.groupdict(), **_person_parts(person["name"], naming)}
    final = given | {"authors": authors, "year": int(given["year"]), "doi": doi, "person": replicator}
    return final, []


def next_name(authors: list[str], year: int, papers: Path, naming: ModuleType) -> str:
    """Returns the name with the counter after the highest that is taken; case makes no difference."""
    stem = naming.stem(authors, year)
    taken = [0]
    for path in papers.iterdir() if papers.is_dir() else ():
        head, _, counter = path.name.rpartition("_")
        if head.casefold() == stem.casefold() and re.fullmatch(r"[0-9]{1,9}", counter):
            taken.append(int(counter))
    return naming.repository_name(authors, year, max(taken) + 1)


def folder_of_papers(output: Path) -> Path:
    """Returns where the paper's folder goes: `repos/` at the top of a monorepo, here elsewhere."""
    is_top = (output / "templates/paper/cookiecutter.json").is_file()
    return output / "repos" if is_top else output


def core_release() -> dict[str, str]:
    """Returns the newest released core and the line that locks its wheel; before the first release, the head's.

    Raises:
      RuntimeError: If releases.toml cannot be read.
    """
    wheels = _load(REPOSITORY / "tools/wheels.py")
    released = list(wheels.releases(REPOSITORY).values())
    if released:
        return {"core": released[-1].version, "core_lock": wheels.core_lock(released[-1])}
    text = (REPOSITORY / "core/pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "([^"]+)"$', text, re.MULTILINE)[1]
    return {"core": version, "core_lock": f"ldlc=={version}\n"}


def template_tree() -> str:
    """Returns git's id of this template's tree, with "+changes" if it has uncommitted ones; empty without git."""
    wheels = _load(REPOSITORY / "tools/wheels.py")
    try:
        tree = wheels.git(REPOSITORY, "rev-parse", "HEAD:templates/paper").strip()
        changes = wheels.git(REPOSITORY, "status", "--porcelain", "--", "templates/paper")
    except (OSError, RuntimeError):
        return ""
    return f"{tree}+changes" if changes else tree


def lock(framework: str) -> str:
    """Returns the lock that a fresh paper of this framework starts with."""
    return (TEMPLATE / "locks" / f"{framework}.lock").read_text(encoding="utf-8")


def quote(value: Any) -> str:
    """Returns a text in double quotes, as TOML, YAML and Python all read it."""
    return json.dumps(str(value), ensure_ascii=False)


def escape_markdown(value: Any) -> str:
    """Returns a text that Markdown shows as it is."""
    escaped = re.sub(r"([\\`*_{}\[\]<>#|&~$!^])", r"\\\1", str(value))
    return re.sub(r"(?i)\b(https?|www)(?=[:.])", r"\1&#8203;", escaped)


def cff_doi(doi: str) -> str:
    """Returns the lines of CITATION.cff for a DOI, as an address where the format refuses its characters."""
    if _CFF_DOI.fullmatch(doi):
        return f"doi: {quote(doi)}"
    return f"url: {quote('https://doi.org/' + urllib.parse.quote(doi, safe='/:;().-_'))}"


def fill_wheel_cache(version: str) -> None:
    """Puts core's wheel into the user's cache, where a paper outside the monorepo finds it; says so if it cannot."""
    wheels = _load(REPOSITORY / "tools/wheels.py")
    try:
        wheels.released_wheel(REPOSITORY, version)
    except RuntimeError as error:
        print(f"note: core's wheel was not cached, so the paper works only inside the monorepo: {error}")


def _load(path: Path) -> ModuleType:
    """Returns a module of the repository by its path: the environment of cookiecutter has no `ldlc`."""
    name = f"ldlc_scaffold_{path.stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None or not path.is_file():
            raise FailedHookException(
                f"error: {path} is missing. Use the template inside its repository: clone it whole."
            )
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # dataclasses look themselves up there
        spec.loader.exec_module(module)
    return sys.modules[name]


def _person_parts(name: str, naming: ModuleType) -> dict[str, str]:
    try:
        author = naming.split_author(name)
    except naming.NamingError:
        return {"family": name, "given": ""}
    return {"family": author.family, "given": author.given}


def _is_printable(character: str) -> bool:
    """Whether a character belongs into a line of text: no control, no change of direction, no half of one."""
    point = ord(character)
    is_noncharacter = point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
    is_bidirectional = 0x202A <= point <= 0x202E or 0x2066 <= point <= 0x2069
    return not (
        unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or is_noncharacter or is_bidirectional
    )


def _one_of(key: str, allowed: tuple[str, ...], got: str) -> str:
    return f"`{key}` must be {', '.join(allowed[:-1])} or {allowed[-1]}, got {_show(got)}."


def _show(value: str) -> str:
    return repr(value if len(value) <= 60 else f"{value[:57]}...")
