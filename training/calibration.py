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


def calibration_error(
    confidences: NDArray[np.float64], right: NDArray[np.bool_], weights: NDArray[np.float64] | None = None
) -> float:
    """Return the expected calibration error over ten bins of equal width (Guo et al. 2017), of weighted questions."""
    counts = np.ones(len(confidences)) if weights is None else weights
    bins = np.minimum((confidences * _BINS).astype(int), _BINS - 1)
    error = 0.0
    for one in range(_BINS):
        own = counts * (bins == one)
        if own.sum() > 0:
            error += abs(float(own @ (confidences - right)))
    return error / float(counts.sum())
