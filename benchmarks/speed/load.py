"""A process of its own that asks a server over HTTP: few instructions a request, so that it takes little of the cores.

Every client keeps one connection and sends its next question when it has the answer to the last. The parent writes
one JSON object to its standard input and reads one from its standard output. Nothing but the standard library.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from benchmarks.speed.figures import Load, percentile
from benchmarks.speed.servers import Server, in_child

_TIMEOUT_SECONDS = 60.0
_LEAST_PER_CLIENT = 3
"""Questions of a client at least, however slow the server is: the first meets an idle server and is not timed."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request."""

    method: str
    target: str
    body: str = ""

    @classmethod
    def ask(cls, question: str) -> Request:
        """Ask hoidap for a cited answer."""
        return cls("POST", "/v1/ask", json.dumps({"question": question}))

    @classmethod
    def txtai(cls, question: str, limit: int) -> Request:
        """Ask txtai's own API for as many passages."""
        return cls("GET", f"/search?query={quote(question)}&limit={limit}")

    def encoded(self) -> bytes:
        """Return what goes over the wire."""
        body = self.body.encode()
        head = f"{self.method} {self.target} HTTP/1.1\r\nHost: localhost\r\n"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return head.encode() + b"\r\n" + body


def drive(server: Server, requests: Sequence[Request], clients: int, seconds: float) -> Load:
    """Ask for so many seconds, every client at least a few times; return what that gave.

    The requests are sent in order, shared by the clients, and from the beginning again when they run out.
    """
    task = {
        "port": server.port,
        "clients": clients,
        "seconds": seconds,
        "requests": [[one.method, one.target, one.body] for one in requests],
    }
    before = server.core_seconds()
    told = in_child("benchmarks.speed.load", task)
    core_seconds = server.core_seconds() - before
    times = told["times_ms"]
    return Load(
        clients=clients,
        answers=told["answers"],
        seconds=told["seconds"],
        p50_ms=percentile(times, 0.5),
        p95_ms=percentile(times, 0.95),
        p99_ms=percentile(times, 0.99),
        core_ms=1000 * core_seconds / max(1, told["answers"]),
        errors=told["errors"],
    )


class _Run:
    """All clients of one load."""

    def __init__(self, port: int, seconds: float, requests: Sequence[bytes]) -> None:
        self.port = port
        self.seconds = seconds
        self.requests = requests
        self.next = self._in_turn()
        self.times_ms: list[float] = []
        self.errors: Counter[str] = Counter()
        self.answers = 0
        self.last_answer = 0.0

    def _in_turn(self) -> Iterator[bytes]:
        while True:
            yield from self.requests

    async def all(self, clients: int) -> dict[str, object]:
        connections = [await asyncio.open_connection("127.0.0.1", self.port) for _ in range(clients)]
        started = time.perf_counter()
        await asyncio.gather(*(self._client(one, started + self.seconds) for one in connections))
        return {
            "answers": self.answers,
            "seconds": max(self.last_answer, started) - started,
            "times_ms": self.times_ms,
            "errors": self.errors,
        }

    async def _client(
        self, connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None, deadline: float
    ) -> None:
        sent = 0
        while sent < _LEAST_PER_CLIENT or time.perf_counter() < deadline:
            request = next(self.next)
            sent += 1
            started = time.perf_counter()
            try:
                connection = connection or await asyncio.open_connection("127.0.0.1", self.port)
                status = await asyncio.wait_for(_exchange(*connection, request), _TIMEOUT_SECONDS)
            except (OSError, EOFError, TimeoutError, ValueError) as error:
                self.errors[type(error).__name__] += 1
                if connection is not None:
                    connection[1].close()
                connection = None
                continue
            if status != 200:
                self.errors[str(status)] += 1
                continue
            self.last_answer = time.perf_counter()
            self.answers += 1
            if sent > 1:
                self.times_ms.append(1000 * (self.last_answer - started))
        if connection is not None:
            connection[1].close()


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    """Send one request, read the whole response and return its status."""
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, found, rest = head.partition(b"\r\ncontent-length:")
    if not found:
        raise ValueError("a response without a length")
    await reader.readexactly(int(rest[: rest.index(b"\r\n")]))
    return int(head[9:12])


def main() -> None:
    """Read what to do from standard input, do it, write what came of it."""
    task = json.load(sys.stdin)
    requests = [Request(*one).encoded() for one in task["requests"]]
    print(json.dumps(asyncio.run(_Run(task["port"], task["seconds"], requests).all(task["clients"]))))


if __name__ == "__main__":
    main()
