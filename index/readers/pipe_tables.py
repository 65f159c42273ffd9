"""Rows of cells to a table in Markdown: a line a row, the first row its header."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

MAX_COLUMNS = 200
"""Columns to which the rows of a table are filled up, at most; a limit. Wider rows stay as long as they are."""
LONGEST_REPEATED = 200
"""Characters of a cell that stands in all rows or columns that it spans, at most; a judgement. Others stand once."""
_MAX_CELLS = 1_000_000
"""Cells of a table whose short rows are filled up, at most; a limit on the blank ones."""


def pipe_table(rows: Sequence[Sequence[str]], *, has_header: bool = True) -> list[str]:
    """Return the lines of a table in Markdown, in NFC; rows without a word are left out.

    Args:
        rows: the cells of each row; shorter rows are filled up.
        has_header: whether the first row names the columns. Without it the names are empty.
    """
    cells = [[_cell(cell) for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    if not cells:
        return []
    width = min(max(map(len, cells)), MAX_COLUMNS)
    filled = width if width * len(cells) <= _MAX_CELLS else 0
    if not has_header:
        cells.insert(0, [""] * width)
    lines = [_line(row + [""] * (filled - len(row))) for row in cells]
    lines.insert(1, _line(["---"] * width))
    return lines


def _cell(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split())).replace("|", "\\|")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
