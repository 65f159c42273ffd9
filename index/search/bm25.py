"""The formula behind every lexical score."""

from __future__ import annotations

import math


def inverse_document_frequency(passages_with_term: int, passages: int) -> float:
    """Return log(1 + (N - n + 0.5) / (n + 0.5)), as in Robertson and Zaragoza (2009) and Lucene."""
    return math.log1p((max(passages - passages_with_term, 0) + 0.5) / (passages_with_term + 0.5))
