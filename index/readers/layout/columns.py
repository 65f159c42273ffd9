"""The order in which the fragments of a page are read: columns one after the other, between lines that span them.

A table is no columns: its rows are read across. What tells them apart is that lines of prose are long and fill their
column.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from statistics import median, quantiles

from index.readers.layout.lines import Fragment, Line, lines_of

_GUTTER = 0.7
"""Font sizes between two columns at least; a judgement."""
_MIN_LINES = 3
"""Lines of a column at least; a judgement."""
_MIN_CHARACTERS = 12
"""Characters in the middle one of a column's lines, by length, at least; a judgement."""
_FILLED = 0.6
"""Part of a column's width that its middle line, by width, fills at least; a judgement."""
_MAX_SPANNING = 0.25
"""Part of the fragments that may span two columns at most; a judgement."""
_BESIDE = 0.3
"""Part of the lower of two columns that stands beside the other at least; a judgement."""
_HEADING_SIZE = 1.15
"""Size of a heading's font, of that of the text, at least; a judgement."""
_WHITE = 0.5
"""Font sizes of white space above a heading at least; a judgement."""
_MAX_FRAGMENTS = 5_000
"""Fragments of a page at most in which columns are looked for; a limit on time. A full page of a paper has 1,000."""
_MAX_CANDIDATES = 40
"""Left edges, by how many fragments begin there, that are tried as that of a column; a limit on time."""
_MAX_DEPTH = 8
"""Columns beside each other at most; a limit."""


def in_reading_order(fragments: Sequence[Fragment]) -> list[list[Line]]:
    """Return the lines of a page, a list for each column or part of one between spanning lines."""
    if not fragments:
        return []
    column, known = _edges(fragments), _all_columns(fragments, _MAX_DEPTH)
    return [region for part in _below_headings(fragments) for region in _regions(part, column, known, _MAX_DEPTH)]


def _all_columns(fragments: Sequence[Fragment], depth: int) -> list[float]:
    """Return the left edges of the columns of a page but the first."""
    edge = _second_column(fragments) if depth and len(fragments) <= _MAX_FRAGMENTS else None
    if edge is None:
        return []
    left, right, _ = _sides(fragments, edge)
    return [*_all_columns(left, depth - 1), edge, *_all_columns(right, depth - 1)]


def _below_headings(fragments: Sequence[Fragment]) -> list[list[Fragment]]:
    """Return the parts of a page that follow each other downwards, each but the first begun by a heading.

    A heading is larger than the text, with white space above it across the whole page: what stands in columns above is
    read to its end first.
    """
    size = median(each.size for each in fragments)
    parts: list[list[Fragment]] = [[]]
    lowest = float("inf")
    for fragment in sorted(fragments, key=lambda each: -each.top):
        is_heading = fragment.size >= _HEADING_SIZE * size
        if parts[-1] and is_heading and lowest - fragment.top >= _WHITE * size:
            parts.append([])
        parts[-1].append(fragment)
        lowest = min(lowest, fragment.bottom)
    return parts


def _regions(
    fragments: Sequence[Fragment], column: tuple[float, float], known: Sequence[float], depth: int
) -> list[list[Line]]:
    """Return the lines of what stands in one column, which may have columns in it.

    `column` has its edges; `known` the left edges of the columns of the page, which may be too short here to be known.
    """
    edge = _second_column(fragments, known) if depth and len(fragments) <= _MAX_FRAGMENTS else None
    if edge is None:
        return [lines] if (lines := lines_of(fragments, column)) else []
    left, right, spanning = _sides(fragments, edge)
    spanning.sort(key=lambda each: -each.middle)
    heights = [-each.middle for each in spanning]
    # (spanning fragments above, side or 2 for a spanning one): a spanning one follows the columns above it
    parts = [
        *((bisect(heights, -each.middle), side, each) for side, held in enumerate((left, right)) for each in held),
        *((number, 2, each) for number, each in enumerate(spanning)),
    ]
    parts.sort(key=lambda part: part[:2])
    regions: list[list[Line]] = []
    for is_spanning, group in groupby(parts, key=lambda part: part[1] == 2):
        if is_spanning:
            regions += _regions([each for _, _, each in group], column, (), 0)
            continue
        for (_, side), held in groupby(group, key=lambda part: part[:2]):
            regions += _regions([each for _, _, each in held], _edges((left, right)[side]), known, depth - 1)
    return regions


def _edges(fragments: Sequence[Fragment]) -> tuple[float, float]:
    return min(each.left for each in fragments), max(each.right for each in fragments)


def _second_column(fragments: Sequence[Fragment], known: Sequence[float] = ()) -> float | None:
    """Return the left edge of the column after the first, None where there is one column only."""
    starts = Counter(round(each.left) for each in fragments)
    best: tuple[int, float] | None = None
    for start, _ in starts.most_common(_MAX_CANDIDATES):
        edge = start - 1.0
        left, right, spanning = _sides(fragments, edge)
        if (
            len(spanning) <= _MAX_SPANNING * len(fragments)
            and _is_prose(left)
            and _is_prose(right)
            and _stand_beside(left, right)
            and (best is None or (len(spanning), edge) < best)
        ):
            best = (len(spanning), edge)
    if best is not None:
        return best[1]
    for edge in known:
        left, right, spanning = _sides(fragments, edge)
        if left and right and not spanning and _stand_beside(left, right):
            return edge
    return None


def _sides(fragments: Sequence[Fragment], edge: float) -> tuple[list[Fragment], list[Fragment], list[Fragment]]:
    """Return what is left of a column that begins at `edge`, what is in it or right of it, and what spans both."""
    right = [each for each in fragments if each.left >= edge]
    left = [each for each in fragments if each.right <= edge - _GUTTER * each.size]
    spanning = [each for each in fragments if each.left < edge and each.right > edge - _GUTTER * each.size]
    return left, right, spanning


def _is_prose(fragments: Sequence[Fragment]) -> bool:
    if len(fragments) < _MIN_LINES or median(len(each.text) for each in fragments) < _MIN_CHARACTERS:
        return False
    widths = [each.right - each.left for each in fragments]
    return median(widths) >= _FILLED * quantiles(widths, n=10)[-1]


def _stand_beside(left: Sequence[Fragment], right: Sequence[Fragment]) -> bool:
    (low, high), (other_low, other_high) = (
        (min(each.bottom for each in side), max(each.top for each in side)) for side in (left, right)
    )
    return min(high, other_high) - max(low, other_low) >= _BESIDE * min(high - low, other_high - other_low)
