"""The interfaces of a storage of articles, passages and vectors, and of a change to it.

A storage is the truth; what searches it is a cache that follows its feed. Every change of articles or of the model has
a *revision*, in the order of the commits. A passage knows the revision that wrote it, a removal the one that
removed it. So whoever knows revision n asks for what came after n and is up to date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.filters import NO_FILTERS, Filters
from index.models.encoder import Fingerprint, ModelRecord, Vectors
from index.records import Article, ArticleHeader, DatedArticle, Passage
from index.text.sentences import Span


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article about to be stored.

    Attributes:
        article: what is stored and searched.
        raw: its text as it came in, before cleaning.
        cleaner: version of the cleaning rules, 0 when it was not cleaned.
        raw_digest: identifies what came in.
        fields_digest: identifies its other fields.
    """

    article: Article
    raw: str
    cleaner: int
    raw_digest: bytes
    fields_digest: bytes


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """A passage about to be stored.

    Attributes:
        start: where it begins in the article's text.
        end: where it ends.
        digest: identifies what the model read.
        vector: what the model made of that, None if it has no token.
        header: where the header row of the table stands that the passage begins inside of, if it does.
        reading: what reading the passage gave, for whoever reads passages to know the form of; empty if unknown.
    """

    start: int
    end: int
    digest: bytes
    vector: NDArray[np.float32] | None
    header: Span | None = None
    reading: bytes = b""


