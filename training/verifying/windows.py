"""Short texts that are read beside a question: a sentence of a passage, with neighbours or without."""

from __future__ import annotations

from collections.abc import Collection
from random import Random

import numpy as np

from index.models.builtin.static import StaticModel
from index.models.encoder import Vectors
from index.text.sentences import Span, split_sentences
from qa.verification.windows import WINDOW_CHARACTERS

_NEIGHBOURS = (0, 0, 1, 1, 2)
"""How many a window has, drawn evenly."""


class Passage:
    """A passage with its sentences.

    Attributes:
        text: the passage.
        title: of its article.
        spans: where its sentences lie.
        vectors: of its sentences, shape (sentences, dimensions).
    """

    def __init__(self, text: str, title: str, model: StaticModel) -> None:
        """Cut `text` into sentences and encode them with `model`."""
        self.text, self.title = text, title
        self.spans: list[Span] = split_sentences(text) or [(0, len(text))]
        self.vectors: Vectors = model.encode([text[start:end] for start, end in self.spans])

    def sentence(self, row: int) -> str:
        """Return a sentence."""
        start, end = self.spans[row]
        return self.text[start:end]

    def nearest(self, question: Vectors) -> list[int]:
        """Return the sentences, the nearest to the vector of a question first."""
        order: list[int] = np.argsort(-(self.vectors @ question), kind="stable").tolist()
        return order

    def holding(self, start: int, end: int) -> list[int]:
        """Return the sentences that share a character with a stretch of the text."""
        return [row for row, (first, last) in enumerate(self.spans) if first < end and last > start]

    def window(self, row: int, chance: Random, without: Collection[int] = (), around: Span | None = None) -> str:
        """Return a sentence with up to two neighbours, none of `without`; a long one is cut, `around` stays in."""
        low = high = row
        for _ in range(chance.choice(_NEIGHBOURS)):
            beside = [one for one in (low - 1, high + 1) if 0 <= one < len(self.spans) and one not in without]
            if not beside:
                break
            one = chance.choice(beside)
            if self.spans[max(high, one)][1] - self.spans[min(low, one)][0] > WINDOW_CHARACTERS:
                break
            low, high = min(low, one), max(high, one)
        start, end = self.spans[low][0], self.spans[high][1]
        if end - start > WINDOW_CHARACTERS and around is not None:
            start = max(start, min((around[0] + around[1] - WINDOW_CHARACTERS) // 2, end - WINDOW_CHARACTERS))
        return self.text[start : min(end, start + WINDOW_CHARACTERS)].strip()
