"""RSS and Atom files: one article an entry, with what the feed says of it. Nothing is fetched."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from itertools import islice
from pathlib import Path
from typing import Any
from xml.sax import SAXException

from index.dates import parse_date
from index.errors import HoidapError, ReadError
from index.identity import id_of_name, is_web_address
from index.readers.markup_blocks import blocks_of
from index.readers.trees import MAX_MARKUP_BYTES, check_size, parse_html
from index.records import Draft, Scalar

_MAX_STATED_CHARACTERS = 500
"""Characters of a title or name at most; a judgement. A longer one is a mistake of the feed."""
_MAX_CATEGORIES = 50
"""Categories of an entry that are kept, at most; a limit."""
_DIGEST_CHARACTERS = 20
"""Hexadecimal digits of a hash that names an entry without address and id; a judgement: 80 bits."""
_APPEARED = re.compile(
    r"The post .{1,400} (?:first appeared|appeared first) on .{1,200}\.|"
    r"Bài viết .{1,400} (?:đã )?xuất hiện đầu tiên .{1,200}\."
)
"""The line that WordPress adds below every entry."""


def read_feed(file: Path, origin: str) -> Iterator[Draft | HoidapError]:
    """Yield the entries of a feed, each with its address, author and date; the title of the feed is the source.

    Raises:
        ReadError: it is no feed, too large, or has no entry.
    """
    # Importing feedparser takes a tenth of a second, and it belongs to the extra `files`.
    try:
        import feedparser
    except ImportError as error:
        raise ReadError(origin, "reading feeds needs feedparser: pip install 'hoidap[files]'") from error
    if file.stat().st_size > MAX_MARKUP_BYTES:
        raise ReadError(origin, f"is longer than {MAX_MARKUP_BYTES:,} bytes")
    content = file.read_bytes()
    check_size(content, origin)
    # A stream of bytes: text could be taken for an address, and bytes for a path.
    feed = feedparser.parse(io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False)
    if not feed.entries:
        known = feed.get("version") or feed.feed.get("title")
        raise ReadError(origin, "is a feed without an entry" if known else "is no RSS or Atom feed")
    source = _words(feed.feed.get("title_detail"))
    links = Counter(entry.get("link") for entry in feed.entries)
    for number, entry in enumerate(feed.entries, 1):
        try:
            yield _draft_of(entry, source, f"{origin}:{number}", is_own=links[entry.get("link")] == 1)
        except HoidapError as error:
            yield error
    if feed.bozo and isinstance(feed.bozo_exception, SAXException):
        yield ReadError(origin, f"is damaged, entries may be missing: {feed.bozo_exception}")


def _draft_of(entry: Any, source: str | None, origin: str, *, is_own: bool) -> Draft:
    """Return the article of an entry. `is_own` says that no other entry of the feed leads to its address."""
    title = _words(entry.get("title_detail"))
    text = _text_of(entry, origin) or title
    if not text:
        raise ReadError(origin, "is an entry without text and title")
    link = (entry.get("link") or "").strip()
    url = link if is_own and is_web_address(link) else None
    guid = (entry.get("id") or "").strip()
    digest = hashlib.sha256(f"{link}\n{title}\n{text}".encode("utf-8", "replace")).hexdigest()[:_DIGEST_CHARACTERS]
    terms = (tag.get("term") or "" for tag in entry.get("tags", ()))
    named = dict.fromkeys(term for term in terms if 0 < len(term) <= _MAX_STATED_CHARACTERS)
    categories: list[Scalar] = list(islice(named, _MAX_CATEGORIES))
    return Draft(
        text=text,
        origin=origin,
        id=None if url or not guid else id_of_name(f"guid/{guid}"),
        title=title,
        url=url,
        source=_words(entry.get("source", {}).get("title_detail")) or source,
        author=_author(entry),
        published_at=_date(entry),
        metadata={"categories": categories} if categories else {},
        path=None if url or guid else digest,
    )


def _text_of(entry: Any, origin: str) -> str:
    """Return the whole text where the feed has it, else its summary."""
    details = [one for one in (*entry.get("content", ()), entry.get("summary_detail")) if one and one.get("value")]
    lines = next(filter(None, (_lines(detail, origin) for detail in details)), [])
    if len(lines) > 1 and _APPEARED.fullmatch(lines[-1]):
        lines.pop()
    return "\n".join(lines)


def _lines(detail: Any, origin: str) -> list[str]:
    """Return the lines of a value that is HTML, or plain text where the feed says so."""
    value = detail["value"]
    if detail.get("type") == "text/plain" and "<" not in value:
        lines = unicodedata.normalize("NFC", value.replace("\0", "\ufffd")).split("\n")
        return [line.strip() for line in lines if line.strip()]
    try:
        return [block.text for block in blocks_of(parse_html(value, origin))]
    except ReadError:
        return []


def _words(detail: Any) -> str | None:
    """Return a title as words."""
    if not detail or not detail.get("value"):
        return None
    words = " ".join(_lines(detail, ""))
    return words if 0 < len(words) <= _MAX_STATED_CHARACTERS else None


def _author(entry: Any) -> str | None:
    """Return the names of the authors, never an address."""
    names = [one.get("name") for one in entry.get("authors", ())] or [entry.get("author")]
    named = dict.fromkeys(" ".join(name.split()) for name in names if name and "@" not in name)
    joined = ", ".join(filter(None, named))
    return joined if 0 < len(joined) <= _MAX_STATED_CHARACTERS else None


def _date(entry: Any) -> str | None:
    """Return when the entry was published as it says, else when it was changed; with the zone that it states."""
    for name in ("published", "updated"):
        written = entry.get(name) or ""
        for read in (parse_date, _rfc_date):
            try:
                return read(written)
            except (ValueError, TypeError, OverflowError):
                continue
    return None


def _rfc_date(written: str) -> str:
    return parse_date(parsedate_to_datetime(written).isoformat())
