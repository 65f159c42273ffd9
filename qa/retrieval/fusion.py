"""Dense and lexical evidence to one ranking.

Blind rank fusion falls far below the better side, because it trusts both sides alike whatever the question. Here each
side weighs as much as it can explain. The lexical side says so itself: the share of the question's rare terms that its
best passage holds, and the share of its syllables that the articles know at all. Where both are high the words of the
question are in the text, and dense evidence only breaks ties; where they are low, as for a question in another
language, dense evidence leads.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

# Chosen on the dev sets ViQuAD (with and without accents) and EVB (English to Vietnamese and back), so that hybrid is
# nowhere below its better half; see benchmarks/results.
_DENSE_WEIGHT_LOW = 0.3
_DENSE_WEIGHT_HIGH = 2.5
_KNOWN_POWER = 2.0
_EXPLAINED_MIDDLE = 0.22
_EXPLAINED_SLOPE = 30.0

_NO_EVIDENCE = 1e-9
"""A question whose terms weigh less than this has no lexical evidence to divide by."""


def fuse(dense: Scores, lexical: Scores, best_possible: float, known: float = 1.0) -> Scores:
    """Return the fused score of each candidate, 0 to 1.

    Args:
        dense: cosine of each candidate with the question, shape (n,), 0 where it has no vector.
        lexical: BM25 of each candidate, shape (n,), 0 where no term matches.
        best_possible: BM25 of a passage that holds every term of the question.
        known: share of the question's syllables that occur anywhere in the articles.
    """
    if not len(dense):
        return np.empty(0)
    explained = lexical / best_possible if best_possible > _NO_EVIDENCE else np.zeros_like(lexical)
    weight = dense_weight(float(explained.max()), known)
    fused = (explained + weight * np.clip(dense, 0.0, 1.0)) / (max(1.0, float(explained.max())) + weight)
    return np.minimum(fused, 1.0)


def dense_weight(explained: float, known: float = 1.0) -> float:
    """Return what a cosine counts beside the explained share, given the best share that the lexical side reached."""
    trust = explained * known**_KNOWN_POWER
    doubt = 1.0 / (1.0 + np.exp(np.clip(_EXPLAINED_SLOPE * (trust - _EXPLAINED_MIDDLE), -60.0, 60.0)))
    return float(_DENSE_WEIGHT_LOW + (_DENSE_WEIGHT_HIGH - _DENSE_WEIGHT_LOW) * doubt)
