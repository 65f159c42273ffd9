"""What Prometheus is told: requests by route and status, how long they took, what the corpus holds."""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.corpus import CorpusInfo

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
_UNKNOWN_ROUTE = "unmatched"
"""Stands for every path that no route has, so that scanners do not grow the number of series."""


class Metrics:
    """The figures of one service."""

    def __init__(self) -> None:
        """Start at zero."""
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "hoidap_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "hoidap_request_seconds", "Time to answer.", ("route",), buckets=_SECONDS, registry=self._registry
        )
        self._articles = Gauge("hoidap_articles", "Articles in the corpus.", registry=self._registry)
        self._passages = Gauge("hoidap_passages", "Passages in the corpus.", registry=self._registry)
        self._tail = Gauge("hoidap_tail_vectors", "Vectors not yet merged into the base.", registry=self._registry)

    def exposition(self, info: CorpusInfo | None) -> bytes:
        """Return the figures in Prometheus's text format; `info` is None while the corpus is being opened."""
        if info is not None:
            self._articles.set(info.counts.articles)
            self._passages.set(info.counts.passages)
            self._tail.set(info.tail_vectors)
        return generate_latest(self._registry)


class MeasureRequests:
    """ASGI middleware that counts and times every request."""

    def __init__(self, app: ASGIApp, metrics: Metrics, clock: Callable[[], float] = time.perf_counter) -> None:
        """Wrap `app`."""
        self._app = app
        self._metrics = metrics
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the status from the response as it starts."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        started = self._clock()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", _UNKNOWN_ROUTE)
            self._metrics.requests.labels(scope["method"], route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(self._clock() - started)
