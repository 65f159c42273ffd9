"""Articles as callers send, read and list them, and the result of storing each."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, Field

from api.schemas.bodies import Body
from api.schemas.quotes import OFFSET
from index.batches import Outcome, Status
from index.identity import ID_PATTERN
from index.records import Article, ArticleHeader, MetadataValue


class ArticleBody(Body):
    """An article as callers send it. Only `text` is required."""

    id: str | None = Field(None, pattern=f"^{ID_PATTERN}$")
    title: str | None = None
    text: str
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published_at: str | None = Field(None, examples=["2017-04-11"])
    language: str | None = Field(None, description="Language code, such as `vi`. Detected if not given.")
    metadata: dict[str, MetadataValue] = Field({})


class ArticleOut(BaseModel):
    """A stored article without its text."""

    id: str
    title: str
    url: str | None
    source: str | None
    author: str | None
    published_at: str | None
    language: str
    sha256: str = Field(description="SHA-256 of the stored text in UTF-8, in hexadecimal.")
    metadata: dict[str, MetadataValue]

    @classmethod
    def of(cls, header: ArticleHeader | Article) -> ArticleOut:
        """Return the JSON of an article; its text is left out."""
        return cls(**_header_fields(header))


class PlaceOut(BaseModel):
    """Where a page or a section begins in an article; it ends where the next place begins, or with the text."""

    start: int = Field(description=OFFSET)
    page: int | None = Field(description="Page of the original, from 1.")
    section: str | None = Field(description="Heading above.")


class ArticleWithText(ArticleOut):
    """A stored article with its text."""

    text: str
    places: list[PlaceOut] = Field(description="Pages and sections, in their order. Empty if the format has none.")

    @classmethod
    def of(cls, header: ArticleHeader | Article) -> ArticleWithText:
        """Return the JSON of an article with its text."""
        assert isinstance(header, Article)
        places = [PlaceOut(start=one.start, page=one.page, section=one.section) for one in header.places]
        return cls(**_header_fields(header), text=header.text, places=places)


def _header_fields(header: ArticleHeader | Article) -> dict[str, Any]:
    return {
        "id": header.id,
        "title": header.title,
        "url": header.url,
        "source": header.source,
        "author": header.author,
        "published_at": header.published_at,
        "language": header.language,
        "sha256": header.sha256,
        "metadata": dict(header.metadata),
    }


class ArticleList(BaseModel):
    """One page of the list of articles. The next page begins at `next_cursor`, which is null on the last one."""

    articles: list[ArticleOut]
    next_cursor: str | None
    total: int


class RemovedLineOut(BaseModel):
    """A line that cleaning removed from the text."""

    number: int
    text: str
    reason: str


class ArticleResult(BaseModel):
    """Result of storing one article. `line` counts from 1: the articles of the request or, for NDJSON, its lines."""

    line: int
    id: str | None
    status: Status = Field(description="`superseded`: a later article of the same request has its id.")
    error: str | None = None
    removed: list[RemovedLineOut] = []
    notes: list[str] = Field([], description="What reading had to put up with, such as a byte that was replaced.")

    @classmethod
    def of(cls, line: int, outcome: Outcome) -> ArticleResult:
        """Return the JSON of an outcome."""
        return cls(
            line=line,
            id=None if outcome.id is None else _escaped(outcome.id),
            status=outcome.status,
            error=None if outcome.error is None else _escaped(str(outcome.error)),
            removed=[RemovedLineOut(number=r.number, text=r.text, reason=r.reason) for r in outcome.removed],
            notes=[_escaped(note) for note in outcome.notes],
        )


def _escaped(text: str) -> str:
    """Return `text` with each half of a surrogate pair as an escape, since UTF-8 cannot encode it."""
    return text.encode("utf-8", "backslashreplace").decode()


class BatchResult(BaseModel):
    """Results of storing the articles of a request, in their order."""

    created: int
    replaced: int
    unchanged: int
    superseded: int
    failed: int
    results: list[ArticleResult]

    @classmethod
    def of(cls, results: list[ArticleResult]) -> BatchResult:
        """Return the results with their number by status."""
        counts = {status: sum(result.status == status for result in results) for status in get_args(Status)}
        return cls(**counts, results=results)
