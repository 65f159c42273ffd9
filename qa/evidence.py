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

from index.encoder import builtin_static_model
from index.records import Passage
from qa.answers import Quote
from qa.features import NAMES, Candidate, Measured, Question, measure
from qa.network import Array, Network
from qa.reading import Reader

_SECOND_QUOTE = 0.5
"""A second sentence is quoted when it is at least so likely as the passage's first."""
_MAX_QUOTES = 2


@dataclass(frozen=True, slots=True)
class ReadCandidate:
    """A candidate after reading.

    Attributes:
        strength: how likely its best sentence answers compared with the best sentence of all candidates, 0 to 1.
        share: the same as a share of all sentences together, 0 to 1.
        quotes: its best sentences with their strengths, best first.
    """

    strength: float
    share: float
    quotes: tuple[tuple[Quote, float], ...]


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


def _candidate(
    passage: Passage, rows: NDArray[np.int64], strengths: Array, total: float, measured: Measured
) -> ReadCandidate:
    best = rows[np.argsort(-strengths[rows], kind="stable")][:_MAX_QUOTES].tolist()
    if not best:
        return ReadCandidate(0.0, 0.0, ())
    first = float(strengths[best[0]])
    quotes = [
        (_quote(passage, measured, row), float(strengths[row]))
        for row in best
        if strengths[row] >= _SECOND_QUOTE * first
    ]
    return ReadCandidate(first, min(first / total, 1.0), tuple(quotes))


def _quote(passage: Passage, measured: Measured, row: int) -> Quote:
    sentence = measured.readings[measured.candidates[row]].sentences[measured.sentences[row]]
    return Quote(
        passage.text[sentence.start : sentence.end], passage.start + sentence.start, passage.start + sentence.end
    )


def _distinct(passages: Sequence[Passage], measured: Measured) -> list[int]:
    """Return the rows of sentences that no row before them is too: neighbouring passages share one."""
    seen: set[tuple[str, int]] = set()
    rows: list[int] = []
    for row, (place, number) in enumerate(zip(measured.candidates.tolist(), measured.sentences.tolist(), strict=True)):
        passage = passages[place]
        key = passage.article.id, passage.start + measured.readings[place].sentences[number].start
        if key not in seen:
            seen.add(key)
            rows.append(row)
    return rows
