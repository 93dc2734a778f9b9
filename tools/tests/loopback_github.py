# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A GitHub on 127.0.0.1 for tests: npm's `emulate` for REST, `git http-backend` for git, and a front.

The front is one HTTP port before both. It adds what emulate lacks: GitHub's own check of tokens, a git
repository for each repository that is created, kept assets with their digests and downloads, 422 for an asset
that exists, drafts that are not found by tag, licences, organisations under /users; and faults on demand.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PINNED = Path(__file__).resolve().parent / "emulate"
OWNER, OTHER, READER = "tok-owner-0123456789", "tok-other-0123456789", "tok-reader-0123456789"

SECOND = "~2"
"""Marks the tag of a second release for one tag, which emulate would not take; the front takes it off again."""

SEED = f"""\
tokens:
  {OWNER}: {{login: octo, scopes: [repo, user, workflow]}}
  {OTHER}: {{login: other, scopes: [repo]}}
  {READER}: {{login: reader, scopes: [repo]}}
github:
  users:
    - {{login: octo, name: Octo, email: octo@example.com}}
    - {{login: other, name: Other, email: other@example.com}}
    - {{login: reader, name: Reader, email: reader@example.com}}
  orgs:
    - login: papers
      name: Papers
      members: [{{login: octo, role: admin}}]
"""

Headers = list[tuple[str, str]]
Act = Callable[["_Handler"], bool]


class NoEmulator(RuntimeError):
    """The emulator cannot be had here; the message says why."""


@dataclass
class Fault:
    """Something that goes wrong with the next requests of a kind.

    Attributes:
      method: The method.
      path: Matched against the path.
      answer: "cut" closes the connection, "lost" does the work and loses the answer, "slow" waits first, a
        tuple is the answer (status, content, headers), and a function is called with the handler: it tells
        whether it answered.
      times: How often.
    """

    method: str
    path: re.Pattern[str]
    answer: str | tuple | Act
    times: int


@dataclass
class Account:
    """Who a token belongs to.

    Attributes:
      login: The user.
      writes: The owners whose repositories it may push to.
    """

    login: str
    writes: tuple[str, ...]


