"""What the markup of a page states about its article: `meta` elements, JSON-LD, microdata, links."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from typing import Any

from index.dates import known_date
from index.identity import is_web_address
from index.readers.html.sentences import stands_in_sentence

_DATE_NAMES = (
    "article:published_time", "og:published_time", "datepublished", "date", "pubdate", "publishdate", "publish-date",
    "publication_date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.issued", "dcterms.date",
    "citation_publication_date", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
)  # fmt: skip
"""What pages call the date of publication in a `meta` element."""
_SITE_NAMES = ("og:site_name", "application-name", "dc.publisher", "citation_journal_title", "twitter:app:name:iphone")
"""What pages call the name of the site."""
_ADDRESS_NAMES = ("og:url",)
"""What pages call their own address."""
_TITLE_NAMES = ("og:title", "twitter:title", "dc.title", "citation_title", "parsely-title", "sailthru.title", "title")
"""What pages call the headline."""
_AUTHOR_NAMES = (
    "author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "citation_author", "byl",
    "article:author", "cxenseparse:author",
)  # fmt: skip
"""What pages call the author."""
_DESCRIPTION_NAMES = ("og:description", "description", "twitter:description", "dc.description")
"""What pages call the summary."""
_TIMES_IN_ARTICLE = "//article//time[@datetime][not(ancestor::aside)]"
_TIMES_OUTSIDE_CHROME = "//time[@datetime][not(ancestor::aside or ancestor::nav or ancestor::footer or ancestor::li)]"
_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report|Recipe|Review|CreativeWork|Book|Essay)$")
"""The types of schema.org, by how they end, of what is written."""
_RELATED_NAME = re.compile(r"\b(?:related|recommend|lien-?quan|more-(?:news|stories))", re.I)
_MAX_STATED_CHARACTERS = 300
"""Characters of a title, author or site at most; a judgement. A longer one is a mistake of the page."""
_MENTIONING_TAGS = frozenset({"cite", "q", "blockquote", "li", "p", "span", "a"})
"""The elements in which a page names another work; an article has larger ones."""
_PUBLISHER_TYPES = ("Organization", "NewsMediaOrganization", "Corporation", "WebSite")


class Statements:
    """The statements that the markup of a page makes about the article."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree
        self._meta: dict[str, list[str]] = {}
        for element in tree.iter("meta"):
            for attribute in ("property", "name", "itemprop"):
                name, content = element.get(attribute), element.get("content")
                if name and content and content.strip() and (attribute != "itemprop" or _is_of_page(element)):
                    self._meta.setdefault(name.strip().lower(), []).append(content.strip())
        records = list(_linked_data(tree))
        self._articles = [record for record in records if any(map(_ARTICLE_TYPE.search, _types(record)))]
        self._records = self._articles or [record for record in records if not _is_thing(record)]
        self._all_records = records

    def date(self) -> str | None:
        """Return when the page says that it was published, at the precision it gives; not when it was changed."""
        stated = [value for name in _DATE_NAMES for value in self._meta.get(name, ())]
        stated += _texts(record.get("datePublished") for record in [*self._records, *self._all_records])
        stated += [
            element.get("datetime") or element.get("content") or element.text_content()
            for element in self._tree.xpath("//*[@itemprop='datePublished'] | //time[@pubdate]")
            if _is_of_page(element)
        ]
        times: list[Any] = self._tree.xpath(_TIMES_IN_ARTICLE) or self._tree.xpath(_TIMES_OUTSIDE_CHROME)
        times = [time for time in times if _is_of_page(time) and not (stands_in_sentence(time) or _is_related(time))]
        stated += [time.get("datetime") for time in times][:1]
        return next(filter(None, map(known_date, stated)), None)

    def sites(self) -> list[str]:
        """Return all names of the site and its publisher, the likeliest first."""
        stated = [value for name in _SITE_NAMES for value in self._meta.get(name, ())]
        for record in self._all_records:
            stated += [name for name, _ in _named(record.get("publisher"))]
            if set(_types(record)) & set(_PUBLISHER_TYPES):
                stated += _texts([record.get("name"), record.get("alternateName")])
        return list(dict.fromkeys(filter(None, map(short, stated))))

    def titles(self) -> list[str]:
        """Return what the page states as its headline, in JSON-LD and `meta` elements."""
        stated = _texts(record.get("headline") or record.get("name") for record in self._articles)
        stated += [value for name in _TITLE_NAMES for value in self._meta.get(name, ())]
        return list(dict.fromkeys(filter(None, map(short, stated))))

    def descriptions(self) -> list[str]:
        """Return what the page states as its summary."""
        stated = [value for name in _DESCRIPTION_NAMES for value in self._meta.get(name, ())]
        stated += _texts(record.get("description") for record in self._articles)
        return list(dict.fromkeys(" ".join(value.split()) for value in stated))

    def people(self) -> list[str]:
        """Return the authors that JSON-LD calls people, or says nothing more of; organisations are left out."""
        for record in self._records:
            names = [name for name, kinds in _named(record.get("author")) if not set(kinds) & set(_PUBLISHER_TYPES)]
            if names:
                return list(dict.fromkeys(names))
        return []

    def authors(self) -> list[str]:
        """Return the authors that `meta` elements state, of the first name of such an element that is there."""
        for name in _AUTHOR_NAMES:
            found = [value for value in self._meta.get(name, ()) if "://" not in value]
            if found:
                return list(dict.fromkeys(found))
        return []

    def address(self) -> str | None:
        """Return the page's own address, when it is a full one."""
        stated = [element.get("href", "") for element in self._tree.iter("link") if _is_canonical(element)]
        stated += [value for name in _ADDRESS_NAMES for value in self._meta.get(name, ())]
        return next((address.strip() for address in stated if is_web_address(address.strip())), None)

    def language(self) -> str | None:
        """Return the language that the page says it is in, as it writes it."""
        root = self._tree.getroottree().getroot()
        stated = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang")
        return stated or next(iter(self._meta.get("content-language", ())), None)


