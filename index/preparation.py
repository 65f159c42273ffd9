"""A draft to the article that will be stored: checked, normalised, cleaned where it is a page, identified."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.cleaning.lines.shapes import is_name
from index.cleaning.page import CLEANER_VERSION, clean_page
from index.cleaning.working_page import RemovedLine
from index.dates import parse_date
from index.errors import InvalidArticle
from index.identity import ID_PATTERN, identify, is_valid_id, is_web_address, other_ids
from index.places import cleaned_places, distinct, normalized_places
from index.records import Article, Draft, Place
from index.text.language import detect_language, primary_language
from index.text.normalization import normalize, why_unstorable
from index.text.tables import find_tables

MAX_TEXT_BYTES = 16_000_000
"""Bytes of a text at most, in UTF-8; a limit."""
MAX_FIELD_CHARACTERS = 2_000
"""Characters of a field, or of a key or value of the metadata, at most; a limit."""
MAX_URL_CHARACTERS = 4_000
"""Characters of a URL at most; a limit."""
MAX_SECTION_CHARACTERS = 200
"""Characters of a section's name that are kept; a limit."""
MAX_PLACES = 100_000
"""Pages and sections of an article that are kept; a limit. What stands behind them has none."""
_LARGE_REMOVAL = 0.5
"""Share of a text from which its removal is worth a note; a judgement."""
_REMOVED_CHARACTERS = 500
"""Characters whose removal is worth a note, at least; a judgement. A headline may be half of a short text."""
NOT_CLEANED = 0
"""The cleaner's version of a text that was kept as given."""
_SHOWN_CHARACTERS = 80
"""Characters of a wrong id or URL that an error quotes; a limit."""
_SHOWN_KEY_CHARACTERS = 60
"""Characters of a key of the metadata that an error quotes; a limit."""
_SHOWN_CODE_CHARACTERS = 40
"""Characters of a wrong language code that an error quotes; a limit."""
_LANGUAGE_CHARACTERS = range(2, 4)
"""Letters in the first part of a language code, as in ISO 639, by definition."""
_LANGUAGE_PARTS = 3
"""Parts of a language code at most, such as zh-hant-tw; a judgement."""


@dataclass(frozen=True, slots=True)
class PreparedArticle:
    """An article ready to be stored, with the text that it was made from.

    Attributes:
        article: what will be stored and cited.
        origin: names the input in messages.
        raw: the text as it came in, normalised but not cleaned.
        cleaner: version of the cleaner that made the text from `raw`, 0 when it was kept as given.
        removed: lines of `raw` that are not in the text.
        notes: what reading and cleaning had to put up with, each in a sentence.
        raw_digest: hash of `raw`, its places, the cleaner's version and the given title; equal digests give equal text
            with equal places.
        fields_digest: hash of all stored fields but the text.
        other_ids: ids that an earlier version may have stored the same article under.
    """

    article: Article
    origin: str
    raw: str
    cleaner: int
    removed: tuple[RemovedLine, ...]
    notes: tuple[str, ...]
    raw_digest: bytes
    fields_digest: bytes
    other_ids: tuple[str, ...] = ()


