"""`ask`, `search`, `similar`: the whole way from a question to a cited answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from index.analysis import Terms, analyse
from index.corpus import Corpus, Snapshot
from index.encoder import Vectors
from index.filters import NO_FILTERS, Filters
from index.normalization import normalize, why_unstorable
from qa.answers import (
    Answer,
    AnswerText,
    Citation,
    CitedPassage,
    Evidence,
    SearchResult,
    SimilarArticle,
    Stories,
    link_to,
)
from qa.article_vectors import ArticleVectors
from qa.errors import InvalidQuestion
from qa.evidence import choose_quotes
from qa.fusion import fuse
from qa.similar import SimilarArticles
from qa.stories import StoryFinder

Mode = Literal["hybrid", "dense", "lexical"]
MODES: tuple[Mode, ...] = get_args(Mode)

MAX_QUESTION_CHARACTERS = 2_000
MAX_LIMIT = 100
MAX_DEPTH = 1000
"""How far into a ranking `search` can page."""
_DEPTH = 100
"""Each side offers at least as many candidates; deeper gains nothing on the dev sets."""
_OVERFETCH = 4
"""Candidates per passage asked for, since `max_per_article` drops some."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with what each side said about it."""

    number: int
    score: float
    dense: Evidence
    lexical: Evidence


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question made ready: its words for the lexical side, its vector for the dense side."""

    text: str
    terms: Terms
    vector: Vectors


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may cost: its length in code points, and how many passages or articles it may ask for."""

    question_characters: int = MAX_QUESTION_CHARACTERS
    results: int = MAX_LIMIT


class Engine:
    """Answers questions from one corpus. Safe to share between threads."""

    def __init__(self, corpus: Corpus, limits: Limits | None = None) -> None:
        """Answer from `corpus`, within `limits`."""
        self.corpus = corpus
        self.limits = limits or Limits()
        vectors = ArticleVectors(corpus)
        self._similar = SimilarArticles(corpus, vectors)
        self._stories = StoryFinder(corpus, vectors)

    def ask(
        self,
        question: str,
        *,
        limit: int = 5,
        mode: Mode = "hybrid",
        max_per_article: int = 2,
        filters: Filters = NO_FILTERS,
    ) -> Answer:
        """Return the passages that answer `question` best, with quotes and an answer cut from them.

        Raises:
            InvalidQuestion: it is empty or too long, or an option is out of range.
        """
        started = time.perf_counter()
        asked = self._prepare(question, limit, mode)
        if max_per_article < 1:
            raise InvalidQuestion("max_per_article", "must be at least 1")
        snapshot = self.corpus.snapshot()
        ranked = self._rank(asked, snapshot, mode, max(_DEPTH, _OVERFETCH * limit), filters)
        owners = self.corpus.articles_of([scored.number for scored in ranked])
        chosen = _at_most_per_article(ranked, owners, max_per_article)[:limit]
        cited = self._cite(asked, chosen, snapshot)
        return Answer(
            question=asked.text,
            answerable=None,
            confidence=None,
            answer=_compose(cited),
            passages=cited,
            took_ms=_elapsed_ms(started),
        )

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
        ranked = self._rank(asked, snapshot, mode, MAX_DEPTH, filters)
        total = _count(snapshot, asked, mode, filters)
        return SearchResult(
            passages=self._cite(asked, ranked[offset : offset + limit], snapshot, first_rank=offset + 1),
            total=total,
            took_ms=_elapsed_ms(started),
        )

    def similar(self, article_id: str, limit: int = 10) -> list[SimilarArticle]:
        """Return the articles most similar to a stored one; see `SimilarArticles`."""
        self.check_limit(limit)
        return self._similar.to_article(article_id, limit)

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

    def _prepare(self, question: str, limit: int, mode: str) -> _Asked:
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
        return _Asked(text, analyse(text), self.corpus.encoder.encode_queries([text])[0])

    def _rank(self, asked: _Asked, snapshot: Snapshot, mode: Mode, depth: int, filters: Filters) -> list[Scored]:
        """Return candidates best first, with the evidence of both sides in hybrid mode."""
        dense = snapshot.nearest(asked.vector, depth, filters) if mode != "lexical" else None
        lexical = snapshot.matching(asked.terms, depth, filters) if mode != "dense" else None
        dense_ranks = {} if dense is None else {number: rank for rank, number in enumerate(dense.numbers.tolist(), 1)}
        lexical_ranks = (
            {} if lexical is None else {number: rank for rank, number in enumerate(lexical.numbers.tolist(), 1)}
        )
        numbers = list(dict.fromkeys([*dense_ranks, *lexical_ranks]))
        cosines = snapshot.dense.scores(asked.vector, numbers) if mode != "lexical" else {}
        matches = {} if lexical is None else dict(zip(lexical.numbers.tolist(), lexical.scores.tolist(), strict=True))
        if mode == "hybrid":
            matches |= snapshot.lexical.score(asked.terms, [number for number in numbers if number not in matches])
        if mode == "hybrid":
            scores = fuse(
                np.array([cosines.get(number, 0.0) for number in numbers]),
                np.array([matches.get(number, 0.0) for number in numbers]),
                snapshot.lexical.best_possible(asked.terms),
                snapshot.lexical.known_share(asked.terms),
            )
        else:
            own = cosines if mode == "dense" else matches
            scores = np.array([own.get(number, 0.0) for number in numbers])
        order = np.lexsort((np.array(numbers, dtype=np.int64), -scores)).tolist()
        return [
            Scored(
                numbers[row],
                float(scores[row]),
                Evidence(cosines.get(numbers[row]), dense_ranks.get(numbers[row])),
                Evidence(matches.get(numbers[row]), lexical_ranks.get(numbers[row])),
            )
            for row in order
        ]

    def _cite(
        self, asked: _Asked, chosen: Sequence[Scored], snapshot: Snapshot, first_rank: int = 1
    ) -> tuple[CitedPassage, ...]:
        stored = self.corpus.passages([scored.number for scored in chosen])
        ranked = [scored for scored in chosen if scored.number in stored]  # another process may have removed some
        passages = [stored[scored.number] for scored in ranked]
        quotes = choose_quotes(
            passages, asked.terms, snapshot.lexical.weights(asked.terms), asked.vector, self.corpus.encoder
        )
        return tuple(
            CitedPassage(
                rank=rank,
                score=scored.score,
                dense=scored.dense,
                lexical=scored.lexical,
                passage=passage,
                quotes=own,
                link=link_to(passage.article.url, own[0].text if own else passage.text),
            )
            for rank, (scored, passage, own) in enumerate(zip(ranked, passages, quotes, strict=True), first_rank)
        )


