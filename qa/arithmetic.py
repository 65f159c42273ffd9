"""What several modules calculate with."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

DAY_SECONDS = 86_400.0
"""Seconds of a day, by definition."""

_Value = TypeVar("_Value", float, NDArray[np.float64])


def logistic(logit: _Value, bound: float) -> _Value:
    """Return 1 / (1 + exp(-logit)), 0 to 1; logits count within ±`bound`, so that exp stays finite."""
    value: _Value = 1.0 / (1.0 + np.exp(-np.clip(logit, -bound, bound)))
    return value