def prepare(draft: Draft, *, clean: bool | None = None, max_text_bytes: int = MAX_TEXT_BYTES) -> PreparedArticle:
    """Return the article that `draft` describes.

    Args:
        draft: what a reader or a request gave.
        clean: whether to look for the article inside a page; by default only where the draft is scraped.
        max_text_bytes: the longest text accepted, in bytes of UTF-8.

    Raises:
        InvalidArticle: a field breaks the contract, or there is no text.
    """
    raw = _checked_text(draft, max_text_bytes)
    draft = _normalized_fields(draft)
    removed: tuple[RemovedLine, ...] = ()
    text = raw
    raw_places = places = distinct(normalized_places(draft.text, raw, _checked_places(draft)), len(raw))
    should_clean = draft.scraped if clean is None else clean
    given_title = draft.title
    if should_clean:
        page = clean_page(raw, draft.title, _heading_lines(draft))
        text, removed = page.text, page.removed
        places = distinct(cleaned_places(raw, text, page.line_numbers, raw_places), len(text))
        draft = replace(
            draft,
            title=draft.title or _fitting(page.title),
            source=draft.source or _fitting(page.source),
            author=_better_author(draft.author, _fitting(page.author)),
            published_at=draft.published_at or page.published_at,
            url=draft.url or (page.url if page.url and is_web_address(page.url) else None),
        )
    if not text.strip():
        raise InvalidArticle(
            draft.origin, "text", "nothing is left after cleaning; use --no-clean to keep the whole page"
        )
    article = Article(
        id=identify(replace(draft, text=raw)),
        text=text,
        title=draft.title or "",
        url=draft.url,
        source=draft.source,
        author=draft.author,
        published_at=draft.published_at,
        language=draft.language or detect_language(text),
        metadata=dict(draft.metadata),
        places=places,
    )
    cleaner = CLEANER_VERSION if should_clean else NOT_CLEANED
    return PreparedArticle(
        article=article,
        origin=draft.origin,
        raw=raw,
        cleaner=cleaner,
        removed=removed,
        notes=(*draft.notes, *_doubts(raw, text)),
        raw_digest=_raw_digest(raw, raw_places, cleaner, given_title),
        fields_digest=_fields_digest(article),
        other_ids=other_ids(draft),
    )


def known_identity(draft: Draft) -> str | None:
    """Return the id of a draft's article unless its page names another; None where the draft breaks the contract."""
    try:
        checked = _normalized_fields(draft)
        return identify(replace(checked, text=_checked_text(draft, MAX_TEXT_BYTES)))
    except InvalidArticle:
        return None


def _doubts(raw: str, text: str) -> list[str]:
    """Return a note where cleaning removed so much that its rules may be wrong about the page."""
    removed = 1 - len(text) / len(raw)
    if removed <= _LARGE_REMOVAL or len(raw) - len(text) < _REMOVED_CHARACTERS:
        return []
    return [
        f"cleaning removed {removed:.0%} of the text; look at what, and keep all of it without cleaning if it is wrong"
    ]


def _heading_lines(draft: Draft) -> frozenset[int]:
    """Return the numbers of the lines that are the heading of a section."""
    found: list[int] = []
    number, counted = 1, 0
    for place in draft.places:
        number += draft.text.count("\n", counted, place.start)
        counted = place.start
        if place.section and draft.text.startswith(place.section, place.start):
            found.append(number)
    return frozenset(found)


def _better_author(stated: str | None, read: str | None) -> str | None:
    """Return the author that was stated beside a page, or the one in its byline where only that is a name."""
    if stated is None or read is None:
        return stated or read
    return read if is_name(read) and not is_name(stated.split(",")[0]) else stated


def _fitting(value: str | None) -> str | None:
    """Return a field that cleaning found in a page, None where it is too long to be one."""
    return value if value is not None and len(value) <= MAX_FIELD_CHARACTERS else None


def _raw_digest(raw: str, places: Sequence[Place], cleaner: int, title: str | None) -> bytes:
    """Return a hash that changes whenever the stored text or its places may.

    A given title counts: its repetitions are removed. Without places and tables it is the hash that formats 1 and 2
    hold; an article with tables, which were no rows to the versions that wrote those, is cut anew when it comes again.
    """
    seen = "" if cleaner == NOT_CLEANED or title is None else title
    listed = json.dumps([[one.start, one.page, one.section] for one in places]) + "\n" if places else ""
    rows = "rows\n" if cleaner == NOT_CLEANED and find_tables(raw) else ""
    return hashlib.sha256(f"{listed}{rows}{cleaner}\n{seen}\n{raw}".encode()).digest()


def _fields_digest(article: Article) -> bytes:
    fields = [
        article.title,
        article.url,
        article.source,
        article.author,
        article.published_at,
        article.language,
        dict(sorted(article.metadata.items())),
    ]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).digest()


def _checked_text(draft: Draft, max_text_bytes: int) -> str:
    _refuse_unstorable(draft, "text", draft.text)
    if len(draft.text) > max_text_bytes or len(draft.text.encode()) > max_text_bytes:
        raise InvalidArticle(
            draft.origin, "text", f"is longer than {max_text_bytes:,} bytes; split it into several articles"
        )
    text = normalize(draft.text)
    if not text.strip():
        raise InvalidArticle(draft.origin, "text", "is empty")
    return text


