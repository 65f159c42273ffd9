"""Judges which sentences of the candidates answer the question.

A small network, trained by `training.answers`, scores every sentence of every candidate. Its scores choose which
sentences to quote from a passage, and order the passages by their best sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.reading.reader import PassageReader, builtin_reader
from index.reading.readings import KINDS, Readings
from index.records import Passage
from qa.answers import Quote
from qa.evidence.features import FEATURE_NAMES, SentenceFeatures, sentence_features
from qa.evidence.grouping import highest
from qa.evidence.negation import contradicts, takes_a_side
from qa.evidence.network import Array, Network
from qa.evidence.query import CandidateText, EvidenceQuery
from qa.evidence.required import holds_any, required_names

_NEIGHBOUR = 0.1
"""Likelihood from which the sentence before or behind a passage's best is quoted with it, as a share of the best.

Measured on ViQuAD at 0.05, 0.1, 0.15 and 0.2, see `training/README.md`. The answer often stands beside the sentence
that repeats the question.
"""
_ROW = KINDS.index("row")
SECOND_QUOTE = 0.5
"""Likelihood from which a sentence elsewhere in the passage is a second quote, as a share of the best: a judgement."""


OPPOSITE = 6.0
"""Taken off the network's score of a sentence that denies what is asked for, or the other way: a judgement.

Such a sentence then comes after one that answers and is less than a hundredth as likely, but before those about
something else.
"""
IMPOSSIBLE = 12.0
"""Taken off the score of a sentence whose passage lacks the question's code: a judgement, as good as never."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """What is quoted from one passage.

    Attributes:
        quotes: its best sentence, alone or with a neighbour, and perhaps a second quote; with strengths, best first.
        sentences: the sentences that the quotes consist of, each with its own strength.
    """

    quotes: tuple[tuple[Quote, float], ...]
    sentences: tuple[tuple[Quote, float], ...]


@dataclass(frozen=True)
class PassageEvidence:
    """How well the sentences of one passage answer.

    Attributes:
        strength: likelihood of its best sentence, as a share of the best sentence's of all candidates, 0 to 1.
        share: the same, as a share of all sentences' together, 0 to 1.
        quote: returns what is quoted, which only matters for a passage that is shown.
    """

    strength: float
    share: float
    quote: Callable[[], Quoted]

    @cached_property
    def quoted(self) -> Quoted:
        """What is quoted."""
        return self.quote()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judge says of all candidates.

    Attributes:
        evidence: one for each candidate.
        features: of all sentences.
        logits: the score of each row of `features`, shape (sentences,): the network's, less what rules take off.
        possible: whether each row may answer at all: its passage holds what the question names by a code.
    """

    evidence: tuple[PassageEvidence, ...]
    features: SentenceFeatures
    logits: Array
    possible: NDArray[np.bool_]


class EvidenceJudge:
    """Scores sentences with a network. Safe to share between threads."""

    def __init__(self, reader: PassageReader, network: Network) -> None:
        """Take both as they are; `open` loads them."""
        self.reader = reader
        self.network = network

    @classmethod
    def open(cls) -> EvidenceJudge:
        """Load the built-in model and the trained network that ships."""
        network = Network.open(Path(__file__).parent / "evidence.json", FEATURE_NAMES)
        return cls(builtin_reader(), network)

    def judge(
        self, query: EvidenceQuery, passages: Sequence[Passage], fused: Sequence[float], explained: Sequence[float]
    ) -> Judgement:
        """Judge all sentences of the candidates, which come best first by `fused`.

        Args:
            query: the question.
            passages: the candidates.
            fused: their scores by fusion.
            explained: their BM25 as a share of the best possible.
        """
        candidates = [
            CandidateText(
                text=passage.text,
                title=passage.article.title,
                fused=one_fused,
                explained=one_explained,
                place=place,
                header=passage.header_text,
                reading=passage.reading,
            )
            for place, (passage, one_fused, one_explained) in enumerate(zip(passages, fused, explained, strict=True), 1)
        ]
        features = sentence_features(query, candidates, self.reader)
        possible = _possible(query.text, candidates)[features.candidates]
        logits = self.network(features.values) - IMPOSSIBLE * ~possible
        logits -= OPPOSITE * _opposite(query.text, passages, features, logits)
        strengths = np.exp(logits - logits.max()) if len(logits) else logits
        total = float(strengths[_distinct(passages, features)].sum()) or 1.0
        strongest = highest(strengths, features.candidates, len(passages))
        bounds = np.searchsorted(features.candidates, np.arange(len(passages) + 1)).tolist()
        return Judgement(
            tuple(
                PassageEvidence(
                    one, min(one / total, 1.0), partial(_quoted, passage, slice(*rows), strengths, features)
                )
                for passage, one, rows in zip(passages, strongest.tolist(), pairwise(bounds), strict=True)
            ),
            features,
            logits,
            possible,
        )


