# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The git half of a GitHub repository: its refs, read, fetched and pushed with the token, which stays unseen."""

from __future__ import annotations

import os
import subprocess
import urllib.parse
from dataclasses import dataclass

from publishing.repository import GitError, Repository, clean_environment
from publishing.tokens import Token

VARIABLE = "LDLC_PUBLISH_TOKEN"
HELPER = (
    "!f() { test \"$1\" = get && printf 'username=x-access-token\\npassword=%s\\n' "
    f'"${VARIABLE}"; }}; f'
)


class PushRefused(RuntimeError):
    """The published repository did not take the push, and nothing of it; the message says what to do."""


@dataclass(frozen=True)
class Remote:
    """A repository on a server, spoken to in git's own protocol over HTTP.

    Attributes:
      repository: The clone here that commits come from and go to.
      url: The repository's address, without a token.
      token: The token; git's child that asks for it gets it through an environment variable.
    """

    repository: Repository
    url: str
    token: Token

    def refs(self) -> dict[str, str]:
        """Returns the id of every ref; of an annotated tag also the commit, under its name with `^{}`."""
        lines = self._git("ls-remote", self.url).splitlines()
        return {name: id_ for id_, name in (line.split("\t") for line in lines)}

    def fetch(self, ref: str) -> None:
        """Fetches the branch main into a ref here, whatever that was before."""
        command = [
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
        ]
        self._git(*command, self.url, f"+refs/heads/main:{ref}")

    def push(self, refs: dict[str, str]) -> None:
        """Moves refs forward, all of them or none.

        Args:
          refs: The new id of each ref.

        Raises:
          PushRefused: If they are not as wanted afterwards.
        """
        command = ["push", "--quiet", "--atomic", "--no-follow-tags", "--no-verify", self.url]
        try:
            self._git(*command, *(f"{id_}:{name}" for name, id_ in refs.items()))
        except GitError as error:
            try:  # the answer may have been lost, or somebody else pushed the very same
                now = self.refs()
            except GitError:
                now = {}
            if any(now.get(name) != id_ for name, id_ in refs.items()):
                raise PushRefused(_advice(str(error), self.url)) from None

    def _git(self, *command: str) -> str:
        parts = urllib.parse.urlsplit(self.url)
        server = f"{parts.scheme}://{parts.netloc}"
        settings = {
            "credential.helper": "",  # the user's helpers would keep the token
            f"credential.{server}.helper": HELPER,
            f"credential.{self.url}.username": "x-access-token",
            "core.askPass": "",
            "core.hooksPath": os.devnull,
            "http.followRedirects": "false",  # a renamed repository is not what was looked at
            f"http.{self.url}.extraHeader": "",  # actions/checkout leaves its own token there
            "http.lowSpeedLimit": "1000",
            "http.lowSpeedTime": "60",
            f"url.{self.url}.insteadOf": self.url,  # the longest match wins over the user's
            f"url.{self.url}.pushInsteadOf": self.url,
            "push.gpgSign": "false",
            "push.pushOption": "",
        }
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        if parts.hostname == "127.0.0.1":
            options += ["-c", f"http.{server}.proxy="]
        quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "false", VARIABLE: self.token.value}
        done = subprocess.run(
            ["git", "-C", str(self.repository.path), *options, *command],
            stdin=subprocess.DEVNULL,
            env={**clean_environment(), **quiet},
            capture_output=True,
        )
        if done.returncode:
            raise GitError(self.token.hide(done.stderr.decode("utf-8", "replace").strip()))
        return done.stdout.decode("utf-8", "replace")


ADVICE = {
    "cannot contain secrets": "GitHub sees a secret in a file: revoke it, and take it out of history",
    "or update workflow": "the token lacks the right Workflows: write (a classic one: the scope workflow)",
    "protected branch": "its branch main is protected: let the token's owner bypass the rule",
    "GH013": "a rule of the repository forbids it: let the token's owner bypass the rule",
    "error: 403": "the token lacks the right Contents: write for it",
    "fetch first": "somebody pushed there meanwhile. Give the command again: it looks anew",
    "non-fast-forward": "somebody pushed there meanwhile. Give the command again: it looks anew",
    "cannot lock ref": "somebody pushed there meanwhile. Give the command again: it looks anew",
}
"""What a failed push means and what to do, by what git says."""


def _advice(words: str, url: str) -> str:
    known = (advice for sign, advice in ADVICE.items() if sign in words)
    advice = next(known, "give the same command again: it goes on from here")
    return f"the push to {url} was not taken, and nothing of it: {advice}. Git says:\n{words}"
