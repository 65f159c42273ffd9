"""A page and its lines while cleaning takes it apart."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from itertools import islice

from index.cleaning.lines import shapes as shape
from index.cleaning.reasons import Reason
from index.text.tables import find_tables

_LINES_AHEAD = 12
"""Kept lines that are looked at to tell whether only links follow; a limit."""
_BLANK = " \t\u00a0\u200b\u3000"
"""The characters that a line may hold and still be blank."""


@dataclass(frozen=True, slots=True)
class RemovedLine:
    """A line that was removed, or a piece of one; `number` counts lines from 1."""

    number: int
    text: str
    reason: Reason


@dataclass(slots=True)
class Line:
    """A line of the page; `removed` is the reason where it is not part of the article."""

    number: int
    text: str
    removed: Reason | None = None
    wrapped: bool = False
    """Whether the line is part of a paragraph broken into lines, and so no caption, name or button."""
    heading: bool = False
    """Whether markup says that the line is a heading of the text, and so no caption, name or button."""
    row: bool = False
    """Whether the line is of a table, and so no caption, name, counter or button."""

    @property
    def prose(self) -> bool:
        """Whether the line reads like part of the article."""
        return self.wrapped or shape.is_prose(self.text)

    @property
    def blank(self) -> bool:
        """Whether nothing stands on the line."""
        return not self.text

    @property
    def kept(self) -> bool:
        """Whether something stands on the line and nothing has removed it."""
        return bool(self.text) and self.removed is None


@dataclass(slots=True)
class Page:
    """The lines of a page, with the headline, source, author, date and address that were found in it so far."""

    lines: list[Line]
    title: str | None = None
    source: str | None = None
    author: str | None = None
    published_at: str | None = None
    url: str | None = None
    cuts: list[RemovedLine] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, title: str | None, headings: Container[int] = ()) -> Page:
        """Return the page written in a text, one block per line, with its headline where that is known.

        Args:
            text: the page.
            title: its headline.
            headings: the numbers, from 1, of the lines that are known to be headings.
        """
        rows = _rows_in(text)
        lines = enumerate(text.split("\n"), 1)
        return cls(
            [Line(number, raw.strip(_BLANK), heading=number in headings, row=number in rows) for number, raw in lines],
            title,
        )

    def after(self, position: int) -> Iterator[int]:
        """Return the positions of the kept lines behind a position, blank ones left out."""
        return (number for number in range(position + 1, len(self.lines)) if self.lines[number].kept)

    def ahead(self, position: int) -> Iterator[int]:
        """Return the positions of the next few kept lines behind a position."""
        return islice(self.after(position), _LINES_AHEAD)

    def before(self, position: int, start: int = 0) -> Iterator[int]:
        """Return the positions of the kept lines ahead of a position, nearest first, back to `start`."""
        return (number for number in range(position - 1, start - 1, -1) if self.lines[number].kept)

    def cut(self, line: Line, start: int, end: int, reason: Reason) -> None:
        """Report a piece of a line as removed; the caller keeps the rest."""
        self.cuts.append(RemovedLine(line.number, line.text[start:end].strip(), reason))

    def take_out(self, line: Line, start: int, end: int, reason: Reason) -> Line:
        """Remove a piece of a line; what stands behind it becomes a line of its own, which is returned."""
        self.cut(line, start, end, reason)
        before, behind = line.text[:start].rstrip(), line.text[end:]
        if not before:
            line.text = behind
            return line
        rest = Line(line.number, behind, wrapped=line.wrapped)
        line.text = before
        self.lines.insert(self.lines.index(line) + 1, rest)
        return rest

    def kept_lines(self) -> list[tuple[int, str]]:
        """Return the kept lines with their numbers.

        One blank line, with number 0, stays where there was one or more, or where something was removed.
        """
        kept: list[tuple[int, str]] = []
        gap = False
        for line in self.lines:
            if not line.kept:
                gap = True
                continue
            if kept and gap:
                kept.append((0, ""))
            kept.append((line.number, line.text))
            gap = False
        return kept

    def removed_lines(self) -> tuple[RemovedLine, ...]:
        """Return the removed lines and pieces of lines, in the order of the page."""
        whole = [RemovedLine(line.number, line.text, line.removed) for line in self.lines if line.text and line.removed]
        return tuple(sorted(whole + self.cuts, key=lambda removed: removed.number))


def remove(lines: list[Line], reason: Reason) -> None:
    """Remove those of the lines that are still kept."""
    for line in lines:
        if line.kept:
            line.removed = reason


def _rows_in(text: str) -> set[int]:
    """Return the numbers, from 1, of the lines of tables, separator lines included."""
    rows: set[int] = set()
    number, position = 1, 0
    for table in find_tables(text):
        for start, end in table.lines:
            number += text.count("\n", position, start)
            inside = text.count("\n", start, end)
            rows.update(range(number, number + inside + 1))
            number, position = number + inside, end
    return rows
