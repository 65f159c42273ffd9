"""The JSON of the HTTP service. Offsets are Unicode code points into the article's stored text, half-open."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from index.batches import Outcome
from index.corpus import CorpusInfo
from index.dates import written_instant
from index.filters import Filters
from index.identity import ID_PATTERN
from index.readers import endings
from index.records import Article, ArticleHeader, Scalar
from index.search.protocol import Mode
from index.storage.protocol import Overview
from qa.answers import Answer, CitedPassage, Quote, SearchResult, SimilarArticle, Stories, Story

_OFFSET = "Unicode code points into the article's stored text."
Texts = Annotated[list[str], Field(max_length=1000)]


class _Body(BaseModel):
    """What callers send: unknown keys are refused, numbers are finite."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class FiltersBody(_Body):
    """Which articles may be returned; all conditions must hold, within a list one value is enough."""

    language: Texts = []
    source: Texts = []
    article_id: Texts = []
    published_after: str | None = Field(None, description="Inclusive.", examples=["2017-04"])
    published_before: str | None = Field(None, description="Exclusive.")
    metadata: dict[str, Scalar] = {}

    def to_filters(self) -> Filters:
        """Return the filters for the corpus."""
        return Filters(
            tuple(self.language),
            tuple(self.source),
            tuple(self.article_id),
            self.published_after,
            self.published_before,
            self.metadata,
        )


class AskBody(_Body):
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


class SimilarBody(_Body):
    """A text to find similar articles for."""

    text: str = Field(min_length=1)
    limit: int = Field(10, ge=1, description="At most 100 by default.")


class ArticleBody(_Body):
    """An article as callers send it; only `text` is required."""

    id: str | None = Field(None, pattern=f"^{ID_PATTERN}$")
    title: str | None = None
    text: str
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published_at: str | None = Field(None, examples=["2017-04-11"])
    language: str | None = Field(None, description="Detected when not given.")
    metadata: dict[str, Scalar] = {}


class ArticleOut(BaseModel):
    """What is known of an article, without its text."""

    id: str
    title: str
    url: str | None
    source: str | None
    author: str | None
    published_at: str | None
    language: str
    sha256: str = Field(description="Of the stored text in UTF-8.")
    metadata: dict[str, Scalar]

    @classmethod
    def of(cls, header: ArticleHeader | Article) -> ArticleOut:
        """Convert."""
        return cls(**_header_fields(header))


class ArticleWithText(ArticleOut):
    """A stored article."""

    text: str

    @classmethod
    def of(cls, header: ArticleHeader | Article) -> ArticleWithText:
        """Convert an article with its text."""
        assert isinstance(header, Article)
        return cls(**_header_fields(header), text=header.text)


def _header_fields(header: ArticleHeader | Article) -> dict[str, Any]:
    return {
        "id": header.id,
        "title": header.title,
        "url": header.url,
        "source": header.source,
        "author": header.author,
        "published_at": header.published_at,
        "language": header.language,
        "sha256": header.sha256,
        "metadata": dict(header.metadata),
    }


class ArticleList(BaseModel):
    """A page of the list of articles; ask again with `next_cursor` until it is null."""

    articles: list[ArticleOut]
    next_cursor: str | None
    total: int


class QuoteOut(BaseModel):
    """A sentence of an article: the slice `text[start:end]` of its stored text."""

    text: str
    start: int = Field(description=_OFFSET)
    end: int = Field(description=_OFFSET)

    @classmethod
    def of(cls, quote: Quote) -> QuoteOut:
        """Convert."""
        return cls(text=quote.text, start=quote.start, end=quote.end)


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
    start: int = Field(description=_OFFSET)
    end: int = Field(description=_OFFSET)
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


class CitationOut(BaseModel):
    """`answer.text[start:end]` is `article.text[source_start:source_end]`; `passage` is the passage's rank."""

    start: int
    end: int
    passage: int
    article_id: str
    source_start: int = Field(description=_OFFSET)
    source_end: int = Field(description=_OFFSET)


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


class StoryArticleOut(BaseModel):
    """An article of a story."""

    article: ArticleOut
    near_duplicate_of: str | None = Field(
        description="The id of the fuller article of the story whose text this one repeats; null for an original."
    )


class StoryOut(BaseModel):
    """Articles that tell one event, in any language."""

    representative: ArticleOut = Field(
        description="The article nearest the centre, or the fuller one whose text it repeats."
    )
    articles: list[StoryArticleOut] = Field(description="Newest first; the newest 100 at most.")
    size: int = Field(description="How many articles there are.")
    newest: str = Field(description="When the newest was published, else added, as an instant in UTC.")
    oldest: str = Field(description="When the oldest was.")
    languages: list[str]
    score: float = Field(description="How close the articles are to each other, 0 to 1; 1 for a single one.")

    @classmethod
    def of(cls, story: Story) -> StoryOut:
        """Convert."""
        return cls(
            representative=ArticleOut.of(story.representative),
            articles=[
                StoryArticleOut(article=ArticleOut.of(item.article), near_duplicate_of=item.near_duplicate_of)
                for item in story.articles
            ],
            size=story.size,
            newest=written_instant(story.newest),
            oldest=written_instant(story.oldest),
            languages=list(story.languages),
            score=story.score,
        )