def short(text: str | None) -> str | None:
    """Return a statement on one line, None where it is empty or too long to be one."""
    text = " ".join((text or "").replace("\0", "").split())
    return text if 0 < len(text) <= _MAX_STATED_CHARACTERS else None


def _is_canonical(element: Any) -> bool:
    return "canonical" in (element.get("rel") or "").lower().split()


def _is_of_page(element: Any) -> bool:
    """Whether a property belongs to the page or its article, and not to an item inside, such as a cited work."""
    for ancestor in element.iterancestors():
        if ancestor.get("itemscope") is not None:
            meant = "mentions" if ancestor.tag in _MENTIONING_TAGS else "mainEntity"
            return (ancestor.get("itemprop") or meant) in (
                "mainEntity",
                "mainEntityOfPage",
                "hasPart",
                "blogPost",
            )
    return True


def _is_related(element: Any) -> bool:
    """Whether an element stands in a list of other stories, by what pages call such lists."""
    return any(
        ancestor.tag not in ("body", "html") and _RELATED_NAME.search(f"{ancestor.get('class')} {ancestor.get('id')}")
        for ancestor in element.iterancestors()
    )


def _linked_data(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of the page's JSON-LD, outer ones first; a script that is no JSON is passed over."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            pending = deque([json.loads(script.text or "", strict=False)])
        except (ValueError, RecursionError):
            continue
        while pending:
            value = pending.popleft()
            if isinstance(value, dict):
                yield value
                pending.extend(inner for key, inner in value.items() if key in ("@graph", "mainEntity"))
            elif isinstance(value, list):
                pending.extend(value)


def _types(record: dict[str, Any]) -> list[str]:
    """Return the types of a JSON-LD object without their address."""
    types = record.get("@type")
    return [
        kind.rsplit("/", 1)[-1] for kind in (types if isinstance(types, list) else [types]) if isinstance(kind, str)
    ]


def _is_thing(record: dict[str, Any]) -> bool:
    """Whether an object is something beside the article: its picture, its site, a person, the way to it."""
    return any(
        kind in ("Person", "BreadcrumbList", "Product", "Comment", "Event", *_PUBLISHER_TYPES)
        or kind.endswith("Object")
        for kind in _types(record)
    )


def _named(value: object) -> Iterator[tuple[str, list[str]]]:
    """Yield the names under a key of JSON-LD, with the types of what is named."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item.strip():
            yield item.strip(), []
        elif isinstance(item, dict):
            names = item.get("name")
            for name in names if isinstance(names, list) else [names]:
                if isinstance(name, str) and name.strip():
                    yield name.strip(), _types(item)


def _texts(values: Any) -> list[str]:
    return [value for value in values if isinstance(value, str) and value.strip()]
