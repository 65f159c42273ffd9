"""How much of a question's words each sentence and each passage holds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.reading.readings import Readings
from index.reading.stretches import codes_in
from index.reading.terms import CodedTerms, Codes, HeldTerms
from qa.evidence.cues import question_cues
from qa.evidence.grouping import Columns, highest, row_before
from qa.evidence.query import EvidenceQuery

_NO_NAMES = 0.7
"""Share of names found that stands for a question without names: a judgement, about the mean of the others."""
_REMEMBERED = 1024
"""Titles whose codes are remembered: a limit on memory."""


def word_columns(query: EvidenceQuery, titles: Sequence[str], readings: Readings) -> tuple[Columns, NDArray[np.bool_]]:
    """Return the shares of the question's terms, and which terms each sentence holds as it is read.

    The shape of the latter is (sentences, terms).
    """
    terms = query.terms
    weights = {term: query.weights.get(term, 0.0) for term in (*terms.folded, *terms.pairs)}
    accents = dict(zip(terms.accented, terms.folded, strict=True))
    weight = np.array(list(weights.values()))
    accent_weight = np.array([weights[plain] for plain in accents.values()])
    title_codes = [_title_codes(query.rewording(title)) for title in titles]
    read, meant, held_titles = _held(CodedTerms(terms.folded, terms.pairs, accents), readings, title_codes)
    owners, passages = readings.owners, len(readings.counts)
    before = row_before(readings)
    previous = np.where(before[:, np.newaxis] >= 0, meant.terms[before], False)
    everything, focus = highest(meant.terms, owners, passages), weight * ~held_titles
    share = _share(meant.terms, weight)
    columns = {
        "share": share,
        "accented_share": _share(meant.accented, accent_weight),
        "gain_with_previous": np.where(before >= 0, _share(meant.terms | previous, weight) - share, 0.0),
        "title_and_sentence_share": _share(meant.terms | held_titles[owners], weight),
        "focus_share": _share(meant.terms, focus[owners]),
        "log_new_syllables": np.log1p(readings.distinct - read.syllables),
        "passage_share": _share(everything, weight)[owners],
        "passage_focus_share": _share(everything, focus)[owners],
        "passage_accented_share": _share(highest(meant.accented, owners, passages), accent_weight)[owners],
        "passage_names": _names_held(query.text, list(weights), highest(read.terms, owners, passages))[owners],
    }
    return columns, read.terms


def _names_held(question: str, terms: Sequence[str], held: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the share of the question's names that each passage holds, by the terms that it holds."""
    names = question_cues(question).names
    if not names:
        return np.full(len(held), _NO_NAMES)
    columns = [column for column, term in enumerate(terms) if term in names]
    shares: NDArray[np.float64] = held[:, columns].sum(axis=1) / len(names)
    return shares


def _held(
    asked: CodedTerms, readings: Readings, titles: Sequence[Codes]
) -> tuple[HeldTerms, HeldTerms, NDArray[np.bool_]]:
    """Return the terms that sentences hold as they are read, those that are meant, and those of the titles.

    A row is meant by a question only if it holds a word of it that does not stand above all rows.
    """
    rows = np.flatnonzero(readings.read_counts)
    counts = [
        readings.code_counts,
        readings.read_counts[rows],
        readings.header_counts,
        np.fromiter(map(len, titles), dtype=np.int64, count=len(titles)),
    ]
    codes = np.concatenate([readings.codes, readings.read_codes, readings.header_codes, *titles])
    held = asked.held(codes, np.concatenate(counts))
    first_row, first_header, first_title = np.cumsum(list(map(len, counts[:-1]))).tolist()
    own, own_accented = held.terms[:first_row], held.accented[:first_row]
    syllables, in_titles = held.syllables[:first_row], held.terms[first_title:]
    if not len(rows):
        read = HeldTerms(own, own_accented, syllables)
        return read, read, in_titles
    read = HeldTerms(own.copy(), own_accented.copy(), syllables.copy())
    read.terms[rows] = held.terms[first_row:first_header]
    read.accented[rows] = held.accented[first_row:first_header]
    read.syllables[rows] = held.syllables[first_row:first_header]
    headers = first_header + readings.header_of[rows]
    is_meant = (own[rows] & ~held.terms[headers]).any(axis=1)[:, np.newaxis]
    meant = HeldTerms(read.terms.copy(), read.accented.copy(), read.syllables)
    meant.terms[rows] &= is_meant
    meant.accented[rows] = np.where(is_meant, read.accented[rows], own_accented[rows] & ~held.accented[headers])
    return read, meant, in_titles


def _share(held: NDArray[np.bool_], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of all weight that lies on what is held; `weights` are of all rows or of each."""
    total = weights.sum(axis=-1)
    on_held = held @ weights if weights.ndim == 1 else (held * weights).sum(axis=1)
    shares: NDArray[np.float64] = on_held / np.where(total > 0, total, 1.0)
    return shares


@lru_cache(maxsize=_REMEMBERED)
def _title_codes(title: str) -> Codes:
    return codes_in(title)
