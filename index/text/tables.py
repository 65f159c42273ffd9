"""The tables in a text: which lines are rows, and which line names the columns.

A table is a run of lines between bars (`| a | b |`, as Markdown has it and as tables of pages and documents are
written), or of lines with equal numbers of cells between tabs, bars, semicolons or commas. Prose has commas and
semicolons too, so a table between those must show that it is one: see `_is_table`. When in doubt, lines are prose.
"""

from __future__ import annotations

import csv
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Literal

import regex

Line = tuple[int, int]
"""Half-open offsets of a line in Unicode code points, without white space around it."""

_BAR = "|"
_DELIMITERS = ("\t", _BAR, ";", ",")
MAX_ROW_CHARACTERS = 900
"""Characters of a row at most; a limit. A longer line of a table is cut into sentences like prose."""
MAX_HEADER_CHARACTERS = 300
"""Characters of a header row at most; a limit, for it is read again with every passage of its table."""
_MAX_CELL_CHARACTERS = 100
"""Characters of a cell at most where no bars stand around the row; a judgement. Longer ones are prose."""
_LEAST_ROWS = 3
"""Lines of a table at least, its header among them, where no bars stand around them; a judgement."""
_LEAST_ROWS_IN_BARS = 2
"""The same where bars do; a judgement."""
_SAMPLE_ROWS = 50
"""Rows by which a run of lines is told from prose, and its first line from the others; a limit."""
_OF_ONE_KIND = 0.6
"""Share of the cells of a column that are numbers, or years, from which it is a column of them; a judgement."""
NAME_AND_VALUE = 2
"""Cells of a row that is a name and its value, by definition."""
_UNIT_LETTERS = 5
"""Letters beside the digits of a number at most ("300 km²", "1.200 đồng"); a judgement."""

_SEPARATOR = regex.compile(r"(?=.*[|+])(?=.*[-=])[|+:=\- \t]+")
_BAR_BETWEEN_CELLS = regex.compile(r"(?<!\\)\|")
_YEAR = regex.compile(r"(?:19|20)\d\d")
_DIGIT = regex.compile(r"\p{Nd}")
_LETTER = regex.compile(r"\p{L}")
_SENTENCE_END = regex.compile(r"[.!?…][\"'”’»)]*$")
_DECIMAL_COMMA = regex.compile(r"(?<=\d),(?=\d)")
_QUOTED = regex.compile(r'"[^"]*"')
_MARKUP = "*_` \t"
"""What Markdown puts around the words of a cell."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a text.

    Attributes:
        lines: all of its lines in order, each with the separator lines (`|---|---|`) below it.
        header: the line that names the columns, if there is one of bearable length.
        rows: the lines below the header that hold cells; all of them where there is no header.
        delimiter: what stands between the cells.
    """

    lines: tuple[Line, ...]
    header: Line | None
    rows: tuple[Line, ...]
    delimiter: str

    def row_at(self, start: int) -> Line | None:
        """Return the row that begins at an offset."""
        place = bisect_left(self.rows, (start, start))
        return self.rows[place] if place < len(self.rows) and self.rows[place][0] == start else None


def find_tables(text: str, header: str = "") -> list[Table]:
    """Return the tables of `text`, in order.

    Args:
        text: the text.
        header: the header row of the table that the text begins inside of, if it does. It is no part of `text`, and the
            table that the text goes on with has no header of its own.
    """
    if not any(delimiter in text for delimiter in _DELIMITERS):
        return []
    lines = _lines_of(text)
    tables: list[Table] = []
    position = 0
    if header:
        delimiter = delimiter_of(header)
        while position < len(lines) and _goes_on(lines[position].text, header, delimiter):
            position += 1
        if position:
            tables.append(_table(lines[:position], None, delimiter))
    refused = dict.fromkeys(_DELIMITERS, position)
    while position < len(lines):
        delimiter, end = _run(lines, position, refused)
        if end > position:
            tables.extend(_tables_of(lines[position:end], delimiter))
        position = max(end, position + 1)
    return tables


def delimiter_of(row: str) -> str:
    """Return what stands between the cells of a line that is known to be a row."""
    return _BAR if _is_in_bars(row) else max(_DELIMITERS, key=lambda delimiter: _count(row, delimiter))


