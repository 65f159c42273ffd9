"""The interfaces of what is searched: `SearchView`, which `qa` searches, and the `SearchIndex` behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from index.filters import NO_FILTERS, Filters
from index.models.encoder import Vectors
from index.reading.searched import NOTHING_ANALYSED, Analysed
from index.records import Ranking
from index.text.analysis import Terms

Mode = Literal["hybrid", "dense", "lexical"]
MODES: tuple[Mode, ...] = get_args(Mode)


@dataclass(frozen=True, slots=True)
class TermStatistics:
    """What BM25 knows of the terms of one query.

    Attributes:
        passages: number of passages in the index.
        accented: number of passages that hold each accented syllable; the others likewise.
        folded: the same for each syllable without accents.
        pairs: the same for each pair of neighbouring syllables without accents.
    """

    passages: int
    accented: Mapping[str, int]
    folded: Mapping[str, int]
    pairs: Mapping[str, int]


class SearchView(Protocol):
    """One state of the corpus to search in. Nothing changes it, and any thread may use it."""

    @property
    def revision(self) -> int:
        """The revision of the storage that this view shows."""

    def nearest(self, vector: Vectors, limit: int, filters: Filters = NO_FILTERS) -> Ranking:
        """Return the passages nearest to a unit vector, shape (dimensions,), by cosine.

        A large index may miss a few, and give cosines that are off by the rounding of what it holds.
        """

    def matching(self, terms: Terms, limit: int, filters: Filters = NO_FILTERS) -> Ranking:
        """Return the passages that match `terms` best, by BM25."""

    def cosines(self, vector: Vectors, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine of each of these passages with a unit vector, NaN for those without one, shape (n,)."""

    def bm25(self, terms: Terms, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the BM25 score of each of these passages, 0 for those that match nothing, shape (n,)."""

    def statistics(self, terms: Terms) -> TermStatistics:
        """Return what BM25 knows of `terms`."""

    def count(self, mode: Mode, terms: Terms, filters: Filters = NO_FILTERS) -> int:
        """Return how many passages pass the filters and can be found.

        In mode "dense" those with a vector, in "lexical" those that match any of `terms`, in "hybrid" those of either.
        """


@dataclass(frozen=True, slots=True)
class IndexFigures:
    """What an index says of itself, for people.

    Attributes:
        kind: how the base is searched: every vector looked at, or short codes first.
        base_vectors: vectors in the base on disk.
        tail_vectors: vectors in the tail in memory, always searched exactly.
        recall: share of the ten nearest that was found when the base was measured, None if it is exact.
        candidates: vectors that a search then compared, None if it is exact.
    """

    kind: Literal["exact", "quantised"]
    base_vectors: int
    tail_vectors: int
    recall: float | None = None
    candidates: int | None = None


class SearchIndex(Protocol):
    """What is searched, made from a storage and following it."""

    def view(self) -> SearchView:
        """Return a state that holds everything acknowledged by any process.

        Raises:
            ModelError: the corpus was switched to a model that cannot be loaded here.
        """

    def follow(self, analysed: Mapping[str, Analysed] = NOTHING_ANALYSED) -> None:
        """Take in what was committed, so that every later view of any process shows it.

        Args:
            analysed: the words of what was committed, by `searched_text`, as far as they are known.

        Raises:
            CorpusError: the index cannot be written; what was stored is taken in at a later try.
        """

    def merge(self) -> None:
        """Bring the index into its best form for searching."""

    def problems(self) -> Iterator[str]:
        """Yield where the index differs from the storage, and the remedy."""

    def figures(self) -> IndexFigures:
        """Return what the index says of itself."""

    def close(self) -> None:
        """Let go of files; work in the background is waited for."""
