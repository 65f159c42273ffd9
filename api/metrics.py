"""Figures for Prometheus: requests, their duration, the stages of questions, queues, and the size of the corpus.

Several worker processes have one page: prometheus-client keeps the figures of each in files of one folder, and the
worker that is asked adds them up. The figures of the corpus are those that this worker sees.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.corpus import Corpus

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
_STAGE_SECONDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
_UNKNOWN_ROUTE = "unmatched"
"""Replaces every path that no route has. Scanners ask for many such paths, and each would become a series."""


class Metrics:
    """The figures of one process, and the page of all. Safe to share between threads."""

    def __init__(self, shared: Path | None = None) -> None:
        """Create all figures, at zero.

        Args:
            shared: the folder in which the worker processes of one service keep their figures; None for one process.
                prometheus-client must have been told of it before it was imported.
        """
        own = CollectorRegistry()
        self.requests = Counter("hoidap_requests", "Requests answered.", ("method", "route", "status"), registry=own)
        self.seconds = Histogram(
            "hoidap_request_seconds", "Time to answer.", ("route",), buckets=_SECONDS, registry=own
        )
        self._stages = Histogram(
            "hoidap_stage_seconds",
            "Time of each stage of a question.",
            ("stage",),
            buckets=_STAGE_SECONDS,
            registry=own,
        )
        self._waiting = Gauge(
            "hoidap_waiting", "Requests that wait for their turn.", ("kind",), registry=own, multiprocess_mode="livesum"
        )
        self._refused = Counter(
            "hoidap_refused", "Requests refused because too many waited, or for too long.", ("kind",), registry=own
        )
        self._dropped = Counter(
            "hoidap_dropped", "Requests whose client went before their turn came.", ("kind",), registry=own
        )
        self._lock = threading.Lock()
        self._corpus = _CorpusFigures()
        self._page = own
        if shared is not None:
            self._page = CollectorRegistry()
            MultiProcessCollector(self._page, str(shared))  # type: ignore[no-untyped-call]
        self._page.register(self._corpus)

    def queue(self, kind: str) -> Queue:
        """Return the figures of the requests of one kind that wait."""
        return Queue(self._waiting.labels(kind), self._refused.labels(kind), self._dropped.labels(kind))

    def observe_stages(self, seconds: Mapping[str, float]) -> None:
        """Note how long each stage of a question took."""
        for stage, taken in seconds.items():
            self._stages.labels(stage).observe(taken)

    def exposition(self, corpus: Corpus | None) -> bytes:
        """Return the figures in Prometheus's text format; `corpus` is None while it is being opened."""
        with self._lock:
            if corpus is not None:
                self._corpus.look_at(corpus)
            return generate_latest(self._page)


@dataclass(frozen=True, slots=True)
class Queue:
    """The figures of the requests of one kind that wait for their turn."""

    waiting: Gauge
    refusals: Counter
    drops: Counter

    def entered(self) -> None:
        """Count one more that waits."""
        self.waiting.inc()

    def left(self) -> None:
        """Count one less that waits."""
        self.waiting.dec()

    def refused(self) -> None:
        """Count one that was refused."""
        self.refusals.inc()

    def dropped(self) -> None:
        """Count one whose client went."""
        self.drops.inc()


class _CorpusFigures(Collector):
    """The size of the corpus, as one process sees it."""

    def __init__(self) -> None:
        self._articles = self._passages = self._tail = 0
        self._counted_at: int | None = None

    def look_at(self, corpus: Corpus) -> None:
        """Bring the figures up to date.

        Counting takes time that grows with the corpus, so it is done once for each revision. A merge empties the tail
        without one, so the length of the tail is read each time, from memory. `Corpus.info` is not used, since it also
        measures every file on disk.
        """
        self._tail = corpus.search_index.figures().tail_vectors
        revision = corpus.storage.revision()
        if revision != self._counted_at:
            counts = corpus.storage.counts()
            self._articles, self._passages = counts.articles, counts.passages
            self._counted_at = revision

    def collect(self) -> Iterator[Metric]:
        """Yield the figures as they were last looked at."""
        yield GaugeMetricFamily("hoidap_articles", "Articles in the corpus.", self._articles)
        yield GaugeMetricFamily("hoidap_passages", "Passages in the corpus.", self._passages)
        yield GaugeMetricFamily("hoidap_tail_vectors", "Vectors not yet merged into the base.", self._tail)


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
