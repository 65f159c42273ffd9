"""Text to lexical terms: syllables with their accents, syllables without, pairs of neighbours, pairs of characters.

Vietnamese writes a space between syllables, not words, so one syllable says little ("lãnh" alone) and a pair of
neighbours is nearly a word ("lãnh đạo"). Readers also type without accents. Three kinds of terms answer both:
accented syllables reward accents that were typed, folded syllables find the text without them, and pairs of folded
syllables give back the precision that folding took away. Scripts without spaces are cut into pairs of characters.

Signs may belong to a name: "C#" and "C++" are not "C". Such a name gives the bare term, so that "C" finds it, and the
one with its signs, which only the name itself holds.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

import regex

from index.text.normalization import fold

ANALYSIS_VERSION = 2
"""Version of the terms, raised whenever the same text would give others; a text index of another version is rebuilt."""

_MAX_TERM_CHARACTERS = 64
"""Characters of a term at most; a limit. Longer runs of letters (base64, long URLs) are cut: nobody types them."""
_STRETCHES_REMEMBERED = 1 << 15
"""Stretches of text without white space whose terms are kept in memory; a limit."""

_MAX_PART_CHARACTERS = 6
"""Characters of each part of a joined name ("18-NQ/TW", "AT&T") at most: a judgement, longer ones are plain words."""

_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー"
_FAST = "0-9A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ"  # letters and digits of Vietnamese, tried first for speed
_WORD = (
    rf"(?:[{_FAST}]++(?:[\p{{L}}\p{{N}}\p{{M}}--[{_SPACELESS}]]++)?+"
    rf"|[\p{{L}}\p{{N}}--[{_SPACELESS}{_FAST}]][\p{{L}}\p{{N}}\p{{M}}--[{_SPACELESS}]]*+)"
)
_SIGNS_BEHIND = r"[\#+](?:(?![\p{Latin}\p{N}\#+])|(?<=\+)\+(?![\p{Latin}\#+]))"  # "C#", "5G+", "C++"; not "1+1", "a#b"
_DOT_BEFORE = r"(?<![\p{L}\p{N}\p{M}.])\.(?=[A-Za-z])"
_RUN = regex.compile(
    rf"{_WORD}(?:[\-‐/\&]{_WORD}){{0,5}}+(?:{_SIGNS_BEHIND})?+"
    rf"|(?P<spaceless>[{_SPACELESS}][{_SPACELESS}\p{{M}}]*)|{_DOT_BEFORE}{_WORD}",
    regex.V1,
)
"""Words with signs that join them (five at most, a limit) and those behind; text without spaces; a word with a dot."""
_JOINT = regex.compile(r"[\-‐/\&]", regex.V1)
_NAMED_BY_SIGNS = regex.compile(r"\p{L}.*\p{Nd}|\p{Nd}.*\p{L}|(?<![\p{L}\p{M}])\p{L}(?![\p{L}\p{M}])|\&", regex.V1)
"""What shows that joined parts are one name: letters with digits ("T-90"), a single letter ("A/B"), or "&"."""
_TONES = {"\u0300": "2", "\u0301": "1", "\u0303": "4", "\u0309": "3", "\u0323": "5"}
"""The combining mark of each tone, and the digit that stands for it in terms."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one text, in reading order, repetitions included.

    `accented` and `folded` hold syllables; `pairs` holds neighbouring folded syllables joined by "_" and, for scripts
    without spaces, neighbouring characters.
    """

    accented: tuple[str, ...]
    folded: tuple[str, ...]
    pairs: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.accented or self.folded or self.pairs)


def accent_key(word: str) -> str:
    """Return `word` with its tone moved to the end, so that "hoà" and "hòa" are the same term.

    Tones are written as digits, vowel qualities stay: "đường" gives "đương2", "dương" stays "dương".
    """
    decomposed = unicodedata.normalize("NFD", word.lower())
    tone = "".join(_TONES.get(mark, "") for mark in decomposed)
    if not tone:
        return unicodedata.normalize("NFC", decomposed)
    return unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONES)) + tone


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of letters with signs, or of characters without spaces, gives, in reading order.

    Attributes:
        accented: its syllables with their accents; behind them the whole, where a sign belongs to a single one.
        folded: the same without accents.
        pairs: its pairs of characters, or the pairs of its syllables and the whole of joined ones.
        line: its syllables as their neighbours see them, signs belong to the last; none without spaces.
    """

    accented: tuple[str, ...]
    folded: tuple[str, ...]
    pairs: tuple[str, ...]
    line: tuple[str, ...]


