"""Stories: the articles of a time window that tell one event, in any language, newest first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.corpus import Corpus
from index.dates import earliest_instant
from index.errors import NoSuchArticle
from index.filters import Filters
from index.models.encoder import Vectors
from index.records import DatedArticle
from qa.answers import Stories, Story, StoryArticle
from qa.arithmetic import DAY_SECONDS
from qa.errors import InvalidQuestion
from qa.similarity.article_vectors import ArticleVectors
from qa.similarity.clustering import ArticlePoint, cluster, mean_vectors
from qa.similarity.near_duplicates import Wording, near_duplicate, wording_of

DEFAULT_DAYS = 7.0
"""Days of a window when the caller names none: a judgement."""
MAX_DAYS = 36_525.0
"""Most days of a window, a century: a limit."""
MAX_ARTICLES = 5_000
"""Most articles of a window that are compared, the newest: a limit on time, more would take more than seconds."""
MAX_LISTED = 100
"""Most articles of a story that are listed, the newest: a limit on size."""
_REMEMBERED = 8
"""Results that are kept, so that their next pages need no clustering: a limit on memory."""
_BEGINNING = -1e12
"""Seconds since 1970 before any date that an article can have: a limit."""


@dataclass(frozen=True, slots=True)
class _Group:
    """One story: its articles, newest first, the row of the article nearest the centre, and how close all are."""

    articles: tuple[DatedArticle, ...]
    central: int
    score: float


@dataclass(frozen=True, slots=True)
class _Clustering:
    """Every story of a window, newest first."""

    groups: tuple[_Group, ...]
    since: float | None
    until: float | None
    articles: int
    compared: int


class StoryFinder:
    """Finds the stories of a corpus. Safe to share between threads; one clustering at a time."""

    def __init__(self, corpus: Corpus, vectors: ArticleVectors) -> None:
        """Look in `corpus`."""
        self._corpus = corpus
        self._vectors = vectors
        self._lock = threading.Lock()
        self._remembered: OrderedDict[tuple[object, ...], _Clustering] = OrderedDict()

    def stories(
        self, filters: Filters, days: float | None, min_articles: int, limit: int, offset: int, now: float
    ) -> Stories:
        """Return a page of the stories of a window, newest first.

        The window begins at `published_after` of the filters, or else `days` before its end. It ends before
        `published_before`, or else with the newest article that is not of the future. An article without a date counts
        from when it was added.

        Args:
            filters: the articles that count; the dates in it bound the window.
            days: days of the window; 7 when neither it nor `published_after` is given.
            min_articles: least articles of a story.
            limit: most stories to return.
            offset: stories to skip.
            now: seconds since 1970 UTC.

        Raises:
            InvalidQuestion: an option is out of range, or two contradict each other.
        """
        if days is not None and filters.published_after is not None:
            raise InvalidQuestion("days", "cannot be combined with published_after; give one of them")
        if days is not None and not 0 < days <= MAX_DAYS:
            raise InvalidQuestion("days", f"must be above 0 and at most {MAX_DAYS:g}, not {days:g}")
        if min_articles < 1:
            raise InvalidQuestion("min_articles", f"must be at least 1, not {min_articles}")
        if offset < 0:
            raise InvalidQuestion("offset", f"must be at least 0, not {offset}")
        found = self._clustering(filters, days, now)
        wanted = [group for group in found.groups if len(group.articles) >= min_articles]
        return Stories(
            stories=tuple(self._story(group) for group in wanted[offset : offset + limit]),
            total=len(wanted),
            since=found.since,
            until=found.until,
            articles=found.articles,
            compared=found.compared,
        )

    def _clustering(self, filters: Filters, days: float | None, now: float) -> _Clustering:
        others = replace(filters, published_after=None, published_before=None)
        bound = now + DAY_SECONDS  # some clocks and time zones are ahead
        if filters.published_before is not None:
            bound = earliest_instant(filters.published_before)
        newest = self._corpus.storage.dated(others, _BEGINNING, bound, 1)
        if not newest:
            return _Clustering((), None, None, 0, 0)
        if filters.published_after is not None:
            since = earliest_instant(filters.published_after)
        else:
            end = newest[0].instant if filters.published_before is None else bound
            since = end - (DEFAULT_DAYS if days is None else days) * DAY_SECONDS
        until = min(bound, float(np.nextafter(newest[0].instant, np.inf)))  # `now` moves, the articles do not
        key = (self._corpus.storage.revision(), repr(others), since, until)
        with self._lock:
            if key not in self._remembered:
                self._remembered[key] = self._clustered(others, since, until)
                while len(self._remembered) > _REMEMBERED:
                    self._remembered.popitem(last=False)
            self._remembered.move_to_end(key)
            return self._remembered[key]

    def _clustered(self, filters: Filters, since: float, until: float) -> _Clustering:
        articles = self._corpus.storage.dated(filters, since, until, MAX_ARTICLES)
        vectors = self._vectors.of({article.header.id: () for article in articles})
        clustered = [
            ArticlePoint(vectors.get(article.header.id), article.instant, article.header.language)
            for article in articles
        ]
        dimensions = self._corpus.encoder.record.dimensions
        groups = [
            _group([articles[row] for row in rows], [clustered[row].vectors for row in rows], dimensions)
            for rows in cluster(clustered, dimensions, self._vectors.background())
        ]
        groups.sort(key=lambda group: (-group.articles[0].instant, group.articles[0].header.id))
        return _Clustering(
            tuple(groups),
            articles[-1].instant if articles else None,
            articles[0].instant if articles else None,
            self._corpus.storage.count_dated(filters, since, until),
            len(articles),
        )

    def _story(self, group: _Group) -> Story:
        listed = group.articles[:MAX_LISTED]
        copies = self._copies(listed)
        central = group.articles[group.central].header
        return Story(
            representative=next(
                (article.header for article in listed if article.header.id == copies.get(central.id)), central
            ),
            articles=tuple(StoryArticle(article.header, copies.get(article.header.id)) for article in listed),
            size=len(group.articles),
            newest=group.articles[0].instant,
            oldest=group.articles[-1].instant,
            languages=tuple(sorted({article.header.language for article in group.articles})),
            score=group.score,
        )

    def _copies(self, articles: Sequence[DatedArticle]) -> dict[str, str]:
        """Return, for each copy, the id of the fullest article with its text; of equally full ones the oldest."""
        if len(articles) < 2:
            return {}
        kept: list[tuple[str, Wording]] = []
        copies: dict[str, str] = {}
        for article in sorted(articles, key=lambda a: (-a.header.characters, a.instant, a.header.id)):
            own = article.header.id
            try:
                wording = wording_of(self._corpus.article(own).text)
            except NoSuchArticle:  # removed meanwhile
                continue
            original = next((other for other, text in kept if near_duplicate(text, wording)), None)
            if original is None:
                kept.append((own, wording))
            else:
                copies[own] = original
        return copies


def _group(articles: Sequence[DatedArticle], vectors: Sequence[Vectors | None], dimensions: int) -> _Group:
    """Return a story, given its articles newest first.

    The score is the mean cosine of every two of its articles' mean vectors.
    """
    means = mean_vectors(vectors, dimensions).astype(np.float64)
    total = means.sum(axis=0)
    nearness = means @ total
    pairs = len(articles) * (len(articles) - 1)
    own = float((means * means).sum())
    score = (float(total @ total) - own) / pairs if pairs else 1.0
    return _Group(tuple(articles), int(nearness.argmax()), min(max(score, 0.0), 1.0))
