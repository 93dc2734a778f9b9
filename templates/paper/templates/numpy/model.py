# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""EXAMPLE, to be replaced: the model, a net with one hidden layer, and its gradient.

    h = tanh(x W1 + b1),  z = h W2 + b2,  p(outer ring) = 1 / (1 + exp(-z))

Without hidden units z = x W1 + b1.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

Weights = list[np.ndarray]  # W1 [2, H], b1 [H], W2 [H, 1], b2 [1]; or W1 [2, 1], b1 [1]


def initial_weights(hidden: int, seed: int) -> Weights:
    """Returns weights uniform in +-1/sqrt(inputs of their layer), and biases of 0."""
    generator = np.random.Generator(np.random.Philox(key=[seed, 2]))
    sizes = [2, hidden, 1] if hidden else [2, 1]
    weights: Weights = []
    for inputs, outputs in pairwise(sizes):
        limit = inputs**-0.5
        weights += [generator.uniform(-limit, limit, (inputs, outputs)), np.zeros(outputs)]
    return weights


def logits(weights: Weights, points: np.ndarray) -> np.ndarray:
    """Returns z, `[B]`, for points `[B, 2]`: above 0 where the net says "outer ring"."""
    hidden = np.tanh(points @ weights[0] + weights[1]) if len(weights) == 4 else points  # [B, H]
    return (hidden @ weights[-2] + weights[-1])[:, 0]


def loss(weights: Weights, points: np.ndarray, labels: np.ndarray) -> float:
    """Returns the mean cross-entropy, in nats."""
    z = logits(weights, points)
    return float(np.mean(np.logaddexp(0.0, z) - labels * z))


def gradient(weights: Weights, points: np.ndarray, labels: np.ndarray) -> Weights:
    """Returns the derivatives of `loss`, shaped like the weights."""
    if len(weights) == 2:
        dz = (_logistic(logits(weights, points)) - labels)[:, None] / len(points)  # [B, 1]
        return [points.T @ dz, dz.sum(axis=0)]
    w1, b1, w2, b2 = weights
    h = np.tanh(points @ w1 + b1)  # [B, H]
    dz = (_logistic((h @ w2 + b2)[:, 0]) - labels)[:, None] / len(points)  # [B, 1]
    dx = (dz @ w2.T) * (1.0 - h**2)  # [B, H]
    return [points.T @ dx, dx.sum(axis=0), h.T @ dz, dz.sum(axis=0)]


def _logistic(z: np.ndarray) -> np.ndarray:
    return 0.5 * (1.0 + np.tanh(0.5 * z))