def runs_of(stretch: str) -> list[Run]:
    """Return what a stretch of text without white space, in NFKC, gives; no run reaches over white space."""
    return [_run_of(run.group(), run.lastgroup == "spaceless") for run in _RUN.finditer(stretch)]


def _run_of(run: str, is_spaceless: bool) -> Run:
    if is_spaceless:
        return Run((), (), tuple([run[i : i + 2] for i in range(len(run) - 1)] or [run]), ())
    bare = run.removeprefix(".").rstrip("#+")
    parts = [part[:_MAX_TERM_CHARACTERS] for part in _JOINT.split(bare)]
    accented, folded = [accent_key(part) for part in parts], [fold(part) for part in parts]
    line, signs = list(folded), run[len(run.rstrip("#+")) :]
    if signs and not folded[-1].isdigit():  # "200+ người" is found by "200 người"
        line[-1] += signs
    pairs = [f"{one}_{other}" for one, other in pairwise(line)]
    if len(parts) > 1:
        if max(map(len, parts)) <= _MAX_PART_CHARACTERS and _NAMED_BY_SIGNS.search(bare):
            pairs.append(fold(run.replace("‐", "-")))
    elif len(bare) < len(run):
        name = f"{'.' if run[0] == '.' else ''}{folded[0]}{signs}"
        accented.append(name)
        folded.append(name)
    return Run(tuple(accented), tuple(folded), tuple(pairs), tuple(line))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The terms of a stretch that is no plain syllable; `first` and `last` are what the neighbours make pairs with."""

    terms: Terms
    first: str | None
    last: str | None


def pairs_of(runs: Sequence[Run]) -> tuple[list[str], str | None]:
    """Return the pairs of neighbouring runs and those within them, and the syllable that the next one would meet."""
    pairs: list[str] = []
    previous: str | None = None
    for run in runs:
        if previous is not None and run.line:
            pairs.append(f"{previous}_{run.line[0]}")
        pairs.extend(run.pairs)
        previous = run.line[-1] if run.line else None
    return pairs, previous


def _terms_of_stretch(stretch: str) -> tuple[str, str, _Stretch | None]:
    """Return the accented and the folded term of a plain syllable, or all that another stretch gives."""
    runs = runs_of(stretch)
    if len(runs) == 1 and runs[0].accented == runs[0].accented[:1] and runs[0].line == runs[0].folded != ():
        return runs[0].accented[0], runs[0].folded[0], None
    pairs, last = pairs_of(runs)
    accented, folded = chain.from_iterable(r.accented for r in runs), chain.from_iterable(r.folded for r in runs)
    first = runs[0].line[0] if runs and runs[0].line else None
    return "", "", _Stretch(Terms(tuple(accented), tuple(folded), tuple(pairs)), first, last)


_remembered_stretch = lru_cache(maxsize=_STRETCHES_REMEMBERED)(_terms_of_stretch)
"""Few syllables make up most of any text, so they are remembered, with the signs around them."""


def stretches_of(text: str) -> list[str]:
    """Return what stands between white space in `text`, in NFKC: "２０１８" is typed as "2018", "ﬁ" as "fi"."""
    return unicodedata.normalize("NFKC", text).split()


def analyse(text: str) -> Terms:
    """Return the lexical terms of `text`; empty for a text without letters or digits."""
    accented: list[str] = []
    folded: list[str] = []
    pairs: list[str] = []
    previous: str | None = None
    for stretch in stretches_of(text):
        short = len(stretch) <= _MAX_TERM_CHARACTERS
        key, plain, other = _remembered_stretch(stretch) if short else _terms_of_stretch(stretch)
        if other is None:
            accented.append(key)
            folded.append(plain)
            if previous is not None:
                pairs.append(f"{previous}_{plain}")
            previous = plain
            continue
        terms = other.terms
        if not terms:  # signs alone part nothing
            continue
        accented.extend(terms.accented)
        folded.extend(terms.folded)
        if previous is not None and other.first is not None:
            pairs.append(f"{previous}_{other.first}")
        pairs.extend(terms.pairs)
        previous = other.last
    return Terms(tuple(accented), tuple(folded), tuple(pairs))
