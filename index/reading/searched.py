"""What the text index takes of a passage: its words as terms and as codes, found once wherever that is cheapest."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from index.reading.syllables import codes_of
from index.text.analysis import pairs_of, runs_of, stretches_of

_REMEMBERED = 1 << 16
"""Stretches of text without white space that are remembered: a limit on memory."""
_LONGEST_REMEMBERED = 64
"""Characters of a stretch that is remembered at most; a limit on memory."""


class Analysed(NamedTuple):
    """The terms of a text, each kind joined by spaces, and the codes of its words, see `syllables`, as bytes."""

    accented: str
    folded: str
    pairs: str
    codes: bytes


NOTHING_ANALYSED: Mapping[str, Analysed] = MappingProxyType({})


class _Word(NamedTuple):
    """The same of a stretch without white space, and the syllables that its neighbours make pairs with."""

    accented: str
    folded: str
    pairs: str
    codes: bytes
    first: str | None
    last: str | None


def analysed_text(text: str) -> Analysed:
    """Return what the text index takes of what `searched_text` gave: the terms of `analyse`, pairs in another order."""
    accented: list[str] = []
    folded: list[str] = []
    pairs: list[str] = []
    codes: list[bytes] = []
    previous: str | None = None
    for stretch in text.split():
        word = _remembered(stretch) if len(stretch) <= _LONGEST_REMEMBERED else _word_of(stretch)
        if word is None:
            continue
        own_accented, own_folded, own_pairs, own_codes, first, last = word
        if own_folded:
            accented.append(own_accented)
            folded.append(own_folded)
        if previous is not None and first is not None:
            pairs.append(f"{previous}_{first}")
        if own_pairs:
            pairs.append(own_pairs)
        codes.append(own_codes)
        previous = last
    return Analysed(" ".join(accented), " ".join(folded), " ".join(pairs), b"".join(codes))


def _word_of(stretch: str) -> _Word | None:
    """Return what a stretch gives, None for signs alone, which part nothing."""
    runs = [run for part in stretches_of(stretch) for run in runs_of(part)]
    if not runs:
        return None
    pairs, last = pairs_of(runs)
    return _Word(
        " ".join(term for run in runs for term in run.accented),
        " ".join(term for run in runs for term in run.folded),
        " ".join(pairs),
        codes_of(runs),
        runs[0].line[0] if runs[0].line else None,
        last,
    )


_remembered = lru_cache(maxsize=_REMEMBERED)(_word_of)


def searched_text(passage: str, header: str) -> str:
    """Return what is searched of a passage: the header row of the table that it begins inside of, if any, then it."""
    return f"{header}\n{passage}"
