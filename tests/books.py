"""EPUB books for tests."""

from __future__ import annotations

from collections.abc import Mapping

from zips import zip_of

_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
)
_METADATA = (
    "<dc:title>Sổ tay vườn ươm</dc:title><dc:creator>Lê Mận</dc:creator><dc:date>2016-05-02</dc:date>"
    "<dc:language>vi</dc:language><dc:publisher>Nhà in Bến Đá</dc:publisher>"
    '<dc:identifier id="own">urn:isbn:978-0-00</dc:identifier>'
)
CHAPTERS = {
    "một.xhtml": "<h1>Ươm hạt</h1><p>Hạt bưởi ngâm nước ấm trong <b>sáu</b> giờ.</p>",
    "hai.xhtml": "<h1>Ghép cành</h1><p>Cành ghép được buộc bằng dây chuối.</p>",
}
NAVIGATION = (
    '<nav epub:type="toc"><ol><li><a href="m%E1%BB%99t.xhtml">Chương 1: Ươm hạt</a></li>'
    '<li><a href="hai.xhtml">Chương 2: Ghép cành</a></li></ol></nav>'
)


def page(body: str) -> str:
    """Return a document of a book."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>trang</title></head><body>{body}</body></html>'
    )


def epub_of(
    chapters: Mapping[str, str] = CHAPTERS,
    *,
    navigation: str | None = NAVIGATION,
    outline: str | None = None,
    metadata: str = _METADATA,
    more: Mapping[str, str] | None = None,
) -> bytes:
    """Return a book of these chapters (name to body), with an EPUB 3 table of contents or an EPUB 2 outline."""
    items = [f'<item id="c{number}" href="{name}"/>' for number, name in enumerate(chapters)]
    files = {"mimetype": "application/epub+zip", "META-INF/container.xml": _CONTAINER}
    if navigation is not None:
        items.append('<item id="nav" href="nav.xhtml" properties="nav"/>')
        files["OEBPS/nav.xhtml"] = page(navigation)
    if outline is not None:
        items.append('<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>')
        files["OEBPS/toc.ncx"] = outline
    spine = "".join(f'<itemref idref="c{number}"/>' for number in range(len(chapters)))
    files["OEBPS/book.opf"] = (
        '<package xmlns="http://www.idpf.org/2007/opf" unique-identifier="own"><metadata xmlns:dc="'
        'http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">'
        f"{metadata}</metadata><manifest>{''.join(items)}</manifest><spine>{spine}</spine></package>"
    )
    files.update({f"OEBPS/{name}": page(body) for name, body in chapters.items()})
    return zip_of({**files, **(more or {})})
