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
import shlex
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
_CFF_DOI = re.compile(
    r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+"
)  # what CITATION.cff allows
_PERSON = re.compile(
    r"(?P<name>[^<>@,\s][^<>@,]*) <(?P<email>[A-Za-z0-9._%+'-]+@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,})>"
)


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
            return f"{{{{ {source!a} }}}}"
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

    A template update gives `_recorded`, the `origin` of an older paper's .template.toml; then nothing is looked
    up, and the same template gives the same files again. It needs core/src/ldlc/naming.py two folders above it.

    Args:
      answers: The answers as given.
      output: The folder that cookiecutter writes to.

    Raises:
      FailedHookException: If answers break a rule; cookiecutter prints the text and ends with exit code 1.
    """
    naming = _load(REPOSITORY / "core/src/ldlc/naming.py")
    given = {key: str(answers[key]).strip() for key in ANSWERS}
    problems = check(given, naming)
    if problems:
        raise _refusal(problems, given)
    authors, year = split_authors(given["authors"]), int(given["year"])
    papers = folder_of_papers(output)
    origin = dict(answers.get("_recorded") or {})
    if not origin:
        try:
            name = next_name(authors, year, papers, naming)
        except naming.NamingError as error:  # its counter made it too long
            raise _refusal({"authors": str(error)}, given) from None
        origin = {"name": name, **template_tree(), **core_release()}
    person = _PERSON.fullmatch(given["replicator"])
    return {
        **given,
        **origin,
        "authors": authors,
        "year": year,
        "doi": bare_doi(given["doi"]),
        "folder": str((papers / origin["name"]).relative_to(output)),
        "author_parts": [_parts(author, naming) for author in authors],
        "replicator_parts": _parts(person["name"], naming) | {"email": person["email"]},
        "replicator_name": person["name"],
        "answers": {key: str(answers[key]) for key in ANSWERS},
        "template": str(TEMPLATE),
    }


def check(given: Mapping[str, str], naming: ModuleType) -> dict[str, str]:
    """Returns what is wrong with each answer."""
    problems = {}
    if not given["title"]:
        problems["title"] = "`title` is empty. Give the paper's title."
    authors, year = split_authors(given["authors"]), given["year"]
    if not authors:
        problems["authors"] = "`authors` is empty. Give every author: Family, Given; Family, Given"
    try:
        naming.stem(["Name"], _number(year))
    except naming.NamingError as error:
        problems["year"] = str(error)
    try:
        naming.repository_name(authors or ["Name"], 2000 if "year" in problems else int(year))
    except naming.NamingError as error:
        problems["authors"] = str(error)
    if given["doi"] and not _DOI.fullmatch(bare_doi(given["doi"])):
        problems["doi"] = (
            f"`doi` must read like 10.1038/323533a0, got {_show(given['doi'])}. "
            "Leave it empty if the paper has none."
        )
    for key, allowed in (("framework", FRAMEWORKS), ("track", TRACKS)):
        if given[key] not in allowed:
            names = f"{', '.join(allowed[:-1])} or {allowed[-1]}"
            problems[key] = f"`{key}` must be {names}, got {_show(given[key])}."
    if not _PERSON.fullmatch(given["replicator"]):
        problems["replicator"] = (
            f"`replicator` must read `Name <email>`, the name without commas, got {_show(given['replicator'])}."
        )
    for key, value in given.items():
        unfit = next((c for c in value if not _is_printable(c)), None)
        if unfit is not None:
            problems[key] = (
                f"`{key}` must be one line of text, got the character {unfit!a} in it. Remove it."
            )
        elif key != "authors" and len(value) > LONGEST:
            problems[key] = (
                f"`{key}` may have {LONGEST:,} characters, got {len(value):,}. Shorten it."
            )
    return problems


def split_authors(text: str) -> list[str]:
    """Returns the authors that stand in an answer, between semicolons."""
    return [" ".join(author.split()) for author in text.split(";") if author.strip()]


def bare_doi(text: str) -> str:
    """Returns a DOI without the address or prefix that it is often written with."""
    return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", text, flags=re.IGNORECASE)


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


def template_tree() -> dict[str, Any]:
    """Returns git's id of this template's tree, and whether the template has other contents than that."""
    wheels = _load(REPOSITORY / "tools/wheels.py")
    try:
        tree = wheels.git(REPOSITORY, "rev-parse", "HEAD:templates/paper").strip()
        changes = wheels.git(REPOSITORY, "status", "--porcelain", "--", "templates/paper")
    except (OSError, RuntimeError):
        return {"tree": "", "dirty": True}
    return {"tree": tree, "dirty": bool(changes)}


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
    """Puts core's wheel into the user's cache, where a paper outside the monorepo finds it; tells if it cannot."""
    wheels = _load(REPOSITORY / "tools/wheels.py")
    try:
        wheels.released_wheel(REPOSITORY, version)
    except (OSError, RuntimeError) as error:
        print(
            f"note: core's wheel was not cached, so the paper works only inside the monorepo: {error}"
        )


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


def _parts(name: str, naming: ModuleType) -> dict[str, str]:
    """Returns family name and given names as written; a name that is not in parts is all family name."""
    try:
        author = naming.split_author(name)
    except naming.NamingError:  # only the first three must make sense
        return {"family": name, "given": ""}
    return {"family": author.family, "given": author.given}


def _number(text: str) -> int | str:
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else text


def _refusal(problems: Mapping[str, str], given: Mapping[str, str]) -> FailedHookException:
    """Returns the error that cookiecutter prints, with a command that keeps the answers that were right."""
    right = " ".join(shlex.quote(f"{key}={given[key]}") for key in ANSWERS if key not in problems)
    lines = [f"error: {problem}" for problem in problems.values()]
    lines.append("Nothing was written. To start again with the other answers filled in:")
    return FailedHookException(
        "\n".join([*lines, f"  cookiecutter {shlex.quote(str(TEMPLATE))} {right}"])
    )


def _is_printable(character: str) -> bool:
    """Whether a character belongs into a line of text: no control, no change of direction, no half of one."""
    point = ord(character)
    is_noncharacter = point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
    is_bidirectional = 0x202A <= point <= 0x202E or 0x2066 <= point <= 0x2069
    return not (
        unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
        or is_noncharacter
        or is_bidirectional
    )


def _show(value: str) -> str:
    return repr(value if len(value) <= 60 else f"{value[:57]}...")
