"""Words as numbers: 24 bits of a hash of the syllable without accents, and 8 bits that tell its accents.

A text is the line of its codes in reading order; its pairs of syllables are neighbours in the line. What does not
follow from that (a name with signs, a pair of characters in a script without spaces) has a kind instead of accents.
Two syllables have one hash once in 17 million times.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b
from zlib import crc32

from index.text.analysis import Run

HASH_BITS = 24
"""Bits of the hash of a syllable, by definition."""
ACCENT_BITS = 8
"""Bits that tell its accents, by definition."""
ACCENTS = 240
"""Values of those bits that tell accents, by definition; the others are a `Kind`."""
ACCENT_MASK = (1 << ACCENT_BITS) - 1
"""Those bits, by definition."""
_REMEMBERED = 1 << 14
"""Hashes of terms that are remembered: a limit on memory."""
_PATTERNS = 20
"""Ways in which letters have marks, by definition: 12 of them are Vietnamese."""
_TONES = 6
"""Tones with the level one, by definition."""
_MARKS = {"ă": 1, "â": 4, "ê": 4, "ô": 4, "ơ": 7, "ư": 7}
"""What a marked letter adds to the pattern if it is the first vowel, one more for each vowel before: sums differ."""
_VOWELS = frozenset("aeiouy")


class Kind(IntEnum):
    """What a code is whose last bits tell no accents, by definition."""

    NAME_IN_LINE = ACCENTS
    """A term that stands in the line instead of the code before it: "c#", behind "c"."""
    LINE = ACCENTS + 1
    """No term, but in the line instead of the code before it: "b#" of "a/b#", behind "b"."""
    NAME = ACCENTS + 2
    """A term beside the line: ".net", behind "net"."""
    JOINED = ACCENTS + 3
    """A pair beside the line: "18-nq/tw", behind "18", "nq" and "tw"."""
    CHARACTERS = ACCENTS + 4
    """A pair of characters; it parts the line."""


@lru_cache(maxsize=_REMEMBERED)
def hash_of(term: str) -> int:
    """Return the hash of a folded term, the same on every machine."""
    return int.from_bytes(blake2b(term.encode(errors="surrogatepass"), digest_size=HASH_BITS // 8).digest(), "little")


def code_of(accented: str, folded: str) -> int:
    """Return the code of a syllable that is a term, by both of its terms."""
    return hash_of(folded) << ACCENT_BITS | accents_of(accented, folded)


def accents_of(accented: str, folded: str) -> int:
    """Return the bits for the accents of a syllable, 0 without any.

    They differ for all Vietnamese syllables that are one without accents. Other letters have a hash, which two such
    words share once in 239 times.
    """
    if accented == folded:
        return 0
    base, tone = accented[: len(folded)], accented[len(folded) :]
    pattern = vowels = bar = 0
    is_known = len(base) == len(folded) and len(tone) <= 1
    for place, (letter, plain) in enumerate(zip(base, folded, strict=False)):
        if letter == "đ" and place == 0:
            bar = 1
        elif letter in _MARKS:
            pattern += _MARKS[letter] + vowels
        elif letter != plain:
            is_known = False
        vowels += plain in _VOWELS
    if is_known and pattern < _PATTERNS and tone in ("", "1", "2", "3", "4", "5"):
        return int(tone or 0) + _TONES * (bar + 2 * pattern)
    return 1 + crc32(accented.encode(errors="surrogatepass")) % (ACCENTS - 1)


def codes_of(runs: Iterable[Run]) -> bytes:
    """Return the codes of runs, in reading order, four bytes each, the lowest first."""
    codes = array("I")
    for run in runs:
        if not run.line:
            codes.extend(hash_of(pair) << ACCENT_BITS | Kind.CHARACTERS for pair in run.pairs)
            continue
        names = run.folded[len(run.line) :]
        for accented, folded, line in zip(run.accented, run.folded, run.line, strict=False):
            codes.append(code_of(accented, folded))
            if line != folded:
                kind = Kind.NAME_IN_LINE if line in names else Kind.LINE
                codes.append(hash_of(line) << ACCENT_BITS | kind)
        codes.extend(hash_of(name) << ACCENT_BITS | Kind.NAME for name in names if name != run.line[-1])
        codes.extend(hash_of(pair) << ACCENT_BITS | Kind.JOINED for pair in run.pairs[len(run.line) - 1 :])
    if sys.byteorder == "big":
        codes.byteswap()
    return codes.tobytes()
