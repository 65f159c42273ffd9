"""What routes are given: the engine, the settings, and the filters of a query string."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Query, Request

from api.errors import ProblemError
from api.settings import Settings
from index.errors import HoidapError, InvalidFilter
from index.filters import Filters
from index.readers import draft_from_fields
from index.readers.jsonl import parse_json
from index.records import Scalar
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
    metadata: Annotated[str | None, Query(description='A JSON object, as {"page": 3}.')] = None,
) -> Filters:
    """Return the filters of a query string; a name given several times is a list.

    Raises:
        InvalidFilter: a date that is none, or metadata that is no object of flat values.
    """
    return Filters(
        tuple(language), tuple(source), tuple(article_id), published_after, published_before, _metadata_of(metadata)
    )


def _metadata_of(text: str | None) -> dict[str, Scalar]:
    if text is None:
        return {}
    try:
        return dict(draft_from_fields({"text": "", "metadata": parse_json(text.encode(), "filter")}).metadata)
    except HoidapError as error:
        raise InvalidFilter("metadata", str(error)) from error


EngineGiven = Annotated[Engine, Depends(engine_of)]
SettingsGiven = Annotated[Settings, Depends(settings_of)]
FiltersGiven = Annotated[Filters, Depends(filters_of)]
