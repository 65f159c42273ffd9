"""Which storage a location names."""

from __future__ import annotations

import shutil
from pathlib import Path

from index.errors import CorpusError
from index.storage.files import sync
from index.storage.locking import WriteLock
from index.storage.protocol import Storage
from index.storage.sqlite.database import check_copy
from index.storage.sqlite.storage import CACHES, STORE_FILE, WRITE_LOCK, SqliteStorage


def open_storage(location: Path) -> Storage:
    """Open the storage at a location, creating an empty one where there is none.

    Args:
        location: a folder.

    Raises:
        CorpusError: it cannot be used, is damaged or was written by a newer version.
    """
    return SqliteStorage.open(location)


def exists(location: Path) -> bool:
    """Whether there is a corpus at a location."""
    return (location / STORE_FILE).is_file()


def recorded_model(location: Path) -> str | None:
    """Return the name of the model that the corpus at a location was built with, None where there is no corpus.

    Raises:
        CorpusError: there is one, and it cannot be used.
    """
    if not exists(location):
        return None
    storage = open_storage(location)
    try:
        model = storage.manifest().model
    finally:
        storage.close()
    return None if model is None else model.record.name


def restore(file: Path, location: Path) -> None:
    """Make a corpus in a folder from a backup; its indexes are built when it is opened.

    Raises:
        BackupError: the file is no sound backup.
        CorpusError: there is a corpus in the folder already, or it cannot be written.
    """
    check_copy(file)
    target = location / STORE_FILE
    unfinished = location / f"{STORE_FILE}.unfinished"
    try:
        location.mkdir(parents=True, exist_ok=True)
        with WriteLock(location / WRITE_LOCK).held():
            if target.exists():
                raise CorpusError(str(location), "holds a corpus already; restore into another folder with --data")
            for leftover in ("-wal", "-shm"):  # of a store that was deleted: SQLite would play it over this one
                (location / f"{STORE_FILE}{leftover}").unlink(missing_ok=True)
            for cache in CACHES:
                shutil.rmtree(location / cache, ignore_errors=True)
            shutil.copyfile(file, unfinished)
            sync(unfinished)
            unfinished.rename(target)
            sync(location)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise CorpusError(str(location), f"cannot be written: {error.strerror or error}") from error
