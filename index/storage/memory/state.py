"""One state of a storage in memory. Nothing in it is ever changed; a change makes another state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from index.dates import earliest_instant, wall_instant
from index.filters import DateBound, Filters
from index.models.encoder import Fingerprint, Vectors
from index.records import Article, ArticleHeader, MetadataValue, Scalar
from index.storage.protocol import StoredDigests
from index.text.sentences import Span

NOTHING: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with what came in. `number` is its place in the order of adding; `added` in seconds since 1970."""

    number: int
    article: Article
    raw: str
    digests: StoredDigests
    added: float

    @property
    def header(self) -> ArticleHeader:
        """What is known of it but its text."""
        a = self.article
        return ArticleHeader(
            a.id, a.title, a.url, a.source, a.author, a.published_at, a.language, a.metadata, a.sha256, len(a.text)
        )

    @property
    def published(self) -> float | None:
        """The moment it was published, in seconds since 1970."""
        return None if self.article.published_at is None else earliest_instant(self.article.published_at)

    @property
    def published_wall(self) -> float | None:
        """The moment that the clock showed where it was published, as if in UTC."""
        return None if self.article.published_at is None else wall_instant(self.article.published_at)

    @property
    def instant(self) -> float:
        """The moment it was published, or added where that is not known."""
        return self.added if self.published is None else self.published


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage: where it is, the revision that wrote it, its vector, None without any token, its table's header."""

    article_id: str
    start: int
    end: int
    revision: int
    digest: bytes
    vector: Vectors | None
    header: Span | None = None
    reading: bytes = b""


@dataclass(frozen=True, slots=True)
class State:
    """Everything that is stored, and the numbers to use next, which begin at 1 by definition."""

    revision: int = 0
    articles: Mapping[str, StoredArticle] = field(default_factory=lambda: NOTHING)
    passages: Mapping[int, StoredPassage] = field(default_factory=lambda: NOTHING)
    removals: Mapping[int, tuple[int, int]] = field(default_factory=lambda: NOTHING)
    """The revisions that wrote and that removed each passage, by its number."""
    next_article: int = 1
    next_passage: int = 1
    model: Fingerprint | None = None
    model_since: int = 0
    calibration: Mapping[str, Any] | None = None
    target: Fingerprint | None = None
    through: int = 0
    replacement: Mapping[int, Vectors] = field(default_factory=lambda: NOTHING)

    def selected(self, filters: Filters) -> list[StoredArticle]:
        """Return the articles that pass the filters, in the order of their ids."""
        return [self.articles[one] for one in sorted(self.articles) if passes(self.articles[one], filters)]

    def passages_of(self, article_id: str) -> list[int]:
        """Return the numbers of an article's passages in reading order."""
        return sorted(number for number, one in self.passages.items() if one.article_id == article_id)

    def text_of(self, number: int) -> str:
        """Return the text of a passage."""
        passage = self.passages[number]
        return self.articles[passage.article_id].article.text[passage.start : passage.end]

    def header_of(self, number: int) -> str:
        """Return the text of the header row of the table that a passage begins inside of, if it does."""
        passage = self.passages[number]
        start, end = passage.header or (0, 0)
        return self.articles[passage.article_id].article.text[start:end]


def passes(stored: StoredArticle, filters: Filters) -> bool:
    """Whether an article passes the filters."""
    article, after, before = stored.article, filters.after, filters.before
    return (
        (not filters.language or article.language in filters.language)
        and (not filters.source or article.source in filters.source)
        and (not filters.article_id or article.id in filters.article_id)
        and (after is None or ((own := _date(stored, after)) is not None and own >= after.seconds))
        and (before is None or ((own := _date(stored, before)) is not None and own < before.seconds))
        and all(
            key in article.metadata and _has(article.metadata[key], wanted) for key, wanted in filters.metadata.items()
        )
    )


def _date(stored: StoredArticle, bound: DateBound) -> float | None:
    """Return the date of an article as the bound is meant, None where it has none."""
    return stored.published_wall if bound.is_wall else stored.published


def _has(own: MetadataValue, wanted: Scalar) -> bool:
    """Whether a value of metadata is the wanted one, or a list that has it."""
    return any(_is_same(one, wanted) for one in (own if isinstance(own, list) else [own]))


def _is_same(one: Scalar, other: Scalar) -> bool:
    """Whether two values of metadata are the same: 1 and 1.0 are, 1 and true or "1" are not."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)
