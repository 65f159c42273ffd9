"""Passages to sentences as they are read: a row of a table with the names of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from index.text.sentences import Span, split_sentences
from index.text.tables import NAME_AND_VALUE, Table, cells_of, find_tables, in_words

Kind = Literal["prose", "row", "header", "label", "separator"]
"""What a sentence is: prose, a row of a table, its header, a line that announces, or one that only draws a table.

A header that could be a row too, for want of a separator below it or of a third column, is a label, as headings are.
"""

_HEADING = regex.compile(r"#{1,6}\s")
_WORD = regex.compile(r"[\p{L}\p{N}]")


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence of a passage.

    Attributes:
        start: where it begins in the passage, in code points.
        end: where it ends; the separator line below a header is no part of it.
        kind: what it is.
        text: what it says by itself.
        read: what it says to a reader of the whole table: a row with the names of its columns; else the same.
        names: the header of its table, which may stand in front of the passage; empty without one.
        header: where the header of its table stands, if that is in the passage.
        continues: whether it is a row of the table that the passage begins inside of.
        before: the number of the sentence that leads to it, if there is one: the one before it, or, for all rows of a
            table, the line above the table.
    """

    start: int
    end: int
    kind: Kind
    text: str
    read: str
    names: str = ""
    header: Span | None = None
    continues: bool = False
    before: int | None = None


def read_sentences(
    text: str, header: str = "", title: str = "", spans: Sequence[Span] | None = None
) -> list[ReadSentence]:
    """Return the sentences of a passage.

    Args:
        text: the passage.
        header: the header row of the table that it begins inside of, if it does.
        title: the title of its article; a table of names and values, which has no header, tells of that.
        spans: where its sentences stand, if that is known and the passage has no table; by default they are looked for.
    """
    tables = find_tables(text, header) if spans is None else []
    table_at = {line[0]: table for table in tables for line in table.lines}
    sentences: list[ReadSentence] = []
    above: dict[int, int | None] = {}  # by the offset of a table, the sentence above it
    for number, (start, end) in enumerate(split_sentences(text, tables) if spans is None else spans):
        before = number - 1 if number else None
        table = table_at.get(start)
        if table is None:
            own = text[start:end]
            sentences.append(
                ReadSentence(start, end, "label" if _HEADING.match(own) else "prose", own, own, before=before)
            )
            continue
        above.setdefault(table.lines[0][0], before)
        sentences.append(_table_line(text, (start, end), table, header, title, above[table.lines[0][0]]))
    return sentences


def _table_line(text: str, span: Span, table: Table, header: str, title: str, above: int | None) -> ReadSentence:
    """Return a sentence that begins where a line of a table begins."""
    start, end = span
    if table.header is not None and table.header[0] == start:
        own = text[slice(*table.header)]
        is_sure = end > table.header[1] and len(cells_of(own, table.delimiter)) > NAME_AND_VALUE
        return ReadSentence(start, start + len(own), "header" if is_sure else "label", own, own, before=above)
    row = table.row_at(start)
    if row is None or end < row[1]:  # a part of a row that is too long for one sentence is read like prose
        own = text[start:end]
        kind: Kind = "prose" if _WORD.search(own) else "separator"
        return ReadSentence(start, end, kind, own, own, before=above)
    own = text[slice(*row)]
    continues = bool(header) and table.lines[0][0] == 0
    names = header if continues else text[slice(*table.header)] if table.header else ""
    read = in_words(own, names, table.delimiter)
    if not names and title:
        read = f"{title}, {read}"
    return ReadSentence(start, row[1], "row", own, read, names, table.header, continues, above)
