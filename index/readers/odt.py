"""OpenDocument text: paragraphs, headings, lists, tables and footnotes; what was deleted stays out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.dates import known_date
from index.errors import ReadError
from index.readers.archives import Archive, open_archive
from index.readers.markup_blocks import Block
from index.readers.pipe_tables import LONGEST_REPEATED, MAX_COLUMNS, pipe_table
from index.readers.sections import SectionedText
from index.readers.stated import stated_author, stated_title
from index.readers.trees import MAX_MARKUP_BYTES, number_in, parse_xml
from index.records import Draft

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAWING = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_LEFT_OUT = frozenset({
    *(f"{_TEXT}{name}" for name in ("tracked-changes", "table-of-content", "ruby-text", "sequence-decls",
      "variable-decls", "user-field-decls")),
    f"{_OFFICE}annotation", f"{_OFFICE}forms", f"{_SVG}title", f"{_SVG}desc", f"{_TABLE}covered-table-cell",
})  # fmt: skip
"""Elements whose text is not the author's, or was deleted."""
_BLOCKS = frozenset({
    f"{_TEXT}p", f"{_TEXT}h", f"{_TEXT}list-item", f"{_TEXT}list-header", f"{_TEXT}section", f"{_TEXT}line-break",
    f"{_TABLE}table", f"{_TABLE}table-row", f"{_TABLE}table-cell", f"{_DRAWING}text-box"
})  # fmt: skip
_SPACES = {f"{_TEXT}s": " ", f"{_TEXT}tab": " "}
_TITLE_STYLE = "Title"
_LONGEST_MARK = 5
"""Characters of the mark of a note at most; a judgement."""
_MAX_STATED_CHARACTERS = 500
"""Characters of a title or name at most; a judgement. A longer one is a mistake of the file."""


def read_odt(file: Path, origin: str) -> Iterator[Draft]:
    """Yield the text of a document, a paragraph a line, its notes at the end; a heading begins a section.

    Raises:
        ReadError: it is no OpenDocument text, is damaged, encrypted or too long, or holds no text.
    """
    with open_archive(file, origin) as archive:
        content = _part(archive, "content.xml", encrypted="is encrypted; save it without a password")
        body = content.find(f"{_OFFICE}body/{_OFFICE}text") if content is not None else None
        if body is None:
            raise ReadError(origin, "is no OpenDocument text")
        described = _part(archive, "meta.xml")
    text = SectionedText(origin)
    walk = _Walk()
    for block in walk.blocks(body):
        if block.level:
            text.begin(block.text)
        text.add(block.text)
    for mark, note in walk.notes:
        words = " ".join(block.text for block in _Walk().blocks(note))
        text.add(f"{mark} {words}")
    if not text.text:
        raise ReadError(origin, "holds no text")
    yield Draft(
        text=text.text,
        origin=origin,
        title=stated_title(_stated(described, "title")) or walk.title,
        author=stated_author(_stated(described, "initial-creator") or _stated(described, "creator")),
        published_at=known_date((_stated(described, "creation-date") or "").partition(".")[0]),  # without fractions
        places=text.places,
    )


def _part(archive: Archive, name: str, *, encrypted: str | None = None) -> Any:
    """Return the root of a part of the document, None where it has no such part.

    Raises:
        ReadError: it cannot be read; `encrypted` is why, where the document says that its parts are.
    """
    entries = {entry.name: entry for entry in archive.entries}
    if name not in entries:
        return None
    content = archive.read(entries[name], MAX_MARKUP_BYTES)
    try:
        return parse_xml(content, f"{archive.origin}/{name}")
    except ReadError as error:
        manifest = entries.get("META-INF/manifest.xml")
        if encrypted and manifest and b"encryption-data" in archive.read(manifest, MAX_MARKUP_BYTES):
            raise ReadError(archive.origin, encrypted) from error
        raise


def _stated(described: Any, name: str) -> str | None:
    element = described.find(f".//{{*}}{name}") if described is not None else None
    words = " ".join((element.text or "").split()) if element is not None else ""
    return words if 0 < len(words) <= _MAX_STATED_CHARACTERS else None


