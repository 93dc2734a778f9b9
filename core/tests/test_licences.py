# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the metadata of what is installed to what may be needed at run time."""

from __future__ import annotations

import datetime
import sys
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from ldlc.checks import Tree, runtime, spdx
from ldlc.checks.licence import licence_text
from ldlc.cli import main

MIT_TEXT = "Permission is hereby granted, free of charge, to any person obtaining a copy of this"
BSD_2_TEXT = "Redistributions of source code must retain the above copyright notice, this list of"
BSD_3_TEXT = f"{BSD_2_TEXT} conditions.\nNor to endorse or\n promote products derived from this software without"
TOMORROW = datetime.date.today() + datetime.timedelta(days=1)
YESTERDAY = datetime.date.today() - datetime.timedelta(days=1)


def install(
    folder: Path,
    name: str,
    *fields: str,
    requires: list[str] | None = None,
    files: dict[str, str] | None = None,
) -> Distribution:
    """Writes the metadata of a distribution as an installer leaves it."""
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    lines = ["Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0", *fields]
    lines += [f"Requires-Dist: {line}" for line in requires or []]
    (info / "METADATA").write_text("\n".join(lines) + "\n\nWords.\n", encoding="utf-8")
    for file, text in (files or {}).items():
        (info / file).parent.mkdir(exist_ok=True)
        (info / file).write_text(text, encoding="utf-8")
    record = [f"{info.name}/{file},," for file in ["METADATA", *(files or {})]]
    (info / "RECORD").write_text("\n".join(record), encoding="utf-8")
    return Distribution.at(info)


def says(licence: str) -> str:
    return f"Classifier: License :: OSI Approved :: {licence}"


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("MIT", "permissive"),
        ("mit and apache-2.0", "permissive"),
        ("MIT OR GPL-2.0-only", "permissive"),
        ("(GPL-2.0-only OR MIT) AND LGPL-2.1-only", "LGPL"),
        ("MIT AND GPL-3.0-or-later", "GPL"),
        ("GPL-3.0", "GPL"),
        ("GPL-2.0+", "GPL"),
        ("LGPL-2.1+ OR AGPL-3.0-only", "LGPL"),
        ("LGPL-2.1-only AND AGPL-3.0-only", "AGPL"),
        ("SSPL-1.0", "SSPL"),
        ("EUPL-1.2", "EUPL"),
        ("CECILL-2.1", "CeCILL"),
        ("CECILL-C", "CeCILL"),
        ("CECILL-B", "permissive"),
        ("MPL-2.0", "MPL"),
        ("MPL-2.0 AND MIT", "MPL"),
        ("MPL-2.0 OR GPL-3.0-only", "MPL"),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", "permissive"),
        ("GPL-3.0-or-later WITH Autoconf-exception-3.0", "GPL"),
        ("Apache-2.0 WITH LLVM-exception", "permissive"),
        (
            "LicenseRef-NVIDIA-Proprietary",
            "permissive",
        ),  # proprietary, and asks nothing of other code
        ("LicenseRef-Ours", "unknown"),
        ("Sleepycat", "unknown"),
        ("MIT AND LicenseRef-Ours", "unknown"),
        ("GPL-2.0-only OR LicenseRef-Ours", "unknown"),
        ("GPL-2.0-only AND LicenseRef-Ours", "GPL"),
        ("not an expression", "unknown"),
        ("", "unknown"),
    ],
)
def test_an_expression_comes_down_to_one_kind(expression: str, kind: str) -> None:
    ruling = spdx.rule(expression)

    assert kind == ruling.kind
    assert (kind in ("permissive", "MPL")) == ruling.passes


def test_what_makes_it_so_is_named() -> None:
    ruling = spdx.rule("MIT AND GPL-2.0-only AND (GPL-3.0-only OR AGPL-3.0-only)")

    assert ("GPL-2.0-only", "GPL-3.0-only") == ruling.because


