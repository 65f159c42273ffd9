"""PDF files that were made to break a reader."""

from __future__ import annotations

import zlib

from pdf_files import PdfPage, file_of, pdf

_CATALOG = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>"]
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def page_of(stream: bytes, resources: str = "/Font<</F1 4 0 R>>", more: tuple[bytes, ...] = ()) -> bytes:
    """Return a PDF with one page of this packed content."""
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 5 0 R/Resources<<{resources}>>>>".encode()
    return file_of([*_CATALOG, page, _FONT, stream_of(stream), *more], "/Root 1 0 R")


def stream_of(packed: bytes, entries: str = "/Filter/FlateDecode") -> bytes:
    """Return a stream object."""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(packed), entries.encode(), packed)


def bomb(bytes_unpacked: int) -> bytes:
    """Return a page whose content is that long when it is unpacked, and a thousandth of it before."""
    packer = zlib.compressobj(9)
    part = b" " * 1_000_000
    packed = b"".join(packer.compress(part) for _ in range(bytes_unpacked // len(part))) + packer.flush()
    return page_of(packed)


def letters(count: int) -> bytes:
    """Return a page with that many letters, in words that lie all over it."""
    word = b"BT /F1 9 Tf 1 0 0 1 %d %d Tm (sample) Tj ET\n"
    content = b"".join(word % (number * 7919 % 600, number * 104729 % 800) for number in range(count // 6))
    return page_of(zlib.compress(content))


def laughs(depth: int, times: int) -> bytes:
    """Return a page that draws a form several times, which draws another several times, and so on."""
    forms = []
    for level in range(depth):
        last = level == depth - 1
        content = b"BT /F1 9 Tf 9 9 Td (ha) Tj ET" if last else b"/X Do " * times
        inner = "/Font<</F1 4 0 R>>" if last else f"/XObject<</X {7 + level} 0 R>>"
        forms.append(stream_of(content, f"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<<{inner}>>"))
    return page_of(zlib.compress(b"/X Do"), "/XObject<</X 6 0 R>>", tuple(forms))


def nested_arrays(depth: int) -> bytes:
    """Return a PDF whose catalog holds lists in lists."""
    catalog = b"<</Type/Catalog/Pages 2 0 R/X %s>>" % (b"[" * depth + b"]" * depth)
    return pdf([PdfPage().write("sau")]).replace(b"<</Type/Catalog/Pages 2 0 R>>", catalog)


def circle() -> bytes:
    """Return a PDF whose tree of pages bites its tail."""
    return file_of([_CATALOG[0], b"<</Type/Pages/Count 9999/Kids[2 0 R 2 0 R]/Parent 2 0 R>>"], "/Root 1 0 R")


def claims(pages: int) -> bytes:
    """Return a PDF that says it has so many pages, and has one."""
    return pdf([PdfPage().write("Trang duy nhất")]).replace(b"/Count 1/", b"/Count %d/" % pages)
