"""The contract of storing: one article, several, each with its status."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from contract import COPY, post
from problems import problem

NDJSON = {"content-type": "application/x-ndjson"}


BAD = {"title": "no text"}
ONE = {"id": "one", "text": "Bài một."}
TWO = {"id": "two", "text": "Bài hai."}

STATUSES = ("created", "replaced", "unchanged", "superseded", "failed")

STORING: list[tuple[str, Any, int, str]] = [
    # what is posted (after COPY), status, what became of each
    ("one object", ONE, 201, "created"),
    ("one object again", COPY, 200, "unchanged"),
    ("one object edited", {**COPY, "title": "x"}, 200, "replaced"),
    ("an array", [ONE, TWO], 200, "created created"),
    ("an array of one", [ONE], 200, "created"),
    ("an array of none", [], 200, ""),
    ("all kinds", [ONE, COPY, {**ONE, "text": "Khác."}], 200, "superseded unchanged created"),
    ("some", [ONE, BAD, COPY], 207, "created failed unchanged"),
    ("none", [BAD, 7], 422, "failed failed"),
]


@pytest.mark.parametrize(("what", "body", "status", "became"), STORING, ids=[row[0] for row in STORING])
def test_storing_one_and_several(client: httpx.Client, what: str, body: Any, status: int, became: str) -> None:
    post(client, COPY)
    response = client.post("/v1/articles", json=body)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    found = response.json()
    if isinstance(body, dict):
        assert (found["status"], found["id"]) == (became, body["id"])
        return
    statuses = became.split()
    assert [result["status"] for result in found["results"]] == statuses
    assert [result["line"] for result in found["results"]] == list(range(1, len(body) + 1))
    assert {name: found[name] for name in STATUSES} == {name: statuses.count(name) for name in STATUSES}
    for result in found["results"]:
        assert (result["error"] is None) == (result["status"] != "failed")


@pytest.mark.parametrize(
    ("articles", "status", "became"),
    [([ONE, TWO], 200, "created created"), ([ONE, BAD], 207, "created failed"), ([BAD], 422, "failed")],
)
def test_ndjson_is_a_batch(client: httpx.Client, articles: list[Any], status: int, became: str) -> None:
    lines = "\r\n".join(json.dumps(article, ensure_ascii=False) for article in articles) + "\n"
    response = client.post("/v1/articles", content=lines.encode(), headers=NDJSON)
    assert response.status_code == status
    assert [(result["line"], result["status"]) for result in response.json()["results"]] == list(
        enumerate(became.split(), 1)
    )


def test_a_success_is_searchable_at_once(client: httpx.Client) -> None:
    for n in range(5):
        post(client, {"id": f"n{n}", "text": f"Con số bí mật là {7000 + n}."})
        found = client.get("/v1/search", params={"q": f"bí mật {7000 + n}"}).json()["passages"]
        assert found[0]["article"]["id"] == f"n{n}"
        assert client.delete(f"/v1/articles/n{n}").status_code == 204
        found = client.get("/v1/search", params={"q": f"bí mật {7000 + n}"}).json()
        assert (found["passages"], found["total"]) == ([], 0)


STEPS: list[tuple[str, str, Any, int]] = [
    # method, path, body, status: one after the other
    ("GET", "/v1/articles/p", None, 404),
    ("DELETE", "/v1/articles/p", None, 404),
    ("GET", "/v1/articles/p/similar", None, 404),
    ("PUT", "/v1/articles/p", {"text": "Một."}, 201),
    ("PUT", "/v1/articles/p", {"text": "Một."}, 200),
    ("PUT", "/v1/articles/p", {"text": "Hai.", "id": "p"}, 200),
    ("PUT", "/v1/articles/p", {"text": "Hai.", "id": "q"}, 422),
    ("PUT", "/v1/articles/p", {"title": "no text"}, 422),
    ("GET", "/v1/articles/p", None, 200),
    ("GET", "/v1/articles/p/similar", None, 200),
    ("DELETE", "/v1/articles/p", None, 204),
    ("DELETE", "/v1/articles/p", None, 404),
    ("GET", "/v1/articles/p", None, 404),
    ("PUT", "/v1/articles/p", {"text": "Lại."}, 201),
]


def test_an_article_lives_and_dies(client: httpx.Client) -> None:
    for method, path, body, status in STEPS:
        response = client.request(method, path, json=body)
        assert response.status_code == status, (method, path, body, response.text)
        if status == 204:
            assert response.content == b""
        if status >= 400:
            problem(response, status)
