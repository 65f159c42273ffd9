"""Abbreviations and their full forms: where a text mentions either, and the same text in the other words.

"UBND" and "Ủy ban nhân dân" name one thing. A question is searched for in both wordings, and the sentences of articles
are read in the question's. The usual abbreviations are in `acronyms.toml`.

An abbreviation is written in capitals: "US" is a country and "us" is not, "AI" is a field and "ai" asks who. Those that
can be no word ("ubnd", "thpt") are known in small letters too. Accents may be missing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import regex

from index.text.normalization import fold

_MOST_WORDINGS = 3
"""Other wordings of one question at most: a limit on time."""
_WAYS = 2
"""Abbreviations, and full forms, of one thing that a question is worded with: a limit on time."""
_NO_WORD = 4
"""Letters from which an abbreviation in small letters is taken for none of the usual words: a judgement."""
_IN_SMALL_LETTERS = frozenset({"TP", "BV"})
_SHOUTED = 3
"""Words from which a text in capitals throughout shows no abbreviation by them: a judgement."""
_FEW = 8
"""Full forms of which a text is first asked for the last words: a limit on time."""
_REMEMBERED = 1024
"""Sets of names whose patterns are remembered: a limit on memory."""
_VOWELS = frozenset("AEIOUY")
_SIGNS = r"[\s.,&\-‐–/]{0,3}"
_BEFORE, _BEHIND = r"(?<![\p{L}\p{N}])", r"(?![\p{L}\p{N}])"
_BETWEEN = r"[\s.,\-–]{1,3}"
_LETTERS = regex.compile(r"[\p{L}\p{N}]+")


@dataclass(frozen=True, slots=True)
class Names:
    """One thing's names.

    Attributes:
        shorts: its abbreviations, the usual one first.
        longs: its full forms, likewise.
    """

    shorts: tuple[str, ...]
    longs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text names a thing by its abbreviation or in full: `text[start:end]`."""

    start: int
    end: int
    names: Names
    is_short: bool


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in other words, and the names alone that it has instead."""

    text: str
    names: str


@dataclass(frozen=True, slots=True)
class Rewording:
    """What a question calls the things that it mentions; equal ones read articles alike."""

    called: tuple[tuple[Names, str], ...] = ()

    def __call__(self, text: str) -> str:
        """Return `text` with these things called as in the question."""
        if not (self.called and text):
            return text
        called = dict(self.called)
        return _replaced(text, [(one, called[one.names]) for one in mentions(text, tuple(called))])


AS_IT_IS = Rewording()
"""Changes nothing."""


def mentions(text: str, names: tuple[Names, ...] | None = None) -> list[Mention]:
    """Return where `text` mentions any of `names`, by default of the known ones, in its order and without overlaps."""
    finder = _KNOWN_FINDER if names is None else _finder(names)
    return without_overlaps([*finder.shorts_in(text), *finder.longs_in(text)])


def without_overlaps(found: Sequence[Mention]) -> list[Mention]:
    """Return mentions in their order; of those that overlap the first and longest stays: "TP.HCM" is no "TP"."""
    kept: list[Mention] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def other_wordings(text: str, found: Sequence[Mention]) -> list[Wording]:
    """Return `text` abbreviated and spelt out, in each of the usual ways; at most `_MOST_WORDINGS`."""
    wordings: dict[str, Wording] = {}
    for row in range(_WAYS):
        for shorts in (True, False):
            choices = [(one, one.names.shorts if shorts else one.names.longs) for one in found]
            changes = [(one, ways[min(row, len(ways) - 1)]) for one, ways in choices]
            changes = [(one, name) for one, name in changes if fold(name) != fold(text[one.start : one.end])]
            wording = Wording(_replaced(text, changes), ", ".join(name for _one, name in changes))
            wordings.setdefault(wording.text, wording)
    wordings.pop(text, None)
    return list(wordings.values())[:_MOST_WORDINGS]


def rewording(text: str, found: Sequence[Mention]) -> Rewording:
    """Return what `text` calls the things that it mentions; what it calls in two ways stays as it is."""
    called: dict[Names, set[str]] = {}
    for one in found:
        called.setdefault(one.names, set()).add(text[one.start : one.end])
    return Rewording(tuple((names, said.pop()) for names, said in called.items() if len(said) == 1))


def _replaced(text: str, changes: Sequence[tuple[Mention, str]]) -> str:
    for one, name in reversed(changes):
        text = text[: one.start] + name + text[one.end :]
    return text


@dataclass(frozen=True, slots=True)
class _Finder:
    """Finds some names. A short one is looked up by its letters alone, a long one by its words without accents."""

    shorts: regex.Pattern[str]
    longs: regex.Pattern[str]
    by_short: Mapping[str, Names]
    by_long: Mapping[str, Names]
    last_words: frozenset[str]

    def shorts_in(self, text: str) -> Iterator[Mention]:
        shouted = text.isupper() and len(_LETTERS.findall(text)) >= _SHOUTED
        for found in self.shorts.finditer(text):
            letters = _short_key(found.group())
            if not shouted or _may_be_small(letters):
                yield Mention(found.start(), found.end(), self.by_short[letters], is_short=True)

    def longs_in(self, text: str) -> Iterator[Mention]:
        folded = fold(text)
        if len(folded) != len(text):  # a letter became two; nothing could be told where it stands
            return
        if len(self.by_long) <= _FEW and not any(word in folded for word in self.last_words):
            return
        for found in self.longs.finditer(folded):
            yield Mention(found.start(), found.end(), self.by_long[_long_key(found.group())], is_short=False)


@lru_cache(maxsize=_REMEMBERED)
def _finder(names: tuple[Names, ...]) -> _Finder:
    by_short = {_short_key(short): one for one in reversed(names) for short in one.shorts}
    by_long = {_long_key(long): one for one in reversed(names) for long in one.longs}
    shorts = sorted((short for one in names for short in one.shorts), key=len, reverse=True)
    longs = sorted(by_long, key=len, reverse=True)
    return _Finder(
        regex.compile(rf"{_BEFORE}(?:{'|'.join(map(_short_pattern, shorts))}){_BEHIND}"),
        regex.compile(rf"{_BEFORE}(?:{'|'.join(long.replace(' ', _BETWEEN) for long in longs)}){_BEHIND}"),
        by_short,
        by_long,
        frozenset(long.rpartition(" ")[-1] for long in longs),
    )


def _short_pattern(short: str) -> str:
    parts = ["".join(map(_letter_pattern, part)) for part in _LETTERS.findall(short)]
    joined = _SIGNS.join(parts)
    return f"(?i:{joined})" if _may_be_small(_short_key(short)) else joined


def _letter_pattern(letter: str) -> str:
    plain = fold(letter).upper()
    return letter if plain == letter else f"[{letter}{plain}]"


def _may_be_small(letters: str) -> bool:
    """Whether an abbreviation, as its key, is none of the usual words in small letters."""
    return len(letters) >= _NO_WORD or letters in _IN_SMALL_LETTERS or (len(letters) > 2 and not set(letters) & _VOWELS)


def _short_key(short: str) -> str:
    return "".join(_LETTERS.findall(fold(short))).upper()


def _long_key(long: str) -> str:
    return " ".join(_LETTERS.findall(fold(long)))


def _known() -> Iterator[Names]:
    tables = tomllib.loads(files("index.text").joinpath("acronyms.toml").read_text(encoding="utf-8"))
    for table in tables.values():
        for shorts, longs in table.items():
            yield Names(tuple(shorts.split(", ")), tuple(longs))


KNOWN = tuple(_known())
"""The names of `acronyms.toml`."""
_KNOWN_FINDER = _finder(KNOWN)
