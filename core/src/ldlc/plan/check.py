# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of a plan that types cannot say: every name resolves, every arm is complete."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from ldlc.plan.decode import Problem, join, nearest, show
from ldlc.plan.model import Claim, Experiment, Plan
from ldlc.plan.resolve import (
    FULL,
    REDUCED,
    SMOKE,
    claim_arms,
    extend_to,
    measures_of,
    resolve_config,
    seeds,
)
from ldlc.plan.rules import check_claim
from ldlc.plan.source import ConfigClass, check_config

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,79}")
MAX_SEEDS = 10_000  # seeds from here on are for trials while a plan is being written


def check(
    plan: Plan, classes: Mapping[str, ConfigClass], broken: Iterable[Problem]
) -> list[Problem]:
    """Returns every rule that a decoded plan breaks.

    Args:
      plan: The plan.
      classes: The config class of each experiment, from its source.
      broken: What is wrong with config classes, by function.
    """
    problems = _check_head(plan)
    faults = dict(broken)
    if not plan.experiments:
        problems.append(("experiments", "`experiments` is empty. Add one experiment at least."))
    for name, experiment in plan.experiments.items():
        problems += _check_experiment(name, experiment, classes, faults)
    problems += [(f, faults[f]) for f in faults if f in plan.experiments or f == "experiments.py"]
    if problems:
        return problems  # claims are only checked against sound experiments
    ids: set[str] = set()
    for claim in plan.claims:
        problems += _check_claim(plan, claim, ids)
        ids.add(claim.id)
    for i, amendment in enumerate(plan.amendments):
        problems += _check_amendment(plan, i)
        if amendment.claim not in ids:
            where = f"amendments[{i}].claim"
            problems.append(
                (where, f"`{amendment.claim}` is no claim. {nearest(amendment.claim, ids)}")
            )
    return problems


def _check_head(plan: Plan) -> list[Problem]:
    problems = []
    paper, replication = plan.paper, plan.replication
    if not paper.title.strip():
        problems.append(("paper.title", "`paper.title` is empty. Give the paper's title."))
    if not paper.authors or not all(a.strip() for a in paper.authors):
        message = '`paper.authors` must name every author, "Family, Given". Add them.'
        problems.append(("paper.authors", message))
    if not 1600 <= paper.year <= 2999:
        message = f"`paper.year` must be a year of four digits, got {paper.year}."
        problems.append(("paper.year", message))
    if paper.kind == "patent" and not paper.patent:
        message = '`paper.patent` is missing: a patent needs its number. Add one such as "US123A".'
        problems.append(("paper.patent", message))
    if not replication.replicators:
        message = '`replication.replicators` is empty. Add "Name <email>".'
        problems.append(("replication.replicators", message))
    for i, person in enumerate(replication.replicators):
        if not re.fullmatch(r"[^<>\n]*[^<>\s][^<>\n]* <[^<>\s@]+@[^<>\s@]+>", person):
            where = f"replication.replicators[{i}]"
            problems.append((where, f'`{where}` must read "Name <email>", got {show(person)}.'))
    return problems


def _check_experiment(
    name: str,
    experiment: Experiment,
    classes: Mapping[str, ConfigClass],
    faults: Mapping[str, str],
) -> list[Problem]:
    path = join("experiments", name)
    problems: list[Problem] = []
    if not (name.isidentifier() and NAME.fullmatch(name)):
        message = (
            f"`{show(name)}` must be a Python name of ASCII letters, digits and `_`. Rename it."
        )
        return [(path, message)]
    tables: dict[str, Mapping[str, object]] = {
        "arms": experiment.arms,
        "measures": experiment.measures,
    }
    for label, table in tables.items():
        problems += [
            (
                join(f"{path}.{label}", name),
                f"`{name}` differs from another of `{path}.{label}` only by case. Rename one.",
            )
            for name in table
            if [other.lower() for other in table].count(name.lower()) > 1
        ]
        if not table:
            problems.append((f"{path}.{label}", f"`{path}.{label}` is empty. Add one at least."))
        problems += [
            (
                join(f"{path}.{label}", key),
                f"`{join(f'{path}.{label}', key)}` must be a name of ASCII letters, digits, `_` and "
                "`-` that starts with a letter. Rename it.",
            )
            for key in table
            if not NAME.fullmatch(key)
        ]
    problems += _check_seeds(path, experiment)
    problems += _check_measures(path, experiment)
    problems += _check_arm_names(path, experiment)
    problems += _check_scales(path, experiment)
    if name not in classes:
        if name not in faults and "experiments.py" not in faults:
            hint = nearest(name, classes)
            message = f"`{name}` has no function of its name in experiments.py. {hint}"
            problems.append((path, message))
        return problems
    return problems + _check_configs(path, experiment, classes[name])


