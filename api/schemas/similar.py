"""Articles similar to an article or a text."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.schemas.articles import ArticleOut
from api.schemas.bodies import Body
from api.schemas.quotes import QuoteOut
from qa.answers import SimilarArticle


class SimilarBody(Body):
    """A text for which to find similar articles."""

    text: str = Field(min_length=1)
    limit: int = Field(10, ge=1, description="Number of articles. At most 100 by default; `/v1/info` shows the limit.")


class SimilarOut(BaseModel):
    """A similar article, in any language."""

    rank: int
    score: float = Field(description="Similarity, 0 to 1: how well the two articles cover each other.")
    near_duplicate: bool = Field(description="Whether one is a reprint, an edited copy or a part of the other.")
    shared_share: float = Field(
        description="Share of the shorter article's words that the other has too, 0 to 1. Small shares are given as 0."
    )
    article: ArticleOut
    shared: list[QuoteOut] = Field(
        description="Sentences that both have, apart from a few words, as slices of this article. At most 20."
    )

    @classmethod
    def of(cls, similar: SimilarArticle) -> SimilarOut:
        """Return the JSON of a similar article."""
        return cls(
            rank=similar.rank,
            score=similar.score,
            near_duplicate=similar.near_duplicate,
            shared_share=similar.shared_share,
            article=ArticleOut.of(similar.article),
            shared=[QuoteOut.of(quote) for quote in similar.shared],
        )


class SimilarList(BaseModel):
    """Similar articles, best first."""

    articles: list[SimilarOut]

    @classmethod
    def of(cls, found: list[SimilarArticle]) -> SimilarList:
        """Return the JSON of similar articles."""
        return cls(articles=[SimilarOut.of(item) for item in found])
