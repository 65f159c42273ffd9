"""The words of a question in its other wordings: abbreviated where it is spelt out, spelt out where it abbreviates.

A passage is scored by the wording that it matches best, as a share of what that wording could reach. A wording counts
only for passages that hold the names which it has instead; for all others its words would say less than the typed ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.search.protocol import SearchView
from index.text.acronyms import Mention, other_wordings
from index.text.analysis import Terms, analyse
from qa.retrieval.term_weights import best_possible_score, known_share

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


def scores_in(view: SearchView, other: OtherTerms, numbers: Sequence[int], best_possible: float) -> dict[int, float]:
    """Return the BM25 of the passages that hold the other names, on the scale of the typed wording.

    Args:
        view: what is searched.
        other: the other wording.
        numbers: the passages.
        best_possible: BM25 of a passage that holds every term of the typed wording.
    """
    names_best = best_possible_score(view.statistics(other.names))
    held = [number for number, score in view.bm25(other.names, numbers).items() if score >= _HOLDS * names_best]
    best = best_possible_score(view.statistics(other.terms))
    if best <= 0:
        return {}
    return {number: score / best * best_possible for number, score in view.bm25(other.terms, held).items()}


def best_known_share(view: SearchView, terms: Terms, others: Sequence[OtherTerms]) -> float:
    """Return the share of known syllables in the wording that has most of them."""
    return max(known_share(view.statistics(one)) for one in (terms, *(other.terms for other in others)))


def together(terms: Terms, others: Sequence[OtherTerms]) -> Terms:
    """Return the terms of all wordings."""
    every = (terms, *(other.terms for other in others))
    return Terms(
        tuple(term for one in every for term in one.accented),
        tuple(term for one in every for term in one.folded),
        tuple(term for one in every for term in one.pairs),
    )
