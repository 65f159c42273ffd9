"""Vectors in FAISS and words in tantivy, two caches in one folder that follow a storage together.

A writer brings the text index up to the storage before it reports success. The vectors in memory follow the text
index. A view joins the two at one revision, so every search of it, filtered or not, is of one state.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from index.errors import CorpusBusy, CorpusError
from index.model_in_use import ModelInUse
from index.reading.searched import NOTHING_ANALYSED, Analysed
from index.search.joined_view import JoinedView
from index.search.protocol import IndexFigures
from index.search.text.index import TextIndex
from index.search.vectors.index import VectorIndex
from index.storage.locking import WriteLock
from index.storage.protocol import Feed, Storage
from index.storage.sqlite.storage import TEXT_CACHE, VECTORS_CACHE

_LOCK = "search.lock"
_MERGE_LOCK = "merge.lock"
_MERGE_PATIENCE_SECONDS = 1.0
"""Seconds that a merge in the background waits for another process that merges: a limit; it comes up again."""

_log = logging.getLogger("hoidap.search")


class EmbeddedIndex:
    """See `SearchIndex`. Threads share one object; processes share the files, one of them writing at a time."""

    def __init__(self, folder: Path, storage: Storage, model: ModelInUse) -> None:
        """Open the caches in `folder` and bring them up to the storage, making them where there are none.

        Raises:
            CorpusError: they cannot be written.
        """
        self._folder = folder
        self._storage = storage
        self._model = model
        self._writing = WriteLock(folder / _LOCK)
        self._following = threading.Lock()
        self._merging = threading.Lock()
        self._vectors_since = model.since
        self._vectors = self._open_vectors()
        self._text = self._open_text()
        text = self._text.refresh()
        if text.revision != storage.revision():
            self._follow_text()
        self._view = JoinedView(self._vectors.view, text, storage)  # shown to nobody: joined before anybody can ask
        with self._following:
            self._join()
        self._merge_if_due()

    def _open_vectors(self) -> VectorIndex:
        dimensions = self._model.encoder.record.dimensions
        return VectorIndex.open(self._folder / VECTORS_CACHE, dimensions, self._model.since)

    def _open_text(self) -> TextIndex:
        """Open the text index; the lock is needed only where its files must be made."""
        try:
            return TextIndex(self._folder / TEXT_CACHE, may_write=False)
        except ValueError:
            with self._writing.held():
                return TextIndex(self._folder / TEXT_CACHE)

    def close(self) -> None:
        """Wait for a merge under way."""
        with self._merging:
            pass

    def view(self) -> JoinedView:
        """Return a state that holds everything acknowledged by any process."""
        if self._view.revision != self._storage.revision():
            with self._following:
                self._join()
        return self._view

    def follow(self, analysed: Mapping[str, Analysed] = NOTHING_ANALYSED) -> None:
        """Take in what was committed, so that every later view of any process shows it."""
        if self._text.refresh().revision != self._storage.revision():
            self._follow_text(analysed)
        with self._following:
            self._join()
        self._merge_if_due()

    def _merge_if_due(self) -> None:
        if self._vectors.needs_merge() and self._merging.acquire(blocking=False):
            try:
                threading.Thread(target=self._merge_in_background, name="hoidap-merge", daemon=False).start()
            except RuntimeError:  # too many threads; what was stored is searched all the same
                self._merging.release()
                _log.warning("%s: no thread to merge the vectors in", self._folder)

    def merge(self) -> None:
        """Merge all vectors into one base."""
        with self._merging:
            self._merge(WriteLock(self._folder / _MERGE_LOCK))

    def figures(self) -> IndexFigures:
        """Return what the index says of itself."""
        vectors = self.view().vectors
        accuracy = vectors.base.accuracy
        return IndexFigures(
            "exact" if accuracy is None else "quantised",
            len(vectors.base.numbers),
            len(vectors.tail_numbers),
            None if accuracy is None else accuracy.recall,
            None if accuracy is None else accuracy.candidates,
        )

    def problems(self) -> Iterator[str]:
        """Yield where the caches differ from the storage. A cache is rebuilt when its folder is deleted."""
        while True:
            self.follow()
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
            yield f"the vector index holds {len(held)} passages, and should {len(stored)}; delete the folder `dense`"
        if (indexed := view.text.count_all()) != passages:
            yield f"the text index holds {indexed} passages, the store {passages}; delete the folder `lexical`"

    def _follow_text(self, analysed: Mapping[str, Analysed] = NOTHING_ANALYSED) -> None:
        """Bring the text index up to the storage; not to be called inside `Storage.reading`, whose state may be old."""
        with self._writing.held(), self._storage.reading():
            at, present = self._text.refresh().revision, self._storage.revision()
            if at == present:
                return
            if at > present:
                _log.warning("%s: the store was replaced by an older one; rebuilding the text index", self._folder)
            elif at == 0:
                _log.info("%s: building the text index", self._folder)
            anew = at > present
            feed = self._storage.feed(0 if anew else at)
            if feed is not None:
                self._text.apply(feed.texts, feed.removed, feed.revision, anew=anew, analysed=analysed)

    def _join(self) -> None:
        """Make the view of the newest revision that both caches can show, and take up another model.

        Not to be called inside `Storage.reading`: the state read there may be older than the text index.
        """
        while True:
            self._model.follow()
            if self._vectors_since != self._model.since:
                self._vectors, self._vectors_since = self._open_vectors(), self._model.since
            text = self._text.refresh()
            with self._storage.reading():
                if not self._model.is_still(self._model.since):
                    continue  # switched again while the model was being loaded
                if self._may_show(text.revision) and self._follow_vectors(text.revision):
                    self._view = JoinedView(self._vectors.view, text, self._storage)
                    return
            # The text index is behind in a way that cannot be shown. Either another writer is about to go on or builds
            # it, and this waits for that and finds nothing to do, or a writer died halfway.
            self._follow_text()

    def _may_show(self, revision: int) -> bool:
        """Whether a view may be at `revision`: it never goes back, unless the storage has."""
        present = self._storage.revision()
        return min(self._view.revision, present) <= revision <= present

    def _follow_vectors(self, revision: int) -> bool:
        """Bring the vectors to `revision`, that of the text index; return whether that can be done."""
        if self._vectors.view.revision > revision:
            self._vectors.forget()  # the storage was replaced by an older one, or the text index was lost
        self._vectors.take_newer(revision)
        at = self._vectors.view.revision
        if at < revision:
            feed = self._storage.feed(at, revision)
            if feed is None:
                return False
            if at == 0 and self._started(feed):
                return True
            feed = self._storage.feed(at, revision) if at == 0 else feed
            if feed is None:
                return False
            self._vectors.apply(feed.vectors, feed.removed, feed.revision)
        return True

    def _started(self, feed: Feed) -> bool:
        """Begin with all vectors of the storage; returns whether that could be done."""
        try:
            # Whoever merges in this process waits for `_following`, which is held here: so this never waits for it.
            lock = WriteLock(self._folder / _MERGE_LOCK, patience_seconds=0.0)
            self._vectors.start(feed.vectors, feed.revision, lock)
        except (CorpusError, OSError):
            _log.warning("%s: no base of vectors can be written now; all stay in memory", self._folder, exc_info=True)
            return False
        return True

    def _merge_in_background(self) -> None:
        """Merge. The caller has taken `_merging`; it is released at the end."""
        try:
            self._merge(WriteLock(self._folder / _MERGE_LOCK, patience_seconds=_MERGE_PATIENCE_SECONDS))
        except CorpusBusy:
            pass  # after a later batch there is another try
        except Exception:
            _log.exception("%s: merging the vectors failed; they are searched as they were", self._folder)
        finally:
            self._merging.release()

    def _merge(self, lock: WriteLock) -> None:
        """Merge the vectors of the present view into a base, unless another process has written a newer one.

        Questions are answered and articles stored meanwhile; what came since goes on as the tail of the new base.
        """
        started = time.monotonic()
        with self._following:
            self._join()
        with lock.held():
            with self._following:
                vectors = self._vectors
                view = vectors.view
                newer = vectors.revision_on_disk() > view.revision
                if newer or not self._model.is_still(self._model.since):
                    return
            vectors.write_merged(view)
            with self._following:
                vectors.take_newer(view.revision)
                if vectors is self._vectors and vectors.view.revision == self._view.revision:
                    self._view = JoinedView(vectors.view, self._view.text, self._storage)
        _log.info("%s: merged %d vectors in %.1f s", self._folder, len(view), time.monotonic() - started)
