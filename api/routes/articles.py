"""Routes that add, replace, read, list and delete articles, and find articles similar to one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from itertools import compress, islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from api.errors import ProblemError
from api.limits import StrictRoute
from api.routes.dependencies import AskingGiven, EngineGiven, FiltersGiven, SettingsGiven, WritingGiven
from api.routes.responses import json_response
from api.schemas.articles import ArticleBody, ArticleList, ArticleOut, ArticleResult, ArticleWithText, BatchResult
from api.schemas.similar import SimilarList
from api.security import bearer, check_may_write
from api.settings import Settings
from index.batches import Outcome
from index.corpus import Corpus
from index.errors import HoidapError, InvalidArticle, NoSuchArticle
from index.preparation import known_identity
from index.readers.fields import draft_from_fields
from index.readers.json_values import parse_json
from index.records import Draft
from index.repetitions import are_last

router = APIRouter(route_class=StrictRoute, tags=["articles"])
JSON = "application/json"
NDJSON = "application/x-ndjson"

_WRITING = [Depends(check_may_write), Depends(bearer)]
ArticleId = Annotated[str, Path(description="Id of the article.")]
Clean = Annotated[
    bool, Query(description="Whether to treat the text as a scraped page and keep only the article in it.")
]
_SCHEMA = ArticleBody.model_json_schema()
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {"schema": {"oneOf": [_SCHEMA, {"type": "array", "items": _SCHEMA}]}},
            NDJSON: {"schema": {"type": "string", "description": "One article on each line."}},
        },
    }
}


@router.post(
    "/v1/articles",
    dependencies=_WRITING,
    openapi_extra=_BODY,
    responses={
        200: {
            "model": BatchResult | ArticleResult,
            "description": "All articles are stored, or the single one is replaced or unchanged",
        },
        201: {"model": ArticleResult, "description": "The single article is created"},
        207: {"model": BatchResult, "description": "Some articles are stored"},
        422: {"model": BatchResult, "description": "No article is stored"},
    },
)
async def add(
    request: Request, engine: EngineGiven, settings: SettingsGiven, writing: WritingGiven, clean: Clean = False
) -> Response:
    """Store one article, an array of articles, or NDJSON. An article replaces the stored one that has its id.

    After a success, the articles are committed to disk and searchable. Each one is stored completely or not at all.
    """
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type not in (JSON, NDJSON):
        # This is a guard, too: a page of another site can send text/plain without permission, but not these types.
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Unsupported media type", f"content-type must be {JSON} or {NDJSON}"
        )
    body = await request.body()
    return await writing.run(request, lambda: _add(engine.corpus, settings, body, media_type == NDJSON, clean))


def _add(corpus: Corpus, settings: Settings, body: bytes, is_ndjson: bool, clean: bool) -> Response:
    if is_ndjson:
        found = _ndjson(body)
    else:
        content = parse_json(body, "body")
        if not isinstance(content, list):
            return _add_one(corpus, settings, _draft(content, 1), clean)
        found = ((number, _draft(record, number)) for number, record in enumerate(content, 1))
    most = settings.max_batch_articles
    items = list(islice(found, most + 1))  # one more than allowed is enough to know that there are too many
    if len(items) > most:
        raise ProblemError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "Too many articles",
            f"more than {most:,} articles; at most {most:,} are taken in one request",
        )
    return store_each(corpus, settings, items, clean)


def store_each(
    corpus: Corpus, settings: Settings, items: list[tuple[int, Draft | HoidapError]], clean: bool | None
) -> Response:
    """Store several articles and report on each. The status is 200 if all are stored, 207 if some are, 422 if none is.

    Args:
        corpus: the corpus to store them in.
        settings: the limits on an article.
        items: the articles in order, each with the number to report it under. An error is reported in its place.
        clean: see `index.preparation.prepare`.
    """
    results = _store(corpus, settings, items, clean)
    summary = BatchResult.of(results)
    if summary.failed == 0:
        status = HTTPStatus.OK
    else:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if summary.failed == len(results) else HTTPStatus.MULTI_STATUS
    return JSONResponse(summary.model_dump(), status)


def _add_one(corpus: Corpus, settings: Settings, draft: Draft | HoidapError, clean: bool) -> Response:
    if isinstance(draft, HoidapError):
        raise draft
    outcome = corpus.add_one(draft, clean=clean, max_text_bytes=settings.max_article_bytes)
    status = HTTPStatus.CREATED if outcome.status == "created" else HTTPStatus.OK
    return JSONResponse(ArticleResult.of(1, outcome).model_dump(), status)


def _store(
    corpus: Corpus, settings: Settings, items: list[tuple[int, Draft | HoidapError]], clean: bool | None
) -> list[ArticleResult]:
    given = [(line, item) for line, item in items if isinstance(item, Draft)]
    last = are_last([draft for _, draft in given])
    drafts = list(compress(given, last))
    outcomes = corpus.add((draft for _, draft in drafts), clean=clean, max_text_bytes=settings.max_article_bytes)
    results = [ArticleResult.of(line, outcome) for (line, _), outcome in zip(drafts, outcomes, strict=True)]
    results += [
        ArticleResult.of(line, Outcome("superseded", known_identity(draft), draft.origin))
        for (line, draft), is_last in zip(given, last, strict=True)
        if not is_last
    ]
    results += [
        ArticleResult.of(line, Outcome("failed", None, f"line {line}", item))
        for line, item in items
        if isinstance(item, HoidapError)
    ]
    return sorted(results, key=lambda result: result.line)


def _ndjson(body: bytes) -> Iterator[tuple[int, Draft | HoidapError]]:
    for number, line in enumerate(body.split(b"\n"), 1):
        if line.strip():
            try:
                yield number, _draft(parse_json(line, f"line {number}"), number)
            except HoidapError as error:
                yield number, error


def _draft(record: Any, line: int) -> Draft | HoidapError:
    try:
        return draft_from_fields(record, f"line {line}")
    except HoidapError as error:
        return error


@router.put("/v1/articles/{article_id}", dependencies=_WRITING, responses={201: {"model": ArticleResult}})
async def put(
    article_id: ArticleId,
    body: ArticleBody,
    engine: EngineGiven,
    settings: SettingsGiven,
    writing: WritingGiven,
    request: Request,
    response: Response,
    clean: Clean = False,
) -> ArticleResult:
    """Create the article with this id, or replace it."""
    if body.id is not None and body.id != article_id:
        raise InvalidArticle("", "id", f"the body has {body.id!r}, but the path has {article_id!r}")
    draft = replace(draft_from_fields(body.model_dump(exclude_none=True)), id=article_id)
    outcome = await writing.run(
        request, lambda: engine.corpus.add_one(draft, clean=clean, max_text_bytes=settings.max_article_bytes)
    )
    response.status_code = HTTPStatus.CREATED if outcome.status == "created" else HTTPStatus.OK
    return ArticleResult.of(1, outcome)


@router.get("/v1/articles")
def list_articles(
    engine: EngineGiven,
    filters: FiltersGiven,
    limit: Annotated[
        int, Query(ge=1, description="Number of articles. At most 100, unless `HOIDAP_MAX_LIMIT` says otherwise.")
    ] = 50,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the previous page.")] = None,
) -> ArticleList:
    """List articles in the order of their ids."""
    engine.check_limit(limit)
    found = engine.corpus.storage.page(limit + 1, cursor, filters)
    more = len(found) > limit
    return ArticleList(
        articles=[ArticleOut.of(header) for header in found[:limit]],
        next_cursor=found[limit - 1].id if more else None,
        total=engine.corpus.storage.count_articles(filters),
    )


@router.get("/v1/articles/{article_id}")
def read(article_id: ArticleId, engine: EngineGiven) -> ArticleWithText:
    """Return an article with its stored text, which all offsets refer to."""
    return ArticleWithText.of(engine.corpus.article(article_id))


@router.delete("/v1/articles/{article_id}", status_code=HTTPStatus.NO_CONTENT, dependencies=_WRITING)
async def delete(article_id: ArticleId, engine: EngineGiven, writing: WritingGiven, request: Request) -> None:
    """Delete an article. It is never returned again."""
    if not await writing.run(request, lambda: engine.corpus.remove([article_id])):
        raise NoSuchArticle(article_id)


@router.get("/v1/articles/{article_id}/similar", response_model=SimilarList)
async def similar(
    article_id: ArticleId,
    engine: EngineGiven,
    asking: AskingGiven,
    request: Request,
    limit: Annotated[
        int, Query(ge=1, description="Number of articles. At most 100, unless `HOIDAP_MAX_LIMIT` says otherwise.")
    ] = 10,
) -> Response:
    """Find the articles most similar to a stored one."""
    return await asking.run(request, lambda: json_response(SimilarList.of(engine.similar(article_id, limit))))
