"""Which sentences of the candidates answer the question.

A small network, trained by `training.answers`, scores every sentence of every candidate at once. So it chooses the
sentence inside a passage and, by their best sentences, orders the passages too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.models.builtin.encoder import builtin_static_model
from index.records import Passage
from qa.answers import Quote
from qa.evidence.features import NAMES, Candidate, Measured, Question, measure
from qa.evidence.network import Array, Network
from qa.evidence.reading import Reader

_NEIGHBOUR = 0.1
"""The sentence before or behind a passage's best is quoted with it when it is at least so likely: the answer often
stands beside the sentence that repeats the question."""
SECOND_QUOTE = 0.5
"""A sentence elsewhere in the passage is a second quote when it is at least so likely."""


@dataclass(frozen=True, slots=True)
class ReadCandidate:
    """A candidate after reading.

    Attributes:
        strength: how likely its best sentence answers compared with the best sentence of all candidates, 0 to 1.
        share: the same as a share of all sentences together, 0 to 1.
        quotes: its best sentence, or two beside each other, and perhaps one more, with their strengths, best first.
        sentences: the sentences that the quotes are made of, each with its own strength.
    """

    strength: float
    share: float
    quotes: tuple[tuple[Quote, float], ...]
    sentences: tuple[tuple[Quote, float], ...]


@dataclass(frozen=True, slots=True)
class ReadCandidates:
    """All candidates after reading; `logits` are the network's scores of the rows of `measured`, shape (sentences,)."""

    candidates: tuple[ReadCandidate, ...]
    measured: Measured
    logits: Array


class EvidenceReader:
    """Finds the sentences that answer. Safe to share between threads."""

    def __init__(self, reader: Reader, network: Network) -> None:
        """Assemble; use `open`."""
        self.reader = reader
        self.network = network

    @classmethod
    def open(cls) -> EvidenceReader:
        """Open what ships: the built-in model and the trained network."""
        network = Network.open(Path(__file__).parent / "evidence.json", NAMES)
        return cls(Reader(builtin_static_model()), network)

    def read(
        self, question: Question, passages: Sequence[Passage], fused: Sequence[float], explained: Sequence[float]
    ) -> ReadCandidates:
        """Read candidates, best first by `fused`.

        Args:
            question: what is asked.
            passages: the candidates.
            fused: their scores by fusion.
            explained: their BM25 as a share of the best possible.
        """
        candidates = [
            Candidate(passage.text, passage.article.title, one_fused, one_explained, place)
            for place, (passage, one_fused, one_explained) in enumerate(zip(passages, fused, explained, strict=True), 1)
        ]
        measured = measure(question, candidates, self.reader)
        logits = self.network(measured.features)
        strengths = np.exp(logits - logits.max()) if len(logits) else logits
        total = float(strengths[_distinct(passages, measured)].sum())
        rows = [np.flatnonzero(measured.candidates == place) for place in range(len(passages))]
        return ReadCandidates(
            tuple(
                _candidate(passage, own, strengths, total, measured)
                for passage, own in zip(passages, rows, strict=True)
            ),
            measured,
            logits,
        )


def quoted_sentences(strengths: Array, joins: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return which sentences of one passage to quote, best first, as half-open ranges of one or two.

    Args:
        strengths: how likely each answers, shape (sentences,).
        joins: whether each may be quoted as one with the sentence before it, shape (sentences,).
    """
    best = int(np.argmax(strengths))
    beside = [best - 1] * bool(joins[best]) + [best + 1] * bool(joins[best + 1 : best + 2].any())
    other = max(beside, key=lambda row: float(strengths[row]), default=best)
    if strengths[other] < _NEIGHBOUR * strengths[best]:
        other = best
    first, last = min(best, other), max(best, other)
    rest = np.delete(np.arange(len(strengths)), np.s_[first : last + 1])
    second = rest[np.argsort(-strengths[rest], kind="stable")][:1].tolist()
    return [(first, last + 1)] + [(row, row + 1) for row in second if strengths[row] >= SECOND_QUOTE * strengths[best]]


def _candidate(
    passage: Passage, rows: NDArray[np.int64], strengths: Array, total: float, measured: Measured
) -> ReadCandidate:
    if not len(rows):
        return ReadCandidate(0.0, 0.0, (), ())
    read = measured.readings[measured.candidates[rows[0]]].sentences
    own = strengths[rows]

    def quote(first: int, last: int) -> tuple[Quote, float]:
        """The sentences of a range as one quote, as strong as the strongest of them."""
        start, end = read[first].start, read[last - 1].end
        return Quote(passage.text[start:end], passage.start + start, passage.start + end), float(own[first:last].max())

    ranges = quoted_sentences(own, np.array([sentence.joins for sentence in read]))
    strongest = float(own.max())
    return ReadCandidate(
        strength=strongest,
        share=min(strongest / total, 1.0),
        quotes=tuple(quote(first, last) for first, last in ranges),
        sentences=tuple(quote(row, row + 1) for first, last in ranges for row in range(first, last)),
    )


def _distinct(passages: Sequence[Passage], measured: Measured) -> list[int]:
    """Return the rows of sentences that no row before them repeats, as neighbouring passages and reprints do."""
    seen: set[str] = set()
    rows: list[int] = []
    for row, (place, number) in enumerate(zip(measured.candidates.tolist(), measured.sentences.tolist(), strict=True)):
        sentence = measured.readings[place].sentences[number]
        text = passages[place].text[sentence.start : sentence.end]
        if text not in seen:
            seen.add(text)
            rows.append(row)
    return rows