def test_only_what_was_accepted_passes() -> None:
    assert spdx.rule("MIT AND LGPL-2.1-only", ["LGPL-2.1-only"]).passes
    assert not spdx.rule("GPL-2.0-only AND LGPL-2.1-only", ["LGPL-2.1-only"]).passes


@pytest.mark.parametrize(
    ("fields", "files", "expression", "source"),
    [
        (["License-Expression: MIT OR ISC"], {}, "MIT OR ISC", "License-Expression"),
        (["License-Expression: MIT", "License: GPL"], {}, "MIT", "License-Expression"),
        (["License-Expression: MIT", says("ISC License (ISCL)")], {}, "MIT", "Expression"),
        (["License: Apache License, Version 2.0"], {}, "Apache-2.0", "its License"),
        (["License: The MIT License."], {}, "MIT", "its License"),
        (
            [
                "License: LicenseRef-NVIDIA-Proprietary",
                "Classifier: License :: Other/Proprietary License",
            ],
            {},
            "LicenseRef-NVIDIA-Proprietary",
            "its License",
        ),
        (
            ["License: NVIDIA Proprietary Software"],
            {},
            "LicenseRef-NVIDIA-Proprietary",
            "its License",
        ),
        (["License: BSD"], {}, "BSD-2-Clause OR BSD-3-Clause", "its License"),
        (["License: MIT or GPL-2.0-only"], {}, "MIT OR GPL-2.0-only", "its License"),
        ([f"License: {BSD_2_TEXT}"], {}, "BSD-2-Clause", "its License"),
        (["License: MIT", says("MIT License")], {}, "MIT", "its License"),
        (
            ["License: MIT", says("GNU General Public License v2 (GPLv2)")],
            {},
            "(MIT) AND (GPL-2.0-only)",
            "its License and its classifiers",
        ),
        (["License: see the file", says("MIT License")], {}, "MIT", "classifiers"),
        (
            [says("MIT License"), says("BSD License")],
            {},
            "MIT AND (BSD-2-Clause OR BSD-3-Clause)",
            "classifiers",
        ),
        (
            ["License: Copyright (c) 2018", "Classifier: License :: Other/Proprietary License"],
            {},
            None,
            "its metadata",
        ),
        ([], {"licenses/LICENSE": MIT_TEXT}, "MIT", "licence files"),
        (
            ["License: see the file"],
            {"LICENSE.A": MIT_TEXT, "COPYING": BSD_3_TEXT},
            "MIT AND BSD-3-Clause",
            "files",
        ),
        ([], {"LICENSE": "All rights reserved."}, None, "its metadata"),
        ([], {}, None, "its metadata"),
    ],
)
def test_the_first_source_that_tells_decides(
    tmp_path: Path, fields: list[str], files: dict[str, str], expression: str | None, source: str
) -> None:
    found = spdx.licence_of(install(tmp_path, "thing", *fields, files=files))

    assert (expression, True) == (found.expression, source in found.source)


def test_an_override_outranks_metadata(tmp_path: Path) -> None:
    found = spdx.licence_of(install(tmp_path, "NEURON", "License-Expression: BSD-3-Clause"))

    assert "our override" == found.source
    assert "GPL" == spdx.rule(found.expression or "").kind


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("GNU GENERAL PUBLIC LICENSE\n   Version 2, June 1991\n", "GPL-2.0-only"),
        ("GNU LESSER GENERAL PUBLIC LICENSE\n Version 2.1, February 1999", "LGPL-2.1-only"),
        ("GNU AFFERO GENERAL PUBLIC LICENSE\n Version 3, 19 November 2007", "AGPL-3.0-only"),
        (
            "redistribute it under the terms of the\n GNU General Public License as",
            "GPL-1.0-or-later",
        ),
        ("Mozilla Public License Version 2.0 ... the GNU General Public License, v2", "MPL-2.0"),
        ("CeCILL FREE SOFTWARE LICENSE AGREEMENT", "CECILL-2.1"),
        (f"{MIT_TEXT}\n\nServer Side Public License", "MIT AND SSPL-1.0"),
    ],
)
def test_whole_texts_are_told_by_what_only_they_say(text: str, expression: str) -> None:
    assert expression == spdx.of_text(text)