def _check_seeds(path: str, experiment: Experiment) -> list[Problem]:
    problems = []
    counts = {f"{path}.seeds": experiment.seeds}
    counts |= {
        f"{path}.scales.{name}.seeds": scale.seeds
        for name, scale in experiment.scales.items()
        if scale.seeds is not None
    }
    for where, count in counts.items():
        if not 1 <= count <= MAX_SEEDS:
            problems.append((where, f"`{where}` must lie in 1 to {MAX_SEEDS:,}, got {count}."))
    pairs = [(f"{path}.extend_to", experiment.seeds, experiment.extend_to)]
    pairs += [
        (f"{path}.scales.{name}.extend_to", scale.seeds or experiment.seeds, scale.extend_to)
        for name, scale in experiment.scales.items()
    ]
    for where, first, last in pairs:
        if last is not None and not first < last <= MAX_SEEDS:
            message = f"`{where}` must be more than `seeds`, which is {first}, got {last}."
            problems.append((where, message))
    for arm, count in experiment.fewer.items():
        where = join(f"{path}.fewer", arm)
        least = max(5, math.ceil(experiment.seeds / 4))
        if not least <= count < experiment.seeds:
            message = (
                f"`{where}` must be at least {least} (5, and a quarter of the other arms' "
                f"{experiment.seeds}) and fewer than theirs, got {count}."
            )
            problems.append((where, message))
    if experiment.engine.threads < 1:
        where = f"{path}.engine.threads"
        problems.append((where, f"`{where}` must be 1 or more, got {experiment.engine.threads}."))
    for i, seed in enumerate(experiment.array_seeds):
        if seed < 0:
            where = f"{path}.array_seeds[{i}]"
            problems.append((where, f"`{where}` must be a seed, 0 or more, got {seed}."))
    return problems


def _check_measures(path: str, experiment: Experiment) -> list[Problem]:
    problems = []
    for name, measure in experiment.measures.items():
        where = join(f"{path}.measures", name)
        if measure.kind == "count" and (measure.total is None or measure.total < 1):
            message = f"`{where}` counts out of how many? Add `total = N`, 1 or more."
            problems.append((f"{where}.total", message))
        if measure.kind != "count" and measure.total is not None:
            message = (
                f"`{where}.total` belongs to kind `count`, got kind `{measure.kind}`. Remove it."
            )
            problems.append((f"{where}.total", message))
        ends = measure.range
        if ends is not None and not (len(ends) == 2 and ends[0] < ends[1]):
            message = f"`{where}.range` must be [low, high] with low below high, got {show(ends)}."
            problems.append((f"{where}.range", message))
        if measure.spread is not None and not (0 < measure.spread < math.inf):
            message = f"`{where}.spread` must be a positive number, got {show(measure.spread)}."
            problems.append((f"{where}.spread", message))
    return problems


def _check_arm_names(path: str, experiment: Experiment) -> list[Problem]:
    mentions = [(join(f"{path}.fewer", arm), arm) for arm in experiment.fewer]
    mentions += [(join(f"{path}.engine.arms", arm), arm) for arm in experiment.engine.arms]
    for name, scale in experiment.scales.items():
        mentions += [(join(f"{path}.scales.{name}.arms", arm), arm) for arm in scale.arms]
    for name, measure in experiment.measures.items():
        where = join(f"{path}.measures", name)
        mentions += [(f"{where}.arms", arm) for arm in measure.arms or ()]
    return [
        (where, f"`{where}` names `{arm}`, which is no arm. {nearest(arm, experiment.arms)}")
        for where, arm in mentions
        if arm not in experiment.arms
    ]


def _check_scales(path: str, experiment: Experiment) -> list[Problem]:
    problems = []
    if SMOKE not in experiment.scales:
        where = f"{path}.scales.{SMOKE}"
        message = f"`{where}` is missing: seconds that prove that everything runs. Add the table."
        problems.append((where, message))
    for name, scale in experiment.scales.items():
        where = join(f"{path}.scales", name)
        if name not in (SMOKE, REDUCED):
            extra = " `full` is the experiment itself." if name == FULL else ""
            message = f"`{name}` is no scale. {nearest(name, (SMOKE, REDUCED))}{extra}"
            problems.append((where, message))
        if name == REDUCED and not (scale.why or "").strip():
            problems.append(
                (f"{where}.why", f"`{where}` needs `why`: what forbids the full protocol?")
            )
        for key in scale.config:
            owners = [arm for arm, own in experiment.arms.items() if key in own]
            if owners:
                message = (
                    f"`{where}.config.{key}` is a field that the arm `{owners[0]}` sets. "
                    f"Set it in `{where}.arms.{owners[0]}` instead."
                )
                problems.append((f"{where}.config.{key}", message))
    return problems


def _check_configs(path: str, experiment: Experiment, class_: ConfigClass) -> list[Problem]:
    problems = check_config(experiment.config, class_, f"{path}.config", complete=False)
    for arm, own in experiment.arms.items():
        problems += check_config(own, class_, join(f"{path}.arms", arm), complete=False)
    for name, scale in experiment.scales.items():
        where = join(f"{path}.scales", name)
        problems += check_config(scale.config, class_, f"{where}.config", complete=False)
        for arm, own in scale.arms.items():
            problems += check_config(own, class_, join(f"{where}.arms", arm), complete=False)
    if problems:
        return problems
    missing = {
        problem[0]: problem
        for arm in experiment.arms
        for problem in check_config(
            resolve_config(experiment, arm, FULL), class_, f"{path}.config", complete=True
        )
    }
    return list(missing.values())


