"""Texts to the arrays of their words and cues, many at once.

A text is cut at its spaces; the stretches between come again and again, so what each gives is remembered, and all that
a text gives is put together from them by numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.reading.cues import (
    BEGINNINGS,
    ENDINGS,
    THE,
    THE_KY,
    TOGETHER,
    beginning_of,
    cues_in,
    ending_of,
    may_precede_a_name,
    name_in,
    numbers_in,
)
from index.reading.searched import word_of
from index.reading.syllables import ACCENT_BITS, ACCENT_MASK, ACCENTS, HASH_BITS, Kind, hash_of
from index.text.normalization import fold

Numbers = NDArray[np.int64]

_REMEMBERED = 1 << 15
"""Stretches that are remembered: a limit on memory, twice as many save one in ten of those that are not found."""
_LONGEST_REMEMBERED = 64
"""Characters of a stretch that is remembered at most; a limit on memory."""


class _Stretch(NamedTuple):
    """What a stretch gives; hashes of folded terms, -1 for no name."""

    codes: bytes
    cues: int
    ending: int
    beginning: int
    opens: bool
    name: int
    numbers: tuple[int, ...]


def _stretch(text: str) -> _Stretch:
    folded, name = fold(text), name_in(text)
    return _Stretch(
        codes=word_of(text).codes,
        cues=int(cues_in(text, folded)),
        ending=ending_of(folded),
        beginning=beginning_of(folded),
        opens=may_precede_a_name(text),
        name=hash_of(name) if name else -1,
        numbers=tuple(map(hash_of, numbers_in(folded))),
    )


_remembered = lru_cache(maxsize=_REMEMBERED)(_stretch)


def _known(text: str) -> _Stretch:
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _stretch(text)


def codes_in(text: str) -> NDArray[np.uint32]:
    """Return the codes of one text, see `syllables`, shape (codes,)."""
    return np.frombuffer(b"".join(word_of(stretch).codes for stretch in text.split()), dtype="<u4")


@dataclass(frozen=True, slots=True)
class ReadTexts:
    """What texts give; those of one text stand together, in the order of the texts.

    Attributes:
        codes: the codes of all texts, see `syllables`, shape (codes,), uint32.
        code_counts: how many of them each text has, shape (texts,).
        distinct: its distinct syllables without accents, or pairs of characters where it has none, shape (texts,).
        cues: its `Cue`s, shape (texts,).
        numbers: hashes of the distinct numbers of all texts, ascending in each, shape (numbers,).
        number_counts: how many of them each text has, shape (texts,).
        names: hashes of the distinct names of all texts, likewise.
        name_counts: how many of them each text has, shape (texts,).
    """

    codes: NDArray[np.uint32]
    code_counts: Numbers
    distinct: Numbers
    cues: Numbers
    numbers: Numbers
    number_counts: Numbers
    names: Numbers
    name_counts: Numbers


class _Places(dict[str, int]):
    """Numbers distinct texts, from 0 in the order in which they are looked up."""

    def __missing__(self, text: str) -> int:
        self[text] = place = len(self)
        return place


def read_texts(texts: Sequence[str]) -> ReadTexts:
    """Return what texts give, each by itself."""
    cut = [text.split(" ") for text in texts]
    counts = np.fromiter(map(len, cut), dtype=np.int64, count=len(cut))
    places = _Places()
    ids = np.fromiter(map(places.__getitem__, chain.from_iterable(cut)), dtype=np.int64, count=int(counts.sum()))
    found = list(map(_known, places))
    codes, cues, endings, beginnings, opens, names, numbers = zip(*found, strict=True) if found else ((),) * 7
    starts = np.cumsum(counts) - counts
    owners = np.repeat(np.arange(len(cut)), counts)

    all_codes, of_each = _gathered([np.frombuffer(one, dtype="<u4") for one in codes], ids)
    code_counts = _sums(of_each, owners, len(cut))
    code_owners = np.repeat(owners, of_each)

    own_cues = np.array(cues, dtype=np.int64)[ids] | _together(
        np.array(endings, dtype=np.int64)[ids], np.array(beginnings, dtype=np.int64)[ids], starts
    )
    behind_open = _before(np.array(opens, dtype=np.int64)[ids], starts) > 0
    name_hashes = np.array(names, dtype=np.int64)[ids]
    named = behind_open & (name_hashes >= 0)
    all_names, name_counts = _distinct(owners[named], name_hashes[named], len(cut))
    flat_numbers, of_each = _gathered([np.array(one, dtype=np.int64) for one in numbers], ids)
    all_numbers, number_counts = _distinct(np.repeat(owners, of_each), flat_numbers, len(cut))
    return ReadTexts(
        codes=all_codes.astype(np.uint32),
        code_counts=code_counts,
        distinct=_distinct_syllables(all_codes.astype(np.int64), code_owners, len(cut)),
        cues=np.bitwise_or.reduceat(own_cues, starts) if len(cut) else np.zeros(0, dtype=np.int64),
        numbers=all_numbers,
        number_counts=number_counts,
        names=all_names,
        name_counts=name_counts,
    )


_TOGETHER = np.zeros((len(ENDINGS), len(BEGINNINGS)), dtype=np.int64)
for _places, _cue in TOGETHER.items():
    _TOGETHER[_places] = _cue


def _together(endings: Numbers, beginnings: Numbers, starts: Numbers) -> Numbers:
    """Return the cues that each stretch tells with the one before it."""
    before = _before(endings, starts)
    is_known = (endings != THE_KY) | (before == THE)
    return _TOGETHER[_before(endings * is_known, starts), beginnings]


def _before(values: Numbers, starts: Numbers) -> Numbers:
    """Return the value of the stretch before each, 0 for the first of a text."""
    before = np.roll(values, 1)
    before[starts] = 0
    return before


def _sums(values: Numbers, owners: Numbers, count: int) -> Numbers:
    return np.bincount(owners, weights=values, minlength=count).astype(np.int64)


def _gathered(of_each: Sequence[NDArray[np.generic]], ids: Numbers) -> tuple[Numbers, Numbers]:
    """Return the values of the stretches `ids`, one behind the other, and how many each of them has."""
    lengths = np.fromiter(map(len, of_each), dtype=np.int64, count=len(of_each))
    values = np.concatenate(of_each).astype(np.int64) if of_each else np.zeros(0, dtype=np.int64)
    firsts, counts = (np.cumsum(lengths) - lengths)[ids], lengths[ids]
    return values[np.repeat(firsts - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))], counts


def _distinct(owners: Numbers, hashes: Numbers, count: int) -> tuple[Numbers, Numbers]:
    """Return the distinct hashes of each text, and how many it has."""
    both = np.sort(owners << HASH_BITS | hashes)  # faster than numpy.unique, which looks numbers up
    both = both[np.append(True, both[1:] != both[:-1])[: len(both)]]
    return both & ((1 << HASH_BITS) - 1), np.bincount(both >> HASH_BITS, minlength=count)


def _distinct_syllables(codes: Numbers, owners: Numbers, count: int) -> Numbers:
    kinds = codes & ACCENT_MASK
    is_term = (kinds < ACCENTS) | (kinds == Kind.NAME_IN_LINE) | (kinds == Kind.NAME)
    _, syllables = _distinct(owners[is_term], codes[is_term] >> ACCENT_BITS, count)
    if is_term.all():
        return syllables
    _, pairs = _distinct(owners[~is_term], codes[~is_term] >> ACCENT_BITS, count)
    return np.where(syllables > 0, syllables, pairs)
