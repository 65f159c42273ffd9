"""Articles, passages and vectors in memory: one state, replaced whole by every change."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import BackupError, CorpusBusy
from index.filters import NO_FILTERS, Filters
from index.models.encoder import Vectors, passage_input
from index.places import places_within
from index.records import Article, ArticleHeader, DatedArticle, Passage
from index.storage.memory.change import MemoryChange
from index.storage.memory.state import State, StoredArticle
from index.storage.protocol import (
    Counts,
    Feed,
    Manifest,
    Overview,
    PassageText,
    PendingPassage,
    ReindexState,
    StoredDigests,
)


class MemoryStorage:
    """See `Storage`. What is stored is gone with the object."""

    location = "memory"

    def __init__(self) -> None:
        self._state = State()
        self._own = threading.local()  # the state that a thread reads, the change that it makes
        self._writer = threading.Lock()
        self._reindexer = threading.Lock()

    @property
    def state(self) -> State:
        """The state that this thread reads; inside its own change, the one that the change leads to."""
        change: MemoryChange | None = getattr(self._own, "change", None)
        pinned: State | None = getattr(self._own, "state", None)
        return change.state if change is not None else self._state if pinned is None else pinned

    def close(self) -> None:
        """Do nothing."""

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let everything that this thread reads inside the block come from one state."""
        if getattr(self._own, "state", None) is not None:
            yield
            return
        self._own.state = self._state
        try:
            yield
        finally:
            self._own.state = None

    @contextmanager
    def writing(self) -> Iterator[MemoryChange]:
        """Change everything at once at the end of the block, or nothing."""
        with self._writer:
            self._own.change = change = MemoryChange(self._state, time.time())
            try:
                yield change
                self._state = change.state
            finally:
                self._own.change = None

    @contextmanager
    def reindexing(self) -> Iterator[None]:
        """Keep others from reindexing meanwhile."""
        if not self._reindexer.acquire(blocking=False):
            raise CorpusBusy(self.location, "another reindex is running")
        try:
            yield
        finally:
            self._reindexer.release()

    def revision(self) -> int:
        """Return the revision last committed."""
        return self.state.revision

    def model_since(self) -> int:
        """Return the revision that put the present model in the place of another; 0 when it is the first."""
        return self.state.model_since

    def manifest(self) -> Manifest:
        """Return what the corpus says of itself."""
        state = self.state
        return Manifest(state.revision, state.model, state.model_since, state.calibration)

    def calibration(self) -> Mapping[str, Any] | None:
        """Return the calibration of confidence for the present model, None if there is none."""
        return self.state.calibration

    def counts(self) -> Counts:
        """Count articles, passages, characters, and articles per language."""
        articles = [stored.article for stored in self.state.articles.values()]
        return Counts(
            len(articles),
            len(self.state.passages),
            sum(len(article.text) for article in articles),
            _most_common(article.language for article in articles),
        )

    def overview(self, max_sources: int, max_times: int) -> Overview:
        """Count articles by language, source and time, largest or newest first."""
        articles = [stored.article for stored in self.state.articles.values()]
        sources = _most_common(article.source for article in articles if article.source is not None)
        times = Counter(article.published_at[:7] for article in articles if article.published_at is not None)
        return Overview(
            _most_common(article.language for article in articles),
            dict(list(sources.items())[:max_sources]),
            dict(sorted(times.items(), reverse=True)[:max_times]),
            sum(article.source is None for article in articles),
            sum(article.published_at is None for article in articles),
        )

    def bytes_used(self) -> int:
        """Return 0: nothing is on disk."""
        return 0

    def digests(self, ids: Sequence[str]) -> dict[str, StoredDigests]:
        """Return the digests of those articles that are stored."""
        return {one.article.id: one.digests for one in self._those(ids)}

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return articles by id; those that are not stored are missing."""
        return {one.article.id: one.article for one in self._those(ids)}

    def headers(self, ids: Sequence[str]) -> dict[str, ArticleHeader]:
        """Return what is known of articles but their texts, by id; those that are not stored are missing."""
        return {one.article.id: one.header for one in self._those(ids)}

    def original(self, article_id: str) -> str | None:
        """Return the text of an article as it came in, before cleaning; None when it is not stored."""
        return next((one.raw for one in self._those([article_id])), None)

    def page(self, limit: int, after: str | None = None, filters: Filters = NO_FILTERS) -> list[ArticleHeader]:
        """Return up to `limit` articles with ids above `after`, in the order of their ids."""
        found = [one.header for one in self.state.selected(filters) if after is None or one.article.id > after]
        return found[:limit]

    def latest(self, limit: int) -> list[ArticleHeader]:
        """Return the articles that were published last, those without a date after the others."""
        newest = sorted(
            self.state.articles.values(),
            key=lambda one: (one.published is not None, one.published or 0.0, one.number),
            reverse=True,
        )
        return [one.header for one in newest[:limit]]

    def dated(self, filters: Filters, since: float, until: float, limit: int) -> list[DatedArticle]:
        """Return up to `limit` articles that pass the filters, dated in [since, until), newest first."""
        within = [one for one in self.state.selected(filters) if since <= one.instant < until]
        within.sort(key=lambda one: -one.instant)
        return [DatedArticle(one.header, one.instant) for one in within[:limit]]

    def sample(self, limit: int, language: str | None = None) -> list[str]:
        """Return the ids of up to `limit` articles, of one language or of all."""
        chosen = [one for one in self.state.articles.values() if language in (None, one.article.language)]
        # As in the SQLite storage: numbers times 2^32 divided by the golden ratio are spread evenly (Knuth 6.4).
        chosen.sort(key=lambda one: (one.number * 2654435761 % 4294967296, one.number))
        return [one.article.id for one in chosen[:limit]]

    def count_articles(self, filters: Filters = NO_FILTERS) -> int:
        """Return how many articles pass the filters."""
        return len(self.state.selected(filters))

    def count_dated(self, filters: Filters, since: float, until: float) -> int:
        """Return how many articles pass the filters and are dated in [since, until)."""
        return sum(since <= one.instant < until for one in self.state.selected(filters))

    def passages(self, numbers: Iterable[int]) -> dict[int, Passage]:
        """Return passages by number; those that were removed are missing."""
        state = self.state
        found = {}
        for number in numbers:
            if number in state.passages:
                one = state.passages[number]
                stored = state.articles[one.article_id]
                places = places_within(stored.article.places, one.start, one.end)
                found[number] = Passage(
                    number,
                    stored.header,
                    one.start,
                    one.end,
                    state.text_of(number),
                    places,
                    one.header,
                    state.header_of(number),
                    one.reading,
                )
        return found

    def passages_of(self, ids: Sequence[str]) -> dict[str, list[int]]:
        """Return the numbers of the passages of each article, in reading order; articles without any are missing."""
        return {one: numbers for one in ids if (numbers := self.state.passages_of(one))}

    def owners(self, numbers: Iterable[int]) -> dict[int, str]:
        """Return the id of the article of each passage; those that were removed are missing."""
        passages = self.state.passages
        return {number: passages[number].article_id for number in numbers if number in passages}

    def vectors(self, numbers: Iterable[int]) -> dict[int, Vectors]:
        """Return the vectors of passages, shape (dimensions,) each; passages without one are missing."""
        passages = self.state.passages
        found = {number: passages[number].vector for number in numbers if number in passages}
        return {number: vector for number, vector in found.items() if vector is not None}

    def vectors_by_digest(self, article_id: str) -> dict[bytes, Vectors | None]:
        """Return the vectors of an article's passages by what the model read."""
        passages = [self.state.passages[number] for number in self.state.passages_of(article_id)]
        return {one.digest: one.vector for one in passages}

    def feed(self, after: int, until: int | None = None) -> Feed | None:
        """Return what changed after a revision, up to `until` or to the present; see `Storage.feed`."""
        state = self.state
        until = state.revision if until is None else until
        if any(after < written <= until < revision for written, revision in state.removals.values()):
            return None
        written = sorted(number for number, one in state.passages.items() if after < one.revision <= until)
        removed = sorted(number for number, (_, revision) in state.removals.items() if after < revision <= until)
        vectors = [(number, vector) for number in written if (vector := state.passages[number].vector) is not None]
        texts = []
        for number in written:
            header = state.articles[state.passages[number].article_id].header
            texts.append(PassageText(number, header.title, state.text_of(number), header, state.header_of(number)))
        block = (np.array([number for number, _ in vectors], dtype=np.int64), np.array([row for _, row in vectors]))
        return Feed(until, iter([block] if vectors else []), iter(texts), np.array(removed, dtype=np.int64))

    def reindex(self) -> ReindexState | None:
        """Return how far a reindex is, None when there is no unfinished one."""
        state = self.state
        if state.target is None:
            return None
        return ReindexState(state.target, sum(one <= state.through for one in state.passages), len(state.passages))

    def pending(self, limit: int) -> list[PendingPassage]:
        """Return the first `limit` passages that a reindex has still to encode, by number."""
        state = self.state
        numbers = sorted(number for number in state.passages if number > state.through)[:limit]
        titles = {number: state.articles[state.passages[number].article_id].article.title for number in numbers}
        return [
            PendingPassage(one, passage_input(titles[one], state.text_of(one), state.header_of(one))) for one in numbers
        ]

    def reindexed(self) -> Iterator[tuple[int, Vectors]]:
        """Yield the vectors that an unfinished reindex has, with the numbers of their passages."""
        yield from self.state.replacement.items()

    def damage(self) -> list[str]:
        """Return nothing: memory is sound."""
        return []

    def backup(self, target: Path) -> None:
        """Refuse: what is in memory has no file.

        Raises:
            BackupError: always.
        """
        raise BackupError(str(target), "cannot be written: the corpus is in memory only")

    def compact(self) -> None:
        """Do nothing."""

    def _those(self, ids: Sequence[str]) -> list[StoredArticle]:
        return [self.state.articles[one] for one in ids if one in self.state.articles]


def _most_common(values: Iterable[str]) -> dict[str, int]:
    """Count values, the most common first, equal ones by name."""
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))
