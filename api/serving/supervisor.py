"""Several worker processes behind one address: hands them connections in turn, replaces those that die.

The supervisor alone accepts connections and hands each to the next worker, so clients are spread evenly however long
they stay; workers that accepted for themselves would share them by chance.

It is a program of its own that computes nothing and imports next to nothing, so that it takes little memory. The first
workers are forked by `launching`, before that becomes this program; later ones are started anew.
"""

from __future__ import annotations

import logging
import os
import pickle
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from api.serving import logs, sockets
from api.serving.processes import GRACEFUL_SECONDS, READY, SIGNALS, Service, Worker, start
from index.errors import HoidapError

_STARTS = 3
"""Starts in one place that may fail in a row before the service ends: a judgement."""
_PAUSE_SECONDS = 1.0
"""Seconds from one start in a place to the next, so that a worker that always dies costs little: a judgement."""
_KILL_SECONDS = GRACEFUL_SECONDS + 5.0
"""Seconds after which a worker that was asked to end is killed: a limit."""
_LOOK_SECONDS = 0.02
"""Seconds between two looks at workers that end: a judgement."""
_WAKE_BYTES = 64
"""Bytes read at once from the socket that signals write to, one each: a judgement."""
_STATUS_BYTES = 1 << 16
"""Bytes of a worker's status read at once: what a pipe holds."""

_log = logging.getLogger("hoidap.serve")


class WorkerFailed(HoidapError):
    """A worker process cannot start; the message is its own error."""


@dataclass(slots=True)
class _Place:
    """A place for a worker: the one that is in it, and how those before it fared."""

    worker: Worker | None = None
    failures: int = 0
    error: bytes = b""
    due: float = 0.0

    @property
    def is_ready(self) -> bool:
        """Whether a worker is in it that can answer."""
        return self.worker is not None and self.worker.ready


class Supervisor:
    """The worker processes of one service."""

    def __init__(self, service: Service) -> None:
        """Take over the workers that have been started."""
        self._service = service
        self._places = [_Place() for _ in range(service.places)]
        for place, worker in zip(self._places, service.workers, strict=False):
            place.worker, place.due = worker, time.monotonic() + _PAUSE_SECONDS
        self._next = 0
        self._opened = False
        self._listening = False
        self._asked_to_end: list[int] = []

    def run(self) -> int:
        """Answer requests until a signal; return its number when every worker has ended.

        Raises:
            CannotListen: another process listens on the address.
            WorkerFailed: a worker cannot start, or one that died cannot be replaced.
        """
        bound = [socket.socket(fileno=file) for file in self._service.bound]
        with self._catching_signals() as woken:
            try:
                self._serve(bound, woken)
            finally:
                sockets.close(bound)
                self._end_workers()
        return self._asked_to_end[0]

    def _serve(self, bound: Sequence[socket.socket], woken: socket.socket) -> None:
        while not self._asked_to_end:
            self._start_due()
            if not self._listening and all(place.is_ready for place in self._places):
                sockets.listen(bound, self._service.host, self._service.port)
                self._listening = True
            statuses = {place.worker.status: place for place in self._places if place.worker is not None}
            doors = bound if self._listening and any(place.is_ready for place in self._places) else ()
            soon = None if len(statuses) == len(self._places) or not self._opened else _PAUSE_SECONDS
            watched: list[Any] = [woken, *doors, *statuses]
            for event in select.select(watched, [], [], soon)[0]:
                if event is woken:
                    woken.recv(_WAKE_BYTES)
                elif isinstance(event, socket.socket):
                    self._accept(event)
                else:
                    self._hear(statuses[event])

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

    def _start_due(self) -> None:
        """Have a worker in every place open the corpus; the first one alone, since it may have to build the indexes."""
        for place in self._places if self._opened else self._places[:1]:
            if place.worker is None and place.due <= time.monotonic():
                place.due = time.monotonic() + _PAUSE_SECONDS
                try:
                    place.worker = start(self._service.task)
                except OSError as error:
                    if not self._opened:
                        raise
                    _log.error("no worker process can be started (%s); it is tried again", error)
            if place.worker is not None and not place.worker.may_open:
                place.worker.let_open()

    def _hear(self, place: _Place) -> None:
        """Take in what a worker says of its start, or that it has ended, since its end of the pipe is closed then."""
        assert place.worker is not None
        said = os.read(place.worker.status, _STATUS_BYTES)
        if not said:
            self._bury(place)
        elif said == READY:
            place.worker.ready = self._opened = True
            place.failures = 0
        else:
            place.error += said

    def _bury(self, place: _Place) -> None:
        """Clear a place whose worker has ended, so that another one starts in it.

        Raises:
            WorkerFailed: it could not start, and another one could not either.
        """
        worker, place.worker = place.worker, None
        assert worker is not None
        status = os.waitstatus_to_exitcode(os.waitpid(worker.process, 0)[1])
        worker.close()
        # As prometheus_client.multiprocess.mark_process_dead, which takes megabytes to import.
        for figures in self._service.task.metrics.glob(f"gauge_live*_{worker.process}.db"):
            figures.unlink(missing_ok=True)
        if worker.ready:
            _log.error("worker process %s ended with status %s; another one takes its place", worker.process, status)
            return
        place.failures += 1
        said, place.error = place.error.decode(errors="replace"), b""
        error = said or f"a worker process ended with status {status} while it started"
        if place.failures >= _STARTS or (said and not self._opened):
            raise WorkerFailed(error)
        _log.error("%s; trying again", error)

    def _end_workers(self) -> None:
        """Ask every worker to end, and wait; one that takes too long is killed, and all are on a second signal."""
        running = {place.worker.process for place in self._places if place.worker is not None}
        for process in running:
            os.kill(process, signal.SIGTERM)
        deadline = time.monotonic() + _KILL_SECONDS
        while running := {process for process in running if os.waitpid(process, os.WNOHANG)[0] == 0}:
            if time.monotonic() > deadline or len(self._asked_to_end) > 1:
                for process in running:
                    os.kill(process, signal.SIGKILL)
            time.sleep(_LOOK_SECONDS)

    @contextmanager
    def _catching_signals(self) -> Iterator[socket.socket]:
        """Note signals that ask the service to end; yields a socket that can be read when there is one."""
        woken, wake = socket.socketpair()
        wake.setblocking(False)
        woken.setblocking(False)
        for number in SIGNALS:
            signal.signal(number, self._ask_to_end)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)  # whoever started this program has blocked them
        try:
            yield woken
        finally:
            signal.set_wakeup_fd(-1)
            woken.close()
            wake.close()

    def _ask_to_end(self, number: int, _frame: object) -> None:
        self._asked_to_end.append(number)


def main(given: int) -> None:
    """Be the supervisor of the `Service` that a pipe holds, and end as a signal asks; exit with status 1 on failure."""
    with os.fdopen(given, "rb") as pipe:
        service: Service = pickle.load(pipe)
    for file in service.files():
        os.set_inheritable(file, False)
    logs.configure()
    try:
        ended_by = Supervisor(service).run()
    except HoidapError as error:
        sys.exit(f"hoidap: {error}")
    finally:
        for figures in service.task.metrics.iterdir():
            figures.unlink(missing_ok=True)
        service.task.metrics.rmdir()
    signal.signal(ended_by, signal.SIG_DFL)
    signal.raise_signal(ended_by)
