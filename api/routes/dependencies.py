"""What routes are given: the engine, the settings, and the filters of a query string."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Query, Request

from api.errors import ProblemError
from api.settings import Settings
from index.filters import Filters
from qa.engine import Engine


def engine_of(request: Request) -> Engine:
    """Return the engine.

    Raises:
        ProblemError: 503 while the corpus is being opened.
    """
    engine: Engine | None = request.app.state.engine
    if engine is None:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE, "Not ready", "the corpus is being opened", {"Retry-After": "1"}
        )
    return engine


def settings_of(request: Request) -> Settings:
    """Return the settings."""
    settings: Settings = request.app.state.settings
    return settings


def filters_of(
    language: Annotated[list[str], Query(max_length=100)] = [],  # noqa: B006  # FastAPI copies defaults
    source: Annotated[list[str], Query(max_length=100)] = [],  # noqa: B006
    article_id: Annotated[list[str], Query(max_length=1000)] = [],  # noqa: B006
    published_after: Annotated[str | None, Query(description="Inclusive.")] = None,
    published_before: Annotated[str | None, Query(description="Exclusive.")] = None,
) -> Filters:
    """Return the filters of a query string; a name given several times is a list."""
    return Filters(tuple(language), tuple(source), tuple(article_id), published_after, published_before)


EngineGiven = Annotated[Engine, Depends(engine_of)]
SettingsGiven = Annotated[Settings, Depends(settings_of)]
FiltersGiven = Annotated[Filters, Depends(filters_of)]
