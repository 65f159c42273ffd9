"""The contract of the service itself: what it holds, whether it lives, its documentation, its errors."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from contract import ARTICLE, COPY, OTHER
from problems import problem


def test_info_names_model_counts_languages_index_versions_limits(filled: httpx.Client) -> None:
    info = filled.get("/v1/info").json()
    assert set(info["model"]) == {"name", "dimensions", "max_tokens", "query_prompt", "passage_prompt"}
    assert (info["articles"], info["passages"], info["languages"]) == (3, 3, {"vi": 2, "en": 1})
    assert info["characters"] == sum(len(str(article["text"])) for article in (ARTICLE, COPY, OTHER))
    assert info["index"]["kind"] == "exact"
    assert re.fullmatch(r"\d+\.\d+\.\d+", info["version"])
    assert info["limits"] == {
        "max_question_characters": 2_000,
        "max_limit": 100,
        "max_request_bytes": 64_000_000,
        "max_article_bytes": 16_000_000,
        "max_batch_articles": 10_000,
    }


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_it_lives_and_is_ready(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_metrics_are_prometheus_text(filled: httpx.Client) -> None:
    filled.get("/v1/articles/nobody")
    filled.get("/nowhere/at/all")
    response = filled.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    lines = response.text.splitlines()
    assert "hoidap_articles 3.0" in lines
    assert "hoidap_passages 3.0" in lines
    for series in (
        'hoidap_requests_total{method="GET",route="/v1/articles/{article_id}",status="404"}',
        'hoidap_requests_total{method="GET",route="unmatched",status="404"}',
        'hoidap_request_seconds_count{route="/v1/articles"}',
    ):
        assert any(line.startswith(series) for line in lines), series
    assert "nowhere" not in response.text


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_docs_need_no_other_host(client: httpx.Client, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    loaded = re.findall(r"""(?:src|href)\s*=\s*["']([^"']+)["']""", page.text)
    assert loaded
    for address in loaded:
        assert address.startswith("/"), f"{address} is on another host"
        assert not address.startswith("//")
        assert client.get(address).status_code == 200, address
    assert not re.findall(r"@import|url\(\s*['\"]?https?:", page.text)


PROBLEMS: list[tuple[str, str, bytes | None, int]] = [
    ("GET", "/v2/ask", None, 404),
    ("GET", "/v1/articles/nobody", None, 404),
    ("GET", "/v1/articles/nobody/similar", None, 404),
    ("DELETE", "/v1/articles/nobody", None, 404),
    ("PUT", "/v1/ask", b"{}", 405),
    ("DELETE", "/v1/articles", None, 405),
    ("POST", "/v1/info", b"{}", 405),
    ("POST", "/v1/articles", b"{", 422),
    ("POST", "/v1/ask", b'{"question": ""}', 422),
    ("POST", "/v1/similar", b'{"text": ""}', 422),
    ("GET", "/v1/search", None, 422),
    ("GET", "/v1/search?q=a&mode=best", None, 422),
    ("GET", "/v1/articles?limit=0", None, 422),
    ("GET", "/v1/stories?days=0", None, 422),
    ("GET", "/v1/stories?days=3&published_after=2024", None, 422),
    ("PUT", "/v1/articles/a%20b", b'{"text": "a"}', 422),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), PROBLEMS)
def test_errors_are_problems(client: httpx.Client, method: str, path: str, body: bytes | None, status: int) -> None:
    response = client.request(method, path, content=body, headers={"content-type": "application/json"})
    problem(response, status)


def test_problems_are_documented(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert "HTTPValidationError" not in json.dumps(document)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            responses = operation["responses"]
            wanted = {"422"} | ({"404"} if "{article_id}" in path and method != "put" else set())
            for status in wanted:
                assert "application/problem+json" in responses[status]["content"], (method, path, status)
