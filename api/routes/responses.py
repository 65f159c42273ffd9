"""Responses of JSON."""

from __future__ import annotations

from fastapi import Response
from pydantic import BaseModel


def json_response(content: BaseModel) -> Response:
    """Return a response that holds the JSON of `content`."""
    return Response(content.model_dump_json(), media_type="application/json")
