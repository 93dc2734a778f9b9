# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import hashlib
import json
import os
import subprocess
import sys
import time

import pytest

from ldlc import plan, report
from ldlc.report import ForeignFileError


@pytest.fixture
def written(paper):
    """Returns a paper whose report is up to date."""
    report.write(paper)
    return paper


def test_a_paper_without_a_record_has_no_report(unrecorded):
    assert report.render(unrecorded) == {}
    assert report.write(unrecorded) == []
    assert report.outdated(unrecorded) == []
    assert report.recorded(unrecorded) is None
    assert not (unrecorded.path / "REPORT.md").exists()


def test_writing_brings_everything_up_to_date(paper):
    missing = report.outdated(paper)

    changed = report.write(paper)

    assert {"REPORT.md", "report.json", "figures/strip.svg"} <= set(missing) == set(changed)
    assert report.outdated(paper) == []
    assert report.write(paper) == []


def change_plan(paper):
    file = paper.file
    file.write_text(file.read_text().replace("Hidden units help.", "Hidden units matter."))


def change_record(paper):
    file = paper.results / "full" / "toy" / "wide.jsonl"
    file.write_text(file.read_text().replace('"error": 0.1,', '"error": 0.11,', 1))


def shorten_record(paper):
    file = paper.results / "full" / "toy" / "none.jsonl"
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-1]))


def change_figures(paper):
    file = paper.package / "figures.py"
    file.write_text(file.read_text().replace("unit 1", "unit one"))


def change_experiments(paper):
    file = paper.package / "experiments.py"
    file.write_text(file.read_text().replace("lambda seed, log: {}", "lambda seed, log: {1: 2}"))


def change_pin(paper):
    file = paper.path / "pyproject.toml"
    file.write_text(file.read_text().replace("0.1.0", "0.1.1"))


def add_history(paper):
    line = {
        "experiment": "toy", "arm": "wide", "scale": "full", "seed": 0, "key": "1", "claims": {},
        "measures": {}, "started": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    (paper.results / "history.jsonl").write_text(json.dumps(line) + "\n")


def edit_report(paper):
    file = paper.path / "REPORT.md"
    file.write_text(file.read_text() + "It all replicated.\n")


def edit_figure(paper):
    file = paper.path / "figures" / "strip.svg"
    file.write_text(file.read_text().replace("<path", "<!-- --><path", 1))


def remove_figure(paper):
    (paper.path / "figures" / "strip.svg").unlink()


@pytest.mark.parametrize(
    "change",
    [
        change_plan, change_record, shorten_record, change_figures, change_experiments, change_pin,
        add_history, edit_report, edit_figure, remove_figure,
    ],
)  # fmt: skip
def test_the_check_fails_after_any_input_or_output_is_changed(written, change):
    change(written)

    assert report.outdated(plan.load(written.path)) != []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (change_plan, "paper.toml"),
        (change_record, "results/full/toy/wide.jsonl"),
        (change_figures, "Doe1999_1/figures.py"),
        (change_experiments, "Doe1999_1/"),
        (add_history, "results/history.jsonl"),
        (edit_report, "REPORT.md"),
        (remove_figure, "figures/strip.svg"),
    ],
)
def test_what_changed_is_told_without_making_the_report_anew(written, change, expected):
    assert report.outdated_inputs(written) == []

    change(written)

    assert [expected] == report.outdated_inputs(plan.load(written.path))


def test_a_record_without_a_report_is_told(paper, unrecorded):
    assert report.outdated_inputs(paper) == ["report.json"]


def test_a_comment_in_the_experiments_changes_nothing(written):
    file = written.package / "experiments.py"
    file.write_text(file.read_text() + "# a remark\n")

    assert report.outdated(written) == []
    assert report.outdated_inputs(written) == []