def quoted_sentences(strengths: Array, joins: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the sentences of one passage to quote, best first, as half-open ranges of one or two sentences.

    Args:
        strengths: likelihood of each sentence, on any scale, shape (sentences,).
        joins: whether a sentence may be quoted as one with the sentence before it, shape (sentences,).
    """
    likelihoods, may_join = strengths.tolist(), joins.tolist()
    rows = range(len(likelihoods))
    best = max(rows, key=likelihoods.__getitem__)
    beside = [best - 1] * may_join[best] + [best + 1] * any(may_join[best + 1 : best + 2])
    other = max(beside, key=likelihoods.__getitem__, default=best)
    if likelihoods[other] < _NEIGHBOUR * likelihoods[best]:
        other = best
    first, last = min(best, other), max(best, other)
    second = max((row for row in rows if not first <= row <= last), key=likelihoods.__getitem__, default=None)
    found = [(first, last + 1)]
    if second is not None and likelihoods[second] >= SECOND_QUOTE * likelihoods[best]:
        found.append((second, second + 1))
    return found


def _quoted(passage: Passage, rows: slice, strengths: Array, features: SentenceFeatures) -> Quoted:
    """Return what is quoted from a passage whose sentences are some rows of `features`."""
    own, numbers, readings = strengths[rows], features.sentences[rows], features.readings
    if not len(own):
        return Quoted((), ())

    def quote(first: int, last: int) -> tuple[Quote, float]:
        """Return a range of sentences as one quote, as strong as its strongest sentence."""
        found = _sentences(passage, readings, int(numbers[first]), int(numbers[last - 1]))
        return found, float(own[first:last].max())

    ranges = quoted_sentences(own, readings.joins[numbers])
    return Quoted(
        quotes=tuple(quote(first, last) for first, last in ranges),
        sentences=tuple(quote(row, row + 1) for first, last in ranges for row in range(first, last)),
    )


def _sentences(passage: Passage, readings: Readings, first: int, last: int) -> Quote:
    """Return two sentences of a passage, or one, as a quote; the header of a row's table may stand in front of it."""
    found = _quote(passage, int(readings.starts[first]), int(readings.ends[last]))
    if readings.kinds[first] != _ROW:
        return found
    header = None
    if readings.continues[first] and passage.header is not None:
        header = Quote.within(passage.places, passage.header_text, *passage.header)
    elif readings.spans[first].any():
        header = _quote(passage, *readings.spans[first].tolist())
    return replace(found, header=header, is_row=True)


def _quote(passage: Passage, start: int, end: int) -> Quote:
    """Return a slice of a passage, by offsets in the passage."""
    return Quote.within(passage.places, passage.text[start:end], passage.start + start, passage.start + end)


def _possible(question: str, candidates: Sequence[CandidateText]) -> NDArray[np.bool_]:
    """Return whether each candidate, or the title above it, holds a code or signed name of the question."""
    names = required_names(question)
    if not names:
        return np.ones(len(candidates), dtype=bool)
    return np.array(
        [holds_any(names, candidate.title, candidate.header, candidate.text) for candidate in candidates], dtype=bool
    )


def _opposite(
    question: str, passages: Sequence[Passage], features: SentenceFeatures, logits: Array
) -> NDArray[np.bool_]:
    """Return whether each row's sentence denies what the question asks for, or the other way.

    Only sentences that could come first are looked at; what becomes of the others shows nowhere.
    """
    opposite = np.zeros(len(logits), dtype=bool)
    if len(logits) and takes_a_side(question):
        for row in np.flatnonzero(logits >= logits.max() - 2 * OPPOSITE).tolist():
            text = passages[int(features.candidates[row])].text
            opposite[row] = contradicts(question, text[int(features.starts[row]) : int(features.ends[row])])
    return opposite


def _distinct(passages: Sequence[Passage], features: SentenceFeatures) -> list[int]:
    """Return the rows whose sentence no earlier row holds: neighbouring passages and reprints repeat sentences."""
    texts = [passage.text for passage in passages]
    places = zip(features.candidates.tolist(), features.starts.tolist(), features.ends.tolist(), strict=True)
    first: dict[str, int] = {}
    for row, (place, start, end) in enumerate(places):
        first.setdefault(texts[place][start:end], row)
    return list(first.values())
