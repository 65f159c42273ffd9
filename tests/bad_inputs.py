"""What the tests of bad input send, and the check that a corpus holds what it held."""

from __future__ import annotations

import json
from typing import Any

from server import Server

GOOD = {"id": "good", "title": "Cầu", "text": "Cầu Sông Hiền dài 500 m.", "source": "TSN", "metadata": {"page": 3}}
JSON = "application/json"
NDJSON = "application/x-ndjson"
SMALL_ARTICLE, SMALL_BATCH = 1_000, 3
DEEP = b"[" * 100_000


class untouched:  # noqa: N801  # reads as a statement
    """Checks that a block changes nothing."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def _state(self) -> tuple[Any, Any, Any]:
        client = self.server.client
        info = client.get("/v1/info").json()
        counts = {name: info[name] for name in ("articles", "passages", "characters", "languages")}
        return client.get("/v1/articles").json(), client.get("/v1/articles/good").json(), counts

    def __enter__(self) -> None:
        self.logged = self.server.log.stat().st_size
        self.before = self._state()

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        after = self._state()
        for article in after[0]["articles"]:  # so that one test that fails does not make the next ones fail
            if article["id"] != GOOD["id"]:
                self.server.client.delete(f"/v1/articles/{article['id']}")
        self.server.client.put(f"/v1/articles/{GOOD['id']}", json=GOOD)
        if kind is None:
            assert after == self.before
            assert self.before[0]["total"] == 1
            assert b"Traceback" not in self.server.log.read_bytes()[self.logged :]


def any_of(*values: Any) -> tuple[Any, ...]:
    """Return values of several types, for a table."""
    return values


def dumped(value: object) -> bytes:
    return json.dumps(value).encode()