def _check_claim(plan: Plan, claim: Claim, ids: set[str]) -> list[Problem]:
    path = f"claims[{claim.id}]" if NAME.fullmatch(claim.id) else "claims"
    problems: list[Problem] = []
    if not NAME.fullmatch(claim.id):
        message = (
            f"`id` of a claim must be a name of ASCII letters, digits, `_` and `-` that starts with "
            f"a letter, got {show(claim.id)}."
        )
        problems.append((f"{path}.id", message))
    if claim.id.lower() in {other.lower() for other in ids}:
        message = f"`{claim.id}` is the id of two claims, but for case. Rename one."
        problems.append((f"{path}.id", message))
    if not claim.measures:
        problems.append((f"{path}.measure", f"`{path}.measure` is empty. Name a measure."))
    named = (*claim.measures, *claim.rivals, *([claim.among] if claim.among else []))
    for reference in dict.fromkeys(named):
        problems += _check_reference(plan, reference, path)
    if not problems:  # the arms of a slope and the finer ones follow from the claim's own measures
        for reference in set(claim.inputs) - set(named):
            problems += _check_reference(plan, reference, path)
    if isinstance(claim.published, list) and len(claim.published) != len(claim.measures):
        message = (
            f"`{path}.published` must have a value for each of the {len(claim.measures)} parts, "
            f"got {len(claim.published)}."
        )
        problems.append((f"{path}.published", message))
    if any(v is not None and not math.isfinite(v) for v in claim.values):
        message = f"`{path}.published` must be finite, got {show(claim.published)}."
        problems.append((f"{path}.published", message))
    if (claim.judge is None) == (claim.blocked is None):
        got = "neither" if claim.judge is None else "both"
        message = f"`{path}` must have either `judge` or `blocked`, got {got}."
        problems.append((f"{path}.judge", message))
    if problems:
        return problems
    problems += check_claim(plan, claim)
    return problems or _check_equal_seeds(plan, claim, path)


def _check_reference(plan: Plan, reference: str, path: str) -> list[Problem]:
    where = f"{path}.measure"
    parts = reference.split(".")
    if len(parts) != 3:
        message = (
            f"`{path}` names {show(reference)}; a measure is written `experiment.arm.measure`."
        )
        return [(where, message)]
    name, arm, measure = parts
    if name not in plan.experiments:
        hint = nearest(name, plan.experiments)
        return [(where, f"`{path}` names `{reference}`, but `{name}` is no experiment. {hint}")]
    experiment = plan.experiments[name]
    if arm not in experiment.arms:
        hint = nearest(arm, experiment.arms)
        return [(where, f"`{path}` names `{reference}`, but `{arm}` is no arm of it. {hint}")]
    if measure not in measures_of(experiment, arm):
        hint = nearest(measure, measures_of(experiment, arm))
        message = f"`{path}` names `{reference}`, but that arm has no `{measure}`. {hint}"
        return [(where, message)]
    return []


def _check_equal_seeds(plan: Plan, claim: Claim, path: str) -> list[Problem]:
    plain = {}
    for name, arm in claim_arms(claim):
        experiment = plan.experiments.get(name)
        if experiment is None or arm not in experiment.arms:
            message = f"`{path}` needs the arm `{name}.{arm}`, which does not exist."
            return [(f"{path}.judge", message)]
        if arm not in experiment.fewer:
            scale = REDUCED if REDUCED in experiment.scales else FULL
            plain[f"{name}.{arm}"] = (
                seeds(experiment, arm, scale),
                extend_to(experiment, arm, scale),
            )
    if len(set(plain.values())) > 1:
        listed = ", ".join(f"{k}: {a} to {b or a}" for k, (a, b) in plain.items())
        message = f"`{path}` compares arms with different `seeds` or `extend_to` ({listed}). Make them equal."
        return [(f"{path}.measure", message)]
    return []


def _check_amendment(plan: Plan, index: int) -> list[Problem]:
    amendment = plan.amendments[index]
    path = f"amendments[{index}]"
    earlier = [a for a in plan.amendments[:index] if a.claim == amendment.claim]
    claim = next((c for c in plan.claims if c.id == amendment.claim), None)
    if claim is None:
        return []
    used = [
        extend_to(plan.experiments[e], arm, FULL) or seeds(plan.experiments[e], arm, FULL)
        for e, arm in claim_arms(claim)
    ]
    least = max([earlier[-1].first_seed if earlier else 0, 0]) + max(used, default=0)
    if amendment.first_seed < least:
        message = (
            f"`{path}.first_seed` must be {least} or more, the first seed that no look has used, "
            f"got {amendment.first_seed}."
        )
        return [(f"{path}.first_seed", message)]
    return []
