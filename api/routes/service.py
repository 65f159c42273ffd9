"""Routes about the service itself: its model and counts, its metrics, and whether it runs and is ready."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from api.metrics import CONTENT_TYPE, Metrics
from api.routes.dependencies import EngineGiven, SettingsGiven
from api.schemas.info import Health, InfoOut, LimitsOut
from qa.engine import Engine

router = APIRouter(tags=["service"])


@router.get("/v1/info")
def info(engine: EngineGiven, settings: SettingsGiven) -> InfoOut:
    """Return the model in use, the size of the corpus, the limits, and the formats of files that can be added."""
    limits = LimitsOut(
        max_question_characters=settings.max_question_characters,
        max_limit=settings.max_limit,
        max_request_bytes=settings.max_request_bytes,
        max_article_bytes=settings.max_article_bytes,
        max_batch_articles=settings.max_batch_articles,
    )
    return InfoOut.of(engine.corpus.info(), settings.version, limits)


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request) -> Response:
    """Return the metrics in Prometheus's text format."""
    engine: Engine | None = request.app.state.engine
    figures: Metrics = request.app.state.metrics
    corpus = None if engine is None else engine.corpus
    return Response(figures.exposition(corpus), media_type=CONTENT_TYPE)


@router.get("/livez")
async def livez() -> Health:
    """Answer 200 while the process runs."""
    return Health()


@router.get("/readyz")
def readyz(engine: EngineGiven) -> Health:
    """Answer 200 once model and corpus are loaded, and 503 before."""
    engine.corpus.view()
    return Health()
