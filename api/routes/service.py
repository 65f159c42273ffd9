"""About the service itself: what it holds, whether it lives, whether it is ready."""

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
    """Say which model is in use, what the corpus holds, and the limits."""
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
    """Give the figures for Prometheus."""
    engine: Engine | None = request.app.state.engine
    figures: Metrics = request.app.state.metrics
    corpus = None if engine is None else engine.corpus
    return Response(figures.exposition(corpus), media_type=CONTENT_TYPE)


@router.get("/livez")
async def livez() -> Health:
    """Say that the process lives."""
    return Health()


@router.get("/readyz")
def readyz(engine: EngineGiven) -> Health:
    """Say that model and corpus are loaded; 503 until they are."""
    engine.corpus.snapshot()
    return Health()
