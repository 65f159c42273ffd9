"""How words score: the formula, its constants, and which terms are looked for."""

from __future__ import annotations

import math
from collections.abc import Callable

from index.text.analysis import Terms

K1, B = 1.2, 0.75
"""How soon a repeated term stops counting, how much less a long passage counts: limits, fixed in tantivy."""

TITLE_WEIGHT = 0.5
"""Weight of a term in the article's title beside one in the passage: a judgement."""

MISSPELT_WEIGHT = 0.5
"""Weight of a term one letter away beside a rare term that is typed rightly: a judgement."""

FIRST_TERMS = 512
"""Terms of one field that a query looks for. A limit: a pasted article gains nothing from more."""

_SHORTEST_MISSPELT = 4
"""Letters that a term must have to be looked for one letter away: a judgement, as Vietnamese syllables are short and
differ by one letter all the time."""

_MOST_MISSPELT = 2
"""Unknown terms that are taken for slips: a judgement, as more of them mean another language."""

DOCUMENTS_BESIDE_PASSAGES = 1
"""Documents of an index that are no passages and that BM25 counts: a limit of tantivy, where an empty one carries the
revision."""

_EXACT_LENGTHS = 24
"""Terms of a passage that are counted exactly, more of them to four binary digits: a limit of tantivy and Lucene."""


def inverse_document_frequency(passages_with_term: int, passages: int) -> float:
    """Return log(1 + (N - n + 0.5) / (n + 0.5)), as in Robertson and Zaragoza (2009) and Lucene."""
    return math.log1p((max(passages - passages_with_term, 0) + 0.5) / (passages_with_term + 0.5))


def term_score(weight: float, occurrences: int, length: int, average_length: float) -> float:
    """Return what one term adds to the BM25 score of a passage, as in Robertson and Zaragoza (2009).

    Args:
        weight: its inverse document frequency.
        occurrences: how often the passage holds it.
        length: length of the passage in terms, as `field_length` keeps it.
        average_length: of all passages.
    """
    if occurrences == 0:
        return 0.0
    return weight * (K1 + 1) * occurrences / (occurrences + K1 * (1 - B + B * length / average_length))


def field_length(terms: int) -> int:
    """Return a length as one byte keeps it, rounded down: Lucene's SmallFloat, which tantivy follows."""
    if terms < _EXACT_LENGTHS:
        return terms
    above = terms - _EXACT_LENGTHS
    shift = max(above.bit_length() - 4, 0)
    return _EXACT_LENGTHS + ((above >> shift) << shift)


def misspelt_terms(terms: Terms, occurs: Callable[[str], bool]) -> list[str]:
    """Return the long folded terms that no passage holds, perhaps names with a slip; none where there are many.

    Args:
        terms: of the query.
        occurs: whether any passage holds a folded term.
    """
    long = (term for term in dict.fromkeys(terms.folded[:FIRST_TERMS]) if len(term) >= _SHORTEST_MISSPELT)
    unknown = [term for term in long if not occurs(term)]
    return unknown if len(unknown) <= _MOST_MISSPELT else []


def is_one_edit_away(one: str, other: str) -> bool:
    """Whether one insertion, deletion, replacement or exchange of neighbours at most makes one text the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, other_rest = one[start:], other[start:]
    return (
        rest[1:] == other_rest[1:]
        or rest[1:] == other_rest
        or rest == other_rest[1:]
        or (rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:])
    )
