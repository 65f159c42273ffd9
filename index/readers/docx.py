"""Word documents (.docx), opened by python-docx, read from their XML in document order."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import HoidapError, ReadError
from index.readers.numbering import Numbering
from index.readers.pipe_tables import pipe_table
from index.readers.sections import SectionedText
from index.readers.stated import stated_author, stated_date, stated_title
from index.records import Draft, Place

if TYPE_CHECKING:
    from docx.document import Document

_MAX_UNPACKED_BYTES = 400_000_000
"""Bytes that the parts of a document have at most, unpacked; a limit on memory. Pictures count."""
_MAX_XML_BYTES = 80_000_000
"""Bytes that the parts with text have at most, unpacked; a limit on memory. A book of a thousand pages has a fifth."""
_MAX_PARTS = 20_000
"""Parts of a document at most; a limit on memory."""
_MAX_SPAN = 64
"""Columns that a cell may span at most; a limit. Word itself has 63."""
_MAX_STYLES_ABOVE = 20
"""Styles that a style is based on at most; a limit, as a circle has no end."""
_OLE = b"\xd0\xcf\x11\xe0"
"""The first bytes of an encrypted document, and of an old .doc."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_LEFT_OUT = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}rPr", f"{_W}pPr", f"{_W}sectPr"}
"""What is no text: what was deleted or moved away, what a field is computed from, and how things look."""
_SHOWN_AS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_NO_LIST = ("0", 0)
_TEMPLATE_CREATED = datetime(2013, 12, 23, 23, 15)
"""When the document was made that python-docx begins every other one with, by definition; it says nothing of them."""


def read_docx(file: Path, origin: str) -> Iterator[Draft | HoidapError]:
    """Yield the article that a Word document holds, with its headings as sections.

    Raises:
        ReadError: it is none, encrypted or too large, or the extra `files` is not installed.
    """
    try:
        # Who reads no DOCX needs no python-docx.
        import docx
    except ImportError as error:
        raise ReadError(origin, "reading DOCX needs python-docx: pip install 'hoidap[files]'") from error

    _check_size(file, origin)
    document = docx.Document(str(file))
    text = _Text(document, origin)
    text.add_all(document.element.body)
    content, places, shown_title = text.finished()
    stated = document.core_properties
    created = stated.created
    yield Draft(
        text=content,
        origin=origin,
        title=stated_title(stated.title) or shown_title,
        author=stated_author(stated.author),
        published_at=None if created is None or _is_template(created) else stated_date(created),
        places=places,
    )


def _check_size(file: Path, origin: str) -> None:
    with file.open("rb") as content:
        if content.read(len(_OLE)) == _OLE:
            raise ReadError(origin, "is encrypted, or an old .doc; save it as .docx without a password")
    if not zipfile.is_zipfile(file):
        raise ReadError(origin, "is no DOCX, or damaged")
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
    if len(parts) > _MAX_PARTS:
        raise ReadError(origin, f"has {len(parts):,} parts; at most {_MAX_PARTS:,} are read")
    for kind, ending, most in (("", "", _MAX_UNPACKED_BYTES), (" of XML", (".xml", ".rels"), _MAX_XML_BYTES)):
        size = sum(part.file_size for part in parts if part.filename.lower().endswith(ending))
        if size > most:
            raise ReadError(origin, f"has {size:,} bytes{kind} when it is unpacked; at most {most:,} are read")


def _is_template(created: datetime) -> bool:
    return created.replace(tzinfo=None) == _TEMPLATE_CREATED


