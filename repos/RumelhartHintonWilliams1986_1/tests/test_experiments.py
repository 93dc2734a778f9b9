# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import dataclasses

import numpy as np
import pytest
from ldlc import Log

from RumelhartHintonWilliams1986_1 import experiments, tasks

SYMMETRY = experiments.Symmetry(
    hidden=2, learning_rate=0.1, momentum=0.9, initial_range=0.3, max_sweeps=1000
)
FAMILY = experiments.FamilyTrees(
    early_sweeps=20,
    early_learning_rate=0.05,
    early_momentum=0.5,
    learning_rate=0.1,
    momentum=0.9,
    decay=0.002,
    tolerance=0.2,
    initial_range=1.0,
    held_out=4,
    sweeps=1500,
)


def test_antisymmetric_weights_as_1_2_4_measure_so():
    unit = np.array([2.0, -8.0, 4.0, -4.0, 8.0, -2.0])

    got = experiments.mirrored_pairs(np.column_stack([unit, -3 * unit]))
    assert got == pytest.approx({"asymmetry": 0, "middle_to_small": 2, "large_to_middle": 2})


def test_the_worst_pair_of_any_unit_makes_the_asymmetry():
    good = np.array([1.0, 2.0, 4.0, -4.0, -2.0, -1.0])
    bad = np.array([1.0, 3.0, 5.0, -4.0, -3.0, -1.0])  # |5 - 4| / 4.5
    same_sign = np.array([1.0, 2.0, 4.0, -4.0, -2.0, 1.0])

    assert experiments.mirrored_pairs(np.column_stack([good, bad]))["asymmetry"] == pytest.approx(
        2 / 9
    )
    assert experiments.mirrored_pairs(np.column_stack([good, same_sign]))["asymmetry"] == 2


def test_separability_is_1_where_classes_stand_apart_and_0_by_chance():
    generator = np.random.default_rng(0)
    classes = np.repeat([0, 1, 2, -1], [4, 6, 2, 3])
    apart = np.eye(4)[classes] + 0.1 * generator.normal(size=(15, 4))
    noise = [experiments.separability(generator.normal(size=(15, 6)), classes) for _ in range(300)]

    assert experiments.separability(apart, classes) == 1
    # A code that says nothing is no better than chance; leaving a person out makes it a bit worse.
    standard_error = np.std(noise) / np.sqrt(len(noise))
    assert -0.15 < np.mean(noise) < 3 * standard_error


def test_separability_by_hand():
    # Left out in turn, against the means of the rest: 0, 1 and 9, 10 are told; 6 is nearer 9.5.
    codes, classes = np.array([[0.0], [1.0], [6.0], [9.0], [10.0]]), np.array([0, 0, 0, 1, 1])

    accuracy = (2 / 3 + 1) / 2
    assert experiments.separability(codes, classes) == pytest.approx((accuracy - 0.5) / 0.5)


def test_a_run_is_the_same_alone_and_after_others():
    run = experiments.symmetry(SYMMETRY)
    for seed in (10_001, 10_002, 10_003):
        run(seed, Log())
    after, alone = Log(), Log()

    last = run(10_004, after)
    first = experiments.symmetry(SYMMETRY)(10_004, alone)
    assert last == first
    assert after.arrays == alone.arrays
    assert after.curves == alone.curves


def test_symmetry_is_solved_with_hidden_units_and_not_without():
    solved = experiments.symmetry(SYMMETRY)(10_004, Log())
    single = experiments.symmetry(dataclasses.replace(SYMMETRY, hidden=0))(10_004, Log())

    assert solved["solved"] == 1
    assert solved["errors"] == 0
    assert 0 < solved["sweeps"] < 1000
    assert single["solved"] == 0
    assert single["errors"] > 0
    assert single["sweeps"] is None
    assert set(solved) - set(single) == {"asymmetry", "middle_to_small", "large_to_middle"}


def test_family_trees_are_learned_and_held_out_cases_have_no_part_in_it(monkeypatch):
    log, other = Log(), Log()
    got = experiments.family_trees(FAMILY)(10_001, log)

    *inputs, targets = tasks.family_trees()
    held_out = np.random.Generator(np.random.Philox(key=[10_001, 1])).permutation(104)[:4]
    targets[held_out] = 1 - targets[held_out]
    monkeypatch.setattr(tasks, "family_trees", lambda: (*inputs, targets))
    without = experiments.family_trees(FAMILY)(10_001, other)

    assert got["trained_right"] >= 95
    assert got["fitted"] == (got["trained_right"] == 100)
    assert other.arrays == log.arrays
    assert without["trained_right"] == got["trained_right"]
    assert without["held_out_right"] == 0


def test_an_untrained_net_has_learned_nothing():
    got = experiments.family_trees(dataclasses.replace(FAMILY, sweeps=0))(10_000, Log())

    assert got["fitted"] == got["trained_right"] == got["held_out_right"] == 0


def test_learning_rate_and_momentum_change_after_the_early_sweeps():
    early = dataclasses.replace(FAMILY, sweeps=20)
    constant = dataclasses.replace(early, learning_rate=0.05, momentum=0.5)

    def persons(config):
        log = Log()
        experiments.family_trees(config)(10_000, log)
        return log.arrays["person"]

    assert persons(early) == persons(constant)
    longer = dataclasses.replace(early, sweeps=21), dataclasses.replace(constant, sweeps=21)
    assert persons(longer[0]) != persons(longer[1])
