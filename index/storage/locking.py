"""One writer at a time, across threads and processes."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import CorpusBusy, CorpusError

_POLL_SECONDS = 0.01
"""Seconds between two tries to take the lock: a judgement, well below the time of a commit."""


class WriteLock:
    """A lock file that the kernel lets go of when its holder dies, so a crash never leaves it locked."""

    def __init__(self, file: Path, patience_seconds: float = 60.0, busy: str | None = None) -> None:
        """Wait up to `patience_seconds` for another writer; `busy` says what is wrong when that is not enough."""
        self._file = file
        self._patience = patience_seconds
        self._reason = busy or f"it has been locked by other writers for {patience_seconds:.0f} seconds; try again"
        self._threads = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock.

        Raises:
            CorpusBusy: another writer keeps it for longer than we wait.
            CorpusError: the lock file cannot be created.
        """
        deadline = time.monotonic() + self._patience
        if not self._threads.acquire(timeout=self._patience):
            raise self._busy()
        try:
            try:
                descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o644)
            except OSError as error:
                raise CorpusError(str(self._file.parent), f"cannot be written: {error.strerror}") from error
            try:
                while True:
                    try:
                        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        break
                    except BlockingIOError:
                        if time.monotonic() > deadline:
                            raise self._busy() from None
                        time.sleep(_POLL_SECONDS)
                yield
            finally:
                os.close(descriptor)  # closing lets go of the lock
        finally:
            self._threads.release()

    def _busy(self) -> CorpusBusy:
        return CorpusBusy(str(self._file.parent), self._reason)
