# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small monorepo with a paper that can be published, for the tests of publishing."""

from __future__ import annotations

import itertools
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from conftest import commit, make_checkout, run_git
from loopback_github import OWNER, LoopbackGitHub
from publishing.github import GitHub, Pace
from publishing.publication import Publisher
from publishing.steps import Step
from publishing.tokens import Token
from releases import release
from wheels import released_wheel

_NUMBERS = itertools.count()


def make_released(folder: Path) -> Path:
    """Returns a checkout that has released core 0.1.0."""
    root = make_checkout(folder)
    release(root, "0.1.0", lambda tree, wheel: "digest", lambda tree: None)
    return root


def new_name() -> str:
    """Returns the name of a paper that no other test uses."""
    number = next(_NUMBERS)
    return f"Author{chr(65 + number // 26)}{chr(97 + number % 26)}2000_1"


def paper_files(name: str, address: str, sha256: str, version: str = "1.0.0") -> dict[str, str]:
    """Returns the files of a paper that may be published at an address."""
    return {
        ".github/workflows/ci.yml": "on: push\n",
        "CITATION.cff": f"cff-version: 1.2.0\nversion: {version}\n",
        "LICENSE": "GNU GENERAL PUBLIC LICENSE\n",
        "README.md": f"# {name}\n",
        "REPORT.md": "# Report\n\n![strip](figures/strip.svg) [plan](paper.toml)\n",
        "core.lock": f"ldlc==0.1.0 --hash=sha256:{sha256}\n",
        "figures/strip.svg": "<svg/>\n",
        "noxfile.py": "import nox\n",
        "paper.toml": '[paper]\ntitle = "A paper"\nauthors = ["Doe, Jane"]\nyear = 2000\ndoi = "10.1/x"\n'
        '[replication]\nframework = "numpy"\n',
        "pyproject.toml": f'[project]\nname = "{name}"\nversion = "{version}"\ndependencies = ["ldlc==0.1.0"]\n'
        f'[project.urls]\nRepository = "{address}"\nMonorepo = "https://example.org/mono"\n',
        "report.json": json.dumps({"headline": "1 of 1 claims replicated (1 after Holm)"}),
        "requirements.lock": "",
        "results/full/x/y.jsonl": "{}\n",
    }


@dataclass
class Desk:
    """One maintainer's checkout, and the GitHub that they publish to."""

    root: Path
    name: str
    hub: LoopbackGitHub
    owner: str = "octo"
    said: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.root / "repos" / self.name

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    @property
    def bare(self) -> Path:
        """The published repository."""
        return self.hub.bare(self.full_name)

    def write(self, path: str, text: str) -> None:
        """Writes a file of the paper."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)

    def commit(self, message: str) -> str:
        return commit(self.root, message)

    def raise_version(self, version: str) -> None:
        """Sets the paper's version, and commits."""
        pyproject = (self.folder / "pyproject.toml").read_text()
        was = pyproject.split('version = "')[1].split('"')[0]
        self.write(
            "pyproject.toml", pyproject.replace(f'version = "{was}"', f'version = "{version}"')
        )
        self.write("CITATION.cff", f"cff-version: 1.2.0\nversion: {version}\n")
        self.commit(f"Raise the version to {version}")

    def github(self, token: str = OWNER, base: str | None = None, timeout_s: float = 20) -> GitHub:
        pace = Pace(sleep=self.slept.append, say=self.said.append, gap_s=0.0)
        return GitHub(base or self.hub.url, Token(token, "the test"), pace, timeout_s)

    def publisher(
        self, token: str = OWNER, base: str | None = None, timeout_s: float = 20
    ) -> Publisher:
        github = self.github(token, base, timeout_s)
        return Publisher(self.root, self.hub.url, github, self.said.append, examine=False)

    def publish(
        self, owner: str | None = None, dry_run: bool = False, **options: object
    ) -> list[Step]:
        return self.publisher(**options).publish(self.name, owner, dry_run)

    def refs(self) -> dict[str, str] | None:
        """Returns what the published repository's refs point at, None if it is not there."""
        if not self.bare.is_dir():
            return None
        lines = run_git(self.bare, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        return dict(line.split() for line in lines)

    def releases(self) -> list[dict]:
        return self.github().pages(f"/repos/{self.full_name}/releases")

    def clone(self, folder: Path) -> Path:
        """Clones the published repository as anybody can."""
        subprocess.run(
            ["git", "clone", "--quiet", f"{self.hub.url}/{self.full_name}.git", str(folder)],
            check=True,
        )
        run_git(folder, "config", "user.name", "Ann Other")
        run_git(folder, "config", "user.email", "ann@example.org")
        return folder

    def merge_there(self, clone: Path) -> None:
        """Makes a clone's main the published one, as merging a pull request does."""
        run_git(self.bare, "fetch", "--quiet", str(clone), "main:main")

    def changes(self) -> list[str]:
        """Returns the writing requests since the last call."""
        found = self.hub.writes()
        self.hub.requests.clear()
        return found


def make_desk(folder: Path, released: Path, hub: LoopbackGitHub, owner: str = "octo") -> Desk:
    """Returns a checkout, cloned from one that has released core, with one paper that is about to be published."""
    run_git(released, "clone", "--quiet", "--no-hardlinks", str(released), str(folder))
    run_git(folder, "remote", "remove", "origin")
    run_git(folder, "config", "user.name", "Jane Doe")
    run_git(folder, "config", "user.email", "jane@example.org")
    desk = Desk(folder, new_name(), hub, owner)
    sha256 = released_wheel(folder, "0.1.0").parent.name
    for path, text in paper_files(desk.name, f"{hub.url}/{owner}/{desk.name}", sha256).items():
        desk.write(path, text)
    (folder / "repos/Other1999_1").mkdir()
    (folder / "repos/Other1999_1/secret").write_text("secret")
    desk.commit("Add a paper")
    hub.requests.clear()
    return desk
