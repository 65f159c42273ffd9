"""VIQR, Vietnamese in plain ASCII with signs behind the vowels (RFC 1456): "Vie^.t Nam" is "Việt Nam"."""

from __future__ import annotations

import regex

from index.text.normalization import normalize
from index.text.vietnamese_syllables import is_syllable

_QUALITIES = {"^": "\u0302", "(": "\u0306", "+": "\u031b", "*": "\u031b"}
"""Circumflex, breve and horn, by their signs; `*` is a common other spelling of the horn."""
_TONES = {"'": "\u0301", "`": "\u0300", "?": "\u0309", "~": "\u0303", ".": "\u0323"}
_LETTER = (
    r"(?:[dD]{2}|(?:[aA](?:[\^(])?|[eE]\^?|[oO][\^+*]?|[uU][+*]?|[iIyY])['`?~.]?|[bcdghklmnpqrstvxBCDGHKLMNPQRSTVX])"
)
_UNIT = regex.compile(r"([dD]{2})|([aeiouyAEIOUY])([\^(+*]?)(['`?~.]?)")
_WORD = regex.compile(rf"(?<![A-Za-z\\]){_LETTER}++(?![A-Za-z])")
_ESCAPED = regex.compile(r"\\([\^(+*'`?~.dD\\])")
_QUALITY = regex.compile(r"[aA][\^(]|[eE]\^|[oO][\^+*]|[uU][+*]|^[dD]{2}|^[B-DGHK-NP-TVX]+D{2}[B-DGHK-NP-TVX]*$")
"""What only VIQR writes within a word."""
_NOT_PROSE = regex.compile(r"(?<!\S)\S*(?:://|@|www\.)\S*")
"""Addresses, which have dots and question marks of their own."""
_SAMPLE_CHARACTERS = 20_000
"""Characters at the beginning of a text that are looked at; a limit."""
_FEWEST_QUALITIES = 3
"""Different words with a circumflex, breve, horn or bar that a text in VIQR has; a judgement."""
_QUALITY_SHARE = 0.1
"""Least share of such words among all; a judgement. It is about 0.4 in Vietnamese."""
_SYLLABLE_SHARE = 0.6
"""Least share of Vietnamese syllables among all words, after conversion; a judgement."""


def from_viqr(text: str) -> str:
    """Return the Unicode of VIQR text, in NFC; addresses and words that are not Vietnamese are kept.

    A full stop or question mark right behind a vowel without a tone is a tone, as VIQR means it. A backslash before
    a sign keeps the sign.
    """
    kept = 0
    parts = []
    for address in _NOT_PROSE.finditer(text):
        parts += [_converted(text[kept : address.start()]), address[0]]
        kept = address.end()
    return "".join([*parts, _converted(text[kept:])])


def looks_like_viqr(text: str) -> bool:
    """Whether a text is Vietnamese in VIQR: many words have its signs, and nearly all words are syllables."""
    sample = _NOT_PROSE.sub(" ", text[:_SAMPLE_CHARACTERS])
    marked = [word for word in _WORD.findall(sample) if _QUALITY.search(word)]
    if len({word.lower() for word in marked}) < _FEWEST_QUALITIES:
        return False
    good = [word for word in marked if _is_word(word)]
    words = regex.findall(r"\p{L}+", _converted(sample))
    syllables = sum(is_syllable(word) for word in words)
    return len(good) >= _QUALITY_SHARE * len(words) and syllables >= _SYLLABLE_SHARE * len(words)


def _converted(text: str) -> str:
    return _ESCAPED.sub(r"\1", _WORD.sub(lambda found: _word(found[0]), text))


def _is_word(word: str) -> bool:
    return is_syllable(_letters(word)) or is_syllable(_letters(word[:-1]))


def _word(word: str) -> str:
    """Return a word in Unicode; a sign at its end that would spoil it is punctuation."""
    whole = _letters(word)
    if is_syllable(whole):
        return whole
    if word[-1] in _TONES and is_syllable(without := _letters(word[:-1])):
        return without + word[-1]
    return whole if _QUALITY.search(word) else word


def _letters(word: str) -> str:
    def unit(found: regex.Match[str]) -> str:
        if found[1]:
            return "Đ" if found[1][0] == "D" else "đ"
        return found[2] + _QUALITIES.get(found[3], "") + _TONES.get(found[4], "")

    return normalize(_UNIT.sub(unit, word))
