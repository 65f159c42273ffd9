"""The route that takes files over HTTP, one at a time, and reads them as `hoidap ingest` reads files on disk."""

from __future__ import annotations

import tempfile
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.errors import ProblemError
from api.routes.articles import store_each
from api.routes.dependencies import EngineGiven, SettingsGiven, WritingGiven
from api.schemas.articles import BatchResult
from api.security import bearer, check_may_write
from api.settings import Settings
from index.corpus import Corpus
from index.errors import HoidapError, ReadError
from index.readers.field_map import FieldMap
from index.readers.walking import ReadFailure, read_named
from index.records import Draft
from index.text.normalization import why_unstorable

router = APIRouter(tags=["articles"])
BYTES = "application/octet-stream"

_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            BYTES: {
                "schema": {"type": "string", "format": "binary", "description": "The unchanged content of the file."}
            }
        },
    }
}
_NAME = "Name of the file, or its path inside its folder. Its ending determines the format."
_MAP = (
    "Names of the fields in a JSON, JSONL, CSV or TSV file, such as `text=content,title=name.vi`: the article's field, "
    "then the key, path or column; several keys are joined with `+`."
)
_CLEAN = "Whether to keep only the article in a scraped page. By default, text and HTML files are cleaned like this."


@router.post(
    "/v1/files",
    dependencies=[Depends(check_may_write), Depends(bearer)],
    openapi_extra=_BODY,
    responses={
        200: {"model": BatchResult, "description": "All articles of the file are stored"},
        207: {"model": BatchResult, "description": "Some articles are stored"},
        422: {"model": BatchResult, "description": "No article is stored"},
    },
)
async def add_file(
    request: Request,
    engine: EngineGiven,
    settings: SettingsGiven,
    writing: WritingGiven,
    name: Annotated[str, Query(min_length=1, max_length=1000, description=_NAME)],
    clean: Annotated[bool | None, Query(description=_CLEAN)] = None,
    field_map: Annotated[str | None, Query(alias="map", max_length=2000, description=_MAP)] = None,
) -> Response:
    """Store the articles of one file, of any format that `GET /v1/info` lists, read as `hoidap ingest` reads it.

    After a success, the articles are committed to disk and searchable. `line` counts the articles of the file from 1.
    """
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type != BYTES:  # a page of another site cannot send this type without permission
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Unsupported media type", f"content-type must be {BYTES}")
    reason = why_unstorable(name)
    if reason is not None:
        raise ReadError("name", reason)
    fields = None if field_map is None else FieldMap.parse(field_map)
    content = await request.body()
    return await writing.run(request, lambda: _add_file(engine.corpus, settings, content, name, clean, fields))


def _add_file(
    corpus: Corpus, settings: Settings, content: bytes, name: str, clean: bool | None, fields: FieldMap | None
) -> Response:
    most = settings.max_batch_articles
    with tempfile.TemporaryDirectory(prefix="hoidap-") as folder:
        file = Path(folder) / "sent"
        file.write_bytes(content)
        items: list[tuple[int, Draft | HoidapError]] = []
        characters = 0
        for number, item in enumerate(islice(read_named(file, name, fields), most + 1), 1):
            items.append((number, item.error if isinstance(item, ReadFailure) else item))
            characters += len(item.text) if isinstance(item, Draft) else 0
            if characters > settings.max_request_bytes:  # a file that was packed may hold far more than it has bytes
                raise ProblemError(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    "Too much text",
                    f"{name} unpacks to more text than the {settings.max_request_bytes:,} bytes that a request may "
                    "have; split it, or use `hoidap ingest`",
                )
    if len(items) > most:
        raise ProblemError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "Too many articles",
            f"{name} holds more than the {most:,} articles taken in one request; split it, or use `hoidap ingest`",
        )
    if not items:
        raise ReadError(name, "holds no article")
    return store_each(corpus, settings, items, clean)
