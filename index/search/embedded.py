"""Vectors in FAISS and words in tantivy, two caches in one folder that follow a storage together.

Who writes articles brings the text index up to the storage before saying so; the vectors are in memory and follow the
text index. A view joins the two at one revision, so every search of it, filtered or not, is of one state.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.filters import NO_FILTERS, Filters
from index.model_in_use import ModelInUse
from index.models.encoder import Vectors
from index.records import Ranking
from index.search.protocol import IndexFigures, Mode, TermStatistics
from index.search.text import TextIndex, TextView
from index.search.vectors import VectorIndex, VectorView
from index.storage.locking import WriteLock
from index.storage.protocol import Storage
from index.storage.sqlite.storage import TEXT_CACHE, VECTORS_CACHE
from index.text.analysis import Terms

_log = logging.getLogger("hoidap.search")


@dataclass(frozen=True, slots=True)
class EmbeddedView:
    """See `SearchView`. The text index tells which passages pass a filter, so that both sides know the same ones."""

    vectors: VectorView
    text: TextView

    @property
    def revision(self) -> int:
        """The revision of the storage that this view shows."""
        return self.text.revision

    def nearest(self, vector: Vectors, limit: int, filters: Filters = NO_FILTERS) -> Ranking:
        """Return the passages nearest to a unit vector, shape (dimensions,), by cosine."""
        return self.vectors.search(vector, limit, self.text.passages(filters) if filters else None)

    def matching(self, terms: Terms, limit: int, filters: Filters = NO_FILTERS) -> Ranking:
        """Return the passages that match `terms` best, by BM25."""
        return self.text.search(terms, limit, filters)

    def cosines(self, vector: Vectors, numbers: Sequence[int]) -> dict[int, float]:
        """Return the cosine of each of these passages with a unit vector; passages without a vector are missing."""
        return self.vectors.scores(vector, numbers)

    def bm25(self, terms: Terms, numbers: Sequence[int]) -> dict[int, float]:
        """Return the BM25 score of each of these passages; passages that match nothing are missing."""
        return self.text.score(terms, numbers)

    def statistics(self, terms: Terms) -> TermStatistics:
        """Return what BM25 knows of `terms`; removed passages count until tantivy merges their segments."""
        return self.text.statistics(terms)

    def count(self, mode: Mode, terms: Terms, filters: Filters = NO_FILTERS) -> int:
        """Return how many passages pass the filters and can be found; see `SearchView.count`."""
        if mode == "lexical":
            return self.text.count(terms, filters)
        if not filters and (mode == "dense" or len(self.vectors) == self.text.count_all()):
            return len(self.vectors)
        passing = self.text.passages(filters)
        near = np.intersect1d(passing, self.vectors.alive_numbers(), assume_unique=True)
        if mode == "dense" or len(near) == len(passing):
            return len(near)
        only_words: NDArray[np.int64] = np.setdiff1d(passing, near, assume_unique=True)
        return len(near) + len(self.text.score(terms, only_words.tolist()))


class EmbeddedIndex:
    """See `SearchIndex`. Threads share one object; processes share the files, one of them writing at a time."""

    _view: EmbeddedView

    def __init__(self, folder: Path, storage: Storage, model: ModelInUse) -> None:
        """Open the caches in `folder` and bring them up to the storage, making them where there are none.

        Raises:
            CorpusError: they cannot be written.
        """
        self._folder = folder
        self._storage = storage
        self._model = model
        self._writing = WriteLock(folder / "search.lock")
        self._following = threading.Lock()
        self._merging = threading.Lock()
        self._vectors = self._open_vectors()
        if TextIndex.exists(folder / TEXT_CACHE):
            self._text = TextIndex(folder / TEXT_CACHE)
        else:
            with self._writing.held():
                self._text = TextIndex(folder / TEXT_CACHE)
        if self._text.view.revision != storage.revision():
            self._follow_text()
        with self._following:
            self._join()

    def _open_vectors(self) -> VectorIndex:
        return VectorIndex.open(self._folder / VECTORS_CACHE, self._model.encoder.record.dimensions, self._model.since)

    def close(self) -> None:
        """Wait for a merge under way."""
        with self._merging:
            pass

    def view(self) -> EmbeddedView:
        """Return a state that holds everything acknowledged by any process."""
        if self._view.revision != self._storage.revision():
            with self._following:
                self._join()
        return self._view

    def follow(self) -> None:
        """Take in what was committed, so that every later view of any process shows it."""
        self._follow_text()
        with self._following:
            self._join()
        if self._vectors.needs_merge() and self._merging.acquire(blocking=False):
            threading.Thread(target=self._merge_in_background, name="hoidap-merge", daemon=False).start()

    def merge(self) -> None:
        """Merge all vectors into one base."""
        with self._merging:
            self._merge()

    def figures(self) -> IndexFigures:
        """Return what the index says of itself."""
        vectors = self.view().vectors
        return IndexFigures(len(vectors.base.numbers), len(vectors.tail_numbers))

    def problems(self) -> Iterator[str]:
        """Yield where the caches differ from the storage; without its folder, a cache is built anew."""
        while True:
            self._follow_text()
            view = self.view()
            with self._storage.reading():
                if self._storage.revision() != view.revision:
                    continue  # changed meanwhile
                feed = self._storage.feed(0)
                blocks = [] if feed is None else [numbers for numbers, _vectors in feed.vectors]
                passages = self._storage.counts().passages
                break
        stored = np.concatenate(blocks) if blocks else np.empty(0, dtype=np.int64)
        held = view.vectors.alive_numbers()
        if not np.array_equal(held, stored):
            yield f"the vector index holds {len(held)} passages, the store {len(stored)}; delete the folder `dense`"
        if (indexed := view.text.count_all()) != passages:
            yield f"the text index holds {indexed} passages, the store {passages}; delete the folder `lexical`"

    def _follow_text(self) -> None:
        """Bring the text index up to the storage."""
        with self._writing.held(), self._storage.reading():
            self._text.refresh()
            at, present = self._text.view.revision, self._storage.revision()
            if at > present:
                _log.warning("%s: the store was replaced by an older one; rebuilding the text index", self._folder)
                self._text.clear()
                at = 0
            feed = self._storage.feed(at) if at < present else None
            if feed is not None:
                if at == 0:
                    _log.info("%s: building the text index", self._folder)
                self._text.apply(feed.texts, feed.removed, feed.revision)

    def _join(self) -> None:
        """Make the view of the newest revision that both caches can show, and take up another model.

        Not to be called inside `Storage.reading`: the state read there may be older than the text index.
        """
        while True:
            if self._model.follow():
                self._vectors = self._open_vectors()
            self._text.refresh()
            with self._storage.reading():
                if not self._model.is_still(self._model.since):
                    continue  # switched again while the model was being loaded
                if self._follow_vectors(self._text.view.revision):
                    self._view = EmbeddedView(self._vectors.view, self._text.view)
                    return
            # The text index is behind in a way that cannot be shown any more. Either a writer is about to go on, and
            # this waits for it and finds nothing to do, or it died halfway.
            self._follow_text()

    def _follow_vectors(self, revision: int) -> bool:
        """Bring the vectors to `revision`, that of the text index; return whether that can be done."""
        if revision > self._storage.revision():
            return False
        if self._vectors.view.revision > revision:
            self._vectors.forget()  # the storage was replaced by an older one, or the text index was lost
        at = self._vectors.view.revision
        if at < revision:
            feed = self._storage.feed(at, revision)
            if feed is None:
                return False
            self._vectors.apply(feed.vectors, feed.removed, feed.revision)
        return True

    def _merge_in_background(self) -> None:
        """Merge, with `_merging` held by who started this, and let go of it."""
        try:
            self._merge()
        except Exception:
            _log.exception("%s: merging the vectors failed; they are searched as they were", self._folder)
        finally:
            self._merging.release()

    def _merge(self) -> None:
        with self._following:
            self._join()
            with self._writing.held():
                started = time.monotonic()
                self._vectors.merge()
            self._view = EmbeddedView(self._vectors.view, self._text.view)
        _log.info("%s: merged %d vectors in %.1f s", self._folder, len(self._vectors.view), time.monotonic() - started)
