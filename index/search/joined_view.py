"""One state of vectors in FAISS and words in tantivy, searched as one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.filters import NO_FILTERS, Filters
from index.models.encoder import Vectors
from index.records import Ranking
from index.search.protocol import Mode, TermStatistics
from index.search.text.view import TextView
from index.search.vectors.view import VectorView
from index.storage.protocol import Storage
from index.text.analysis import Terms

_MOST_ROUNDING = 0.01
"""Difference of a stored vector's cosine from that of eight bits which rounding explains: a limit, five times the
largest that was measured."""


@dataclass(frozen=True)
class JoinedView:
    """See `SearchView`. The text index tells which passages pass a filter, so that both sides know the same ones."""

    vectors: VectorView
    text: TextView
    storage: Storage

    @property
    def revision(self) -> int:
        """The revision of the storage that this view shows."""
        return self.text.revision

    def nearest(self, vector: Vectors, limit: int, filters: Filters = NO_FILTERS) -> Ranking:
        """Return the passages nearest to a unit vector, shape (dimensions,), by cosine."""
        return self.vectors.search(vector, limit, self.text.passages(filters) if filters else None)

    def matching(self, terms: Terms, limit: int, filters: Filters = NO_FILTERS) -> Ranking:
        """Return the passages that match `terms` best, by BM25."""
        return self.text.search(terms, limit, filters)

    def cosines(self, vector: Vectors, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine of each of these passages with a unit vector, NaN for those without one, shape (n,)."""
        found = self.vectors.cosines(vector, numbers)
        return found if self.vectors.base.accuracy is None else self._exact(vector, numbers, found)

    def _exact(self, vector: Vectors, numbers: NDArray[np.int64], cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return cosines by the stored vectors in place of those by vectors of eight bits.

        The storage may be ahead of this view. A passage that it no longer has keeps its cosine, and so does one whose
        vector it has from another model.
        """
        stored = self.storage.vectors(numbers.tolist())
        own = {number: one for number, one in stored.items() if one.shape == vector.shape}
        if not own:
            return cosines
        exact = np.clip(np.concatenate(list(own.values())).reshape(len(own), -1) @ vector, -1.0, 1.0)
        order = np.argsort(numbers)
        rows = order[np.searchsorted(numbers, np.fromiter(own, dtype=np.int64), sorter=order)]
        same = np.abs(exact - cosines[rows]) <= _MOST_ROUNDING  # not for NaN: those are not in this view
        found = cosines.copy()
        found[rows[same]] = exact[same]
        return found

    def bm25(self, terms: Terms, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the BM25 score of each of these passages, 0 for those that match nothing, shape (n,)."""
        return self.text.score(terms, numbers)

    def statistics(self, terms: Terms) -> TermStatistics:
        """Return what BM25 knows of `terms`; removed passages count until tantivy merges their segments."""
        return self.text.statistics(terms)

    def count(self, mode: Mode, terms: Terms, filters: Filters = NO_FILTERS) -> int:
        """Return how many passages pass the filters and can be found; see `SearchView.count`."""
        if mode == "lexical":
            return self.text.count(terms, filters)
        without = self._without_vector
        if filters:
            numbers = self.text.passages(filters)
            passing, without = len(numbers), np.intersect1d(numbers, without, assume_unique=True)
        else:
            passing = self.text.count_all()
        near = passing - len(without)
        return near if mode == "dense" else near + int(np.count_nonzero(self.text.score(terms, without)))

    @cached_property
    def _without_vector(self) -> NDArray[np.int64]:
        """The numbers of the passages without a vector, ascending; few, since a model knows a token of nearly all."""
        if len(self.vectors) == self.text.count_all():
            return np.empty(0, dtype=np.int64)
        return np.setdiff1d(self.text.passages(NO_FILTERS), self.vectors.alive_numbers(), assume_unique=True)
