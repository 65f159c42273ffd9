"""Assembles the HTTP service: the corpus, which is opened once, the routes, the errors and the limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from api import errors, openapi
from api.admission import WRITING_THREADS, Admission, Patience, asking_threads
from api.assembly import engine_with
from api.limits import BodyLimit
from api.metrics import MeasureRequests, Metrics
from api.opening import open_corpus
from api.routes import answers, articles, files, overview, page, service, stories
from api.settings import Settings
from index.corpus import Corpus
from qa.examples import Examples
from qa.retrieval.reranking import Reranker

_DESCRIPTION = """Ask questions about your articles and get passages with citations that you can check to the character.
**Offsets count Unicode code points of the article's stored text and are half-open.** JavaScript strings count UTF-16
units, so convert offsets there. Errors are problem details as in RFC 9457."""


def create_app(
    settings: Settings, corpus: Corpus | None = None, reranker: Reranker | None = None, metrics: Path | None = None
) -> FastAPI:
    """Return the service.

    Args:
        settings: what it is to be like.
        corpus: the corpus to answer from; without it, the service opens the one that the settings name when it starts.
        reranker: the one that the settings name, if it has been loaded already.
        metrics: the folder in which several processes of one service keep their figures; see `Metrics`.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with corpus or open_corpus(settings) as opened:
            threads = asking_threads(opened.encoder.record.name)
            app.state.asking = Admission(threads, patience, app.state.metrics.queue("asking"))
            app.state.engine = engine_with(settings, opened, reranker)
            app.state.examples = Examples(app.state.engine)
            yield
            app.state.engine = None

    app = FastAPIOffline(
        title="hoidap",
        description=_DESCRIPTION,
        version=settings.version,
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.engine = None
    app.state.metrics = Metrics(metrics)
    patience = Patience(settings.max_waiting, settings.max_wait_seconds)
    app.state.writing = Admission(WRITING_THREADS, patience, app.state.metrics.queue("writing"))
    app.add_middleware(BodyLimit, max_bytes=settings.max_request_bytes)
    app.add_middleware(MeasureRequests, metrics=app.state.metrics)
    errors.install(app)
    for router in (
        answers.router,
        articles.router,
        stories.router,
        files.router,
        overview.router,
        service.router,
    ):
        app.include_router(router)
    page.install(app)
    openapi.install(app)
    return app


def create_app_from_environment() -> FastAPI:
    """Return the service with the settings of the environment, for ASGI servers other than that of `hoidap serve`.

    The corpus is opened here, before the server starts, so that a corpus that cannot be opened gives one clear error.
    """
    settings = Settings.read()
    return create_app(settings, open_corpus(settings))
