"""BM25 on plain syllables, as most published figures for Vietnamese have it: no folding, no pairs of syllables."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import regex
from numpy.typing import NDArray

from benchmarks.measures import DEPTH
from index.records import Draft
from index.text.normalization import normalize

NAME = "BM25, plain syllables"
# The values of Lucene, which most publications use.
_K1 = 1.2
_B = 0.75
_SYLLABLE = regex.compile(r"\w+")


def rankings(articles: Sequence[Draft], questions: Sequence[str]) -> list[list[str]]:
    """Return the ids of the best articles of each question, best first."""
    lengths = np.zeros(len(articles))
    holding: dict[str, array[int]] = defaultdict(lambda: array("i"))
    counting: dict[str, array[int]] = defaultdict(lambda: array("i"))
    for row, article in enumerate(articles):
        counts = Counter(_syllables(f"{article.title or ''} {article.text}"))
        lengths[row] = counts.total()
        for syllable, count in counts.items():
            holding[syllable].append(row)
            counting[syllable].append(count)
    norms = _K1 * (1 - _B + _B * lengths / max(lengths.mean(), 1.0))
    weighed: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}

    def weights(syllable: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        if syllable not in weighed:
            rows = np.array(holding.get(syllable, ()), dtype=np.int64)
            counts = np.array(counting.get(syllable, ()), dtype=np.float64)
            rarity = np.log1p((len(articles) - len(rows) + 0.5) / (len(rows) + 0.5))
            weighed[syllable] = rows, rarity * counts * (_K1 + 1) / (counts + norms[rows])
        return weighed[syllable]

    found = []
    for question in questions:
        scores = np.zeros(len(articles))
        for syllable in _syllables(question):
            rows, own = weights(syllable)
            scores[rows] += own
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        found.append([str(articles[row].id) for row in best if scores[row] > 0])
    return found


def _syllables(text: str) -> list[str]:
    return _SYLLABLE.findall(normalize(text).lower())
