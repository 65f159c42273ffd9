"""Which terms of a question stand in texts that are there as codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.reading.readings import Numbers
from index.reading.syllables import ACCENT_BITS, ACCENT_MASK, ACCENTS, Kind, code_of, hash_of

Codes = NDArray[np.uint32]
_PAIR_SIGN = "_"
_NAME_IN_LINE, _LINE, _NAME, _JOINED, _CHARACTERS = map(int, Kind)


@dataclass(frozen=True, slots=True)
class HeldTerms:
    """Which terms each of some texts holds.

    Attributes:
        terms: shape (texts, terms).
        accented: shape (texts, accented terms).
        syllables: how many of the terms are among a text's distinct syllables, or among its pairs of characters where
            it has no syllable, shape (texts,).
    """

    terms: NDArray[np.bool_]
    accented: NDArray[np.bool_]
    syllables: Numbers


class CodedTerms:
    """Terms as codes, to be looked for in the codes of many texts at once."""

    def __init__(self, folded: Iterable[str], pairs: Iterable[str], accented: Mapping[str, str]) -> None:
        """Look for terms as `analyse` gives them; columns are `folded`, then `pairs`, each once.

        Args:
            folded: syllables without accents.
            pairs: pairs of syllables or characters.
            accented: syllables with accents, each with the same syllable without; columns of their own.
        """
        syllables, both = list(dict.fromkeys(folded)), list(dict.fromkeys(pairs))
        parts = [pair.partition(_PAIR_SIGN) for pair in both]
        known = sorted({hash_of(term) for term in (*syllables, *_halves(parts))})
        places = {one: place for place, one in enumerate(known)}
        self.count = len(syllables) + len(both)
        self._hashes = np.array(known, dtype=np.uint32)
        self._syllable = np.full(len(known), -1)
        self._whole = np.full(len(known), -1)
        self._pair = np.full((len(known), len(known)), -1)
        for column, term in enumerate(syllables):
            self._syllable[places[hash_of(term)]] = column
        for column, (one, sign, other) in enumerate(parts, len(syllables)):
            if sign:
                self._pair[places[hash_of(one)], places[hash_of(other)]] = column
            else:
                self._whole[places[hash_of(one)]] = column
        self._accented = np.array([code_of(*both) for both in accented.items()], dtype=np.uint32)

    def held(self, codes: Codes, counts: Numbers) -> HeldTerms:
        """Return which terms texts hold.

        Args:
            codes: of all texts, one behind the other, shape (codes,).
            counts: how many each text has, shape (texts,).
        """
        texts = len(counts)
        terms = np.zeros((texts, self.count), dtype=bool)
        accented = np.zeros((texts, len(self._accented)), dtype=bool)
        if not len(self._hashes) or not len(codes):
            return HeldTerms(terms, accented, np.zeros(texts, dtype=np.int64))
        owners = np.repeat(np.arange(texts), counts)
        hashes = codes >> ACCENT_BITS
        found = np.searchsorted(self._hashes, hashes)
        hits = np.flatnonzero(self._hashes.take(found, mode="clip") == hashes)
        number, owner, kind = found[hits], owners[hits], codes[hits] & ACCENT_MASK
        kinds = codes & ACCENT_MASK
        has_kinds = bool((kinds >= ACCENTS).any())
        is_term = (kind < ACCENTS) | (kind == _NAME_IN_LINE) | (kind == _NAME)
        column = self._syllable[number]
        _mark(terms, owner, column, is_term & (column >= 0))
        of_characters = np.zeros(texts, dtype=bool)
        line = hits
        if has_kinds:
            column = self._whole[number]
            _mark(terms, owner, column, ((kind == _JOINED) | (kind == _CHARACTERS)) & (column >= 0))
            of_characters = np.bincount(owners[kinds < ACCENTS], minlength=texts) == 0
            line = _line(kinds)[hits]
        self._mark_pairs(terms, number[line >= 0], owner[line >= 0], line[line >= 0])
        whole = np.where(kind < ACCENTS, codes[hits], hashes[hits] << ACCENT_BITS)
        row, place = np.nonzero((whole[:, np.newaxis] == self._accented) & is_term[:, np.newaxis])
        accented[owner[row], place] = True
        first_pair = int((self._syllable >= 0).sum())
        syllables = terms[:, :first_pair].sum(axis=1)
        if of_characters.any():
            syllables = np.where(of_characters, terms.sum(axis=1), syllables)
        return HeldTerms(terms, accented, syllables)

    def _mark_pairs(self, terms: NDArray[np.bool_], number: Numbers, owner: Numbers, line: Numbers) -> None:
        """Mark the pairs of neighbours among the known syllables that stand in lines, at the places `line`."""
        column = self._pair[number[:-1], number[1:]]
        _mark(terms, owner[1:], column, (owner[1:] == owner[:-1]) & (line[1:] == line[:-1] + 1) & (column >= 0))


def _halves(parts: Iterable[tuple[str, str, str]]) -> Iterable[str]:
    for one, sign, other in parts:
        yield one
        if sign:
            yield other


def _mark(terms: NDArray[np.bool_], owner: Numbers, column: Numbers, held: NDArray[np.bool_]) -> None:
    terms[owner[held], column[held]] = True


def _line(kinds: NDArray[Any]) -> Numbers:
    """Return the place of each code in its line, so that neighbours differ by one; -1 where it stands in none."""
    replaces = (kinds == _NAME_IN_LINE) | (kinds == _LINE)
    in_line = (kinds < ACCENTS) | replaces
    in_line[:-1] &= ~replaces[1:]
    places = np.cumsum(in_line) + np.cumsum(kinds == _CHARACTERS)
    return np.where(in_line, places, -1)
