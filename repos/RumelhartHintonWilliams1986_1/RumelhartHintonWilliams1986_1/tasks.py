# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The paper's two tasks: mirror symmetry (Figure 1) and family trees (Figures 2-4)."""

from __future__ import annotations

import itertools

import numpy as np


def mirror_symmetry() -> tuple[np.ndarray, np.ndarray]:
    """Returns all 64 vectors of six bits, and whether each equals its mirror image.

    Returns:
      Inputs `[64, 6]` and targets `[64, 1]`, of 0 and 1, float32.
    """
    inputs = np.array(list(itertools.product((0, 1), repeat=6)), np.float32)
    targets = (inputs == inputs[:, ::-1]).all(axis=1, keepdims=True)
    return inputs, targets.astype(np.float32)


# One tree of twelve people, listed by generation. The second tree has the same shape.
ENGLISH = (
    "Christopher", "Penelope", "Andrew", "Christine",
    "Arthur", "Margaret", "Victoria", "James", "Jennifer", "Charles",
    "Colin", "Charlotte",
)  # fmt: skip
ITALIAN = (
    "Roberto", "Maria", "Pierro", "Francesca",
    "Emilio", "Gina", "Lucia", "Marco", "Angela", "Tomaso",
    "Alfonso", "Sophia",
)  # fmt: skip
PERSONS = ENGLISH + ITALIAN
RELATIONS = (
    "father", "mother", "husband", "wife", "son", "daughter",
    "uncle", "aunt", "brother", "sister", "nephew", "niece",
)  # fmt: skip

_COUPLES = {  # husband and wife -> their children
    ("Christopher", "Penelope"): ("Arthur", "Victoria"),
    ("Andrew", "Christine"): ("James", "Jennifer"),
    ("Arthur", "Margaret"): (),
    ("James", "Victoria"): ("Colin", "Charlotte"),
    ("Charles", "Jennifer"): (),
}
_WOMEN = {"Penelope", "Christine", "Margaret", "Victoria", "Jennifer", "Charlotte"}

# What the hidden units are said to represent; a class a person, in the order of PERSONS; -1 is none.
NATIONALITY = np.repeat([0, 1], 12)
GENERATION = np.tile(np.repeat([0, 1, 2], [4, 6, 2]), 2)
_FIRST_BRANCH = {"Christopher", "Penelope", "Arthur", "Margaret", "Victoria"}
_BOTH_BRANCHES = {"Colin", "Charlotte"}
BRANCH = np.tile(
    [-1 if p in _BOTH_BRANCHES else 0 if p in _FIRST_BRANCH else 1 for p in ENGLISH], 2
)


def relatives(person: str, relation: str) -> frozenset[str]:
    """Returns everyone in the English tree who is the `relation` of `person`.

    Uncles, aunts, nephews and nieces include those by marriage.

    Args:
      person: One of ENGLISH.
      relation: One of RELATIONS.
    """
    female = relation in {"mother", "wife", "daughter", "aunt", "sister", "niece"}
    kin = {
        "father": _parents, "mother": _parents,
        "husband": _spouses, "wife": _spouses,
        "son": _children, "daughter": _children,
        "brother": _siblings, "sister": _siblings,
        "uncle": _parents_siblings, "aunt": _parents_siblings,
        "nephew": _siblings_children, "niece": _siblings_children,
    }[relation]  # fmt: skip
    return frozenset(p for p in kin(person) if (p in _WOMEN) == female)


def _parents(person: str) -> set[str]:
    return {p for couple, children in _COUPLES.items() if person in children for p in couple}


def _spouses(person: str) -> set[str]:
    return {p for couple in _COUPLES if person in couple for p in couple if p != person}


def _children(person: str) -> set[str]:
    return {c for couple, children in _COUPLES.items() if person in couple for c in children}


def _siblings(person: str) -> set[str]:
    return {c for parent in _parents(person) for c in _children(parent)} - {person}


def _parents_siblings(person: str) -> set[str]:
    by_blood = {s for parent in _parents(person) for s in _siblings(parent)}
    return by_blood | {s for p in by_blood for s in _spouses(p)}


def _siblings_children(person: str) -> set[str]:
    siblings = _siblings(person) | {s for p in _spouses(person) for s in _siblings(p)}
    return {c for p in siblings for c in _children(p)}


def family_trees() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns the 104 cases (person, relation) that have an answer, in both trees.

    Returns:
      Persons `[104, 24]` and relations `[104, 12]`, one-hot, and targets `[104, 24]`, which are 1
      for everyone who satisfies the relation, float32.
    """
    persons, relations, targets = [], [], []
    for tree in (ENGLISH, ITALIAN):
        translate = dict(zip(ENGLISH, tree, strict=True))
        for person, relation in itertools.product(ENGLISH, RELATIONS):
            answers = {translate[p] for p in relatives(person, relation)}
            if answers:
                persons.append([p == translate[person] for p in PERSONS])
                relations.append([r == relation for r in RELATIONS])
                targets.append([p in answers for p in PERSONS])
    return tuple(np.array(x, np.float32) for x in (persons, relations, targets))
