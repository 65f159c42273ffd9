"""Routes that answer: `/v1/ask`, `/v1/search` and `POST /v1/similar`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.limits import StrictRoute
from api.routes.dependencies import EngineGiven, FiltersGiven, checked_filters
from api.schemas.answers import AnswerOut, AskBody
from api.schemas.passages import SearchOut
from api.schemas.similar import SimilarBody, SimilarList, SimilarOut
from index.search.protocol import Mode
from qa.engine import MAX_DEPTH

router = APIRouter(route_class=StrictRoute, tags=["ask"])

# These are plain functions, not coroutines: FastAPI runs them in threads, so the event loop never waits for a search.


@router.post("/v1/ask")
def ask(body: AskBody, engine: EngineGiven) -> AnswerOut:
    """Answer a question with cited passages."""
    answer = engine.ask(
        body.question,
        limit=body.limit,
        mode=body.mode,
        max_per_article=body.max_per_article,
        min_confidence=body.min_confidence,
        recency_half_life_days=body.recency_half_life_days,
        filters=checked_filters(body.filters.to_filters()),
    )
    return AnswerOut.of(answer)


@router.get("/v1/search")
def search(
    engine: EngineGiven,
    filters: FiltersGiven,
    q: Annotated[str, Query(min_length=1, description="Text to search for.")],
    limit: Annotated[
        int, Query(ge=1, description="Number of passages. At most 100, unless `HOIDAP_MAX_LIMIT` says otherwise.")
    ] = 10,
    offset: Annotated[
        int, Query(ge=0, lt=MAX_DEPTH, description="Number of passages to skip. `offset` + `limit` is at most 1000.")
    ] = 0,
    mode: Mode = "hybrid",
) -> SearchOut:
    """Return one page of the passages ranked for a query."""
    return SearchOut.of(engine.search(q, limit=limit, offset=offset, mode=mode, filters=filters))


@router.post("/v1/similar")
def similar_to_text(body: SimilarBody, engine: EngineGiven) -> SimilarList:
    """Find the articles most similar to a text."""
    return SimilarList(articles=[SimilarOut.of(item) for item in engine.similar_to_text(body.text, body.limit)])
