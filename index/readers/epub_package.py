"""What an EPUB says of itself: the order of its chapters, their titles, and who published it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from index.dates import known_date
from index.errors import ReadError
from index.readers.archives import Archive, Entry
from index.readers.trees import MAX_MARKUP_BYTES, parse_xhtml, parse_xml

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_MAX_CHAPTERS = 10_000
"""Documents that a book is read in, at most; a limit."""
_MAX_STATED_CHARACTERS = 500
"""Characters of a title, name or identifier at most; a judgement. A longer one is a mistake of the book."""
_FONT_METHODS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Ways to veil fonts, which leave the text readable."""
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_UNKNOWN_DATE = "0101"
"""The year that Calibre writes for an unknown date."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,2}")
_LONG_CODES = {
    "vie": "vi", "eng": "en", "fre": "fr", "fra": "fr", "ger": "de", "deu": "de", "spa": "es", "ind": "id",
    "rus": "ru", "chi": "zh", "zho": "zh", "jpn": "ja", "kor": "ko", "tha": "th", "lao": "lo", "khm": "km",
}  # fmt: skip
"""Codes of ISO 639-2 to those of ISO 639-1, by which articles are filtered."""
_ROLE = "{http://www.idpf.org/2007/opf}role"
_EVENT = "{http://www.idpf.org/2007/opf}event"
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"

Labels = dict[tuple[str, str], str]
"""Titles of chapters, by the path of a document and the id of an element in it ("" for the beginning)."""


@dataclass(frozen=True, slots=True)
class Package:
    """A book without its text.

    Attributes:
        chapters: its documents in the order of reading.
        labels: what its table of contents calls them.
        title, author, published_at, language, publisher, identifier: as the book states them.
    """

    chapters: tuple[Entry, ...]
    labels: Labels
    title: str | None
    author: str | None
    published_at: str | None
    language: str | None
    publisher: str | None
    identifier: str | None


def read_package(archive: Archive) -> Package:
    """Return what the book says of itself.

    Raises:
        ReadError: it names no chapter, or its text is encrypted.
    """
    return _Reading(archive).package()


@dataclass
class _Reading:
    archive: Archive
    entries: Mapping[str, Entry] = field(init=False)

    def __post_init__(self) -> None:
        self.entries = {entry.name: entry for entry in self.archive.entries}

    def package(self) -> Package:
        path = self._package_path()
        root = self._tree(path)
        manifest = {item.get("id"): item for item in root.iterfind(".//{*}manifest/{*}item")}
        folder = posixpath.dirname(path)
        contents = [item for item in manifest.values() if "nav" in (item.get("properties") or "").split()]
        outlines = [item for item in manifest.values() if item.get("media-type") == "application/x-dtbncx+xml"]
        spine = [manifest.get(ref.get("idref")) for ref in root.iterfind(".//{*}spine/{*}itemref")]
        paths = dict.fromkeys(_path(item.get("href"), folder) for item in spine if item is not None)
        for item in contents:
            paths.pop(_path(item.get("href"), folder), None)
        chapters = tuple(self.entries[one] for one in paths if one in self.entries)[:_MAX_CHAPTERS]
        if not chapters:
            raise ReadError(self.archive.origin, "names no chapter that it holds")
        self._refuse_encrypted(chapters)
        return Package(
            chapters=chapters,
            labels=self._labels([_path(item.get("href"), folder) for item in (*contents, *outlines)]),
            title=next(_stated(root, "title"), None),
            author=", ".join(_authors(root)) or None,
            published_at=next(_dates(root), None),
            language=next(_languages(root), None),
            publisher=next(_stated(root, "publisher"), None),
            identifier=_identifier(root),
        )

    def _package_path(self) -> str:
        if _CONTAINER in self.entries:
            for found in self._tree(_CONTAINER).iterfind(".//{*}rootfile"):
                if (path := unquote(found.get("full-path") or "")) in self.entries:
                    return path
        for path in self.entries:
            if path.endswith(".opf"):
                return path
        raise ReadError(self.archive.origin, "is no EPUB: it has no package document")

    def _tree(self, path: str) -> Any:
        return parse_xml(self._content(path), f"{self.archive.origin}/{path}")

    def _content(self, path: str) -> bytes:
        return self.archive.read(self.entries[path], MAX_MARKUP_BYTES)

    def _refuse_encrypted(self, chapters: tuple[Entry, ...]) -> None:
        if _ENCRYPTION not in self.entries:
            return
        names = {chapter.name for chapter in chapters}
        for data in self._tree(_ENCRYPTION).iterfind(".//{*}EncryptedData"):
            method = data.find("./{*}EncryptionMethod")
            if method is not None and method.get("Algorithm") in _FONT_METHODS:
                continue
            if any(_path(one.get("URI"), "") in names for one in data.iterfind(".//{*}CipherReference")):
                raise ReadError(self.archive.origin, "is protected against copying (DRM); its text cannot be read")

    def _labels(self, paths: list[str]) -> Labels:
        """Return the titles of the first table of contents that can be read."""
        for path in paths:
            if path not in self.entries:
                continue
            try:
                tree = parse_xhtml(self._content(path), f"{self.archive.origin}/{path}")
            except ReadError:
                continue
            labels: Labels = {}
            for target, title in (*_links(tree), *_points(tree)):
                if target and (words := _words(title)):
                    labels.setdefault((_path(target, posixpath.dirname(path)), urlsplit(target).fragment), words)
            if labels:
                return labels
        return {}


def _links(tree: Any) -> Iterator[tuple[str, str]]:
    """Yield where the links of an EPUB 3 table of contents lead, and their words."""
    tables = list(tree.iter("nav"))
    tables = [one for one in tables if one.get(_EPUB_TYPE, one.get("epub:type")) == "toc"] or tables[:1]
    for table in tables[:1]:
        for link in table.iter("a"):
            yield link.get("href") or "", "".join(link.itertext())


def _points(tree: Any) -> Iterator[tuple[str, str]]:
    """Yield where the points of an EPUB 2 outline lead, and their words."""
    for point in tree.iter("navpoint"):
        target, title = point.find("content"), point.find("navlabel/text")
        if target is not None and title is not None:
            yield target.get("src") or "", title.text or ""


def _path(href: str | None, folder: str) -> str:
    """Return the path in the archive of an address in a document of `folder`."""
    try:
        return posixpath.normpath(posixpath.join(folder, unquote(urlsplit(href or "").path)))
    except ValueError:
        return ""


def _stated(root: Any, name: str) -> Iterator[str]:
    for element in root.iterfind(f".//{{*}}metadata//{{*}}{name}"):
        if words := _words("".join(element.itertext())):
            yield words


def _words(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _MAX_STATED_CHARACTERS else ""


def _authors(root: Any) -> Iterator[str]:
    """Yield the creators, without those that are said to have another part than the author's."""
    roles = {
        (meta.get("refines") or "").removeprefix("#"): (meta.text or "").strip()
        for meta in root.iterfind(".//{*}metadata/{*}meta[@property='role']")
    }
    for creator in root.iterfind(".//{*}metadata//{*}creator"):
        role = creator.get(_ROLE) or roles.get(creator.get("id") or "", "aut")
        if role == "aut" and (words := _words("".join(creator.itertext()))):
            yield words


def _dates(root: Any) -> Iterator[str]:
    """Yield the dates of publication: those that say so first."""
    found = [one for one in root.iterfind(".//{*}metadata//{*}date") if one.get(_EVENT) != "modification"]
    for element in sorted(found, key=lambda one: one.get(_EVENT) != "publication"):
        date = (element.text or "").strip()
        for written in (date, *_DATE.findall(date)[:1]):
            stated = known_date(written)
            if stated is not None and not stated.startswith(_UNKNOWN_DATE):
                yield stated


def _languages(root: Any) -> Iterator[str]:
    for code in _stated(root, "language"):
        if _LANGUAGE.fullmatch(code):
            first, *_ = re.split("[-_]", code.lower())
            if first not in ("und", "mul", "zxx", "mis"):
                yield _LONG_CODES.get(first, first)


def _identifier(root: Any) -> str | None:
    """Return the identifier that the package names as its own, else its first."""
    own = root.get("unique-identifier")
    found = list(root.iterfind(".//{*}metadata//{*}identifier"))
    found.sort(key=lambda one: one.get("id") != own)
    return next(filter(None, (_words(one.text or "") for one in found)), None)
