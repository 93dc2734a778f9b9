# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from papers import EXPERIMENTS, PIN, make_paper

import ldlc.replicate
from ldlc.cli import main
from ldlc.runs.machine import core_version


def test_a_name_is_derived(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["name", "--year", "2014", "Kingma, Diederik P.", "Ba, Jimmy"])
    assert "KingmaBa2014_1\n" == capsys.readouterr().out


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main([])
    out = capsys.readouterr().out
    assert all(name in out for name in ("replicate", "report", "check", "show", "plan", "name"))


@pytest.mark.parametrize(
    "command", ["replicate", "report", "check", "compare", "show", "plan", "name"]
)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])

    assert 0 == caught.value.code
    assert len(capsys.readouterr().out) > 100


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["name", "--year", "2014", "王"], "transliteration"),
        (["replicate", "PAPER", "--jobs", "0"], "`--jobs` must be 1 or more, got 0"),
        (["replicate", "PAPER", "--seeds", "0"], "`--seeds` must be 1 or more"),
        (["replicate", "PAPER", "--seeds", "x"], "`seeds` must read like"),
        (["replicate", "PAPER", "--scale", "tiny"], "no experiment has the scale `tiny`"),
        (["replicate", "PAPER", "--experiment", "x"], "`x` is no experiment"),
        (["replicate", "/no/such/folder"], "there is no `paper.toml`"),
        (["report", "/no/such/folder"], "there is no `paper.toml`"),
        (["show", "/no/such/folder"], "there is no `paper.toml`"),
        (["plan", "/no/such/folder"], "there is no `paper.toml`"),
        (["check", "/no/such/folder"], "is no folder"),
    ],
)
def test_misuse_gives_one_clear_line_and_exit_code_two(
    paper: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == main([str(paper) if a == "PAPER" else a for a in arguments])

    err = capsys.readouterr().err
    assert says in err
    assert err.startswith("error: ")
    assert "Traceback" not in err


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"ldlc {core_version()}\n"


def test_the_help_of_name_has_an_example_that_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["name", "--help"])
    words = " ".join(capsys.readouterr().out.split())
    command, _, printed = words.partition("Example: ldlc ")[2].partition(" prints ")

    assert main(shlex.split(command)) == 0
    assert capsys.readouterr().out.strip() == printed.strip(".")


def test_a_command_that_is_unknown_is_misuse() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["replicat"])

    assert 2 == caught.value.code


def test_a_paper_without_a_record_says_so(paper: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["show", str(paper)])
    assert "has no record yet" in capsys.readouterr().out


def test_from_nothing_to_a_report_that_is_up_to_date(
    paper: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ldlc.replicate, "core_version", lambda: PIN)

    codes = [
        main([c, str(paper), *more])
        for c, *more in (["replicate", "--record"], ["report", "--check"], ["show"])
    ]

    out = capsys.readouterr().out
    assert [0, 0, 0] == codes
    assert "recorded 12 runs" in out
    assert (paper / "REPORT.md").is_file()
    (paper / "REPORT.md").write_text("edited by hand")
    assert 1 == main(["report", "--check", str(paper)])
    assert "REPORT.md" in capsys.readouterr().out


def test_a_run_that_raised_gives_exit_code_one_and_its_last_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = EXPERIMENTS.replace(
        "        draw =", '        raise RuntimeError("out of paper")\n        draw ='
    )
    paper = make_paper(tmp_path, experiments=source)

    assert 1 == main(["replicate", str(paper), "--seeds", "1"])

    assert "walk.with_drift, seed 0 raised: RuntimeError: out of paper" in capsys.readouterr().out


def test_the_smoke_scale_judges_nothing(paper: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["replicate", str(paper), "--scale", "smoke"])
    assert "smoke: 2 runs, 0 failed; nothing is judged at this scale" in capsys.readouterr().out


def test_trial_seeds_are_shown_and_not_judged(
    paper: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main(["replicate", str(paper), "--seeds", "10000-10001"])

    out = capsys.readouterr().out
    assert "walk.with_drift: 2 trial runs, not judged" in out
    assert "replicated" not in out


def test_a_reader_that_leaves_early_gets_no_traceback(paper: Path) -> None:
    code = f"import sys; from ldlc.cli import main; sys.exit(main(['plan', '--schema', {str(paper)!r}]))"
    done = subprocess.run(
        ["bash", "-c", f'{sys.executable} -c "{code}" | head -n 1'],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Traceback" not in done.stderr


def test_the_command_line_says_what_every_option_does() -> None:
    text = subprocess.run(
        [sys.executable, "-m", "ldlc.cli", "replicate", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert re.search(r"--seeds SEEDS\s+the first N", text)


def test_data_sets_are_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert [0, 0] == [main(["data", "list"]), main(["data", "show", "mnist"])]
    assert "LeCun" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "mnits"], "mnist"),
        (["show"], "needs a data set"),
        (["fetch"], "needs a data set"),
        (["list", "mnist"], "takes no data set. See: ldlc data show mnist"),
    ],
)
def test_a_data_set_that_is_not_named_is_misuse(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == main(["data", *arguments])
    assert says in capsys.readouterr().err
