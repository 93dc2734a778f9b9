# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A replication, from its text alone, of Hochreiter and Schmidhuber (1997), long short-term memory."""
