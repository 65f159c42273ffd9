"""Features of every sentence of every candidate passage, from which the network judges whether a sentence answers.

A share is a part of the question's terms, each weighted by its inverse document frequency. A match compares pieces of
the built-in model: each piece of the question counts by the length of its row in the model's table, which training made
long for pieces that tell texts apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.reading.reader import PassageReader, PassageText
from index.reading.readings import KINDS, Numbers, Readings
from index.reading.stored import decode
from qa.evidence.cues import offers, question_cues
from qa.evidence.grouping import Columns, highest
from qa.evidence.meaning import meaning_columns
from qa.evidence.query import CandidateText, EvidenceQuery
from qa.evidence.words import word_columns

Features = NDArray[np.float32]

_LEAST_SHARE = 1e-6
"""Limit below which a share is not divided by, so that the quotient stays finite."""
_ROW, _HEADER, _LABEL, _SEPARATOR = map(KINDS.index, ("row", "header", "label", "separator"))

_KINDS = ("number", "date", "reason", "place", "person")

FEATURE_NAMES = (
    "share",  # of the question's terms in the sentence
    "accented_share",  # the same for accented syllables
    "gain_with_previous",  # what the sentence before adds to the share
    "title_and_sentence_share",  # of the question's terms in the article's title or the sentence
    "focus_share",  # of the question's terms that are not in the title, in the sentence
    "match",  # mean match of the question's pieces in the sentence
    "cosine",  # of the sentence with the question
    "cosine_above_mean",  # the same minus its mean over the passage
    "previous_cosine",
    "next_cosine",
    "below_best_cosine",  # the passage's highest cosine minus this one
    "below_best_match",  # the same for matches
    "of_best_share",  # the share divided by the passage's highest
    "relative_position",  # 0 the passage's first sentence, 1 its last
    "is_first",
    "log_characters",
    "log_new_syllables",  # of the distinct syllables that the question does not hold
    "fused",  # the passage's score by fusion
    "passage_cosine",
    "passage_explained",  # the passage's BM25 as a share of the best possible
    "passage_share",
    "passage_focus_share",
    "passage_accented_share",
    "passage_names",  # share of the question's names in the passage; `_NO_NAMES` for a question without names
    "passage_match",
    "passage_close_match",  # the same of cubed matches: a near miss counts little
    "passage_telling_match",  # the same with squared importance: telling pieces count more
    "passage_missing",  # importance of the question's pieces that the passage has nothing near to
    "inverse_rank",  # 1 / the passage's place among the candidates
    "doubt",  # share of the question's syllables that no article holds
    "doubt_cosine",
    "doubt_match",
    *(f"offers_{kind}" for kind in _KINDS),  # 1 wanted and offered, -1 wanted and not offered, 0 not wanted
)


@dataclass(frozen=True, slots=True)
class SentenceFeatures:
    """The features of the sentences of all candidates that may be quoted, a row for each sentence.

    Attributes:
        values: the features, shape (sentences, len(FEATURE_NAMES)).
        candidates: for each row the position of its candidate, shape (sentences,).
        sentences: for each row the position of its sentence in `readings`, shape (sentences,).
        starts: where its sentence begins in the candidate's text, in code points, shape (sentences,).
        ends: where it ends.
        readings: the candidates as they were read.
    """

    values: Features
    candidates: Numbers
    sentences: Numbers
    starts: Numbers
    ends: Numbers
    readings: Readings


def sentence_features(
    query: EvidenceQuery, candidates: Sequence[CandidateText], reader: PassageReader
) -> SentenceFeatures:
    """Return the features of every sentence of every candidate that may be quoted.

    Not quoted are the lines that only draw a table, and a header that rows of the passage follow. Nor is a heading, or
    a line that may be a header, where a row of the passage holds a term of the question that it lacks: it announces the
    answer and does not give it.
    """
    stored: Sequence[bytes] = [one.reading for one in candidates]
    if query.rewording.called or not all(map(reader.is_current, stored)):
        passages = [PassageText(one.text, one.header, one.title) for one in candidates]
        stored = reader.current(passages, stored, query.rewording)
    readings = decode(stored)
    owners = readings.owners
    if not len(owners):
        none = np.zeros(0, dtype=np.int64)
        return SentenceFeatures(np.zeros((0, len(FEATURE_NAMES)), dtype=np.float32), none, none, none, none, readings)
    words, held = word_columns(query, [candidate.title for candidate in candidates], readings)
    columns = {
        **words,
        **meaning_columns(query, readings, reader.model),
        **_places(readings, query),
        **_rankings(candidates, owners),
    }
    doubt = 1.0 - query.known
    columns["doubt"] = np.full(len(owners), doubt)
    columns["doubt_cosine"] = doubt * columns["cosine"]
    columns["doubt_match"] = doubt * columns["match"]
    columns["of_best_share"] = columns["share"] / np.maximum(
        highest(columns["share"], owners, len(candidates))[owners], _LEAST_SHARE
    )
    features = np.empty((len(owners), len(FEATURE_NAMES)), dtype=np.float32)
    for column, name in enumerate(FEATURE_NAMES):
        features[:, column] = columns[name]
    shown = np.flatnonzero(_may_be_quoted(readings, held))
    return SentenceFeatures(
        features[shown], owners[shown], shown, readings.starts[shown], readings.ends[shown], readings
    )


def _may_be_quoted(readings: Readings, held: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which sentences may be quoted, shape (sentences,); `held` are the question's terms that each holds."""
    kinds, owners, passages = readings.kinds, readings.owners, len(readings.counts)
    shown: NDArray[np.bool_] = kinds != _SEPARATOR
    is_row = kinds == _ROW
    if not is_row.any():
        return shown
    in_rows = highest(held & is_row[:, np.newaxis], owners, passages)[owners]
    only_announces = (kinds == _LABEL) & (in_rows & ~held).any(axis=1)
    shown &= ~only_announces & ~((kinds == _HEADER) & highest(is_row, owners, passages)[owners])
    return shown


def _places(readings: Readings, query: EvidenceQuery) -> Columns:
    """Return where sentences stand, how long they are, and whether they hold the kind of answer asked for."""
    wanted = question_cues(query.text)
    places = np.arange(len(readings.starts)) - readings.firsts[readings.owners]
    none = np.zeros(len(places))
    return {
        "relative_position": places / np.maximum(readings.counts - 1, 1)[readings.owners],
        "is_first": places == 0,
        "log_characters": np.log1p(readings.ends - readings.starts),
        **{
            f"offers_{kind}": np.where(offers(readings, wanted), 1.0, -1.0) if kind == wanted.kind else none
            for kind in _KINDS
        },
    }


def _rankings(candidates: Sequence[CandidateText], owners: Numbers) -> Columns:
    """Return what ranking said of the passages."""
    return {
        "fused": np.array([candidate.fused for candidate in candidates])[owners],
        "passage_explained": np.array([candidate.explained for candidate in candidates])[owners],
        "inverse_rank": 1.0 / np.array([candidate.place for candidate in candidates])[owners],
    }
