"""Cited passages, and a page of search results."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from api.schemas.articles import ArticleOut
from api.schemas.quotes import OFFSET, PAGE, SECTION, QuoteOut
from index.places import page_and_section
from qa.answers import CitedPassage, SearchResult


class Scores(BaseModel):
    """Scores of the two searches: a cosine for vectors, BM25 for words. Null if a search did not score the passage."""

    dense: float | None
    lexical: float | None


class Ranks(BaseModel):
    """Ranks of the passage in the two searches, by vectors and by words. Null if it is not among the first."""

    dense: int | None
    lexical: int | None


class PassageOut(BaseModel):
    """A passage that may answer."""

    rank: int
    score: float = Field(
        description="Score that orders the passages: 0 to 1 in hybrid mode, a cosine in dense, BM25 in lexical."
    )
    scores: Scores
    ranks: Ranks
    article: ArticleOut
    text: str
    start: int = Field(description=OFFSET)
    end: int = Field(description=OFFSET)
    page: int | None = Field(description=PAGE)
    section: str | None = Field(description=SECTION)
    quotes: list[QuoteOut] = Field(
        description="Quotations that may answer, best first. Each is a sentence, or two neighbouring sentences, or a "
        "row of a table; the header of a row's table follows the row, if the passage holds it too."
    )
    link: str | None = Field(
        description="Address that opens the source at the first quotation, a PDF at its page. Null without a URL."
    )
    also_in: list[ArticleOut] = Field(description="Reprints of the article that hold the same passage.")

    @classmethod
    def of(cls, cited: CitedPassage) -> PassageOut:
        """Return the JSON of a passage."""
        page, section = page_and_section(cited.passage.places, cited.passage.start)
        return cls(
            rank=cited.rank,
            score=cited.score,
            scores=Scores(dense=cited.dense.score, lexical=cited.lexical.score),
            ranks=Ranks(dense=cited.dense.rank, lexical=cited.lexical.rank),
            article=ArticleOut.of(cited.passage.article),
            text=cited.passage.text,
            start=cited.passage.start,
            end=cited.passage.end,
            page=page,
            section=section,
            quotes=[QuoteOut.of(quote) for quote in cited.quotes],
            link=cited.link,
            also_in=[ArticleOut.of(article) for article in cited.also_in],
        )


class SearchOut(BaseModel):
    """One page of search results."""

    passages: list[PassageOut]
    total: int = Field(description="Number of passages that have a score in this mode and pass the filters.")
    total_relation: Literal["eq", "gte"] = Field(
        "eq", description="`eq` if `total` is exact, `gte` if it is a lower bound."
    )
    took_ms: float = Field(description="Milliseconds from query to result.")

    @classmethod
    def of(cls, result: SearchResult) -> SearchOut:
        """Return the JSON of a page of results."""
        return cls(
            passages=[PassageOut.of(passage) for passage in result.passages],
            total=result.total,
            total_relation="eq",
            took_ms=result.took_ms,
        )
