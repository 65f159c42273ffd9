"""What stands on a page: fragments of text in their boxes, and the lines that fragments side by side make."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

CELL_GAP = 1.2
"""Font sizes between two fragments of a line from which they are cells of a table; a judgement."""
_WORD_GAP = 0.15
"""Font sizes between two fragments of a line from which they are two words; a judgement."""
_SHARED_HEIGHT = 0.5
"""Part of the lower of two fragments that stands beside the other, when they are in one line; a judgement."""
SOFT_HYPHEN = "\u00ad"
"""The mark of a hyphen that is there for the end of a line only; inside of one it shows nothing."""
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
"""The letters that printers join (ﬁ, ﬂ), which no search would find; by definition."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """Text without a wide gap, and its box in points; `bottom` and `top` grow upwards, `size` is that of its font."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float

    @property
    def middle(self) -> float:
        """Height of the middle, in points."""
        return (self.bottom + self.top) / 2


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a column.

    Attributes:
        text: in NFC; the cells of a table's row have a tab between them.
        left, right, bottom, top: its box in points.
        size: of the font that most of it has.
        column: left and right edge of the column that it stands in.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    column: tuple[float, float]

    @property
    def cells(self) -> int:
        """How many cells it has, as the row of a table; else 1."""
        return self.text.count("\t") + 1

    @property
    def first_word_width(self) -> float:
        """Points that its first word takes, if all letters are alike."""
        return (self.right - self.left) * len(self.text.split(maxsplit=1)[0]) / len(self.text)

    @property
    def room_behind(self) -> float:
        """Points between its end and that of its column."""
        return self.column[1] - self.right


def lines_of(fragments: Iterable[Fragment], column: tuple[float, float]) -> list[Line]:
    """Return the lines of a column, from the top down."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda each: -each.middle):
        if rows and _side_by_side(rows[-1][0], fragment):
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    made = (_line(sorted(row, key=lambda each: each.left), column) for row in rows)
    lines = [line for line in made if line is not None]
    # A gap in one line only is no table: words are far apart there.
    return [line if is_in_table(lines, number) else _without_cells(line) for number, line in enumerate(lines)]


def is_in_table(lines: Sequence[Line], number: int) -> bool:
    """Whether a line has cells, and one above or below it too."""
    beside = [*lines[max(number - 1, 0) : number], *lines[number + 1 : number + 2]]
    return lines[number].cells > 1 and any(line.cells > 1 for line in beside)


def _without_cells(line: Line) -> Line:
    return replace(line, text=line.text.replace("\t", " ")) if line.cells > 1 else line


def _side_by_side(first: Fragment, second: Fragment) -> bool:
    shared = min(first.top, second.top) - max(first.bottom, second.bottom)
    return shared >= _SHARED_HEIGHT * min(first.top - first.bottom, second.top - second.bottom)


def _line(row: Sequence[Fragment], column: tuple[float, float]) -> Line | None:
    pieces = [row[0].text]
    for before, after in pairwise(row):
        gap = (after.left - before.right) / max(before.size, after.size)
        pieces += ["\t" if gap > CELL_GAP else " " if gap > _WORD_GAP else "", after.text]
    text = unicodedata.normalize("NFC", "".join(pieces).translate(_LIGATURES))
    text = "\t".join(filter(None, (" ".join(cell.split()) for cell in text.split("\t"))))
    text = text[:-1].replace(SOFT_HYPHEN, "") + text[-1:]
    if not text:
        return None
    return Line(
        text,
        left=min(each.left for each in row),
        right=max(each.right for each in row),
        bottom=min(each.bottom for each in row),
        top=max(each.top for each in row),
        size=max(row, key=lambda each: len(each.text)).size,
        column=column,
    )
