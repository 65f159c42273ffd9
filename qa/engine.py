"""`ask`, `search`, `similar`: the whole way from a question to a cited answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.corpus import Corpus, Snapshot
from index.encoder import BUILTIN_MODEL
from index.errors import NoSuchArticle
from index.filters import NO_FILTERS, Filters
from index.normalization import normalize, why_unstorable
from index.records import Passage
from qa.answers import Answer, AnswerText, CitedPassage, SearchResult, SimilarArticle, Stories, link_to
from qa.article_vectors import ArticleVectors
from qa.composition import QuotedPassage, compose
from qa.confidence import Calibration, builtin_calibration, signals
from qa.errors import InvalidQuestion
from qa.evidence import EvidenceReader, ReadCandidates
from qa.folding import Candidate, fold_reprints
from qa.merging import Found, merge_touching
from qa.ranking import MODES, Asked, Mode, Scored, at_most_per_article, count, prepare, question_to_read, rank
from qa.reranking import Reranker
from qa.similar import SimilarArticles
from qa.stories import StoryFinder

MAX_QUESTION_CHARACTERS = 2_000
MAX_LIMIT = 100
MAX_DEPTH = 1000
"""How far into a ranking `search` can page."""
_DEPTH = 100
"""Each side offers at least as many candidates; deeper gains nothing on the dev sets."""
_OVERFETCH = 4
"""Candidates per passage asked for, since `max_per_article` drops some."""
_OBSERVED = 5
READ = 20
"""So many of the first candidates are read before they are ordered; deeper gains little and costs time."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may cost: its length in code points, and how many passages or articles it may ask for."""

    question_characters: int = MAX_QUESTION_CHARACTERS
    results: int = MAX_LIMIT


P = ParamSpec("P")
R = TypeVar("R")


