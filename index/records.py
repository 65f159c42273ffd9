"""The nouns of the corpus, one frozen type per stage: Draft → Article → Passage → Ranking."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.text.sentences import Span

Scalar = str | int | float | bool | None
"""A plain value in `metadata`: flat, so that it can be filtered on."""
MetadataValue = Scalar | list[Scalar]
"""What `metadata` may hold under a key. A filter for one value holds for a list that has it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in its original a stretch of text stands: from the code point `start` to the next place, or to the end.

    `page` counts from 1; `section` is the heading above. Either may be unknown.
    """

    start: int
    page: int | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """One article as it came in, before checking and cleaning.

    `text` is the raw text, `places` its pages and sections in ascending order, each from the beginning of a line or
    behind white space on. `path` is relative to the ingested folder, with forward slashes. `scraped` says that the
    text is a page with chrome around the article. `origin` names the input in messages ("news.jsonl:12"). `notes` say
    in sentences what reading had to put up with, such as a byte that had to be replaced; they are shown, not stored.
    """

    text: str
    origin: str = ""
    id: str | None = None
    title: str | None = None
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published_at: str | None = None
    language: str | None = None
    metadata: Mapping[str, MetadataValue] = field(default_factory=dict)
    path: str | None = None
    scraped: bool = False
    places: tuple[Place, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Article:
    """One stored article. Offsets anywhere count Unicode code points of `text` (NFC, LF).

    `places` are in ascending order, each with another start; what stands before the first has no page or section.
    """

    id: str
    text: str
    title: str = ""
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published_at: str | None = None
    language: str = "und"
    metadata: Mapping[str, MetadataValue] = field(default_factory=dict)
    places: tuple[Place, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of `text` in UTF-8."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ArticleHeader:
    """What a citation says about its article: everything but the text, which `sha256` and `characters` stand for."""

    id: str
    title: str
    url: str | None
    source: str | None
    author: str | None
    published_at: str | None
    language: str
    metadata: Mapping[str, MetadataValue]
    sha256: str
    characters: int


@dataclass(frozen=True, slots=True)
class DatedArticle:
    """An article with its moment, in seconds since 1970 UTC: when it was published, or added where that is unknown."""

    header: ArticleHeader
    instant: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of an article: `article.text[start:end] == text`. `number` is never used again for another passage.

    `places` are those of the article from the one that its start lies in to the last that begins inside, with their
    offsets in the article. `header` is where the header row of the table stands that it begins inside of, if it does,
    and `header_text` what it says. `reading` is what was kept of reading it, empty if nothing was.
    """

    number: int
    article: ArticleHeader
    start: int
    end: int
    text: str
    places: tuple[Place, ...] = ()
    header: Span | None = None
    header_text: str = ""
    reading: bytes = b""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Passages best first.

    `numbers` are passage numbers, shape (n,), int64; `scores` their scores, shape (n,), float32, descending.
    """

    numbers: NDArray[np.int64]
    scores: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.numbers)
