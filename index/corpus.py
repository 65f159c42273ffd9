"""The corpus: articles in, passages out, with what is stored and what is searched kept in step.

Writing: what needs time (cleaning, chunking, encoding) happens outside every lock; then one change stores a batch, and
the index follows it before anything is acknowledged. Reading: `storage` for what is stored, `view` for what is found.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from index.adding import Adding
from index.batches import Outcome
from index.errors import NoSuchArticle
from index.identity import is_valid_id
from index.model_in_use import ModelInUse
from index.models.encoder import Encoder, Fingerprint, ModelRecord
from index.models.loading import load_encoder
from index.preparation import MAX_TEXT_BYTES
from index.reading.reader import builtin_reader
from index.records import Article, ArticleHeader, Draft
from index.rereading import reread
from index.search.opening import open_index
from index.search.protocol import IndexFigures, SearchIndex, SearchView
from index.storage.opening import open_storage
from index.storage.protocol import Counts, Overview, ReindexState, Storage
from index.verification import check_articles, check_reindex

_MAX_SOURCES = 200
"""Sources that an overview names: a limit."""
_MAX_TIMES = 1_200
"""Months that an overview names: a limit, a hundred years of them."""

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
        self._adding = Adding(storage, model, index)

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
        self,
        drafts: Iterable[Draft],
        *,
        clean: bool | None = None,
        max_text_bytes: int = MAX_TEXT_BYTES,
        processes: int = 0,
    ) -> Iterator[Outcome]:
        """Store articles, replacing those with the same identity; yields what became of each, in order.

        An outcome is yielded after its batch is committed to disk and searchable. A draft that breaks the contract
        fails alone.

        Args:
            drafts: consumed in batches; may be longer than memory.
            clean: see `prepare`.
            max_text_bytes: see `prepare`.
            processes: child processes that may prepare and cut articles, where there are enough of them to pay.

        Raises:
            CorpusError: writing failed. An article whose outcome was not yielded is not stored. If only the text index
                failed, it is stored but not yet found; adding it again repairs that.
        """
        return self._adding.add(drafts, clean=clean, max_text_bytes=max_text_bytes, processes=processes)

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

    # Keeping

    def compact(self) -> None:
        """Give the space of removed articles back and bring the index into its best form.

        Passages that an older version stored are read as new ones are, which makes questions about them faster.
        """
        reread(self.storage, builtin_reader())
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
