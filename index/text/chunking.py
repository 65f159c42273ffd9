"""Articles to passages: neighbouring sentences packed to about 600 characters, one sentence of overlap.

A list of moderate length stays with the line that announces it, and a passage ends where a section begins, unless it is
short. A row of a table is one sentence, so passages break between rows; one that begins inside a table knows where the
row stands that names the columns.

Passages are the same for every model. Where a model cannot read a whole passage, its encoder cuts it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from index.text.sentences import LIST_ITEM, Span, split_sentences
from index.text.tables import Table, find_tables


@dataclass(frozen=True, slots=True)
class PassageLengths:
    """How long passages are, in characters; all judgements.

    Attributes:
        target: length that a passage grows to.
        most: greatest length of a passage, without the sentence that it repeats from the one before.
        paragraph: length from which a passage ends where a paragraph ends.
        section: length from which a passage ends where a section begins.
        overlap: greatest length of a sentence that the next passage repeats.
        rest: greatest length of a remainder of the article that joins the last passage.
    """

    target: int = 600
    most: int = 900
    paragraph: int = 400
    section: int = 300
    overlap: int = 250
    rest: int = 160

    @property
    def most_with_overlap(self) -> int:
        """Length of a passage at most, with the sentence that it repeats."""
        return self.most + self.overlap


LENGTHS = PassageLengths()
"""The lengths that articles are cut by."""


class Chunk(NamedTuple):
    """A passage.

    Attributes:
        span: where it stands.
        header: where the header row of the table stands that it begins inside of, if it does.
        sentences: where its sentences stand in the passage; None where the article has tables, which are read by row.
    """

    span: Span
    header: Span | None
    sentences: tuple[Span, ...] | None


def chunk(text: str, lengths: PassageLengths = LENGTHS, *, sections: Iterable[int] = ()) -> list[Span]:
    """Return the passages of `text` as half-open code point offsets, in order.

    Every character that is not white space lies in at least one passage; a text without any gives none. `sections` are
    the offsets at which sections begin, each with its heading.
    """
    return [one.span for one in chunks_of(text, lengths, sections=sections)]


def chunk_with_headers(
    text: str, lengths: PassageLengths = LENGTHS, *, sections: Iterable[int] = ()
) -> list[tuple[Span, Span | None]]:
    """Return the passages of `text`, each with the header row of the table that it begins inside of, if it does."""
    return [(one.span, one.header) for one in chunks_of(text, lengths, sections=sections)]


def chunks_of(text: str, lengths: PassageLengths = LENGTHS, *, sections: Iterable[int] = ()) -> list[Chunk]:
    """Return the passages of `text`, with what cutting it found out of them."""
    tables = find_tables(text)
    sentences = split_sentences(text, tables)
    headings = _beginning_at(text, sentences, sections)
    headers = _beginning_at(text, sentences, [table.header[0] for table in tables if table.header is not None])
    passages = _passages_of(text, sentences, headings, headers, lengths)
    headers_of = _headers_at([sentences[first][0] for first, _last in passages], tables)
    chunks: list[Chunk] = []
    for (first, last), header in zip(passages, headers_of, strict=True):
        start, end = sentences[first][0], sentences[last][1]
        own = None if tables else tuple((one - start, other - start) for one, other in sentences[first : last + 1])
        chunks.append(Chunk((start, end), header, own))
    return chunks


def _headers_at(starts: Sequence[int], tables: Sequence[Table]) -> list[Span | None]:
    """Return the header of the table whose rows each of some ascending offsets lies in."""
    found: list[Span | None] = []
    number = 0
    for start in starts:
        while number < len(tables) and tables[number].lines[-1][1] <= start:
            number += 1
        rows = tables[number].rows if number < len(tables) else ()
        found.append(tables[number].header if rows and rows[0][0] <= start else None)
    return found


def _passages_of(
    text: str,
    sentences: Sequence[Span],
    headings: Collection[int],
    headers: Collection[int],
    lengths: PassageLengths,
) -> list[tuple[int, int]]:
    """Return the first and last sentence of each passage.

    `headings` and `headers` are the positions of sentences above sections and rows.
    """
    last_heading = max(headings, default=-1)
    passages: list[tuple[int, int]] = []
    first = 0
    repeat = False
    while first < len(sentences):
        last = _last_of(text, sentences, headings, first, repeat, lengths)
        while last > first + repeat and (last in headers or (last in headings and last + 1 in headers)):
            last -= 1  # the header of a table goes with its rows, and the heading above it with both
        start, end = sentences[first][0], sentences[last][1]
        rest = sentences[-1][1] - end
        if 0 < rest <= lengths.rest and last_heading <= last and sentences[-1][1] - start <= lengths.most:
            last = len(sentences) - 1
        passages.append((first, last))
        if last == len(sentences) - 1:
            break
        overlap = sentences[last]
        repeat = (
            last > first
            and last + 1 not in headings
            and overlap[1] - overlap[0] <= lengths.overlap
            and sentences[last + 1][1] - overlap[0] <= lengths.most_with_overlap
        )
        first = last if repeat else last + 1
    return passages


def _beginning_at(text: str, sentences: Sequence[Span], offsets: Iterable[int]) -> set[int]:
    """Return the positions of the sentences that begin at offsets; what begins within a sentence counts as none."""
    starts = [start for start, _ in sentences]
    first = ((bisect_left(starts, offset), offset) for offset in offsets)
    return {place for place, offset in first if place < len(starts) and not text[offset : starts[place]].strip()}


def _last_of(
    text: str, sentences: Sequence[Span], headings: Collection[int], first: int, repeated: bool, lengths: PassageLengths
) -> int:
    """Return the last sentence of the passage that begins with sentence `first`, which may be a repeated one."""
    start = sentences[first][0]
    last = first
    for candidate in range(first + 1, len(sentences)):
        length = sentences[candidate][1] - start
        so_far = sentences[last][1] - start
        must_grow = repeated and last == first
        if length > (lengths.most_with_overlap if must_grow else lengths.target):
            short = so_far < lengths.target // 2 and length <= lengths.most
            if not short:
                break
        if candidate in headings and so_far >= lengths.section:
            break
        if so_far >= lengths.paragraph and _may_end(text, sentences[last][1], sentences[candidate][0]):
            break
        last = candidate
    is_lonely = last > first and last in headings and last + 1 < len(sentences) and last + 1 not in headings
    return last - 1 if is_lonely else last


def _may_end(text: str, end: int, following: int) -> bool:
    """Whether a paragraph ends between two sentences that are not the lines of one list."""
    if "\n" not in text[end:following] or text[end - 1] in ":：":
        return False
    return text[following] == "#" or LIST_ITEM.match(text, following) is None
