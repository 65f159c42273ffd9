"""Searching by meaning beside searching by words, in a thread more, while a process answers one question alone.

FAISS, tantivy and SQLite let go of Python's lock while they search. With other questions under way the processors have
enough to do, and a second thread would only take turns with theirs.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class Beside:
    """Runs work in a thread of its own, where that helps. Safe to share between threads."""

    def __init__(self, processors: int | None = None) -> None:
        """Nothing is started yet; `processors` are those that this process may use, counted if not given."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hoidap-search")
        self._lock = threading.Lock()
        self._questions = 0
        self._processors = _processors() if processors is None else processors

    @contextmanager
    def question(self) -> Iterator[None]:
        """Count the block as a question under way."""
        with self._lock:
            self._questions += 1
        try:
            yield
        finally:
            with self._lock:
                self._questions -= 1

    def start(self, work: Callable[[], T]) -> Callable[[], T]:
        """Begin with `work`, and return what gives its result: it waits, or does the work where it has not begun.

        With other questions under way, it is done before. What `work` raises is raised here or by what was returned.
        """
        if self._processors > 1 and self._questions <= 1:
            future = self._thread.submit(work)
            return lambda: work() if future.cancel() else future.result()
        done = work()
        return lambda: done


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