class _Text:
    """The text of a document as it grows, line by line, with its sections and notes."""

    def __init__(self, document: Document, origin: str) -> None:
        self._styles = _Styles(document)
        self._numbering = Numbering(next(_parts(document, "numbering"), None))
        self._notes = _notes(document)
        self._marks: dict[tuple[str, str], int] = {}
        """The number of each note that was met, by its kind and id."""
        self._lines = SectionedText(origin)
        self._title: str | None = None

    def add_all(self, parent: Any) -> None:
        """Add the paragraphs and tables below an element, in order."""
        for element in parent:
            if element.tag == f"{_W}p":
                self._add_paragraph(element)
            elif element.tag == f"{_W}tbl":
                self._add_table(element)
            elif element.tag not in _LEFT_OUT:
                self.add_all(element)

    def _add_paragraph(self, paragraph: Any) -> None:
        boxes: list[Any] = []
        text = self._text_of(paragraph, boxes).strip()
        style, label = self._style_of(paragraph)  # an empty paragraph is counted too
        if text:
            if style == "title" and self._title is None:
                self._title = " ".join(text.split())
            if label:
                text = f"{label} {text}"
            if style == "heading":
                text = unicodedata.normalize("NFC", " ".join(text.split()))
                self._lines.begin(text)
            self._add_line(text)
        for box in boxes:
            self.add_all(box)

    def _add_line(self, text: str) -> None:
        self._lines.add(unicodedata.normalize("NFC", text))

    def _style_of(self, paragraph: Any) -> tuple[str | None, str]:
        """Return "title", "heading" or None, and what Word shows before a paragraph that is counted."""
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            return None, ""
        name = properties.find(f"{_W}pStyle")
        kind, item = self._styles.of("" if name is None else name.get(f"{_W}val", ""))
        level = properties.find(f"{_W}outlineLvl")
        if level is not None:
            kind = _kind_of_level(level.get(f"{_W}val"))
        own = properties.find(f"{_W}numPr")
        list_id, depth = _item(own, item)
        if list_id == "0":  # taken out of the list of its style
            return kind, ""
        label = self._numbering.label(list_id, depth)
        return kind, "" if label == "-" and kind is not None else label

    def _text_of(self, element: Any, boxes: list[Any]) -> str:
        """Return the text below an element; text boxes in it are added to `boxes`."""
        pieces: list[str] = []
        for child in element:
            tag = child.tag
            if tag in (f"{_W}t", _MATH_TEXT):
                pieces.append(child.text or "")
            elif tag in _SHOWN_AS:
                pieces.append(_SHOWN_AS[tag])
            elif tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
                pieces.append(self._mark(tag.removeprefix(_W).removesuffix("Reference"), child.get(f"{_W}id")))
            elif tag == f"{_W}txbxContent":
                boxes.append(child)
            elif tag == _ALTERNATIVES:
                pieces.append(self._text_of(child[:1], boxes))  # the second is for programs that do not know the first
            elif isinstance(tag, str) and tag not in _LEFT_OUT and not _is_hidden(child):
                pieces.append(self._text_of(child, boxes))
        return "".join(pieces)

    def _mark(self, kind: str, name: str) -> str:
        if (kind, name) not in self._notes:
            return ""
        return f"[{self._marks.setdefault((kind, name), len(self._marks) + 1)}]"

    def _add_table(self, table: Any) -> None:
        rows = _rows(table)
        if all(len(row) == 1 for row in rows):  # a frame around paragraphs
            for cell in (cell for row in rows for cell in row if cell is not None):
                self.add_all(cell)
            return
        for line in pipe_table([[self._cell_text(cell) for cell in row] for row in rows]):
            self._lines.add(line)

    def _cell_text(self, cell: Any) -> str:
        """Return all that a cell holds on one line, tables in it included."""
        if cell is None:
            return ""
        boxes: list[Any] = []
        pieces: list[str] = []
        for paragraph in _below(cell, f"{_W}p"):
            _, label = self._style_of(paragraph)
            pieces += ["" if label == "-" else label, self._text_of(paragraph, boxes)]
        pieces += [self._text_of(paragraph, []) for box in boxes for paragraph in _below(box, f"{_W}p")]
        return " ".join(" ".join(pieces).split())

    def finished(self) -> tuple[str, tuple[Place, ...], str | None]:
        """Return the text with its notes, where its sections begin, and its title if a paragraph is one."""
        if self._marks:
            self._lines.end()
        for note, number in list(self._marks.items()):
            self._add_line(f"[{number}] {self._cell_text(self._notes[note])}")
        return self._lines.text, self._lines.places, self._title


def _below(parent: Any, tag: str) -> Iterator[Any]:
    """Yield the elements of a kind below another, in order, but those that were deleted."""
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag not in _LEFT_OUT:
            yield from _below(element, tag)


