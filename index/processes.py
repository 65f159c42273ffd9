"""Work in child processes, since Python runs on one processor at a time: functions called there, in any order.

A child is started as a program of its own, never by a fork, so it works from any thread and loads only what its work
needs. It ends with this process, however that ends: then the other end of its socket is closed. What goes through the
socket is pickled; both ends are this program, and nothing else can write to it.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_ENVIRONMENT = {"TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Settings of libraries that would start a thread for each processor in each child."""
_PROGRAM = (
    f"import os, sys; os.environ.update({_ENVIRONMENT!r}); sys.path[:] = sys.argv[2:]; "
    "from index.processes import serve; serve(int(sys.argv[1]))"
)
"""What a child runs: it looks for modules where this process does."""
_NICENESS = 9
"""By how much children step back for other programs, such as a server that answers meanwhile: a judgement."""
_GARBAGE_THRESHOLD = 200_000
"""Objects from which a child looks for cycles among them. Measured: at Python's 700, that was a twelfth of its time,
though hardly anything that it makes stands in a cycle."""


class ChildEnded(Exception):
    """A child process ended in the middle of its work, or its work raised an error, which the message tells."""


class Processes:
    """Child processes that call functions, one at a time each. A child is started when there is work for it."""

    def __init__(self, count: int) -> None:
        """Work with at most `count` children at a time."""
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="hoidap-child")  # each of them waits for its child
        self._own = threading.local()
        self._children: list[_Child] = []
        self._starting = threading.Lock()
        self._is_closed = False

    def submit(self, function: Callable[..., T], *arguments: object) -> Future[T]:
        """Have a child call a function of a module; the future raises ChildEnded where that came to nothing."""
        return self._threads.submit(self._call, function, arguments)

    def close(self) -> None:
        """End the children, whatever they do."""
        with self._starting:
            self._is_closed = True
            for child in self._children:
                child.process.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for child in self._children:
            child.end()

    def _call(self, function: Callable[..., T], arguments: tuple[object, ...]) -> T:
        child: _Child | None = getattr(self._own, "child", None)
        if child is None:
            child = self._own.child = self._start()
        try:
            is_done, answer = child.call(function, arguments)
        except (EOFError, OSError) as error:
            self._own.child = None
            status = child.end()
            with self._starting:
                if child in self._children:
                    self._children.remove(child)
            raise ChildEnded(f"signal {-status}" if status < 0 else f"status {status}") from error
        if not is_done:
            raise ChildEnded(str(answer))
        result: T = answer
        return result

    def _start(self) -> _Child:
        with self._starting:
            if self._is_closed:
                raise ChildEnded("there are no more children")
            try:
                child = _Child()
            except OSError as error:
                raise ChildEnded(f"cannot be started: {error}") from error
            self._children.append(child)
            return child


class _Child:
    """One child process and this end of its socket."""

    def __init__(self) -> None:
        self.connection, other = Pipe()
        with other:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-c", _PROGRAM, str(other.fileno()), *sys.path],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[other.fileno()],
                start_new_session=True,  # an interrupt at the terminal is the parent's business
            )

    def call(self, function: Callable[..., Any], arguments: tuple[object, ...]) -> tuple[bool, Any]:
        """Return whether the function returned, and what; or what went wrong. Raises OSError or EOFError if it died."""
        self.connection.send((function, arguments))
        answer: tuple[bool, Any] = self.connection.recv()
        return answer

    def end(self) -> int:
        """End the process and wait for it; return its status."""
        self.process.kill()
        self.connection.close()
        return self.process.wait()


def serve(descriptor: int) -> None:
    """Call functions, inside a child, until the other end of the socket is closed."""
    os.nice(_NICENESS)
    with suppress(OSError):  # Linux may share processors among sessions, and then niceness counts within one alone
        Path("/proc/self/autogroup").write_text(str(_NICENESS), encoding="ascii")
    gc.set_threshold(_GARBAGE_THRESHOLD)
    connection = Connection(descriptor)
    while True:
        try:
            function, arguments = connection.recv()
        except (EOFError, OSError):
            return
        try:
            answer = True, function(*arguments)
        except Exception as error:
            answer = False, f"{type(error).__name__}: {error}"
        try:
            connection.send(answer)
        except OSError:
            return
