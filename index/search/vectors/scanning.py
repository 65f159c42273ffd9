"""What FAISS does here: scans of all vectors of a base. The only file that imports faiss.

FAISS spreads its work over all threads of OpenMP, which wait for each other busily. A base of 32,000 vectors took 3.5
instead of 1.0 core-seconds to build where other processes had work too. So all that computes here sets one thread
first; OpenMP keeps that number for each thread of Python by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.models.encoder import Vectors

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
Codes = NDArray[np.uint8]

CENTROIDS = 16
"""Centroids that one code chooses among: a definition, since FAISS scans codes of four bits by table look-ups in
registers."""
CODED_DIMENSIONS = 4
"""Numbers that share one code: measured on 1,000,000 × 512, where codes of eight numbers needed 4 times the candidates
for the same recall."""
_ROUNDS = 10
"""Rounds of k-means for the centroids: a judgement; 25 found nothing more on 210,000 × 512."""


class HalfScan:
    """Vectors of two bytes a number, memory-mapped and all looked at, so that the search is exact."""

    def __init__(self, index: Any) -> None:
        """Wrap a FAISS index; use `read` and `empty`."""
        self._index = index
        self.dimensions = int(index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @classmethod
    def empty(cls, dimensions: int) -> HalfScan:
        """Return a scan of nothing."""
        return cls(_half_index(dimensions))

    @classmethod
    def read(cls, file: Path) -> HalfScan:
        """Map a file that `write_halves` wrote.

        Raises:
            RuntimeError: FAISS cannot read it.
            AttributeError: it holds another kind of index.
        """
        index = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
        if index.codes.size() != index.ntotal * index.d * np.dtype(np.float16).itemsize:
            raise ValueError(f"{file} is damaged")
        return cls(index)

    def halves(self) -> NDArray[np.float16]:
        """Return the vectors without copying them, shape (n, dimensions)."""
        if not len(self):
            return np.empty((0, self.dimensions), dtype=np.float16)
        stored: Codes = faiss.rev_swig_ptr(self._index.codes.data(), self._index.codes.size())
        return stored.view(np.float16).reshape(len(self), self.dimensions)

    def search(self, vector: Vectors, limit: int, keep: Mask | None) -> tuple[Rows, Vectors]:
        """Return up to `limit` rows among those to keep with the highest inner products, and these, best first."""
        parameters = None
        if keep is not None:
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(np.packbits(keep, bitorder="little")))
        faiss.omp_set_num_threads(1)
        scores, rows = self._index.search(vector[np.newaxis], limit, params=parameters)
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]


class CodeScan:
    """Codes of four bits, all looked at: which vectors are roughly nearest."""

    def __init__(self, codes: Codes, centroids: Vectors) -> None:
        """Arrange codes for scanning, which takes their size in memory.

        Args:
            codes: shape (n, codes of one vector / 2).
            centroids: shape (codes of one vector, 16, 4).
        """
        faiss.omp_set_num_threads(1)
        plain = faiss.IndexPQ(*_shape(centroids), 4, faiss.METRIC_INNER_PRODUCT)
        plain.pq, plain.is_trained = _quantiser(centroids), True
        plain.add_sa_codes(codes)
        self._index = faiss.IndexPQFastScan(plain)

    def search(self, query: Vectors, limit: int) -> Rows:
        """Return the `limit` rows that are roughly nearest, best first; `query` has the coded dimensions."""
        faiss.omp_set_num_threads(1)
        rows = self._index.search(query[np.newaxis], limit)[1][0]
        return np.asarray(rows[rows >= 0], dtype=np.int64)


def write_halves(file: Path, dimensions: int, blocks: Iterable[Vectors]) -> None:
    """Write vectors for `HalfScan`."""
    faiss.omp_set_num_threads(1)
    index = _half_index(dimensions)
    for block in blocks:
        index.add(block)
    faiss.write_index(index, str(file))


def trained_centroids(sample: Vectors) -> Vectors:
    """Return the centroids of each four neighbouring dimensions of a sample, shape (dimensions / 4, 16, 4)."""
    quantiser = faiss.ProductQuantizer(sample.shape[1], sample.shape[1] // CODED_DIMENSIONS, 4)
    quantiser.cp.niter = _ROUNDS
    faiss.omp_set_num_threads(1)
    quantiser.train(sample)
    return np.asarray(faiss.vector_to_array(quantiser.centroids), dtype=np.float32).reshape(
        -1, CENTROIDS, CODED_DIMENSIONS
    )


def encoded(vectors: Vectors, centroids: Vectors) -> Codes:
    """Return the codes of vectors that have the coded dimensions, shape (n, codes of one vector / 2)."""
    faiss.omp_set_num_threads(1)
    return np.asarray(_quantiser(centroids).compute_codes(vectors), dtype=np.uint8)


def nearest_of(queries: Vectors, vectors: Vectors, limit: int) -> tuple[Vectors, Rows]:
    """Return for each query the highest inner products with `vectors`, and their rows, shape (queries, limit)."""
    faiss.omp_set_num_threads(1)
    scores, rows = faiss.knn(queries, vectors, limit, metric=faiss.METRIC_INNER_PRODUCT)
    return scores, rows


def _half_index(dimensions: int) -> Any:
    return faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


def _quantiser(centroids: Vectors) -> Any:
    quantiser = faiss.ProductQuantizer(*_shape(centroids), 4)
    faiss.copy_array_to_vector(centroids.ravel(), quantiser.centroids)
    return quantiser


def _shape(centroids: Vectors) -> tuple[int, int]:
    """Return the coded dimensions and the number of codes of one vector."""
    return len(centroids) * CODED_DIMENSIONS, len(centroids)
