"""The base of all request bodies, and a response of JSON."""

from __future__ import annotations

from fastapi import Response
from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """A request body. Unknown keys and numbers that are not finite are errors."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


def json_response(content: BaseModel) -> Response:
    """Return a response that holds the JSON of `content`."""
    return Response(content.model_dump_json(), media_type="application/json")
