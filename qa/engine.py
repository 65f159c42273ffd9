"""The engine: the whole way from a question to a cited answer, to a ranking, to similar articles or to stories."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.corpus import Corpus
from index.filters import NO_FILTERS, Filters
from index.preparation import MAX_TEXT_BYTES
from index.records import Passage
from index.search.protocol import MODES, Mode
from index.text.normalization import normalize, why_unstorable
from index.text.tables import words_of_cells
from qa.answering.composition import QuotedPassage, compose
from qa.answering.confidence import Calibration, builtin_calibration
from qa.answering.deciding import decide, verified_signals
from qa.answering.joining import Joining
from qa.answering.parts import parts_of
from qa.answering.together import shares, together
from qa.answers import Answer, AnswerText, CitedPassage, Quote, SearchResult, SimilarArticle, Stories, link_to
from qa.errors import InvalidQuestion
from qa.explanation import explain as explain_answer
from qa.retrieval.background import Backgrounds
from qa.retrieval.finder import PassageFinder, SearchOptions
from qa.retrieval.hits import Hit
from qa.retrieval.ranking import Query, count, prepare_query, rank
from qa.retrieval.reranking import Reranker
from qa.similarity.article_vectors import ArticleVectors
from qa.similarity.similar import SimilarArticles
from qa.similarity.stories import StoryFinder
from qa.stages import stage, timed
from qa.verification.verifier import builtin_verifier

MAX_QUESTION_CHARACTERS = 2_000
"""Most code points of a question, unless set otherwise: a limit on time."""
MAX_LIMIT = 100
"""Most passages or articles of one answer, unless set otherwise: a limit on size."""
MAX_DEPTH = 1000
"""Rank of the last passage that `search` can page to: a limit on time."""
_DEFAULT_PASSAGES = 5
"""Passages of an answer when the caller names no limit: a judgement."""
_DEFAULT_RESULTS = 10
"""Passages or articles of any other page when the caller names no limit: a judgement."""
_DEFAULT_STORIES = 20
"""Stories of a page when the caller names no limit: a judgement."""
_DEFAULT_PER_ARTICLE = 2
"""Most passages of one article in an answer when the caller names no number: a judgement."""
_MILLISECOND_DIGITS = 2
"""Decimal places of `took_ms`: a judgement."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on what one question may cost.

    Attributes:
        question_characters: most code points of a question.
        results: most passages or articles of one answer.
        text_bytes: most bytes, in UTF-8, of a text whose similar articles are wanted.
    """

    question_characters: int = MAX_QUESTION_CHARACTERS
    results: int = MAX_LIMIT
    text_bytes: int = MAX_TEXT_BYTES


P = ParamSpec("P")
R = TypeVar("R")


def _with_one_model(method: Callable[Concatenate[Engine, P], R]) -> Callable[Concatenate[Engine, P], R]:
    """Repeat a method if the corpus is switched to another model meanwhile; see `Corpus.with_one_model`."""

    @wraps(method)
    def repeated(engine: Engine, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return engine.corpus.with_one_model(lambda: method(engine, *args, **kwargs))

    return repeated


class Engine:
    """Answers questions from one corpus. Safe to share between threads."""

    def __init__(self, corpus: Corpus, limits: Limits | None = None, reranker: Reranker | None = None) -> None:
        """Answer from `corpus`, within `limits`; a reranker orders the passages of answers in hybrid mode."""
        self.corpus = corpus
        self.limits = limits or Limits()
        self.reranker = reranker
        self._finder = PassageFinder(corpus, reranker)
        self._backgrounds = Backgrounds(corpus)
        vectors = ArticleVectors(corpus)
        self._similar = SimilarArticles(corpus, vectors)
        self._stories = StoryFinder(corpus, vectors)

    @_with_one_model
    def ask(
        self,
        question: str,
        *,
        limit: int = _DEFAULT_PASSAGES,
        mode: Mode = "hybrid",
        max_per_article: int = _DEFAULT_PER_ARTICLE,
        min_confidence: float | None = None,
        recency_half_life_days: float | None = None,
        filters: Filters = NO_FILTERS,
        explain: bool = False,
    ) -> Answer:
        """Return the passages that answer `question` best, with quotes and an answer cut from them.

        A question of several parts is answered part by part. There is no answer when its confidence is below
        `min_confidence`, which is the calibration's threshold by default. With `recency_half_life_days` the newer of
        two passages that match alike comes first, see `favour_recent`. With `explain` the answer has an explanation.

        Raises:
            InvalidQuestion: the question is empty or too long, or an option is out of range.
        """
        if max_per_article < 1:
            raise InvalidQuestion("max_per_article", f"must be at least 1, not {max_per_article}")
        if min_confidence is not None and not 0.0 <= min_confidence <= 1.0:
            raise InvalidQuestion("min_confidence", f"must be 0 to 1, not {min_confidence}")
        if recency_half_life_days is not None and (mode != "hybrid" or not recency_half_life_days > 0):
            raise InvalidQuestion("recency_half_life_days", "must be above 0, and needs mode hybrid")
        options = SearchOptions(mode, limit, max_per_article, filters, recency_half_life_days)
        checked = self._checked(question, limit, mode)
        parts = parts_of(checked)
        if not 1 < len(parts) <= limit:
            return self._ask(checked, options, min_confidence, explain)
        each = [replace(options, limit=share) for share in shares(limit, len(parts))]
        answers = [
            self._ask(part.question, own, min_confidence, explain) for part, own in zip(parts, each, strict=True)
        ]
        return together(checked, parts, answers, max_per_article)

    def _ask(self, question: str, options: SearchOptions, min_confidence: float | None, explain: bool) -> Answer:
        """Return the reply to a question that asks for one thing."""
        with timed() as clock:
            query = self._prepared(question)
            view = self.corpus.view()
            found = self._finder.find(query, view, options)
            with stage("compose"):
                quoted = [_cite(hit, place) for place, hit in enumerate(found.hits, 1)]
                calibration = self._calibration()
                confidence, answerable = decide(calibration, query.text, found.signals, found.window, min_confidence)
                answer = None if answerable is False else compose(quoted, Joining(calibration, found.alone))
                passages = tuple(one.cited for one in quoted)
            stages = clock.seconds()
        threshold = None if calibration is None else calibration.threshold if min_confidence is None else min_confidence
        return Answer(
            question=query.text,
            answerable=answerable,
            confidence=confidence,
            answer=answer,
            passages=passages,
            took_ms=_milliseconds(stages),
            stages=stages,
            explanation=explain_answer(query, view, found.judged, passages, threshold) if explain else None,
        )

    @_with_one_model
    def search(
        self,
        query: str,
        *,
        limit: int = _DEFAULT_RESULTS,
        offset: int = 0,
        mode: Mode = "hybrid",
        filters: Filters = NO_FILTERS,
    ) -> SearchResult:
        """Return a page of the passages ranked for `query`, and the number of all.

        Raises:
            InvalidQuestion: the query is empty or too long, or the page lies beyond the first `MAX_DEPTH` passages.
        """
        if offset < 0:
            raise InvalidQuestion("offset", f"must be at least 0, not {offset}")
        if offset + limit > MAX_DEPTH:
            raise InvalidQuestion("offset", f"offset + limit must be at most {MAX_DEPTH}, not {offset} + {limit}")
        with timed() as clock:
            prepared = self._prepared(self._checked(query, limit, mode, "query"))
            view = self.corpus.view()
            # The same candidates for every page, so that pages neither overlap nor leave a passage out.
            ranked = rank(prepared, view, mode, MAX_DEPTH, filters)
            hits = self._finder.fetch(prepared, ranked.at(slice(offset, offset + limit)))
            with stage("lexical"):
                total = count(view, prepared, mode, filters)
            with stage("compose"):
                passages = tuple(_cite(hit, place).cited for place, hit in enumerate(hits, offset + 1))
            stages = clock.seconds()
        return SearchResult(passages, total, _milliseconds(stages), stages)

    @_with_one_model
    def similar(self, article_id: str, limit: int = _DEFAULT_RESULTS) -> list[SimilarArticle]:
        """Return the articles most similar to a stored one; see `SimilarArticles`."""
        self.check_limit(limit)
        return self._similar.to_article(article_id, limit)

    @_with_one_model
    def similar_to_text(self, text: str, limit: int = _DEFAULT_RESULTS) -> list[SimilarArticle]:
        """Return the articles most similar to a text.

        Raises:
            InvalidQuestion: the text is empty or too long.
        """
        _refuse_unreadable("text", text)
        longest = self.limits.text_bytes
        if len(text) > longest or len(text.encode()) > longest:
            raise InvalidQuestion("text", f"is longer than {longest:,} bytes")
        if not text.strip():
            raise InvalidQuestion("text", "is empty")
        self.check_limit(limit)
        return self._similar.to_text(text, limit)

    @_with_one_model
    def stories(
        self,
        *,
        days: float | None = None,
        min_articles: int = 2,
        limit: int = _DEFAULT_STORIES,
        offset: int = 0,
        filters: Filters = NO_FILTERS,
    ) -> Stories:
        """Return a page of the events that several articles of a time window tell; see `StoryFinder.stories`."""
        self.check_limit(limit)
        return self._stories.stories(filters, days, min_articles, limit, offset, time.time())

    def check_limit(self, limit: int) -> None:
        """Raise `InvalidQuestion` when `limit` is not from 1 to the most results."""
        if not 1 <= limit <= self.limits.results:
            raise InvalidQuestion("limit", f"must be 1 to {self.limits.results}, not {limit}")

    def _checked(self, question: str, limit: int, mode: str, field: str = "question") -> str:
        """Return a question normalised; `field` is what the caller calls it. Raises `InvalidQuestion`."""
        _refuse_unreadable(field, question)
        text = normalize(question).strip()
        if not text:
            raise InvalidQuestion(field, "is empty")
        longest = self.limits.question_characters
        if len(text) > longest:
            raise InvalidQuestion(field, f"has {len(text):,} characters; at most {longest:,} are allowed")
        if mode not in MODES:
            raise InvalidQuestion("mode", f"{mode!r} is none of {', '.join(MODES)}")
        self.check_limit(limit)
        return text

    def _prepared(self, text: str) -> Query:
        """Return a query made ready of a text that was checked."""
        encoder = self.corpus.encoder
        query = prepare_query(text, encoder)
        return replace(query, background=self._backgrounds.of(encoder, query.vector))

    def _calibration(self) -> Calibration | None:
        """Return the calibration made for this corpus, else the built-in model's own if that is used, else None."""
        own = self.corpus.storage.calibration()
        if own is not None and {key: own.get(key) for key in self._calibrated_for} == self._calibrated_for:
            return Calibration.from_json(own)
        return builtin_calibration() if self._finder.orders_by_evidence else None

    def adopt(self, calibration: Calibration) -> None:
        """Store a calibration for this model and reranker in the corpus; from now on it decides."""
        self.corpus.set_calibration({**self._calibrated_for, **calibration.to_json()})

    @property
    def _calibrated_for(self) -> dict[str, str | None]:
        """What a calibration belongs to besides the model: the reranker, and what its inputs come from."""
        reranker = None if self.reranker is None else self.reranker.name
        networks = {"evidence": self._finder.evidence_digest, "verifier": builtin_verifier().digest}
        return {"reranker": reranker, **networks}

    def observe(self, question: str, without: Collection[str] = ()) -> tuple[NDArray[np.float32], AnswerText | None]:
        """Return a question's signals and its answer, as if no article in `without` were stored.

        A calibration is fitted to these signals: `ask` computes its confidence from the same ones. A question of
        several parts is observed whole, while `ask` asks each part.

        Raises:
            InvalidQuestion: as for `ask`.
        """
        query = self._prepared(self._checked(question, self.limits.results, "hybrid"))
        view = self.corpus.view()
        options = SearchOptions("hybrid", _DEFAULT_PASSAGES, _DEFAULT_PER_ARTICLE, without=without)
        found = self._finder.find(query, view, options)
        quoted = [_cite(hit, place) for place, hit in enumerate(found.hits, 1)]
        signals = verified_signals(query.text, found.signals, found.window)
        return signals, compose(quoted, Joining(self._calibration(), found.alone))


