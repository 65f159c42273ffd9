"""How much the terms of a question weigh: pure functions of what the index knows of them."""

from __future__ import annotations

from index.search.bm25 import inverse_document_frequency
from index.search.protocol import TermStatistics


def term_weights(statistics: TermStatistics) -> dict[str, float]:
    """Return the inverse document frequency of each folded syllable and pair, as BM25 counts it."""
    return {
        term: inverse_document_frequency(passages, max(statistics.passages, 1))
        for field in (statistics.folded, statistics.pairs)
        for term, passages in field.items()
    }


def best_possible_score(statistics: TermStatistics) -> float:
    """Return the BM25 score of an imagined passage of average length that holds every term of the question once.

    BM25 then gives each term its inverse document frequency. An accented term counts only where an accent was typed: a
    question typed without accents does not ask for syllables without accents.
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

    Low for a question in a language that the articles are not in. Pairs count where there are no syllables.
    """
    field = statistics.folded or statistics.pairs
    return sum(passages > 0 for passages in field.values()) / len(field) if field else 0.0
