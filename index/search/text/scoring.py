"""BM25 of passages whose words are there as codes: the same numbers as the text index gives, without a posting list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.reading.syllables import ACCENT_BITS, ACCENT_MASK, ACCENTS, Kind, code_of, hash_of
from index.search.bm25 import K1, B
from index.search.text.codes import CodedPassages

Numbers = NDArray[np.int64]
Array = NDArray[np.float64]

_PAIR_SIGN = "_"
_TABLE = 1 << 13
"""Entries of the table that finds a term's number, one for each value of a hash's low bits: a judgement, since the
table stays in the nearest cache, and of 50 terms hardly two share an entry."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What one occurrence of each term of a query weighs.

    Attributes:
        accented: of each syllable, by its accented and its folded term.
        folded: of each syllable without accents, in a passage and in the title of its article.
        pairs: of each pair, likewise.
        average_lengths: of accented syllables, folded ones, and pairs of a passage, and of the terms of a title.
    """

    accented: Mapping[tuple[str, str], float]
    folded: Mapping[str, tuple[float, float]]
    pairs: Mapping[str, tuple[float, float]]
    average_lengths: tuple[float, float, float, float]


class CodedQuery:
    """Scores passages for one query."""

    def __init__(self, weights: Weights) -> None:
        """Look for the terms that have weights."""
        parts = [pair.partition(_PAIR_SIGN) for pair in weights.pairs]
        halves = [half for one, sign, other in parts for half in ((one, other) if sign else (one,))]
        names = {*weights.folded, *(folded for _accented, folded in weights.accented), *halves}
        known = sorted({hash_of(name) for name in names})
        places = {one: place for place, one in enumerate(known)}
        self._hashes = np.array(known, dtype=np.uint32)
        low = self._hashes & (_TABLE - 1)
        self._number = np.full(_TABLE, -1, dtype=np.int16)  # small, since a view remembers many queries
        self._number[low] = np.arange(len(known))
        self._known = self._number >= 0
        self._clash = len(set(low.tolist())) < len(known)
        self._folded = np.zeros((2, len(known)))
        for term, weight in weights.folded.items():
            self._folded[:, places[hash_of(term)]] = weight
        self._pairs = np.array(list(weights.pairs.values())).reshape(len(parts), 2).T
        self._pair = np.full((len(known), len(known)), -1)
        self._whole = np.full(len(known), -1)
        for column, (one, sign, other) in enumerate(parts):
            if sign:
                self._pair[places[hash_of(one)], places[hash_of(other)]] = column
            else:
                self._whole[places[hash_of(one)]] = column
        codes = sorted((code_of(*term), weight) for term, weight in weights.accented.items())
        self._accents = np.array([weight for _code, weight in codes])
        self._accented = np.full((len(known), ACCENTS), -1, dtype=np.int16)
        for place, (code, _weight) in reversed(list(enumerate(codes))):  # of two with one code, the first counts
            self._accented[places[code >> ACCENT_BITS], code & ACCENT_MASK] = place
        self._averages = weights.average_lengths

    def scores(self, passages: CodedPassages) -> Array:
        """Return the BM25 of each passage, removed or not, 0 where no term stands in it, shape (passages,)."""
        count, known = len(passages.counts), len(self._hashes)
        if not known:
            return np.zeros(count)
        low = passages.codes >> ACCENT_BITS & (_TABLE - 1)
        hits = np.flatnonzero(self._known.take(low))
        code = passages.codes[hits]
        hashes = code >> ACCENT_BITS
        number = np.searchsorted(self._hashes, hashes) if self._clash else self._number[low[hits]].astype(np.int64)
        exact = self._hashes.take(number, mode="clip") == hashes
        hits, number, code = hits[exact], number[exact], code[exact]
        ends = np.searchsorted(hits, np.cumsum(passages.counts.ravel()))
        owner = np.repeat(np.arange(2 * count), np.diff(ends, prepend=0))
        kind = code & ACCENT_MASK
        is_term = (kind < ACCENTS) | (kind == Kind.NAME_IN_LINE) | (kind == Kind.NAME)
        folded = _counted(owner[is_term], number[is_term], 2 * count, known).reshape(count, 2, known)
        column, of_pair = self._pairs_of(passages, hits, number, owner, kind)
        pairs = _counted(of_pair, column, 2 * count, self._pairs.shape[1]).reshape(count, 2, -1)
        place = self._accented[number, np.where(kind < ACCENTS, kind, 0)]
        is_accented = is_term & (owner % 2 == 0) & (place >= 0)
        accented = _counted(owner[is_accented] // 2, place[is_accented], count, len(self._accents))
        of_accented, of_folded, of_pairs, of_title = self._averages
        scores: Array = (
            _saturated(accented, passages.terms, of_accented) @ self._accents
            + _saturated(folded[:, 0], passages.terms, of_folded) @ self._folded[0]
            + _saturated(pairs[:, 0], passages.pairs, of_pairs) @ self._pairs[0]
            + _saturated(folded[:, 1], passages.title_terms, of_title) @ self._folded[1]
            + _saturated(pairs[:, 1], passages.title_terms, of_title) @ self._pairs[1]
        )
        return scores

    def _pairs_of(
        self, passages: CodedPassages, hits: Numbers, number: Numbers, owner: Numbers, kind: Numbers
    ) -> tuple[Numbers, Numbers]:
        """Return the pairs of the query that stand in the passages, and which text or title each stands in."""
        if not passages.is_odd.any():
            return self._neighbours(hits, number, owner)
        ends = np.cumsum(passages.counts.sum(axis=1))
        starts = ends - passages.counts.sum(axis=1)
        bounds = zip(starts[passages.is_odd].tolist(), ends[passages.is_odd].tolist(), strict=True)
        odd = np.concatenate([np.arange(start, end) for start, end in bounds])
        own = hits.copy()
        is_odd = passages.is_odd[owner // 2]
        own[is_odd] = in_line(passages.codes[odd] & ACCENT_MASK)[np.searchsorted(odd, hits[is_odd])]
        stands = np.flatnonzero(own >= 0)
        column, of_pair = self._neighbours(own[stands], number[stands], owner[stands])
        whole = self._whole[number]
        is_whole = ((kind == Kind.JOINED) | (kind == Kind.CHARACTERS)) & (whole >= 0)
        return np.concatenate([column, whole[is_whole]]), np.concatenate([of_pair, owner[is_whole]])

    def _neighbours(self, line: Numbers, number: Numbers, owner: Numbers) -> tuple[Numbers, Numbers]:
        column = self._pair[number[:-1], number[1:]]
        together = (owner[1:] == owner[:-1]) & (line[1:] == line[:-1] + 1) & (column >= 0)
        return column[together], owner[1:][together]


def in_line(kinds: NDArray[np.integer[Any]]) -> Numbers:
    """Return the place of each code in its line, so that neighbours differ by one; -2 where it stands in none.

    Args:
        kinds: the last bits of the codes, see `index.reading.syllables`, shape (codes,).
    """
    replaces = (kinds == Kind.NAME_IN_LINE) | (kinds == Kind.LINE)
    stands = (kinds < ACCENTS) | replaces
    stands[:-1] &= ~replaces[1:]
    places = np.cumsum(stands) + np.cumsum(kinds == Kind.CHARACTERS)
    return np.where(stands, places, -2)


def _counted(rows: Numbers, columns: Numbers, count: int, width: int) -> Numbers:
    """Return how often each pair of a row and a column occurs, shape (count, width)."""
    return np.bincount(rows * width + columns, minlength=count * width).reshape(count, width)


def _saturated(occurrences: Numbers, lengths: Numbers, average: float) -> Array:
    """Return what occurrences of terms of weight 1 add to BM25, see `index.search.bm25.term_score`.

    Args:
        occurrences: of each term in each passage, shape (passages, terms).
        lengths: of the passages, shape (passages,).
        average: of the lengths of all passages; 0 where no passage holds a term.
    """
    if average <= 0:
        return np.zeros(occurrences.shape)
    norms = K1 * (1 - B + B * lengths / average)
    saturated: Array = (K1 + 1) * occurrences / (occurrences + norms[:, np.newaxis])
    return saturated
