"""The bytes of an HTML page to its text, as browsers read them: a wrong byte never costs the page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.errors import ReadError
from index.readers.charset_labels import codec_of
from index.readers.text import UTF16_MARKS
from index.text.legacy_vietnamese import WINDOWS_1258, recognise_bytes

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.I)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})", re.I)
_CHARSET_WITHIN_BYTES = 4096
"""Bytes at the beginning of a page in which it may name its encoding; a limit. The HTML standard asks for 1024."""
_UTF8_MARK = b"\xef\xbb\xbf"
_LOOKED_AT_BYTES = 65_536
"""Bytes at the beginning of a page that tell whether it is text, and in which script; a limit."""
_MOST_CONTROLS = 0.02
"""Greatest share of control characters in a page; a judgement. A picture or archive has about a tenth."""
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_NULS_OF_UTF16 = 0.3
"""Least share of NUL among every second byte of a page in UTF-16, whose markup is ASCII; a judgement."""
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_LONG_RUN_BYTES = 2.5
"""Mean length of a run of bytes above 127, from which a page is in no Latin script; a judgement.

Letters with accents stand alone between others: the mean is 1.0 to 1.2.
"""
_OTHER_SCRIPTS = ["cp1251", "koi8_r", "gb18030", "big5", "cp932", "euc_jp", "cp949", "cp874"]
"""What a page in another script may be in, when it does not say so."""
_GOOD_FOR_A_BAD = 3
"""Valid sequences of UTF-8 that outweigh one wrong byte, in a page that names another encoding; a judgement."""
_FEW_STRAY_BYTES = 5
"""Wrong bytes from which a page without any right one is not in UTF-8, though it says so; a judgement."""
_FALLBACK = "cp1252"
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, and what reading had to put up with, each in a sentence."""

    text: str
    notes: tuple[str, ...] = ()


def decode_page(content: bytes, origin: str) -> Decoded:
    """Return the text of a page, without a byte order mark and NUL characters.

    Valid UTF-8 is UTF-8 whatever the page names. Else the byte order mark counts, then UTF-8 with single wrong bytes,
    then the encoding that the page names, then what its bytes look like. What no encoding has becomes U+FFFD.
    Vietnamese in TCVN3, VNI, VISCII or windows-1258 is converted, whatever the page names.

    Raises:
        ReadError: it is a binary file.
    """
    if content.startswith(UTF16_MARKS):
        return _decoded_as(content, "utf-16")
    if (order := _utf16_order(content)) is not None:
        return _decoded_as(content, order)
    if len(_CONTROL.findall(head := content[:_LOOKED_AT_BYTES])) > _MOST_CONTROLS * len(head):
        raise ReadError(origin, "is a binary file, not a page")
    marked = content.startswith(_UTF8_MARK)
    label = None if marked else _named_label(content)
    codec = codec_of(label) if label else None
    good, bad = _utf8_sequences(content)
    if codec != "iso-2022-jp" and (marked or not bad or (good and bad * _GOOD_FOR_A_BAD <= good)):
        return _in_vietnamese(_decoded_as(content.removeprefix(_UTF8_MARK), "utf-8"))
    legacy = recognise_bytes(as_bytes := content.decode("latin-1"))
    if legacy is not None and not (legacy is WINDOWS_1258 and codec == "cp1258"):
        return _without_nul(legacy.convert(as_bytes), [legacy.note])
    if codec is None or (codec == "utf-8" and good < bad and bad >= _FEW_STRAY_BYTES):
        return _guessed(content, label)
    return _decoded_as(content, codec)


def _named_label(content: bytes) -> str | None:
    head = content[:_CHARSET_WITHIN_BYTES]
    named = _META_CHARSET.search(head) or _XML_ENCODING.match(head)
    return named.group(1).decode("ascii") if named else None


def _utf16_order(content: bytes) -> str | None:
    """Return the codec of a page in UTF-16 without a byte order mark."""
    head = content[:_LOOKED_AT_BYTES]
    half = max(len(head) // 2, 1)
    even, odd = head[::2].count(0) / half, head[1::2].count(0) / half
    if max(even, odd) < _NULS_OF_UTF16 or min(even, odd) > _NULS_OF_UTF16 / 10:
        return None
    order, bracket = ("utf-16-le", b"<\0") if odd > even else ("utf-16-be", b"\0<")
    return order if bracket in head else None


def _utf8_sequences(content: bytes) -> tuple[int, int]:
    """Return the number of characters of several bytes in UTF-8, and of places that are no UTF-8."""
    text = content.decode("utf-8", "surrogateescape")
    bad = len(re.findall("[\udc80-\udcff]", text))
    ascii_characters = len(text.encode("ascii", "ignore"))
    return len(text) - ascii_characters - bad, bad


def _decoded_as(content: bytes, codec: str) -> Decoded:
    """Return the text with U+FFFD for what the codec does not have, and without NUL."""
    text = content.decode(codec, "replace")
    notes = []
    try:
        content.decode(codec)
    except UnicodeDecodeError as error:
        count = max(text.count(_REPLACEMENT) - content.count(_REPLACEMENT.encode()), 1)
        first = f"byte {error.start} (0x{content[error.start]:02x})"
        notes.append(
            f"{_counted(count, 'place is', 'places are')} not {_shown(codec)} and became U+FFFD, first {first}"
        )
    return _without_nul(text, notes)


def _without_nul(text: str, notes: list[str]) -> Decoded:
    if count := text.count("\0"):
        notes.append(f"{_counted(count, 'NUL character was', 'NUL characters were')} left out")
    return Decoded(text.replace("\0", ""), tuple(notes))


def _in_vietnamese(decoded: Decoded) -> Decoded:
    """Return a page that is valid Unicode, but whose text was once decoded with the wrong table, in Vietnamese."""
    encoding = recognise_bytes(decoded.text)
    if encoding is None:
        return decoded
    return Decoded(encoding.convert(decoded.text), (*decoded.notes, encoding.note))


def _guessed(content: bytes, label: str | None) -> Decoded:
    """Return the text of a page that names no encoding, or one that it is not in or that nobody knows."""
    codec = _other_script(content) or _FALLBACK
    says = "names no encoding" if label is None else f"names the encoding {label!r}, which it is not in"
    decoded = _decoded_as(content, codec)
    return Decoded(decoded.text, (f"the page {says}; read as {_shown(codec)}", *decoded.notes))


def _other_script(content: bytes) -> str | None:
    """Return the encoding of a page that is not in Latin script, None when it is."""
    head = content[:_LOOKED_AT_BYTES]
    runs = _HIGH_BYTES.findall(head)
    if not runs or sum(map(len, runs)) < _LONG_RUN_BYTES * len(runs):
        return None
    # Few pages need it, and importing it takes a moment.
    from charset_normalizer import from_bytes

    best = from_bytes(head, cp_isolation=_OTHER_SCRIPTS).best()
    return None if best is None else best.encoding


def _shown(codec: str) -> str:
    return {"cp1252": "windows-1252", "utf-8": "UTF-8"}.get(codec, codec)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
