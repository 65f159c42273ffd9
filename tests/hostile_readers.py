"""Readers that do what a hostile file can make a parser do; run in the child process of `index.readers.isolation`."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from index.errors import HoidapError, InvalidArticle, ReadError
from index.records import Draft, Place


def obedient(file: Path, origin: str) -> Iterator[Draft | HoidapError]:
    """Do what the file asks for: the name of a function below, or a text."""
    wish = file.read_text(encoding="utf-8")
    wishes = {each.__name__: each for each in (crash, hang, spin, eat, leak, leave, print_much, break_off, nest, shout)}
    if wish in wishes:
        wishes[wish]()
    yield Draft(f"{wish}\n", origin, title=str(os.getpid()), places=(Place(0, page=1, section="Đầu"),))


def several(file: Path, origin: str) -> Iterator[Draft | HoidapError]:
    """Yield an article for each line; `!` is an error, `?` ends the reader."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line == "!":
            yield InvalidArticle(f"{origin}:{number}", "text", "is empty")
        elif line == "?":
            raise ReadError(f"{origin}:{number}", "is cut off")
        else:
            yield Draft(line, f"{origin}:{number}", metadata={"dòng": number})


def endless(file: Path, origin: str) -> Iterator[Draft | HoidapError]:
    """Never come to an end."""
    while True:
        yield Draft("lại nữa", origin)


def slow_but_steady(file: Path, origin: str) -> Iterator[Draft | HoidapError]:
    """Give two articles at once; who reads them may take time."""
    yield Draft("một", origin)
    yield Draft("hai", origin)


def liar(file: Path, origin: str) -> Iterator[Draft | HoidapError]:
    """Write on the parent's pipe what the file holds, as a parser would that was taken over."""
    descriptor = answers()
    os.write(descriptor, file.read_bytes())
    time.sleep(3600)
    yield Draft("nie", origin)


def flood(file: Path, origin: str) -> Iterator[Draft | HoidapError]:
    """Write without end on the parent's pipe."""
    descriptor = answers()
    while True:
        os.write(descriptor, b"x" * 65536)
    yield Draft("nie", origin)


def answers() -> int:
    """Return the descriptor of the pipe to the parent, as a program could find it that knows nothing of the parent."""
    pipes = [int(each.name) for each in Path("/proc/self/fd").iterdir() if is_pipe(each)]
    return max(pipes)


def is_pipe(link: Path) -> bool:
    try:
        return str(link.readlink()).startswith("pipe:")
    except OSError:  # the listing itself
        return False


def crash() -> None:
    ctypes.string_at(0)


def hang() -> None:
    time.sleep(3600)


def spin() -> None:
    re.match(r"(a+)+$", "a" * 64 + "b")  # never gives other threads a turn


def eat() -> None:
    content = []
    while True:
        content.append(bytearray(10_000_000))


def leak() -> None:
    ctypes.pythonapi.PyMem_RawMalloc.restype = ctypes.c_void_p
    while pointer := ctypes.pythonapi.PyMem_RawMalloc(ctypes.c_size_t(10_000_000)):
        ctypes.memset(pointer, 1, 10_000_000)
    os.abort()


def leave() -> None:
    os._exit(3)


def print_much() -> None:
    sys.stdout.write('{"done": true}\n' * 1000)
    sys.stdout.flush()
    os.write(2, b"noise\n" * 100_000)


def break_off() -> None:
    raise KeyError("no such part")


def nest() -> None:
    nest()


def shout() -> None:
    raise ReadError("tệp", "has no text")


def deaf(file: Path, origin: str) -> Iterator[Draft | HoidapError]:
    """Ignore every signal that can be ignored."""
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    time.sleep(3600)
    yield Draft("nie", origin)