def cells_of(row: str, delimiter: str) -> list[str]:
    """Return the cells of a row, without the white space and the bars around them."""
    if delimiter == _BAR:
        row = row.strip().removeprefix(_BAR)
        row = row[:-1] if row.endswith(_BAR) and not row.endswith("\\|") else row
        return [cell.strip() for cell in _BAR_BETWEEN_CELLS.split(row)]
    if '"' in row:
        try:
            return [cell.strip() for cell in next(csv.reader([row.strip(" \r")], delimiter=delimiter))]
        except (csv.Error, StopIteration):
            pass  # a quotation mark that is none of CSV's
    return [cell.strip() for cell in row.split(delimiter)]


def words_of_cells(row: str) -> list[str]:
    """Return what the cells of a row say, without empty ones and without Markdown around it."""
    return list(filter(None, (cell.strip(_MARKUP) for cell in cells_of(row, delimiter_of(row)))))


def in_words(row: str, header: str, delimiter: str) -> str:
    """Return a row as a sentence, each cell behind the name of its column: "Commune: Dover, Households: 12"."""
    cells = [cell.strip(_MARKUP) for cell in cells_of(row, delimiter)]
    if not header:
        return (": " if len(cells) == NAME_AND_VALUE else ", ").join(filter(None, cells))
    names = [cell.strip(_MARKUP) for cell in cells_of(header, delimiter)]
    if delimiter == "\t" and len(names) == len(cells) - 1:
        # The corner of the table is empty, and white space around a line is cut off.
        names = ["", *names]
    named = zip_longest(names[: len(cells)], cells, fillvalue="")
    return ", ".join(f"{name}: {cell}" if name else cell for name, cell in named if cell)


@dataclass(frozen=True, slots=True)
class _TextLine:
    """A line: its text with white space around it only where that is a delimiter, and its place without any."""

    text: str
    start: int
    end: int

    @property
    def place(self) -> Line:
        return self.start, self.end


def _lines_of(text: str) -> list[_TextLine]:
    """Return all lines, empty ones too."""
    lines = []
    start = 0
    for line in text.split("\n"):
        first = start + len(line) - len(line.lstrip())
        lines.append(_TextLine(line.strip(" \r\u00a0"), first, max(first, start + len(line.rstrip()))))
        start += len(line) + 1
    return lines


def _is_separator(line: str) -> bool:
    return _SEPARATOR.fullmatch(line) is not None


def _is_in_bars(line: str) -> bool:
    """Whether a line begins with a bar and has another, or is a separator of a grid."""
    return (line.startswith(_BAR) and _BAR in line[1:]) or (line.startswith("+") and _is_separator(line))


def _count(line: str, delimiter: str) -> int:
    """Return how often the delimiter stands between cells; 0 in a line that can be no row."""
    if delimiter not in line or len(line) > MAX_ROW_CHARACTERS:
        return 0
    if delimiter == _BAR:
        return len(_BAR_BETWEEN_CELLS.findall(line))
    return (_QUOTED.sub("", line) if '"' in line else line).count(delimiter)


def _run(lines: Sequence[_TextLine], first: int, refused: dict[str, int]) -> tuple[str, int]:
    """Return the delimiter and the end of the table that begins with line `first`; the end is `first` without one.

    `refused` keeps the line up to which each delimiter is known to make no table, so that no run is looked at twice.
    """
    end = first
    while end < len(lines) and _is_in_bars(lines[end].text):
        end += 1
    if end - first >= _LEAST_ROWS_IN_BARS:
        return _BAR, end
    for delimiter in _DELIMITERS:
        if first < refused[delimiter] or not (count := _count(lines[first].text, delimiter)):
            continue
        end = first + 1
        while end < len(lines) and _count(lines[end].text, delimiter) == count and not _is_in_bars(lines[end].text):
            end += 1
        if end - first >= _LEAST_ROWS and _is_table(
            [line.text for line in lines[first : first + _SAMPLE_ROWS]][: end - first], delimiter
        ):
            return delimiter, end
        refused[delimiter] = end
    return "", first


def _is_table(rows: Sequence[str], delimiter: str) -> bool:
    """Whether lines with equal numbers of cells are rows and no prose.

    Short cells are asked of all. Between commas and semicolons there is no white space and no line ends like a
    sentence, and a column of numbers below its name is asked where there are two columns only, or where there is white
    space all the same.
    """
    cells = [cells_of(row, delimiter) for row in rows if not _is_separator(row)]
    if any(len(cell) > _MAX_CELL_CHARACTERS for row in cells for cell in row) or not any(row[0] for row in cells):
        return False
    if delimiter in "\t|":
        return True
    if delimiter == "," and (_DECIMAL_COMMA.search(rows[0]) or any(map(_has_only_decimals, rows))):
        return False
    ended = sum(_SENTENCE_END.search(row) is not None for row in rows)
    loose = any(f"{delimiter} " in row for row in rows)
    columns = len(cells[0])
    if ended > len(rows) // 2 or (loose and columns == NAME_AND_VALUE):
        return False
    return (columns > NAME_AND_VALUE and not loose) or _names_numbers(cells)


