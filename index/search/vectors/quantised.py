"""A base for many vectors: short codes that are scanned wholly, and vectors of eight bits that the best are read from.

A code has four bits for every four of the directions in which the corpus differs most, 48 bytes for 512 dimensions, so
that a million of them are scanned in about two milliseconds. What is roughly nearest is compared by vectors of eight
bits a number, memory-mapped and shared by all processes. How many are compared is measured when the base is built.
Nothing is divided into lists, so a question that lies far from all passages is answered as well as any other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.models.encoder import Vectors
from index.search.vectors.base import NUMBERS_FILE, Accuracy, Numbers, in_blocks
from index.search.vectors.scanning import (
    CODED_DIMENSIONS,
    Codes,
    CodeScan,
    Mask,
    Rows,
    encoded,
    trained_centroids,
)

Levels = NDArray[np.int8]

LEVELS_FILE, SCALES_FILE, CODES_FILE = "levels.bin", "scales.npy", "codes.bin"
_DIRECTIONS_FILE, _CENTROIDS_FILE = "directions.npy", "centroids.npy"
ACCURACY_FILE = "accuracy.json"
HIGHEST_LEVEL = 127
"""The largest number of eight bits with a sign: a definition."""
_CODED_SHARE = 0.75
"""Share of the directions that are coded: measured on 1,000,000 × 512, where they hold 93 % of the squares; scanning
took 1.8 ms, and 5.3 ms with all of them."""

_CANDIDATES_PER_RESULT = 4
"""Candidates for each passage that is asked for, where that is more: a judgement."""
_MOST_SHARE_SCANNED = 0.25
"""Share of the base above which all allowed vectors are compared, not more candidates taken: a judgement."""
_GATHER_FACTOR = 0.25
"""In the number of allowed vectors below which all of them are compared, √(factor × candidates × vectors): measured on
210,000 × 512, where comparing one took three times as long as taking one more candidate from the scan."""


@dataclass(frozen=True, slots=True)
class Coder:
    """Turns vectors into codes.

    Attributes:
        directions: those in which the vectors differ most, shape (dimensions, coded dimensions).
        centroids: of each four coded dimensions, shape (coded dimensions / 4, 16, 4).
    """

    directions: Vectors
    centroids: Vectors

    @classmethod
    def trained(cls, sample: Vectors) -> Coder:
        """Learn from a sample of unit vectors, shape (n, dimensions)."""
        dimensions = sample.shape[1]
        pairs_of_codes = max(1, round(_CODED_SHARE * dimensions / (2 * CODED_DIMENSIONS)))  # two codes make a byte
        coded = pairs_of_codes * 2 * CODED_DIMENSIONS
        _values, vectors = np.linalg.eigh(sample.T @ sample)  # ascending
        directions = np.zeros((dimensions, coded), dtype=np.float32)
        directions[:, :dimensions] = vectors[:, ::-1][:, :coded]
        return cls(directions, trained_centroids(sample @ directions))

    @classmethod
    def read(cls, folder: Path) -> Coder:
        """Read what `write` wrote."""
        return cls(np.load(folder / _DIRECTIONS_FILE), np.load(folder / _CENTROIDS_FILE))

    def write(self, folder: Path) -> None:
        """Write files."""
        np.save(folder / _DIRECTIONS_FILE, self.directions)
        np.save(folder / _CENTROIDS_FILE, self.centroids)

    @property
    def code_bytes(self) -> int:
        """Bytes of the codes of one vector."""
        return len(self.centroids) // 2

    def codes(self, vectors: Vectors) -> Codes:
        """Return the codes of vectors, shape (n, codes of one vector / 2)."""
        return encoded(vectors @ self.directions, self.centroids)


@dataclass(frozen=True, slots=True)
class StoredVectors:
    """Vectors of eight bits a number: `levels[row] * scales[row]`, where a row's largest number is level 127 or -127.

    A cosine is off by 3e-4 on average and by 2e-3 at most, measured on 210,000 × 512.
    """

    levels: Levels
    scales: Vectors

    def vectors(self, rows: Rows) -> Vectors:
        """Return the vectors of these rows, shape (len(rows), dimensions)."""
        return self.levels.take(rows, axis=0).astype(np.float32) * self.scales[rows, np.newaxis]

    def scores(self, rows: Rows, vector: Vectors) -> Vectors:
        """Return the inner products of these rows with a vector."""
        parts = [self.levels.take(some, axis=0).astype(np.float32) @ vector for some in in_blocks(rows)]
        return np.concatenate(parts) * self.scales[rows] if parts else np.empty(0, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class QuantisedBase:
    """See `Base`."""

    numbers: Numbers
    stored: StoredVectors
    codes: Codes
    coder: Coder
    scan: CodeScan
    measured: Accuracy

    @property
    def accuracy(self) -> Accuracy | None:
        """What was measured when it was built."""
        return self.measured

    @classmethod
    def read(cls, folder: Path, dimensions: int) -> QuantisedBase:
        """Map the files of a base.

        Raises:
            OSError: a file is missing.
            ValueError: one is damaged.
        """
        numbers, scales = (np.asarray(np.load(folder / name, mmap_mode="r")) for name in (NUMBERS_FILE, SCALES_FILE))
        coder = Coder.read(folder)
        levels = map_rows(folder / LEVELS_FILE, np.int8, (len(numbers), dimensions))
        codes = map_rows(folder / CODES_FILE, np.uint8, (len(numbers), coder.code_bytes))
        if scales.shape != numbers.shape or len(coder.directions) != dimensions:
            raise ValueError(f"{folder} is damaged")
        measured = Accuracy(**json.loads((folder / ACCURACY_FILE).read_text()))
        # Read, not through the map: pages that were touched there would stay in memory beside the scan's own copy.
        scan = CodeScan(np.fromfile(folder / CODES_FILE, dtype=np.uint8).reshape(codes.shape), coder.centroids)
        return cls(numbers, StoredVectors(levels, scales), codes, coder, scan, measured)

    def scores(self, rows: Rows, vector: Vectors) -> Vectors:
        """Return the inner products of these rows with a vector."""
        return self.stored.scores(rows, vector)

    def best(self, vector: Vectors, limit: int, keep: Mask | None) -> tuple[Rows, Vectors]:
        """Return up to `limit` of the rows to keep that are nearest; see `Base.best`."""
        rows = self._candidates(vector, limit, keep)
        scores = self.scores(rows, vector)
        if len(rows) > limit:
            best = np.argpartition(-scores, limit - 1)[:limit]
            return rows[best], scores[best]
        return rows, scores

    def _candidates(self, vector: Vectors, limit: int, keep: Mask | None) -> Rows:
        """Return rows to compare: all that are to be kept if they are few, else those that are roughly nearest."""
        total = len(self.numbers)
        measured = self.measured.candidates * max(1.0, total / self.measured.measured_at)
        wanted = max(int(measured), _CANDIDATES_PER_RESULT * limit)
        kept = total if keep is None else int(keep.sum())
        query = vector @ self.coder.directions
        scanned = wanted if keep is None else int(wanted * total / kept)
        if kept > (_GATHER_FACTOR * wanted * total) ** 0.5:
            while scanned < _MOST_SHARE_SCANNED * total:
                rows = self.scan.search(query, scanned)
                rows = rows if keep is None else rows[keep[rows]]
                if len(rows) >= min(wanted, kept) or keep is None:
                    return np.sort(rows[:wanted])
                scanned *= 4  # what may be returned lies further away than the rest
        return np.arange(total) if keep is None else np.flatnonzero(keep)


def map_rows(file: Path, kind: type[np.generic], shape: tuple[int, int]) -> Any:
    """Return the rows of a file without reading it.

    Raises:
        ValueError: it is not as long as it should be.
    """
    if file.stat().st_size != shape[0] * shape[1] * np.dtype(kind).itemsize:
        raise ValueError(f"{file} is damaged")
    return np.asarray(np.memmap(file, dtype=kind, mode="r", shape=shape))
