"""Ids in paths that no article can have."""

from __future__ import annotations

import httpx
import pytest
from bad_inputs import GOOD
from problems import problem

PATHS = [
    # path, what an id in it is: for GET, DELETE and similar always 404, for PUT as said
    ("%20", 422),
    ("%2E", 422),
    ("%2E%2E", 422),
    ("a%2Fb", 404),
    ("x" * 201, 422),
    ("%E1%BA%A1", 422),
    ("%ff", 422),
    ("%00", 422),
    ("good%00", 422),
    ("good%20", 422),
    ("%F0%9F%99%82", 422),
    ("%ED%A0%80", 422),
    ("a%0Ab", 422),
    ("%252E", 422),
    ("good/similar/x", 404),
    ("'--", 422),
]


@pytest.mark.parametrize(("path", "status"), PATHS)
def test_bad_ids_in_paths(client: httpx.Client, path: str, status: int) -> None:
    problem(client.get(f"/v1/articles/{path}"), 404)
    problem(client.delete(f"/v1/articles/{path}"), 404)
    problem(client.get(f"/v1/articles/{path}/similar"), 404)
    problem(client.put(f"/v1/articles/{path}", json={"text": "a"}), status)


def test_an_empty_id_in_a_path_is_the_collection(client: httpx.Client) -> None:
    for method in ("PUT", "DELETE"):
        problem(client.request(method, "/v1/articles/", json={"text": "a"}, follow_redirects=True), 405)


def test_percent_encoded_ids_are_ids(client: httpx.Client) -> None:
    assert client.get("/v1/articles/go%6Fd").json()["id"] == "good"
    assert client.put("/v1/articles/%67ood", json={**GOOD}).json()["status"] == "unchanged"
