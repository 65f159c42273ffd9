"""How well confidences separate and how honest they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_BINS = 10


def area_under_curve(answerable: NDArray[np.float64], unanswerable: NDArray[np.float64]) -> float:
    """Return the chance that an answerable question has the higher confidence, a tie counting half (AUROC)."""
    ordered = np.sort(unanswerable)
    below = np.searchsorted(ordered, answerable, side="left")
    not_above = np.searchsorted(ordered, answerable, side="right")
    return float((below + not_above).mean() / 2 / len(ordered))


def calibration_error(confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error over ten bins of equal width (Guo et al. 2017)."""
    bins = np.minimum((confidences * _BINS).astype(int), _BINS - 1)
    error = 0.0
    for one in range(_BINS):
        inside = bins == one
        if inside.any():
            error += float(inside.mean()) * abs(float(confidences[inside].mean()) - float(right[inside].mean()))
    return error
