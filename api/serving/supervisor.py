"""Several worker processes behind one address: starts them, hands them connections in turn, replaces those that die.

The supervisor alone accepts connections and hands each to the next worker, so clients are spread evenly however long
they stay; workers that accepted for themselves would share them by chance. It computes nothing, has no thread and opens
no corpus, so it can fork at any time. A model is loaded once, before the first fork, and its memory is shared.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path

from prometheus_client.multiprocess import mark_process_dead

from api.assembly import load_reranker
from api.opening import load_model
from api.serving import sockets
from api.serving.worker import GRACEFUL_SECONDS, READY, Task, work
from api.settings import Settings
from index.errors import HoidapError

_STARTS = 3
"""Starts in one place that may fail in a row before the service ends: a judgement."""
_PAUSE_SECONDS = 1.0
"""Seconds from one start in a place to the next, so that a worker that always dies costs little: a judgement."""
_KILL_SECONDS = GRACEFUL_SECONDS + 5.0
"""Seconds after which a worker that was asked to end is killed: a limit."""
_LOOK_SECONDS = 0.2
"""Seconds between two looks at workers that end: a judgement."""
_WAKE_BYTES = 64
"""Bytes read at once from the socket that signals write to, one each: a judgement."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT)

_log = logging.getLogger("hoidap.serve")


class WorkerFailed(HoidapError):
    """A worker process cannot start; the message is its own error."""


def can_fork() -> bool:
    """Whether processes may be forked here and share what was loaded before; on macOS, system libraries forbid it."""
    return sys.platform == "linux"


@dataclass
class _Process:
    """A worker process, and the supervisor's ends of what leads to it."""

    process: BaseProcess
    connections: socket.socket
    status: Connection
    ready: bool = False

    def hand(self, connection: socket.socket) -> bool:
        """Hand a connection over; returns whether that worked."""
        try:
            return socket.send_fds(self.connections, [b"+"], [connection.fileno()]) > 0
        except OSError:  # it has ended, or has not taken thousands of connections
            return False

    def close(self) -> None:
        """Let go of what leads to it."""
        self.connections.close()
        self.status.close()


@dataclass
class _Place:
    """A place for a worker: the one that is in it, and how those before it fared."""

    worker: _Process | None = None
    failures: int = 0
    error: str = ""
    due: float = 0.0

    @property
    def is_ready(self) -> bool:
        """Whether a worker is in it that can answer."""
        return self.worker is not None and self.worker.ready


