"""An overview of the corpus, and example questions."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.schemas.articles import ArticleOut
from index.records import ArticleHeader
from index.storage.protocol import Overview


class OverviewOut(BaseModel):
    """Numbers of articles by language, source and time, and the newest articles."""

    articles: int
    languages: dict[str, int]
    sources: dict[str, int] = Field(description="Number of articles by source, for the 200 sources with most articles.")
    times: dict[str, int] = Field(
        description='Number of articles by month ("2017-04"), or by year if no month is known; the newest 1,200.'
    )
    without_source: int
    without_date: int
    latest: list[ArticleOut] = Field(description="Articles that were published last.")

    @classmethod
    def of(cls, overview: Overview, latest: list[ArticleHeader]) -> OverviewOut:
        """Return the JSON of an overview and the newest articles."""
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
    """A question made from the article `article_id`. It was asked, and the corpus found the article."""

    question: str
    language: str
    article_id: str


class ExampleList(BaseModel):
    """Example questions, made from dated sentences or titles of the articles that were published last."""

    examples: list[ExampleOut]
