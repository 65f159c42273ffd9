"""Lets few requests of a kind work at once and a bounded number wait for their turn; others are refused at once.

Requests compute in threads, which take turns at Python's lock, so more threads than a few make every one of them slower
and none of them sooner. What waits here costs nothing, has its turn in order, and is dropped when its client goes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

import anyio
from anyio import CapacityLimiter, Semaphore, to_thread
from fastapi import Request

from api.errors import ProblemError
from api.metrics import Queue
from index.models.encoder import BUILTIN_MODEL

_ASKING_THREADS, _ASKING_THREADS_BUILTIN = 16, 2
"""Questions that one process works on at once, with other people's models and with the built-in one.

Measured with MiniLM, two workers and 32 clients: 16 and 14 core-milliseconds a question with 8 and 16, since questions
that meet at the model are encoded together. With the built-in model 2, 4, 8 and 16 take the same time, and each more
takes 4 MB a worker."""
WRITING_THREADS = 4
"""Requests that one process stores articles for at once; more would wait for the write lock."""
_CLIENT_CLOSED_REQUEST = 499
"""Status, in the metrics alone, of a request whose client went before its turn came: HTTP has none, nginx has this."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How many requests of a kind may wait in one process, and for how many seconds."""

    requests: int
    seconds: float


def asking_threads(model: str) -> int:
    """Return how many questions one process works on at once with a model of this name."""
    return _ASKING_THREADS_BUILTIN if model == BUILTIN_MODEL else _ASKING_THREADS


class Admission:
    """The door of one kind of request, such as questions. Belongs to one event loop."""

    def __init__(self, threads: int, patience: Patience, queue: Queue) -> None:
        """Let `threads` requests work at once; `queue` counts those that wait."""
        self._turns = Semaphore(threads, fast_acquire=True)
        self._threads = CapacityLimiter(threads)
        self._patience = patience
        self._queue = queue
        self._waiting = 0

    async def run(self, request: Request, work: Callable[[], T]) -> T:
        """Return what `work` returns, done in a thread when the turn of `request` comes.

        Raises:
            ProblemError: status 503; too many are waiting, or the turn did not come in time.
        """
        try:
            self._turns.acquire_nowait()
        except anyio.WouldBlock:
            await self._wait()
            waited = True
        else:
            waited = False
        try:
            if waited and await request.is_disconnected():
                self._queue.dropped()
                raise ProblemError(_CLIENT_CLOSED_REQUEST, "The client has gone", "the client closed the connection")
            return await to_thread.run_sync(work, limiter=self._threads)
        finally:
            self._turns.release()

    async def _wait(self) -> None:
        """Wait for a turn."""
        if self._waiting >= self._patience.requests:
            raise self._refusal(f"{self._waiting} requests are waiting already")
        self._waiting += 1
        self._queue.entered()
        try:
            with anyio.fail_after(self._patience.seconds):
                await self._turns.acquire()
        except TimeoutError:
            raise self._refusal(f"the turn did not come within {self._patience.seconds:g} seconds") from None
        finally:
            self._waiting -= 1
            self._queue.left()

    def _refusal(self, reason: str) -> ProblemError:
        self._queue.refused()
        return ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE, "Too many requests", f"{reason}; try again", {"Retry-After": "1"}
        )
