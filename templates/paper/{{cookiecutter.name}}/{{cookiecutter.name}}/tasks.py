# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""EXAMPLE, to be replaced: the task, points of two rings."""

from __future__ import annotations

import numpy as np

TRAINING, TEST = 0, 1


def rings(points: int, seed: int, part: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns points around the origin, half of them on an inner ring and half on an outer one.

    The rings have the radii 1 and 2 and a standard deviation of 0.3 across, so they overlap: whoever
    draws the best line between them, the circle of radius 1.5, is wrong on 4.8 % of all points.

    Args:
      points: How many points.
      seed: Equal seeds give equal points.
      part: `TRAINING` or `TEST`: other points of the same rings.

    Returns:
      Points `[points, 2]`, and labels `[points]`, 1 for the outer ring; float32.
    """
    generator = np.random.Generator(np.random.Philox(key=[seed, part]))
    labels = np.arange(points) % 2
    radius = 1.0 + labels + 0.3 * generator.standard_normal(points)
    angle = generator.uniform(0.0, 2.0 * np.pi, points)
    places = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)  # [points, 2]
    return places.astype(np.float32), labels.astype(np.float32)
