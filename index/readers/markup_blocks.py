"""A tree of HTML to its blocks, one line each: all of its text, nothing guessed.

For what is written by authors for readers, such as chapters of books, messages and entries of feeds. A page of the web
with menus around the article is read by `html/`. One pass without recursion: the time is linear in the tree.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

from index.readers.html_elements import BLOCK_TAGS, HEADINGS, is_hidden
from index.readers.pipe_tables import LONGEST_REPEATED, MAX_COLUMNS, pipe_table
from index.readers.trees import number_in

_LEFT_OUT = frozenset({
    "applet", "area", "audio", "base", "button", "canvas", "col", "colgroup", "datalist", "embed", "frame",
    "frameset", "head", "iframe", "img", "input", "link", "map", "meta", "noframes", "object", "optgroup", "option",
    "param", "progress", "rp", "rt", "script", "select", "source", "style", "svg", "template", "textarea", "title",
    "track", "video",
})  # fmt: skip
"""Elements that show no text of the author, or one that would break a sentence, as the readings in ruby do."""
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_NOTE_NUMBER = re.compile(r"\s*[\[(]?\s*(\d{1,3})\s*[\])]?\s*")
_NOTE_PIECES = 5
"""Pieces of text in a link to a footnote at most; a limit."""
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\ufeff"))
"""Soft hyphens and byte order marks, which stand within words."""
_MAX_ROWS_SPANNED = 1_000
"""Rows that a cell spans at most; a limit."""
_MAX_ADDED_CELLS = 100_000
"""Cells that are added to a table for those that span several, at most; a limit."""

Kind = Literal["paragraph", "heading", "item", "row"]


@dataclass(frozen=True, slots=True)
class Block:
    """One line of text, in NFC.

    Attributes:
        text: the line; an item begins with its mark, a row is one of a table in Markdown.
        kind: what it is.
        level: of a heading, 1 to 6.
        is_quoted: whether it stands in a block quotation.
        anchors: ids of the elements that begin with it or before it, to which links may lead.
    """

    text: str
    kind: Kind = "paragraph"
    level: int = 0
    is_quoted: bool = False
    anchors: tuple[str, ...] = ()


def blocks_of(root: Any) -> Iterator[Block]:
    """Yield the blocks below an element of an HTML tree (as `trees.py` makes them), in order."""
    yield from _Walk().blocks(root)


@dataclass
class _Walk:
    """One pass over a tree: what is open, and the words since the last block."""

    words: list[str] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    numbers: list[int | None] = field(
        default_factory=list
    )  # of the lists that are open: the next item's, None for dots
    mark: str = ""
    heading: int = 0
    quotations: int = 0
    preformatted: int = 0

    def blocks(self, root: Any) -> Iterator[Block]:
        """Yield the blocks of the tree."""
        pending: list[tuple[Any, bool]] = [(root, False)]
        while pending:
            element, is_open = pending.pop()
            if is_open:
                yield from self._close(element.tag)
            elif (note := _note_mark(element)) is not None:
                self.words.append(note)
            elif _is_read(element):
                yield from self._open(element)
                pending.append((element, True))
                if element.tag == "table" and (lines := _table_lines(element)) is not None:
                    yield from (self._block(line, "row") for line in lines)
                else:
                    self._say(element.text)
                    pending.extend((child, False) for child in reversed(element))
                continue
            if element is not root:
                self._say(element.tail)
        yield from self._flush()

    def _open(self, element: Any) -> Iterator[Block]:
        tag = element.tag
        if tag in BLOCK_TAGS or tag == "br":
            yield from self._flush()
        if name := element.get("id") or element.get("name"):
            self.anchors.append(name)
        if tag in HEADINGS:
            self.heading = int(tag[1])
        elif tag in ("ul", "ol", "menu"):
            self.numbers.append(number_in(element.get("start"), 1) if tag == "ol" else None)
        elif tag == "li":
            self._begin_item(element)
        elif tag == "blockquote":
            self.quotations += 1
        elif tag == "pre":
            self.preformatted += 1
        elif tag == "q":
            self.words.append("“")

    def _begin_item(self, element: Any) -> None:
        number = self.numbers[-1] if self.numbers else None
        if number is None:
            self.mark = "- "
            return
        number = number_in(element.get("value"), number)
        self.mark = f"{number}. "
        self.numbers[-1] = number + 1

    def _close(self, tag: str) -> Iterator[Block]:
        if tag in BLOCK_TAGS:
            yield from self._flush()
        if tag in HEADINGS:
            self.heading = 0
        elif tag in ("ul", "ol", "menu"):
            self.numbers.pop()
        elif tag == "li":
            self.mark = ""
        elif tag == "blockquote":
            self.quotations -= 1
        elif tag == "pre":
            self.preformatted -= 1
        elif tag == "q":
            self.words.append("”")

    def _say(self, text: str | None) -> None:
        if text:
            self.words.append(text if self.preformatted else text.replace("\n", " "))

    def _flush(self) -> Iterator[Block]:
        """Yield the words since the last block, a line each of preformatted ones."""
        if not self.words:
            return
        said = "".join(self.words).translate(_INVISIBLE)
        self.words.clear()
        for line in said.split("\n"):
            if text := unicodedata.normalize("NFC", " ".join(line.split())):
                mark, self.mark = self.mark, ""
                yield self._block(mark + text, "heading" if self.heading else "item" if mark else "paragraph")

    def _block(self, text: str, kind: Kind) -> Block:
        anchors = tuple(self.anchors)
        self.anchors.clear()
        return Block(text, kind, self.heading if kind == "heading" else 0, self.quotations > 0, anchors)


def _is_read(element: Any) -> bool:
    """Whether a node is an element that shows text; comments and entities are none."""
    return isinstance(element.tag, str) and element.tag not in _LEFT_OUT and not is_hidden(element)


def _note_mark(element: Any) -> str | None:
    """Return the mark of a footnote, "[3]", where an element is a link to one: raised, or said to be one."""
    if element.tag != "a" or not element.get("href"):
        return None
    parent = element.getparent()
    is_raised = (parent is not None and parent.tag == "sup") or (len(element) == 1 and element[0].tag == "sup")
    if not is_raised and element.get(_EPUB_TYPE, element.get("role")) not in ("noteref", "doc-noteref"):
        return None
    number = _NOTE_NUMBER.fullmatch("".join(islice(element.itertext(), _NOTE_PIECES)))
    return f"[{number[1]}]" if number else None


def _table_lines(table: Any) -> list[str] | None:
    """Return the lines of a table of data, None for one that only arranges blocks: of one row or column, or nested."""
    if table.find(".//table") is not None:
        return None
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return None
    has_header = all(cell.tag == "th" for cell in rows[0]) or table.find("thead") is not None
    names_rows = not has_header and all(row and row[0].tag == "th" for row in rows)
    titles = [" ".join(block.text for block in blocks_of(caption)) for caption in table.iterchildren("caption")]
    return [*filter(None, titles), *pipe_table(list(_grid(rows)), has_header=not names_rows)]


def _grid(rows: list[list[Any]]) -> Iterator[list[str]]:
    """Yield the cells of each row. One that spans rows stands in each of them, one that spans columns in the first."""
    below: dict[int, tuple[str, int]] = {}  # column to what stands there in the next rows, and in how many
    added = 0
    for row in rows:
        line: list[str] = []
        for cell in [*row, None]:
            while len(line) in below:
                text, left = below.pop(len(line))
                if left > 1:
                    below[len(line)] = (text, left - 1)
                line.append(text)
            if cell is None:
                break
            text = " ".join(block.text for block in blocks_of(cell))
            across, down = number_in(cell.get("colspan"), 1), number_in(cell.get("rowspan"), 1)
            if down > 1 and added < _MAX_ADDED_CELLS and len(text) <= LONGEST_REPEATED:
                below[len(line)] = (text, min(down - 1, _MAX_ROWS_SPANNED))
                added += below[len(line)][1]
            line.append(text)
            blank = max(0, min(across, MAX_COLUMNS - len(line)) - 1) if added < _MAX_ADDED_CELLS else 0
            added += blank
            line.extend([""] * blank)
        yield line
