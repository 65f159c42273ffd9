"""Turns errors into responses. One table gives each error class its status; all have one shape, that of RFC 9457."""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from index import errors as index_errors
from index.errors import HoidapError
from qa.errors import EvaluationUnavailable, InvalidEvaluation, InvalidQuestion

PROBLEM_JSON = "application/problem+json"
_URN = "urn:hoidap:problem:"
_log = logging.getLogger("hoidap.http")

STATUSES: dict[type[HoidapError], tuple[HTTPStatus, str]] = {
    HoidapError: (HTTPStatus.INTERNAL_SERVER_ERROR, "The request failed"),
    index_errors.ReadError: (HTTPStatus.UNPROCESSABLE_ENTITY, "The body cannot be read"),
    index_errors.EncodingError: (HTTPStatus.UNPROCESSABLE_ENTITY, "The body is not UTF-8"),
    index_errors.InvalidArticle: (HTTPStatus.UNPROCESSABLE_ENTITY, "The article is not valid"),
    index_errors.InvalidFilter: (HTTPStatus.UNPROCESSABLE_ENTITY, "A filter is not valid"),
    index_errors.InvalidMap: (HTTPStatus.UNPROCESSABLE_ENTITY, "The map of fields is not valid"),
    index_errors.NoSuchArticle: (HTTPStatus.NOT_FOUND, "There is no such article"),
    index_errors.ModelError: (HTTPStatus.SERVICE_UNAVAILABLE, "The model cannot be used"),
    index_errors.ModelMismatch: (HTTPStatus.SERVICE_UNAVAILABLE, "The corpus was built with another model"),
    index_errors.ModelBusy: (HTTPStatus.SERVICE_UNAVAILABLE, "The model is busy"),
    index_errors.BackupError: (HTTPStatus.UNPROCESSABLE_ENTITY, "The backup cannot be used"),
    index_errors.CorpusError: (HTTPStatus.SERVICE_UNAVAILABLE, "The data folder cannot be used"),
    index_errors.CorpusBusy: (HTTPStatus.SERVICE_UNAVAILABLE, "Another process is writing"),
    EvaluationUnavailable: (HTTPStatus.NOT_IMPLEMENTED, "Evaluation is not installed"),
    InvalidEvaluation: (HTTPStatus.UNPROCESSABLE_ENTITY, "The questions are not valid"),
    InvalidQuestion: (HTTPStatus.UNPROCESSABLE_ENTITY, "The question is not valid"),
}
"""The status and title of every error class of `index` and `qa`; a test checks that none is missing."""


class Problem(BaseModel):
    """An error, as in RFC 9457."""

    model_config = ConfigDict(json_schema_extra={"description": "An error, as in RFC 9457."})

    type: str = Field("about:blank", description="Name of the kind of problem.")
    title: str = Field(description="Kind of problem, in words.")
    status: int = Field(description="HTTP status.")
    detail: str = Field(description="What is wrong with this request, and what to do.")


class ProblemError(HTTPException):
    """An error that the HTTP service itself raises, with its title and detail."""

    def __init__(self, status: int, title: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, detail, headers)
        self.title = title
        self.kind = _URN + title.lower().replace(" ", "-")


def problem_response(
    status: int, title: str, detail: str, kind: str = "about:blank", headers: dict[str, str] | None = None
) -> JSONResponse:
    """Return a problem as a response. Characters that UTF-8 cannot encode are escaped."""
    safe = detail.encode("utf-8", "backslashreplace").decode()
    body = Problem(type=kind, title=title, status=status, detail=safe).model_dump()
    return JSONResponse(body, status, media_type=PROBLEM_JSON, headers=headers)


def problem_of(error: HoidapError) -> tuple[HTTPStatus, str, str]:
    """Return the status, title and kind of an error that `index` or `qa` raised."""
    status, title = next(STATUSES[cls] for cls in type(error).__mro__ if cls in STATUSES)
    name = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in type(error).__name__)
    return status, title, _URN + name.strip("-")


def install(app: FastAPI) -> None:
    """Make the service answer every error with a problem."""

    @app.exception_handler(HoidapError)
    def below(_request: Request, error: HoidapError) -> JSONResponse:
        status, title, kind = problem_of(error)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error("%s: %s", type(error).__name__, error)
        headers = {"Retry-After": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
        return problem_response(status, title, str(error), kind, headers)

    @app.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        found = [f"{_place(item['loc'])}: {item['msg']}" for item in error.errors()[:10]]
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return problem_response(status, "The request is not valid", "; ".join(found), _URN + "invalid-request")

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:
        headers = dict(error.headers) if error.headers else None
        if isinstance(error, ProblemError):
            return problem_response(error.status_code, error.title, error.detail, error.kind, headers)
        title = HTTPStatus(error.status_code).phrase
        return problem_response(
            error.status_code, title, f"{request.method} {request.url.path}: {title}", headers=headers
        )

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        return problem_response(status, "The service failed", "An unexpected error was logged by the service.")


def _place(location: tuple[int | str, ...]) -> str:
    """Name the field of a validation error ("filters.language.0")."""
    parts = [str(part) for part in location if part not in ("body", "query", "path")]
    return ".".join(parts) or "body"
