"""Stories: `/v1/stories`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.limits import StrictRoute
from api.routes.dependencies import EngineGiven, FiltersGiven
from api.schemas.stories import StoryList

router = APIRouter(route_class=StrictRoute, tags=["stories"])


@router.get("/v1/stories")
def stories(
    engine: EngineGiven,
    filters: FiltersGiven,
    days: Annotated[
        float | None,
        Query(gt=0, description="Length of the window; 7 by default. Not together with `published_after`."),
    ] = None,
    min_articles: Annotated[int, Query(ge=1, description="Least number of articles of a story.")] = 2,
    limit: Annotated[int, Query(ge=1, description="At most 100 by default.")] = 20,
    offset: Annotated[int, Query(ge=0, description="How many stories to leave out first.")] = 0,
) -> StoryList:
    """Find the events that several articles tell, newest first.

    The window begins at `published_after`, else `days` before its end. It ends before `published_before`, else with the
    newest article that is not of the future. An article without a date counts from when it was added. Of a window with
    more than 5,000 articles the newest are compared.
    """
    return StoryList.of(
        engine.stories(days=days, min_articles=min_articles, limit=limit, offset=offset, filters=filters)
    )
