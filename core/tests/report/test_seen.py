# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import msgspec
import pytest

from ldlc.plan.model import Judge
from ldlc.report.seen import SeenError, read_seen


@pytest.fixture
def plan(paper):
    """Returns a plan whose first claim is judged by eye."""
    first, second = paper.plan.claims
    by_eye = msgspec.structs.replace(first, judge=Judge(seen="Is it there?"))
    return msgspec.structs.replace(paper.plan, claims=[by_eye, second])


def test_without_a_file_nobody_has_answered(plan, tmp_path):
    assert read_seen(tmp_path, plan) == {}


def test_answers_are_read_by_claim_and_person(plan, tmp_path):
    (tmp_path / "seen.toml").write_text('[sweeps]\n"Ann Other" = true\nBob = false\n')

    assert read_seen(tmp_path, plan) == {"sweeps": {"Ann Other": True, "Bob": False}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[beats]\nAnn = true\n", "`beats` is no claim that is judged by eye"),
        ("[sweeps]\nAnn = 1\n", "`sweeps` must be a table of people and true or false"),
        ("sweeps = true\n", "`sweeps` must be a table"),
        ("[", "is not valid TOML"),
    ],
)
def test_anything_else_is_refused(plan, tmp_path, content, message):
    (tmp_path / "seen.toml").write_text(content)

    with pytest.raises(SeenError, match=message):
        read_seen(tmp_path, plan)
