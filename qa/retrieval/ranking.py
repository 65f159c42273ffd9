"""From a question to ranked candidates: asks both sides of the search and joins their scores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from index.filters import Filters
from index.models.builtin.encoder import builtin_static_model
from index.models.encoder import BUILTIN_MODEL, Encoder, Vectors
from index.records import Ranking
from index.search.protocol import Mode, SearchView
from index.text.acronyms import AS_IT_IS, Rewording, mentions, rewording, without_overlaps
from index.text.analysis import Terms, analyse
from index.text.definitions import definitions
from qa.answers import SideScore
from qa.evidence.query import EvidenceQuery
from qa.retrieval.background import BUILTIN, Background
from qa.retrieval.beside import Beside
from qa.retrieval.fusion import fuse
from qa.retrieval.wordings import OtherTerms, WordsKnown, other_terms, scores_in, together, words_known
from qa.stages import stage


@dataclass(frozen=True, slots=True)
class Query:
    """A question, ready for searching.

    Attributes:
        text: the question, normalised.
        terms: its terms, for the lexical side.
        others: the terms of its other wordings.
        rewording: what it calls the things that have an abbreviation.
        vector: its vector, for the dense side, shape (dimensions,).
        builtin_vector: its vector by the built-in model, which reading compares sentences with, whatever the encoder.
        background: what its cosines stand out from.
    """

    text: str
    terms: Terms
    vector: Vectors
    builtin_vector: Vectors
    others: tuple[OtherTerms, ...] = ()
    rewording: Rewording = AS_IT_IS
    background: Background = BUILTIN


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer, with its scores.

    Attributes:
        number: the passage's number in the index.
        score: the score that orders candidates; its meaning depends on the mode.
        dense: cosine and rank, from the dense side.
        lexical: BM25 and rank, from the lexical side.
        fused: the score by fusion, in every mode.
        explained: BM25 as a share of the best possible, in every mode.
    """

    number: int
    score: float
    dense: SideScore
    lexical: SideScore
    fused: float
    explained: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates, best first. Every array has shape (n,).

    Attributes:
        numbers: the passages' numbers in the index.
        scores: what orders them; its meaning depends on the mode.
        cosines: NaN where a passage has none.
        dense_ranks: their ranks on the dense side; 0 where it did not find them.
        matches: BM25; 0 where no word matches.
        lexical_ranks: their ranks on the lexical side; 0 where it did not find them.
        fused: the scores by fusion, in every mode.
        explained: BM25 as a share of the best possible, in every mode.
        mode: the sides of the search that were asked.
        known: what the index knows of the question's words.
    """

    numbers: NDArray[np.int64]
    scores: NDArray[np.float64]
    cosines: NDArray[np.float64]
    dense_ranks: NDArray[np.int64]
    matches: NDArray[np.float64]
    lexical_ranks: NDArray[np.int64]
    fused: NDArray[np.float64]
    explained: NDArray[np.float64]
    mode: Mode
    known: WordsKnown

    def __len__(self) -> int:
        return len(self.numbers)

    def at(self, rows: NDArray[np.int64] | slice) -> Ranked:
        """Return these candidates in this order."""
        return Ranked(
            self.numbers[rows],
            self.scores[rows],
            self.cosines[rows],
            self.dense_ranks[rows],
            self.matches[rows],
            self.lexical_ranks[rows],
            self.fused[rows],
            self.explained[rows],
            self.mode,
            self.known,
        )

    def candidates(self) -> list[Candidate]:
        """Return each candidate by itself."""
        dense = _sides(self.cosines, ~np.isnan(self.cosines), self.dense_ranks, was_asked=self.mode != "lexical")
        lexical = _sides(self.matches, self.matches > 0, self.lexical_ranks, was_asked=self.mode != "dense")
        return list(
            map(
                Candidate,
                self.numbers.tolist(),
                self.scores.tolist(),
                dense,
                lexical,
                self.fused.tolist(),
                self.explained.tolist(),
            )
        )


def prepare_query(text: str, encoder: Encoder) -> Query:
    """Return a query from a question that is already normalised."""
    found = mentions(text)
    with stage("encode"):
        vector = encoder.encode_queries([text])[0]
        own = encoder.record.name == BUILTIN_MODEL
        builtin_vector = vector if own else builtin_static_model().encode([text])[0]
    return Query(text, analyse(text), vector, builtin_vector, other_terms(text, found), rewording(text, found))


def with_learned_names(query: Query, texts: Iterable[str]) -> Query:
    """Return the query with the abbreviations that these texts explain; the same query where it mentions none."""
    learned = tuple(dict.fromkeys(names for text in texts for names in definitions(text)))
    found = mentions(query.text, learned) if learned else []
    if not found:
        return query
    found = without_overlaps([*mentions(query.text), *found])
    return replace(query, others=other_terms(query.text, found), rewording=rewording(query.text, found))


def evidence_query(query: Query, known: WordsKnown) -> EvidenceQuery:
    """Return a query as the judge of evidence needs it."""
    return EvidenceQuery(
        text=query.text,
        terms=query.terms,
        weights=known.weights,
        vector=query.builtin_vector,
        known=known.share,
        rewording=query.rewording,
    )


def rank(
    query: Query, view: SearchView, mode: Mode, depth: int, filters: Filters, beside: Beside | None = None
) -> Ranked:
    """Return the best candidates, best first: up to `depth` from each side that the mode asks.

    With `beside`, both sides may be searched at the same time.
    """

    def search_vectors() -> Ranking:
        return _nearest(view, query, depth, filters) if mode != "lexical" else _NOTHING

    def search_words(terms: Terms) -> Ranking:
        return view.matching(terms, depth, filters) if mode != "dense" else _NOTHING

    others = query.others if mode != "dense" else ()
    start = _when_wanted if beside is None else beside.start
    with stage("dense"):
        near_found = start(search_vectors)
    with stage("lexical"):
        others_found = [start(partial(search_words, other.terms)) for other in others]
        known = words_known(view, query.terms, query.others)
        matching = search_words(query.terms)
        # The last first, since another thread begins with the first.
        found = np.unique(np.concatenate([matching.numbers, *(one().numbers for one in reversed(others_found))]))
    with stage("dense"):
        near = near_found()
        numbers = np.union1d(near.numbers, found)
        cosines = np.full(len(numbers), np.nan)
        cosines[np.searchsorted(numbers, near.numbers)] = near.scores
        far = np.flatnonzero(np.isnan(cosines))
        cosines[far] = view.cosines(query.vector, numbers[far])
    with stage("lexical"):
        matches = np.zeros(len(numbers))
        matches[np.searchsorted(numbers, matching.numbers)] = matching.scores
        unmatched = np.flatnonzero(matches == 0)
        matches[unmatched] = view.bm25(query.terms, numbers[unmatched])
        for other in others:
            matches = np.maximum(matches, scores_in(view, other, numbers, known.best_possible))
    by_words = matching.numbers
    if others:
        scores = matches[np.searchsorted(numbers, found)]
        by_words = found[np.lexsort((found, -scores))][:depth]
    similarities = np.where(np.isnan(cosines), 0.0, cosines)
    fused = fuse(query.background.scaled(similarities), matches, known.best_possible, known.share)
    scores = fused if mode == "hybrid" else similarities if mode == "dense" else matches
    return Ranked(
        numbers,
        scores,
        cosines,
        _ranks(near.numbers, numbers),
        matches,
        _ranks(by_words, numbers),
        fused,
        matches / known.best_possible if known.best_possible > 0 else np.zeros(len(numbers)),
        mode,
        known,
    ).at(np.lexsort((numbers, -scores)))


def _when_wanted(work: Callable[[], Ranking]) -> Callable[[], Ranking]:
    return work


def _nearest(view: SearchView, query: Query, depth: int, filters: Filters) -> Ranking:
    """Return the nearest passages by exact cosines; a large index finds them by rounded ones."""
    near = view.nearest(query.vector, depth, filters).numbers
    cosines = view.cosines(query.vector, near)
    order = np.lexsort((near, -cosines))
    return Ranking(near[order], cosines[order])


def count(view: SearchView, query: Query, mode: Mode, filters: Filters) -> int:
    """Return the number of passages that have a score in this mode."""
    has_vector = bool(query.vector.any())
    if mode == "dense" and not has_vector:
        return 0
    return view.count(mode if has_vector else "lexical", together(query.terms, query.others), filters)


def at_most_per_article(articles: Sequence[str], max_per_article: int) -> list[int]:
    """Return the rows of the best candidates of each article; `articles` has the id of each candidate's, best first."""
    taken: dict[str, int] = {}
    kept: list[int] = []
    for row, article in enumerate(articles):
        if taken.get(article, 0) < max_per_article:
            taken[article] = taken.get(article, 0) + 1
            kept.append(row)
    return kept


def _ranks(best_first: NDArray[np.int64], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rank of each of `numbers`, ascending, among those found; 0 where it was not found."""
    ranks = np.zeros(len(numbers), dtype=np.int64)
    ranks[np.searchsorted(numbers, best_first)] = np.arange(1, len(best_first) + 1)
    return ranks


def _sides(
    scores: NDArray[np.float64], scored: NDArray[np.bool_], ranks: NDArray[np.int64], *, was_asked: bool
) -> list[SideScore]:
    """Return what one side said about each passage; None and None when the mode does not ask that side."""
    if not was_asked:
        return [SideScore(None, None)] * len(scores)
    return [
        SideScore(score if has_score else None, rank or None)
        for score, has_score, rank in zip(scores.tolist(), scored.tolist(), ranks.tolist(), strict=True)
    ]


_NOTHING = Ranking(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))
