"""Articles as callers send, read and list them, and what became of each."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from api.schemas.bodies import Body
from index.corpus import Outcome
from index.identity import ID_PATTERN
from index.records import Article, ArticleHeader, Scalar


class ArticleBody(Body):
    """An article as callers send it; only `text` is required."""

    id: str | None = Field(None, pattern=f"^{ID_PATTERN}$")
    title: str | None = None
    text: str
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published_at: str | None = Field(None, examples=["2017-04-11"])
    language: str | None = Field(None, description="Detected when not given.")
    metadata: dict[str, Scalar] = Field({})


class ArticleOut(BaseModel):
    """What is known of an article, without its text."""

    id: str
    title: str
    url: str | None
    source: str | None
    author: str | None
    published_at: str | None
    language: str
    sha256: str = Field(description="Of the stored text in UTF-8.")
    metadata: dict[str, Scalar]

    @classmethod
    def of(cls, header: ArticleHeader | Article) -> ArticleOut:
        """Convert."""
        return cls(**_header_fields(header))


class ArticleWithText(ArticleOut):
    """A stored article."""

    text: str

    @classmethod
    def of(cls, header: ArticleHeader | Article) -> ArticleWithText:
        """Convert an article with its text."""
        assert isinstance(header, Article)
        return cls(**_header_fields(header), text=header.text)


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
    """A page of the list of articles; ask again with `next_cursor` until it is null."""

    articles: list[ArticleOut]
    next_cursor: str | None
    total: int


class RemovedLineOut(BaseModel):
    """A line that cleaning left out of the stored text."""

    number: int
    text: str
    reason: str


class ArticleResult(BaseModel):
    """What became of one article; `line` counts the articles of the request from 1, or the lines of NDJSON."""

    line: int
    id: str | None
    status: Literal["created", "replaced", "unchanged", "failed"]
    error: str | None = None
    removed: list[RemovedLineOut] = []

    @classmethod
    def of(cls, line: int, outcome: Outcome) -> ArticleResult:
        """Convert."""
        return cls(
            line=line,
            id=None if outcome.id is None else _escaped(outcome.id),
            status=outcome.status,
            error=None if outcome.error is None else _escaped(str(outcome.error)),
            removed=[RemovedLineOut(number=r.number, text=r.text, reason=r.reason) for r in outcome.removed],
        )


def _escaped(text: str) -> str:
    """Return what callers sent in a form that JSON in UTF-8 can say: half a surrogate pair as its escape."""
    return text.encode("utf-8", "backslashreplace").decode()


class BatchResult(BaseModel):
    """What became of a request's articles, in order."""

    created: int
    replaced: int
    unchanged: int
    failed: int
    results: list[ArticleResult]

    @classmethod
    def of(cls, results: list[ArticleResult]) -> BatchResult:
        """Count the results."""
        counts = {
            status: sum(result.status == status for result in results)
            for status in ("created", "replaced", "unchanged", "failed")
        }
        return cls(**counts, results=results)
