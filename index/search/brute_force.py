"""Search of a storage in memory by looking at every passage: the oracle of the other indexes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.filters import NO_FILTERS, Filters
from index.model_in_use import ModelInUse
from index.models.encoder import Vectors
from index.reading.searched import NOTHING_ANALYSED, Analysed
from index.records import Ranking
from index.search.bm25 import (
    DOCUMENTS_BESIDE_PASSAGES,
    FIRST_TERMS,
    MISSPELT_WEIGHT,
    TITLE_WEIGHT,
    field_length,
    inverse_document_frequency,
    is_one_edit_away,
    misspelt_terms,
    term_score,
)
from index.search.protocol import IndexFigures, Mode, TermStatistics
from index.storage.memory.state import State, passes
from index.storage.memory.storage import MemoryStorage
from index.text.analysis import Terms, analyse

_FIELDS = ("accented", "folded", "pairs", "title")


@dataclass(frozen=True)
class BruteForceView:
    """See `SearchView`. Every score is computed anew from one state of the storage."""

    state: State

    @property
    def revision(self) -> int:
        """The revision of the storage that this view shows."""
        return self.state.revision

    def nearest(self, vector: Vectors, limit: int, filters: Filters = NO_FILTERS) -> Ranking:
        """Return the passages nearest to a unit vector, shape (dimensions,), by cosine."""
        numbers = self._passing(filters) if vector.any() else []
        cosines = self.cosines(vector, np.array(numbers, dtype=np.int64))
        scores = zip(numbers, cosines.tolist(), strict=True)
        return _best({number: cosine for number, cosine in scores if not np.isnan(cosine)}, limit)

    def matching(self, terms: Terms, limit: int, filters: Filters = NO_FILTERS) -> Ranking:
        """Return the passages that match `terms` best, by BM25."""
        return _best(self._matching(terms, self._passing(filters)), limit)

    def cosines(self, vector: Vectors, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine of each of these passages with a unit vector, NaN for those without one, shape (n,)."""
        passages = self.state.passages
        own = [passages[number].vector if number in passages else None for number in numbers.tolist()]
        cosines = [np.nan if one is None else np.clip(one @ vector, -1.0, 1.0) for one in own]
        return np.array(cosines, dtype=np.float32)

    def bm25(self, terms: Terms, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the BM25 score of each of these passages, 0 for those that match nothing, shape (n,)."""
        passages = self.state.passages
        scores = [self._score(terms, number) if number in passages else 0.0 for number in numbers.tolist()]
        return np.array(scores, dtype=np.float32)

    def statistics(self, terms: Terms) -> TermStatistics:
        """Return what BM25 knows of `terms`."""
        return TermStatistics(
            len(self.state.passages),
            *(
                {term: self._passages_with[field][term] for term in values}
                for field, values in zip(_FIELDS[:3], (terms.accented, terms.folded, terms.pairs), strict=True)
            ),
        )

    def count(self, mode: Mode, terms: Terms, filters: Filters = NO_FILTERS) -> int:
        """Return how many passages pass the filters and can be found; see `SearchView.count`."""
        passing = self._passing(filters)
        near = {number for number in passing if self.state.passages[number].vector is not None}
        matching = set(self._matching(terms, passing))
        return len(near if mode == "dense" else matching if mode == "lexical" else near | matching)

    def _matching(self, terms: Terms, numbers: Sequence[int]) -> dict[int, float]:
        scores = {number: self._score(terms, number) for number in numbers}
        return {number: score for number, score in scores.items() if score > 0}

    def _passing(self, filters: Filters) -> list[int]:
        articles = self.state.articles
        return [
            number for number, one in sorted(self.state.passages.items()) if passes(articles[one.article_id], filters)
        ]

    @cached_property
    def _documents(self) -> dict[int, dict[str, Counter[str]]]:
        """The terms of every passage by field."""
        documents = {}
        for number, one in self.state.passages.items():
            own = analyse(f"{self.state.header_of(number)}\n{self.state.text_of(number)}")
            title = analyse(self.state.articles[one.article_id].article.title)
            documents[number] = {
                "accented": Counter(own.accented),
                "folded": Counter(own.folded),
                "pairs": Counter(own.pairs),
                "title": Counter((*title.folded, *title.pairs)),
            }
        return documents

    @cached_property
    def _passages_with(self) -> dict[str, Counter[str]]:
        """The number of passages that hold a term, by field."""
        return {field: Counter(term for one in self._documents.values() for term in one[field]) for field in _FIELDS}

    @property
    def _count(self) -> int:
        return len(self._documents) + DOCUMENTS_BESIDE_PASSAGES

    @cached_property
    def _average_length(self) -> dict[str, float]:
        lengths = {field: sum(one[field].total() for one in self._documents.values()) for field in _FIELDS}
        return {field: length / self._count for field, length in lengths.items()}

    def _score(self, terms: Terms, number: int) -> float:
        total = 0.0
        for field, values in (("accented", terms.accented), ("folded", terms.folded), ("pairs", terms.pairs)):
            for term in dict.fromkeys(values[:FIRST_TERMS]):
                total += self._term_score(field, term, number)
                if field != "accented":
                    total += TITLE_WEIGHT * self._term_score("title", term, number)
        rarest = MISSPELT_WEIGHT * inverse_document_frequency(1, len(self._documents))
        for term in misspelt_terms(terms, lambda term: self._passages_with["folded"][term] > 0):
            if any(is_one_edit_away(term, other) for other in self._documents[number]["folded"]):
                total += rarest
        return total

    def _term_score(self, field: str, term: str, number: int) -> float:
        own = self._documents[number][field]
        weight = inverse_document_frequency(self._passages_with[field][term], self._count)
        return term_score(weight, own[term], field_length(own.total()), self._average_length[field])


class BruteForceIndex:
    """See `SearchIndex`. There is nothing to follow: a view is the state of the storage itself."""

    def __init__(self, storage: MemoryStorage, model: ModelInUse) -> None:
        self._storage = storage
        self._model = model

    def view(self) -> BruteForceView:
        """Return the present state."""
        while True:
            self._model.follow()
            with self._storage.reading():
                if self._model.is_still(self._model.since):
                    return BruteForceView(self._storage.state)

    def follow(self, analysed: Mapping[str, Analysed] = NOTHING_ANALYSED) -> None:
        """Do nothing."""

    def merge(self) -> None:
        """Do nothing."""

    def problems(self) -> Iterator[str]:
        """Yield nothing: there is no cache that could differ."""
        yield from ()

    def figures(self) -> IndexFigures:
        """Return that every vector is in memory."""
        return IndexFigures("exact", 0, sum(one.vector is not None for one in self._storage.state.passages.values()))

    def close(self) -> None:
        """Do nothing."""


def _best(scores: dict[int, float], limit: int) -> Ranking:
    ordered = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[: max(limit, 0)]
    numbers: NDArray[np.int64] = np.array([number for number, _ in ordered], dtype=np.int64)
    return Ranking(numbers, np.array([score for _, score in ordered], dtype=np.float32))
