"""A question and its answer."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.schemas.bodies import Body
from api.schemas.filters import FiltersBody
from api.schemas.passages import PassageOut
from api.schemas.quotes import OFFSET, PAGE, SECTION
from index.search.protocol import Mode
from qa.answers import Answer


class AskBody(Body):
    """A question."""

    question: str = Field(
        min_length=1,
        description="At most 2,000 characters by default. `/v1/info` shows the limit.",
        examples=["Ai chủ trì buổi tọa đàm?", "ai chu tri buoi toa dam"],
    )
    limit: int = Field(5, ge=1, description="Number of passages. At most 100 by default; `/v1/info` shows the limit.")
    mode: Mode = "hybrid"
    max_per_article: int = Field(2, ge=1, description="Number of passages of one article, at most.")
    min_confidence: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Confidence below which there is no answer. By default the calibration's; no effect without one.",
    )
    recency_half_life_days: float | None = Field(
        None,
        gt=0,
        description="Days after which age has half of its effect. Favours newer articles, in hybrid mode only.",
    )
    filters: FiltersBody = FiltersBody()


class CitationOut(BaseModel):
    """Source of a part of the answer: `answer.text[start:end]` is `article.text[source_start:source_end]`."""

    start: int
    end: int
    passage: int = Field(
        description="Rank of the passage that holds the source, or a row of the table whose header it is."
    )
    article_id: str
    source_start: int = Field(description=OFFSET)
    source_end: int = Field(description=OFFSET)
    page: int | None = Field(description=PAGE)
    section: str | None = Field(description=SECTION)


class AnswerTextOut(BaseModel):
    """The answer, which consists of quotations of the sources."""

    text: str
    citations: list[CitationOut]


class AnswerOut(BaseModel):
    """The response to a question."""

    question: str
    answerable: bool | None = Field(
        description="False if the articles hold no answer; then the passages are the nearest. Null without calibration."
    )
    confidence: float | None = Field(
        description="Probability that the answer is right, 0 to 1. Null without calibration for the model."
    )
    answer: AnswerTextOut | None = Field(description="Null if `answerable` is false or nothing can be quoted.")
    passages: list[PassageOut]
    took_ms: float = Field(description="Milliseconds from question to answer.")

    @classmethod
    def of(cls, answer: Answer) -> AnswerOut:
        """Return the JSON of an answer."""
        text = answer.answer
        return cls(
            question=answer.question,
            answerable=answer.answerable,
            confidence=answer.confidence,
            answer=None
            if text is None
            else AnswerTextOut(
                text=text.text,
                citations=[
                    CitationOut(
                        start=c.start,
                        end=c.end,
                        passage=c.passage,
                        article_id=c.article_id,
                        source_start=c.source_start,
                        source_end=c.source_end,
                        page=c.page,
                        section=c.section,
                    )
                    for c in text.citations
                ],
            ),
            passages=[PassageOut.of(passage) for passage in answer.passages],
            took_ms=answer.took_ms,
        )
