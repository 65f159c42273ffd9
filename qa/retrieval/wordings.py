"""The words of a question in its other wordings: abbreviated where it is spelt out, spelt out where it abbreviates.

A passage is scored by the wording that it matches best, as a share of what that wording could reach. A wording counts
only for passages that hold the names which it has instead; for all others its words would say less than the typed ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.search.protocol import SearchView
from index.text.acronyms import Mention, other_wordings
from index.text.analysis import Terms, analyse
from qa.retrieval.term_weights import best_possible_score, known_share, term_weights

_HOLDS = 0.3
"""BM25 of the other names, as a share of the best possible, from which a passage holds them: a judgement."""


@dataclass(frozen=True, slots=True)
class OtherTerms:
    """The terms of another wording, and those of the names alone that it has instead."""

    terms: Terms
    names: Terms


def other_terms(text: str, found: Sequence[Mention]) -> tuple[OtherTerms, ...]:
    """Return the terms of the other wordings of a question."""
    return tuple(OtherTerms(analyse(one.text), analyse(one.names)) for one in other_wordings(text, found))


@dataclass(frozen=True, slots=True)
class WordsKnown:
    """What the index knows of a question's words.

    Attributes:
        weights: inverse document frequency of its folded syllables and pairs.
        best_possible: BM25 of a passage that holds every term of the typed wording.
        share: share of known syllables in the wording that has most of them, 0 to 1.
    """

    weights: Mapping[str, float]
    best_possible: float
    share: float


def words_known(view: SearchView, terms: Terms, others: Sequence[OtherTerms]) -> WordsKnown:
    """Return what the index knows of the words of a question and its other wordings."""
    typed = view.statistics(terms)
    shares = [known_share(typed), *(known_share(view.statistics(other.terms)) for other in others)]
    return WordsKnown(term_weights(typed), best_possible_score(typed), max(shares))


def scores_in(
    view: SearchView, other: OtherTerms, numbers: NDArray[np.int64], best_possible: float
) -> NDArray[np.float64]:
    """Return the BM25 of the passages that hold the other names, on the scale of the typed wording; 0 for all others.

    Args:
        view: what is searched.
        other: the other wording.
        numbers: the passages, shape (n,).
        best_possible: BM25 of a passage that holds every term of the typed wording.
    """
    scores = np.zeros(len(numbers))
    best = best_possible_score(view.statistics(other.terms))
    if best > 0:
        of_names = view.bm25(other.names, numbers)
        names_best = best_possible_score(view.statistics(other.names))
        held = np.flatnonzero((of_names > 0) & (of_names >= _HOLDS * names_best))
        scores[held] = view.bm25(other.terms, numbers[held]) / best * best_possible
    return scores


def together(terms: Terms, others: Sequence[OtherTerms]) -> Terms:
    """Return the terms of all wordings."""
    every = (terms, *(other.terms for other in others))
    return Terms(
        tuple(term for one in every for term in one.accented),
        tuple(term for one in every for term in one.folded),
        tuple(term for one in every for term in one.pairs),
    )
