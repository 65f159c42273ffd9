"""The encoding that an HTML page is written in."""

from __future__ import annotations

import re

from index.errors import ReadError
from index.readers.text import UTF16_MARKS, decode

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.I)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})", re.I)
_CHARSET_WITHIN_BYTES = 4096
"""Bytes at the beginning of a page in which it may name its encoding; a limit. The HTML standard asks for 1024."""
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", *UTF16_MARKS)
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