def test_the_gplv3_is_told_by_its_text() -> None:
    text = licence_text()

    assert text is not None
    assert "GPL" == spdx.rule(spdx.of_text(text.decode()) or "").kind


def test_every_expression_of_the_table_is_known() -> None:
    table = spdx.table()
    licences = [o["licence"] for o in table["overrides"].values()]
    licences += [e["licence"] for e in table["exceptions"]]
    licences += [*table["classifiers"].values(), *table["aliases"].values(), *table["permissive"]]

    unknown = {e for e in licences if spdx._licensing().unknown_license_keys(spdx.parse(e))}

    assert {"LicenseRef-unknown", *table["proprietary"]} == unknown


def test_what_core_and_its_frameworks_bring_passes_and_none_of_it_is_unknown() -> None:
    found = runtime.needed(["ldlc[sonnet]", "ldlc[keras]"], runtime.installed())
    judged = [p for one in found if isinstance(one, runtime.Needed) for p in judge(one)]

    assert [] == [one for one in found if isinstance(one, str)]
    assert len(found) > 30
    assert [] == judged


def judge(one: runtime.Needed) -> list[str]:
    exceptions = {e["package"]: e for e in spdx.table()["exceptions"]}
    return [] if one.distribution.metadata["Name"] == "ldlc" else [*runtime.judge(one, exceptions)]


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """What is installed: `direct` needs `under`, which needs `deep`, and more under conditions."""
    folder = tmp_path / "installed"
    extras = ["under", 'other; extra == "more"', 'windows; sys_platform == "win32"']
    install(folder, "direct", "License-Expression: MIT", requires=extras)
    install(folder, "under", "License: MIT", requires=["deep", 'old; python_version < "3.9"'])
    install(folder, "deep", says("GNU Lesser General Public License v3 (LGPLv3)"))
    return folder


def problems(paper: Path, world: Path, dependencies: str, exceptions: str = "") -> list[str]:
    text = f'[project]\nname = "x"\ndependencies = [{dependencies}]\n{exceptions}'
    (paper / "pyproject.toml").write_text(text, encoding="utf-8")
    return runtime.check(Tree(paper), [str(world)])


def exception(until: object = TOMORROW, licence: str = "LGPL-3.0-only", who: str = "Ada") -> str:
    return (
        "[[tool.ldlc.licence-exceptions]]\n"
        f'package = "deep"\nlicence = "{licence}"\nreason = "we wrote it"\nwho = "{who}"\nuntil = {until}\n'
    )


def test_a_viral_licence_is_named_with_who_needs_it(tmp_path: Path, world: Path) -> None:
    (problem,) = problems(tmp_path, world, '"direct"')

    assert problem == (
        f"{tmp_path}/pyproject.toml: `deep 1.0` is LGPL: LGPL-3.0-only, by its classifiers (GNU Lesser General "
        "Public License v3 (LGPLv3)). `direct > under` needs it. Do without it, or run it as a program of its "
        "own, at arm's length."
    )


def test_an_unknown_licence_is_told_apart(tmp_path: Path, world: Path) -> None:
    install(world, "odd", "License: ask me")
    install(world, "strange", "License-Expression: LicenseRef-Ours")

    odd, strange = problems(tmp_path, world, '"odd", "strange"')

    assert "`odd 1.0` has a licence that its metadata does not tell: it says `ask me`." in odd
    assert "`strange 1.0` has a licence that nobody has judged, LicenseRef-Ours, by" in strange
    assert "add it to core's licences.toml" in odd
    assert "add it to core's licences.toml" in strange


