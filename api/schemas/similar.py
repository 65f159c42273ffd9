"""Similar articles."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.schemas.articles import ArticleOut
from api.schemas.bodies import Body
from api.schemas.quotes import QuoteOut
from qa.answers import SimilarArticle


class SimilarBody(Body):
    """A text to find similar articles for."""

    text: str = Field(min_length=1)
    limit: int = Field(10, ge=1, description="At most 100 by default.")


class SimilarOut(BaseModel):
    """A similar article, in any language."""

    rank: int
    score: float = Field(description="How well the two articles cover each other, 0 to 1.")
    near_duplicate: bool = Field(description="One is a reprint, an edited copy or a part of the other.")
    shared_share: float = Field(
        description="Share of the words of the shorter one that the other has too, 0 to 1; 0 where it is small."
    )
    article: ArticleOut
    shared: list[QuoteOut] = Field(
        description="Sentences that both have, a few words aside, as slices of this article; at most 20."
    )

    @classmethod
    def of(cls, similar: SimilarArticle) -> SimilarOut:
        """Convert."""
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
