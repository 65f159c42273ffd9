"""Builds the OpenAPI description, in which every operation names the problems that it can answer with."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.errors import PROBLEM_JSON, Problem

_ALWAYS = (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE)
_WRITING = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_WITH_BODY = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE,)
_OF_AN_ARTICLE = (HTTPStatus.NOT_FOUND,)
_FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")


def install(app: FastAPI) -> None:
    """Replace FastAPI's own errors in the description of `app` with problems as in RFC 9457."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]  # the way FastAPI documents


def _described(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema()
    for name in _FASTAPIS_OWN:
        schemas.pop(name, None)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _add_problems(path, operation)
    return document


def _add_problems(path: str, operation: dict[str, Any]) -> None:
    statuses = list(_ALWAYS)
    if "security" in operation:
        statuses += _WRITING
    if "requestBody" in operation:
        statuses += _WITH_BODY
    if path in ("/v1/articles", "/v1/files") and "requestBody" in operation:
        statuses.append(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if "{article_id}" in path and "PUT" not in operation.get("operationId", "").upper():
        statuses += _OF_AN_ARTICLE
    for status in statuses:
        response = operation["responses"].setdefault(str(status.value), {"description": status.phrase})
        content = response.setdefault("content", {})
        for media_type in list(content):
            if "HTTPValidationError" in str(content[media_type]):
                del content[media_type]
        content[PROBLEM_JSON] = {"schema": {"$ref": "#/components/schemas/Problem"}}
        if "HTTPValidationError" in response["description"] or response["description"] == "Validation Error":
            response["description"] = status.phrase
