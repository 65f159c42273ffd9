"""The corpus: articles in, passages out, with what is stored and what is searched kept in step.

Writing: what needs time (cleaning, chunking, encoding) happens outside every lock; then one change stores a batch, and
the index follows it before anything is acknowledged. Reading: `storage` for what is stored, `view` for what is found.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from index.batches import Outcome, Status, batches_of, encode_articles
from index.errors import InvalidArticle, NoSuchArticle
from index.identity import is_valid_id
from index.model_in_use import ModelInUse
from index.models.encoder import Encoder, Fingerprint, ModelRecord
from index.models.loading import load_encoder
from index.preparation import MAX_TEXT_BYTES, PreparedArticle, prepare
from index.records import Article, ArticleHeader, Draft
from index.search.opening import open_index
from index.search.protocol import IndexFigures, SearchIndex, SearchView
from index.storage.opening import open_storage
from index.storage.protocol import (
    Counts,
    NewArticle,
    Overview,
    ReindexState,
    Storage,
    StoredDigests,
)
from index.verification import check_articles, check_reindex

_MAX_SOURCES = 200
"""Sources that an overview names: a limit."""
_MAX_TIMES = 1_200
"""Months that an overview names: a limit, a hundred years of them."""
_SLOW_BATCH_SECONDS = 30.0
"""Seconds after which storing a batch is worth a line in the log: a judgement."""

_log = logging.getLogger("hoidap.corpus")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CorpusInfo:
    """What a corpus is and holds."""

    folder: str
    model: ModelRecord
    counts: Counts
    change: int
    bytes_on_disk: int
    index: IndexFigures
    reindex: ReindexState | None = None


class Corpus:
    """Articles that can be searched. Safe to share between threads; several processes may open the same.

    Attributes:
        storage: what is stored, to read from.
        search_index: what is searched; `view` is its present state.
    """

    def __init__(self, storage: Storage, model: ModelInUse, index: SearchIndex) -> None:
        """Assemble; use `open`."""
        self.storage = storage
        self._model = model
        self.search_index = index

    @classmethod
    def open(cls, location: Path | Storage, encoder: Encoder, load: Callable[[str], Encoder] = load_encoder) -> Corpus:
        """Open the corpus at a location, creating it where there is none, and bring its index up to date.

        Args:
            location: where it lies, or a storage that is open already and is closed with the corpus.
            encoder: the model it was built with, or is to be built with.
            load: loads a model by name, for when another process switches the corpus to another model.

        Raises:
            ModelMismatch: it was built with another model than `encoder`.
            CorpusError: the location cannot be used.
        """
        storage = open_storage(location) if isinstance(location, Path) else location
        try:
            model = ModelInUse(storage, encoder, load)
            corpus = cls(storage, model, open_index(storage, model))
        except BaseException:
            storage.close()
            raise
        _log.info("%s: open at revision %d with model %s", storage.location, storage.revision(), encoder.record.name)
        return corpus

    def close(self) -> None:
        """Let go of files and connections; work in the background is waited for."""
        self.search_index.close()
        self.storage.close()

    @property
    def encoder(self) -> Encoder:
        """The model in use; another one after another process has switched the corpus to it."""
        return self._model.encoder

    def view(self) -> SearchView:
        """Return the corpus as last committed by any process, to search in; later changes do not change it.

        Raises:
            ModelError: the corpus was switched to a model that cannot be loaded here.
        """
        return self.search_index.view()

    def with_one_model(self, work: Callable[[], T]) -> T:
        """Return what `work` returns, done with one model from start to end.

        Another process may switch the corpus to another model at any moment, and vectors of two models must not meet;
        then the work is done again with the new one.

        Raises:
            ModelError: the corpus was switched to a model that cannot be loaded here.
        """
        while True:
            self.view()
            since = self._model.since
            try:
                result = work()
            except Exception:
                if self._model.is_still(since):
                    raise
                continue
            if self._model.is_still(since):
                return result

    def __enter__(self) -> Corpus:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # Writing

    def add(
        self, drafts: Iterable[Draft], *, clean: bool | None = None, max_text_bytes: int = MAX_TEXT_BYTES
    ) -> Iterator[Outcome]:
        """Store articles, replacing those with the same identity; yields what became of each, in order.

        An outcome is yielded after its batch is committed to disk and searchable. A draft that breaks the contract
        fails alone.

        Args:
            drafts: consumed in batches; may be longer than memory.
            clean: see `prepare`.
            max_text_bytes: see `prepare`.

        Raises:
            CorpusError: writing failed. An article whose outcome was not yielded is not stored. If only the text index
                failed, it is stored but not yet found; adding it again repairs that.
        """
        for batch in batches_of(_prepared(drafts, clean, max_text_bytes)):
            yield from self._store_batch(batch)

    def add_one(self, draft: Draft, *, clean: bool | None = None, max_text_bytes: int = MAX_TEXT_BYTES) -> Outcome:
        """Store one article; see `add`.

        Raises:
            InvalidArticle: the draft breaks the contract.
        """
        (outcome,) = self.add([draft], clean=clean, max_text_bytes=max_text_bytes)
        if outcome.error is not None:
            raise outcome.error
        return outcome

    def remove(self, ids: Sequence[str]) -> list[str]:
        """Remove articles; return the ids that were stored."""
        with self.storage.writing() as change:
            removed = [name for name in ids if is_valid_id(name) and change.remove(name)]
        self.search_index.follow()
        return removed

    def set_calibration(self, calibration: Mapping[str, Any]) -> None:
        """Store plain values beside the model's record; what they mean is the caller's business."""
        with self.storage.writing() as change:
            change.set_calibration(calibration)

    def _store_batch(self, batch: list[PreparedArticle | Outcome]) -> list[Outcome]:
        batch = self._under_stored_ids(batch)
        prepared = [item for item in batch if isinstance(item, PreparedArticle)]
        known = self.storage.digests([item.article.id for item in prepared])
        changed = [item for item in prepared if not _is_unchanged(item, known.get(item.article.id))]
        statuses: dict[str, Status] = {item.article.id: "unchanged" for item in prepared}
        started = time.monotonic()
        while not self._commit(changed, statuses):
            self.view()  # takes up the model that the corpus was switched to
        # Also when nothing changed: a commit that the index missed must be searchable before we say "unchanged".
        self.search_index.follow()
        if (seconds := time.monotonic() - started) > _SLOW_BATCH_SECONDS:
            _log.info("%s: storing %d articles took %.0f s", self.storage.location, len(changed), seconds)
        return [
            item
            if isinstance(item, Outcome)
            else Outcome(
                statuses[item.article.id], item.article.id, item.origin, removed=item.removed, notes=item.notes
            )
            for item in batch
        ]

    def _under_stored_ids(self, batch: list[PreparedArticle | Outcome]) -> list[PreparedArticle | Outcome]:
        """Let an article keep the id that an earlier version gave it, where it is not stored under its own."""
        others = {one: item.article.id for item in batch if isinstance(item, PreparedArticle) for one in item.other_ids}
        if not others:
            return batch
        stored = self.storage.digests([*others, *others.values()])
        kept = {own: other for other, own in others.items() if other in stored and own not in stored}
        return [
            replace(item, article=replace(item.article, id=kept[item.article.id]))
            if isinstance(item, PreparedArticle) and item.article.id in kept
            else item
            for item in batch
        ]

    def _commit(self, changed: Sequence[PreparedArticle], statuses: dict[str, Status]) -> bool:
        """Encode and store articles; return false when the corpus was switched to another model meanwhile."""
        if not changed:
            return True
        since = self._model.since
        encoded = encode_articles(changed, self.storage, self.encoder)
        with self.storage.writing() as change:
            if not self._model.is_still(since):
                return False
            for item, passages in zip(changed, encoded, strict=True):
                statuses[item.article.id] = "created" if change.put(_new(item), passages) else "replaced"
        return True

    # Keeping

    def compact(self) -> None:
        """Give the space of removed articles back and bring the index into its best form."""
        self.storage.compact()
        self.search_index.merge()

    def merge(self) -> None:
        """Bring the index into its best form."""
        self.search_index.merge()

    def verify(self) -> Iterator[str]:
        """Yield what is wrong: a damaged file, text that does not match its checksum, an index out of step."""
        yield from self.storage.damage()
        with self.storage.reading():
            model = self.storage.manifest().model
            yield from check_articles(self.storage, (model or Fingerprint.of(self.encoder)).record.dimensions)
            yield from check_reindex(self.storage)
        yield from self.search_index.problems()

    # Reading

    def article(self, article_id: str) -> Article:
        """Return a stored article.

        Raises:
            NoSuchArticle: there is none with this id.
        """
        found = self.storage.articles([article_id]) if is_valid_id(article_id) else {}
        if article_id not in found:
            raise NoSuchArticle(article_id)
        return found[article_id]

    def header(self, article_id: str) -> ArticleHeader:
        """Return what is known of an article but its text.

        Raises:
            NoSuchArticle: there is none with this id.
        """
        found = self.storage.headers([article_id]) if is_valid_id(article_id) else {}
        if article_id not in found:
            raise NoSuchArticle(article_id)
        return found[article_id]

    def original(self, article_id: str) -> str:
        """Return the text of an article as it came in, before cleaning.

        Raises:
            NoSuchArticle: there is none with this id.
        """
        original = self.storage.original(article_id) if is_valid_id(article_id) else None
        if original is None:
            raise NoSuchArticle(article_id)
        return original

    def overview(self) -> Overview:
        """Count articles by language, source and time."""
        return self.storage.overview(_MAX_SOURCES, _MAX_TIMES)

    def info(self) -> CorpusInfo:
        """Return what the corpus is and holds."""
        manifest = self.storage.manifest()
        return CorpusInfo(
            folder=self.storage.location,
            model=(manifest.model or Fingerprint.of(self.encoder)).record,
            counts=self.storage.counts(),
            change=manifest.revision,
            bytes_on_disk=self.storage.bytes_used(),
            index=self.search_index.figures(),
            reindex=self.storage.reindex(),
        )


def _is_unchanged(item: PreparedArticle, stored: StoredDigests | None) -> bool:
    return stored is not None and stored.raw == item.raw_digest and stored.fields == item.fields_digest


def _new(item: PreparedArticle) -> NewArticle:
    return NewArticle(item.article, item.raw, item.cleaner, item.raw_digest, item.fields_digest)


def _prepared(drafts: Iterable[Draft], clean: bool | None, max_text_bytes: int) -> Iterator[PreparedArticle | Outcome]:
    for draft in drafts:
        try:
            yield prepare(draft, clean=clean, max_text_bytes=max_text_bytes)
        except InvalidArticle as error:
            yield Outcome("failed", draft.id, draft.origin, error)
