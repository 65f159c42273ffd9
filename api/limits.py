"""Limits on the body of a request: its size, and the JSON in it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ProblemError, problem_of, problem_response
from index.errors import ReadError
from index.readers.json_values import parse_json


class BodyLimit:
    """ASGI middleware that answers 413 as soon as a body exceeds the limit, before all of it is read."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        """Wrap `app`; `max_bytes` is the size of the largest body."""
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the bytes of the body as they arrive."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self._max_bytes:
            response = problem_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large", self._detail())
            await response(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large", self._detail())
            return message

        await self._app(scope, counted, send)

    def _detail(self) -> str:
        return f"at most {self._max_bytes:,} bytes are accepted; send the articles in several requests"


class StrictRequest(Request):
    """A request whose JSON must be UTF-8, have no NaN, and be nested no deeper than the parser allows."""

    async def json(self) -> Any:
        """Return the JSON of the body.

        Raises:
            ProblemError: status 422; the body is not such JSON.
        """
        try:
            return parse_json(await self.body(), "body")
        except ReadError as error:  # FastAPI answers 400 to every error that is not its own
            problem = ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "The body cannot be read", str(error))
            problem.kind = problem_of(error)[2]
            raise problem from error


class StrictRoute(APIRoute):
    """A route that reads JSON as `StrictRequest` does."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return a handler that receives a `StrictRequest`."""
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return strict
