"""From a question to ranked candidates: asks both sides of the search and joins their scores."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from index.filters import Filters
from index.models.builtin.encoder import builtin_static_model
from index.models.encoder import BUILTIN_MODEL, Encoder, Vectors
from index.search.protocol import Mode, SearchView
from index.text.acronyms import AS_IT_IS, Rewording, mentions, rewording, without_overlaps
from index.text.analysis import Terms, analyse
from index.text.definitions import definitions
from qa.answers import SideScore
from qa.evidence.features import EvidenceQuery
from qa.retrieval.fusion import fuse
from qa.retrieval.term_weights import best_possible_score, term_weights
from qa.retrieval.wordings import OtherTerms, best_known_share, other_terms, scores_in, together
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
    """

    text: str
    terms: Terms
    vector: Vectors
    builtin_vector: Vectors
    others: tuple[OtherTerms, ...] = ()
    rewording: Rewording = AS_IT_IS


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


def evidence_query(query: Query, view: SearchView) -> EvidenceQuery:
    """Return a query as the judge of evidence needs it."""
    with stage("lexical"):
        statistics = view.statistics(query.terms)
        known = best_known_share(view, query.terms, query.others)
    return EvidenceQuery(
        text=query.text,
        terms=query.terms,
        weights=term_weights(statistics),
        vector=query.builtin_vector,
        known=known,
        rewording=query.rewording,
    )


def rank(query: Query, view: SearchView, mode: Mode, depth: int, filters: Filters) -> list[Candidate]:
    """Return the best candidates, best first: up to `depth` from each side that the mode asks."""
    with stage("dense"):
        dense = view.nearest(query.vector, depth, filters) if mode != "lexical" else None
    with stage("lexical"):
        lexical = view.matching(query.terms, depth, filters) if mode != "dense" else None
    dense_ranks = {} if dense is None else {number: rank for rank, number in enumerate(dense.numbers.tolist(), 1)}
    matching = [] if lexical is None else lexical.numbers.tolist()
    others = () if lexical is None else query.others
    with stage("lexical"):
        reworded = [view.matching(other.terms, depth, filters).numbers.tolist() for other in others]
    numbers = list(dict.fromkeys([*dense_ranks, *matching, *chain.from_iterable(reworded)]))
    with stage("dense"):
        own = view.cosines(query.vector, np.array(numbers, dtype=np.int64)).tolist()
    cosines = {number: cosine for number, cosine in zip(numbers, own, strict=True) if not math.isnan(cosine)}
    matches = {} if lexical is None else dict(zip(lexical.numbers.tolist(), lexical.scores.tolist(), strict=True))
    with stage("lexical"):
        matches |= view.bm25(query.terms, [number for number in numbers if number not in matches])
        statistics = view.statistics(query.terms)
        best_possible = best_possible_score(statistics)
        for other in others:
            for number, score in scores_in(view, other, numbers, best_possible).items():
                matches[number] = max(score, matches.get(number, 0.0))
        known = best_known_share(view, query.terms, query.others)
    if others:
        found = set(matching).union(*reworded)
        matching = sorted(found, key=lambda number: (-matches.get(number, 0.0), number))[:depth]
    lexical_ranks = {number: rank for rank, number in enumerate(matching, 1)}
    fused = fuse(
        np.array([cosines.get(number, 0.0) for number in numbers]),
        np.array([matches.get(number, 0.0) for number in numbers]),
        best_possible,
        known,
    )
    if mode == "hybrid":
        scores = fused
    else:
        asked = cosines if mode == "dense" else matches
        scores = np.array([asked.get(number, 0.0) for number in numbers])
    order = np.lexsort((np.array(numbers, dtype=np.int64), -scores)).tolist()
    return [
        Candidate(
            number=numbers[row],
            score=float(scores[row]),
            dense=_side_score(cosines, dense_ranks, numbers[row], mode != "lexical"),
            lexical=_side_score(matches, lexical_ranks, numbers[row], mode != "dense"),
            fused=float(fused[row]),
            explained=matches.get(numbers[row], 0.0) / best_possible if best_possible > 0 else 0.0,
        )
        for row in order
    ]


def count(view: SearchView, query: Query, mode: Mode, filters: Filters) -> int:
    """Return the number of passages that have a score in this mode."""
    has_vector = bool(query.vector.any())
    if mode == "dense" and not has_vector:
        return 0
    return view.count(mode if has_vector else "lexical", together(query.terms, query.others), filters)


def at_most_per_article(
    ranked: Sequence[Candidate], owners: Mapping[int, str], max_per_article: int
) -> list[Candidate]:
    """Return the best candidates of each article, without passages that were removed meanwhile."""
    taken: dict[str, int] = {}
    kept: list[Candidate] = []
    for candidate in ranked:
        owner = owners.get(candidate.number)
        if owner is not None and taken.get(owner, 0) < max_per_article:
            taken[owner] = taken.get(owner, 0) + 1
            kept.append(candidate)
    return kept


def _side_score(scores: dict[int, float], ranks: dict[int, int], number: int, was_asked: bool) -> SideScore:
    """Return what one side said about a passage; both None when the mode does not ask that side."""
    return SideScore(scores.get(number), ranks.get(number)) if was_asked else SideScore(None, None)
