"""Figures for Prometheus: requests by route and status, their duration, and the size of the corpus."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.corpus import Corpus

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
_UNKNOWN_ROUTE = "unmatched"
"""Replaces every path that no route has. Scanners ask for many such paths, and each would become a series."""


class Metrics:
    """The figures of one service. Safe to share between threads."""

    def __init__(self) -> None:
        """Create all figures, at zero."""
        self._lock = threading.Lock()
        self._counted_at: int | None = None
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

    def exposition(self, corpus: Corpus | None) -> bytes:
        """Return the figures in Prometheus's text format; `corpus` is None while it is being opened."""
        with self._lock:
            if corpus is not None:
                self._look_at(corpus)
            return generate_latest(self._registry)

    def _look_at(self, corpus: Corpus) -> None:
        """Bring the figures of the corpus up to date.

        Counting takes time that grows with the corpus, so it is done once for each revision. A merge empties the tail
        without one, so the length of the tail is read each time, from memory. `Corpus.info` is not used, since it also
        measures every file on disk.
        """
        self._tail.set(corpus.search_index.figures().tail_vectors)
        revision = corpus.storage.revision()
        if revision != self._counted_at:
            counts = corpus.storage.counts()
            self._articles.set(counts.articles)
            self._passages.set(counts.passages)
            self._counted_at = revision


class MeasureRequests:
    """ASGI middleware that counts every request and measures its duration."""

    def __init__(self, app: ASGIApp, metrics: Metrics, clock: Callable[[], float] = time.perf_counter) -> None:
        """Wrap `app`; `clock` returns seconds."""
        self._app = app
        self._metrics = metrics
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, note the status of its response, and record both."""
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
