"""A base for few vectors: every search looks at every vector, stored in two bytes a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.models.encoder import Vectors
from index.search.vectors.base import NUMBERS_FILE, Accuracy, Numbers, in_blocks
from index.search.vectors.scanning import HalfScan, Mask, Rows, write_halves

_HALVES_FILE = "halves.faiss"


@dataclass(frozen=True, slots=True)
class ExactBase:
    """See `Base`."""

    numbers: Numbers
    scan: HalfScan

    @property
    def accuracy(self) -> Accuracy | None:
        """None: every search is exact."""
        return None

    @classmethod
    def empty(cls, dimensions: int) -> ExactBase:
        """Return a base without vectors, for a corpus that has none on disk yet."""
        return cls(np.empty(0, dtype=np.int64), HalfScan.empty(dimensions))

    @classmethod
    def read(cls, folder: Path) -> ExactBase:
        """Map the files that `write_exact` wrote."""
        return cls(np.load(folder / NUMBERS_FILE), HalfScan.read(folder / _HALVES_FILE))

    def vectors(self, rows: Rows) -> Vectors:
        """Return the vectors of these rows, shape (len(rows), dimensions)."""
        return np.asarray(self.scan.halves()[rows], dtype=np.float32)

    def scores(self, rows: Rows, vector: Vectors) -> Vectors:
        """Return the inner products of these rows with a vector."""
        return self.vectors(rows) @ vector

    def best(self, vector: Vectors, limit: int, keep: Mask | None) -> tuple[Rows, Vectors]:
        """Return up to `limit` of the rows to keep that are nearest; see `Base.best`."""
        return self.scan.search(vector, min(limit, len(self.numbers)), keep)

    def blocks(self, keep: Mask) -> Iterator[tuple[Numbers, Vectors]]:
        """Yield the numbers and vectors of the rows to keep."""
        for rows in in_blocks(np.flatnonzero(keep)):
            yield self.numbers[rows], self.vectors(rows)


def write_exact(folder: Path, dimensions: int, blocks: list[tuple[Numbers, Vectors]]) -> None:
    """Write the files of an exact base."""
    numbers = [own for own, _vectors in blocks]
    np.save(folder / NUMBERS_FILE, np.concatenate(numbers) if numbers else np.empty(0, dtype=np.int64))
    write_halves(folder / _HALVES_FILE, dimensions, (vectors for _own, vectors in blocks))