def test_what_is_needed_and_missing_is_named(tmp_path: Path, world: Path) -> None:
    said = problems(tmp_path, world, '"direct[more]", "absent"', exception())

    assert [
        "`absent` is not installed here, so its licence cannot be read",
        "`other`, which `direct` needs, is not installed here, so its licence cannot be read",
    ] == [p.partition(": ")[2].partition(". Check")[0] for p in said]


def test_an_extra_asked_for_later_is_followed_too(world: Path) -> None:
    install(world, "other", "License: MIT")
    install(world, "asks", "License: MIT", requires=["direct[more]"])

    found = runtime.needed(["direct", "asks"], runtime.installed([str(world)]))

    assert ["asks", "deep", "direct", "other", "under"] == sorted(
        one.distribution.metadata["Name"] for one in found if isinstance(one, runtime.Needed)
    )


def test_markers_are_those_of_the_papers_python(world: Path) -> None:
    found = runtime.needed(["under"], runtime.installed([str(world)]), python="3.8")

    assert any(isinstance(one, str) and "`old`" in one for one in found)


def test_an_exception_lets_what_it_names_pass_until_its_day(tmp_path: Path, world: Path) -> None:
    assert [] == problems(tmp_path, world, '"direct"', exception())
    assert [] == problems(tmp_path, world, '"direct"', exception(datetime.date.today()))


def test_an_exception_that_has_ended_fails(tmp_path: Path, world: Path) -> None:
    (problem,) = problems(tmp_path, world, '"direct"', exception(YESTERDAY))

    assert (
        f"the exception for `deep` (LGPL-3.0-only: we wrote it; Ada) ended on {YESTERDAY}. Look again"
        in problem
    )


def test_an_exception_for_another_licence_helps_nothing(tmp_path: Path, world: Path) -> None:
    (problem,) = problems(tmp_path, world, '"direct"', exception(licence="LGPL-2.1-only"))

    assert "`deep 1.0` is LGPL" in problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (exception('"soon"'), "`until` of `deep` must be a date such as 2027-06-30, got 'soon'"),
        (exception(who=" "), "entry 1 has an empty `who`. Fill it in."),
        (
            "[[tool.ldlc.licence-exceptions]]\npackage = 'deep'\n",
            "entry 1 must have exactly package, licence, reason, who, until; it has package.",
        ),
        ("[tool.ldlc]\nlicence-exceptions = [1]\n", "it has none."),
    ],
)
def test_an_exception_that_is_not_whole_is_refused(
    tmp_path: Path, world: Path, text: str, said: str
) -> None:
    refused = problems(tmp_path, world, '"direct"', text)

    assert said in refused[0]
    assert "`deep 1.0` is LGPL" in refused[1]


def test_an_exception_that_nothing_needs_is_pointed_out(tmp_path: Path, world: Path) -> None:
    install(world, "lonely", "License: MIT")
    (problem,) = problems(tmp_path, world, '"lonely"', exception())

    assert "the licence of `deep` has an exception, and nothing needs it. Remove" in problem


def test_without_what_licences_are_read_with_the_way_out_is_named(
    paper: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "license_expression", None)
    monkeypatch.delitem(sys.modules, "ldlc.checks.spdx")
    monkeypatch.delattr("ldlc.checks.spdx")

    assert main(["check", str(paper)]) == 1
    said = capsys.readouterr().out
    assert "`license_expression` is not installed here, and licences are read with it." in said
    assert "Renew the lock: nox -s lock" in said


def test_the_command_checks_what_is_installed(
    paper: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = paper / "pyproject.toml"
    project.write_text(project.read_text().replace('"ldlc', '"absent-thing", "ldlc'))

    assert main(["check", str(paper)]) == 1
    assert "P12 no viral licence at run time\n" in capsys.readouterr().out
