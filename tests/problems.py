"""Errors as the service answers them, for tests."""

from __future__ import annotations

from typing import Any

import httpx


def problem(response: httpx.Response, status: int, *named: str) -> dict[str, Any]:
    """Return the problem that a response holds; it has this status, and its detail names each of `named`."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert set(body) >= {"type", "title", "status", "detail"}
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    for name in named:
        assert name in body["detail"], body["detail"]
    assert "Traceback" not in response.text
    return body