def _at_most_per_article(ranked: Sequence[Scored], owners: dict[int, str], max_per_article: int) -> list[Scored]:
    """Keep the best passages of each article; passages that were removed meanwhile drop out."""
    taken: dict[str, int] = {}
    kept: list[Scored] = []
    for scored in ranked:
        owner = owners.get(scored.number)
        if owner is not None and taken.get(owner, 0) < max_per_article:
            taken[owner] = taken.get(owner, 0) + 1
            kept.append(scored)
    return kept


def _count(snapshot: Snapshot, asked: _Asked, mode: Mode, filters: Filters) -> int:
    """Return how many passages have a score in this mode."""
    has_vector = bool(asked.vector.any())
    if mode == "lexical" or (mode == "hybrid" and not has_vector):
        return snapshot.count_matching(asked.terms, filters)
    if mode == "dense":
        return snapshot.count_near(filters) if has_vector else 0
    return snapshot.count_either(asked.terms, filters)


def _elapsed_ms(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)


def _compose(passages: Sequence[CitedPassage]) -> AnswerText | None:
    """Join the quotes of the best passage in reading order, each cited at both ends."""
    if not passages or not passages[0].quotes:
        return None
    best = passages[0]
    parts: list[str] = []
    citations: list[Citation] = []
    position = 0
    for quote in sorted(best.quotes, key=lambda quote: quote.start):
        if parts:
            parts.append(" ")
            position += 1
        parts.append(quote.text)
        citations.append(
            Citation(position, position + len(quote.text), best.rank, best.passage.article.id, quote.start, quote.end)
        )
        position += len(quote.text)
    return AnswerText("".join(parts), tuple(citations))


def _refuse_unreadable(field: str, text: str) -> None:
    reason = why_unstorable(text)
    if reason is not None:
        raise InvalidQuestion(field, reason)
