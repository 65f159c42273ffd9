"""One SQLite file: schema, transactions, a connection for each thread. The only file that imports sqlite3."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from index.dates import wall_instant
from index.errors import BackupError, CorpusError
from index.storage.files import sync
from index.storage.halves import from_singles
from index.storage.sqlite import schema
from index.storage.sqlite.byte_offsets import bytes_before_json

_log = logging.getLogger("hoidap.storage")

_PAUSE_SECONDS = 0.01
"""Seconds between two tries of what SQLite does not wait for: a judgement."""
_BUSY_SECONDS = 30.0
"""Seconds that SQLite waits for another writer: a limit. Ours wait for `write.lock` before."""
_PAGE_BYTES = 16_384
"""Bytes of a page of a new file: a judgement, since a passage with its vector takes 1 to 2 kB, and what is left of a
page is lost. Of 4,096 bytes a third was."""
_READING_CACHE_KILOBYTES, _WRITING_CACHE_KILOBYTES = 512, 2_000
"""Pages that SQLite keeps for a thread that reads, and for one that has written. The former measured on 210,160
passages, where 2,000, its default, read no quicker: the system keeps them too, for all processes."""

MIGRATION_FUNCTIONS: dict[str, Callable[..., float | bytes | str | None]] = {
    "wall_instant": wall_instant,
    "from_singles": from_singles,
    "bytes_before": bytes_before_json,
}
"""What the statements of a migration may call."""


class Database:
    """A SQLite file shared by all threads, each on a connection of its own."""

    def __init__(self, file: Path) -> None:
        """Assemble; use `open`."""
        self._file = file
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    @classmethod
    def open(cls, file: Path) -> Database:
        """Open the file, creating its tables where there are none and migrating those of an older format.

        Raises:
            CorpusError: the file is damaged, of a newer format, or cannot be written.
        """
        database = cls(file)
        try:
            if database._is_empty():
                with database.transaction():
                    if database._is_empty():
                        schema.create(database.run)
            version = database._version()
            if (reason := schema.why_unreadable(version)) is not None:
                raise CorpusError(str(file.parent), reason)
            if version < schema.FORMAT_VERSION:
                database._migrate()
        except sqlite3.Error as error:
            database.close()
            raise CorpusError(str(file.parent), f"{file.name} cannot be opened: {error}") from error
        except CorpusError:
            database.close()
            raise
        return database

    def _migrate(self) -> None:
        """Bring the tables of an older format to the present one, in one transaction."""
        with self.transaction():
            version = self._version()  # another process may have been quicker
            if version < schema.FORMAT_VERSION:
                for name, function in MIGRATION_FUNCTIONS.items():
                    self._connection.create_function(name, -1, function, deterministic=True)
                schema.migrate(version, self.run)
                _log.info("%s: migrated from format %d to %d", self._file, version, schema.FORMAT_VERSION)

    def _version(self) -> int:
        return int(self.run("PRAGMA user_version").fetchone()[0])

    def close(self) -> None:
        """Close every thread's connection."""
        with self._lock:
            self._closed = True
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    def run(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        return self._connection.execute(statement, values)

    def run_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each row of values."""
        self._connection.executemany(statement, rows)

    def damage(self) -> list[str]:
        """Return what SQLite finds wrong with the file, nothing when it is sound."""
        found = [str(row[0]) for row in self.run("PRAGMA integrity_check")]
        found = [] if found == ["ok"] else found
        return found + [
            f"table {row[0]}: row {row[1]} refers to nothing" for row in self.run("PRAGMA foreign_key_check")
        ]

    def copy_to(self, target: Path) -> None:
        """Write a sound, compact copy of this moment, while others read and write.

        Raises:
            BackupError: the target exists or cannot be written; nothing is left of a copy that failed.
        """
        if target.exists():
            raise BackupError(str(target), "exists already; choose another file")
        unfinished = target.with_name(f"{target.name}.unfinished")
        try:
            unfinished.unlink(missing_ok=True)
            self.run("VACUUM INTO ?", (str(unfinished),))
            sync(unfinished)
            unfinished.rename(target)
            sync(target.parent)
        except (sqlite3.Error, OSError) as error:
            unfinished.unlink(missing_ok=True)
            raise BackupError(str(target), f"cannot be written: {error}") from error

    def vacuum(self) -> None:
        """Give the space of what was removed back to the disk."""
        try:
            if self.run("PRAGMA page_size").fetchone()[0] != _PAGE_BYTES:
                # Only a file without a log can change its pages, and only while no other process has it open.
                with suppress(sqlite3.OperationalError):
                    self.run("PRAGMA journal_mode = DELETE")
            self.run(f"PRAGMA page_size = {_PAGE_BYTES}")
            self.run("VACUUM")
            _log_ahead(self._connection)
            self.run("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise CorpusError(str(self._file.parent), f"cannot be compacted: {error}") from error

    def _is_empty(self) -> bool:
        return bool(self.run("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0)

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with self._lock:
                if self._closed:
                    raise CorpusError(str(self._file.parent), "is closed")
                connection = sqlite3.connect(
                    self._file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
                )
                self._connections.append(connection)
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")  # of a new file, or of a copy
            _log_ahead(connection)
            # FULL: a commit is on disk when it returns, which is what an acknowledged article promises.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = -{_READING_CACHE_KILOBYTES}")
            self._local.connection = connection
        return connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write in one transaction: all of it or, after any error, nothing.

        Raises:
            CorpusError: the disk is full or cannot be written.
        """
        connection = self._connection
        try:
            connection.execute(f"PRAGMA cache_size = -{_WRITING_CACHE_KILOBYTES}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if connection.in_transaction:  # SQLite itself goes back when the disk is full
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise CorpusError(str(self._file.parent), f"writing failed, nothing was changed: {error}") from error

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read several things from one state of the corpus."""
        connection = self._connection
        if connection.in_transaction:
            yield
            return
        connection.execute("BEGIN")
        try:
            yield
        finally:
            connection.execute("COMMIT")


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Have changes written to a log; SQLite does not wait by itself while another process does the same."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)


def check_copy(file: Path) -> None:
    """Raise unless `file` is a sound copy of a corpus, of this format or an older one.

    Raises:
        BackupError: says what is wrong.
    """
    if not file.is_file():
        raise BackupError(str(file), "is not a file")
    try:
        connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
        try:
            application, version, state = (
                connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("application_id", "user_version", "quick_check")
            )
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise BackupError(str(file), f"is no backup of a corpus: {error}") from error
    if application != schema.APPLICATION_ID:
        raise BackupError(str(file), "is no backup of a corpus")
    if (reason := schema.why_unreadable(version)) is not None:
        raise BackupError(str(file), reason)
    if state != "ok":
        raise BackupError(str(file), f"is damaged: {state}")