def _cite(hit: Hit, place: int) -> QuotedPassage:
    """Return a hit as callers receive it, at rank `place`.

    A quote that is no slice of its passage would be a bug. It is dropped with a warning, which fails a test.
    """
    passage, evidence = hit.passage, hit.evidence.quoted
    found = tuple(quote for quote, _strength in evidence.quotes if quote.is_slice_of(passage))
    sentences = tuple(one for one in evidence.sentences if one[0].is_slice_of(passage))
    if (len(found), len(sentences)) < (len(evidence.quotes), len(evidence.sentences)):
        warnings.warn(f"dropped a quote that is not in article {passage.article.id}", RuntimeWarning, stacklevel=2)
    quotes = tuple(_with_headers(found, passage))
    first = quotes[0] if quotes else Quote.within(passage.places, passage.text, passage.start, passage.end)
    cited = CitedPassage(
        rank=place,
        score=hit.candidate.score,
        dense=hit.candidate.dense,
        lexical=hit.candidate.lexical,
        passage=passage,
        quotes=quotes,
        also_in=hit.also_in,
        link=link_to(passage.article.url, first.text, first.page, words_of_cells(first.text) if first.is_row else ()),
    )
    return QuotedPassage(cited, sentences)


def _with_headers(quotes: Sequence[Quote], passage: Passage) -> Iterator[Quote]:
    """Yield the quotes, and behind the first row of a table its header, where that stands in the passage too."""
    told = list(quotes)
    for quote in quotes:
        yield quote
        header = quote.header
        if header is not None and header.is_slice_of(passage) and not any(map(header.overlaps, told)):
            told.append(header)
            yield header


def _milliseconds(stages: Mapping[str, float]) -> float:
    return round(sum(stages.values()) * 1000, _MILLISECOND_DIGITS)


def _refuse_unreadable(field: str, text: str) -> None:
    reason = why_unstorable(text)
    if reason is not None:
        raise InvalidQuestion(field, reason)
