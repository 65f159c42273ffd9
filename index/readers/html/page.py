"""HTML pages: trafilatura finds the article; its date, address, site and author come from the markup.

Nothing is fetched. Of the metadata only what the page states is taken: a date in its markup, never one guessed from
pictures or addresses.
"""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.cleaning.lines.shapes import is_name
from index.errors import ReadError
from index.readers.html.blocks import blocks_of, text_key
from index.readers.html.chrome import without_chrome
from index.readers.html.lead import lead_of
from index.readers.html.people import people_of
from index.readers.html.shown import Frame, shown_authors, shown_date
from index.readers.html.statements import Statements, short
from index.readers.html.titles import choose_headline
from index.readers.text import UTF16_MARKS, decode
from index.records import Draft, Place

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.I)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})", re.I)
_CHARSET_WITHIN_BYTES = 4096
"""Bytes at the beginning of a page in which it may name its encoding; a limit. The HTML standard asks for 1024."""
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", *UTF16_MARKS)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
_CODECS = {
    "utf8": "utf-8", "utf-16": "utf-8", "us-ascii": "cp1252", "ascii": "cp1252", "latin1": "cp1252",
    "iso-8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "shift_jis": "cp932",
    "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932", "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949", "tis-620": "cp874", "windows-874": "cp874", "iso-8859-11": "cp874", "big5": "big5hkscs",
}  # fmt: skip
"""The encoding that a page has when it names another, as the WHATWG Encoding Standard reads these names."""
_READABLE = re.compile(
    r"utf-8|cp(?:1252|932|949|874)|gb18030|big5hkscs|big5-hkscs|euc-jp|iso-2022-jp|koi8-[ru]|macintosh|"
    r"windows-125[0-8]|iso-8859-(?:[2-9]|1[03456])"
)
"""The encodings that are decoded beside UTF-8."""


def read_html(file: Path, origin: str) -> Draft:
    """Return the article of a page, one paragraph a line; headline, captions and buttons may still stand in it.

    Raises:
        EncodingError, ReadError: a byte is not of the page's encoding, or no article is found in it.
    """
    # Importing trafilatura takes half a second and 40 MB; who reads no HTML does not pay for it.
    import trafilatura
    from trafilatura.settings import Document

    page = _XML_DECLARATION.sub("", decode_page(file.read_bytes(), origin), count=1)
    nothing = ReadError(origin, "no article was found in the page; save its text as .txt if there is one")
    if not page.strip():
        raise nothing
    tree = trafilatura.load_html(page)
    found = trafilatura.bare_extraction(page, with_metadata=True, include_comments=False)
    if tree is None or not isinstance(found, Document) or not (found.text or "").strip():
        raise nothing
    stated = Statements(tree)
    blocks = blocks_of(tree)
    sites = stated.sites()
    address = stated.address()
    host = (urlsplit(address or "").hostname or "").removeprefix("www.")
    title = choose_headline(stated.titles(), tree.findtext(".//title"), blocks, [*sites, found.sitename or "", host])
    lines = [line.rstrip() for line in (found.text or "").split("\n")]
    frame = Frame(blocks, lines, title)
    lead = lead_of(frame, lines, title, stated.descriptions())
    lines = [*lead, *without_chrome(lines, blocks)]
    return Draft(
        text="\n".join(lines),
        origin=origin,
        title=short(title or found.title),
        url=address,
        source=next(iter(sites), None),
        author=short(
            people_of(
                [
                    stated.people(),
                    stated.authors(),
                    shown_authors(frame),
                    filter(is_name, (found.author or "").split("; ")),
                ],
                [*sites, found.sitename or ""],
                host,
            )
        ),
        published_at=stated.date() or shown_date(frame),
        places=_sections(lines, _headings(found.body, title)),
    )


def _headings(body: Any, title: str | None) -> list[str]:
    """Return the headings of an extracted text, without the headline."""
    headings = (" ".join("".join(head.itertext()).split()) for head in body.iter("head"))
    return [heading for heading in headings if text_key(heading) != text_key(title or "")]


def _sections(lines: list[str], headings: list[str]) -> tuple[Place, ...]:
    """Return where the headings of a page, in their order, stand in its text."""
    places: list[Place] = []
    expected = deque(headings)
    offset = 0
    for line in lines:
        if line and line in expected:
            while expected.popleft() != line:
                pass
            places.append(Place(offset, section=line))
        offset += len(line) + 1
    return tuple(places)


def decode_page(content: bytes, origin: str) -> str:
    """Return the text of a page, by its byte order mark, else the encoding that it names, else as UTF-8.

    Raises:
        EncodingError: a byte is not UTF-8.
        ReadError: a byte is not of the encoding that the page names, or nobody knows that encoding.
    """
    head = content[:_CHARSET_WITHIN_BYTES]
    named = None if head.startswith(_BYTE_ORDER_MARKS) else _META_CHARSET.search(head) or _XML_ENCODING.match(head)
    charset = named.group(1).decode("ascii").lower() if named else "utf-8"
    codec = _CODECS.get(charset, charset)
    if codec == "utf-8":
        return decode(content, origin).removeprefix("\ufeff")
    if _READABLE.fullmatch(codec) is None:
        raise ReadError(origin, f"the page says its encoding is {charset!r}, which is not known; convert it to UTF-8")
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        byte = content[error.start]
        raise ReadError(
            origin, f"byte {error.start} (0x{byte:02x}) is not {charset}, the encoding that the page names"
        ) from error
    if "\0" in text:
        raise ReadError(origin, f"holds a NUL character at offset {text.index(chr(0))}; is it a binary file?")
    return text
