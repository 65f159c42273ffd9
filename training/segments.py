"""Texts as numbers: every sentence of the corpus cut into pieces once, with and without accents.

Since pieces never cross a space, the pieces of a passage are those of its sentences one after the other: a
passage is a range of consecutive segments and no text is cut twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.text.normalization import fold

_BATCH = 20_000  # texts given to the tokenizer at a time


@dataclass
class SegmentTexts:
    """Texts waiting to be cut; `add` gives each a number, `add_all` a range of consecutive numbers."""

    texts: list[str] = field(default_factory=list)
    _known: dict[str, int] = field(default_factory=dict)

    def add(self, text: str) -> int:
        """Number of `text`, the same for the same text."""
        number = self._known.setdefault(text, len(self.texts))
        if number == len(self.texts):
            self.texts.append(text)
        return number

    def add_all(self, texts: Iterable[str]) -> tuple[int, int]:
        """First number and one past the last of `texts`, which stay in order."""
        first = len(self.texts)
        self.texts.extend(texts)
        return first, len(self.texts)


@dataclass(frozen=True)
class Segments:
    """Pieces of all segments: those of segment i are `pieces[starts[i]:starts[i + 1]]`."""

    pieces: NDArray[np.int32]
    starts: NDArray[np.int64]

    def span(self, first: int, last: int) -> NDArray[np.int32]:
        """Pieces of the segments `first` to `last - 1`."""
        return self.pieces[self.starts[first] : self.starts[last]]


def cut(tokenizer: Tokenizer, texts: Iterable[str], without_accents: bool = False) -> Segments:
    """Cut each text into pieces, after dropping the accents of its Latin letters if asked to."""
    waiting = (fold(text) for text in texts) if without_accents else iter(texts)
    chunks: list[NDArray[np.int32]] = []
    lengths: list[int] = [0]
    while batch := list(islice(waiting, _BATCH)):
        for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
            ids = encoding.ids
            chunks.append(np.array(ids, dtype=np.int32))
            lengths.append(len(ids))
    return Segments(np.concatenate(chunks), np.cumsum(lengths, dtype=np.int64))
