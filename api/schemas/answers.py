"""A question and its answer."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, Field

from api.schemas.bodies import Body
from api.schemas.filters import FiltersBody
from api.schemas.passages import PassageOut, Ranks, Scores
from api.schemas.quotes import OFFSET, PAGE, SECTION
from index.search.protocol import Mode
from qa.answers import Answer, AnswerText, ExplainedCandidate, Explanation

_MILLISECOND_DIGITS = 3


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
    explain: bool = Field(False, description="Whether the response says why it is as it is, in `explanation`.")


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

    @classmethod
    def of(cls, text: AnswerText | None) -> AnswerTextOut | None:
        """Return the JSON of an answer's text; None of none."""
        if text is None:
            return None
        citations = [
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
        ]
        return cls(text=text.text, citations=citations)


class PartOut(BaseModel):
    """One part of a question of several parts."""

    question: str = Field(description="The part, as it was asked.")
    answerable: bool | None = Field(description="False if the articles hold no answer to it. Null without calibration.")
    confidence: float | None = Field(description="Probability that its answer is right, 0 to 1.")
    answer: AnswerTextOut | None = Field(description="Null if `answerable` is false or nothing can be quoted.")


class CandidateOut(BaseModel):
    """A passage whose sentences were read."""

    rank: int | None = Field(
        description="Rank of the cited passage that holds it. Null if it is not cited, for example a reprint."
    )
    article_id: str
    start: int = Field(description=OFFSET)
    end: int = Field(description=OFFSET)
    scores: Scores
    ranks: Ranks
    fused: float = Field(description="Both scores joined, 0 to 1.")
    strength: float = Field(
        description="How likely its best sentence answers, as a share of the best sentence's of all candidates, 0 to 1."
    )

    @classmethod
    def of(cls, candidate: ExplainedCandidate) -> CandidateOut:
        """Return the JSON of a candidate."""
        return cls(
            rank=candidate.rank,
            article_id=candidate.article_id,
            start=candidate.start,
            end=candidate.end,
            scores=Scores(dense=candidate.dense.score, lexical=candidate.lexical.score),
            ranks=Ranks(dense=candidate.dense.rank, lexical=candidate.lexical.rank),
            fused=candidate.fused,
            strength=candidate.strength,
        )


class ExplanationOut(BaseModel):
    """Why the response is as it is."""

    stages_ms: dict[str, float] = Field(
        description="Milliseconds by stage: `encode`, `dense` and `lexical` search, `load` the passages, `judge` their "
        "sentences, `rerank`, `verify` the best of them, `compose` the answer, and `other`. Together they are "
        "`took_ms`; one that did not run is missing."
    )
    unknown_words: list[str] = Field(
        description="Syllables of the question, without accents, that no article holds; for scripts without spaces, "
        "pairs of characters."
    )
    threshold: float | None = Field(description="Confidence below which there is no answer. Null without calibration.")
    candidates: list[CandidateOut] = Field(description="The passages that were read, best first by `fused`.")

    @classmethod
    def of(cls, explanation: Explanation, stages: Mapping[str, float]) -> ExplanationOut:
        """Return the JSON of an explanation, and of the seconds that each stage took."""
        return cls(
            stages_ms={stage: round(seconds * 1000, _MILLISECOND_DIGITS) for stage, seconds in stages.items()},
            unknown_words=list(explanation.unknown_words),
            threshold=explanation.threshold,
            candidates=[CandidateOut.of(candidate) for candidate in explanation.candidates],
        )


class AnswerOut(BaseModel):
    """The response to a question."""

    question: str
    answerable: bool | None = Field(
        description="False if the articles hold no answer; then the passages are the nearest. Null without calibration."
    )
    confidence: float | None = Field(
        description="Probability that the answer is right, 0 to 1. Null with a reranker and no calibration."
    )
    answer: AnswerTextOut | None = Field(description="Null if `answerable` is false or nothing can be quoted.")
    parts: list[PartOut] = Field(
        description="What each part of a question of several parts is answered. Empty if it asks for one thing."
    )
    passages: list[PassageOut]
    took_ms: float = Field(description="Milliseconds from question to answer.")
    explanation: ExplanationOut | None = Field(None, description="Only with `explain`, else missing.")

    def json_text(self, indent: int | None = None) -> str:
        """Return the JSON, without `explanation` where there is none."""
        return self.model_dump_json(indent=indent, exclude={"explanation"} if self.explanation is None else None)

    @classmethod
    def of(cls, answer: Answer) -> AnswerOut:
        """Return the JSON of an answer."""
        return cls(
            question=answer.question,
            answerable=answer.answerable,
            confidence=answer.confidence,
            answer=AnswerTextOut.of(answer.answer),
            parts=[
                PartOut(
                    question=part.question,
                    answerable=part.answerable,
                    confidence=part.confidence,
                    answer=AnswerTextOut.of(part.answer),
                )
                for part in answer.parts
            ],
            passages=[PassageOut.of(passage) for passage in answer.passages],
            took_ms=answer.took_ms,
            explanation=None if answer.explanation is None else ExplanationOut.of(answer.explanation, answer.stages),
        )
