"""The contract, line by line, against a real server on a real socket and real commands.

In the order of the contract: an article, the routes, an answer, similar articles, stories, the command line.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from server import Server, running_server

URL = "https://example.org/cau?trang=1"
ARTICLE: dict[str, Any] = {
    "id": "cau-song-hien",
    "title": "Cầu Sông Hiền thông xe",
    "text": "🎉 Cầu Sông Hiền thông xe sáng 14/4. Cầu dài 500 m, rộng bốn làn xe. Kinh phí là 90 tỷ đồng.",
    "url": URL,
    "source": "TSN",
    "author": "Minh Thư",
    "published_at": "2023-04-14",
    "language": "vi",
    "metadata": {"page": 3, "share": 0.5, "front": True, "section": "Đời sống", "editor": None},
}
COPY = {"id": "copy", "title": "Đăng lại", "text": ARTICLE["text"], "source": "Khác", "published_at": "2023-04"}
OTHER = {"id": "other", "text": "The village team won the final match on Sunday.", "language": "en"}
PAGE = "Hội nghị bàn việc làm đường liên xã\n\nTSN - Sáng nay hội nghị đã họp ở huyện.\n\nTin liên quan\n\nTin khác"
CHROME = "Tin liên quan"
NDJSON = {"content-type": "application/x-ndjson"}

HEADER_FIELDS = {"id", "title", "url", "source", "author", "published_at", "language", "sha256", "metadata"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("contract") / "data") as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """A client of a server that holds nothing."""
    yield server.client
    server.empty()


@pytest.fixture
def filled(client: httpx.Client) -> httpx.Client:
    """A client of a server that holds three articles."""
    assert client.post("/v1/articles", json=[ARTICLE, COPY, OTHER]).json()["created"] == 3
    return client


def stored(client: httpx.Client, article_id: str) -> dict[str, Any]:
    response = client.get(f"/v1/articles/{article_id}")
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def post(client: httpx.Client, article: Mapping[str, Any], status: int = 201, **params: Any) -> dict[str, Any]:
    response = client.post("/v1/articles", json=article, params=params)
    assert response.status_code == status, response.text
    body: dict[str, Any] = response.json()
    return body


def ids_of(articles: list[dict[str, Any]]) -> list[str]:
    return [article["id"] for article in articles]


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert set(body) >= {"type", "title", "status", "detail"}
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


# An article


def test_every_field_comes_back(client: httpx.Client) -> None:
    assert post(client, ARTICLE) == {
        "line": 1,
        "id": ARTICLE["id"],
        "status": "created",
        "error": None,
        "removed": [],
    }
    sha256 = hashlib.sha256(ARTICLE["text"].encode()).hexdigest()
    assert stored(client, ARTICLE["id"]) == {**ARTICLE, "sha256": sha256}


def test_only_text_is_required(client: httpx.Client) -> None:
    article_id = post(client, {"text": "Chợ họp từ năm giờ sáng."})["id"]
    assert stored(client, article_id) == {
        "id": article_id,
        "title": "",
        "text": "Chợ họp từ năm giờ sáng.",
        "url": None,
        "source": None,
        "author": None,
        "published_at": None,
        "language": "vi",
        "sha256": hashlib.sha256("Chợ họp từ năm giờ sáng.".encode()).hexdigest(),
        "metadata": {},
    }


@pytest.mark.parametrize("key", ["ID", "body", "lang", "sha256", "score"])
def test_unknown_keys_are_named(client: httpx.Client, key: str) -> None:
    for response in (
        client.post("/v1/articles", json={**ARTICLE, key: "x"}),
        client.put("/v1/articles/cau-song-hien", json={**ARTICLE, key: "x"}),
    ):
        assert key in problem(response, 422)["detail"]


IDENTITIES: list[tuple[dict[str, str], str]] = [
    # given, the id
    ({"text": "a", "id": "A-z_0.9~:"}, "A-z_0.9~:"),
    ({"text": "a", "id": "x" * 200}, "x" * 200),
    ({"text": "a", "id": "given", "url": "https://example.org/a"}, "given"),
    ({"text": "a", "url": "https://example.org/a"}, "example.org:a"),
    ({"text": "a", "url": "http://EXAMPLE.org/a/#part"}, "example.org:a"),
    ({"text": "a", "url": "https://example.org/a?p=1"}, "example.org:a~3Fp~3D1"),
    ({"text": "a"}, "sha256-" + hashlib.sha256(b"a").hexdigest()[:40]),
    ({"text": "a", "title": "b"}, "sha256-" + hashlib.sha256(b"a").hexdigest()[:40]),
]


@pytest.mark.parametrize(("article", "article_id"), IDENTITIES)
def test_identity_is_the_id_else_the_url_else_the_content(
    client: httpx.Client, article: dict[str, str], article_id: str
) -> None:
    assert post(client, article)["id"] == article_id
    assert stored(client, article_id)["text"] == "a"


RETURNS: list[tuple[dict[str, Any], str]] = [
    # what comes in again, what becomes of it
    ({}, "unchanged"),
    ({"text": "Bài đã sửa."}, "replaced"),
    ({"title": "Tên khác"}, "replaced"),
    ({"source": "Khác"}, "replaced"),
    ({"author": None}, "replaced"),
    ({"published_at": "2023"}, "replaced"),
    ({"language": "en"}, "replaced"),
    ({"metadata": {}}, "replaced"),
]


@pytest.mark.parametrize(("changes", "status"), RETURNS)
def test_what_comes_again_replaces_itself(client: httpx.Client, changes: dict[str, Any], status: str) -> None:
    post(client, ARTICLE)
    assert post(client, {**ARTICLE, **changes}, 200)["status"] == status
    assert client.get("/v1/articles").json()["total"] == 1
    expected = {**ARTICLE, **changes}
    assert {name: stored(client, ARTICLE["id"])[name] for name in expected} == expected


TEXTS: list[tuple[str, str]] = [
    # as given, as stored
    ("Ca\u0302\u0300u mới", "Cầu mới"),
    ("một\r\nhai\rba", "một\nhai\nba"),
    ("\ufeffđầu", "đầu"),
    ("  lề \n\n\n cuối  ", "  lề \n\n\n cuối  "),
    ("👩‍👩‍👧 🇻🇳 שלום \u202eabc", "👩‍👩‍👧 🇻🇳 שלום \u202eabc"),
]


@pytest.mark.parametrize(("given", "kept"), TEXTS)
def test_stored_text_is_nfc_with_lf(client: httpx.Client, given: str, kept: str) -> None:
    post(client, {"id": "t", "text": given})
    assert stored(client, "t")["text"] == kept
    assert stored(client, "t")["sha256"] == hashlib.sha256(kept.encode()).hexdigest()


def test_posted_text_is_cleaned_on_request_only(client: httpx.Client) -> None:
    assert post(client, {"id": "kept", "text": PAGE})["removed"] == []
    assert stored(client, "kept")["text"] == PAGE
    cleaned = post(client, {"id": "cleaned", "text": PAGE}, clean=True)
    assert {"number", "text", "reason"} == set(cleaned["removed"][0])
    assert stored(client, "cleaned")["text"] == "Sáng nay hội nghị đã họp ở huyện."
    by_put = client.put("/v1/articles/put", params={"clean": True}, json={"text": PAGE}).json()
    assert by_put["removed"] == cleaned["removed"]
    batch = client.post("/v1/articles", params={"clean": True}, json=[{"id": "batch", "text": PAGE}]).json()
    assert batch["results"][0]["removed"] == cleaned["removed"]


DATES = [
    # as given, as kept
    ("2017", "2017"),
    ("2017-04", "2017-04"),
    ("2017-04-11", "2017-04-11"),
    ("2017-04-11T08:30", "2017-04-11T08:30"),
    ("2017-04-11 08:30", "2017-04-11T08:30"),
    ("2017-04-11T08:30:05Z", "2017-04-11T08:30:05Z"),
    ("2017-04-11T08:30+0700", "2017-04-11T08:30+07:00"),
]


@pytest.mark.parametrize(("given", "kept"), DATES)
def test_dates_keep_their_precision(client: httpx.Client, given: str, kept: str) -> None:
    post(client, {**ARTICLE, "published_at": given})
    assert stored(client, ARTICLE["id"])["published_at"] == kept


PERIODS: list[tuple[dict[str, str], bool]] = [
    # filter, whether it holds an article of 2017-04-11T08:30+07:00, which is 01:30 UTC
    ({"published_after": "2017"}, True),
    ({"published_after": "2017-04-11T01:30"}, True),
    ({"published_after": "2017-04-11T08:30+07:00"}, True),
    ({"published_after": "2017-04-11T01:31Z"}, False),
    ({"published_before": "2017-04-11T08:30+07:00"}, False),
    ({"published_before": "2017-04-11T01:31"}, True),
    ({"published_before": "2017-04"}, False),
    ({"published_after": "2017-04", "published_before": "2017-05"}, True),
]


@pytest.mark.parametrize(("period", "holds"), PERIODS)
def test_after_is_inclusive_and_before_exclusive(client: httpx.Client, period: dict[str, str], holds: bool) -> None:
    post(client, {"id": "dated", "text": "cầu", "published_at": "2017-04-11T08:30+07:00"})
    post(client, {"id": "undated", "text": "cầu"})
    expected = ["dated"] if holds else []
    assert ids_of(client.get("/v1/articles", params=period).json()["articles"]) == expected
    found = client.get("/v1/search", params={"q": "cầu", **period}).json()["passages"]
    assert [passage["article"]["id"] for passage in found] == expected


@pytest.mark.parametrize("url", ["http://example.org", "https://ví-dụ.vn/đường?q=1#a", "http://127.0.0.1:8080/x"])
def test_urls_are_http_or_https(client: httpx.Client, url: str) -> None:
    assert stored(client, post(client, {"text": "a", "url": url})["id"])["url"] == url


LANGUAGES = [
    # text, given, kept
    ("Chợ họp từ năm giờ sáng.", None, "vi"),
    ("cho hop tu nam gio sang o trong lang", None, "vi"),
    ("The village market opens at five in the morning.", None, "en"),
    ("村の市場は朝五時に開きます。", None, "ja"),
    ("12345 …", None, "und"),
    ("Chợ họp từ năm giờ sáng.", "fr", "fr"),
    ("Chợ họp từ năm giờ sáng.", "pt-BR", "pt"),
]


@pytest.mark.parametrize(("text", "given", "kept"), LANGUAGES)
def test_language_is_detected_when_not_given(client: httpx.Client, text: str, given: str | None, kept: str) -> None:
    post(client, {"id": "l", "text": text, "language": given})
    assert stored(client, "l")["language"] == kept
    assert client.get("/v1/info").json()["languages"] == {kept: 1}


# HTTP: every route with the statuses it has

BAD = {"title": "no text"}
ONE = {"id": "one", "text": "Bài một."}
TWO = {"id": "two", "text": "Bài hai."}

STORING: list[tuple[str, Any, int, str]] = [
    # what is posted (after COPY), status, what became of each
    ("one object", ONE, 201, "created"),
    ("one object again", COPY, 200, "unchanged"),
    ("one object edited", {**COPY, "title": "x"}, 200, "replaced"),
    ("an array", [ONE, TWO], 200, "created created"),
    ("an array of one", [ONE], 200, "created"),
    ("an array of none", [], 200, ""),
    ("all kinds", [ONE, COPY, {**ONE, "text": "Khác."}], 200, "created unchanged replaced"),
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
    assert {name: found[name] for name in ("created", "replaced", "unchanged", "failed")} == {
        name: statuses.count(name) for name in ("created", "replaced", "unchanged", "failed")
    }
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


def test_info_names_model_counts_languages_index_versions_limits(filled: httpx.Client) -> None:
    info = filled.get("/v1/info").json()
    assert set(info["model"]) == {"name", "dimensions", "max_tokens", "query_prompt", "passage_prompt"}
    assert (info["articles"], info["passages"], info["languages"]) == (3, 3, {"vi": 2, "en": 1})
    assert info["characters"] == sum(len(str(article["text"])) for article in (ARTICLE, COPY, OTHER))
    assert info["index"]["kind"] == "flat"
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


# An answer


def test_an_answer_field_by_field(filled: httpx.Client) -> None:
    question = "Ca\u0302\u0300u dài bao nhiêu mét?"
    answer = filled.post("/v1/ask", json={"question": question, "limit": 3}).json()
    assert set(answer) == {"question", "answerable", "confidence", "answer", "passages", "took_ms"}
    assert answer["question"] == "Cầu dài bao nhiêu mét?"
    assert answer["took_ms"] > 0
    assert (answer["confidence"] is None) == (answer["answerable"] is None), "both null without calibration"
    texts = {article_id: stored(filled, article_id)["text"] for article_id in ("cau-song-hien", "copy", "other")}

    for rank, passage in enumerate(answer["passages"], 1):
        assert set(passage) == {
            "rank", "score", "scores", "ranks", "article", "text", "start", "end", "quotes", "link", "also_in",
        }  # fmt: skip
        assert passage["rank"] == rank
        assert set(passage["scores"]) == set(passage["ranks"]) == {"dense", "lexical"}
        article = passage["article"]
        assert set(article) == HEADER_FIELDS
        assert article == {name: stored(filled, article["id"])[name] for name in HEADER_FIELDS}
        text = texts[article["id"]]
        assert passage["text"] == text[passage["start"] : passage["end"]]
        for quote in passage["quotes"]:
            assert set(quote) == {"text", "start", "end"}
            assert quote["text"] == text[quote["start"] : quote["end"]]
            assert passage["start"] <= quote["start"] < quote["end"] <= passage["end"]
        if article["url"] is None:
            assert passage["link"] is None
        else:
            assert passage["link"].startswith(article["url"] + "#:~:text=")
    scores = [passage["score"] for passage in answer["passages"]]
    assert scores == sorted(scores, reverse=True)
    best = answer["passages"][0]
    assert {best["article"]["id"], *(article["id"] for article in best["also_in"])} == {"cau-song-hien", "copy"}
    assert all(set(article) == HEADER_FIELDS for article in best["also_in"])

    assert set(answer["answer"]) == {"text", "citations"}
    said = answer["answer"]["text"]
    assert "Cầu dài 500 m, rộng bốn làn xe." in said
    covered = ""
    for citation in answer["answer"]["citations"]:
        assert set(citation) == {"start", "end", "passage", "article_id", "source_start", "source_end"}
        cut = said[citation["start"] : citation["end"]]
        assert cut == texts[citation["article_id"]][citation["source_start"] : citation["source_end"]]
        cited = answer["passages"][citation["passage"] - 1]
        assert cited["article"]["id"] == citation["article_id"]
        covered += cut
    assert "".join(covered.split()) == "".join(said.split()), "nothing is said that is not cited"


@pytest.mark.parametrize(("mode", "low", "high"), [("hybrid", 0, 1), ("dense", -1, 1), ("lexical", 0, float("inf"))])
def test_scores_mean_what_the_mode_says(filled: httpx.Client, mode: str, low: float, high: float) -> None:
    # The text of an article itself, so that the best is as good as can be.
    for question in ("cầu dài bao nhiêu mét", OTHER["text"]):
        body = filled.post("/v1/ask", json={"question": question, "mode": mode}).json()
        assert body["passages"]
        for passage in body["passages"]:
            rounding = 1e-6
            assert low - rounding <= passage["score"] <= high + rounding
            if mode == "dense":
                assert passage["score"] == passage["scores"]["dense"]
                assert passage["scores"]["lexical"] is passage["ranks"]["lexical"] is None
            if mode == "lexical":
                assert passage["score"] == passage["scores"]["lexical"]
                assert passage["scores"]["dense"] is passage["ranks"]["dense"] is None


ASKED: list[tuple[dict[str, Any], int]] = [
    # options, how many passages of the article of many passages come back
    ({}, 2),
    ({"max_per_article": 1}, 1),
    ({"max_per_article": 3}, 3),
    ({"limit": 4, "max_per_article": 100}, 4),
    ({"limit": 1}, 1),
    ({"min_confidence": 0.5}, 2),
]


@pytest.mark.parametrize(("options", "count"), ASKED)
def test_options_of_a_question(client: httpx.Client, options: dict[str, Any], count: int) -> None:
    # Between any two passages about bridges stand others about a market: passages that touch would become one.
    market = "\n\n".join(["Chợ họp từ sáng sớm, rau bán rất chạy. " * 14] * 4)
    text = "\n\n".join(f"Cầu số {n} dài {n} mét. {'Chuyện về cầu còn dài. ' * 20}\n\n{market}" for n in range(8))
    post(client, {"id": "long", "text": text})
    answer = client.post("/v1/ask", json={"question": "cầu dài", **options}).json()
    assert len(answer["passages"]) == count


def test_an_empty_corpus_has_no_answer(client: httpx.Client) -> None:
    answer = client.post("/v1/ask", json={"question": "có gì không?"}).json()
    assert (answer["answer"], answer["passages"]) == (None, [])


# Similar articles


def test_similar_field_by_field(filled: httpx.Client) -> None:
    by_id = filled.get("/v1/articles/cau-song-hien/similar").json()
    by_text = filled.post("/v1/similar", json={"text": ARTICLE["text"]}).json()
    for body, first in ((by_id, {"copy"}), (by_text, {"copy", "cau-song-hien"})):
        assert set(body) == {"articles"}
        assert [item["rank"] for item in body["articles"]] == list(range(1, len(body["articles"]) + 1))
        for item in body["articles"]:
            assert set(item) == {"rank", "score", "near_duplicate", "shared_share", "article", "shared"}
            assert set(item["article"]) == HEADER_FIELDS
            assert 0 <= item["score"] <= 1
            assert 0 <= item["shared_share"] <= 1
            text = stored(filled, item["article"]["id"])["text"]
            for shared in item["shared"]:
                assert set(shared) == {"text", "start", "end"}
                assert shared["text"] == text[shared["start"] : shared["end"]]
        best = body["articles"][0]
        assert best["article"]["id"] in first
        assert best["near_duplicate"] is True
        assert len(best["shared"]) == 3
        assert all(not item["near_duplicate"] for item in body["articles"] if item["article"]["id"] == "other")
    assert "cau-song-hien" not in [item["article"]["id"] for item in by_id["articles"]]
    assert len(filled.get("/v1/articles/other/similar", params={"limit": 1}).json()["articles"]) == 1
    assert len(filled.post("/v1/similar", json={"text": "cầu", "limit": 2}).json()["articles"]) == 2


# Stories

STORY = [
    ARTICLE,
    COPY | {"published_at": "2023-04-15", "text": f"{COPY['text']} Chiều nay xe buýt đã chạy qua cầu."},
    OTHER | {"published_at": "2023-04-14"},
]


def test_stories_field_by_field(client: httpx.Client) -> None:
    assert client.post("/v1/articles", json=STORY).json()["created"] == 3
    body = client.get("/v1/stories").json()
    assert set(body) == {"stories", "total", "since", "until", "articles", "compared"}
    assert (body["total"], body["articles"], body["compared"]) == (1, 3, 3)
    assert (body["since"], body["until"]) == ("2023-04-14T00:00:00Z", "2023-04-15T00:00:00Z")
    (story,) = body["stories"]
    assert set(story) == {"representative", "articles", "size", "newest", "oldest", "languages", "score"}
    assert (story["size"], story["languages"], story["newest"]) == (2, ["vi"], "2023-04-15T00:00:00Z")
    assert 0 <= story["score"] <= 1
    assert set(story["representative"]) == HEADER_FIELDS
    assert story["representative"]["id"] == "copy"
    assert [(set(item), item["article"]["id"], item["near_duplicate_of"]) for item in story["articles"]] == [
        ({"article", "near_duplicate_of"}, "copy", None),
        ({"article", "near_duplicate_of"}, ARTICLE["id"], "copy"),
    ]


STORIES: list[tuple[dict[str, Any], list[set[str]]]] = [
    # parameters, the articles of each story
    ({"min_articles": 1}, [{"copy", ARTICLE["id"]}, {"other"}]),
    ({"min_articles": 1, "limit": 1}, [{"copy", ARTICLE["id"]}]),
    ({"min_articles": 1, "limit": 1, "offset": 1}, [{"other"}]),
    ({"min_articles": 3}, []),
    ({"min_articles": 1, "language": "en"}, [{"other"}]),
    ({"min_articles": 1, "source": "Khác"}, [{"copy"}]),
    ({"min_articles": 1, "days": 0.5}, [{"copy"}]),
    ({"min_articles": 1, "published_after": "2023-04-15"}, [{"copy"}]),
    ({"min_articles": 1, "published_before": "2023-04-15", "language": "en"}, [{"other"}]),
    ({"min_articles": 1, "published_after": "2023-05"}, []),
    ({"min_articles": 1, "metadata": '{"page": 3}'}, [{ARTICLE["id"]}]),
    ({"days": 36525}, [{"copy", ARTICLE["id"]}]),
]


@pytest.mark.parametrize(("parameters", "expected"), STORIES)
def test_parameters_of_stories(client: httpx.Client, parameters: dict[str, Any], expected: list[set[str]]) -> None:
    client.post("/v1/articles", json=STORY)
    found = client.get("/v1/stories", params=parameters).json()["stories"]
    assert [{item["article"]["id"] for item in story["articles"]} for story in found] == expected


# The command line


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One article in every format."""
    folder = tmp_path_factory.mktemp("formats")
    (folder / "sub").mkdir()
    files = {
        "page.txt": PAGE,
        "page.html": f"<html><body><article><p>Chợ họp từ năm giờ sáng mỗi ngày ở trong làng, {'rất đông vui. ' * 20}"
        f"</p></article><footer>{CHROME}</footer></body></html>",
        "sub/note.md": PAGE,
        "lines.jsonl": json.dumps({"id": "jsonl", "text": PAGE}),
        "table.csv": f'id,text\ncsv,"{PAGE}"\n',
        "addressed.md": f"---\nurl: {URL}\n---\nCó địa chỉ.\n",
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def hoidap(data: Path, *arguments: str, status: int = 0, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
    done = subprocess.run(
        [sys.executable, "-m", "api.commands.main", *arguments],
        env={**environment, "HOIDAP_DATA": str(data), **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done


INGESTED = {
    # id, whether page chrome was taken out
    "page.txt": True,
    "page.html": True,
    "sub:note.md": False,
    "jsonl": False,
    "csv": False,
    "example.org:cau~3Ftrang~3D1": None,
}


def test_files_are_known_by_path_and_pages_are_cleaned(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert hoidap(data, "ingest", str(folder)).stdout == "6 created, 0 replaced, 0 unchanged, 0 failed\n"
    listed = [json.loads(line) for line in hoidap(data, "articles", "list", "--json").stdout.splitlines()]
    assert {article["id"] for article in listed} == set(INGESTED)
    assert all(set(article) == HEADER_FIELDS for article in listed)
    with running_server(data) as server:
        for article_id, cleaned in INGESTED.items():
            if cleaned is not None:
                assert (CHROME not in stored(server.client, article_id)["text"]) == cleaned, article_id
        shown = json.loads(hoidap(data, "articles", "show", "page.txt", "--json").stdout)
        assert shown == stored(server.client, "page.txt")
        assert CHROME in hoidap(data, "articles", "show", "page.txt", "--raw").stdout
        assert hoidap(data, "ingest", str(folder)).stdout == "0 created, 0 replaced, 6 unchanged, 0 failed\n"
        kept = hoidap(data, "ingest", "--no-clean", str(folder)).stdout
        assert kept == "0 created, 2 replaced, 4 unchanged, 0 failed\n"
        assert CHROME in stored(server.client, "page.txt")["text"]
        forced = hoidap(data, "ingest", "--format", "markdown", str(folder / "page.txt")).stdout
        assert forced == "0 created, 0 replaced, 1 unchanged, 0 failed\n"


def test_a_command_works_while_a_server_runs(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running_server(data) as server:
        post(server.client, ARTICLE)
        assert "Cầu dài 500 m" in hoidap(data, "ask", "cầu dài bao nhiêu mét").stdout
        assert hoidap(data, "ingest", str(folder / "sub")).stdout.startswith("1 created")
        assert server.client.get("/v1/articles").json()["total"] == 2
        assert stored(server.client, "note.md")["text"] == PAGE
        assert hoidap(data, "articles", "delete", ARTICLE["id"]).stdout == "1 deleted\n"
        problem(server.client.get(f"/v1/articles/{ARTICLE['id']}"), 404)
        found = server.client.get("/v1/search", params={"q": "cầu dài 500 m", "mode": "lexical"}).json()
        assert ARTICLE["id"] not in [passage["article"]["id"] for passage in found["passages"]]


def test_command_line_and_service_say_the_same(filled: httpx.Client, server: Server) -> None:
    data = Path(server.log.parent) / "data"
    for mode in ("hybrid", "dense", "lexical"):
        question = {"question": "cầu dài bao nhiêu mét", "mode": mode, "limit": 2}
        by_http = filled.post("/v1/ask", json=question).json()
        line = hoidap(data, "ask", "cầu dài bao nhiêu mét", "--mode", mode, "--limit", "2", "--json").stdout
        by_command = json.loads(line)
        assert {**by_http, "took_ms": 0} == {**by_command, "took_ms": 0}
    similar = json.loads(hoidap(data, "similar", "copy", "--json").stdout)
    assert similar == filled.get("/v1/articles/copy/similar").json()
    stories = json.loads(hoidap(data, "stories", "--json").stdout)
    assert stories == filled.get("/v1/stories").json()
    counts = json.loads(hoidap(data, "info", "--json").stdout)["counts"]
    info = filled.get("/v1/info").json()
    assert counts == {name: info[name] for name in ("articles", "passages", "characters", "languages")}


def test_data_is_the_option_else_the_variable(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Một bài.", encoding="utf-8")
    by_variable, by_option = tmp_path / "variable", tmp_path / "option"
    hoidap(by_variable, "ingest", str(tmp_path / "a.md"), "--data", str(by_option))
    assert not by_variable.exists()
    assert hoidap(by_option, "articles", "list").stdout.startswith("a.md\t")


STATUSES: list[tuple[list[str], int]] = [
    (["info"], 0),
    (["ask", "có gì không"], 0),
    (["articles", "list"], 0),
    (["articles", "show", "nobody"], 1),
    (["articles", "delete", "nobody"], 1),
    (["similar", "nobody"], 1),
    (["ask", " "], 1),
    (["ingest", "no-such-file"], 1),
    (["ask"], 2),
    (["ingest"], 2),
    (["similar", "a", "--text", "/dev/null"], 2),
    (["articles", "show"], 2),
    (["ask", "x", "--limit", "many"], 2),
    (["serve", "--port", "0"], 2),
    (["no-such-command"], 2),
    (["ask", "x", "--no-such-option"], 2),
]


@pytest.mark.parametrize(("arguments", "status"), STATUSES)
def test_exit_statuses(tmp_path: Path, arguments: list[str], status: int) -> None:
    done = hoidap(tmp_path / "data", *arguments, status=status)
    assert (done.stderr == "") == (status == 0), "what went wrong is said on stderr, and nothing else there"
    assert "Traceback" not in done.stderr
