"""A question to ranked candidates: both sides of the search asked, their scores joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from index.corpus import Snapshot
from index.filters import Filters
from index.models.encoder import Encoder, Vectors
from index.text.analysis import Terms, analyse
from qa.answers import Evidence
from qa.evidence.features import Question
from qa.evidence.reading import Reader
from qa.retrieval.fusion import fuse

Mode = Literal["hybrid", "dense", "lexical"]
MODES: tuple[Mode, ...] = get_args(Mode)


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


def question_to_read(asked: Asked, snapshot: Snapshot, reader: Reader) -> Question:
    """Return a question made ready for reading candidates."""
    return Question(
        text=asked.text,
        terms=asked.terms,
        weights=snapshot.lexical.weights(asked.terms),
        vector=reader.model.encode([asked.text])[0],
        known=snapshot.lexical.known_share(asked.terms),
    )


def rank(asked: Asked, snapshot: Snapshot, mode: Mode, depth: int, filters: Filters) -> list[Scored]:
    """Return the best candidates, best first: up to `depth` of each side that the mode asks."""
    dense = snapshot.nearest(asked.vector, depth, filters) if mode != "lexical" else None
    lexical = snapshot.matching(asked.terms, depth, filters) if mode != "dense" else None
    dense_ranks = {} if dense is None else {number: rank for rank, number in enumerate(dense.numbers.tolist(), 1)}
    lexical_ranks = {} if lexical is None else {number: rank for rank, number in enumerate(lexical.numbers.tolist(), 1)}
    numbers = list(dict.fromkeys([*dense_ranks, *lexical_ranks]))
    cosines = snapshot.dense.scores(asked.vector, numbers)
    matches = {} if lexical is None else dict(zip(lexical.numbers.tolist(), lexical.scores.tolist(), strict=True))
    matches |= snapshot.lexical.score(asked.terms, [number for number in numbers if number not in matches])
    best_possible = snapshot.lexical.best_possible(asked.terms)
    fused = fuse(
        np.array([cosines.get(number, 0.0) for number in numbers]),
        np.array([matches.get(number, 0.0) for number in numbers]),
        best_possible,
        snapshot.lexical.known_share(asked.terms),
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


def count(snapshot: Snapshot, asked: Asked, mode: Mode, filters: Filters) -> int:
    """Return how many passages have a score in this mode."""
    has_vector = bool(asked.vector.any())
    if mode == "lexical" or (mode == "hybrid" and not has_vector):
        return snapshot.count_matching(asked.terms, filters)
    if mode == "dense":
        return snapshot.count_near(filters) if has_vector else 0
    return snapshot.count_either(asked.terms, filters)


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
