"""Asking: `/v1/ask` and `/v1/similar`."""

from __future__ import annotations

from fastapi import APIRouter

from api.limits import StrictRoute
from api.routes.dependencies import EngineGiven
from api.schemas import AnswerOut, AskBody, SimilarBody, SimilarList, SimilarOut

router = APIRouter(route_class=StrictRoute, tags=["ask"])

# Plain functions, not coroutines: they run in threads, so the event loop never waits for a search.


@router.post("/v1/ask")
def ask(body: AskBody, engine: EngineGiven) -> AnswerOut:
    """Answer a question with cited passages."""
    answer = engine.ask(
        body.question,
        limit=body.limit,
        mode=body.mode,
        max_per_article=body.max_per_article,
        filters=body.filters.to_filters(),
    )
    return AnswerOut.of(answer)


@router.post("/v1/similar")
def similar_to_text(body: SimilarBody, engine: EngineGiven) -> SimilarList:
    """Find the articles most similar to a text."""
    return SimilarList(articles=[SimilarOut.of(item) for item in engine.similar_to_text(body.text, body.limit)])
