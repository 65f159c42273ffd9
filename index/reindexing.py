"""Changing the model of a corpus while it is in use: encode beside the old vectors, then switch in one transaction.

Every batch is committed, so an interrupted reindex goes on where it was. Articles that are added meanwhile have higher
passage numbers and are encoded in their turn; the last few under the write lock, right before the switch.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.corpus import Corpus
from index.errors import CorpusError
from index.models.encoder import Encoder, Fingerprint, ModelRecord, Vectors
from index.storage.opening import exists, open_storage
from index.storage.protocol import PendingPassage, ReindexState, Storage

_BATCH_PASSAGES = 128
"""Passages in one commit: a judgement, as a process that is killed loses no more."""
_LAST_PASSAGES = 32
"""Passages that are encoded while writers wait: a limit."""

_log = logging.getLogger("hoidap.reindexing")


class Reindexing:
    """A reindex to one model, begun or taken up again.

    Attributes:
        before: the model in use so far.
        dropped: the model of another unfinished reindex that was dropped for this one, None when there was none.
        is_current: whether the corpus uses the model, at the beginning or since the switch.
        passages: how many there were at the switch.
    """

    def __init__(self, location: Path, encoder: Encoder, storage: Storage) -> None:
        """Assemble; use `reindexing`."""
        self._location = location
        self._encoder = encoder
        self._storage = storage
        self._target = Fingerprint.of(encoder)
        self.before: ModelRecord | None = None
        self.dropped: ModelRecord | None = None
        self.is_current = False
        self.passages = 0

    def begin(self) -> None:
        """Take up what was interrupted, or start; drop what was begun with another model."""
        with self._storage.writing() as change:
            used = self._storage.manifest().model
            unfinished = self._storage.reindex()
            self.before = used.record if used is not None else None
            self.is_current = used is not None and used.matches(self._target)
            goes_on = unfinished is not None and unfinished.target.matches(self._target) and not self.is_current
            if unfinished is not None and not goes_on:
                self.dropped = unfinished.model
                change.drop_reindex()
            if not goes_on and not self.is_current:
                change.begin_reindex(self._target)

    def state(self) -> ReindexState | None:
        """Return how far it is; None when there is nothing to do, or nothing left."""
        return self._storage.reindex()

    def run(self) -> Iterator[ReindexState]:
        """Encode and switch; yields after every batch. Then build the vector index anew.

        Raises:
            CorpusError: something cannot be written; what was encoded so far is kept.
            CorpusBusy: another process keeps the write lock.
        """
        while not self.is_current:
            while batch := self._storage.pending(_BATCH_PASSAGES):
                vectors = self._encode(batch)
                with self._storage.writing() as change:
                    change.put_reindexed(batch, vectors)
                state = self.state()
                if state is not None:
                    yield state
            self._switch()
        self._rebuild()

    def _switch(self) -> None:
        """Encode what came in since the last batch and switch; leave it to another round when it is too much."""
        with self._storage.writing() as change:
            last = self._storage.pending(_LAST_PASSAGES + 1)
            if len(last) > _LAST_PASSAGES:
                return
            change.put_reindexed(last, self._encode(last))
            change.switch_model()
            passages = self._storage.counts().passages
        self.is_current = True
        self.passages = passages

    def _rebuild(self) -> None:
        """Build the index of the new vectors; only a cache, so the corpus can be searched without."""
        try:
            with Corpus.open(self._location, self._encoder) as corpus:
                corpus.merge()
        except (CorpusError, OSError, RuntimeError) as error:
            _log.warning("%s: the index cannot be built now: %s", self._location, error)

    def _encode(self, passages: list[PendingPassage]) -> Vectors:
        return self._encoder.encode_passages([passage.text for passage in passages])


@contextmanager
def reindexing(location: Path, encoder: Encoder) -> Iterator[Reindexing]:
    """Begin to encode the corpus at a location with `encoder`, or take up what was interrupted.

    Raises:
        CorpusError: there is no corpus, or it cannot be written.
        CorpusBusy: another process does it already.
    """
    if not exists(location):
        raise CorpusError(str(location), "holds no corpus to encode anew")
    storage = open_storage(location)
    try:
        with storage.reindexing():
            work = Reindexing(location, encoder, storage)
            work.begin()
            yield work
    finally:
        storage.close()
