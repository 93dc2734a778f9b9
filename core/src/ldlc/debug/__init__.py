# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What finds the mistake in a model before a replication does: shapes, gradients, one batch learnt by heart.

For a paper's tests, with Sonnet, Keras and plain TensorFlow; docs/debugging.md shows each. Nothing here is
part of a run, so that mending it leaves every recorded run valid.
"""

from ldlc.debug.gradient_norms import GradientNorms, LayerNorms, gradient_norms
from ldlc.debug.gradients import GradientCheck, Probe, check_gradients
from ldlc.debug.overfitting import Overfit, overfit_one_batch
from ldlc.debug.shapes import Row, ShapeReport, shape_report

__all__ = [
    "GradientCheck",
    "GradientNorms",
    "LayerNorms",
    "Overfit",
    "Probe",
    "Row",
    "ShapeReport",
    "check_gradients",
    "gradient_norms",
    "overfit_one_batch",
    "shape_report",
]