def _checked_places(draft: Draft) -> list[Place]:
    """Check and normalise the names of sections; what stands behind the last place that is kept has no page."""
    places = []
    ordered = sorted(draft.places, key=lambda place: place.start)
    for place in ordered[:MAX_PLACES]:
        if place.page is not None and place.page < 1:
            raise InvalidArticle(draft.origin, "page", f"pages count from 1, not {place.page}")
        section = place.section
        if section is not None:
            _refuse_unstorable(draft, "section", section)
            section = " ".join(normalize(section[: 2 * MAX_SECTION_CHARACTERS]).split())
            if len(section) > MAX_SECTION_CHARACTERS:
                section = section[: MAX_SECTION_CHARACTERS - 1].rstrip() + "…"
        places.append(replace(place, section=section or None))
    places.extend(Place(place.start) for place in ordered[MAX_PLACES : MAX_PLACES + 1])
    return places


def _normalized_fields(draft: Draft) -> Draft:
    """Check and normalise every field but the text."""
    values: dict[str, str | None] = {}
    for name in ("id", "title", "url", "source", "author", "published_at", "language"):
        value: str | None = getattr(draft, name)
        if value is not None:
            _refuse_unstorable(draft, name, value)
            value = " ".join(normalize(value).split()) or None
        limit = MAX_URL_CHARACTERS if name == "url" else MAX_FIELD_CHARACTERS
        if value is not None and len(value) > limit:
            raise InvalidArticle(draft.origin, name, f"has {len(value):,} characters; at most {limit:,} are kept")
        values[name] = value
    for key, item in draft.metadata.items():
        _refuse_unstorable(draft, "metadata", key)
        if len(key) > MAX_FIELD_CHARACTERS:
            raise InvalidArticle(draft.origin, "metadata", f"has a key of {len(key):,} characters")
        name = f"metadata.{key[:_SHOWN_KEY_CHARACTERS]}"
        for one in item if isinstance(item, list) else [item]:
            if isinstance(one, str):
                _refuse_unstorable(draft, name, one)
                if len(one) > MAX_FIELD_CHARACTERS:
                    reason = f"has {len(one):,} characters; at most {MAX_FIELD_CHARACTERS:,} are kept"
                    raise InvalidArticle(draft.origin, name, reason)
    if draft.id is not None and (values["id"] is None or not is_valid_id(draft.id)):
        raise InvalidArticle(draft.origin, "id", f"{draft.id[:_SHOWN_CHARACTERS]!r} is not of the form {ID_PATTERN}")
    if values["url"] is not None and not is_web_address(values["url"]):
        raise InvalidArticle(draft.origin, "url", f"{values['url'][:_SHOWN_CHARACTERS]!r} is no http or https address")
    if values["published_at"] is not None:
        try:
            values["published_at"] = parse_date(values["published_at"], primary_language(draft.language or ""))
        except ValueError as error:
            raise InvalidArticle(draft.origin, "published_at", str(error)) from error
    if values["language"] is not None:
        values["language"] = _language_code(draft, values["language"])
    return replace(draft, **values)  # type: ignore[arg-type]  # the keys are fields of Draft that hold text


def _language_code(draft: Draft, language: str) -> str:
    code = language.lower().replace("_", "-")
    primary, *rest = code.split("-")
    is_code = len(primary) in _LANGUAGE_CHARACTERS and primary.isascii() and primary.isalpha()
    if not is_code or len(rest) >= _LANGUAGE_PARTS:
        raise InvalidArticle(
            draft.origin, "language", f"{language[:_SHOWN_CODE_CHARACTERS]!r} is no language code such as vi, en or und"
        )
    return primary


def _refuse_unstorable(draft: Draft, name: str, value: str) -> None:
    """Raise InvalidArticle for a value that UTF-8 or SQLite cannot hold."""
    reason = why_unstorable(value)
    if reason is not None:
        raise InvalidArticle(draft.origin, name, reason)
