"""A question and its answer."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.schemas.bodies import Body
from api.schemas.filters import FiltersBody
from api.schemas.passages import PassageOut
from api.schemas.quotes import OFFSET
from index.search.protocol import Mode
from qa.answers import Answer


class AskBody(Body):
    """A question."""

    question: str = Field(
        min_length=1,
        description="At most 2,000 characters by default; see `limits` of `/v1/info`.",
        examples=["Ai chủ trì buổi tọa đàm?", "ai chu tri buoi toa dam"],
    )
    limit: int = Field(5, ge=1, description="At most 100 by default; see `limits` of `/v1/info`.")
    mode: Mode = "hybrid"
    max_per_article: int = Field(2, ge=1, description="Most passages of one article.")
    min_confidence: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Least confidence of an answer, by default the calibration's; no effect while confidence is null.",
    )
    recency_half_life_days: float | None = Field(
        None,
        gt=0,
        description="Favour newer articles: after so many days age has taken half of what it can. Hybrid mode only.",
    )
    filters: FiltersBody = FiltersBody()


class CitationOut(BaseModel):
    """`answer.text[start:end]` is `article.text[source_start:source_end]`; `passage` is the passage's rank."""

    start: int
    end: int
    passage: int
    article_id: str
    source_start: int = Field(description=OFFSET)
    source_end: int = Field(description=OFFSET)


class AnswerTextOut(BaseModel):
    """The answer, cut from the sources word for word."""

    text: str
    citations: list[CitationOut]


class AnswerOut(BaseModel):
    """Everything said to a question."""

    question: str
    answerable: bool | None = Field(
        description="False: not in these articles, the passages are only near. Null where the model has no calibration."
    )
    confidence: float | None = Field(
        description="How likely the answer holds what was asked for, 0 to 1. Null where the model has no calibration."
    )
    answer: AnswerTextOut | None = Field(description="Null when not answerable or nothing can be quoted.")
    passages: list[PassageOut]
    took_ms: float

    @classmethod
    def of(cls, answer: Answer) -> AnswerOut:
        """Convert."""
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
                    )
                    for c in text.citations
                ],
            ),
            passages=[PassageOut.of(passage) for passage in answer.passages],
            took_ms=answer.took_ms,
        )
