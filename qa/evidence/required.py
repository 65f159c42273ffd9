"""The codes and signed names that a question asks about, which nothing else can stand for.

"A002" is not "A003", "C#" is not "C++" and neither is "C", however alike the sentences are: a passage that holds none
of the question's codes answers nothing. Codes may be written with other separators: "T-90" is held by "T90".
"""

from __future__ import annotations

from functools import lru_cache

import regex

from index.text.normalization import fold

_SIGNED = r"[\p{L}\p{N}]{0,9}\p{L}(?:\#|\+\+?)(?![\p{Latin}\p{N}\#+])"  # "C#", "C++", "5G+"
_LETTERS_FIRST = r"(?:\p{Lu}{1,6}|[A-Za-z]{1,2})-?\d[A-Za-z\d]*(?:[-/.][A-Z\d]+)*"  # "A002", "T-90", "CVE-2024-1234"
_WORD_AND_CODE = r"\p{Lu}+[-/]\p{Lu}{1,6}\d[A-Z\d]*"  # "RULE-A002"
_DIGITS_FIRST = r"\d+[-/](?:\d+/)?\p{Lu}{2,}(?:[-/]\p{Lu}+)*|\d+[A-Z]+\d[A-Z\d]{3,}"  # "18-NQ/TW", "1D0013246A"
_LETTER = r"(?<=\p{L} )[B-HJ-UWYZ](?![\p{L}\p{N}'’.\-/&])"  # "lớp C"; "A", "I", "V" and "X" are words or numbers too
_NAME = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}\-/.])(?:{_SIGNED}|{_LETTER}|(?:{_WORD_AND_CODE}|{_DIGITS_FIRST}|{_LETTERS_FIRST})(?![\p{{L}}\p{{N}}]))"
)
_UNIT = regex.compile(r"(?i)[kcdm]?m[23]")
_PARTS = regex.compile(r"[^\W\d_]+|\d+|[#+]+")
_SHORTEST = 3
"""Characters of a code without signs at least: a judgement, "A4" and "Q1" are written in many ways."""
_REMEMBERED = 1024
"""Questions whose codes are remembered: a limit on memory."""


@lru_cache(maxsize=_REMEMBERED)
def required_names(question: str) -> tuple[regex.Pattern[str], ...]:
    """Return what finds each code or signed name of `question` in a folded text, however it is separated there."""
    names = [name for name in _NAME.findall(question) if len(name) >= _SHORTEST or name[-1] in "#+" or len(name) == 1]
    return tuple(_finder(name) for name in dict.fromkeys(names) if not _UNIT.fullmatch(name))


def holds_any(names: tuple[regex.Pattern[str], ...], *texts: str) -> bool:
    """Whether any of the texts holds one of the names; True where none is required."""
    return not names or any(name.search(folded) for folded in map(fold, texts) for name in names)


def _finder(name: str) -> regex.Pattern[str]:
    parts = [regex.escape(part) for part in _PARTS.findall(fold(name))]
    signed = name[-1] in "#+" or len(name) == 1
    joined = "".join(parts) if signed else r"[\s\-‐/.&]?".join(parts)
    return regex.compile(rf"(?<![\p{{L}}\p{{N}}]){joined}(?![\p{{Latin}}\p{{N}}{'#+' if signed else ''}])")
