"""The one spelling of text that everything else relies on: NFC, LF, and letters without accents."""

from __future__ import annotations

import unicodedata

import numpy as np
from numpy.typing import NDArray

BYTE_ORDER_MARK = "\ufeff"
_COMBINING_MARKS = range(0x0300, 0x0370)
"""The Unicode block of the marks that Latin letters take, by definition."""
_LATIN_LETTERS = range(0x00C0, 0x1F00)
"""Code points among which all Latin letters with accents lie, by definition."""
_NOT_DECOMPOSABLE = {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"}


def normalize(text: str) -> str:
    """Return `text` in NFC with LF newlines, without a byte order mark.

    The result is stored, and offsets count its Unicode code points.
    """
    return normalize_part(text.removeprefix(BYTE_ORDER_MARK))


def normalize_part(part: str) -> str:
    """Return a part of a text that `normalize` has joined to what is before it, when no letter or newline was cut."""
    return unicodedata.normalize("NFC", part.replace("\r\n", "\n").replace("\r", "\n"))


def _folding_table() -> dict[int, str]:
    table: dict[int, str] = dict.fromkeys(_COMBINING_MARKS, "")
    for code in _LATIN_LETTERS:
        letter = chr(code)
        base = unicodedata.normalize("NFD", letter)[0].lower()
        base = _NOT_DECOMPOSABLE.get(base, base)
        if base != letter and base.isascii() and base.isalpha():
            table[code] = base
    table.update({ord(letter): plain for letter, plain in _NOT_DECOMPOSABLE.items()})
    return table


def _by_code_point(table: dict[int, str]) -> NDArray[np.uint32]:
    """Return the letter of each code point below the highest ones, `_OTHERWISE` where it is not one letter."""
    letters = np.arange(_LATIN_LETTERS.stop, dtype=np.uint32)
    for code, plain in table.items():
        letters[code] = ord(plain) if len(plain) == 1 else _OTHERWISE
    return letters


_OTHERWISE = 0xFFFF_FFFF
"""Stands for what becomes no letter or two: by definition no code point."""
_LONG = 160
"""Code points from which arrays fold a text faster than a dictionary: a limit on time."""
_FOLDING = _folding_table()
_LETTERS = _by_code_point(_FOLDING)


def fold(text: str) -> str:
    """Return `text` lower-cased and without the accents of Latin letters ("Đổi mới" gives "doi moi").

    Marks of other scripts stay: a Thai vowel or a Japanese voicing mark is no accent.
    """
    lower = unicodedata.normalize("NFC", text).lower()
    plain = _unaccented(lower) if len(lower) >= _LONG else lower.translate(_FOLDING)
    return unicodedata.normalize("NFC", plain)  # letters that a mark kept apart may now belong together


def _unaccented(lower: str) -> str:
    """Return a long text with `_FOLDING` applied to it."""
    codes = np.frombuffer(lower.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    plain = np.where(codes < len(_LETTERS), _LETTERS.take(codes, mode="clip"), codes)
    if plain.max() == _OTHERWISE:
        return lower.translate(_FOLDING)
    return plain.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def why_unstorable(text: str) -> str | None:
    """Return why UTF-8 or SQLite cannot hold `text`, None when they can."""
    if "\0" in text:
        return f"holds a NUL character at offset {text.index(chr(0))}; remove it"
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"holds half a surrogate pair at offset {error.start}, which no valid text has"
    return None