@dataclass
class LoopbackGitHub:
    """The front.

    Attributes:
      folder: Where its bare repositories lie, as OWNER/NAME.git.
      backend: Where the emulator listens; None for tests of the client, for which the faults are the answers.
      requests: Every request so far: method, path, and headers.
    """

    folder: Path
    backend: tuple[str, int] | None = None
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    assets: dict[int, bytes] = field(default_factory=dict)
    starters: set[int] = field(default_factory=set)
    accounts: dict[str, Account] = field(
        default_factory=lambda: {
            OWNER: Account("octo", ("octo", "papers")),
            OTHER: Account("other", ("other",)),
            READER: Account("reader", ()),
        }
    )

    def __post_init__(self) -> None:
        handler = type("Handler", (_Handler,), {"hub": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def fault(self, method: str, path: str, answer: str | tuple | Act, times: int = 1) -> None:
        """Lets the next requests of a kind go wrong."""
        self.faults.append(Fault(method, re.compile(path), answer, times))

    def bare(self, full_name: str) -> Path:
        """Returns where the git repository of a repository lies."""
        return self.folder / f"{full_name}.git"

    def writes(self) -> list[str]:
        """Returns every request so far that changes something, git's own among them."""
        return [
            f"{method} {path}"
            for method, path, _ in self.requests
            if method not in ("GET", "HEAD") and not path.endswith("git-upload-pack")
        ]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: LoopbackGitHub
    losing = False

    def log_message(self, *_: object) -> None:
        pass

    def handle_any(self) -> None:
        parts = urllib.parse.urlsplit(self.path)
        self.route, self.query = parts.path.removeprefix("/api/v3"), parts.query
        self.content, self.token, self.losing = self._read(), self._token(), False
        named = {name.lower(): value for name, value in self.headers.items()}
        self.hub.requests.append((self.command, self.path, named))
        for fault in list(self.hub.faults):
            if fault.times and fault.method in (self.command, "*") and fault.path.search(self.path):
                fault.times -= 1
                if self._goes_wrong(fault.answer):
                    return
        if re.search(r"\.git/(info/refs|git-upload-pack|git-receive-pack)$", self.route):
            self._git()
        elif match := re.fullmatch(r"/([^/]+/[^/]+)/releases/download/([^/]+)/([^/]+)", self.route):
            self._download(*match.groups())
        elif self.token is not None and self.token not in self.hub.accounts:
            self.answer(401, {"message": "Bad credentials", "status": "401"})
        elif self.hub.backend is None:
            self.answer(404, {"message": "Not Found"})
        else:
            self._rest()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_any

    def answer(self, code: int, content: object = b"", headers: Headers | None = None) -> None:
        """Sends an answer, unless it is to be lost."""
        if self.losing:
            self.cut()
            return
        headers = list(headers or [])
        if not isinstance(content, bytes):
            content = json.dumps(content).encode()
            headers.append(("Content-Type", "application/json; charset=utf-8"))
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name.lower() == "content-length" for name, _ in headers):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def cut(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _goes_wrong(self, answer: str | tuple | Act) -> bool:
        if answer == "cut":
            self.cut()
        elif answer == "slow":
            time.sleep(1.5)
            self.cut()
        elif answer == "lost":
            self.losing = True
            return False
        elif isinstance(answer, tuple):
            self.answer(*answer)
        else:
            return answer(self)
        return True

    def _read(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = bytearray()
        while size := int(self.rfile.readline().split(b";")[0], 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return bytes(found)

    def _token(self) -> str | None:
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "basic":
            return base64.b64decode(value).decode().partition(":")[2]
        return value.strip() if kind else None

    # the REST interface

    def _rest(self) -> None:
        post, get = self.command == "POST", self.command == "GET"
        match = re.fullmatch(r"/repos/([^/]+/[^/]+)/releases/(\d+)/assets", self.route)
        if post and match:
            return self._upload(match[1], match[2])
        if get and (match := re.fullmatch(r"/users/([^/]+)", self.route)):
            code, content, _ = self._ask("GET", f"/orgs/{match[1]}")
            if code == 200:
                return self.answer(200, {**json.loads(content), "type": "Organization"})
        code, content, headers = self._ask(self.command, self.route, self.query, self.content)
        told = json.loads(content) if content else None
        if post and code == 422 and self.route.endswith("/releases"):  # GitHub takes a second draft
            asked = json.loads(self.content)
            asked["tag_name"] += SECOND
            code, content, headers = self._ask(
                "POST", self.route, content=json.dumps(asked).encode()
            )
            told = json.loads(content)
        if post and code == 201 and re.fullmatch(r"/user/repos|/orgs/[^/]+/repos", self.route):
            self._make_bare(told["full_name"], told["default_branch"])
        if get and code == 200 and "/releases/tags/" in self.route and told["draft"]:
            return self.answer(404, {"message": "Not Found"})
        if code == 200 and re.fullmatch(r"/repos/[^/]+/[^/]+", self.route):
            told["license"] = self._licence(told["full_name"])
            account = self.hub.accounts.get(self.token or "")
            told["permissions"]["push"] = bool(account and told["owner"]["login"] in account.writes)
        if "/releases" in self.route and told is not None:
            for release in told if isinstance(told, list) else [told]:
                release["tag_name"] = release.get("tag_name", "").removesuffix(SECOND)
                self._mend_assets(release)
        self.answer(code, content if told is None else told, headers)

    def _upload(self, full_name: str, release: str) -> None:
        name = urllib.parse.parse_qs(self.query).get("name", [""])[0]
        code, content, _ = self._ask("GET", f"/repos/{full_name}/releases/{release}")
        if code == 200 and any(a["name"] == name for a in json.loads(content)["assets"]):
            errors = [{"resource": "ReleaseAsset", "code": "already_exists", "field": "name"}]
            return self.answer(422, {"message": "Validation Failed", "errors": errors})
        code, content, headers = self._ask("POST", self.route, self.query, self.content)
        told = json.loads(content)
        if code == 201:
            self.hub.assets[told["id"]] = self.content
        self.answer(code, told, headers)

    def _mend_assets(self, release: dict) -> None:
        for asset in release.get("assets", ()):
            content = self.hub.assets.get(asset["id"], b"")
            asset["digest"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
            if asset["id"] in self.hub.starters:
                asset.update(state="starter", size=0, digest=None)

    def _download(self, full_name: str, tag: str, name: str) -> None:
        code, content, _ = self._ask("GET", f"/repos/{full_name}/releases/tags/{tag}", token=OWNER)
        release = json.loads(content) if code == 200 else {"draft": True}
        found = [a["id"] for a in release.get("assets", ()) if a["name"] == name]
        if release["draft"] or not found:
            self.answer(404, b"Not Found")
        else:
            self.answer(200, self.hub.assets[found[0]])

    def _licence(self, full_name: str) -> dict | None:
        show = ["git", "-C", str(self.hub.bare(full_name)), "show", "HEAD:LICENSE"]
        text = subprocess.run(show, capture_output=True).stdout.decode("utf-8", "replace")
        known = "GPL-3.0" if "GNU GENERAL PUBLIC LICENSE" in text else "NOASSERTION"
        return {"spdx_id": known} if text else None

    def _make_bare(self, full_name: str, branch: str) -> None:
        bare = str(self.hub.bare(full_name))
        for command in (
            ["init", "--quiet", "--bare", "--initial-branch", branch, bare],
            ["-C", bare, "config", "http.receivepack", "true"],
            ["-C", bare, "config", "receive.fsckObjects", "true"],
        ):
            subprocess.run(["git", *command], check=True)

    def _ask(
        self,
        method: str,
        path: str,
        query: str = "",
        content: bytes = b"",
        token: str | None = None,
    ) -> tuple[int, bytes, Headers]:
        token = token or self.token
        passed = ("accept", "content-type", "user-agent", "x-github-api-version")
        headers = {key: value for key, value in self.headers.items() if key.lower() in passed}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        connection = http.client.HTTPConnection(*self.hub.backend, timeout=20)
        connection.request(method, f"{path}?{query}" if query else path, content or None, headers)
        answer = connection.getresponse()
        kept = [(k, v) for k, v in answer.getheaders() if k.lower() in ("link", "location")]
        told = answer.read()
        connection.close()
        return answer.status, told, kept

    # git

    def _git(self) -> None:
        owner, name, rest = re.fullmatch(r"/([^/]+)/([^/]+?)\.git(/.*)", self.route).groups()
        bare, account = self.hub.bare(f"{owner}/{name}"), self.hub.accounts.get(self.token or "")
        write = "git-receive-pack" in self.route + self.query
        challenge = [("WWW-Authenticate", 'Basic realm="GitHub"'), ("Content-Type", "text/plain")]
        if (self.token is None and (write or not bare.is_dir())) or (self.token and not account):
            return self.answer(401, b"Invalid username or token.\n", challenge)
        if not bare.is_dir():
            return self.answer(404, b"Repository not found.\n")
        if write and owner not in account.writes:
            return self.answer(
                403, f"Permission to {owner}/{name} denied to {account.login}.\n".encode()
            )
        variables = {
            "GIT_CONFIG_GLOBAL": os.devnull,  # whose pushes it serves has no say here
            "GIT_PROJECT_ROOT": str(self.hub.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": f"/{owner}/{name}.git{rest}",
            "QUERY_STRING": self.query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(self.content)),
            "REMOTE_USER": account.login if account else "",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"],
            input=self.content,
            env={**os.environ, **variables},
            capture_output=True,
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        lines = [line.partition(": ") for line in head.decode().split("\r\n") if line]
        headers = [(key, value) for key, _, value in lines if key != "Status"]
        status = next((int(value.split()[0]) for key, _, value in lines if key == "Status"), 200)
        self.answer(status, body, headers)


def install_emulator() -> Path:
    """Returns where the pinned emulator is installed: in the user's cache, by `npm ci`, once for each lock.

    Raises:
      NoEmulator: If there is no node, no npm, or no way to the registry.
    """
    for program in ("node", "npm", "git"):
        if shutil.which(program) is None:
            raise NoEmulator(f"{program} is not installed")
    if shutil.which("git-http-backend", path=_git_exec_path()) is None:
        raise NoEmulator("git http-backend is not installed")
    key = hashlib.sha256((PINNED / "package-lock.json").read_bytes()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "ldlc-tests")
    installed = cache / f"emulate-{key}"
    if not installed.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        new = cache / f".emulate-{key}-{os.getpid()}"
        shutil.copytree(PINNED, new)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
        try:
            done = subprocess.run(command, cwd=new, capture_output=True, text=True, timeout=120)
            if done.returncode:
                raise NoEmulator(f"npm cannot install emulate: {done.stderr.strip()[-300:]}")
            with contextlib.suppress(OSError):  # somebody else was faster
                new.rename(installed)
        except subprocess.TimeoutExpired as error:
            raise NoEmulator("npm took more than two minutes to install emulate") from error
        finally:
            shutil.rmtree(new, ignore_errors=True)
    return installed


@contextlib.contextmanager
def run_github(folder: Path) -> Iterator[LoopbackGitHub]:
    """Runs the front and the emulator behind it, until the context ends.

    Raises:
      NoEmulator: If the emulator cannot be had, or does not start.
    """
    installed = install_emulator()
    (folder / "root").mkdir()
    (folder / "seed.yaml").write_text(SEED)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hub = LoopbackGitHub(folder / "root", ("127.0.0.1", port))
    command = ["node", "-r", str(installed / "loopback.cjs")]
    command += [
        str(installed / "node_modules/emulate/dist/index.js"),
        "start",
        "--service",
        "github",
    ]
    command += ["--port", str(port), "--base-url", hub.url, "--seed", str(folder / "seed.yaml")]
    with (folder / "emulate.log").open("w") as log:
        emulator = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        deadline = time.monotonic() + 60
        while not _listens(port):
            if emulator.poll() is not None or time.monotonic() > deadline:
                raise NoEmulator(
                    f"emulate did not start: {(folder / 'emulate.log').read_text()[-500:]}"
                )
            time.sleep(0.05)
        yield hub
    finally:
        emulator.terminate()
        emulator.wait()
        hub.close()


def _git_exec_path() -> str:
    return subprocess.run(["git", "--exec-path"], capture_output=True, text=True).stdout.strip()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
