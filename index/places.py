"""Pages and sections of a text: which one an offset lies in, and where they are when the text has changed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from index.records import Place
from index.text.normalization import BYTE_ORDER_MARK, normalize_part

_LINE_END = re.compile(r"\r\n|\r|\n")


def place_at(places: Sequence[Place], offset: int) -> Place | None:
    """Return the one of ascending places that an offset lies in, None before the first."""
    position = bisect_right(places, offset, key=lambda place: place.start)
    return places[position - 1] if position else None


def page_and_section(places: Sequence[Place], offset: int) -> tuple[int | None, str | None]:
    """Return the page and the section that an offset lies in; both None where they are not known."""
    place = place_at(places, offset)
    return (None, None) if place is None else (place.page, place.section)


def places_within(places: Sequence[Place], start: int, end: int) -> tuple[Place, ...]:
    """Return those of ascending places that a slice of their text lies in: from the one at its start to its end."""
    first = bisect_right(places, start, key=lambda place: place.start)
    last = bisect_right(places, end - 1, key=lambda place: place.start)
    return tuple(places[max(first - 1, 0) : last])


def section_starts(places: Sequence[Place]) -> list[int]:
    """Return where another section begins; a page that turns within a section is none."""
    before = [None, *(place.section for place in places)]
    return [place.start for place, above in zip(places, before, strict=False) if place.section not in (None, above)]


def distinct(places: Iterable[Place], length: int) -> tuple[Place, ...]:
    """Return those of ascending places that say something new about a text of `length` characters.

    Of several that begin at one offset the last counts; one that equals the place before it, or begins behind the text,
    goes.
    """
    by_start = {max(place.start, 0): place for place in places}
    kept: list[Place] = []
    for start, place in by_start.items():
        before = (kept[-1].page, kept[-1].section) if kept else (None, None)
        if start < length and (place.page, place.section) != before:
            kept.append(replace(place, start=start))
    return tuple(kept)


def normalized_places(text: str, normal: str, places: Sequence[Place]) -> tuple[Place, ...]:
    """Return the places of `text` as places of `normal`, which `normalize` made of it.

    The character at a place stays the same. A place inside of what becomes one character moves to the beginning of its
    line, and takes the others with it to the beginning of theirs.
    """
    mark = len(text) - len(text.removeprefix(BYTE_ORDER_MARK))
    text = text[mark:]
    starts = [min(max(place.start - mark, 0), len(text)) for place in places]
    moved = _normalized_offsets(text, normal, starts)
    if moved is None:
        lines = [0, *(end.end() for end in _LINE_END.finditer(text))]
        starts = [lines[bisect_right(lines, start) - 1] for start in starts]
        moved = _normalized_offsets(text, normal, starts) or starts
    return tuple(replace(place, start=start) for place, start in zip(places, moved, strict=True))


def _normalized_offsets(text: str, normal: str, offsets: Sequence[int]) -> list[int] | None:
    """Return ascending offsets into `text` as offsets into `normal`, None where one cuts what belongs together."""
    parts = [normalize_part(text[start:end]) for start, end in pairwise((0, *offsets, len(text)))]
    if "".join(parts) != normal:
        return None
    return list(accumulate(map(len, parts)))[:-1]


def cleaned_places(page: str, text: str, line_numbers: Sequence[int], places: Sequence[Place]) -> tuple[Place, ...]:
    """Return the places of a page as places of the text that cleaning left of it.

    A place on a line that was removed begins with the next line that was kept.

    Args:
        page: what was cleaned.
        text: what was left, lines of the page or pieces of them, in their order.
        line_numbers: for each line of `text`, the number of the page's line that it is of, from 1; 0 for none.
        places: places of `page`.
    """
    if not places or not text:
        return ()
    lines = page.split("\n")
    line_starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    kept: list[tuple[int, int, int]] = []  # where a piece ends and begins in the page, and where it begins in the text
    reached = offset = 0
    for number, piece in zip(line_numbers, text.split("\n"), strict=True):
        if number and piece:
            found = page.find(piece, max(reached, line_starts[number - 1]), line_starts[number])
            start = found if found != -1 else max(reached, line_starts[number - 1])
            reached = start + len(piece)
            kept.append((reached, start, offset))
        offset += len(piece) + 1
    moved: list[Place] = []
    for place in places:
        position = bisect_right(kept, place.start, key=lambda piece: piece[0])
        if position < len(kept):
            _, start, offset = kept[position]
            moved.append(replace(place, start=offset + max(place.start - start, 0)))
    return tuple(moved)
