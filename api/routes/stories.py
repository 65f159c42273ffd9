"""The route that finds stories, `/v1/stories`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.limits import StrictRoute
from api.routes.dependencies import AskingGiven, EngineGiven, FiltersGiven
from api.routes.responses import json_response
from api.schemas.stories import StoryList

router = APIRouter(route_class=StrictRoute, tags=["stories"])


@router.get("/v1/stories", response_model=StoryList)
async def stories(
    request: Request,
    engine: EngineGiven,
    asking: AskingGiven,
    filters: FiltersGiven,
    days: Annotated[
        float | None,
        Query(gt=0, description="Days in the window; 7 by default. Cannot be combined with `published_after`."),
    ] = None,
    min_articles: Annotated[int, Query(ge=1, description="Number of articles that a story must have at least.")] = 2,
    limit: Annotated[
        int, Query(ge=1, description="Number of stories. At most 100, unless `HOIDAP_MAX_LIMIT` says otherwise.")
    ] = 20,
    offset: Annotated[int, Query(ge=0, description="Number of stories to skip.")] = 0,
) -> Response:
    """Find the events that several articles tell, newest first.

    The window begins at `published_after`, or else `days` before its end. It ends before `published_before`, or else
    with the newest article whose date is not in the future. For an article without a date, the time when it was added
    counts. If the window has more than 5,000 articles, only the newest 5,000 are compared.
    """
    return await asking.run(
        request,
        lambda: json_response(
            StoryList.of(
                engine.stories(days=days, min_articles=min_articles, limit=limit, offset=offset, filters=filters)
            )
        ),
    )
