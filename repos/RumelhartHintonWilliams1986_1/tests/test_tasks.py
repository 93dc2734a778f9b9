# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from RumelhartHintonWilliams1986_1 import tasks


def test_8_of_64_vectors_are_symmetric():
    inputs, targets = tasks.mirror_symmetry()

    symmetric = {
        tuple(int(bit) for bit in f"{n:03b}{n:03b}"[:3] + f"{n:03b}"[::-1]) for n in range(8)
    }
    assert len({tuple(x) for x in inputs}) == 64
    assert {tuple(x) for x in inputs[targets[:, 0] == 1].astype(int)} == symmetric


def test_no_single_layer_can_tell_symmetry():
    # Two symmetric and two other vectors have the same sum. A unit that is on for the first two and
    # off for the others would give w.x + b a positive sum over the former and none over the latter.
    inputs, targets = tasks.mirror_symmetry()
    label = {tuple(x): t for x, (t,) in zip(inputs.astype(int), targets, strict=True)}
    on = [(0, 0, 0, 0, 0, 0), (1, 0, 0, 0, 0, 1)]
    off = [(1, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 1)]

    assert [label[x] for x in on + off] == [1, 1, 0, 0]
    assert np.array_equal(np.sum(on, axis=0), np.sum(off, axis=0))


def test_the_trees_have_104_cases_and_112_triples():
    persons, relations, targets = tasks.family_trees()

    assert persons.shape == (104, 24)
    assert relations.shape == (104, 12)
    assert targets.shape == (104, 24)
    assert targets.sum() == 112
    assert len(np.unique(np.hstack([persons, relations]), axis=0)) == 104


def test_each_tree_answers_with_its_own_people():
    persons, relations, targets = tasks.family_trees()

    assert not targets[:52, 12:].any()
    assert not targets[52:, :12].any()
    assert np.array_equal(persons[:52, :12], persons[52:, 12:])
    assert np.array_equal(relations[:52], relations[52:])
    assert np.array_equal(targets[:52, :12], targets[52:, 12:])


@pytest.mark.parametrize(
    ("person", "relation", "answers"),
    [
        ("Colin", "aunt", {"Jennifer", "Margaret"}),
        ("Charlotte", "uncle", {"Arthur", "Charles"}),
        ("Arthur", "nephew", {"Colin"}),
        ("Charles", "niece", {"Charlotte"}),
        ("Christopher", "daughter", {"Victoria"}),
        ("Victoria", "brother", {"Arthur"}),
        ("Jennifer", "husband", {"Charles"}),
        ("Penelope", "niece", set()),
        ("Margaret", "father", set()),
    ],
)
def test_relatives_are_those_of_the_drawn_tree(person, relation, answers):
    assert tasks.relatives(person, relation) == answers


def test_relatives_follow_from_three_matrices():
    # The same relations by matrix products, from who bore whom, who married whom and who is female.
    people = {name: n for n, name in enumerate(tasks.ENGLISH)}
    parent, spouse = np.zeros((2, 12, 12), int)  # [i, j]: j is i's parent; j is i's spouse
    for wife, husband, *children in (
        ["Penelope", "Christopher", "Arthur", "Victoria"],
        ["Christine", "Andrew", "James", "Jennifer"],
        ["Margaret", "Arthur"],
        ["Victoria", "James", "Colin", "Charlotte"],
        ["Jennifer", "Charles"],
    ):
        spouse[people[wife], people[husband]] = spouse[people[husband], people[wife]] = 1
        for child in children:
            parent[people[child], [people[wife], people[husband]]] = 1
    women = [
        people[n]
        for n in ["Penelope", "Christine", "Margaret", "Victoria", "Jennifer", "Charlotte"]
    ]
    female = np.isin(np.arange(12), women)
    sibling = (parent @ parent.T > 0) & ~np.eye(12, dtype=bool)
    elder = parent @ sibling + parent @ sibling @ spouse
    kin = {
        ("father", "mother"): parent,
        ("husband", "wife"): spouse,
        ("son", "daughter"): parent.T,
        ("uncle", "aunt"): elder,
        ("brother", "sister"): sibling,
        ("nephew", "niece"): elder.T,
    }

    for (male_word, female_word), matrix in kin.items():
        for person, n in people.items():
            related = np.array(tasks.ENGLISH)[(matrix[n] > 0) & ~female]
            assert tasks.relatives(person, male_word) == set(related)
            related = np.array(tasks.ENGLISH)[(matrix[n] > 0) & female]
            assert tasks.relatives(person, female_word) == set(related)


def test_features_are_shared_by_those_who_must_share_them():
    generation = dict(zip(tasks.ENGLISH, tasks.GENERATION[:12], strict=True))
    branch = dict(zip(tasks.ENGLISH, tasks.BRANCH[:12], strict=True))

    for person in tasks.ENGLISH:
        for relation in ("brother", "sister", "husband", "wife"):
            for other in tasks.relatives(person, relation):
                assert generation[other] == generation[person]
        for relation in ("brother", "sister"):
            for other in tasks.relatives(person, relation):
                assert branch[other] == branch[person]
        for parent in tasks.relatives(person, "father") | tasks.relatives(person, "mother"):
            assert generation[parent] == generation[person] - 1
    assert np.bincount(tasks.NATIONALITY).tolist() == [12, 12]
    assert np.bincount(tasks.GENERATION).tolist() == [8, 12, 4]
    assert np.bincount(tasks.BRANCH + 1).tolist() == [4, 10, 10]
