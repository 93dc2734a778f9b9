# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prepares a new paper for life outside the monorepo, and says what comes next."""

import sys

sys.path.insert(0, {{ cookiecutter.template | text }})
from ldlc_scaffold import fill_wheel_cache  # noqa: E402

fill_wheel_cache({{ cookiecutter.core | text }})
print()
print("Made", {{ cookiecutter.folder | text }})
print("  cd", {{ cookiecutter.folder | text }})
print("  nox -s tests replicate    # the example; README.md there says how to put your paper in its place")
