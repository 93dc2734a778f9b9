# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A paper's plan, `paper.toml`: typed, strict, read without running any code."""

from ldlc.plan.folder import PLAN_FILE, PaperFolder, PlanError, load, package_of
from ldlc.plan.model import (
    Amendment,
    Claim,
    Engine,
    Experiment,
    Judge,
    Measure,
    Plan,
    Scale,
)
from ldlc.plan.pin import pinned_core, project_urls
from ldlc.plan.resolve import (
    FULL,
    REDUCED,
    SMOKE,
    amendments,
    claim_arms,
    default_scale,
    extend_to,
    fingerprint,
    first_seed,
    measure_of,
    measures_of,
    needed_seeds,
    resolve_config,
    scales,
    seeds,
)
from ldlc.plan.schema import json_schema

__all__ = [
    "FULL",
    "PLAN_FILE",
    "REDUCED",
    "SMOKE",
    "Amendment",
    "Claim",
    "Engine",
    "Experiment",
    "Judge",
    "Measure",
    "PaperFolder",
    "Plan",
    "PlanError",
    "Scale",
    "amendments",
    "claim_arms",
    "default_scale",
    "extend_to",
    "fingerprint",
    "first_seed",
    "json_schema",
    "load",
    "measure_of",
    "measures_of",
    "needed_seeds",
    "package_of",
    "pinned_core",
    "project_urls",
    "resolve_config",
    "scales",
    "seeds",
]
