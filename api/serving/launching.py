"""Loads what the workers share, forks the first of them, and becomes their supervisor.

The supervisor is a program of its own, since this process holds all libraries and the model: had it stayed, it would
keep a copy of every page that the workers write to. A program that takes the place of another one keeps its children.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import replace
from multiprocessing.context import ForkContext
from pathlib import Path
from typing import NoReturn

import numpy.ma  # noqa: F401  # numpy imports it at its first `unique`, and so would every worker

from api.assembly import load_reranker
from api.opening import load_model
from api.serving import heaps, sockets
from api.serving.processes import PROGRAM, SIGNALS, Service, Task, Worker, ends
from api.serving.worker import work
from api.settings import Settings
from index.models.encoder import Encoder
from qa.retrieval.reranking import Reranker
from qa.verification.verifier import builtin_verifier


def can_fork() -> bool:
    """Whether processes may be forked here and share what was loaded before; on macOS, system libraries forbid it."""
    return sys.platform == "linux"


def launch(settings: Settings, metrics: Path, bound: Sequence[socket.socket]) -> NoReturn:
    """Become the supervisor of worker processes on bound sockets; `metrics` is a folder for their figures.

    Raises:
        ModelError: the model or the reranker cannot be loaded.
        OSError: the system has no room for one more process.
    """
    count = settings.worker_processes()
    lifeline, lifeline_held = os.pipe()
    threads = max(1, (os.cpu_count() or 1) // count)
    task = Task(pickle.dumps(settings), metrics, threads, lifeline)
    service = Service(settings.host, settings.port, task, lifeline_held, [one.fileno() for one in bound], count)
    if can_fork():
        encoder, reranker = load_model(settings), load_reranker(settings)
        builtin_verifier()
        gc.collect()
        heaps.trim()
        gc.freeze()  # else the first collection in a worker would write to all pages that it shares
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # until whoever is started has handlers of its own
        try:
            for _ in range(count):
                worker = _fork(service, bound, encoder, reranker)
                service = replace(service, workers=[*service.workers, worker])
            _become(service)
        finally:  # there was no room for one more process, and those that wait for a supervisor would wait for ever
            for worker in service.workers:
                os.kill(worker.process, signal.SIGKILL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    _become(service)


def _fork(service: Service, bound: Sequence[socket.socket], encoder: Encoder, reranker: Reranker | None) -> Worker:
    """Start one more worker, which shares what is loaded."""
    task, (connections, status) = ends(service.task)

    def begin() -> None:
        """Close what leads to others, or to the address, and work."""
        sockets.close(bound)
        for file in (*service.ways(), connections, status, service.lifeline_held):
            os.close(file)
        work(task, encoder, reranker)

    process = ForkContext().Process(target=begin, name="hoidap-worker")
    process.start()
    assert process.pid is not None
    os.close(task.connections)
    os.close(task.status)
    return Worker(process.pid, connections, status)


def _become(service: Service) -> NoReturn:
    """Go on as the program of the supervisor, which is given the service through a pipe."""
    read, write = os.pipe()
    for file in (*service.files(), read):
        os.set_inheritable(file, True)
    with os.fdopen(write, "wb") as pipe:
        pickle.dump(service, pipe)  # less than a pipe holds
    program = [sys.executable, "-I", "-c", PROGRAM.format(module="api.serving.supervisor"), str(read), *sys.path]
    os.execv(sys.executable, program)
