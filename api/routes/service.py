"""About the service itself: what it holds, whether it lives, whether it is ready."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.dependencies import EngineGiven, SettingsGiven
from api.schemas import Health, InfoOut, LimitsOut
from qa.engine import MAX_LIMIT, MAX_QUESTION_CHARACTERS

router = APIRouter(tags=["service"])


@router.get("/v1/info")
def info(engine: EngineGiven, settings: SettingsGiven) -> InfoOut:
    """Say which model is in use, what the corpus holds, and the limits."""
    limits = LimitsOut(
        max_question_characters=MAX_QUESTION_CHARACTERS,
        max_limit=MAX_LIMIT,
        max_request_bytes=settings.max_request_bytes,
        max_article_bytes=settings.max_article_bytes,
        max_batch_articles=settings.max_batch_articles,
    )
    return InfoOut.of(engine.corpus.info(), settings.version, limits)


@router.get("/livez")
async def livez() -> Health:
    """Say that the process lives."""
    return Health()


@router.get("/readyz")
def readyz(engine: EngineGiven) -> Health:
    """Say that model and corpus are loaded; 503 until they are."""
    engine.corpus.snapshot()
    return Health()
