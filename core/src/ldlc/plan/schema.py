# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON Schema of `paper.toml`, for editors; the types are its only source."""

from __future__ import annotations

import json

import msgspec

from ldlc.plan.model import Plan


def json_schema() -> str:
    """Returns the schema as JSON text; `ldlc plan --schema` writes it, a test keeps it in step."""
    schema = msgspec.json.schema(Plan)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "paper.toml",
    } | schema
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"
