"""Changing the model of a corpus while it is in use: encode beside the old vectors, then switch in one transaction.

Every batch is committed, so an interrupted reindex goes on where it was. Articles that are added meanwhile have higher
passage numbers and are encoded in their turn; the last few under the write lock, right before the switch.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.corpus import STORE_FILE, Corpus
from index.errors import CorpusError
from index.models.encoder import Encoder, Fingerprint, ModelRecord, Vectors
from index.storage.locking import WriteLock
from index.storage.sqlite.replacement import PendingPassage, ReindexState, Replacement
from index.storage.sqlite.store import Store

_BATCH_PASSAGES = 128
"""A batch is committed; a process that is killed loses no more than one."""
_LAST_PASSAGES = 32
"""So many are encoded while writers wait, at most."""

_log = logging.getLogger("hoidap.reindexing")


class Reindexing:
    """A reindex to one model, begun or taken up again.

    Attributes:
        before: the model in use so far.
        dropped: the model of another unfinished reindex that was dropped for this one, None when there was none.
        is_current: whether the corpus uses the model, at the beginning or since the switch.
        passages: how many there were at the switch.
    """

    def __init__(self, folder: Path, encoder: Encoder, store: Store) -> None:
        """Assemble; use `reindexing`."""
        self._folder = folder
        self._encoder = encoder
        self._store = store
        self._replacement = Replacement(store)
        self._write_lock = WriteLock(folder / "write.lock")
        self._target = Fingerprint.of(encoder)
        self.before: ModelRecord | None = None
        self.dropped: ModelRecord | None = None
        self.is_current = False
        self.passages = 0

    def begin(self) -> None:
        """Take up what was interrupted, or start; drop what was begun with another model."""
        with self._write_lock.held(), self._store.transaction():
            used = self._store.model()
            unfinished = self._replacement.target()
            self.before = used.record if used is not None else None
            self.is_current = used is not None and used.matches(self._target)
            goes_on = unfinished is not None and unfinished.matches(self._target) and not self.is_current
            if unfinished is not None and not goes_on:
                self.dropped = unfinished.record
                self._replacement.drop()
            if not goes_on and not self.is_current:
                self._replacement.begin(self._target)

    def state(self) -> ReindexState | None:
        """Return how far it is; None when there is nothing to do, or nothing left."""
        return self._replacement.state()

    def run(self) -> Iterator[ReindexState]:
        """Encode and switch; yields after every batch. Then build the vector index anew.

        Raises:
            CorpusError: something cannot be written; what was encoded so far is kept.
            CorpusBusy: another process keeps the write lock.
        """
        while not self.is_current:
            while batch := self._replacement.pending(_BATCH_PASSAGES):
                vectors = self._encode(batch)
                with self._write_lock.held(), self._store.transaction():
                    self._replacement.put(batch, vectors)
                state = self.state()
                if state is not None:
                    yield state
            self._switch()
        with Corpus.open(self._folder, self._encoder) as corpus:
            try:
                corpus.merge()
            except (OSError, RuntimeError) as error:
                # Only a cache: the corpus is searched without it until the next merge.
                _log.warning("%s: the vector index cannot be written: %s", self._folder, error)

    def _switch(self) -> None:
        """Encode what came in since the last batch and switch; leave it to another round when it is too much."""
        with self._write_lock.held():
            last = self._replacement.pending(_LAST_PASSAGES + 1)
            if len(last) > _LAST_PASSAGES:
                return
            vectors = self._encode(last)
            with self._store.transaction():
                self._replacement.put(last, vectors)
                self._replacement.switch(self._target, self._store.begin_change())
            self.is_current = True
            self.passages = self._store.counts().passages

    def _encode(self, passages: list[PendingPassage]) -> Vectors:
        return self._encoder.encode_passages([passage.text for passage in passages])


@contextmanager
def reindexing(folder: Path, encoder: Encoder) -> Iterator[Reindexing]:
    """Begin to encode the corpus in `folder` with `encoder`, or take up what was interrupted.

    Raises:
        CorpusError: there is no corpus, or it cannot be written.
        CorpusBusy: another process does it already.
    """
    if not (folder / STORE_FILE).is_file():
        raise CorpusError(str(folder), "holds no corpus to encode anew")
    lock = WriteLock(folder / "reindex.lock", patience_seconds=0.0, busy="another process is reindexing it")
    with lock.held():
        store = Store.open(folder / STORE_FILE)
        try:
            work = Reindexing(folder, encoder, store)
            work.begin()
            yield work
        finally:
            store.close()
