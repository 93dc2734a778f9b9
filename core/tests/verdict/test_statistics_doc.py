# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of docs/statistics.md: their rules pass, and their frames hold what the engine says.

`python core/tests/verdict/test_statistics_doc.py` writes the frames anew.
"""

from __future__ import annotations

import re
import tomllib
import zlib
from pathlib import Path

import numpy as np
from scipy import stats

from ldlc.plan.decode import decode
from ldlc.plan.model import Plan
from ldlc.plan.rules import check_claim, warn_claim
from ldlc.verdict import assess

from cases import line  # isort: skip

DOC = Path(__file__).parents[3] / "docs" / "statistics.md"
EXAMPLE = re.compile(r"```toml\n(.*?)```\n((?:(?!```).)*?\n)((?:>[^\n]*\n)+)", re.DOTALL)
AROUND = re.compile(
    r"- `([\w.]+)`: (\d+) (runs|counts) around ([\d.]+)(?:, deviation ([\d.]+))?"
    r"(?:, factor ([\d.]+))?(?:, (\d+) without a value)?\n"
)
SUCCEED = re.compile(r"- `([\w.]+)`: (\d+) of (\d+) runs succeed\n")


def suppose(text: str) -> dict[str, list[float | None]]:
    """Returns the invented runs of an example: spread evenly, in an order of the arm's own."""
    found: dict[str, list[float | None]] = {}
    for name, count, what, middle, deviation, factor, absent in AROUND.findall(text):
        n = int(count)
        z = stats.norm.ppf((np.arange(n) + 0.5) / n)
        z = z / z.std(ddof=1) if n > 1 else z
        if what == "counts":
            x = stats.poisson.ppf((np.arange(n) + 0.5) / n, float(middle)).clip(0, 4)
        elif factor:
            x = float(middle) * float(factor) ** z
        else:
            x = float(middle) + float(deviation) * z
        values = np.random.default_rng(zlib.crc32(name.encode())).permutation(x).tolist()
        found[name] = [*values[: n - int(absent or 0)], *[None] * int(absent or 0)]
    for name, k, n in SUCCEED.findall(text):
        found[name] = [1.0] * int(k) + [0.0] * (int(n) - int(k))
    return found


def example(fragment: str, runs: dict[str, list[float | None]]) -> Plan:
    """Returns the plan around a fragment of a `paper.toml`."""
    data = tomllib.loads(fragment)
    for name, experiment in data["experiments"].items():
        named = re.findall(rf"{name}\.(\w+)\.\w+", fragment)
        arms = {*named, *re.findall(r"^finer\s*= \"(\w+)\"", fragment, re.M)} - {"measures"}
        arms |= set(re.findall(r"(\w+) = \d+[ ,}]", fragment.partition("slope = {")[2]))
        experiment |= {
            "where": "here",
            "seeds": max((len(v) for v in runs.values()), default=1),
            "config": {},
            "arms": {arm: {} for arm in sorted(arms)},
            "scales": {"smoke": {}},
        }
    decoded, problems = decode(
        {"schema": 1, "paper": PAPER, "replication": REPLICATION, **data}, Plan
    )
    assert decoded is not None, problems
    return decoded


PAPER = {"title": "Title", "authors": ["Family, Given"], "year": 2000}
REPLICATION = {
    "track": "research",
    "framework": "numpy",
    "replicators": ["Name <a@b.c>"],
    "clean_room": {"read": ["the paper"], "attested": ["nothing else"]},
}


def verdicts(fragment: str, text: str) -> str:
    """Returns the frame of an example."""
    runs = suppose(text)
    plan_ = example(fragment, runs)
    results: dict = {}
    for name, values in runs.items():
        experiment, arm, measure = name.split(".")
        results[experiment, arm] = {
            seed: line(plan_, arm, seed, {measure: v}, experiment=experiment, repeated="same bits")
            for seed, v in enumerate(values)
        }
    seen = {"alignments-plausible": {"Ada": True, "Charles": True}}
    shown = []
    for found in assess(plan_, results, seen=seen).verdicts:
        shown.append(f"> **{found.outcome}**. {found.compared} {found.because}\n")
    return ">\n".join(shown)


def written(text: str) -> str:
    """Returns the document with every frame as the engine says it."""
    return EXAMPLE.sub(lambda m: f"```toml\n{m[1]}```\n{m[2]}{verdicts(m[1], m[2])}", text)


def test_the_frames_hold_what_the_engine_says():
    text = DOC.read_text(encoding="utf-8")

    assert written(text) == text


def test_every_rule_of_the_examples_passes():
    examples = EXAMPLE.findall(DOC.read_text(encoding="utf-8"))

    for fragment, text, _ in examples:
        plan_ = example(fragment, suppose(text))
        for claim in plan_.claims:
            assert (claim.id, check_claim(plan_, claim)) == (claim.id, [])
            assert (claim.id, warn_claim(plan_, claim)) == (claim.id, [])


def test_every_judge_has_an_example():
    from ldlc.plan.forms import FORMS

    text = DOC.read_text(encoding="utf-8")
    judges = " ".join(re.findall(r"^judge\s*= \{(.*)\}$", text, re.M))

    assert [name for name in FORMS if not re.search(rf"\b{name} =", judges)] == []


if __name__ == "__main__":
    DOC.write_text(written(DOC.read_text(encoding="utf-8")), encoding="utf-8")
