"""Arrays over the sentences of all candidates, reduced to their candidates and back."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.reading.readings import Numbers, Readings

Columns = dict[str, NDArray[Any]]
"""Values of every sentence, by the names of features."""
_Value = TypeVar("_Value", bound=np.generic)


def highest(values: NDArray[_Value], owners: Numbers, count: int) -> NDArray[_Value]:
    """Return the highest of the values that each of `count` owners has, 0 where it has none.

    Args:
        values: shape (n, ...).
        owners: ascending, shape (n,).
        count: the number of owners.
    """
    found = np.zeros((count, *values.shape[1:]), dtype=values.dtype)
    if len(owners):
        starts = np.flatnonzero(np.append(True, owners[1:] != owners[:-1]))
        found[owners[starts]] = np.maximum.reduceat(values, starts, axis=0)
    return found


def row_before(readings: Readings) -> Numbers:
    """Return the row of the sentence that leads to each, -1 for none, shape (sentences,)."""
    return np.where(readings.before >= 0, readings.before + readings.firsts[readings.owners], -1)
