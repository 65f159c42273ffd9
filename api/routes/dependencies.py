"""Parameters that several routes share: the engine, the settings, and the filters of a query string.

Those that FastAPI calls are coroutines, since it runs each plain function in a thread of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Query, Request

from api.admission import Admission
from api.errors import ProblemError
from api.settings import Settings
from index.errors import InvalidArticle, InvalidFilter, ReadError
from index.filters import Filters
from index.readers.fields import draft_from_fields
from index.readers.json_values import parse_json
from index.records import Scalar
from index.text.normalization import why_unstorable
from qa.engine import Engine


async def engine_of(request: Request) -> Engine:
    """Return the engine.

    Raises:
        ProblemError: status 503; the corpus is still being opened.
    """
    engine: Engine | None = request.app.state.engine
    if engine is None:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE, "Not ready", "the corpus is being opened", {"Retry-After": "1"}
        )
    return engine


async def settings_of(request: Request) -> Settings:
    """Return the settings."""
    settings: Settings = request.app.state.settings
    return settings


async def filters_of(
    language: Annotated[list[str], Query(max_length=100)] = [],  # noqa: B006  # FastAPI copies defaults
    source: Annotated[list[str], Query(max_length=100)] = [],  # noqa: B006
    article_id: Annotated[list[str], Query(max_length=1000)] = [],  # noqa: B006
    published_after: Annotated[
        str | None, Query(description="Earliest date of publication, inclusive; a day is that of the article.")
    ] = None,
    published_before: Annotated[str | None, Query(description="Latest date of publication, exclusive.")] = None,
    metadata: Annotated[
        str | None, Query(description='JSON object whose values an article must have, such as {"page": 3}.')
    ] = None,
) -> Filters:
    """Return the filters of a query string. A parameter that is given several times is a list.

    Raises:
        InvalidFilter: a date is not a date, or the metadata is not an object of flat values.
    """
    return checked_filters(
        Filters(
            tuple(language),
            tuple(source),
            tuple(article_id),
            published_after,
            published_before,
            _metadata_of(metadata),
        )
    )


def checked_filters(filters: Filters) -> Filters:
    """Return `filters` after checking that an article could have the values that they ask for.

    Raises:
        InvalidFilter: a value has a NUL character or half a surrogate pair, or the metadata is not flat.
    """
    for name in ("language", "source", "article_id"):
        for value in getattr(filters, name):
            _refuse_unstorable(name, value)
    try:
        draft_from_fields({"text": "", "metadata": filters.metadata})
    except InvalidArticle as error:
        raise InvalidFilter(error.field, error.reason) from error
    for key, item in filters.metadata.items():
        if isinstance(item, list):
            raise InvalidFilter(f"metadata.{key[:60]}", "expected one value, got a list; a list that has it passes")
        _refuse_unstorable("metadata", key)
        if isinstance(item, str):
            _refuse_unstorable(f"metadata.{key[:60]}", item)
    return filters


def _metadata_of(text: str | None) -> Mapping[str, Scalar]:
    if text is None:
        return {}
    try:
        metadata = parse_json(text.encode(), "metadata")
    except ReadError as error:
        raise InvalidFilter("metadata", error.reason) from error
    if not isinstance(metadata, dict):
        raise InvalidFilter("metadata", 'expected a JSON object, as {"page": 3}')
    return metadata


def _refuse_unstorable(field: str, value: str) -> None:
    """Refuse a text that UTF-8 or SQLite cannot store: no article can have it."""
    reason = why_unstorable(value)
    if reason is not None:
        raise InvalidFilter(field, reason)


async def asking_of(request: Request) -> Admission:
    """Return what lets questions in."""
    asking: Admission = request.app.state.asking
    return asking


async def writing_of(request: Request) -> Admission:
    """Return what lets requests in that store or remove articles."""
    writing: Admission = request.app.state.writing
    return writing


EngineGiven = Annotated[Engine, Depends(engine_of)]
AskingGiven = Annotated[Admission, Depends(asking_of)]
WritingGiven = Annotated[Admission, Depends(writing_of)]
SettingsGiven = Annotated[Settings, Depends(settings_of)]
FiltersGiven = Annotated[Filters, Depends(filters_of)]
