"""What the corpus is made of, and example questions."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.schemas.articles import ArticleOut
from index.records import ArticleHeader
from index.storage.sqlite.store import Overview


class OverviewOut(BaseModel):
    """What the corpus is made of: numbers of articles, largest or newest first, and the newest articles."""

    articles: int
    languages: dict[str, int]
    sources: dict[str, int] = Field(description="The 200 with most articles.")
    times: dict[str, int] = Field(
        description='By month ("2017-04"), or year where no month is known; the newest 1,200.'
    )
    without_source: int
    without_date: int
    latest: list[ArticleOut] = Field(description="Those published last.")

    @classmethod
    def of(cls, overview: Overview, latest: list[ArticleHeader]) -> OverviewOut:
        """Convert."""
        return cls(
            articles=sum(overview.languages.values()),
            languages=overview.languages,
            sources=overview.sources,
            times=overview.times,
            without_source=overview.without_source,
            without_date=overview.without_date,
            latest=[ArticleOut.of(header) for header in latest],
        )


class ExampleOut(BaseModel):
    """A question that this corpus answers, made from the article `article_id` and checked by asking it."""

    question: str
    language: str
    article_id: str


class ExampleList(BaseModel):
    """Questions to begin with; made from dated sentences, or else the titles, of articles published last."""

    examples: list[ExampleOut]
