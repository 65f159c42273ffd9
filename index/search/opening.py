"""Which index searches a storage."""

from __future__ import annotations

from index.model_in_use import ModelInUse
from index.search.brute_force import BruteForceIndex
from index.search.embedded import EmbeddedIndex
from index.search.protocol import SearchIndex
from index.storage.memory.storage import MemoryStorage
from index.storage.protocol import Storage
from index.storage.sqlite.storage import SqliteStorage


def open_index(storage: Storage, model: ModelInUse) -> SearchIndex:
    """Open what searches a storage and bring it up to date.

    Raises:
        CorpusError: it cannot be written.
    """
    match storage:
        case SqliteStorage():
            return EmbeddedIndex(storage.folder, storage, model)
        case MemoryStorage():
            return BruteForceIndex(storage, model)
        case _:
            raise TypeError(f"nothing searches a {type(storage).__name__}")
