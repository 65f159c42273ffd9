"""What the text index takes of a passage: its words as terms and as codes, found once wherever that is cheapest."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from index.reading.syllables import codes_of
from index.text.analysis import pairs_of, runs_of, stretches_of

_REMEMBERED = 1 << 16
"""Stretches of text without white space that are remembered: a limit on memory."""
_LONGEST_REMEMBERED = 64
"""Characters of a stretch that is remembered at most; a limit on memory."""

_BEFORE, _BEHIND = "\"'“‘([«", ",.;:!?…\"'”’)]»%"
"""Signs around a word that change nothing of what it gives; they double the stretches that a text has."""


class Analysed(NamedTuple):
    """The terms of a text, each kind joined by spaces, and the codes of its words, see `syllables`, as bytes."""

    accented: str
    folded: str
    pairs: str
    codes: bytes


NOTHING_ANALYSED: Mapping[str, Analysed] = MappingProxyType({})


class Word(NamedTuple):
    """The same of a stretch without white space, and the syllables that its neighbours make pairs with."""

    accented: str
    folded: str
    pairs: str
    codes: bytes
    first: str | None
    last: str | None


class _Words(dict[str, Word]):
    """What stretches give; few make up most of any text. Faster than a cache that knows which was used last."""

    def __missing__(self, stretch: str) -> Word:
        bare = stretch.rstrip(_BEHIND).lstrip(_BEFORE)
        word = self[bare] if 0 < len(bare) < len(stretch) else _word_of(stretch)
        if len(stretch) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[stretch] = word
        return word


def analysed_text(text: str) -> Analysed:
    """Return what the text index takes of what `searched_text` gave: the terms of `analyse`, pairs in another order."""
    words = [word for word in map(word_of, text.split()) if word.codes]  # signs alone part nothing
    if not words:
        return Analysed("", "", "", b"")
    accented, folded, pairs, codes, firsts, lasts = zip(*words, strict=True)
    neighbours = zip(lasts, firsts[1:], strict=False)
    met = [f"{one}_{other}" for one, other in neighbours if one is not None and other is not None]
    return Analysed(
        " ".join(filter(None, accented)),
        " ".join(filter(None, folded)),
        " ".join([*met, *filter(None, pairs)]),
        b"".join(codes),
    )


def _word_of(stretch: str) -> Word:
    """Return what a stretch gives: nothing for signs alone."""
    runs = [run for part in stretches_of(stretch) for run in runs_of(part)]
    pairs, last = pairs_of(runs)
    return Word(
        " ".join(term for run in runs for term in run.accented),
        " ".join(term for run in runs for term in run.folded),
        " ".join(pairs),
        codes_of(runs),
        runs[0].line[0] if runs and runs[0].line else None,
        last,
    )


word_of = _Words().__getitem__
"""Returns what a stretch of text without white space gives."""


def searched_text(passage: str, header: str) -> str:
    """Return what is searched of a passage: the header row of the table that it begins inside of, if any, then it."""
    return f"{header}\n{passage}"
