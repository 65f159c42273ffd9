"""Joins dense and lexical scores into one ranking.

Fusion by ranks alone falls far below the better side, because it trusts both sides alike whatever the question. Here
each side weighs as much as it can explain. Two shares tell how much the lexical side explains: the share of the
question's rare terms that its best passage holds, and the share of the question's syllables that any article holds.
When both are high, the articles hold the question's words, and cosines only break ties. When they are low, as for a
question in another language, cosines lead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.arithmetic import logistic

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """How much a cosine weighs beside the explained share.

    Measured on the development sets ViQuAD (with and without accents) and EVB (English to Vietnamese and back): chosen
    so that hybrid is nowhere below its better half; see `benchmarks/results`.

    Attributes:
        dense_low: weight of a cosine when the words explain the question.
        dense_high: weight of a cosine when they explain nothing.
        known_power: power of the share of syllables that any article holds.
        middle: trust in the words at which the weight is halfway between both.
        slope: how steeply the weight falls there.
    """

    dense_low: float = 0.3
    dense_high: float = 2.5
    known_power: float = 2.0
    middle: float = 0.22
    slope: float = 30.0


FUSION_WEIGHTS = FusionWeights()

_NO_EVIDENCE = 1e-9
"""Best possible score below which the lexical side has nothing to divide by: a limit that keeps the division sound."""
_DOUBT_BOUND = 60.0
"""Limit on the logit of the doubt, so that its exponential stays finite."""


def fuse(
    dense: Scores, lexical: Scores, best_possible: float, known: float = 1.0, weights: FusionWeights = FUSION_WEIGHTS
) -> Scores:
    """Return the fused score of each candidate, 0 to 1.

    Args:
        dense: cosine of each candidate with the question, shape (n,), 0 where it has no vector.
        lexical: BM25 of each candidate, shape (n,), 0 where no term matches.
        best_possible: BM25 of a passage that holds every term of the question.
        known: share of the question's syllables that occur anywhere in the articles.
        weights: how much a cosine weighs.
    """
    if not len(dense):
        return np.empty(0)
    explained = lexical / best_possible if best_possible > _NO_EVIDENCE else np.zeros_like(lexical)
    weight = dense_weight(float(explained.max()), known, weights)
    fused = (explained + weight * np.clip(dense, 0.0, 1.0)) / (max(1.0, float(explained.max())) + weight)
    return np.minimum(fused, 1.0)


def dense_weight(explained: float, known: float = 1.0, weights: FusionWeights = FUSION_WEIGHTS) -> float:
    """Return the weight of a cosine beside the explained share.

    Args:
        explained: the best share that the lexical side reached.
        known: share of the question's syllables that occur anywhere in the articles.
        weights: the bounds of the weight, and how it falls between them.
    """
    trust = explained * known**weights.known_power
    doubt = logistic(-weights.slope * (trust - weights.middle), _DOUBT_BOUND)
    return float(weights.dense_low + (weights.dense_high - weights.dense_low) * doubt)
