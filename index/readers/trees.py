"""Bytes of XML and HTML to trees, bounded: nothing is fetched, no entity expanded, no tree has millions of nodes."""

from __future__ import annotations

import re
from html.entities import html5
from typing import Any

from lxml import etree

from index.errors import ReadError

MAX_MARKUP_BYTES = 1 << 26
"""Bytes of one XML or HTML document at most; a limit."""
MAX_MARKS = 2_000_000
"""Signs `<` and `=` in a document at most; a limit. They bound its elements and attributes, 100 to 200 bytes each."""
_LONGEST_NUMBER = 6
"""Digits of a number in an attribute at most; a limit."""
_NAMED_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_DECLARATIONS = re.compile(r"<!DOCTYPE[^>\[]{0,500}\[.*?\]\s*>", re.I | re.S)
"""A document type with declarations of its own, which HTML does not know."""
_KNOWN_TO_XML = (b"amp", b"lt", b"gt", b"quot", b"apos")
_DECLARED_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})", re.I)


def parse_xml(content: bytes, origin: str) -> Any:
    """Return the root element of an XML document.

    Raises:
        ReadError: it is no XML, too large, or declares entities.
    """
    check_size(content, origin)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(origin, f"is no sound XML: {error}") from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(declared.iterentities(), None) is not None:
        raise ReadError(origin, "declares XML entities of its own, which may be a bomb; they are not expanded")
    return root


def parse_xhtml(content: bytes, origin: str) -> Any:
    """Return the tree of a page that should be XHTML; names without namespaces. Read as HTML where it is no sound XML.

    Raises:
        ReadError: it is too large, nested too deeply, or empty.
    """
    check_size(content, origin)
    try:
        root = parse_xml(_NAMED_ENTITY.sub(_as_number, content), origin)
    except ReadError:
        named = _DECLARED_ENCODING.match(content)
        encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else named[1].decode() if named else "utf-8"
        try:
            text = content.decode(encoding, "replace")
        except LookupError:
            text = content.decode("utf-8", "replace")
        return parse_html(_DECLARATIONS.sub("", text, count=1), origin)
    for element in root.iter("*"):
        element.tag = etree.QName(element).localname.lower()
    return root


def parse_html(text: str, origin: str) -> Any:
    """Return the tree of an HTML page or of a piece of one; its names are in lower case, without namespaces.

    Raises:
        ReadError: it is too large, nested too deeply, or empty.
    """
    content = text.replace("\0", "\ufffd").encode("utf-8", "replace")
    check_size(content, origin)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise ReadError(origin, f"nests its elements too deeply ({parser.error_log.last_error.message})")
    if root is None:
        raise ReadError(origin, "holds no text")
    return root


def _as_number(match: re.Match[bytes]) -> bytes:
    """Return an entity that only HTML knows as numbers, which XML knows too."""
    if match[1] in _KNOWN_TO_XML:
        return match[0]
    letters = html5.get(f"{match[1].decode()};", "")
    return "".join(f"&#{ord(letter)};" for letter in letters).encode()


def check_size(content: bytes, origin: str) -> None:
    """Raise ReadError for a document that is too large to make a tree of."""
    if len(content) > MAX_MARKUP_BYTES:
        raise ReadError(origin, f"is longer than {MAX_MARKUP_BYTES:,} bytes of markup")
    if content.count(b"<") + content.count(b"=") > MAX_MARKS:
        raise ReadError(origin, f"has more than {MAX_MARKS:,} elements and attributes")


def number_in(attribute: str | None, otherwise: int = 0) -> int:
    """Return the number that an attribute states, `otherwise` where it states none."""
    stated = (attribute or "").strip()
    return int(stated) if stated.isdecimal() and len(stated) <= _LONGEST_NUMBER else otherwise