def test_modules_of_which_no_byte_changed_are_not_parsed_again(written, monkeypatch):
    parsed = []
    monkeypatch.setattr("ldlc.runs.key.source_digest", lambda _: parsed.append(1) or "other")

    assert report.outdated_inputs(written) == []
    assert parsed == []
    (written.package / "later.py").write_text("")
    assert report.outdated_inputs(written) == ["Doe1999_1/"]
    assert parsed == [1]


def test_figures_that_are_no_longer_made_are_removed(written):
    (written.package / "figures.py").unlink()

    assert "figures/paper-weights.svg" in report.outdated(written)
    report.write(written)

    assert not (written.path / "figures" / "paper-weights.svg").exists()
    assert report.outdated(written) == []


def test_a_figure_that_somebody_else_made_is_left_alone(written):
    mine = written.path / "figures" / "photo.svg"
    mine.write_text("<svg/>")
    (written.package / "figures.py").unlink()

    report.write(written)

    assert mine.read_text() == "<svg/>"
    assert report.outdated(written) == []


def test_a_foreign_file_in_the_way_stops_everything(paper):
    (paper.path / "REPORT.md").write_text("My notes.\n")

    with pytest.raises(ForeignFileError, match=r"`REPORT.md` would be replaced.*Move it away"):
        report.write(paper)

    assert (paper.path / "REPORT.md").read_text() == "My notes.\n"
    assert not (paper.path / "report.json").exists()


def test_a_report_whose_record_is_gone_is_removed(written):
    for file in (written.results / "full" / "toy").iterdir():
        file.unlink()

    assert "REPORT.md" in report.outdated(written)
    report.write(written)

    assert [f for f in written.path.rglob("*") if f.suffix in (".md", ".svg", ".json")] == []


def test_digests_in_report_json_are_those_of_the_files(written):
    found = report.decode((written.path / "report.json").read_bytes())
    inputs = {k: v for k, v in found.inputs.items() if not k.endswith("/")}

    for path, digest in [*inputs.items(), *found.outputs.items()]:
        assert hashlib.sha256((written.path / path).read_bytes()).hexdigest() == digest
    assert {"paper.toml", "results/full/toy/none.jsonl", "Doe1999_1/figures.py"} <= set(inputs)
    made = {p.relative_to(written.path).as_posix() for p in (written.path / "figures").iterdir()}
    assert made | {"REPORT.md"} == set(found.outputs)


def test_bytes_do_not_depend_on_the_process(written):
    script = (
        "import hashlib, sys\n"
        "from ldlc import plan, report\n"
        "files = report.render(plan.load(sys.argv[1]))\n"
        "print(hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest())\n"
        "print('tensorflow' in sys.modules, 'matplotlib' in sys.modules)\n"
    )

    def run(seed: str, zone: str) -> str:
        where = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C", "COLUMNS": "40"}
        command = [sys.executable, "-c", script, str(written.path)]
        return subprocess.run(command, env=where, capture_output=True, text=True, check=True).stdout

    first, second = run("1", "UTC"), run("2", "Asia/Tokyo")
    assert first == second
    files = sorted(report.render(written).items())
    assert hashlib.sha256(repr(files).encode()).hexdigest() == first.split()[0]
    assert first.split()[1:] == ["False", "False"]


def test_a_report_is_made_in_less_than_a_second(paper):
    report.render(paper)  # imports are paid once
    start = time.perf_counter()

    report.render(paper)

    assert time.perf_counter() - start < 1


def test_importing_the_report_needs_no_statistics():
    script = "import sys, ldlc.report; print([m for m in ('scipy', 'numpy', 'rich') if m in sys.modules])"

    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == "[]"


def test_runs_of_this_machine_are_judged_and_kept_beside_them(paper, make_run):
    runs = {("toy", arm): {k: make_run(arm, k) for k in range(3)} for arm in ("wide", "none")}

    here = report.judged(paper, runs)
    path = report.write_here(paper, here)

    assert path == paper.path / ".ldlc" / "report.json"
    assert here == report.decode(path.read_bytes())
    assert here.experiments[0].arms[0].recorded == 3
