"""What a base of vectors is: the larger part of the vectors, written once, searched by whoever has it mapped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.models.encoder import Vectors
from index.search.vectors.scanning import Mask, Rows

Numbers = NDArray[np.int64]

NUMBERS_FILE = "numbers.npy"
_BLOCK_ROWS = 8192
"""Vectors that are taken at once where all are gone through: a limit on memory, 17 MB at 512 dimensions."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How an approximate base searches.

    Attributes:
        recall: share of the ten nearest that it found when it was measured.
        candidates: vectors that are compared after the rough scan, when it was measured.
        measured_at: vectors that the base had then.
        trained_at: vectors that the base had when its centroids were trained.
    """

    recall: float
    candidates: int
    measured_at: int
    trained_at: int


class Base(Protocol):
    """Row i is the vector of passage `numbers[i]`, numbers ascending. Nothing in it changes."""

    @property
    def numbers(self) -> Numbers:
        """The passages' numbers, shape (n,)."""

    @property
    def accuracy(self) -> Accuracy | None:
        """How it searches; None if every search is exact."""

    def scores(self, rows: Rows, vector: Vectors) -> Vectors:
        """Return the inner products of these rows with a vector."""

    def best(self, vector: Vectors, limit: int, keep: Mask | None) -> tuple[Rows, Vectors]:
        """Return up to `limit` of the rows to keep that are nearest, and their inner products, in any order.

        Args:
            vector: shape (dimensions,).
            limit: how many at most.
            keep: which rows may be returned, shape (n,), at least one; None allows all.
        """


def in_blocks(rows: Rows) -> Iterator[Rows]:
    """Yield rows a few thousand at a time."""
    for first in range(0, len(rows), _BLOCK_ROWS):
        yield rows[first : first + _BLOCK_ROWS]