def _with_one_model(method: Callable[Concatenate[Engine, P], R]) -> Callable[Concatenate[Engine, P], R]:
    """Do a method again when the corpus was switched to another model meanwhile; see `Corpus.with_one_model`."""

    @wraps(method)
    def steady(engine: Engine, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return engine.corpus.with_one_model(lambda: method(engine, *args, **kwargs))

    return steady


class Engine:
    """Answers questions from one corpus. Safe to share between threads."""

    def __init__(self, corpus: Corpus, limits: Limits | None = None, reranker: Reranker | None = None) -> None:
        """Answer from `corpus`, within `limits`; a reranker orders the passages of answers in hybrid mode."""
        self.corpus = corpus
        self.limits = limits or Limits()
        self.reranker = reranker
        vectors = ArticleVectors(corpus)
        self._similar = SimilarArticles(corpus, vectors)
        self._stories = StoryFinder(corpus, vectors)

    @_with_one_model
    def ask(
        self,
        question: str,
        *,
        limit: int = 5,
        mode: Mode = "hybrid",
        max_per_article: int = 2,
        min_confidence: float | None = None,
        filters: Filters = NO_FILTERS,
    ) -> Answer:
        """Return the passages that answer `question` best, with quotes and an answer cut from them.

        An answer less likely than `min_confidence`, by default the calibration's threshold, is not given.

        Raises:
            InvalidQuestion: it is empty or too long, or an option is out of range.
        """
        started = time.perf_counter()
        asked = self._prepare(question, limit, mode)
        if max_per_article < 1:
            raise InvalidQuestion("max_per_article", "must be at least 1")
        if min_confidence is not None and not 0.0 <= min_confidence <= 1.0:
            raise InvalidQuestion("min_confidence", f"must be 0 to 1, not {min_confidence}")
        snapshot = self.corpus.snapshot()
        found, seen = self._find(asked, snapshot, mode, limit, max_per_article, filters)
        quoted = [self._cite(one, place) for place, one in enumerate(found, 1)]
        confidence, answerable = self._judge(seen, min_confidence)
        return Answer(
            question=asked.text,
            answerable=answerable,
            confidence=confidence,
            answer=None if answerable is False else compose(quoted),
            passages=tuple(one.cited for one in quoted),
            took_ms=_elapsed_ms(started),
        )

    @_with_one_model
    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        mode: Mode = "hybrid",
        filters: Filters = NO_FILTERS,
    ) -> SearchResult:
        """Return a page of all passages ranked for `query`, with their number.

        Raises:
            InvalidQuestion: the query is empty or too long, or the page lies beyond the first `MAX_DEPTH` passages.
        """
        started = time.perf_counter()
        asked = self._prepare(query, limit, mode)
        if offset < 0 or offset + limit > MAX_DEPTH:
            raise InvalidQuestion("offset", f"offset + limit must be 0 to {MAX_DEPTH}, not {offset} + {limit}")
        snapshot = self.corpus.snapshot()
        # The same candidates for every page, so that pages neither overlap nor leave a passage out.
        ranked = rank(asked, snapshot, mode, MAX_DEPTH, filters)
        page = ranked[offset : offset + limit]
        stored = self.corpus.passages([scored.number for scored in page])
        page = [scored for scored in page if scored.number in stored]
        passages = [stored[scored.number] for scored in page]
        found = map(Found, page, passages, self._read(asked, passages, page, snapshot).candidates)
        return SearchResult(
            passages=tuple(self._cite(one, place).cited for place, one in enumerate(found, offset + 1)),
            total=count(snapshot, asked, mode, filters),
            took_ms=_elapsed_ms(started),
        )

    @_with_one_model
    def similar(self, article_id: str, limit: int = 10) -> list[SimilarArticle]:
        """Return the articles most similar to a stored one; see `SimilarArticles`."""
        self.check_limit(limit)
        return self._similar.to_article(article_id, limit)

    @_with_one_model
    def similar_to_text(self, text: str, limit: int = 10) -> list[SimilarArticle]:
        """Return the articles most similar to a text.

        Raises:
            InvalidQuestion: the text is empty.
        """
        _refuse_unreadable("text", text)
        if not text.strip():
            raise InvalidQuestion("text", "is empty")
        self.check_limit(limit)
        return self._similar.to_text(text, limit)

    def stories(
        self,
        *,
        days: float | None = None,
        min_articles: int = 2,
        limit: int = 20,
        offset: int = 0,
        filters: Filters = NO_FILTERS,
    ) -> Stories:
        """Return a page of the events that several articles of a time window tell; see `StoryFinder.stories`."""
        self.check_limit(limit)
        return self._stories.stories(filters, days, min_articles, limit, offset, time.time())

    def check_limit(self, limit: int) -> None:
        """Raise `InvalidQuestion` when so many results may not be asked for."""
        if not 1 <= limit <= self.limits.results:
            raise InvalidQuestion("limit", f"must be 1 to {self.limits.results}, not {limit}")

    def _prepare(self, question: str, limit: int, mode: str) -> Asked:
        _refuse_unreadable("question", question)
        text = normalize(question).strip()
        if not text:
            raise InvalidQuestion("question", "is empty")
        longest = self.limits.question_characters
        if len(text) > longest:
            raise InvalidQuestion("question", f"has {len(text):,} characters; at most {longest:,} are read")
        if mode not in MODES:
            raise InvalidQuestion("mode", f"{mode!r} is none of {', '.join(MODES)}")
        self.check_limit(limit)
        return prepare(text, self.corpus.encoder)

    @cached_property
    def _evidence(self) -> EvidenceReader:
        return EvidenceReader.open()

    @property
    def _orders_by_evidence(self) -> bool:
        """Whether reading may reorder: it was trained on candidates that the built-in model ranks."""
        return self.reranker is None and self.corpus.encoder.record.name == BUILTIN_MODEL

    def _calibration(self) -> Calibration | None:
        """The calibration of the model in use: one made for this corpus, else the built-in model's own, else None."""
        own = self.corpus.calibration()
        if own is not None and own["reranker"] == self._reranker_name:
            return Calibration.from_json(own)
        return builtin_calibration() if self._orders_by_evidence else None

    def adopt(self, calibration: Calibration) -> None:
        """Store a calibration of this model and reranker in the corpus, and judge by it from now on."""
        self.corpus.set_calibration({"reranker": self._reranker_name, **calibration.to_json()})

    @property
    def _reranker_name(self) -> str | None:
        return None if self.reranker is None else self.reranker.name

    def _judge(self, seen: NDArray[np.float32], least: float | None) -> tuple[float | None, bool | None]:
        """Return how likely the answer is right, and whether that is enough."""
        calibration = self._calibration()
        if calibration is None:
            return None, None
        confidence = calibration.confidence(seen) if seen.any() else 0.0
        return confidence, confidence >= (calibration.threshold if least is None else least)

    def observe(self, question: str, without: Collection[str] = ()) -> tuple[NDArray[np.float32], AnswerText | None]:
        """Return the signals of a question and the answer it would get if no article in `without` existed.

        For calibration: the signals are those that `ask` judges by.

        Raises:
            InvalidQuestion: as for `ask`.
        """
        asked = self._prepare(question, self.limits.results, "hybrid")
        found, seen = self._find(asked, self.corpus.snapshot(), "hybrid", _OBSERVED, 2, NO_FILTERS, without)
        return seen, compose([self._cite(one, place) for place, one in enumerate(found, 1)])

    def _find(
        self,
        asked: Asked,
        snapshot: Snapshot,
        mode: Mode,
        limit: int,
        max_per_article: int,
        filters: Filters,
        without: Collection[str] = (),
    ) -> tuple[list[Found], NDArray[np.float32]]:
        """Return the passages to cite, best first, and the signals of their candidates."""
        ranked = rank(asked, snapshot, mode, max(_DEPTH, _OVERFETCH * limit), filters)
        owners = self.corpus.articles_of([scored.number for scored in ranked])
        ranked = [scored for scored in ranked if owners.get(scored.number) not in (None, *without)]
        kept = {scored.number for scored in at_most_per_article(ranked, owners, max_per_article)[:limit]}
        pool = [scored for place, scored in enumerate(ranked) if place < READ or scored.number in kept]
        stored = self.corpus.passages([scored.number for scored in pool])
        pool = [scored for scored in pool if scored.number in stored]  # another process may have removed some
        passages = [stored[scored.number] for scored in pool]
        read = self._read(asked, passages, pool, snapshot)
        found = list(map(Found, pool, passages, read.candidates))
        if mode == "hybrid" and self.reranker is not None:
            found = self.reranker.order(asked.text, found)
        elif mode == "hybrid" and self._orders_by_evidence:
            found = [one.scored_as_read() for one in sorted(found, key=lambda one: -one.read.strength)]
        found = self._folded(found)
        by_number = {one.scored.number: one for one in found}
        chosen = at_most_per_article([one.scored for one in found], owners, max_per_article)
        return merge_touching((by_number[scored.number] for scored in chosen), limit), _signals(passages, read)

    def _folded(self, found: Sequence[Found]) -> list[Found]:
        """Return the passages without reprints of others, which are named beside those they reprint."""
        articles = {one.passage.article.id: one.passage.article for one in found}
        candidates = [Candidate(one.scored.number, one.passage.article.id, one.passage.text) for one in found]
        folded = fold_reprints(candidates, self._text_of)
        by_number = {one.scored.number: one for one in found}
        return [
            replace(by_number[kept.number], also_in=tuple(articles[other] for other in kept.also_in)) for kept in folded
        ]

    def _text_of(self, article_id: str) -> str:
        try:
            return self.corpus.article(article_id).text
        except NoSuchArticle:  # removed meanwhile
            return ""

    def _read(
        self, asked: Asked, passages: Sequence[Passage], scored: Sequence[Scored], snapshot: Snapshot
    ) -> ReadCandidates:
        return self._evidence.read(
            question_to_read(asked, snapshot, self._evidence.reader),
            passages,
            [one.fused for one in scored],
            [one.explained for one in scored],
        )

    def _cite(self, found: Found, place: int) -> QuotedPassage:
        passage, quotes = found.passage, tuple(quote for quote, _strength in found.read.quotes)
        cited = CitedPassage(
            rank=place,
            score=found.scored.score,
            dense=found.scored.dense,
            lexical=found.scored.lexical,
            passage=passage,
            quotes=quotes,
            also_in=found.also_in,
            link=link_to(passage.article.url, quotes[0].text if quotes else passage.text),
        )
        return QuotedPassage(cited, tuple(strength for _quote, strength in found.read.quotes))


def _signals(passages: Sequence[Passage], read: ReadCandidates) -> NDArray[np.float32]:
    """Return what a calibration reads, from the first candidates whatever number was asked for."""
    ids = [passage.article.id for passage in passages]
    first = read.measured.candidates < READ
    return signals(
        read.measured.features[first],
        read.measured.candidates[first],
        [ids.index(one) for one in ids],
        read.logits[first],
    )


def _elapsed_ms(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)


def _refuse_unreadable(field: str, text: str) -> None:
    reason = why_unstorable(text)
    if reason is not None:
        raise InvalidQuestion(field, reason)
