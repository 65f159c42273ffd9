"""The filters in the body of a question."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.bodies import Body
from index.filters import Filters
from index.records import Scalar

Texts = Annotated[list[str], Field(max_length=1000)]


class FiltersBody(Body):
    """Conditions on the articles that may be returned. All must hold; of a list, one value is enough."""

    language: Texts = Field([])
    source: Texts = Field([])
    article_id: Texts = Field([])
    published_after: str | None = Field(
        None, description="Earliest date of publication, inclusive; a day is that of the article.", examples=["2017-04"]
    )
    published_before: str | None = Field(None, description="Latest date of publication, exclusive.")
    metadata: dict[str, Scalar] = Field({})

    def to_filters(self) -> Filters:
        """Return the same filters as the corpus takes them."""
        return Filters(
            tuple(self.language),
            tuple(self.source),
            tuple(self.article_id),
            self.published_after,
            self.published_before,
            self.metadata,
        )
