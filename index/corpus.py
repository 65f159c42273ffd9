"""The aggregate: articles in, ranked passages out, with store, dense and lexical index kept in step.

Writing: what needs time (cleaning, chunking, encoding) happens outside every lock; then, under the write lock, one
SQLite transaction stores a batch, and the indexes follow it. Reading: a snapshot that nothing changes.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from index.cleaning import RemovedLine
from index.errors import CorpusError, HoidapError, InvalidArticle, NoSuchArticle
from index.filters import NO_FILTERS, Filters
from index.identity import is_valid_id
from index.model_in_use import ModelInUse
from index.models.encoder import Encoder, Fingerprint, ModelRecord, Vectors, passage_input
from index.models.loading import load_encoder
from index.preparation import MAX_TEXT_BYTES, Prepared, prepare
from index.records import Article, ArticleHeader, DatedArticle, Draft, Passage, Ranking
from index.search.protocol import Mode, TermStatistics
from index.search.text import LexicalIndex, LexicalView
from index.search.vectors import DenseIndex, DenseView
from index.storage.files import sync
from index.storage.locking import WriteLock
from index.storage.sqlite.database import check_copy
from index.storage.sqlite.replacement import ReindexState, Replacement
from index.storage.sqlite.store import Counts, EncodedPassage, Overview, Store, StoredDigests
from index.text.analysis import Terms
from index.text.chunking import chunk
from index.verification import check_articles, check_indexes, check_replacement

STORE_FILE = "corpus.db"
_BATCH_ARTICLES = 256
_BATCH_CHARACTERS = 2_000_000
"""A batch is committed when it reaches either bound, so memory stays bounded and a commit stays quick."""

_MAX_SOURCES = 200
_MAX_TIMES = 1_200
"""An overview names as many sources and months; a hundred years of months."""
T = TypeVar("T")

Status = Literal["created", "replaced", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one draft. `id` is None when it failed before it had one; `error` is set when it failed."""

    status: Status
    id: str | None
    origin: str
    error: HoidapError | None = None
    removed: tuple[RemovedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The corpus at one moment, to search in."""

    dense: DenseView
    lexical: LexicalView
    _store: Store

    def nearest(self, vector: Vectors, limit: int, filters: Filters = NO_FILTERS) -> Ranking:
        """Return the passages nearest to a unit vector, shape (dimensions,), by cosine."""
        allowed = self._store.passage_numbers(filters) if filters else None
        return self.dense.search(vector, limit, allowed)

    @property
    def revision(self) -> int:
        """The change of the store that the vectors show."""
        return self.dense.change

    def cosines(self, vector: Vectors, numbers: Sequence[int]) -> dict[int, float]:
        """Return the cosine of each of these passages with a unit vector; passages without a vector are missing."""
        return self.dense.scores(vector, numbers)

    def bm25(self, terms: Terms, numbers: Sequence[int]) -> dict[int, float]:
        """Return the BM25 score of each of these passages; passages that match nothing are missing."""
        return self.lexical.score(terms, numbers)

    def statistics(self, terms: Terms) -> TermStatistics:
        """Return what BM25 knows of `terms`."""
        return self.lexical.statistics(terms)

    def count(self, mode: Mode, terms: Terms, filters: Filters = NO_FILTERS) -> int:
        """Return how many passages pass the filters and can be found; see `SearchView`."""
        if mode == "lexical":
            return self.count_matching(terms, filters)
        return self.count_near(filters) if mode == "dense" else self.count_either(terms, filters)

    def count_near(self, filters: Filters = NO_FILTERS) -> int:
        """Return how many passages have a vector and pass the filters."""
        return self._store.count_passages(filters) if filters else len(self.dense)

    def count_matching(self, terms: Terms, filters: Filters = NO_FILTERS) -> int:
        """Return how many passages match any of `terms` and pass the filters."""
        return self.lexical.count(terms, filters)

    def count_either(self, terms: Terms, filters: Filters = NO_FILTERS) -> int:
        """Return how many passages have a vector or match any of `terms`, and pass the filters."""
        only_words = self.lexical.score(terms, self._store.passages_without_vector(filters))
        return self.count_near(filters) + len(only_words)

    def matching(self, terms: Terms, limit: int, filters: Filters = NO_FILTERS) -> Ranking:
        """Return the passages that match `terms` best, by BM25."""
        return self.lexical.search(terms, limit, filters)


@dataclass(frozen=True, slots=True)
class CorpusInfo:
    """What a corpus is and holds."""

    folder: str
    model: ModelRecord
    counts: Counts
    change: int
    bytes_on_disk: int
    base_vectors: int
    tail_vectors: int
    reindex: ReindexState | None = None


class Corpus:
    """A folder of articles that can be searched. Safe to share between threads; several processes may open it."""

    def __init__(self, folder: Path, model: ModelInUse, store: Store, dense: DenseIndex, lexical: LexicalIndex) -> None:
        """Assemble; use `open`."""
        self.folder = folder
        self._model = model
        self._store = store
        self._dense = dense
        self._lexical = lexical
        self._write_lock = WriteLock(folder / "write.lock")
        self._view_lock = threading.Lock()
        self._merging = threading.Lock()

    @classmethod
    def open(cls, folder: Path, encoder: Encoder, load: Callable[[str], Encoder] = load_encoder) -> Corpus:
        """Open the corpus in `folder`, creating it where there is none, and bring its indexes up to date.

        Args:
            folder: where it lies.
            encoder: the model it was built with, or is to be built with.
            load: loads a model by name, for when another process switches the corpus to another model.

        Raises:
            ModelMismatch: it was built with another model than `encoder`.
            CorpusError: the folder cannot be used.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CorpusError(str(folder), f"cannot be created: {error.strerror}") from error
        store = Store.open(folder / STORE_FILE)
        try:
            model = ModelInUse(folder, store, encoder, load)
            corpus = cls(folder, model, store, _open_dense(folder, model), _open_lexical(folder))
            corpus._follow_dense()
            if corpus._lexical.view.change != store.change():
                with corpus._write_lock.held():
                    corpus._follow_lexical()
        except BaseException:
            store.close()
            raise
        return corpus

    def close(self) -> None:
        """Let go of the files; a merge under way is waited for."""
        with self._merging:
            self._store.close()

    @property
    def encoder(self) -> Encoder:
        """The model in use; another one after another process has switched the corpus to it."""
        return self._model.encoder

    def with_one_model(self, work: Callable[[], T]) -> T:
        """Return what `work` returns, done with one model from start to end.

        Another process may switch the corpus to another model at any moment, and vectors of two models must not meet;
        then the work is done again with the new one.

        Raises:
            ModelError: the corpus was switched to a model that cannot be loaded here.
        """
        while True:
            self.snapshot()
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
            CorpusError: writing failed. An article whose outcome was not yielded is not stored, or, when only the text
                index failed, stored and not yet found by its words; adding it again mends that.
        """
        for batch in _batches(_prepared(drafts, clean, max_text_bytes)):
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
        """Remove articles; returns those ids that there were."""
        with self._write_lock.held():
            with self._store.transaction():
                change = self._store.begin_change()
                removed = [name for name in ids if is_valid_id(name) and self._store.remove(name, change)]
            self._follow_lexical()
        self._refresh_dense()
        self._merge_if_needed()
        return removed

    def _store_batch(self, batch: list[Prepared | Outcome]) -> list[Outcome]:
        prepared = [item for item in batch if isinstance(item, Prepared)]
        known = self._store.digests([item.article.id for item in prepared])
        changed = [item for item in prepared if not _is_unchanged(item, known.get(item.article.id))]
        statuses: dict[str, Status] = {item.article.id: "unchanged" for item in prepared}
        # Also when nothing changed: a commit that the text index missed must be searchable before we say "unchanged".
        if changed or self._lexical.view.change != self._store.change():
            while not self._commit(changed, statuses):
                self._refresh_dense()
            self._refresh_dense()
            self._merge_if_needed()
        return [
            item
            if isinstance(item, Outcome)
            else Outcome(statuses[item.article.id], item.article.id, item.origin, removed=item.removed)
            for item in batch
        ]

    def _commit(self, changed: Sequence[Prepared], statuses: dict[str, Status]) -> bool:
        """Encode and store articles; false when the corpus was switched to another model meanwhile."""
        since = self._model.since
        encoded = self._encode(changed)
        with self._write_lock.held():
            if changed:
                if not self._model.is_still(since):
                    return False
                with self._store.transaction():
                    change = self._store.begin_change()
                    for item, passages in zip(changed, encoded, strict=True):
                        created = self._store.put(item, passages, change)
                        statuses[item.article.id] = "created" if created else "replaced"
            self._follow_lexical()
        return True

    def _encode(self, articles: Sequence[Prepared]) -> list[list[EncodedPassage]]:
        """Cut articles into passages and encode those whose text the corpus has not encoded before."""
        plans: list[list[tuple[int, int, bytes]]] = []
        vectors: dict[bytes, Vectors | None] = {}
        missing: dict[bytes, str] = {}
        for item in articles:
            article = item.article
            vectors.update(self._store.vectors_by_digest(article.id))
            plan = []
            for start, end in chunk(article.text):
                text = passage_input(article.title, article.text[start:end])
                digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
                plan.append((start, end, digest))
                missing.setdefault(digest, text)
            plans.append(plan)
        new = [digest for digest in missing if digest not in vectors]
        if new:
            encoded = self.encoder.encode_passages([missing[digest] for digest in new])
            vectors.update((digest, row if row.any() else None) for digest, row in zip(new, encoded, strict=True))
        return [[EncodedPassage(start, end, digest, vectors[digest]) for start, end, digest in plan] for plan in plans]

    def _follow_lexical(self) -> None:
        """Bring the text index up to the store; call with the write lock held."""
        self._lexical.refresh()
        at, change = self._lexical.view.change, self._store.change()
        if at > change:
            self._lexical.clear()  # the store was replaced by an older one
            at = 0
        if at < change:
            self._lexical.apply(self._store.texts_after(at), self._store.removed_after(at), change)

    def _follow_dense(self) -> None:
        """Bring the vectors in memory up to the store, and the model too; call with the view lock held."""
        while True:
            if self._model.follow():
                self._dense = _open_dense(self.folder, self._model)
            with self._store.reading():
                if not self._model.is_still(self._model.since):
                    continue  # switched again while the model was being loaded
                at, change = self._dense.view.change, self._store.change()
                if at > change:
                    self._dense.forget()  # the store was replaced by an older one
                    at = 0
                if at < change:
                    self._dense.apply(self._store.vectors_after(at), self._store.removed_after(at), change)
                return

    def _refresh_dense(self) -> None:
        with self._view_lock:
            self._follow_dense()

    def _merge_if_needed(self) -> None:
        """Merge the tail into a new base, in the background, one merge at a time."""
        if self._dense.needs_merge() and self._merging.acquire(blocking=False):
            threading.Thread(target=self._merge, name="hoidap-merge", daemon=False).start()

    def _merge(self) -> None:
        try:
            with self._write_lock.held(), self._view_lock:
                if self._model.is_still(self._model.since):  # else there is nothing left of these vectors to merge
                    self._dense.merge()
                self._follow_dense()
        finally:
            self._merging.release()

    # Keeping

    def backup(self, target: Path) -> None:
        """Write everything to one file, as it is at this moment, while others read and write.

        Raises:
            CorpusError: the file exists or cannot be written.
        """
        self._store.copy_to(target)

    def compact(self) -> None:
        """Give the space of removed articles back to the disk and merge all vectors into one base."""
        with self._merging, self._write_lock.held(), self._view_lock:
            self._store.vacuum()
            self._follow_dense()
            self._dense.merge()

    def merge(self) -> None:
        """Merge all vectors into one base."""
        with self._merging, self._write_lock.held(), self._view_lock:
            self._follow_dense()
            self._dense.merge()

    def verify(self) -> Iterator[str]:
        """Yield what is wrong: a damaged file, text that does not match its checksum, indexes out of step."""
        yield from self._store.damage()
        with self._store.reading():
            snapshot = self.snapshot()
            yield from check_articles(self._store, self.encoder.record.dimensions)
            yield from check_indexes(self._store, snapshot.dense, snapshot.lexical)
            yield from check_replacement(Replacement(self._store))

    # Reading

    def snapshot(self) -> Snapshot:
        """Return the corpus as last committed by any process."""
        change = self._store.change()
        if self._dense.view.change != change:
            with self._view_lock:
                self._follow_dense()
                self._lexical.refresh()
        elif self._lexical.view.change != change:
            with self._view_lock:
                self._lexical.refresh()
        return Snapshot(self._dense.view, self._lexical.view, self._store)

    def change(self) -> int:
        """Return the number of the last change that any process committed."""
        return self._store.change()

    def article(self, article_id: str) -> Article:
        """Return a stored article.

        Raises:
            NoSuchArticle: there is none with this id.
        """
        article = self._store.article(article_id) if is_valid_id(article_id) else None
        if article is None:
            raise NoSuchArticle(article_id)
        return article

    def header(self, article_id: str) -> ArticleHeader:
        """Return what is known of an article but its text.

        Raises:
            NoSuchArticle: there is none with this id.
        """
        header = self._store.header(article_id) if is_valid_id(article_id) else None
        if header is None:
            raise NoSuchArticle(article_id)
        return header

    def raw(self, article_id: str) -> str:
        """Return the text of an article as it came in, before cleaning.

        Raises:
            NoSuchArticle: there is none with this id.
        """
        raw = self._store.raw(article_id) if is_valid_id(article_id) else None
        if raw is None:
            raise NoSuchArticle(article_id)
        return raw

    def articles(self, limit: int, after: str | None = None, filters: Filters = NO_FILTERS) -> list[ArticleHeader]:
        """Return up to `limit` articles in the order of their ids, those above `after`."""
        return self._store.headers(limit, after, filters)

    def latest(self, limit: int) -> list[ArticleHeader]:
        """Return the articles that were published last, those without a date after the others."""
        return self._store.latest(limit)

    def overview(self) -> Overview:
        """Count articles by language, source and time."""
        return self._store.overview(_MAX_SOURCES, _MAX_TIMES)

    def count_articles(self, filters: Filters = NO_FILTERS) -> int:
        """Return how many articles pass the filters."""
        return self._store.count_articles(filters)

    def dated_articles(self, filters: Filters, since: float, until: float, limit: int) -> list[DatedArticle]:
        """Return up to `limit` articles that pass the filters, dated in [since, until), newest first."""
        return self._store.dated(filters, since, until, limit)

    def count_dated(self, filters: Filters, since: float, until: float) -> int:
        """Return how many articles pass the filters and are dated in [since, until)."""
        return self._store.count_dated(filters, since, until)

    def sample_articles(self, limit: int, language: str | None = None) -> list[str]:
        """Return the ids of up to `limit` articles, of one language or of all; the same ones each time."""
        return self._store.sample_articles(limit, language)

    def passages(self, numbers: Iterable[int]) -> dict[int, Passage]:
        """Return passages by number, all from one state of the corpus; those removed meanwhile are missing."""
        return self._store.passages(numbers)

    def articles_of(self, numbers: Iterable[int]) -> dict[int, str]:
        """Return the id of the article of each passage."""
        return self._store.articles_of(numbers)

    def passages_of(self, article_id: str) -> list[int]:
        """Return the numbers of an article's passages in reading order."""
        return self._store.passages_of(article_id)

    def languages_of(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the language of each article; articles that are not there are missing."""
        return self._store.languages_of(ids)

    def passages_of_articles(self, ids: Sequence[str]) -> dict[str, list[int]]:
        """Return the numbers of the passages of each article in reading order; articles without any are missing."""
        return self._store.passages_of_articles(ids)

    def vectors(self, numbers: Iterable[int]) -> dict[int, Vectors]:
        """Return the vectors of passages, shape (dimensions,) each; passages without one are missing."""
        return self._store.vectors(numbers)

    def calibration(self) -> Mapping[str, Any] | None:
        """Return what `set_calibration` stored for the model of this corpus, None when nothing was."""
        return self._store.calibration()

    def set_calibration(self, calibration: Mapping[str, Any]) -> None:
        """Store plain values beside the model's record; what they mean is the caller's business."""
        with self._write_lock.held(), self._store.transaction():
            self._store.set_calibration(calibration)

    def info(self) -> CorpusInfo:
        """Return what the corpus is and holds."""
        view = self.snapshot().dense
        return CorpusInfo(
            folder=str(self.folder),
            model=(self._store.model() or Fingerprint.of(self.encoder)).record,
            counts=self._store.counts(),
            change=self._store.change(),
            bytes_on_disk=sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file()),
            base_vectors=len(view.base.numbers),
            tail_vectors=len(view.tail_numbers),
            reindex=Replacement(self._store).state(),
        )


def recorded_model(folder: Path) -> str | None:
    """Return the name of the model that the corpus in `folder` was built with, None where there is no corpus.

    Raises:
        CorpusError: there is one, and it cannot be used.
    """
    if not (folder / STORE_FILE).is_file():
        return None
    store = Store.open(folder / STORE_FILE)
    try:
        model = store.model()
    finally:
        store.close()
    return None if model is None else model.record.name


def _open_dense(folder: Path, model: ModelInUse) -> DenseIndex:
    return DenseIndex.open(folder / "dense", model.encoder.record.dimensions, model.since)


def _open_lexical(folder: Path) -> LexicalIndex:
    """Open the text index; the lock is needed only where its files must be made."""
    if LexicalIndex.exists(folder / "lexical"):
        return LexicalIndex(folder / "lexical")
    with WriteLock(folder / "write.lock").held():
        return LexicalIndex(folder / "lexical")


def restore(file: Path, folder: Path) -> None:
    """Make a corpus in `folder` from a backup; its indexes are built when it is opened.

    Raises:
        CorpusError: the file is no sound backup, or there is a corpus in the folder already.
    """
    if not file.is_file():
        raise CorpusError(str(file), "is no file")
    check_copy(file)
    target = folder / STORE_FILE
    if target.exists():
        raise CorpusError(str(folder), "holds a corpus already; restore into another folder with --data")
    unfinished = folder / f"{STORE_FILE}.unfinished"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with WriteLock(folder / "write.lock").held():
            for cache in ("dense", "lexical"):
                shutil.rmtree(folder / cache, ignore_errors=True)
            shutil.copyfile(file, unfinished)
            sync(unfinished)
            unfinished.rename(target)
            sync(folder)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise CorpusError(str(folder), f"cannot be written: {error.strerror or error}") from error


def _is_unchanged(item: Prepared, stored: StoredDigests | None) -> bool:
    return stored is not None and stored.raw == item.raw_digest and stored.fields == item.fields_digest


def _prepared(drafts: Iterable[Draft], clean: bool | None, max_text_bytes: int) -> Iterator[Prepared | Outcome]:
    for draft in drafts:
        try:
            yield prepare(draft, clean=clean, max_text_bytes=max_text_bytes)
        except InvalidArticle as error:
            yield Outcome("failed", draft.id, draft.origin, error)


def _batches(items: Iterable[Prepared | Outcome]) -> Iterator[list[Prepared | Outcome]]:
    """Group what is stored together; an id comes once in a batch, so that the later of two replaces the earlier."""
    batch: list[Prepared | Outcome] = []
    ids: set[str] = set()
    characters = 0
    for item in items:
        if isinstance(item, Prepared):
            if item.article.id in ids:
                yield batch
                batch, ids, characters = [], set(), 0
            ids.add(item.article.id)
            characters += len(item.raw)
        batch.append(item)
        if len(batch) >= _BATCH_ARTICLES or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, ids, characters = [], set(), 0
    if batch:
        yield batch
