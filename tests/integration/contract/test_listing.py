"""The contract of lists and searches: filters, pages, totals."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from contract import HEADER_FIELDS, ids_of
from problems import problem


@pytest.fixture
def list_of_five(client: httpx.Client) -> httpx.Client:
    articles = [
        {"id": "a1", "text": "cầu một", "source": "X", "language": "vi", "metadata": {"n": 1, "tag": "t"}},
        {"id": "a2", "text": "cầu hai", "source": "Y", "language": "vi", "metadata": {"n": 1}},
        {"id": "a3", "text": "cầu ba", "source": "Y", "language": "en", "metadata": {"n": "1"}},
        {"id": "a4", "text": "cầu bốn", "source": "Z", "language": "fr", "published_at": "2020"},
        {"id": "a5", "text": "cầu năm", "language": "vi", "published_at": "2021-06"},
    ]
    assert client.post("/v1/articles", json=articles).json()["created"] == 5
    return client


FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    # as in the body of a question, the articles that pass
    ({}, ["a1", "a2", "a3", "a4", "a5"]),
    ({"language": ["vi"]}, ["a1", "a2", "a5"]),
    ({"language": ["en", "fr"]}, ["a3", "a4"]),
    ({"source": ["Y"]}, ["a2", "a3"]),
    ({"source": ["Y"], "language": ["vi"]}, ["a2"]),
    ({"article_id": ["a4", "a1", "nobody"]}, ["a1", "a4"]),
    ({"published_after": "2020"}, ["a4", "a5"]),
    ({"published_after": "2020-01-02"}, ["a5"]),
    ({"published_before": "2021"}, ["a4"]),
    ({"metadata": {"n": 1}}, ["a1", "a2"]),
    ({"metadata": {"n": "1"}}, ["a3"]),
    ({"metadata": {"n": 1, "tag": "t"}}, ["a1"]),
    ({"metadata": {"absent": None}}, []),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERS)
def test_filters_mean_the_same_everywhere(
    list_of_five: httpx.Client, filters: dict[str, Any], expected: list[str]
) -> None:
    client = list_of_five
    params = {name: json.dumps(value) if name == "metadata" else value for name, value in filters.items()}
    listed = client.get("/v1/articles", params=params).json()
    assert (ids_of(listed["articles"]), listed["total"]) == (expected, len(expected))
    for mode in ("hybrid", "dense", "lexical"):
        searched = client.get("/v1/search", params={"q": "cầu", "mode": mode, **params}).json()
        assert sorted(passage["article"]["id"] for passage in searched["passages"]) == expected
        assert searched["total"] == len(expected)
        asked = client.post("/v1/ask", json={"question": "cầu", "mode": mode, "filters": filters}).json()
        assert sorted(passage["article"]["id"] for passage in asked["passages"]) == expected


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
def test_the_list_has_pages(list_of_five: httpx.Client, limit: int) -> None:
    ids: list[str] = []
    params: dict[str, Any] = {"limit": limit}
    while True:
        body = list_of_five.get("/v1/articles", params=params).json()
        assert set(body) == {"articles", "next_cursor", "total"}
        assert body["total"] == 5
        assert all(set(article) == HEADER_FIELDS for article in body["articles"])
        assert len(body["articles"]) <= limit
        ids += ids_of(body["articles"])
        if body["next_cursor"] is None:
            break
        params["cursor"] = body["next_cursor"]
    assert ids == ["a1", "a2", "a3", "a4", "a5"]


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_search_has_totals_and_pages(client: httpx.Client, mode: str) -> None:
    articles = [{"id": f"b{n}", "text": f"Cầu số {n} bắc qua sông." if n % 2 else f"Chợ {n} đông."} for n in range(9)]
    assert client.post("/v1/articles", json=articles).json()["created"] == 9
    total = 4 if mode == "lexical" else 9
    params = {"q": "cầu", "mode": mode}
    whole = client.get("/v1/search", params={**params, "limit": 100}).json()
    assert set(whole) == {"passages", "total", "total_relation", "took_ms"}
    assert (whole["total"], whole["total_relation"], len(whole["passages"])) == (total, "eq", total)
    assert [passage["rank"] for passage in whole["passages"]] == list(range(1, total + 1))
    pages = [
        client.get("/v1/search", params={**params, "limit": 2, "offset": offset}).json()["passages"]
        for offset in range(0, 10, 2)
    ]
    assert [passage for page in pages for passage in page] == whole["passages"]
    assert client.get("/v1/search", params={**params, "limit": 100, "offset": 900}).json()["passages"] == []
    problem(client.get("/v1/search", params={**params, "limit": 100, "offset": 901}), 422)
