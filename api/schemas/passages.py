"""A cited passage, and a page of a search."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from api.schemas.articles import ArticleOut
from api.schemas.quotes import OFFSET, QuoteOut
from qa.answers import CitedPassage, SearchResult


class Scores(BaseModel):
    """What each side gave: a cosine and a BM25 score; null where a side did not see the passage."""

    dense: float | None
    lexical: float | None


class Ranks(BaseModel):
    """The passage's place in each side's own ranking; null where it is not among the first."""

    dense: int | None
    lexical: int | None


class PassageOut(BaseModel):
    """A passage that may answer."""

    rank: int
    score: float = Field(description="Orders the passages: 0 to 1 in hybrid mode, cosine in dense, BM25 in lexical.")
    scores: Scores
    ranks: Ranks
    article: ArticleOut
    text: str
    start: int = Field(description=OFFSET)
    end: int = Field(description=OFFSET)
    quotes: list[QuoteOut] = Field(
        description="The sentence that answers, or two beside each other, and perhaps one more; best first."
    )
    link: str | None = Field(description="Opens the source page at the first quote.")
    also_in: list[ArticleOut] = Field(description="Reprints of the article that have the same passage.")

    @classmethod
    def of(cls, cited: CitedPassage) -> PassageOut:
        """Convert."""
        return cls(
            rank=cited.rank,
            score=cited.score,
            scores=Scores(dense=cited.dense.score, lexical=cited.lexical.score),
            ranks=Ranks(dense=cited.dense.rank, lexical=cited.lexical.rank),
            article=ArticleOut.of(cited.passage.article),
            text=cited.passage.text,
            start=cited.passage.start,
            end=cited.passage.end,
            quotes=[QuoteOut.of(quote) for quote in cited.quotes],
            link=cited.link,
            also_in=[ArticleOut.of(article) for article in cited.also_in],
        )


class SearchOut(BaseModel):
    """A page of a ranking."""

    passages: list[PassageOut]
    total: int = Field(description="How many passages have a score in this mode and pass the filters.")
    total_relation: Literal["eq", "gte"] = Field("eq", description="Whether `total` is exact or a lower bound.")
    took_ms: float

    @classmethod
    def of(cls, result: SearchResult) -> SearchOut:
        """Convert."""
        return cls(
            passages=[PassageOut.of(passage) for passage in result.passages],
            total=result.total,
            total_relation="eq",
            took_ms=result.took_ms,
        )
