# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every source file says who holds its copyright and under which licence it stands."""

from __future__ import annotations

import subprocess
from pathlib import Path

CODE, TITLE = "P03", "every source file has its licence header"

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
_SKIPPED = {
    ".git",
    ".nox",
    ".venv",
    ".ldlc",
    "results",
    "figures",
    "__pycache__",
    "node_modules",
    "dist",
}


def check(paper: Path) -> list[str]:
    """Returns the source files without a header."""
    return [
        f"{file}: the header is missing. Add it with `ldlc check --fix`."
        for file in source_files(paper)
        if not has_header(file)
    ]


def fix(paper: Path) -> list[str]:
    """Adds the header where it is missing; returns the files."""
    mended = []
    for file in source_files(paper):
        if has_header(file):
            continue
        text = file.read_text(encoding="utf-8")
        first, newline, rest = text.partition("\n")
        if not first.startswith("#!"):
            first, newline, rest = "", "", text
        file.write_text(first + newline + header(file) + rest, encoding="utf-8")
        mended.append(str(file))
    return mended


def header(file: Path, year: int = 2026) -> str:
    """Returns the header for a file of this kind."""
    mark = COMMENTS[file.suffix]
    end = " */" if mark == "/*" else ""
    lines = [
        f"SPDX-FileCopyrightText: {year} {HOLDER}",
        "SPDX-License-Identifier: GPL-3.0-or-later",
    ]
    return "".join(f"{mark} {line}{end}\n" for line in lines)


def has_header(file: Path) -> bool:
    """Returns whether the first lines of a file name copyright and licence."""
    with file.open(encoding="utf-8", errors="replace") as lines:
        head = "".join(line for line, _ in zip(lines, range(6), strict=False))
    return (
        "SPDX-FileCopyrightText: " in head and "SPDX-License-Identifier: GPL-3.0-or-later" in head
    )


def source_files(folder: Path) -> list[Path]:
    """Returns the source files of a folder: those that git tracks or would, else all."""
    command = ["git", "-C", str(folder), "ls-files", "-z", "-co", "--exclude-standard", "--", "."]
    try:
        listed = subprocess.run(command, capture_output=True, check=False)
        names = listed.stdout.decode().split("\0") if listed.returncode == 0 else None
    except OSError:
        names = None
    if names is None:
        files = [f for f in folder.rglob("*") if not _SKIPPED & set(f.relative_to(folder).parts)]
    else:
        files = [folder / name for name in names if name and not _SKIPPED & set(Path(name).parts)]
    return sorted(f for f in files if f.suffix in COMMENTS and f.is_file() and f.stat().st_size > 0)
