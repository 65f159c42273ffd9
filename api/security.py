"""Who may write: anyone on this machine, and elsewhere whoever has the key.

Without a key a request must also have been sent to a loopback name. That keeps out what comes through a reverse proxy,
and web pages that point a name of their own at this machine.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus

from fastapi import Request
from fastapi.security import HTTPBearer

from api.errors import ProblemError
from api.settings import Settings, is_loopback

bearer = HTTPBearer(auto_error=False, description="The key set as HOIDAP_API_KEY.")


def check_may_write(request: Request) -> None:
    """Let a writing request pass, or refuse it.

    Raises:
        ProblemError: 401 without or with a wrong key, 403 when the service is exposed and has no key at all.
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
