"""Passages read for evidence: their sentences, each with its words, its vector and the pieces of the built-in model.

The built-in model reads sentences whichever model searches: it is fast enough to read every candidate, and the weights
learned for choosing sentences hold for its vectors only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.models.builtin.static import StaticModel
from index.models.encoder import Vectors
from index.text.analysis import analyse
from index.text.sentences import Span, split_sentences
from qa.evidence.cues import Cues, cues_of

_REMEMBERED = 1024
"""Passages whose reading is kept, a few tens of kilobytes each: popular articles are candidates again and again."""

LONGEST_QUOTE = 500
"""Two sentences make one quote while they are not longer together, in code points."""

Pieces = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a passage.

    Attributes:
        start: where it begins in the passage, in code points.
        end: where it ends.
        syllables: its terms without accents, in reading order; pairs of characters in scripts without spaces.
        terms: the set of its syllables and pairs without accents.
        accented: the set of its syllables with their accents.
        pieces: the distinct pieces of the built-in model in it.
        cues: what kinds of answers it could hold.
        joins: whether it and the sentence before may be quoted as one: they share a paragraph and are not too long.
    """

    start: int
    end: int
    syllables: tuple[str, ...]
    terms: frozenset[str]
    accented: frozenset[str]
    pieces: Pieces
    cues: Cues
    joins: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage's sentences, with the vectors of the built-in model.

    `vectors` has the shape (sentences, dimensions), `vector` (dimensions,); both of unit length.
    """

    sentences: tuple[Sentence, ...]
    vectors: Vectors
    vector: Vectors


class Reader:
    """Reads passages, in NFC as they are stored, and remembers the last ones. Safe to share between threads."""

    def __init__(self, model: StaticModel) -> None:
        """Read with `model`, the built-in one."""
        self.model = model
        self.read = lru_cache(maxsize=_REMEMBERED)(self._read)

    def _read(self, text: str) -> Reading:
        """Return the reading of a passage's text."""
        spans = split_sentences(text)
        sentences = [text[start:end] for start, end in spans]
        vectors = self.model.encode([*sentences, text])
        pieces = self.model.pieces(sentences)
        joins = [False, *(_join(text, *pair) for pair in pairwise(spans))][: len(spans)]
        return Reading(tuple(map(_sentence, spans, sentences, pieces, joins)), vectors[:-1], vectors[-1])

    def pieces(self, text: str) -> Pieces:
        """Return the distinct pieces of one text."""
        return self.model.pieces([text])[0]


def _join(text: str, one: Span, other: Span) -> bool:
    return "\n" not in text[one[1] : other[0]] and other[1] - one[0] <= LONGEST_QUOTE


def _sentence(span: Span, text: str, pieces: Pieces, joins: bool) -> Sentence:
    terms = analyse(text)
    return Sentence(
        start=span[0],
        end=span[1],
        syllables=terms.folded or terms.pairs,
        terms=frozenset(terms.folded) | frozenset(terms.pairs),
        accented=frozenset(terms.accented),
        pieces=pieces,
        cues=cues_of(text),
        joins=joins,
    )


def alignments(model: StaticModel, question: Pieces, readings: Sequence[Reading]) -> NDArray[np.float32]:
    """Return how well each piece of the question is matched in each sentence, shape (sentences, pieces).

    A piece's match is the highest cosine of its row of the model's table with a row of the sentence's pieces, as in
    late interaction (Khattab and Zaharia 2020, ColBERT): 1 where the piece itself occurs, high for a synonym or a
    translation, 0 in a sentence without pieces.
    """
    found = [sentence.pieces for reading in readings for sentence in reading.sentences]
    if not found or not len(question):
        return np.zeros((len(found), len(question)), dtype=np.float32)
    distinct = np.unique(np.concatenate(found))
    cosines = model.directions(distinct)[0] @ model.directions(question)[0].T
    cosines = np.vstack([cosines, np.zeros((1, len(question)), dtype=np.float32)])  # what an empty sentence matches
    nothing = np.array([len(distinct)])
    rows = [np.searchsorted(distinct, pieces) if len(pieces) else nothing for pieces in found]
    starts = np.cumsum([0, *map(len, rows[:-1])])
    best: NDArray[np.float32] = np.maximum.reduceat(cosines[np.concatenate(rows)], starts, axis=0)
    return best
