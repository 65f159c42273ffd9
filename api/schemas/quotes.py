"""A quotation with its offsets."""

from __future__ import annotations

from pydantic import BaseModel, Field

from qa.answers import Quote

OFFSET = "Offset in Unicode code points into the article's stored text."
PAGE = "Page of the original on which it begins, from 1. Null if the article has no pages."
SECTION = "Heading above its beginning. Null if there is none."


class QuoteOut(BaseModel):
    """A quotation of an article: the slice `text[start:end]` of its stored text."""

    text: str
    start: int = Field(description=OFFSET)
    end: int = Field(description=OFFSET)
    page: int | None = Field(description=PAGE)
    section: str | None = Field(description=SECTION)

    @classmethod
    def of(cls, quote: Quote) -> QuoteOut:
        """Return the JSON of a quotation."""
        return cls(text=quote.text, start=quote.start, end=quote.end, page=quote.page, section=quote.section)
