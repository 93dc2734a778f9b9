# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from ldlc import cli, report
from ldlc.checks import Tree
from ldlc.checks import report as check
from ldlc.report import MarksError, readme

README = """# Doe1999_1

<!-- verdicts:begin -->
Nothing is recorded yet.
<!-- verdicts:end -->

My own words.
"""


def test_the_verdicts_stand_between_the_marks_and_the_rest_is_left_alone(make_report):
    text = readme.filled(README, make_report())

    head, _, rest = text.partition("<!-- verdicts:begin -->\n")
    section, _, tail = rest.partition("\n<!-- verdicts:end -->")
    assert ("# Doe1999_1\n\n", "\n\nMy own words.\n") == (head, tail)
    badge, table, origin = section.split("\n\n")
    assert origin == "<sub>Recorded at `abc1234` of the monorepo.</sub>"
    assert badge == (
        '[<img src="figures/status.svg" alt="1 of 2 claims replicated: 2 replicated">](REPORT.md)'
    )
    assert table.splitlines()[2] == (
        '| <img src="figures/mark-replicated.svg" alt="" width="18" align="absmiddle">&nbsp;'
        "[replicated](REPORT.md#sweeps) | The net learns in 1,425 sweeps.<br><sub>Figure 1</sub> | 10 | 10.123 |"
    )


def test_filling_twice_changes_nothing(make_report):
    once = readme.filled(README, make_report())

    assert once == readme.filled(once, make_report())


def test_a_verdict_at_a_reduced_scale_is_marked(make_report):
    text = readme.filled(README, make_report({"approximate": True, "scale": "reduced"}))

    assert "[replicated](REPORT.md#sweeps)<br><sub>approximate</sub> |" in text


def test_it_leads_to_the_commit_that_the_runs_were_made_at(paper):
    (paper.path / "README.md").write_text(README)
    with (paper.path / "pyproject.toml").open("a") as file:
        file.write('[project.urls]\nMonorepo = "https://example.org/x/ldlc/"\n')

    report.write(paper)

    link = "[`abc1234`](https://example.org/x/ldlc/tree/abc1234/repos/Doe1999_1)"
    assert (
        f"<sub>Recorded at {link} of the monorepo.</sub>" in (paper.path / "README.md").read_text()
    )


def test_many_commits_are_counted(make_report, make_run):
    runs = {("toy", "wide"): {n: make_run("wide", n, commit=f"{n}" * 40) for n in range(4)}}

    text = readme.filled(README, make_report(runs=runs))

    assert "<sub>Recorded at 4 commits of the monorepo.</sub>" in text


def test_a_readme_without_marks_stays_as_it_is(make_report):
    assert "# Mine\n" == readme.filled("# Mine\n", make_report())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (readme.BEGIN, "1 and 0"),
        (readme.END, "0 and 1"),
        (readme.END + readme.BEGIN, "1 and 1"),
        (2 * (readme.BEGIN + readme.END), "2 and 2"),
    ],
)
def test_marks_that_are_no_pair_are_refused(make_report, text, found):
    with pytest.raises(MarksError, match=rf"`README.md` must have .* each once; found {found}\."):
        readme.filled(text, make_report())


def test_the_report_keeps_the_readme_current(paper):
    file = paper.path / "README.md"
    file.write_bytes(README.encode() + b"not \xff UTF-8\r\n")
    assert "README.md" in report.outdated(paper)

    assert "README.md" in report.write(paper)

    assert [] == report.outdated(paper)
    assert b"figures/status.svg" in file.read_bytes()
    assert file.read_bytes().endswith(b"not \xff UTF-8\r\n")
    assert "README.md" not in report.decode((paper.path / "report.json").read_bytes()).outputs
    file.write_text(file.read_text(errors="replace").replace("[replicated]", "[refuted]"))
    assert ["README.md"] == report.outdated(paper)


def test_without_a_record_the_readme_is_left_alone(unrecorded):
    (unrecorded.path / "README.md").write_text(README)

    assert [] == report.write(unrecorded)
    assert README == (unrecorded.path / "README.md").read_text()


def test_broken_marks_are_told_by_command_and_check(paper, capsys, monkeypatch):
    (paper.path / "README.md").write_text(readme.BEGIN)
    monkeypatch.setattr("ldlc.replicate.require_pinned_core", lambda folder: None)
    monkeypatch.setattr("ldlc.runs.machine.core_version", lambda: "0.1.0")

    assert 2 == cli.main(["report", str(paper.path)])
    assert "error: `README.md` must have" in capsys.readouterr().err
    (problem,) = check.check(Tree(paper.path))
    assert "`README.md` must have" in problem
    assert not (paper.path / "REPORT.md").exists()
