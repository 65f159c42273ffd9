"""Routes that answer: `/v1/ask`, `/v1/search` and `POST /v1/similar`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.limits import StrictRoute
from api.metrics import Metrics
from api.routes.dependencies import AskingGiven, EngineGiven, FiltersGiven, checked_filters
from api.routes.responses import json_response
from api.schemas.answers import AnswerOut, AskBody
from api.schemas.passages import SearchOut
from api.schemas.similar import SimilarBody, SimilarList
from index.search.protocol import Mode
from qa.engine import MAX_DEPTH

router = APIRouter(route_class=StrictRoute, tags=["ask"])

# What these functions do is done in threads, so the event loop never waits for a search; it ends with the bytes of the
# response, so FastAPI has nothing left to convert.


@router.post("/v1/ask", response_model=AnswerOut)
async def ask(body: AskBody, engine: EngineGiven, asking: AskingGiven, request: Request) -> Response:
    """Answer a question with cited passages."""

    def answer() -> Response:
        found = engine.ask(
            body.question,
            limit=body.limit,
            mode=body.mode,
            max_per_article=body.max_per_article,
            min_confidence=body.min_confidence,
            recency_half_life_days=body.recency_half_life_days,
            filters=checked_filters(body.filters.to_filters()),
            explain=body.explain,
        )
        metrics.observe_stages(found.stages)
        return json_response(AnswerOut.of(found).json_text())

    metrics: Metrics = request.app.state.metrics
    return await asking.run(request, answer)


@router.get("/v1/search", response_model=SearchOut)
async def search(
    request: Request,
    engine: EngineGiven,
    asking: AskingGiven,
    filters: FiltersGiven,
    q: Annotated[str, Query(min_length=1, description="Text to search for.")],
    limit: Annotated[
        int, Query(ge=1, description="Number of passages. At most 100, unless `HOIDAP_MAX_LIMIT` says otherwise.")
    ] = 10,
    offset: Annotated[
        int, Query(ge=0, lt=MAX_DEPTH, description="Number of passages to skip. `offset` + `limit` is at most 1000.")
    ] = 0,
    mode: Mode = "hybrid",
) -> Response:
    """Return one page of the passages ranked for a query."""

    def ranking() -> Response:
        found = engine.search(q, limit=limit, offset=offset, mode=mode, filters=filters)
        metrics.observe_stages(found.stages)
        return json_response(SearchOut.of(found))

    metrics: Metrics = request.app.state.metrics
    return await asking.run(request, ranking)


@router.post("/v1/similar", response_model=SimilarList)
async def similar_to_text(body: SimilarBody, engine: EngineGiven, asking: AskingGiven, request: Request) -> Response:
    """Find the articles most similar to a text."""
    return await asking.run(
        request, lambda: json_response(SimilarList.of(engine.similar_to_text(body.text, body.limit)))
    )
