"""The HTTP service, assembled: corpus opened once, routes, errors, limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from api import errors, openapi
from api.assembly import engine_with
from api.limits import BodyLimit
from api.metrics import MeasureRequests, Metrics
from api.opening import open_corpus
from api.routes import answers, articles, files, overview, page, service, stories
from api.settings import Settings
from index.corpus import Corpus
from qa.examples import Examples

_DESCRIPTION = """Ask questions about your articles and get passages with citations that can be checked to the
character. **Offsets are Unicode code points into the article's stored text, half-open**; JavaScript strings count
UTF-16 units, so convert there. Errors are problem details as in RFC 9457."""


def create_app(settings: Settings, corpus: Corpus | None = None) -> FastAPI:
    """Return the service for `settings`; a corpus that is not given is opened when the service starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with corpus or open_corpus(settings) as opened:
            app.state.engine = engine_with(settings, opened)
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
    app.state.metrics = Metrics()
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
    """Return the service as the environment sets it, for ASGI servers other than the one of `hoidap serve`.

    It opens the corpus at once and not when the service starts, so that what is wrong with it is one clear error.
    """
    settings = Settings.read()
    return create_app(settings, open_corpus(settings))
