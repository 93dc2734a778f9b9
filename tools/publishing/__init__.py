# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Publishes a folder of the monorepo as a GitHub repository of its own, and takes back what was merged there."""
