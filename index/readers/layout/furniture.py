"""Running heads, feet and page numbers: lines at the edge of pages that repeat there. Nothing else leaves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from index.readers.layout.lines import Line, is_in_table

_DEPTH = 3
"""Lines at the top and at the bottom of a page that may be furniture; a judgement."""
_MIN_PAGES = 3
"""Pages that show the same line at least; a judgement. A shorter document keeps its own."""
_SAME_HEIGHT = 0.02
"""Part of the page's height by which the same line may stand higher or lower; a judgement."""
_MAX_NUMBERS = 3
"""Numbers of a line at most that may count pages; a judgement. The others have to stay the same."""
_STAMP_CHARACTERS = 100
"""Characters of the stamps on a scanned page at most; a judgement."""
_NUMBER = re.compile(r"\d+")
_FIRST = re.compile(r"(\d+)(?!\S)")
_LAST = re.compile(r"(?<!\S)(\d+)$")
_COUNTED = re.compile(r"<[+-]\d+>")
_MAX_DIGITS = 9
"""Digits of a number that are looked at; a limit."""


def without_furniture(pages: Sequence[list[list[Line]]], heights: Sequence[float]) -> list[list[list[Line]]]:
    """Return the lines of each page, by columns, without those that repeat at its edges.

    A line is known by its text, whose numbers either stay or grow with the pages, and by its height. It repeats when it
    stands on more than half of all pages, or of the pages with odd numbers, or of those with even ones.
    """
    edges = [
        [_keyed(line, page, height) for line in lines]
        for page, (lines, height) in enumerate(zip(map(_edge_lines, pages), heights, strict=True))
    ]
    repeated: set[str] = set()
    for of_pages in (edges, edges[::2], edges[1::2]):
        seen = Counter(key for lines in of_pages for key in {key for _, keys in lines for key in keys})
        repeated |= {key for key, count in seen.items() if count >= _MIN_PAGES and count > len(of_pages) / 2}
    counts = {count for key in repeated for count in _COUNTED.findall(key)}
    furniture: set[int] = set()
    for page, lines in enumerate(edges):
        # where a chapter begins, the number of the page often stands elsewhere
        furniture |= {
            id(line)
            for line, keys in lines
            if not repeated.isdisjoint(keys) or (line.text.isdecimal() and _counted(line.text, page) in counts)
        }
    left = [[[line for line in region if id(line) not in furniture] for region in regions] for regions in pages]
    if _is_doubtful(_characters(left), _characters(pages), len(pages)):
        return list(pages)
    return [_with_own_edges([region for region in regions if region]) for regions in left]


def _with_own_edges(regions: list[list[Line]]) -> list[list[Line]]:
    """Return the lines of a page in columns that are as wide as these lines."""
    columns: dict[tuple[float, float], tuple[float, float]] = {}
    for line in (line for region in regions for line in region):
        left, right = columns.get(line.column, (line.left, line.right))
        columns[line.column] = (min(left, line.left), max(right, line.right))
    return [[replace(line, column=columns[line.column]) for line in region] for region in regions]


def _characters(pages: Sequence[Sequence[Sequence[Line]]]) -> int:
    return sum(len(line.text) for regions in pages for region in regions for line in region)


def _is_doubtful(left: int, before: int, pages: int) -> bool:
    """Whether more would leave than stays: copies of a form, not a text with heads. A scan may have only stamps."""
    stamps_only = left == 0 and before <= _STAMP_CHARACTERS * pages
    return left < before - left and not stamps_only


def _edge_lines(regions: Sequence[Sequence[Line]]) -> list[Line]:
    """Return the highest and the lowest lines of a page; the head of a table that goes on there is none of them."""
    lines = sorted((line for region in regions for line in region), key=lambda line: -line.top)
    edge = [*enumerate(lines[:_DEPTH]), *list(enumerate(lines))[-_DEPTH:]]
    return list({number: line for number, line in edge if not is_in_table(lines, number)}.values())


def _keyed(line: Line, page: int, height: float) -> tuple[Line, set[str]]:
    """Return the line with all that it may repeat as: at two heights, with numbers that stay or count pages."""
    place = line.bottom / max(height, 1.0) / _SAME_HEIGHT
    texts = set(_readings(" ".join(line.text.casefold().split()), page))
    return line, {f"{band} {text}" for band in {int(place), int(place + 0.5) + 10_000} for text in texts}


def _readings(text: str, page: int) -> Iterator[str]:
    numbers = _NUMBER.findall(text)
    if not 0 < len(numbers) <= _MAX_NUMBERS:
        yield text
        return
    for end, number in (("first", _FIRST.match(text)), ("last", _LAST.search(text))):
        if number is not None:  # that of the page, beside the name of whatever chapter it is in
            yield f"{end} {_counted(number[1], page)}"
    for choice in product((True, False), repeat=len(numbers)):
        counts = iter(zip(numbers, choice, strict=True))

        def written(_: re.Match[str], counts: Iterator[tuple[str, bool]] = counts) -> str:
            number, stays = next(counts)
            return number if stays else _counted(number, page)

        yield _NUMBER.sub(written, text)


def _counted(number: str, page: int) -> str:
    """Return how far a number is from that of the page; those that count the pages have all the same distance."""
    return f"<{int(number[-_MAX_DIGITS:]) - page:+}>"
