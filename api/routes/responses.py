"""Responses of JSON."""

from __future__ import annotations

from fastapi import Response
from pydantic import BaseModel


def json_response(content: BaseModel | str) -> Response:
    """Return a response that holds the JSON of `content`, which may be JSON already."""
    text = content if isinstance(content, str) else content.model_dump_json()
    return Response(text, media_type="application/json")
