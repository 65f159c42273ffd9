"""Serves the page at `/` and its files, with a policy that lets a browser run nothing else.

Articles are written by strangers. The page shows them as text. If it ever failed to, the policy would still keep the
browser from running their scripts, sending their forms and loading anything from another host.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles

FOLDER = Path(__file__).resolve().parent.parent / "web"

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",  # browsers ask again with the ETag, so they see an upgrade at once
}


def install(app: FastAPI) -> None:
    """Serve the page at `/` and its files below `/web/`."""
    files = StaticFiles(directory=FOLDER)

    @app.get("/", include_in_schema=False)
    async def page(request: Request) -> Response:
        return await answer("index.html", request)

    @app.get("/web/{path:path}", include_in_schema=False)
    async def answer(path: str, request: Request) -> Response:
        response = await files.get_response(path, request.scope)
        response.headers.update(HEADERS)
        return response
