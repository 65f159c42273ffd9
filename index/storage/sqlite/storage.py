"""Articles, passages and vectors on disk: one SQLite file in one folder, and a lock for writers beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from index.errors import CorpusError
from index.models.encoder import Vectors
from index.storage.locking import WriteLock
from index.storage.protocol import Manifest, PendingPassage, ReindexState
from index.storage.sqlite.articles import ArticleQueries
from index.storage.sqlite.change import SqliteChange
from index.storage.sqlite.database import Database
from index.storage.sqlite.manifest import CALIBRATION, MODEL_SINCE, REVISION, Meta
from index.storage.sqlite.passages import PassageQueries
from index.storage.sqlite.reindex import ReindexTable

STORE_FILE = "corpus.db"
WRITE_LOCK = "write.lock"
_REINDEX_LOCK = "reindex.lock"
VECTORS_CACHE, TEXT_CACHE = CACHES = ("dense", "lexical")
"""Folders beside the store that are made from it."""


class SqliteStorage(ArticleQueries, PassageQueries):
    """See `Storage`. Caches of what is stored may lie in the same folder."""

    def __init__(self, folder: Path, database: Database) -> None:
        """Assemble; use `open`."""
        super().__init__(database)
        self.folder = folder
        self._meta = Meta(database)
        self._reindex = ReindexTable(database)
        self._write_lock = WriteLock(folder / WRITE_LOCK)

    @classmethod
    def open(cls, folder: Path) -> SqliteStorage:
        """Open the storage in `folder`, creating an empty one where there is none.

        Raises:
            CorpusError: the folder cannot be used, or its file is damaged or of a newer format.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CorpusError(str(folder), f"cannot be created: {error.strerror}") from error
        return cls(folder, Database.open(folder / STORE_FILE))

    @property
    def location(self) -> str:
        """The folder."""
        return str(self.folder)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def reading(self) -> AbstractContextManager[None]:
        """Let everything that this thread reads inside the block come from one state."""
        return self._database.reading()

    @contextmanager
    def writing(self) -> Iterator[SqliteChange]:
        """Change the corpus in one commit, one writer at a time; see `Storage.writing`."""
        with self._write_lock.held(), self._database.transaction():
            yield SqliteChange(self._database)

    @contextmanager
    def reindexing(self) -> Iterator[None]:
        """Keep other processes from reindexing meanwhile; see `Storage.reindexing`."""
        busy = "another process is reindexing it"
        with WriteLock(self.folder / _REINDEX_LOCK, patience_seconds=0.0, busy=busy).held():
            yield

    def revision(self) -> int:
        """Return the revision last committed by any process."""
        return self._meta.number(REVISION)

    def model_since(self) -> int:
        """Return the revision that put the present model in the place of another; 0 when it is the first."""
        return self._meta.number(MODEL_SINCE)

    def manifest(self) -> Manifest:
        """Return what the corpus says of itself."""
        with self.reading():
            return self._meta.manifest()

    def calibration(self) -> Mapping[str, Any] | None:
        """Return the calibration of confidence for the present model, None if there is none."""
        stored: Mapping[str, Any] | None = self._meta.get(CALIBRATION)
        return stored

    def bytes_used(self) -> int:
        """Return how many bytes all files of the folder take, caches included."""
        return sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file())

    def reindex(self) -> ReindexState | None:
        """Return how far a reindex is, None when there is no unfinished one."""
        return self._reindex.state()

    def pending(self, limit: int) -> list[PendingPassage]:
        """Return the first `limit` passages that a reindex has still to encode, by number."""
        return self._reindex.pending(limit)

    def reindexed(self) -> Iterator[tuple[int, Vectors]]:
        """Yield the vectors that an unfinished reindex has, with the numbers of their passages."""
        return self._reindex.vectors()

    def damage(self) -> list[str]:
        """Return what SQLite finds wrong with the file, nothing when it is sound."""
        return self._database.damage()

    def backup(self, target: Path) -> None:
        """Write everything to one file, as it is at this moment, while others read and write."""
        self._database.copy_to(target)

    def compact(self) -> None:
        """Give the space of what was removed back to the disk."""
        with self._write_lock.held():
            self._database.vacuum()
