"""Text to lexical terms: syllables with their accents, syllables without, pairs of neighbours, pairs of characters.

Vietnamese writes a space between syllables, not words, so one syllable says little ("lãnh" alone) and a pair of
neighbours is nearly a word ("lãnh đạo"). Readers also type without accents. Three kinds of terms answer both:
accented syllables reward accents that were typed, folded syllables find the text without them, and pairs of folded
syllables give back the precision that folding took away. Scripts without spaces are cut into pairs of characters.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import regex

from index.text.normalization import fold

ANALYSIS_VERSION = 1
"""Version of the terms, raised whenever the same text would give others; a text index of another version is rebuilt."""

_MAX_TERM_CHARACTERS = 64
"""Characters of a term at most; a limit. Longer runs of letters (base64, long URLs) are cut: nobody types them."""
_SYLLABLES_REMEMBERED = 1 << 16
"""Syllables whose terms are kept in memory; a limit."""

_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー"
_RUN = regex.compile(
    rf"(?P<spaceless>[{_SPACELESS}][{_SPACELESS}\p{{M}}]*)|[\p{{L}}\p{{N}}--[{_SPACELESS}]][\p{{L}}\p{{N}}\p{{M}}--[{_SPACELESS}]]*",
    regex.V1,
)
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


@lru_cache(maxsize=_SYLLABLES_REMEMBERED)
def _syllable_terms(word: str) -> tuple[str, str]:
    """Return the accented and the folded term; few syllables make up most of any text, so they are remembered."""
    return accent_key(word), fold(word)


def analyse(text: str) -> Terms:
    """Return the lexical terms of `text`; empty for a text without letters or digits."""
    accented: list[str] = []
    folded: list[str] = []
    pairs: list[str] = []
    previous: str | None = None
    for run in _RUN.finditer(unicodedata.normalize("NFKC", text)):  # "２０１８" is typed as "2018", "ﬁ" as "fi"
        word = run.group()
        if run.lastgroup == "spaceless":
            pairs.extend([word[i : i + 2] for i in range(len(word) - 1)] or [word])
            previous = None
            continue
        key, plain = _syllable_terms(word[:_MAX_TERM_CHARACTERS])
        accented.append(key)
        folded.append(plain)
        if previous is not None:
            pairs.append(f"{previous}_{plain}")
        previous = plain
    return Terms(tuple(accented), tuple(folded), tuple(pairs))
