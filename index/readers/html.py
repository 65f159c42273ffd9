"""HTML pages: trafilatura finds the article; its date, address, site and author come from the markup.

Nothing is fetched. Of the metadata only what the page states is taken: a date in its markup, never one guessed from
pictures or addresses.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.dates import parse_date
from index.errors import ReadError
from index.identity import is_web_address
from index.readers.encodings import decode_page
from index.readers.legacy_text import in_unicode
from index.records import Draft
from index.text.language import language_of

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
_DATE_NAMES = (
    "article:published_time", "og:published_time", "datepublished", "date", "pubdate", "publishdate", "publish-date",
    "publication_date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.issued", "dcterms.date",
    "citation_publication_date", "parsely-pub-date", "sailthru.date",
)  # fmt: skip
"""What pages call the date of publication in a `meta` element."""
_SITE_NAMES = ("og:site_name", "application-name", "dc.publisher", "citation_journal_title")
"""What pages call the name of the site."""
_ADDRESS_NAMES = ("og:url",)
"""What pages call their own address."""
_MAX_STATED_CHARACTERS = 300
"""Characters of a title, author or site at most; a judgement. A longer one is a mistake of the page."""


def read_html(file: Path, origin: str) -> Draft:
    """Return the article of a page, one paragraph a line; headline, captions and buttons may still stand in it.

    Raises:
        ReadError: the file is no page, or no article is found in it.
    """
    # Importing trafilatura takes half a second and 40 MB; who reads no HTML does not pay for it.
    import trafilatura
    from trafilatura.settings import Document

    decoded = decode_page(file.read_bytes(), origin)
    page = _XML_DECLARATION.sub("", decoded.text, count=1)
    nothing = ReadError(origin, "no article was found in the page; save its text as .txt if there is one")
    if not page.strip():
        raise nothing
    tree = trafilatura.load_html(page)
    found = trafilatura.bare_extraction(page, with_metadata=True, include_comments=False)
    if tree is None or not isinstance(found, Document) or not (found.text or "").strip():
        raise nothing
    stated = _Statements(tree)
    draft = Draft(
        text="\n".join(line.rstrip() for line in (found.text or "").split("\n")),
        origin=origin,
        title=_short(found.title),
        url=stated.address(),
        source=stated.site(),
        author=_short(found.author) or stated.author(),
        published_at=stated.date(),
        notes=decoded.notes,
    )
    draft = in_unicode(draft)
    language = stated.language()
    return draft if language is None else replace(draft, language=language_of(draft.text, language))


class _Statements:
    """The statements that the markup of a page makes about the article."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree
        self._meta: dict[str, list[str]] = {}
        for element in tree.iter("meta"):
            for attribute in ("property", "name", "itemprop"):
                name, content = element.get(attribute), element.get("content")
                if name and content and content.strip():
                    self._meta.setdefault(name.strip().lower(), []).append(content.strip())
        self._records = list(_linked_data(tree))

    def date(self) -> str | None:
        """Return when the page says that it was published, at the precision it gives; not when it was changed."""
        stated = [value for name in _DATE_NAMES for value in self._meta.get(name, ())]
        stated += [record["datePublished"] for record in self._records if isinstance(record.get("datePublished"), str)]
        stated += [
            element.get("datetime") or element.get("content") or ""
            for element in self._tree.xpath("//*[@itemprop='datePublished'] | //time[@pubdate]")
        ]
        times = self._tree.xpath("//article//time[@datetime]")
        stated += [times[0].get("datetime")] if times else []
        return next(filter(None, map(_date_of, stated)), None)

    def language(self) -> str | None:
        """Return the language that the page says it is in."""
        stated = [self._tree.get("lang"), *self._meta.get("og:locale", ())]
        return next(filter(None, stated), None)

    def site(self) -> str | None:
        """Return the name of the site or publisher."""
        stated = [value for name in _SITE_NAMES for value in self._meta.get(name, ())]
        return next(filter(None, map(_short, [*stated, *self._names("publisher")])), None)

    def author(self) -> str | None:
        """Return the author by the page's JSON-LD; trafilatura wants it to say that it is about a person."""
        return _short(", ".join(dict.fromkeys(self._names("author"))))

    def address(self) -> str | None:
        """Return the page's own address, when it is a full one."""
        stated = [element.get("href", "") for element in self._tree.iter("link") if _is_canonical(element)]
        stated += [value for name in _ADDRESS_NAMES for value in self._meta.get(name, ())]
        return next((address.strip() for address in stated if is_web_address(address.strip())), None)

    def _names(self, key: str) -> list[str]:
        """Return the names of the people or organisations under `key` in the first JSON-LD object that has some."""
        for record in self._records:
            values = record.get(key)
            values = values if isinstance(values, list) else [values]
            names = [value.get("name") if isinstance(value, dict) else value for value in values]
            if any(isinstance(name, str) and name.strip() for name in names):
                return [name.strip() for name in names if isinstance(name, str) and name.strip()]
        return []


def _is_canonical(element: Any) -> bool:
    return "canonical" in (element.get("rel") or "").lower().split()


def _linked_data(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of the page's JSON-LD, outer ones first; a script that is no JSON is passed over."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            pending = deque([json.loads(script.text or "")])
        except (ValueError, RecursionError):
            continue
        while pending:
            value = pending.popleft()
            if isinstance(value, dict):
                yield value
                pending.extend(inner for key, inner in value.items() if key in ("@graph", "mainEntity"))
            elif isinstance(value, list):
                pending.extend(value)


def _date_of(text: str) -> str | None:
    """Return the date, None when it is written in a form that can be misread, such as 7/11/2022."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _short(text: str | None) -> str | None:
    text = " ".join((text or "").replace("\0", "").split())
    return text if 0 < len(text) <= _MAX_STATED_CHARACTERS else None
