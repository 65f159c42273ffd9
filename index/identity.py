"""Which article is which: the given id, else the URL, else the path, else the content."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import urlsplit

from index.records import Draft

_ID_CHARACTERS = 200
"""Characters of an id at most; a limit."""
ID_PATTERN = rf"[A-Za-z0-9._~:-]{{1,{_ID_CHARACTERS}}}"
"""The regular expression of an id."""
_ID = re.compile(ID_PATTERN)
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
"""The characters of a path or address that stand for themselves in an id."""
_PART_DIGEST_CHARACTERS = 20
"""Hexadecimal digits of a hash that names a part of a file; a judgement: 80 bits, for the parts of one file only."""
_DIGEST_CHARACTERS = 40
"""Hexadecimal digits of a hash in an id; a judgement. At 160 bits, two texts with one hash are not to be expected."""


def is_valid_id(text: str) -> bool:
    """Whether `text` may be an article id; "." and ".." may not, since URL paths swallow them."""
    return _ID.fullmatch(text) is not None and text not in (".", "..")


def identify(draft: Draft) -> str:
    """Return the id of a draft; an edited text keeps it, unless the draft has no id, URL or path."""
    if draft.id:
        return draft.id
    if draft.url:
        return id_of_url(draft.url)
    if draft.path:
        return id_of_name(unicodedata.normalize("NFC", draft.path))
    return "sha256-" + hashlib.sha256(draft.text.encode()).hexdigest()[:_DIGEST_CHARACTERS]


def name_of_part(content: bytes) -> str:
    """Return what names an article of a file with many, such as a message without an id: a hash of its content."""
    return hashlib.sha256(content).hexdigest()[:_PART_DIGEST_CHARACTERS]


def other_ids(draft: Draft) -> tuple[str, ...]:
    """Return the ids that the same file has where its name is spelt with letters and accents apart, as on some systems.

    Earlier versions stored articles under them.
    """
    if draft.id or draft.url or not draft.path:
        return ()
    spellings = dict.fromkeys((draft.path, unicodedata.normalize("NFD", draft.path)))
    return tuple(one for path in spellings if (one := id_of_name(path)) != identify(draft))


def id_of_url(url: str) -> str:
    """Return the id of a page: its address without scheme and fragment, so http and https are the same page."""
    parts = urlsplit(url)
    address = parts.netloc.lower() + parts.path.rstrip("/")
    return id_of_name(address + (f"?{parts.query}" if parts.query else ""))


def is_web_address(text: str) -> bool:
    """Whether `text` is an http or https address with a host, without spaces or invisible characters."""
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _bytes_of(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass")  # file names need not be UTF-8; Python reads such bytes as surrogates


def id_of_name(name: str) -> str:
    """Map any text to an id, one to one: "/" becomes ":", other forbidden bytes "~" and two hexadecimal digits.

    An id that would be too long keeps its beginning and ends in a hash of the whole.
    """
    escaped = "".join(
        ":" if letter == "/" else letter if letter in _PLAIN else "".join(f"~{byte:02X}" for byte in _bytes_of(letter))
        for letter in name
    )
    if len(escaped) <= _ID_CHARACTERS and is_valid_id(escaped):
        return escaped
    digest = hashlib.sha256(_bytes_of(name)).hexdigest()[:_DIGEST_CHARACTERS]
    return f"{escaped[: _ID_CHARACTERS - _DIGEST_CHARACTERS - 1]}~{digest}"
