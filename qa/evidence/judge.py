"""Judges which sentences of the candidates answer the question.

A small network, trained by `training.answers`, scores every sentence of every candidate. Its scores choose which
sentences to quote from a passage, and order the passages by their best sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.models.builtin.encoder import builtin_static_model
from index.records import Passage
from qa.answers import Quote
from qa.evidence.features import FEATURE_NAMES, CandidateText, EvidenceQuery, SentenceFeatures, sentence_features
from qa.evidence.negation import contradicts, takes_a_side
from qa.evidence.network import Array, Network
from qa.evidence.parser import PassageParser
from qa.evidence.reading import ReadSentence
from qa.evidence.required import holds_any, required_names

_NEIGHBOUR = 0.1
"""Likelihood from which the sentence before or behind a passage's best is quoted with it, as a share of the best.

Measured on ViQuAD at 0.05, 0.1, 0.15 and 0.2, see `training/README.md`. The answer often stands beside the sentence
that repeats the question.
"""
SECOND_QUOTE = 0.5
"""Likelihood from which a sentence elsewhere in the passage is a second quote, as a share of the best: a judgement."""


OPPOSITE = 3.0
"""Taken off the network's score of a sentence that denies what is asked for, or the other way: a judgement.

Such a sentence then comes after one that answers and is a twentieth as likely, but before those about something else.
"""
IMPOSSIBLE = 12.0
"""Taken off the score of a sentence whose passage lacks the question's code: a judgement, as good as never."""


@dataclass(frozen=True, slots=True)
class PassageEvidence:
    """How well the sentences of one passage answer.

    Attributes:
        strength: likelihood of its best sentence, as a share of the best sentence's of all candidates, 0 to 1.
        share: the same, as a share of all sentences' together, 0 to 1.
        quotes: its best sentence, alone or with a neighbour, and perhaps a second quote; with strengths, best first.
        sentences: the sentences that the quotes consist of, each with its own strength.
    """

    strength: float
    share: float
    quotes: tuple[tuple[Quote, float], ...]
    sentences: tuple[tuple[Quote, float], ...]


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

    def __init__(self, parser: PassageParser, network: Network) -> None:
        """Take both as they are; `open` loads them."""
        self.parser = parser
        self.network = network

    @classmethod
    def open(cls) -> EvidenceJudge:
        """Load the built-in model and the trained network that ships."""
        network = Network.open(Path(__file__).parent / "evidence.json", FEATURE_NAMES)
        return cls(PassageParser(builtin_static_model()), network)

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
            CandidateText(passage.text, passage.article.title, one_fused, one_explained, place, passage.header_text)
            for place, (passage, one_fused, one_explained) in enumerate(zip(passages, fused, explained, strict=True), 1)
        ]
        features = sentence_features(query, candidates, self.parser)
        possible = _possible(query.text, candidates)[features.candidates]
        logits = self.network(features.values) - IMPOSSIBLE * ~possible
        logits -= OPPOSITE * _opposite(query.text, passages, features, logits)
        strengths = np.exp(logits - logits.max()) if len(logits) else logits
        total = float(strengths[_distinct(features)].sum())
        rows = [np.flatnonzero(features.candidates == place) for place in range(len(passages))]
        return Judgement(
            tuple(
                _evidence_of(passage, own, strengths, total, features)
                for passage, own in zip(passages, rows, strict=True)
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
    best = int(np.argmax(strengths))
    beside = [best - 1] * bool(joins[best]) + [best + 1] * bool(joins[best + 1 : best + 2].any())
    other = max(beside, key=lambda row: float(strengths[row]), default=best)
    if strengths[other] < _NEIGHBOUR * strengths[best]:
        other = best
    first, last = min(best, other), max(best, other)
    rest = np.delete(np.arange(len(strengths)), np.s_[first : last + 1])
    second = rest[np.argsort(-strengths[rest], kind="stable")][:1].tolist()
    return [(first, last + 1)] + [(row, row + 1) for row in second if strengths[row] >= SECOND_QUOTE * strengths[best]]


def _evidence_of(
    passage: Passage, rows: NDArray[np.int64], strengths: Array, total: float, features: SentenceFeatures
) -> PassageEvidence:
    if not len(rows):
        return PassageEvidence(0.0, 0.0, (), ())
    parsed = features.parsed[features.candidates[rows[0]]].sentences
    sentences = [parsed[number] for number in features.sentences[rows]]
    own = strengths[rows]

    def quote(first: int, last: int) -> tuple[Quote, float]:
        """Return a range of sentences as one quote, as strong as its strongest sentence."""
        one, other = sentences[first].place, sentences[last - 1].place
        found = replace(
            _quote(passage, one.start, other.end), header=_header_of(passage, one), is_row=one.kind == "row"
        )
        return found, float(own[first:last].max())

    ranges = quoted_sentences(own, np.array([sentence.joins for sentence in sentences]))
    strongest = float(own.max())
    return PassageEvidence(
        strength=strongest,
        share=min(strongest / total, 1.0),
        quotes=tuple(quote(first, last) for first, last in ranges),
        sentences=tuple(quote(row, row + 1) for first, last in ranges for row in range(first, last)),
    )


def _quote(passage: Passage, start: int, end: int) -> Quote:
    """Return a slice of a passage, by offsets in the passage."""
    return Quote.within(passage.places, passage.text[start:end], passage.start + start, passage.start + end)


def _header_of(passage: Passage, row: ReadSentence) -> Quote | None:
    """Return the header of a row's table, which may stand in front of the passage; None for any other sentence."""
    if row.continues and passage.header is not None:
        return Quote.within(passage.places, passage.header_text, *passage.header)
    return None if row.header is None else _quote(passage, *row.header)


def _possible(question: str, candidates: Sequence[CandidateText]) -> NDArray[np.bool_]:
    """Return whether each candidate, or the title above it, holds a code or signed name of the question."""
    names = required_names(question)
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
            place = int(features.candidates[row])
            sentence = features.parsed[place].sentences[int(features.sentences[row])].place
            opposite[row] = contradicts(question, passages[place].text[sentence.start : sentence.end])
    return opposite


def _distinct(features: SentenceFeatures) -> list[int]:
    """Return the rows whose sentence no earlier row holds: neighbouring passages and reprints repeat sentences."""
    seen: set[str] = set()
    rows: list[int] = []
    for row, (place, number) in enumerate(zip(features.candidates.tolist(), features.sentences.tolist(), strict=True)):
        sentence = features.parsed[place].sentences[number]
        text = sentence.place.text
        if text not in seen:
            seen.add(text)
            rows.append(row)
    return rows
