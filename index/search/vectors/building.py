"""Writing a base for many vectors, and measuring how many candidates a search of it needs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from index.models.encoder import Vectors
from index.search.vectors.base import NUMBERS_FILE, Accuracy, Numbers, in_blocks
from index.search.vectors.quantised import (
    ACCURACY_FILE,
    CODES_FILE,
    HIGHEST_LEVEL,
    LEVELS_FILE,
    SCALES_FILE,
    Coder,
    Levels,
    QuantisedBase,
    StoredVectors,
    map_rows,
)
from index.search.vectors.scanning import CodeScan, Mask, Rows, nearest_of

_TRAINING_SAMPLE = 16_384
"""Vectors that directions and centroids are learned from: a judgement, 1,000 for each centroid."""
RECALL = 0.98
"""Least share of the ten nearest that a search is to find: a limit."""
_MARGIN = 1.1
"""Factor over the candidates that reached it when it was measured: a judgement."""
_MEASURED_QUERIES = 256
"""Queries that recall is measured with: a judgement, for 2,560 neighbours."""
_PASSAGES_IN_QUERY = 8
"""Stored vectors whose sum is such a query: measured on 210,000 news passages with 300 Vietnamese questions on other
subjects. The questions' nearest passages had a cosine of .30, those of such sums .34, those of stored vectors .52, and
98 % of ten needed 700, 1,200 and 90 candidates."""
_MEASURED_NEAREST = 10
"""Neighbours that count: a definition, recall@10."""
_MOST_CANDIDATES = 16_384
"""Candidates beyond which no more are tried: a limit, about 3 ms at 512 dimensions."""
_LEAST_CANDIDATES = 400
"""Candidates of any search: a judgement, four for each passage that a question looks at."""
_OUTGROWN = 4
"""Factor by which a base may grow before its centroids are trained anew: a judgement."""
_MEASURED_AGAIN = 1.5
"""Factor by which a base may grow before recall is measured again: a judgement. Until then candidates grow with it."""


class QuantisedWriter:
    """Writes the files of a base, blocks of vectors one after the other, so that memory holds a block of them.

    Nothing is written through a map of a file, since a full disk would end the process.
    """

    def __init__(self, folder: Path, dimensions: int) -> None:
        """Begin a base in an empty folder."""
        self._folder = folder
        self._dimensions = dimensions
        self._stream = (folder / LEVELS_FILE).open("wb")
        self._numbers: list[Numbers] = []
        self._scales: list[Vectors] = []

    def copy(self, base: QuantisedBase, keep: Mask) -> None:
        """Append the rows to keep of another base as they are."""
        for rows in in_blocks(np.flatnonzero(keep)):
            self._append(base.numbers[rows], base.stored.levels[rows], base.stored.scales[rows])

    def add(self, numbers: Numbers, vectors: Vectors) -> None:
        """Append unit vectors, shape (n, dimensions)."""
        for rows in in_blocks(np.arange(len(numbers))):
            block = vectors[rows]
            scales = np.maximum(np.abs(block).max(axis=1), np.finfo(np.float32).tiny) / HIGHEST_LEVEL
            levels = np.rint(block / scales[:, np.newaxis]).astype(np.int8)
            self._append(numbers[rows], levels, scales.astype(np.float32))

    def _append(self, numbers: Numbers, levels: Levels, scales: Vectors) -> None:
        self._stream.write(levels.tobytes())
        self._numbers.append(numbers)
        self._scales.append(scales)

    def finish(self, previous: QuantisedBase | None = None, kept: Mask | None = None) -> None:
        """Write codes and what is measured.

        Args:
            previous: whose coder is used again, unless there are too many vectors for it.
            kept: the rows of `previous` that were copied before anything was added; their codes are copied too.
        """
        self._stream.close()
        numbers, scales = np.concatenate(self._numbers), np.concatenate(self._scales)
        count = len(numbers)
        stored = StoredVectors(map_rows(self._folder / LEVELS_FILE, np.int8, (count, self._dimensions)), scales)
        if previous is not None and count > _OUTGROWN * previous.measured.trained_at:
            previous = kept = None
        coder = previous.coder if previous is not None else Coder.trained(_sample(stored))
        copied = np.flatnonzero(kept) if kept is not None else np.empty(0, dtype=np.int64)
        with (self._folder / CODES_FILE).open("wb") as stream:
            if previous is not None:
                for rows in in_blocks(copied):
                    stream.write(previous.codes[rows].tobytes())
            for rows in in_blocks(np.arange(len(copied), count)):
                stream.write(coder.codes(stored.vectors(rows)).tobytes())
        coder.write(self._folder)
        np.save(self._folder / NUMBERS_FILE, numbers)
        np.save(self._folder / SCALES_FILE, scales)
        if previous is not None and count < _MEASURED_AGAIN * previous.measured.measured_at:
            measured = previous.measured
        else:
            codes = map_rows(self._folder / CODES_FILE, np.uint8, (count, coder.code_bytes))
            trained_at = count if previous is None else previous.measured.trained_at
            measured = _measured(stored, coder, CodeScan(codes, coder.centroids), trained_at)
        (self._folder / ACCURACY_FILE).write_text(json.dumps(asdict(measured)))


def _sample(stored: StoredVectors) -> Vectors:
    count = len(stored.scales)
    rows = np.random.default_rng(count).choice(count, min(count, _TRAINING_SAMPLE), replace=False)
    return stored.vectors(np.sort(rows))


def _measured(stored: StoredVectors, coder: Coder, scan: CodeScan, trained_at: int) -> Accuracy:
    """Return how many candidates find enough of the ten nearest of queries that are far from every passage."""
    count = len(stored.scales)
    parts = np.random.default_rng(count).integers(0, count, (_PASSAGES_IN_QUERY, _MEASURED_QUERIES))
    queries = np.sum([stored.vectors(rows) for rows in parts], axis=0, dtype=np.float32)
    queries /= np.maximum(np.linalg.norm(queries, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    nearest = _nearest(stored, queries)
    places = np.full(nearest.shape, count, dtype=np.int64)
    for query, truth, own in zip(queries @ coder.directions, nearest, places, strict=True):
        found = scan.search(query, min(_MOST_CANDIDATES, count))
        place_of = dict(zip(found.tolist(), range(len(found)), strict=True))
        own[:] = [place_of.get(row, count) for row in truth.tolist()]
    enough = int(np.quantile(places, RECALL, method="higher")) + 1
    candidates = min(max(int(_MARGIN * enough), _LEAST_CANDIDATES), _MOST_CANDIDATES)
    return Accuracy(float((places < candidates).mean()), candidates, count, trained_at)


def _nearest(stored: StoredVectors, queries: Vectors) -> Rows:
    """Return the rows nearest to each query, by looking at all."""
    depth = min(_MEASURED_NEAREST, len(stored.scales))
    best = np.full((len(queries), depth), -np.inf, dtype=np.float32)
    best_rows = np.zeros((len(queries), depth), dtype=np.int64)
    for block in in_blocks(np.arange(len(stored.scales))):
        scores, rows = nearest_of(queries, stored.vectors(block), min(depth, len(block)))
        scores, rows = np.hstack([best, scores]), np.hstack([best_rows, block[rows]])
        order = np.argsort(-scores, axis=1, kind="stable")[:, :depth]
        best, best_rows = np.take_along_axis(scores, order, 1), np.take_along_axis(rows, order, 1)
    return best_rows
