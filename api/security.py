"""Decides who may write: with a key, whoever sends it; without one, everyone on this machine.

Without a key, a request must be addressed to a loopback name. This refuses requests that a reverse proxy passes on, and
requests of web pages whose own host name resolves to this machine.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus

from fastapi import Request
from fastapi.security import HTTPBearer

from api.errors import ProblemError
from api.settings import Settings, is_loopback

bearer = HTTPBearer(auto_error=False, description="The value of HOIDAP_API_KEY.")


async def check_may_write(request: Request) -> None:
    """Check that a request may write.

    Raises:
        ProblemError: status 401 if the key is missing or wrong; 403 if others can reach the service and it has no key.
    """
    settings: Settings = request.app.state.settings
    if settings.api_key is None:
        if not is_loopback(request.url.hostname or ""):
            raise ProblemError(
                HTTPStatus.FORBIDDEN,
                "Writing is off",
                f"the request came for the host {request.url.hostname!r}, so others may reach this service,"
                " and it has no key; set HOIDAP_API_KEY where it is started",
            )
        if settings.is_exposed():
            raise ProblemError(
                HTTPStatus.FORBIDDEN,
                "Writing is off",
                f"this service listens on {settings.host} and has no key; set HOIDAP_API_KEY where it is started",
            )
        return
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    expected = settings.api_key.get_secret_value()
    if scheme.lower() != "bearer" or not secrets.compare_digest(given.strip().encode(), expected.encode()):
        raise ProblemError(
            HTTPStatus.UNAUTHORIZED,
            "A key is needed",
            "send the header `Authorization: Bearer KEY`",
            {"WWW-Authenticate": "Bearer"},
        )
