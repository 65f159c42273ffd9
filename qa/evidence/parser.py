"""Parses passages into sentences, each with its terms, its vector and its pieces of the built-in model.

The built-in model encodes the sentences even if another model searches: it is fast enough for every candidate, and the
network that judges sentences was trained on its vectors only. A row of a table is read with the names of its columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.models.builtin.static import StaticModel
from index.models.encoder import Vectors, passage_input
from index.text.acronyms import AS_IT_IS, Rewording
from index.text.analysis import Terms, analyse
from qa.evidence.cues import SentenceCues, sentence_cues
from qa.evidence.reading import ReadSentence, read_sentences

_REMEMBERED = 1024
"""Passages that stay parsed, a few tens of kilobytes each: a limit on memory. Popular articles are candidates often."""

LONGEST_QUOTE = 500
"""Most code points of two sentences in one quote: a judgement."""

Pieces = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a passage.

    Attributes:
        place: where it stands, and what it is.
        syllables: its terms without accents, in reading order; pairs of characters in scripts without spaces.
        terms: its syllables and pairs without accents, as a set.
        accented: its syllables with their accents, as a set.
        own: its terms without those of the names of its columns.
        own_accented: the same of its syllables with their accents.
        pieces: the distinct pieces of the built-in model in it.
        cues: the kinds of answers that it could hold.
        joins: whether it may be quoted as one with the sentence before: both share a paragraph and are short enough.
    """

    place: ReadSentence
    syllables: tuple[str, ...]
    terms: frozenset[str]
    accented: frozenset[str]
    own: frozenset[str]
    own_accented: frozenset[str]
    pieces: Pieces
    cues: SentenceCues
    joins: bool


@dataclass(frozen=True, slots=True)
class ParsedPassage:
    """A passage's sentences, with unit vectors of the built-in model.

    Attributes:
        sentences: the sentences, in their order.
        vectors: a vector for each sentence, shape (sentences, dimensions).
        vector: the vector of the whole passage, shape (dimensions,).
    """

    sentences: tuple[Sentence, ...]
    vectors: Vectors
    vector: Vectors


class PassageParser:
    """Parses passages, in NFC as they are stored, and remembers the last ones. Safe to share between threads."""

    def __init__(self, model: StaticModel) -> None:
        """Parse with `model`, the built-in one."""
        self.model = model
        self.parse = lru_cache(maxsize=_REMEMBERED)(self._parse)

    def _parse(self, text: str, header: str = "", title: str = "", rewording: Rewording = AS_IT_IS) -> ParsedPassage:
        """Return the sentences of a passage's text, where they stand in it and what they hold in other words.

        See `read_sentences` for `header` and `title`.
        """
        read = [
            replace(one, text=rewording(one.text), read=rewording(one.read), names=rewording(one.names))
            for one in read_sentences(text, header, title)
        ]
        vectors = self.model.encode([*(one.read for one in read), rewording(passage_input("", text, header))])
        pieces = self.model.pieces([one.read for one in read])
        joins = [False, *(_join(text, *pair) for pair in pairwise(read))][: len(read)]
        return ParsedPassage(tuple(map(_sentence, read, pieces, joins)), vectors[:-1], vectors[-1])

    def pieces(self, text: str) -> Pieces:
        """Return the distinct pieces of one text."""
        return self.model.pieces([text])[0]


def _join(text: str, one: ReadSentence, other: ReadSentence) -> bool:
    return "\n" not in text[one.end : other.start] and other.end - one.start <= LONGEST_QUOTE


def _sentence(read: ReadSentence, pieces: Pieces, joins: bool) -> Sentence:
    terms = analyse(read.read)
    own, names = (terms, analyse("")) if read.kind != "row" else (analyse(read.text), analyse(read.names))
    cues = sentence_cues(read.read)
    if read.kind == "row":  # a year that names a column is no answer
        cues = replace(cues, numbers=sentence_cues(read.text).numbers)
    return Sentence(
        place=read,
        syllables=terms.folded or terms.pairs,
        terms=_held(terms),
        accented=frozenset(terms.accented),
        own=_held(own) - _held(names),
        own_accented=frozenset(own.accented) - frozenset(names.accented),
        pieces=pieces,
        cues=cues,
        joins=joins,
    )


def _held(terms: Terms) -> frozenset[str]:
    return frozenset(terms.folded) | frozenset(terms.pairs)


def alignments(model: StaticModel, question: Pieces, parsed: Sequence[ParsedPassage]) -> NDArray[np.float32]:
    """Return how well each sentence matches each piece of the question, shape (sentences, pieces).

    A piece's match is the highest cosine of its row of the model's table with a row of the sentence's pieces, as in
    late interaction (Khattab and Zaharia 2020, ColBERT): 1 where the piece itself occurs, high for a synonym or a
    translation, 0 in a sentence without pieces.
    """
    found = [sentence.pieces for passage in parsed for sentence in passage.sentences]
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