@dataclass
class _Walk:
    """One pass over a tree, without recursion: the words since the last block, and the notes on the way."""

    words: list[str] = field(default_factory=list)
    notes: list[tuple[str, Any]] = field(default_factory=list)
    mark: str = ""
    level: int = 0
    title: str | None = None

    def blocks(self, root: Any) -> Iterator[Block]:
        """Yield the blocks below an element."""
        pending: list[tuple[Any, bool]] = [(root, False)]
        while pending:
            element, is_open = pending.pop()
            tag = element.tag
            if is_open:
                yield from self._close(element)
            elif isinstance(tag, str) and tag not in _LEFT_OUT:
                if tag in _BLOCKS:
                    yield from self._flush()
                self._open(element)
                pending.append((element, True))
                rows = _rows_of(element) if tag == f"{_TABLE}table" else None
                if rows is not None:
                    yield from (Block(line, "row") for line in pipe_table(list(self._grid(rows))))
                elif tag == f"{_TEXT}note":
                    self._note(element)
                else:
                    self.words.append(element.text or "")
                    pending.extend((child, False) for child in reversed(element))
                continue
            if element is not root:
                self.words.append(element.tail or "")
        yield from self._flush()

    def _open(self, element: Any) -> None:
        if element.tag == f"{_TEXT}h":
            self.level = max(1, number_in(element.get(f"{_TEXT}outline-level")))
        elif element.tag == f"{_TEXT}list-item":
            self.mark = "- "
        elif element.tag == f"{_TEXT}p" and element.get(f"{_TEXT}style-name") == _TITLE_STYLE and self.title is None:
            words = " ".join("".join(element.itertext()).split())
            self.title = words if len(words) <= _MAX_STATED_CHARACTERS else None
        elif element.tag in _SPACES:
            self.words.append(_SPACES[element.tag])

    def _close(self, element: Any) -> Iterator[Block]:
        if element.tag in _BLOCKS:
            yield from self._flush()
        if element.tag == f"{_TEXT}h":
            self.level = 0
        elif element.tag == f"{_TEXT}list-item":
            self.mark = ""

    def _flush(self) -> Iterator[Block]:
        text = unicodedata.normalize("NFC", " ".join("".join(self.words).replace("\u00ad", "").split()))
        self.words.clear()
        if text:
            mark, self.mark = self.mark, ""
            kind = "heading" if self.level else "item" if mark else "paragraph"
            yield Block(mark + text, kind, self.level)  # type: ignore[arg-type]  # mypy takes the word for any text

    def _note(self, element: Any) -> None:
        body = element.find(f"{_TEXT}note-body")
        if body is None:
            return
        cited = element.find(f"{_TEXT}note-citation")
        stated = "".join(cited.itertext()).strip() if cited is not None else ""
        mark = f"[{stated if 0 < len(stated) <= _LONGEST_MARK else len(self.notes) + 1}]"
        self.words.append(mark)
        self.notes.append((mark, body))

    def _grid(self, rows: list[list[Any]]) -> Iterator[list[str]]:
        for row in rows:
            line: list[str] = []
            for cell in row:
                inner = _Walk(notes=self.notes)
                words = " ".join(block.text for block in inner.blocks(cell)) if cell.tag not in _LEFT_OUT else ""
                line.append(words)
                repeated = number_in(cell.get(f"{_TABLE}number-columns-repeated"))
                if len(words) <= LONGEST_REPEATED:
                    line.extend([words] * (min(repeated, MAX_COLUMNS - len(line)) - 1))
            while line and not line[-1]:
                line.pop()
            yield line


def _rows_of(table: Any) -> list[list[Any]] | None:
    """Return the cells of a table of data, None for one that only arranges blocks: of one row or column, or nested."""
    if table.find(f".//{_TABLE}table") is not None:
        return None
    cells = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
    rows = [[cell for cell in row if cell.tag in cells] for row in table.iter(f"{_TABLE}table-row")]
    return rows if len(rows) > 1 and max(map(len, rows)) > 1 else None
