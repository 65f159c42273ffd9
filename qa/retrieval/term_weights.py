"""Weights of a question's terms, from what the index knows about each term."""

from __future__ import annotations

from index.search.bm25 import inverse_document_frequency
from index.search.protocol import TermStatistics


def term_weights(statistics: TermStatistics) -> dict[str, float]:
    """Return the inverse document frequency of each folded syllable and pair, as BM25 uses it."""
    return {
        term: inverse_document_frequency(passages, max(statistics.passages, 1))
        for field in (statistics.folded, statistics.pairs)
        for term, passages in field.items()
    }


def best_possible_score(statistics: TermStatistics) -> float:
    """Return the BM25 score of an imagined passage of average length that holds every term of the question once.

    BM25 gives each term of such a passage its inverse document frequency. An accented term counts only if it has an
    accent or is a number: a question typed without accents does not ask for syllables without accents.
    """
    typed = {
        term: passages for term, passages in statistics.accented.items() if not term.isascii() or term[-1].isdigit()
    }
    return sum(
        inverse_document_frequency(passages, max(statistics.passages, 1))
        for field in (typed, statistics.folded, statistics.pairs)
        for passages in field.values()
    )


def known_share(statistics: TermStatistics) -> float:
    """Return the share of the question's syllables that occur in any passage, 0 to 1.

    The share is low for a question in a language that no article is in. A question without syllables counts its pairs.
    """
    field = statistics.folded or statistics.pairs
    return sum(passages > 0 for passages in field.values()) / len(field) if field else 0.0
