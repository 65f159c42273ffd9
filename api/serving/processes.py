"""The processes of the service as its supervisor sees them: what they are given, and what leads to them."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

READY, GO = b"+", b"!"
"""What a worker tells its supervisor when it can answer (anything else is why it cannot, in UTF-8), and what it waits
for before it opens the corpus."""
GRACEFUL_SECONDS = 20
"""Seconds that requests under way have to end before a process that was asked to end cancels them."""
SIGNALS = (signal.SIGTERM, signal.SIGINT)
PROGRAM = "import sys; sys.path[:] = sys.argv[2:]; from {module} import main; main(int(sys.argv[1]))"
"""What a process of the service runs that is started as a program: it looks for modules where this one does, and reads
what it is given from a pipe, since it holds the key of the service."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is given to do; the files that it names are open in its process.

    Attributes:
        settings: the settings of the service, pickled.
        metrics: the folder in which the workers keep their figures.
        threads: threads that one encoding by PyTorch may use.
        lifeline: the reading end of a pipe that closes when the supervisor ends.
        connections: the worker's end of the socket on which it is told to open the corpus and handed connections.
        status: the writing end of the pipe on which it says `READY`; it stays open while the worker lives.
    """

    settings: bytes
    metrics: Path
    threads: int
    lifeline: int
    connections: int = -1
    status: int = -1


@dataclass(slots=True)
class Worker:
    """A worker process, and the supervisor's ends of what leads to it; only sockets by number can be pickled."""

    process: int
    connections: int
    status: int
    may_open: bool = False
    ready: bool = False

    def hand(self, connection: socket.socket) -> bool:
        """Hand a connection over; returns whether that worked."""
        try:
            with self._socket() as way:
                return socket.send_fds(way, [READY], [connection.fileno()]) > 0
        except OSError:  # it has ended, or has not taken thousands of connections
            return False

    def let_open(self) -> None:
        """Tell it to open the corpus."""
        self.may_open = True
        with suppress(OSError), self._socket() as way:  # it has ended, which is seen soon
            way.send(GO)

    def close(self) -> None:
        """Let go of what leads to it."""
        os.close(self.connections)
        os.close(self.status)

    def _socket(self) -> socket.socket:
        return socket.socket(fileno=os.dup(self.connections))


@dataclass(frozen=True, slots=True)
class Service:
    """What the supervisor is given; the files that it names are open in its process.

    Attributes:
        host: where the service listens.
        port: likewise.
        task: what each worker is given, but for its own ends.
        lifeline_held: the writing end of the lifeline.
        bound: sockets that are bound to the address.
        places: how many workers there are to be.
        workers: those that have been started already.
    """

    host: str
    port: int
    task: Task
    lifeline_held: int
    bound: Sequence[int]
    places: int
    workers: Sequence[Worker] = ()

    def ways(self) -> list[int]:
        """Return what leads to the workers."""
        return [file for worker in self.workers for file in (worker.connections, worker.status)]

    def files(self) -> list[int]:
        """Return every file that it names."""
        return [*self.bound, *self.ways(), self.task.lifeline, self.lifeline_held]


def ends(task: Task) -> tuple[Task, tuple[int, int]]:
    """Return a task for one more worker, with its ends of what leads to it, and the supervisor's two."""
    ours, theirs = socket.socketpair()
    status, tell = os.pipe()
    ours.setblocking(False)
    return replace(task, connections=theirs.detach(), status=tell), (ours.detach(), status)


def start(task: Task) -> Worker:
    """Start a worker that shares nothing with others.

    Raises:
        OSError: the system has no room for one more process.
    """
    given, (ours, status) = ends(task)
    read, write = os.pipe()
    passed = (given.connections, given.status, given.lifeline, read)
    for file in passed:
        os.set_inheritable(file, True)
    program = [sys.executable, "-I", "-c", PROGRAM.format(module="api.serving.worker"), str(read), *sys.path]
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # until the worker has handlers of its own
    try:
        process = os.fork()
        if process == 0:
            try:
                os.execv(sys.executable, program)
            finally:
                os._exit(1)
    except OSError:  # there is no room for one more process
        for file in (ours, status, write):
            os.close(file)
        raise
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        os.set_inheritable(given.lifeline, False)
        for file in (given.connections, given.status, read):
            os.close(file)
    with suppress(BrokenPipeError), os.fdopen(write, "wb") as pipe:
        pickle.dump(given, pipe)
    return Worker(process, ours, status)