class Supervisor:
    """The worker processes of one service."""

    def __init__(self, settings: Settings, workers: int, metrics: Path) -> None:
        """Load what the workers share; `metrics` is a folder for their figures.

        Raises:
            ModelError: the model or the reranker cannot be loaded.
        """
        self._settings = settings
        self._metrics = metrics
        self._places = [_Place() for _ in range(workers)]
        self._threads = max(1, (os.cpu_count() or 1) // workers)
        self._forks = can_fork()
        self._context = ForkContext() if self._forks else SpawnContext()
        self._encoder = load_model(settings) if self._forks else None
        self._reranker = load_reranker(settings) if self._forks else None
        self._lifeline, self._lifeline_held = Pipe(duplex=False)
        self._next = 0
        self._opened = False
        self._listening = False
        self._asked_to_end: list[int] = []

    def run(self, bound: Sequence[socket.socket]) -> int:
        """Answer requests on bound sockets until a signal; return its number when every worker has ended.

        Raises:
            CannotListen: another process listens on the address.
            WorkerFailed: a worker cannot start, or one that died cannot be replaced.
        """
        if self._forks:
            gc.collect()
            gc.freeze()  # else the first collection in a worker would write to all pages that it shares
        with self._catching_signals() as woken:
            try:
                self._serve(bound, woken)
            finally:
                sockets.close(bound)
                self._end_workers()
        return self._asked_to_end[0]

    def _serve(self, bound: Sequence[socket.socket], woken: socket.socket) -> None:
        while not self._asked_to_end:
            self._start_due([*bound, woken])
            if not self._listening and all(place.is_ready for place in self._places):
                sockets.listen(bound, self._settings.host, self._settings.port)
                self._listening = True
            present = [(place, place.worker) for place in self._places if place.worker is not None]
            statuses = {worker.status: place for place, worker in present if not worker.ready}
            ends = {worker.process.sentinel: place for place, worker in present}
            doors = bound if self._listening and any(worker.ready for _, worker in present) else ()
            soon = None if len(present) == len(self._places) or not self._opened else _PAUSE_SECONDS
            for event in wait([woken, *doors, *statuses, *ends], soon):
                if event is woken:
                    woken.recv(_WAKE_BYTES)
                elif isinstance(event, socket.socket):
                    self._accept(event)
                elif isinstance(event, Connection):
                    self._hear(statuses[event])
                elif isinstance(event, int):
                    self._bury(ends[event])

    # Connections

    def _accept(self, door: socket.socket) -> None:
        """Accept who waits at a socket, and hand each connection to the next worker."""
        while True:
            try:
                connection, _address = door.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            except OSError as error:  # no more files may be open
                _log.error("a connection cannot be accepted: %s", error)
                return
            with connection:
                self._hand(connection)

    def _hand(self, connection: socket.socket) -> None:
        for _ in self._places:
            worker = self._places[self._next].worker
            self._next = (self._next + 1) % len(self._places)
            if worker is not None and worker.ready and worker.hand(connection):
                return
        _log.error("no worker takes a connection")

    # Workers

    def _start_due(self, held: Sequence[socket.socket]) -> None:
        """Start a worker in every empty place; the first one alone, since it may have to build the indexes."""
        for place in self._places if self._opened else self._places[:1]:
            if place.worker is None and place.due <= time.monotonic():
                self._start(place, held)

    def _start(self, place: _Place, held: Sequence[socket.socket]) -> None:
        ours, theirs = socket.socketpair()
        status, tell = Pipe(duplex=False)
        ours.setblocking(False)
        ways = [way for one in self._places if one.worker for way in (one.worker.connections, one.worker.status)]
        task = Task(
            settings=self._settings,
            encoder=self._encoder,
            reranker=self._reranker,
            threads=self._threads,
            metrics=self._metrics,
            connections=theirs,
            status=tell,
            lifeline=self._lifeline,
            not_its_own=[*held, *ways, ours, status, self._lifeline_held] if self._forks else [],
        )
        process = self._context.Process(target=work, args=(task,), name="hoidap-worker")
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # until the worker has handlers of its own
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        theirs.close()
        tell.close()
        place.worker = _Process(process, ours, status)
        place.due = time.monotonic() + _PAUSE_SECONDS

    def _hear(self, place: _Place) -> None:
        """Take in what a worker says of its start; one that ended without a word is buried when its end is seen."""
        assert place.worker is not None
        try:
            said = place.worker.status.recv_bytes()
        except (EOFError, OSError):
            said = b""
        if said == READY:
            place.worker.ready = self._opened = True
            place.failures = 0
            return
        place.error = said.decode(errors="replace")
        place.worker.process.join()
        self._bury(place)

    def _bury(self, place: _Place) -> None:
        """Clear a place whose worker has ended, so that another one starts in it.

        Raises:
            WorkerFailed: it could not start, and another one could not either.
        """
        worker, place.worker = place.worker, None
        if worker is None:
            return
        worker.process.join()
        worker.close()
        number, status = worker.process.pid, worker.process.exitcode
        mark_process_dead(number, str(self._metrics))  # type: ignore[no-untyped-call]
        if worker.ready:
            _log.error("worker process %s ended with status %s; another one takes its place", number, status)
            return
        place.failures += 1
        error = place.error or f"a worker process ended with status {status} while it started"
        if place.failures >= _STARTS or (place.error and not self._opened):
            raise WorkerFailed(error)
        _log.error("%s; trying again", error)

    def _end_workers(self) -> None:
        """Ask every worker to end, and wait; one that takes too long is killed, and all are on a second signal."""
        workers = [place.worker for place in self._places if place.worker is not None]
        for worker in workers:
            worker.process.terminate()
        deadline = time.monotonic() + _KILL_SECONDS
        while running := [worker.process for worker in workers if worker.process.is_alive()]:
            if time.monotonic() > deadline or len(self._asked_to_end) > 1:
                for process in running:
                    process.kill()
            wait([process.sentinel for process in running], _LOOK_SECONDS)
        for worker in workers:
            worker.process.join()
            worker.close()

    @contextmanager
    def _catching_signals(self) -> Iterator[socket.socket]:
        """Note signals that ask the service to end; yields a socket that can be read when there is one."""
        woken, wake = socket.socketpair()
        wake.setblocking(False)
        woken.setblocking(False)
        before = {number: signal.signal(number, self._ask_to_end) for number in _SIGNALS}
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        try:
            yield woken
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)
            woken.close()
            wake.close()

    def _ask_to_end(self, number: int, _frame: object) -> None:
        self._asked_to_end.append(number)
