"""The numbers that Word shows before paragraphs ("Điều 5.", "b)"), which stand nowhere in their text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
"""Levels of a list, by definition of the format."""
_MAX_LABEL_CHARACTERS = 100
"""Characters around the numbers of a label at most; a limit."""
_LETTERS = 26
"""Letters that count paragraphs, by definition; after z comes aa."""
_MAX_ROMAN = 4_000
"""The first number that is not written in Roman figures, by definition."""
_ROMAN = {
    "M": 1000, "CM": 900, "D": 500, "CD": 400, "C": 100, "XC": 90, "L": 50, "XL": 40, "X": 10, "IX": 9, "V": 5,
    "IV": 4, "I": 1,
}  # fmt: skip
"""The signs of Roman numbers, by definition."""


def _roman(number: int) -> str:
    if not 0 < number < _MAX_ROMAN:
        return str(number)
    written = ""
    for sign, value in _ROMAN.items():
        written += sign * (number // value)
        number %= value
    return written


def _letter(number: int) -> str:
    turns, letter = divmod(max(number, 1) - 1, _LETTERS)
    return chr(ord("A") + letter) * (min(turns, _LETTERS) + 1)


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02d}",
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letter,
    "lowerLetter": lambda number: _letter(number).lower(),
    "none": lambda _: "",
}
"""How the format calls the ways to write a number; others are bullets or scripts that are written as figures."""


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    format: str
    label: str


class Numbering:
    """The lists of a document, counted as its paragraphs pass by."""

    def __init__(self, root: Any | None) -> None:
        """Take the root element of the numbering part, None where a document has none."""
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, str] = {}
        self._counts: dict[str, list[int | None]] = {}
        for abstract in () if root is None else root.iter(f"{_W}abstractNum"):
            levels = {_number(level, "ilvl"): _level(level) for level in abstract.iter(f"{_W}lvl")}
            self._levels[abstract.get(f"{_W}abstractNumId", "")] = levels
        for one in () if root is None else root.iter(f"{_W}num"):
            self._lists[one.get(f"{_W}numId", "")] = _value(one, "abstractNumId")

    def label(self, list_id: str, depth: int) -> str:
        """Return what stands before the next paragraph of a list: "-" for a bullet, "" for nothing."""
        name = self._lists.get(list_id, "")
        levels = self._levels.get(name, {})
        if depth not in levels or depth not in range(_LEVELS):
            return "-"
        counts = self._counts.setdefault(name, [None] * _LEVELS)
        before = counts[depth]
        counts[depth] = levels[depth].start if before is None else before + 1
        counts[depth + 1 :] = [None] * (_LEVELS - depth - 1)
        if levels[depth].format == "bullet":
            return "-"

        def written(match: re.Match[str]) -> str:
            of = int(match[1]) - 1
            level = levels.get(of)
            if level is None:
                return ""
            count = counts[of]
            return _FORMATS.get(level.format, str)(level.start if count is None else count)

        return re.sub(r"%([1-9])", written, levels[depth].label).strip()


def _level(element: Any) -> _Level:
    start = _value(element, "start")
    label = _value(element, "lvlText")[:_MAX_LABEL_CHARACTERS]
    # A bullet may be called otherwise: then its label has no number, only a sign of a font for signs.
    is_sign = label != "" and not any(letter.isalnum() for letter in label)
    return _Level(
        int(start) if re.fullmatch(r"\d{1,6}", start, re.ASCII) else 1,
        "bullet" if is_sign else _value(element, "numFmt") or "decimal",
        label,
    )


def _value(element: Any, name: str) -> str:
    found = element.find(f"{_W}{name}")
    return "" if found is None else str(found.get(f"{_W}val", ""))


def _number(element: Any, name: str) -> int:
    value = element.get(f"{_W}{name}", "")
    return int(value) if re.fullmatch(r"\d", value, re.ASCII) else 0
