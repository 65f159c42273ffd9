"""How near each sentence and each passage is to a question, by the pieces of the built-in model.

A match compares pieces: each piece of the question counts by the length of its row in the model's table, which training
made long for pieces that tell texts apart. A cosine is that of sums of rows; those of the passages were never added up,
only their lengths are known, so a sum times the question is a sum of products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.models.builtin.static import SHORTEST, StaticModel
from index.models.encoder import Vectors
from index.reading.readings import Numbers, Readings
from qa.evidence.grouping import Columns, highest, row_before
from qa.evidence.query import EvidenceQuery

_NEAR = 0.6
"""Cosine of the best match below which a piece of the question counts as missing: a judgement."""
_LEAST_IMPORTANCE = 1e-9
"""Limit below which a sum of importance is not divided by, so that the quotient stays finite."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near a question is to texts.

    Attributes:
        matches: how well each sentence matches each piece of the question, shape (sentences, pieces).
        cosines: of each sentence with the question, shape (sentences,).
        passage_cosines: of each passage, shape (passages,).
    """

    matches: NDArray[np.float32]
    cosines: NDArray[np.float64]
    passage_cosines: NDArray[np.float64]


def meaning_columns(query: EvidenceQuery, readings: Readings, model: StaticModel) -> Columns:
    """Return cosines, and how well the question's pieces are matched."""
    pieces = model.bags([query.text]).pieces
    directions, row_lengths = model.directions(pieces)
    lengths = row_lengths.astype(np.float64)
    importance = lengths / max(float(lengths.sum()), _LEAST_IMPORTANCE)
    telling = importance**2 / max(float((importance**2).sum()), _LEAST_IMPORTANCE)
    near = nearness(directions, query.vector, readings, model)
    owners, passages = readings.owners, len(readings.counts)
    best = highest(near.matches, owners, passages).astype(np.float64)
    cosines, match = near.cosines, near.matches @ importance
    before = row_before(readings)
    means = np.bincount(owners, cosines, passages) / np.maximum(readings.counts, 1)
    is_last = np.append(owners[1:] != owners[:-1], True)
    return {
        "match": match,
        "cosine": cosines,
        "cosine_above_mean": cosines - means[owners],
        "previous_cosine": np.where(before >= 0, cosines[before], 0.0),
        "next_cosine": np.where(is_last, 0.0, np.roll(cosines, -1)),
        "below_best_cosine": highest(cosines, owners, passages)[owners] - cosines,
        "below_best_match": highest(match, owners, passages)[owners] - match,
        "passage_cosine": near.passage_cosines[owners],
        "passage_match": (best @ importance)[owners],
        "passage_close_match": (np.clip(best, 0.0, 1.0) ** 3 @ importance)[owners],
        "passage_telling_match": (best @ telling)[owners],
        "passage_missing": ((best < _NEAR) @ importance)[owners],
    }


def nearness(directions: Vectors, vector: Vectors, readings: Readings, model: StaticModel) -> Nearness:
    """Return how near a question is to passages.

    A piece's match is the highest cosine of its row of the model's table with a row of the sentence's pieces, as in
    late interaction (Khattab and Zaharia 2020, ColBERT): 1 where the piece itself occurs, high for a synonym or a
    translation, 0 in a sentence without pieces.

    Args:
        directions: the rows of the question's pieces, scaled to length one, shape (pieces, dimensions).
        vector: its vector, shape (dimensions,).
        readings: the passages.
        model: the built-in model.
    """
    sentences, passages = len(readings.starts), len(readings.counts)
    distinct, places = _distinct(np.concatenate([readings.pieces, readings.whole_pieces]), model.pieces)
    products, row_lengths = model.products(distinct, np.vstack([directions, vector]))
    parts = products[:, -1] * model.scales(distinct)
    in_sentences, in_wholes = places[: len(readings.pieces)], places[len(readings.pieces) :]
    owners = np.repeat(np.arange(sentences), readings.piece_counts)
    sums = np.bincount(owners, np.sqrt(readings.times) * parts[in_sentences], sentences)
    # How often each passage holds each piece: what its sentences hold together.
    times = np.bincount(
        readings.owners[owners] * len(distinct) + in_sentences, readings.times, passages * len(distinct)
    ).reshape(passages, len(distinct))
    of_passages = np.sqrt(times) @ parts
    wholes = np.bincount(
        np.repeat(np.arange(passages), readings.whole_counts),
        np.sqrt(readings.whole_times) * parts[in_wholes],
        passages,
    )
    of_passages = np.where(readings.whole_counts > 0, wholes, of_passages)
    cosines: Vectors = (products[:, :-1] / np.maximum(row_lengths, SHORTEST)[:, np.newaxis]).astype(np.float32)
    return Nearness(
        highest(cosines[in_sentences], owners, sentences),
        sums / np.maximum(readings.lengths, SHORTEST),
        of_passages / np.maximum(readings.whole_lengths, SHORTEST),
    )


def _distinct(pieces: Numbers, count: int) -> tuple[Numbers, Numbers]:
    """Return the distinct ones of pieces below `count`, and the place of each among them."""
    occurs = np.zeros(count, dtype=bool)
    occurs[pieces] = True
    distinct = np.flatnonzero(occurs)
    places = np.empty(count, dtype=np.int64)
    places[distinct] = np.arange(len(distinct))
    return distinct, places[pieces]