def _rows(table: Any) -> list[list[Any]]:
    """Return the cells of each row: None where another cell reaches in."""
    rows = []
    for row in _own(table, f"{_W}tr"):
        if row.find(f"{_W}trPr/{_W}del") is not None:
            continue
        before = row.find(f"{_W}trPr/{_W}gridBefore")
        cells: list[Any] = [None] * _count(before)
        for cell in _own(row, f"{_W}tc"):
            span = cell.find(f"{_W}tcPr/{_W}gridSpan")
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merged is not None and merged.get(f"{_W}val", "continue") == "continue"
            cells += [None if goes_on else cell, *[None] * (_count(span) - 1)]
        if cells:
            rows.append(cells)
    return rows


def _own(parent: Any, tag: str) -> Iterator[Any]:
    """Yield the rows of a table, or the cells of a row, but not those of tables in it."""
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}moveTo"):
            yield from _own(element, tag)


def _count(element: Any) -> int:
    value = "" if element is None else element.get(f"{_W}val", "")
    return min(int(value), _MAX_SPAN) if value.isdecimal() else 0


def _is_hidden(run: Any) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val", "true") not in ("false", "0", "off")


class _Styles:
    """What each style makes of a paragraph: "title", "heading" or None; in which list, how deep."""

    def __init__(self, document: Document) -> None:
        self._styles = {style.get(f"{_W}styleId"): style for style in document.styles.element.iter(f"{_W}style")}
        self._known: dict[str, tuple[str | None, tuple[str, int]]] = {}

    def of(self, name: str) -> tuple[str | None, tuple[str, int]]:
        """Return what the style of a name makes, or one that it is based on."""
        if name not in self._known:
            self._known[name] = self._looked_up(name)
        return self._known[name]

    def _looked_up(self, name: str | None) -> tuple[str | None, tuple[str, int]]:
        kind: str | None = None
        item = _NO_LIST
        for _ in range(_MAX_STYLES_ABOVE):
            style = self._styles.get(name)
            if style is None:
                break
            own = style.find(f"{_W}name")
            level = style.find(f"{_W}pPr/{_W}outlineLvl")
            kind = kind or _kind_of_name("" if own is None else own.get(f"{_W}val", ""))
            kind = kind or (None if level is None else _kind_of_level(level.get(f"{_W}val")))
            item = item if item != _NO_LIST else _item(style.find(f"{_W}pPr/{_W}numPr"), _NO_LIST)
            based_on = style.find(f"{_W}basedOn")
            name = None if based_on is None else based_on.get(f"{_W}val")
        return kind, item


def _item(properties: Any, otherwise: tuple[str, int]) -> tuple[str, int]:
    """Return the list of a paragraph or style and its level in it; what it does not say itself is `otherwise`."""
    if properties is None:
        return otherwise
    list_id, level = (properties.find(f"{_W}{name}") for name in ("numId", "ilvl"))
    return (
        otherwise[0] if list_id is None else list_id.get(f"{_W}val", "0"),
        otherwise[1] if level is None else _count(level),
    )


def _kind_of_name(name: str) -> str | None:
    name = name.casefold()
    if name.startswith("heading "):
        return "heading"
    return "title" if name == "title" else None


def _kind_of_level(level: str | None) -> str | None:
    """Return what a level of the outline makes of a paragraph; the tenth, 9, is that of the text."""
    return "heading" if level is not None and level.isdecimal() and int(level) < 9 else None


def _parts(document: Document, kind: str) -> Iterator[Any]:
    """Yield the root elements of the parts of a kind."""
    from docx.oxml.parser import parse_xml

    for relation in document.part.rels.values():
        if relation.reltype.rpartition("/")[2] == kind and not relation.is_external:
            yield parse_xml(relation.target_part.blob)


def _notes(document: Document) -> dict[tuple[str, str], Any]:
    """Return the foot notes and end notes by kind and id."""
    return {
        (kind, note.get(f"{_W}id")): note
        for kind in ("footnote", "endnote")
        for root in _parts(document, f"{kind}s")
        for note in root.iter(f"{_W}{kind}")
        if note.get(f"{_W}type", "normal") == "normal"
    }
