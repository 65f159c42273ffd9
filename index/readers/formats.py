"""The formats of articles: a new one is a module that reads it and a row of `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from index.errors import HoidapError
from index.readers.docx import read_docx
from index.readers.epub import read_epub
from index.readers.feeds import read_feed
from index.readers.field_map import FieldMap
from index.readers.html.page import read_html
from index.readers.isolation import isolated
from index.readers.jsonl import read_json_or_lines, read_jsonl
from index.readers.mail import read_eml, read_mbox
from index.readers.odt import read_odt
from index.readers.pdf import read_pdf
from index.readers.tables import read_csv, read_tsv
from index.readers.text import read_markdown, read_plain_text
from index.records import Draft

Reader = Callable[[Path, str], Iterator[Draft | HoidapError]]
"""From a file, and its name in messages, to its articles; what could not be read stands as its error."""

MappedReader = Callable[[Path, str, FieldMap | None], Iterator[Draft | HoidapError]]
"""The same, for records whose keys may have other names than the fields of articles."""


@dataclass(frozen=True, slots=True)
class Format:
    """What a file of articles may look like.

    Attributes:
        name: what `--format` takes.
        endings: of its files, in lower case, the usual one first.
        unit: the part of a file that is one article. Only a whole file gives its article its path as identity; an
            object does when it is all of its file, which the reader says by an empty path.
        read: yields the articles of a file. A path that one has is relative to the file. None for an archive, which is
            walked like a folder: each file in it is read by the format of its own ending.
        scraped: whether its texts are pages, with the article to be found among page chrome.
        read_mapped: does the same with a map of fields; only formats whose articles have named fields have it.
    """

    name: str
    endings: tuple[str, ...]
    unit: Literal["file", "line", "row", "object", "message", "post"]
    read: Reader | None
    scraped: bool = False
    read_mapped: MappedReader | None = None

    def articles(self, file: Path, origin: str, fields: FieldMap | None) -> Iterator[Draft | HoidapError]:
        """Yield the articles of a file that is no archive, by a map of fields where the format has any."""
        if fields is not None and self.read_mapped is not None:
            return self.read_mapped(file, origin, fields)
        if self.read is None:
            raise TypeError(f"{self.name} holds files, which are walked")
        return self.read(file, origin)


def _one(read: Callable[[Path, str], Draft]) -> Reader:
    def reader(file: Path, origin: str) -> Iterator[Draft | HoidapError]:
        yield read(file, origin)

    return reader


FORMATS = (
    Format("text", (".txt", ".text"), "file", _one(read_plain_text), scraped=True),
    Format("markdown", (".md", ".markdown"), "file", _one(read_markdown)),
    Format("html", (".html", ".htm"), "file", _one(read_html), scraped=True),
    Format("pdf", (".pdf",), "file", isolated(read_pdf, "PDF")),
    Format("docx", (".docx",), "file", isolated(read_docx, "DOCX")),
    Format("odt", (".odt", ".ott"), "file", isolated(read_odt, "OpenDocument")),
    Format("epub", (".epub",), "file", isolated(read_epub, "EPUB")),
    Format("eml", (".eml",), "file", read_eml),
    Format("mbox", (".mbox",), "message", read_mbox),
    Format("feed", (".rss", ".atom", ".xml"), "post", isolated(read_feed, "feeds")),
    Format("jsonl", (".jsonl", ".ndjson"), "line", read_jsonl, read_mapped=read_jsonl),
    Format("json", (".json",), "object", read_json_or_lines, read_mapped=read_json_or_lines),
    Format("csv", (".csv",), "row", read_csv, read_mapped=read_csv),
    Format("tsv", (".tsv",), "row", read_tsv, read_mapped=read_tsv),
    Format("zip", (".zip",), "file", None),
)
"""Every format that is read. All that names formats or endings elsewhere follows from this table."""

ENDINGS = tuple(ending for each in FORMATS for ending in each.endings)
"""The endings of all formats, in the order of the table; for doors that let users choose files."""

if TYPE_CHECKING:
    FormatName = str
else:
    FormatName = Literal[tuple(each.name for each in FORMATS)]
    """A format's name. A type of its own at run time only, from which the command line takes its choices."""

_BY_NAME = {each.name: each for each in FORMATS}
_BY_ENDING = {ending: each for each in FORMATS for ending in each.endings}


def format_named(name: str) -> Format:
    """Return the format of that name; raises KeyError where there is none."""
    return _BY_NAME[name]


def format_of(ending: str) -> Format | None:
    """Return the format of files with an ending in any case (".TXT"), None when they are not read."""
    return _BY_ENDING.get(ending.lower())