@dataclass(frozen=True, slots=True)
class StoredDigests:
    """What tells whether an article that comes in again is the same."""

    raw: bytes
    fields: bytes


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the corpus holds."""

    articles: int
    passages: int
    characters: int
    languages: dict[str, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """Where the articles come from and when they appeared: number of articles by language, source and time.

    `times` has keys as precise as a month ("2017-04"), or a year where no month is known. `sources` holds those with
    most articles, `times` the newest; `without_source` and `without_date` count the articles that have none.
    """

    languages: dict[str, int]
    sources: dict[str, int]
    times: dict[str, int]
    without_source: int
    without_date: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a corpus says of itself.

    Attributes:
        revision: the last change of articles or of the model, 0 in a new corpus.
        model: the model whose vectors are stored, None in a corpus that has none yet.
        model_since: the revision that put this model in the place of another, 0 when it is the first.
        calibration: the calibration of confidence for this model, None if there is none.
    """

    revision: int
    model: Fingerprint | None
    model_since: int
    calibration: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage with what the text index needs of its article.

    `header` is the text of the header row of the table that the passage begins inside of, if it does.
    """

    number: int
    title: str
    text: str
    article: ArticleHeader
    header: str = ""


@dataclass(frozen=True, slots=True)
class ReindexState:
    """A reindex that is under way or was interrupted: to which model, and how many of the passages are encoded."""

    target: Fingerprint
    encoded: int
    passages: int

    @property
    def model(self) -> ModelRecord:
        """The model that is encoded with."""
        return self.target.record


@dataclass(frozen=True, slots=True)
class PendingPassage:
    """A passage that the other model has not encoded yet; `text` is what a model reads."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What changed after one revision, up to and including another.

    The iterators are consumed once, inside the `reading` block that the feed was taken in.

    Attributes:
        revision: the revision that a reader reaches with this feed.
        vectors: blocks of passages written, by number: numbers, shape (n,), and vectors, shape (n, dimensions).
        texts: passages written, with their texts, article by article.
        removed: ascending numbers of the passages removed, shape (n,).
    """

    revision: int
    vectors: Iterator[tuple[NDArray[np.int64], Vectors]]
    texts: Iterator[PassageText]
    removed: NDArray[np.int64]


class Change(Protocol):
    """What may be done inside `Storage.writing`: all of it is committed at the end of the block, or nothing."""

    @property
    def revision(self) -> int:
        """The revision that this change makes; the present one until it changes an article or the model."""

    def put(self, new: NewArticle, passages: Sequence[EncodedPassage]) -> bool:
        """Store an article with its passages in place of the one with its id; return whether it is new."""

    def remove(self, article_id: str) -> bool:
        """Remove an article; return whether there was one."""

    def put_readings(self, readings: Mapping[int, bytes]) -> None:
        """Keep what reading passages anew gave, by number; one that was removed meanwhile is left out."""

    def set_model(self, model: Fingerprint) -> None:
        """Name the model of a corpus that has none yet."""

    def set_calibration(self, calibration: Mapping[str, Any]) -> None:
        """Store plain values beside the present model; they go when the model does."""

    def begin_reindex(self, target: Fingerprint) -> None:
        """Begin to keep the vectors of another model, in place of what another reindex kept."""

    def drop_reindex(self) -> None:
        """Forget the vectors of an unfinished reindex."""

    def put_reindexed(self, passages: Sequence[PendingPassage], vectors: Vectors) -> None:
        """Keep the vectors of what `Storage.pending` returned.

        Args:
            passages: in the order of `pending`; one that was removed meanwhile is left out.
            vectors: shape (len(passages), dimensions); a row of zeros is no vector.
        """

    def switch_model(self) -> None:
        """Put the vectors of the reindex and its model in the place of those in use."""


class Storage(Protocol):
    """Articles, passages and vectors. One object serves all threads; several processes may open the same."""

    @property
    def location(self) -> str:
        """Where it is, as a person names it."""

    def close(self) -> None:
        """Let go of files and connections."""

    def reading(self) -> AbstractContextManager[None]:
        """Let everything that this thread reads inside the block come from one state."""

    def writing(self) -> AbstractContextManager[Change]:
        """Change the corpus in one commit, one writer at a time.

        Raises:
            CorpusBusy: another writer takes longer than we wait.
            CorpusError: it cannot be written; nothing was changed.
        """

    def reindexing(self) -> AbstractContextManager[None]:
        """Keep other processes from reindexing meanwhile.

        Raises:
            CorpusBusy: another process does it already.
        """

    def revision(self) -> int:
        """Return the revision last committed by any process."""

    def model_since(self) -> int:
        """Return the revision that put the present model in the place of another; 0 when it is the first."""

    def manifest(self) -> Manifest:
        """Return what the corpus says of itself."""

    def calibration(self) -> Mapping[str, Any] | None:
        """Return the calibration of confidence for the present model, None if there is none."""

    def counts(self) -> Counts:
        """Count articles, passages, characters, and articles per language."""

    def overview(self, max_sources: int, max_times: int) -> Overview:
        """Count articles by language, source and time, largest or newest first."""

    def bytes_used(self) -> int:
        """Return how many bytes all of it takes, caches included."""

    def digests(self, ids: Sequence[str]) -> dict[str, StoredDigests]:
        """Return the digests of those articles that are stored."""

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return articles by id; those that are not stored are missing."""

    def headers(self, ids: Sequence[str]) -> dict[str, ArticleHeader]:
        """Return what is known of articles but their texts, by id; those that are not stored are missing."""

    def original(self, article_id: str) -> str | None:
        """Return the text of an article as it came in, before cleaning; None when it is not stored."""

    def page(self, limit: int, after: str | None = None, filters: Filters = NO_FILTERS) -> list[ArticleHeader]:
        """Return up to `limit` articles with ids above `after`, in the order of the bytes of their ids."""

    def latest(self, limit: int) -> list[ArticleHeader]:
        """Return up to `limit` articles, the last published first, undated ones at the end."""

    def dated(self, filters: Filters, since: float, until: float, limit: int) -> list[DatedArticle]:
        """Return up to `limit` articles that pass the filters, dated in [since, until), newest first."""

    def sample(self, limit: int, language: str | None = None) -> list[str]:
        """Return the ids of up to `limit` articles, of one language or of all; a fixed choice of old and new ones."""

    def count_articles(self, filters: Filters = NO_FILTERS) -> int:
        """Return how many articles pass the filters."""

    def count_dated(self, filters: Filters, since: float, until: float) -> int:
        """Return how many articles pass the filters and are dated in [since, until)."""

    def passages(self, numbers: Iterable[int]) -> dict[int, Passage]:
        """Return passages by number, all from one state; those that were removed are missing."""

    def passages_of(self, ids: Sequence[str]) -> dict[str, list[int]]:
        """Return the numbers of the passages of each article, in reading order; articles without any are missing."""

    def owners(self, numbers: Iterable[int]) -> dict[int, str]:
        """Return the id of the article of each passage; those that were removed are missing."""

    def vectors(self, numbers: Iterable[int]) -> dict[int, Vectors]:
        """Return the vectors of passages, shape (dimensions,) each; passages without one are missing."""

    def vectors_by_digest(self, article_id: str) -> dict[bytes, Vectors | None]:
        """Return the vectors of an article's passages by what the model read, so that the same is not encoded again."""

    def feed(self, after: int, until: int | None = None) -> Feed | None:
        """Return what changed after a revision, up to `until` or to the present; call it inside `reading`.

        None if a passage written in between was removed after `until`: then the state at `until` is lost.
        """

    def reindex(self) -> ReindexState | None:
        """Return how far a reindex is, None when there is no unfinished one."""

    def pending(self, limit: int) -> list[PendingPassage]:
        """Return the first `limit` passages that a reindex has still to encode, by number."""

    def reindexed(self) -> Iterator[tuple[int, Vectors]]:
        """Yield the vectors that an unfinished reindex has, with the numbers of their passages."""

    def damage(self) -> list[str]:
        """Return what the storage itself finds wrong with what it keeps, nothing when it is sound."""

    def backup(self, target: Path) -> None:
        """Write everything to one file, as it is at this moment, while others read and write.

        Raises:
            BackupError: the file exists or cannot be written.
        """

    def compact(self) -> None:
        """Give the space of what was removed back.

        Raises:
            CorpusBusy: another writer takes longer than we wait.
            CorpusError: it cannot be done.
        """
