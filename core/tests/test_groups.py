# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers import make_paper

from ldlc.groups import estimate_s, make_groups
from ldlc.plan import PaperFolder, load

ARMS = ("with_drift", "without")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> PaperFolder:
    return load(make_paper(tmp_path_factory.mktemp("groups")))


@given(
    counts=st.tuples(st.integers(0, 40), st.integers(0, 40)),
    seconds=st.dictionaries(st.sampled_from([("walk", a) for a in ARMS]), st.floats(0, 1000)),
    workers=st.integers(1, 9),
)
def test_groups_hold_every_missing_run_once(
    folder: PaperFolder,
    counts: tuple[int, int],
    seconds: dict[tuple[str, str], float],
    workers: int,
) -> None:
    wanted = {("walk", a, "full"): tuple(range(n)) for a, n in zip(ARMS, counts, strict=True)}

    groups = make_groups(folder, wanted, seconds, workers)

    runs = sorted((g.arm, seed) for g in groups for seed in g.seeds)
    assert sorted((a, s) for (_, a, _), seeds in wanted.items() for s in seeds) == runs
    assert all(g.seeds for g in groups)


def test_one_long_arm_is_split_over_the_workers(folder: PaperFolder) -> None:
    wanted = {("walk", a, "full"): tuple(range(10)) for a in ARMS}
    seconds = {("walk", "with_drift"): 100.0, ("walk", "without"): 0.1}

    groups = make_groups(folder, wanted, seconds, 2)

    assert [g.arm for g in groups] == ["with_drift", "with_drift", "without"]


def test_arms_stay_whole_where_starts_would_cost_more_than_they_gain(folder: PaperFolder) -> None:
    wanted = {("walk", a, "full"): tuple(range(10)) for a in ARMS}

    groups = make_groups(folder, wanted, {("walk", a): 0.1 for a in ARMS}, 2)

    assert len(groups) == 2


def test_one_arm_uses_every_worker(folder: PaperFolder) -> None:
    groups = make_groups(folder, {("walk", "without", "full"): tuple(range(10))}, {}, 4)

    assert sorted(len(g.seeds) for g in groups) == [2, 2, 3, 3]


def test_the_estimate_adds_up_what_follows_one_another(folder: PaperFolder) -> None:
    wanted = {("walk", a, "full"): tuple(range(10)) for a in ARMS}
    groups = make_groups(folder, wanted, {("walk", a): 1.0 for a in ARMS}, 1)

    assert estimate_s(groups, 1) == 2 * (3.0 + 10.0)
    assert estimate_s(groups, 2) == 3.0 + 10.0


def test_nothing_is_estimated_of_an_arm_that_never_ran(folder: PaperFolder) -> None:
    groups = make_groups(folder, {("walk", "without", "full"): (0, 1)}, {}, 2)

    assert estimate_s(groups, 2) is None
