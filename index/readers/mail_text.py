"""The text of a message: the part that people read, decoded whatever it claims to be."""

from __future__ import annotations

import re
import unicodedata
from email.message import EmailMessage
from itertools import chain

from index.errors import ReadError
from index.readers.markup_blocks import blocks_of
from index.readers.replies import answers_another, own_words
from index.readers.trees import parse_html

_MAX_DEPTH = 50
"""Parts within parts at most; a limit."""
_STUB_CHARACTERS = 300
"""Characters of a plain part that only says that there is an HTML part, at most; a judgement."""
_STUB_RATIO = 5
"""How many times longer the HTML part then is, at least; a judgement."""
_TEXT_CODECS = re.compile(
    r"utf-?(?:8|16|32)|iso|latin|windows|cp\d|koi8|gb|big5|euc|shift|sjis|ks_c|mac|tis|us-ascii|ascii"
)
_MANY_BYTES = re.compile(r"utf-?(?:16|32)")
_UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def text_of(message: EmailMessage, origin: str) -> tuple[str, list[str]]:
    """Return what the sender wrote, in NFC, and the names of attachments.

    Raises:
        ReadError: parts are nested too deeply.
    """
    attachments: list[str] = []
    texts = _texts(message, origin, attachments, 0)
    return "\n\n".join(text for text in texts if text.strip()), attachments


def _texts(part: EmailMessage, origin: str, attachments: list[str], depth: int) -> list[str]:
    if depth > _MAX_DEPTH:
        raise ReadError(origin, f"has parts nested in more than {_MAX_DEPTH} others")
    kind = part.get_content_type()
    if part.get_content_maintype() == "multipart" and part.is_multipart():
        parts = [one for one in part.iter_parts() if isinstance(one, EmailMessage)]
        if kind == "multipart/related":
            parts = parts[:1]
        found = [_texts(one, origin, attachments, depth + 1) for one in parts]
        if kind == "multipart/alternative":
            kinds = [one.get_content_type() for one in parts]
            return _best(found, kinds)
        return list(chain.from_iterable(found))
    name = _file_name(part)
    if name or kind not in ("text/plain", "text/html") or part.get_content_disposition() == "attachment":
        attachments.append(name or kind)
        return []
    text = _content(part)
    return [_text_of_html(text, origin) if kind == "text/html" else own_words(_clean(text))]


def _best(found: list[list[str]], kinds: list[str]) -> list[str]:
    """Return the plain text of the alternatives, another where it is empty or only points to it."""
    whole = {kind: texts for kind, texts in zip(kinds, found, strict=True) if "".join(texts).strip()}
    plain = whole.pop("text/plain", [])
    others = max(whole.values(), key=lambda texts: len("".join(texts)), default=[])
    length = len("".join(plain))
    is_stub = length <= _STUB_CHARACTERS and len("".join(others)) >= _STUB_RATIO * length
    return others if is_stub else plain


def _text_of_html(html: str, origin: str) -> str:
    """Return the lines of an HTML part. Its block quotations are the answered message only if a line says so."""
    try:
        blocks = list(blocks_of(parse_html(html, origin)))
    except ReadError:
        return ""
    marked = "\n".join(f"> {block.text}" if block.is_quoted else block.text for block in blocks)
    if answers_another(marked):
        return own_words(marked)
    return own_words("\n".join(block.text for block in blocks))


def _content(part: EmailMessage) -> str:
    """Return the text of a part. Bytes that are valid UTF-8 are UTF-8, whatever is claimed; others are replaced."""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    claimed = (part.get_content_charset() or "utf-8").lower()
    if not _TEXT_CODECS.match(claimed):
        claimed = "utf-8"
    if not _MANY_BYTES.match(claimed) and not raw.isascii():
        try:
            return raw.decode()
        except UnicodeDecodeError:
            pass
    try:
        return raw.decode("cp1252" if claimed in ("us-ascii", "ascii") else claimed, "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _file_name(part: EmailMessage) -> str:
    try:
        return " ".join(readable(decoded(part.get_filename() or "")).split())
    except Exception:  # the standard library trips over odd headers in many ways; such a part has no name
        return ""


def decoded(text: str) -> str:
    """Return a header in which bytes that were sent raw are read as UTF-8, or replaced."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()


def readable(text: str) -> str:
    """Return `text` without control characters."""
    return _UNPRINTED.sub("\ufffd", text)


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", readable(text.replace("\r\n", "\n").replace("\r", "\n")))
