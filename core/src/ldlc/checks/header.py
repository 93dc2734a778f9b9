# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every source file says in its first lines who holds its copyright and under which licence it stands.

`--fix` adds the header where it is missing.
"""

from __future__ import annotations

from ldlc.checks.tree import Tree

CODE, TITLE, LOOKS_AT = "P03", "every source file has its licence header", "files"

HOLDER = "LDLC contributors"
COMMENTS = {
    ".py": "#",
    ".toml": "#",
    ".yml": "#",
    ".yaml": "#",
    ".cff": "#",
    ".sh": "#",
    ".cfg": "#",
    ".mod": ":",  # NEURON's mechanisms
    ".js": "//",
    ".cjs": "//",
    ".css": "/*",
}
_GENERATED = {"results", "figures"}


def check(tree: Tree) -> list[str]:
    """Returns the source files without a header."""
    return [
        f"{tree.path / name}: the header is missing. Add it, or let `--fix` do it."
        for name in source_files(tree)
        if not has_header(tree.read(name))
    ]


def fix(tree: Tree) -> list[str]:
    """Adds the header where it is missing; returns the files."""
    mended = []
    for name in source_files(tree):
        if has_header(tree.read(name)):
            continue
        text = tree.read(name).decode("utf-8")
        first, newline, rest = text.partition("\n")
        if not first.startswith("#!"):
            first, newline, rest = "", "", text
        file = tree.path / name
        file.write_text(first + newline + header(file.suffix) + rest, encoding="utf-8")
        tree.forget(name)
        mended.append(str(file))
    return mended


def header(suffix: str, year: int = 2026) -> str:
    """Returns the header of a kind of file, such as ".py"."""
    mark = COMMENTS[suffix]
    end = " */" if mark == "/*" else ""
    lines = [
        f"SPDX-FileCopyrightText: {year} {HOLDER}",
        "SPDX-License-Identifier: GPL-3.0-or-later",
    ]
    return "".join(f"{mark} {line}{end}\n" for line in lines)


def has_header(content: bytes) -> bool:
    """Returns whether the first lines of a file name copyright and licence."""
    head = b"\n".join(content.split(b"\n", 6)[:6])
    licence = b"SPDX-License-Identifier: GPL-3.0-or-later"
    return b"SPDX-FileCopyrightText: " in head and licence in head


def source_files(tree: Tree) -> list[str]:
    """Returns the names of a tree's source files; empty ones need no header."""
    return [
        name
        for name in tree.names
        if _suffix(name) in COMMENTS
        and not _GENERATED & set(name.split("/"))
        and "{{" not in name  # a template, which is source once a paper is made of it
        and not tree.is_link(name)
        and tree.read(name)
    ]


def _suffix(name: str) -> str:
    _, dot, suffix = name.rpartition(".")
    return dot + suffix