def _has_only_decimals(row: str) -> bool:
    return len(_DECIMAL_COMMA.findall(row)) == row.count(",")


def _tables_of(lines: Sequence[_TextLine], delimiter: str) -> Iterator[Table]:
    """Yield the tables in a run of rows: a separator line shows that the line above it is a header."""
    separators = [row for row, line in enumerate(lines) if _is_separator(line.text)]
    if len(separators) > max(1, len(lines) // 3):  # a grid has one below every row
        separators = separators[:2] if separators[:1] == [0] else separators[:1]
    headers = [row - 1 for row in separators if row > 0 and not _is_separator(lines[row - 1].text)]
    starts = sorted({0, *headers})
    for start, end in pairwise([*starts, len(lines)]):
        part = lines[start:end]
        yield _table(part, _header_of(part, delimiter, start in headers), delimiter)


def _table(lines: Sequence[_TextLine], header: int | None, delimiter: str) -> Table:
    """Return a table whose header is a line of this number; lines before the header are no rows."""
    spans: list[Line] = []
    rows: list[Line] = []
    for number, line in enumerate(lines):
        if _is_separator(line.text) and spans:
            spans[-1] = (spans[-1][0], line.end)
            continue
        spans.append(line.place)
        if not _is_separator(line.text) and (header is None or number > header):
            rows.append(line.place)
    named = None if header is None else lines[header]
    if named is not None and named.end - named.start > MAX_HEADER_CHARACTERS:
        named = None
    return Table(tuple(spans), None if named is None else named.place, tuple(rows), delimiter)


def _header_of(lines: Sequence[_TextLine], delimiter: str, is_marked: bool) -> int | None:
    """Return the number of the line that names the columns: 0, or None when the first line is a row like the others.

    Args:
        lines: of one table.
        delimiter: what stands between its cells.
        is_marked: whether a separator stands below the first line.
    """
    rows = [cells_of(line.text, delimiter) for line in lines[: _SAMPLE_ROWS + 1] if not _is_separator(line.text)]
    if not rows or not any(map(_LETTER.search, rows[0])):
        return None
    kinds = list(map(_kind, rows[0]))
    if is_marked:
        # Where Markdown has no header to write, the first name and value often stand in its place.
        values = [_kind(row[1]) for row in rows if len(row) == NAME_AND_VALUE]
        return None if len(kinds) == NAME_AND_VALUE and values and kinds[1] == "number" else 0
    if len(rows) == 1:
        return None
    if _names_numbers(rows):
        return 0
    is_text = all(kind == "text" for kind in kinds) and len(set(rows[0])) == len(rows[0])
    return 0 if is_text and len(kinds) > NAME_AND_VALUE else None


def _names_numbers(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names a column of numbers, or has years above one, and no number of its own."""
    first = list(map(_kind, rows[0]))
    if "number" in first:
        return False
    for column, named in enumerate(first):
        below = [_kind(row[column]) for row in rows[1:] if column < len(row) and row[column]]
        for kind in ("number", "year"):
            if named not in ("empty", kind) and sum(one == kind for one in below) > _OF_ONE_KIND * len(below):
                return True
    return False


def _kind(cell: str) -> Literal["empty", "text", "number", "year"]:
    """Return what a cell holds; a number may have a unit."""
    cell = cell.strip(_MARKUP)
    if not cell:
        return "empty"
    if _YEAR.fullmatch(cell):
        return "year"
    digits, letters = len(_DIGIT.findall(cell)), len(_LETTER.findall(cell))
    return "number" if digits and letters <= min(_UNIT_LETTERS, 2 * digits) else "text"


def _goes_on(line: str, header: str, delimiter: str) -> bool:
    """Whether a line at the beginning of a passage is a row of the table with this header."""
    if _is_in_bars(header) != _is_in_bars(line) or not line:
        return False
    count, columns = _count(line, delimiter), _count(header, delimiter)
    # White space around a passage is cut off, and with it an empty cell at the end of a row.
    return 0 < count <= columns + 1 if delimiter in "\t|" else count == columns