class StoryList(BaseModel):
    """A page of the stories of a time window, the one with the newest article first."""

    stories: list[StoryOut]
    total: int = Field(description="How many stories the window has.")
    since: str | None = Field(description="The oldest article that was compared is of this instant.")
    until: str | None = Field(description="The newest article is of this instant.")
    articles: int = Field(description="How many articles the window has.")
    compared: int = Field(description="How many of them were compared: the newest 5,000 at most.")

    @classmethod
    def of(cls, found: Stories) -> StoryList:
        """Convert."""
        return cls(
            stories=[StoryOut.of(story) for story in found.stories],
            total=found.total,
            since=None if found.since is None else written_instant(found.since),
            until=None if found.until is None else written_instant(found.until),
            articles=found.articles,
            compared=found.compared,
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


class RemovedLineOut(BaseModel):
    """A line that cleaning left out of the stored text."""

    number: int
    text: str
    reason: str


class ArticleResult(BaseModel):
    """What became of one article; `line` counts the articles of the request from 1, or the lines of NDJSON."""

    line: int
    id: str | None
    status: Literal["created", "replaced", "unchanged", "failed"]
    error: str | None = None
    removed: list[RemovedLineOut] = []

    @classmethod
    def of(cls, line: int, outcome: Outcome) -> ArticleResult:
        """Convert."""
        return cls(
            line=line,
            id=None if outcome.id is None else _escaped(outcome.id),
            status=outcome.status,
            error=None if outcome.error is None else _escaped(str(outcome.error)),
            removed=[RemovedLineOut(number=r.number, text=r.text, reason=r.reason) for r in outcome.removed],
        )


def _escaped(text: str) -> str:
    """Return what callers sent in a form that JSON in UTF-8 can say: half a surrogate pair as its escape."""
    return text.encode("utf-8", "backslashreplace").decode()


class BatchResult(BaseModel):
    """What became of a request's articles, in order."""

    created: int
    replaced: int
    unchanged: int
    failed: int
    results: list[ArticleResult]

    @classmethod
    def of(cls, results: list[ArticleResult]) -> BatchResult:
        """Count the results."""
        counts = {
            status: sum(result.status == status for result in results)
            for status in ("created", "replaced", "unchanged", "failed")
        }
        return cls(**counts, results=results)


class ModelOut(BaseModel):
    """The embedding model in use."""

    name: str
    dimensions: int
    max_tokens: int | None
    query_prompt: str
    passage_prompt: str


class LimitsOut(BaseModel):
    """The bounds of this service."""

    max_question_characters: int
    max_limit: int
    max_request_bytes: int
    max_article_bytes: int
    max_batch_articles: int


class FormatOut(BaseModel):
    """A format of files that `POST /v1/files` and `hoidap ingest` read."""

    name: str = Field(description="As `--format` takes it.")
    endings: list[str] = Field(description="Of file names, in lower case with their dot; the usual one first.")


class IndexOut(BaseModel):
    """How vectors are searched: exactly, in a base on disk and a tail in memory."""

    kind: str
    base_vectors: int
    tail_vectors: int


class ReindexOut(BaseModel):
    """A change of the model that is under way or was interrupted."""

    model: str = Field(description="Name of the model that the corpus is changed to.")
    encoded: int = Field(description="Passages that have their new vector.")
    passages: int = Field(description="Passages in all.")


class InfoOut(BaseModel):
    """What the service is and holds."""

    version: str
    model: ModelOut
    reindex: ReindexOut | None = Field(description="Null unless `hoidap reindex` is unfinished.")
    articles: int
    passages: int
    characters: int
    languages: dict[str, int]
    change: int
    index: IndexOut
    limits: LimitsOut
    formats: list[FormatOut] = Field(description="Of files that can be added.")

    @classmethod
    def of(cls, info: CorpusInfo, version: str, limits: LimitsOut) -> InfoOut:
        """Convert."""
        model = info.model
        return cls(
            version=version,
            model=ModelOut(
                name=model.name,
                dimensions=model.dimensions,
                max_tokens=model.max_tokens,
                query_prompt=model.query_prompt,
                passage_prompt=model.passage_prompt,
            ),
            reindex=None
            if info.reindex is None
            else ReindexOut(
                model=info.reindex.model.name, encoded=info.reindex.encoded, passages=info.reindex.passages
            ),
            articles=info.counts.articles,
            passages=info.counts.passages,
            characters=info.counts.characters,
            languages=info.counts.languages,
            change=info.change,
            index=IndexOut(kind="flat", base_vectors=info.base_vectors, tail_vectors=info.tail_vectors),
            limits=limits,
            formats=[FormatOut(name=name, endings=list(known)) for name, known in endings().items()],
        )


class OverviewOut(BaseModel):
    """What the corpus is made of: numbers of articles, largest or newest first, and the newest articles."""

    articles: int
    languages: dict[str, int]
    sources: dict[str, int] = Field(description="The 200 with most articles.")
    times: dict[str, int] = Field(
        description='By month ("2017-04"), or year where no month is known; the newest 1,200.'
    )
    without_source: int
    without_date: int
    latest: list[ArticleOut] = Field(description="Those published last.")

    @classmethod
    def of(cls, overview: Overview, latest: list[ArticleHeader]) -> OverviewOut:
        """Convert."""
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
    """A question that this corpus answers, made from the article `article_id` and checked by asking it."""

    question: str
    language: str
    article_id: str


class ExampleList(BaseModel):
    """Questions to begin with; made from dated sentences, or else the titles, of articles published last."""

    examples: list[ExampleOut]


class Health(BaseModel):
    """A sign of life."""

    status: Literal["ok"] = "ok"
