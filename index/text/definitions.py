"""Abbreviations that a text explains itself: "Hội Nông dân Việt Nam (HNDVN)", "HNDVN (Hội Nông dân Việt Nam)"."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from index.text.acronyms import Names
from index.text.normalization import fold

_LEAST_LETTERS = 3
"""Letters of an abbreviation that is learned: a judgement, two letters stand for too much."""
_LINKS = frozenset(
    {"va", "cua", "ve", "of", "the", "and", "for", "in", "de", "des", "du", "la", "et", "und", "der", "die", "del"}
)
_LONGEST = 100
"""Characters of a full form at most: a limit."""
_BRACKETS = regex.compile(r" \(([^()]{3,100})\)")
_SHORT = regex.compile(r"\p{Lu}[\p{Lu}&\-]{1,8}\p{Lu}")
_LAST_SHORT = regex.compile(rf"(?<![\p{{L}}\p{{N}}&\-]){_SHORT.pattern}$")
_NO_NAME = regex.compile(r"[^\p{L}\p{M} \-]")
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*")


def definitions(text: str) -> Iterator[Names]:
    """Yield the names that `text` gives in both forms: the abbreviation has the first letters of the full form."""
    if " (" not in text:  # quicker than looking for the pattern, and true of most texts
        return
    for found in _BRACKETS.finditer(text):
        inside, before = found[1], text[max(found.start() + 1 - _LONGEST, 0) : found.start()]
        if _SHORT.fullmatch(inside):
            long = _NO_NAME.split(before)[-1]
            start = _start_of(long, inside)
            if start is not None:
                yield Names((inside,), (long[start:],))
            continue
        short = _LAST_SHORT.search(before)
        if short is not None and not _NO_NAME.search(inside) and _start_of(inside, short.group()) == 0:
            yield Names((short.group(),), (inside,))


def _start_of(long: str, short: str) -> int | None:
    """Return where the words begin whose first letters are the abbreviation's; None where they are not.

    Words that link others may have no letter of their own, but for the last.
    """
    letters = [letter for letter in fold(short) if letter.isalpha()]
    if len(letters) < _LEAST_LETTERS:
        return None
    started = False
    for word in reversed(list(_WORD.finditer(long))):
        plain = fold(word.group())
        if plain[0] == letters[-1]:
            letters.pop()
            started = True
            if not letters:
                return word.start()
        elif plain not in _LINKS or not started:
            return None
    return None
