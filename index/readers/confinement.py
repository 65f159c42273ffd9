"""The inside of the child process that runs a reader: it bounds itself, then reads one file after the other.

It is started by `index.readers.isolation`, gets one line of JSON a file on standard input, and answers with the lines
of `index.readers.messages` on standard output. It ends with its parent, however that ends.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import math
import os
import queue
import resource
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import HoidapError, ReadError
from index.readers.messages import DONE, MAX_LINE_BYTES, line_of
from index.records import Draft

MEMORY_STATUS = 77
"""Exit status of a child that met its limit of memory; by definition."""
_WATCHED_EVERY_SECONDS = 0.2
"""Seconds between two looks at the memory; a judgement."""
_MEMORY_FIGURES = Path("/proc/self/statm")
"""Where Linux says how much memory this process has, in pages."""


def serve(reader: str, memory_bytes: int) -> None:
    """Read files with `reader`, the "module:function" of a reader, until the parent closes standard input."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_take_requests, args=(requests,), daemon=True).start()
    module, _, function = reader.partition(":")
    read = getattr(importlib.import_module(module), function)
    bound_memory(memory_bytes)
    while True:
        request = json.loads(requests.get())
        file, origin = Path(request["file"]), request["origin"]
        working = _Deadline(request["seconds"])
        try:
            for item in _items(read, file, origin, working):
                line = line_of(item)
                if len(line) > MAX_LINE_BYTES:
                    line = line_of(ReadError(origin, f"one article has more than {MAX_LINE_BYTES:,} bytes"))
                answers.write(line)
                answers.flush()
        except MemoryError:
            os._exit(MEMORY_STATUS)
        answers.write(DONE)
        answers.flush()


def _take_requests(requests: queue.SimpleQueue[bytes]) -> None:
    """Pass the lines of standard input on, and end the process when it ends: then the parent is gone."""
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)


def _items(read: Any, file: Path, origin: str, working: _Deadline) -> Iterator[Draft | HoidapError]:
    """Yield what the reader yields; any error of it is one of the file."""
    try:
        items = None
        while True:
            with working:
                items = iter(read(file, origin)) if items is None else items
                item = next(items, None)
            if item is None:
                return
            yield item
    except MemoryError:
        raise
    except HoidapError as error:
        yield error
    except OSError as error:
        yield ReadError(origin, error.strerror or str(error))
    except RecursionError:
        yield ReadError(origin, "is nested too deeply")
    except Exception as error:  # whatever a library trips over, in a file that is not what it expects
        yield ReadError(origin, f"is damaged, or no such file as its ending says ({type(error).__name__}: {error})")


class _Deadline:
    """Seconds of work on one file; while the parent is busy with an article, the clock stands still.

    The kernel ends the process (SIGALRM, or SIGXCPU for processor time), so that no loop can miss it.
    """

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        used = resource.getrusage(resource.RUSAGE_SELF)
        allowed = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
        with contextlib.suppress(ValueError, OSError):  # the machine allows less
            resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.getrlimit(resource.RLIMIT_CPU)[1]))

    def __enter__(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, self._left)

    def __exit__(self, *error: object) -> None:
        left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
        self._left = max(left, 1e-6)  # an interval of zero would be no deadline


def bound_memory(memory_bytes: int) -> None:
    """Bound what this process may take from here on, and leave no core dump.

    Linux bounds the address space, beyond what it has now: allocating more fails. macOS knows no such limit, so there,
    and wherever an allocation is not counted, a thread looks at the memory in use and ends the process.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if _MEMORY_FIGURES.exists():
        allowed = _linux_memory()[0] + memory_bytes
        with contextlib.suppress(ValueError, OSError):  # the machine allows less
            resource.setrlimit(resource.RLIMIT_AS, (allowed, resource.getrlimit(resource.RLIMIT_AS)[1]))
    threading.Thread(target=_watch_memory, args=(_used_bytes() + memory_bytes,), daemon=True).start()


def _watch_memory(allowed: int) -> None:
    while _used_bytes() <= allowed:
        time.sleep(_WATCHED_EVERY_SECONDS)
    os._exit(MEMORY_STATUS)


def _used_bytes() -> int:
    """Return the memory that this process has in use; on macOS, the most that it has had."""
    if _MEMORY_FIGURES.exists():
        return _linux_memory()[1]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _linux_memory() -> tuple[int, int]:
    """Return the bytes of the address space and of the memory in use."""
    mapped, resident = _MEMORY_FIGURES.read_text().split()[:2]
    return int(mapped) * resource.getpagesize(), int(resident) * resource.getpagesize()
