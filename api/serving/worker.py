"""One process that answers requests: alone on its own sockets, or as a worker on connections that it is handed.

A worker opens the corpus for itself; files are mapped, so processes share their memory. It ends when its supervisor
does, however that ends.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import signal
import socket
import sys
import threading
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.opening import open_corpus
from api.serving import heaps, logs
from api.serving.processes import GO, GRACEFUL_SECONDS, READY, SIGNALS, Task
from api.serving.sockets import BACKLOG
from api.settings import Settings
from index.errors import HoidapError
from index.models.encoder import Encoder
from index.models.hub import leave_shared_locks, use_threads
from qa.retrieval.reranking import Reranker

_CONNECTIONS_AT_ONCE = 16
"""Connections that a worker is handed in one message, at most."""
_TRIM_SECONDS = 1.0
"""Seconds from one look for memory to give back to the next: a judgement. Giving it back took 0.6 ms, measured."""

_log = logging.getLogger("hoidap.serve")


def serve_alone(app: FastAPI, sockets: list[socket.socket]) -> None:
    """Answer requests on listening sockets until SIGTERM or SIGINT."""
    heaps.share()
    with suppress(KeyboardInterrupt):  # uvicorn raises the signal again that ended it
        _Server(_config(app)).run(sockets)


def work(task: Task, encoder: Encoder | None = None, reranker: Reranker | None = None) -> None:
    """Be a worker until SIGTERM, SIGINT or the end of the supervisor; what has been loaded already may be given."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    logs.configure()
    heaps.share()
    threading.Thread(target=_end_with, args=(task.lifeline,), name="hoidap-lifeline", daemon=True).start()
    use_threads(task.threads)
    leave_shared_locks()
    settings: Settings = pickle.loads(task.settings)
    connections = socket.socket(fileno=task.connections)
    connections.recv(len(GO))
    try:
        corpus = open_corpus(settings, encoder)
        app = create_app(settings, corpus, reranker, task.metrics)
    except HoidapError as error:
        os.write(task.status, str(error).encode(errors="backslashreplace"))
        sys.exit(1)
    _Worker(_config(app), connections, task.status).run()


def main(given: int) -> None:
    """Be a worker with the `Task` that a pipe holds."""
    with os.fdopen(given, "rb") as pipe:
        task: Task = pickle.load(pipe)
    for file in (task.connections, task.status, task.lifeline):
        os.set_inheritable(file, False)
    work(task)


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app, log_config=None, lifespan="on", backlog=BACKLOG, timeout_graceful_shutdown=GRACEFUL_SECONDS
    )


def _end_with(lifeline: int) -> None:
    """Wait until the supervisor has ended, then end this process, gently first."""
    os.read(lifeline, 1)
    _log.warning("the supervisor has ended, so this worker ends too")
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACEFUL_SECONDS)
    os._exit(1)


class _Server(uvicorn.Server):
    """A server that gives back the memory that requests have left."""

    _trimmed_at = -1

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and give memory back from now on."""
        await super().startup(sockets)
        self._trim()

    def _trim(self) -> None:
        """Give back what requests have left, now and then."""
        if self._trimmed_at != self.server_state.total_requests:
            self._trimmed_at = self.server_state.total_requests
            heaps.trim()
        asyncio.get_running_loop().call_later(_TRIM_SECONDS, self._trim)


class _Worker(_Server):
    """A server that does not accept connections itself but takes those that its supervisor has accepted."""

    def __init__(self, config: uvicorn.Config, connections: socket.socket, status: int) -> None:
        super().__init__(config)
        self._connections = connections
        self._status = status
        self._taken: set[asyncio.Task[object]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002
        """Start without a socket to listen on, then say that connections may come."""
        await super().startup(sockets=[])
        self._connections.setblocking(False)
        asyncio.get_running_loop().add_reader(self._connections, self._take)
        os.write(self._status, READY)

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
