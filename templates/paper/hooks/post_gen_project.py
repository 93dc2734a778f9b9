# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# ruff: noqa: F821 - cookiecutter fills in what stands in braces
"""Prepares a new paper for life outside the monorepo, and says what comes next."""

import sys
from pathlib import Path

sys.path.insert(0, {{cookiecutter.template | text}})
from ldlc_scaffold import fill_wheel_cache

fill_wheel_cache({{cookiecutter.core | text}})
print(f"\nMade {Path.cwd()}\n  cd {Path.cwd()}\n  nox -s tests replicate")
print("That is the template's example; EXAMPLE.md there says how to put your paper in its place.")
