"""Readers of binary formats in a child process: what crashes, hangs or eats memory there is a failure of one file.

A child serves many files, one at a time, and is started anew after a death. It is started as a program of its own,
never by a fork, so it works from any thread. When this process ends, however that is, its children end too.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import HoidapError, ReadError
from index.readers.confinement import MEMORY_STATUS
from index.readers.messages import MAX_LINE_BYTES, item_of
from index.records import Draft

_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[3:]; from index.readers.confinement import serve; "
    "serve(sys.argv[1], int(sys.argv[2]))"
)
"""What a child runs: it looks for modules where this process does."""
_SECONDS_A_MEGABYTE = 1.0
"""Seconds that a file may take longer for each megabyte it has; a judgement: a good PDF of that size takes half."""
_GRACE_SECONDS = 30.0
"""Seconds that a child which does not end itself may overdraw, starting included; a limit."""
_MAX_CHILDREN = 4
"""Children that read at once, and so files; a limit on memory. A file beyond waits."""
_CHUNK_BYTES = 1 << 16
"""Bytes taken from a pipe at once, as much as Linux keeps in one; by definition."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost; limits that a judgement chose.

    Attributes:
        seconds: of work, by the clock, and one more for each megabyte of the file.
        memory_bytes: beyond what the reader needs before it has seen a file.
    """

    seconds: float = 60.0
    memory_bytes: int = 1_000_000_000


USUAL_LIMITS = Limits()


def isolated(
    read: Callable[[Path, str], Draft | Iterator[Draft | HoidapError]], name: str, limits: Limits = USUAL_LIMITS
) -> Callable[[Path, str], Iterator[Draft | HoidapError]]:
    """Return a reader that does what `read` does, in a child process with limits.

    Args:
        read: a function of a module that can be imported; not nested in another.
        name: what it reads, for messages ("PDF").
        limits: of one file.
    """
    children = _Children(f"{read.__module__}:{read.__qualname__}", name, limits)

    def reader(file: Path, origin: str) -> Iterator[Draft | HoidapError]:
        return children.read(file, origin)

    return reader


_READING = threading.BoundedSemaphore(_MAX_CHILDREN)


@dataclass
class _Children:
    """The child processes of one reader that wait for a file."""

    reader: str
    name: str
    limits: Limits
    idle: list[_Child] = field(default_factory=list)

    def __post_init__(self) -> None:
        atexit.register(self.close)

    def close(self) -> None:
        while self.idle:
            self.idle.pop().end()

    def read(self, file: Path, origin: str) -> Iterator[Draft | HoidapError]:
        """Yield the articles of a file.

        Raises:
            ReadError: the child ended before it was through, or said what no reader says.
        """
        seconds = self.limits.seconds + file.stat().st_size / 1e6 * _SECONDS_A_MEGABYTE
        with _READING:
            child = self._take()
            try:
                yield from child.read(file, origin, seconds)
                self.idle.append(child)
            except _Ended as ended:
                raise ReadError(origin, self._reason(ended, seconds)) from ended
            finally:
                if child not in self.idle:  # also when nobody wants the rest of the articles
                    child.end()

    def _take(self) -> _Child:
        with contextlib.suppress(IndexError):
            while True:
                child = self.idle.pop()
                if child.process.poll() is None:
                    return child
                child.end()
        return _Child(self.reader, self.limits.memory_bytes)

    def _reason(self, ended: _Ended, seconds: float) -> str:
        memory = f"{self.limits.memory_bytes / 1e9:g} GB"
        if ended.said is not None:
            return f"the reader of {self.name} gave what cannot be used: {ended.said}"
        if ended.status in (-signal.SIGALRM, -signal.SIGXCPU, None):
            return f"took longer than {seconds:.0f} s"
        if ended.status == MEMORY_STATUS:
            return f"needed more than {memory} of memory"
        how = f"signal {-ended.status}" if ended.status < 0 else f"status {ended.status}"
        why = "the file may be damaged"
        if ended.status in (-signal.SIGABRT, -signal.SIGTRAP):  # so libraries end that get no more memory
            why += f", or need more than {memory} of memory"
        return f"the reader of {self.name} stopped with {how}; {why}"


class _Ended(Exception):
    """A child ended, or had to be ended: its status, None where it was too slow; or what it said wrongly."""

    def __init__(self, status: int | None, said: str | None = None) -> None:
        super().__init__(status, said)
        self.status = status
        self.said = said


class _Child:
    """One child process, and what it has sent that is not yet a whole line."""

    def __init__(self, reader: str, memory_bytes: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", _PROGRAM, reader, str(memory_bytes), *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,  # an interrupt at the terminal is the parent's business
        )
        self._received = bytearray()

    def read(self, file: Path, origin: str, seconds: float) -> Iterator[Draft | HoidapError]:
        """Yield the articles of a file; raises _Ended."""
        request = {"file": str(file.absolute()), "origin": origin, "seconds": seconds}
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # how it ended is seen when its answer is missing
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
        while True:
            line = self._line(seconds + _GRACE_SECONDS)
            try:
                item = item_of(line, origin)
            except HoidapError as error:
                item = error
            except ValueError as error:
                raise _Ended(None, str(error)) from error
            if item is None:
                return
            yield item

    def _line(self, seconds: float) -> bytes:
        """Return the next line, waiting no longer than `seconds`."""
        assert self.process.stdout is not None
        until = time.monotonic() + seconds
        end = self._received.find(b"\n")
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while end < 0:
                if not selector.select(max(until - time.monotonic(), 0)):
                    raise _Ended(None)
                chunk = self.process.stdout.read(_CHUNK_BYTES)
                if not chunk:
                    raise _Ended(self.process.wait())
                found = chunk.find(b"\n")
                end = len(self._received) + found if found >= 0 else -1
                self._received += chunk
                if len(self._received) > MAX_LINE_BYTES + _CHUNK_BYTES:
                    raise _Ended(None, f"more than {MAX_LINE_BYTES:,} bytes for one article")
        line = bytes(self._received[: end + 1])
        del self._received[: end + 1]
        return line

    def end(self) -> None:
        """End the process, whatever it does, and wait for it."""
        self.process.kill()
        with self.process:  # closes the pipes and waits
            pass
