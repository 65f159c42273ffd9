"""Lines to paragraphs: sentences are whole again, across lines, columns and pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from index.readers.layout.lines import SOFT_HYPHEN, Line
from index.records import Place

_HYPHENS = ("-", "\u2010", SOFT_HYPHEN)
_ENDS_SENTENCE = re.compile(r"[.!?…:;][\"”’»)\]]*$")
_ITEM = re.compile(r"[•●▪■◦‣∙·]|[-–—*+] |\(?(?:\d{1,3}|[a-zđ])[.)] ", re.IGNORECASE)
_OTHER_SIZE = 0.12
"""Part by which the font of a heading or note differs from that of the line before it; a judgement."""
_WIDE_PITCH = 1.4
"""Distances of lines, of those of the column, from which a paragraph ends; a judgement."""
_INDENT = (0.7, 5.0)
"""Font sizes that the first line of a paragraph is indented; a judgement."""
_SAME_EDGE = 0.5
"""Font sizes by which the edges of two lines of a narrower block differ at most; a judgement."""
_NARROW_BLOCK = 0.6
"""Part of its column that a line of a narrower block fills at least; a judgement."""
_NOTE_SIZE = 0.93
"""Size of the font of a foot note, of that of the text, at most; a judgement."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number from 1, its lines in reading order by columns, and the headings that begin at some."""

    number: int
    regions: list[list[Line]]
    headings: dict[int, str] = field(default_factory=dict)
    """The heading that begins at a line, by the line's `id`."""


def joined(pages: Sequence[Page]) -> tuple[str, tuple[Place, ...]]:
    """Return the text, one paragraph a line, and where its pages and sections begin."""
    writer = _Writer(_words(pages))
    body = _body_size(pages)
    notes: list[tuple[int, Line]] = []
    before: Line | None = None
    for page in pages:
        held: list[tuple[int, Line]] = []
        for region in page.regions:
            main = len(region) - _notes_at_the_end(region, body)
            pitch = _pitch(region)
            for number, line in enumerate(region[:main]):
                heading = page.headings.get(id(line))
                if before is None or heading is not None:
                    goes_on = False
                else:
                    goes_on = not _breaks(before, line, pitch) if number else _goes_on(before, line)
                if goes_on:
                    writer.extend(line, page.number)
                else:
                    notes = _written(notes, writer)
                    writer.begin(line, page.number, heading)
                before = line
            held += [(page.number, line) for line in region[main:]]
        notes += held
    _written(notes, writer)
    return writer.finished()


def _written(notes: Iterable[tuple[int, Line]], writer: _Writer) -> list[tuple[int, Line]]:
    """Write the foot notes that waited for the end of a paragraph; none is left."""
    before: Line | None = None
    for page, line in notes:
        if before is None or _breaks(before, line, 0.0):
            writer.begin(line, page, None)
        else:
            writer.extend(line, page)
        before = line
    return []


def _breaks(before: Line, line: Line, pitch: float) -> bool:
    """Whether a new paragraph begins at a line below another of the same column."""
    if before.cells > 1 or line.cells > 1 or _sizes_differ(before, line):
        return True
    if pitch and before.bottom - line.bottom > _WIDE_PITCH * pitch:
        return True
    ended = _ENDS_SENTENCE.search(before.text) is not None
    if before.text.endswith(_HYPHENS) and line.text[0].islower():
        return False
    if _ITEM.match(line.text) and (ended or _fits(before, line) or before.size < line.left - before.left):
        return True
    indent = (line.left - before.left) / line.size
    if ended and _INDENT[0] <= indent <= _INDENT[1]:
        return True
    return _fits(before, line) and (ended or not line.text[0].islower()) and not _is_narrower_block(before, line)


def _goes_on(before: Line, line: Line) -> bool:
    """Whether a paragraph goes on at the top of the next column or page."""
    if before.cells > 1 or line.cells > 1 or _sizes_differ(before, line) or _ITEM.match(line.text):
        return False
    if _ENDS_SENTENCE.search(before.text):
        return False
    return line.text[0].islower() or before.text.endswith(_HYPHENS) or not _fits(before, line)


