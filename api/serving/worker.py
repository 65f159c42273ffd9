"""One process that answers requests: alone on its own sockets, or as a worker on connections that it is handed.

A worker opens the corpus for itself; files are mapped, so processes share their memory. It ends when its supervisor
does, however that ends.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.opening import open_corpus
from api.serving import logs
from api.serving.sockets import BACKLOG
from api.settings import Settings
from index.errors import HoidapError
from index.models.encoder import Encoder
from index.models.hub import leave_shared_locks, use_threads
from qa.retrieval.reranking import Reranker

READY = b"+"
"""What a worker tells its supervisor when it can answer; anything else is why it cannot, in UTF-8."""
GRACEFUL_SECONDS = 20
"""Seconds that requests under way have to end before a process that was asked to end cancels them."""
_M_ARENA_MAX, _HEAPS = -8, 2
"""The option of the GNU C library for the most heaps, and their number.

Measured on 2,000 passages: after 400 questions of 32 clients a worker takes 20 MB less, and no more time."""
_CONNECTIONS_AT_ONCE = 16
"""Connections that a worker is handed in one message, at most."""

_log = logging.getLogger("hoidap.serve")


@dataclass(frozen=True)
class Task:
    """What a worker is given to do.

    Attributes:
        settings: the settings of the service.
        encoder: the model, loaded before the worker was forked so that its memory is shared; None to load it anew.
        reranker: the same for the reranker, where the settings name one.
        threads: threads that one encoding by PyTorch may use.
        metrics: the folder in which the workers keep their figures.
        connections: the worker's end of the socket on which it is handed connections.
        status: the worker's end of the pipe on which it says `READY`.
        lifeline: the reading end of a pipe that closes when the supervisor ends.
        not_its_own: what a fork inherits from the supervisor and must not keep open.
    """

    settings: Settings
    encoder: Encoder | None
    reranker: Reranker | None
    threads: int
    metrics: Path
    connections: socket.socket
    status: Connection
    lifeline: Connection
    not_its_own: Sequence[socket.socket | Connection] = ()


def serve_alone(app: FastAPI, sockets: list[socket.socket]) -> None:
    """Answer requests on listening sockets until SIGTERM or SIGINT."""
    _share_heaps()
    with suppress(KeyboardInterrupt):  # uvicorn raises the signal again that ended it
        uvicorn.Server(_config(app)).run(sockets)


def work(task: Task) -> None:
    """Be a worker until SIGTERM, SIGINT or the end of the supervisor."""
    signal.set_wakeup_fd(-1)  # the supervisor's
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGINT))
    for one in task.not_its_own:
        one.close()
    logs.configure()
    _share_heaps()
    threading.Thread(target=_end_with, args=(task.lifeline,), name="hoidap-lifeline", daemon=True).start()
    use_threads(task.threads)
    leave_shared_locks()
    try:
        corpus = open_corpus(task.settings, task.encoder)
        app = create_app(task.settings, corpus, task.reranker, task.metrics)
    except HoidapError as error:
        task.status.send_bytes(str(error).encode(errors="backslashreplace"))
        sys.exit(1)
    _Worker(_config(app), task.connections, task.status).run()


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app, log_config=None, lifespan="on", backlog=BACKLOG, timeout_graceful_shutdown=GRACEFUL_SECONDS
    )


def _share_heaps() -> None:
    """Let threads share a few heaps; else each has its own, and what one frees is of no use to the others."""
    with suppress(OSError, AttributeError):  # other C libraries than that of GNU have no such option
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _HEAPS)


def _end_with(lifeline: Connection) -> None:
    """Wait until the supervisor has ended, then end this process, gently first."""
    try:
        lifeline.recv_bytes()
    except (EOFError, OSError):
        _log.warning("the supervisor has ended, so this worker ends too")
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(GRACEFUL_SECONDS)
        os._exit(1)


class _Worker(uvicorn.Server):
    """A server that does not accept connections itself but takes those that its supervisor has accepted."""

    def __init__(self, config: uvicorn.Config, connections: socket.socket, status: Connection) -> None:
        super().__init__(config)
        self._connections = connections
        self._status = status
        self._taken: set[asyncio.Task[object]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002
        """Start without a socket to listen on, then say that connections may come."""
        await super().startup(sockets=[])
        self._connections.setblocking(False)
        asyncio.get_running_loop().add_reader(self._connections, self._take)
        self._status.send_bytes(READY)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no further connection, and let those under way end."""
        asyncio.get_running_loop().remove_reader(self._connections)
        self._connections.close()
        await super().shutdown(sockets)

    def _take(self) -> None:
        """Take the connections that have been handed over."""
        loop = asyncio.get_running_loop()
        try:
            message, handed, _flags, _address = socket.recv_fds(self._connections, _CONNECTIONS_AT_ONCE, 1)
        except (BlockingIOError, InterruptedError):
            return
        if not message:  # the supervisor has ended; the lifeline ends this process
            loop.remove_reader(self._connections)
        for number in handed:
            connection = socket.socket(fileno=number)
            connection.setblocking(False)
            taken = loop.create_task(loop.connect_accepted_socket(self._protocol, connection))
            self._taken.add(taken)  # the loop keeps tasks by weak references alone
            taken.add_done_callback(self._taken.discard)

    def _protocol(self) -> asyncio.Protocol:
        """Return what speaks HTTP on a new connection, as `uvicorn.Server.startup` makes it."""
        protocol: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return protocol
