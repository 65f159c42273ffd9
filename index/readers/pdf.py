"""PDF files with a text layer, by pdfium: its characters and their boxes, which `layout` puts into reading order."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import HoidapError, ReadError
from index.readers.layout.columns import in_reading_order
from index.readers.layout.furniture import without_furniture
from index.readers.layout.lines import Fragment, Line
from index.readers.layout.paragraphs import Page, joined
from index.readers.stated import stated_author, stated_pdf_date, stated_title
from index.records import Draft

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

_MAX_PAGES = 20_000
"""Pages of a file at most; a limit."""
_MAX_HEADINGS = 20_000
"""Entries of an outline that are looked at; a limit."""
_MAX_NUMBERING = 6
"""Letters and figures that a heading has on the page beyond those in the outline; a judgement."""
_MAX_HEADING_LINES = 3
"""Lines of a heading at most; a judgement."""
_GAP = 1.2
"""Font sizes between two characters from which a column or a cell may lie between them; a judgement."""
_OFF_LINE = 0.6
"""Font sizes that a character may stand above or below the one before it in a line; a judgement."""
_SIZE_OF_HEIGHT = 0.87
"""Size of a font, of the height of its letters with ascenders and descenders; measured on common fonts."""
_UNREADABLE = 0.5
"""Part of the characters that no font explains, from which a file is unreadable; a judgement."""
_BROKEN_HYPHENS = {0x02: 0x2D, 0xFFFE: 0x2D}
"""What pdfium gives for a hyphen at the end of a line, to a hyphen; by definition."""


def read_pdf(file: Path, origin: str) -> Iterator[Draft | HoidapError]:
    """Yield the article that a PDF holds, with its pages, then an error if some of them are damaged.

    Raises:
        ReadError: it is no PDF, damaged, encrypted or a scan, or the extra `files` is not installed.
    """
    try:
        # Who reads no PDF needs no pdfium.
        import pypdfium2
    except ImportError as error:
        raise ReadError(origin, "reading PDF needs pypdfium2: pip install 'hoidap[files]'") from error

    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        raise ReadError(origin, _why_closed(error.err_code)) from error
    count = len(document)
    if count > _MAX_PAGES:
        raise ReadError(origin, f"has {count:,} pages; at most {_MAX_PAGES:,} are read")
    layout, damaged = _layout(document, origin)
    headings = _headings(document, layout)
    pages = [Page(number, regions, headings.get(number, {})) for number, regions in enumerate(layout, 1)]
    text_of_all, places = joined(pages)
    stated = document.get_metadata_dict()
    yield Draft(
        text=text_of_all,
        origin=origin,
        title=stated_title(stated.get("Title")),
        author=stated_author(stated.get("Author")),
        published_at=stated_pdf_date(stated.get("CreationDate")),
        places=places,
    )
    if damaged:
        raise ReadError(origin, f"{len(damaged):,} of {count:,} pages are damaged, such as page {damaged[0]}")


def _layout(document: PdfDocument, origin: str) -> tuple[list[list[list[Line]]], list[int]]:
    """Return the lines of each page by columns, without heads and feet, and the numbers of damaged pages."""
    from pypdfium2 import PdfiumError

    layout: list[list[list[Line]]] = []
    heights: list[float] = []
    damaged: list[int] = []
    unknown = characters = 0
    for number in range(1, len(document) + 1):
        try:
            page = document[number - 1]
            text = page.get_textpage()
        except PdfiumError:
            damaged.append(number)
            layout.append([])
            heights.append(1.0)
            continue
        regions, read, lost = _read_page(text)
        characters += read
        unknown += lost
        layout.append(regions)
        heights.append(page.get_height())
        text.close()
        page.close()
    if len(damaged) == len(layout):
        raise ReadError(origin, "is damaged: none of its pages can be read")
    if unknown > _UNREADABLE * max(characters, 1):
        raise ReadError(origin, "has a text layer, but its fonts do not say which letters they show; run OCR on it")
    layout = without_furniture(layout, heights)
    if not any(layout):
        raise ReadError(origin, "has no text layer; it is a scan: run OCR, for example ocrmypdf")
    return layout, damaged


def _why_closed(code: int | None) -> str:
    from pypdfium2 import raw

    if code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
        return "is encrypted; save it without a password"
    return "is no PDF, or damaged"


def _fragments(text: PdfTextPage) -> tuple[dict[int, list[Fragment]], int]:
    """Return the fragments of a page by the quarter turns of their writing, and how many characters no font explains.

    Boxes are turned with the writing, so that lines lie and follow each other downwards.
    """
    from pypdfium2 import raw

    turned: dict[int, list[Fragment]] = {}
    letters: list[str] = []
    box = raw.FS_RECTF()
    unknown = turn = 0
    left = right = bottom = top = size = 0.0

    def finish() -> None:
        if content := "".join(letters).strip():
            content = content.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            turned.setdefault(turn, []).append(Fragment(content, left, right, bottom, top, size))
        letters.clear()

    for position in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, position)
        if code in (0x0A, 0x0D):
            finish()
            continue
        code = _BROKEN_HYPHENS.get(code, code)
        letter = chr(code)
        if letter.isspace():
            if letters:
                letters.append(" ")
            continue
        if not raw.FPDFText_GetLooseCharBox(text, position, ctypes.byref(box)):
            continue
        if code == 0xFFFD or code < 0x20 or 0xE000 <= code < 0xF900:
            unknown += 1
            continue
        own_left, own_right, own_bottom, own_top = _turned(box, turn)
        own = (own_top - own_bottom) * _SIZE_OF_HEIGHT or 1.0
        if letters and not (
            -own <= own_left - right <= _GAP * max(own, size) and abs(own_bottom - bottom) <= _OFF_LINE * own
        ):
            finish()
        if not letters:
            turn = round(raw.FPDFText_GetCharAngle(text, position) / (math.pi / 2)) % 4
            left, right, bottom, top = own_left, own_right, own_bottom, own_top = _turned(box, turn)
            size = own = (own_top - own_bottom) * _SIZE_OF_HEIGHT or 1.0
        letters.append(letter)
        right, bottom, top, size = max(right, own_right), min(bottom, own_bottom), max(top, own_top), max(size, own)
    finish()
    return turned, unknown


def _turned(box: Any, turn: int) -> tuple[float, float, float, float]:
    """Return left, right, bottom and top of a box as somebody sees them who reads its writing."""
    left, right, bottom, top = box.left, box.right, box.bottom, box.top
    match turn:
        case 1:  # downwards
            return -top, -bottom, left, right
        case 2:
            return -right, -left, -top, -bottom
        case 3:  # upwards
            return bottom, top, -right, -left
    return left, right, bottom, top


def _read_page(text: PdfTextPage) -> tuple[list[list[Line]], int, int]:
    """Return the lines of a page by columns, its characters, and how many more no font explains.

    What is written in another direction than most, such as a stamp at the side, comes first.
    """
    turned, unknown = _fragments(text)
    characters = {turn: sum(len(each.text) for each in fragments) for turn, fragments in turned.items()}
    order = sorted(turned, key=lambda turn: characters[turn])
    regions = [region for turn in order for region in in_reading_order(turned[turn])]
    return regions, sum(characters.values()), unknown


def _headings(document: PdfDocument, layout: Sequence[list[list[Line]]]) -> dict[int, dict[int, str]]:
    """Return the headings of the outline that stand on their page: by page, and the `id` of the line they begin at."""
    found: dict[int, dict[int, str]] = {}
    shown: dict[int, list[list[tuple[Line, str]]]] = {}
    for number, bookmark in enumerate(document.get_toc()):
        if number == _MAX_HEADINGS:
            break
        title = " ".join(bookmark.get_title().split())
        target = bookmark.get_dest()
        page = target.get_index() if target is not None and title else None
        if page is None or not 0 <= page < len(layout):
            continue
        if page not in shown:
            shown[page] = [[(line, _letters(line.text)) for line in region] for region in layout[page]]
        begun = found.setdefault(page + 1, {})
        line = _line_of(_letters(title), shown[page], begun)
        if line is not None:
            begun[id(line)] = title
    return found


def _line_of(wanted: str, regions: Sequence[Sequence[tuple[Line, str]]], taken: dict[int, str]) -> Line | None:
    """Return the line that a heading begins at; it may go on in the next ones, and lack its number there or here."""
    for region in regions:
        for number, (line, shown) in enumerate(region):
            if not shown or id(line) in taken:
                continue
            whole = ""
            for _, part in region[number : number + _MAX_HEADING_LINES]:
                whole += part
                if abs(len(whole) - len(wanted)) <= _MAX_NUMBERING and (
                    whole.endswith(wanted) or wanted.endswith(whole) or whole.startswith(wanted)
                ):
                    return line
    return None


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
