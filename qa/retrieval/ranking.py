"""A question to ranked candidates: both sides of the search asked, their scores joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.filters import Filters
from index.models.encoder import Encoder, Vectors
from index.search.protocol import Mode, SearchView
from index.text.analysis import Terms, analyse
from qa.answers import Evidence
from qa.evidence.features import Question
from qa.evidence.reading import Reader
from qa.retrieval.fusion import fuse
from qa.retrieval.term_weights import best_possible_score, known_share, term_weights


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made ready: its words for the lexical side, its vector for the dense side, shape (dimensions,)."""

    text: str
    terms: Terms
    vector: Vectors


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with what each side said about it.

    `fused` is its score by fusion and `explained` its BM25 as a share of the best possible, in every mode; `score`
    orders the candidates and depends on the mode.
    """

    number: int
    score: float
    dense: Evidence
    lexical: Evidence
    fused: float
    explained: float


def prepare(text: str, encoder: Encoder) -> Asked:
    """Return a question, already normalised, made ready for both sides."""
    return Asked(text, analyse(text), encoder.encode_queries([text])[0])


def question_to_read(asked: Asked, view: SearchView, reader: Reader) -> Question:
    """Return a question made ready for reading candidates."""
    statistics = view.statistics(asked.terms)
    return Question(
        text=asked.text,
        terms=asked.terms,
        weights=term_weights(statistics),
        vector=reader.model.encode([asked.text])[0],
        known=known_share(statistics),
    )


def rank(asked: Asked, view: SearchView, mode: Mode, depth: int, filters: Filters) -> list[Scored]:
    """Return the best candidates, best first: up to `depth` of each side that the mode asks."""
    dense = view.nearest(asked.vector, depth, filters) if mode != "lexical" else None
    lexical = view.matching(asked.terms, depth, filters) if mode != "dense" else None
    dense_ranks = {} if dense is None else {number: rank for rank, number in enumerate(dense.numbers.tolist(), 1)}
    lexical_ranks = {} if lexical is None else {number: rank for rank, number in enumerate(lexical.numbers.tolist(), 1)}
    numbers = list(dict.fromkeys([*dense_ranks, *lexical_ranks]))
    cosines = view.cosines(asked.vector, numbers)
    matches = {} if lexical is None else dict(zip(lexical.numbers.tolist(), lexical.scores.tolist(), strict=True))
    matches |= view.bm25(asked.terms, [number for number in numbers if number not in matches])
    statistics = view.statistics(asked.terms)
    best_possible = best_possible_score(statistics)
    fused = fuse(
        np.array([cosines.get(number, 0.0) for number in numbers]),
        np.array([matches.get(number, 0.0) for number in numbers]),
        best_possible,
        known_share(statistics),
    )
    if mode == "hybrid":
        scores = fused
    else:
        own = cosines if mode == "dense" else matches
        scores = np.array([own.get(number, 0.0) for number in numbers])
    order = np.lexsort((np.array(numbers, dtype=np.int64), -scores)).tolist()
    return [
        Scored(
            number=numbers[row],
            score=float(scores[row]),
            dense=_seen(cosines, dense_ranks, numbers[row], mode != "lexical"),
            lexical=_seen(matches, lexical_ranks, numbers[row], mode != "dense"),
            fused=float(fused[row]),
            explained=matches.get(numbers[row], 0.0) / best_possible if best_possible > 0 else 0.0,
        )
        for row in order
    ]


def count(view: SearchView, asked: Asked, mode: Mode, filters: Filters) -> int:
    """Return how many passages have a score in this mode."""
    has_vector = bool(asked.vector.any())
    if mode == "dense" and not has_vector:
        return 0
    return view.count(mode if has_vector else "lexical", asked.terms, filters)


def at_most_per_article(ranked: Sequence[Scored], owners: Mapping[int, str], max_per_article: int) -> list[Scored]:
    """Keep the best passages of each article; passages that were removed meanwhile drop out."""
    taken: dict[str, int] = {}
    kept: list[Scored] = []
    for scored in ranked:
        owner = owners.get(scored.number)
        if owner is not None and taken.get(owner, 0) < max_per_article:
            taken[owner] = taken.get(owner, 0) + 1
            kept.append(scored)
    return kept


def _seen(scores: dict[int, float], ranks: dict[int, int], number: int, asked: bool) -> Evidence:
    """Return what one side said about a passage; nothing when it was not asked."""
    return Evidence(scores.get(number), ranks.get(number)) if asked else Evidence(None, None)