def _sizes_differ(before: Line, line: Line) -> bool:
    return abs(before.size - line.size) > _OTHER_SIZE * max(before.size, line.size)


def _fits(before: Line, line: Line) -> bool:
    """Whether the first word of a line had room on the one before it, so that the break was meant."""
    return before.room_behind > line.first_word_width + 0.3 * before.size


def _is_narrower_block(before: Line, line: Line) -> bool:
    """Whether both lines end at the same place before the end of the column, like those of a quotation set apart."""
    return (
        abs(before.right - line.right) < _SAME_EDGE * line.size
        and abs(before.left - line.left) < _SAME_EDGE * line.size
        and line.right - line.left > _NARROW_BLOCK * (line.column[1] - line.column[0])
    )


def _pitch(region: Sequence[Line]) -> float:
    """Return the usual distance of two lines, in points; that of two paragraphs is larger."""
    size = median(line.size for line in region)
    distances = sorted(above.bottom - line.bottom for above, line in pairwise(region))
    likely = [distance for distance in distances if distance >= size]
    return min(likely[len(likely) // 4], 2.5 * size) if likely else 1.25 * size


def _body_size(pages: Iterable[Page]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for region in page.regions:
            for line in region:
                sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _notes_at_the_end(region: Sequence[Line], body: float) -> int:
    """Return how many of the last lines of a column are foot notes: smaller than the text, with text above them."""
    text = [number for number, line in enumerate(reversed(region)) if line.size > _NOTE_SIZE * body]
    return text[0] if text else 0


def _words(pages: Iterable[Page]) -> set[str]:
    """Return the words that stand inside lines, with their hyphens: they tell how a broken word is joined."""
    found: set[str] = set()
    for page in pages:
        for region in page.regions:
            for line in region:
                found.update(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.text.lower()))
    return found


class _Writer:
    """The text as it grows, with its places."""

    def __init__(self, words: set[str]) -> None:
        self._words = words
        self._parts: list[str] = []
        self._length = 0
        self._last = ""
        self._places: list[Place] = []
        self._page = 0
        self._section: str | None = None

    def begin(self, line: Line, page: int, heading: str | None) -> None:
        if self._parts:
            self._add("\n")
        if heading is not None:
            self._section = heading
        if page != self._page or heading is not None:
            self._page = page
            self._places.append(Place(self._length, page, self._section))
        self._add(line.text)

    def extend(self, line: Line, page: int) -> None:
        start = self._glue(line.text)
        if page != self._page:
            self._page = page
            self._places.append(Place(start, page, self._section))

    def _glue(self, text: str) -> int:
        """Add a line to the paragraph; return where the first word begins that is wholly in it."""
        if not self._last.endswith(_HYPHENS) or not text[0].isalnum() or not self._last[:-1][-1:].isalnum():
            self._add(" " + text)
            return self._length - len(text)
        if self._falls_away(text):
            kept = self._last[:-1]
            self._parts[-1] = kept
            self._length -= 1
        start = self._length
        self._add(text)
        space = re.search(r"\s", text)
        return start + (space.end() if space else len(text))

    def _falls_away(self, text: str) -> bool:
        """Whether the hyphen at the end was there for the end of the line only."""
        if self._last.endswith(SOFT_HYPHEN):
            return True
        ending = re.search(r"[^\W\d_]+(?:-[^\W\d_]+)*$", self._last[:-1])
        beginning = re.match(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)
        if ending is None or beginning is None or not text[0].islower():
            return False
        first, second = ending[0].lower(), beginning[0].lower()
        return f"{first}-{second}" not in self._words or f"{first}{second}" in self._words

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
        self._last = text

    def finished(self) -> tuple[str, tuple[Place, ...]]:
        return "".join(self._parts), tuple(_with_words(self._places, self._length))


def _with_words(places: Sequence[Place], length: int) -> Iterator[Place]:
    """Yield the places behind which a word stands before the next one."""
    for place, following in zip(places, [*places[1:], Place(length)], strict=True):
        if place.start < following.start:
            yield place
