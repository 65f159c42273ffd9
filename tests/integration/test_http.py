"""The HTTP service as callers meet it: a real process, a real socket, the built-in model."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from problems import problem
from server import Server, running_server

ARTICLE = {
    "id": "cau-song-hien",
    "title": "Cầu Sông Hiền thông xe 🎉",
    "text": "🎉 Cầu Sông Hiền thông xe sáng 14/4. Cầu dài 500 m, rộng bốn làn xe. Kinh phí là 90 tỷ đồng.",
    "url": "https://example.org/cau",
    "source": "TSN",
    "published_at": "2023-04-14",
    "metadata": {"page": 3},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("http") / "data") as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    yield server.client
    server.empty()


def test_one_article_created_unchanged_replaced_read_removed(client: httpx.Client) -> None:
    assert client.post("/v1/articles", json=ARTICLE).status_code == 201
    unchanged = client.post("/v1/articles", json=ARTICLE)
    assert (unchanged.status_code, unchanged.json()["status"]) == (200, "unchanged")
    replaced = client.post("/v1/articles", json={**ARTICLE, "source": "Khác"})
    assert (replaced.status_code, replaced.json()["status"]) == (200, "replaced")
    stored = client.get("/v1/articles/cau-song-hien").json()
    assert stored["text"] == ARTICLE["text"]
    assert stored["source"] == "Khác"
    assert stored["metadata"] == {"page": 3}
    assert stored["language"] == "vi"
    assert client.delete("/v1/articles/cau-song-hien").status_code == 204
    problem(client.delete("/v1/articles/cau-song-hien"), 404)
    problem(client.get("/v1/articles/cau-song-hien"), 404)
    problem(client.get("/v1/articles/cau-song-hien/similar"), 404)


def test_an_answer_is_cited_at_both_ends_in_code_points(client: httpx.Client) -> None:
    client.post("/v1/articles", json=ARTICLE)
    answer = client.post("/v1/ask", json={"question": "cau dai bao nhieu met"}).json()
    stored = client.get("/v1/articles/cau-song-hien").json()
    text = stored["text"]
    passage = answer["passages"][0]
    assert text[passage["start"] : passage["end"]] == passage["text"]
    assert passage["quotes"][0]["text"] == "Cầu dài 500 m, rộng bốn làn xe."
    for quote in passage["quotes"]:
        assert text[quote["start"] : quote["end"]] == quote["text"]
    for citation in answer["answer"]["citations"]:
        cut = answer["answer"]["text"][citation["start"] : citation["end"]]
        assert cut == text[citation["source_start"] : citation["source_end"]]
        assert citation["article_id"] == "cau-song-hien"
    assert passage["article"]["sha256"] == stored["sha256"]
    assert passage["link"].startswith("https://example.org/cau#:~:text=")
    assert answer["answerable"] is True
    assert 0 < answer["confidence"] <= 1
    assert answer["took_ms"] > 0
    assert set(passage["scores"]) == set(passage["ranks"]) == {"dense", "lexical"}


def test_an_english_question_finds_the_vietnamese_article(client: httpx.Client) -> None:
    others = ["Đội bóng huyện thắng trận chung kết.", "Trường học mới đón năm trăm học sinh."]
    client.post("/v1/articles", json=[ARTICLE, *({"text": text} for text in others)])
    answer = client.post("/v1/ask", json={"question": "How much did the bridge cost?"}).json()
    assert answer["passages"][0]["article"]["id"] == "cau-song-hien"


def test_several_articles_report_each(client: httpx.Client) -> None:
    batch: list[object] = [ARTICLE, {"id": "b", "text": "Bài thứ hai."}, {"title": "no text"}, 7]
    response = client.post("/v1/articles", json=batch)
    assert response.status_code == 207
    body = response.json()
    assert (body["created"], body["failed"]) == (2, 2)
    assert [result["line"] for result in body["results"]] == [1, 2, 3, 4]
    assert "text: is required" in body["results"][2]["error"]
    assert client.post("/v1/articles", json=batch[:2]).status_code == 200
    assert client.post("/v1/articles", json=batch[2:]).status_code == 422


def test_ndjson_goes_on_after_a_bad_line(client: httpx.Client) -> None:
    lines = [json.dumps(ARTICLE, ensure_ascii=False), "", "{", json.dumps({"id": "c", "text": "Bài thứ ba."})]
    body = "\n".join(lines).encode()
    response = client.post("/v1/articles", content=body, headers={"content-type": "application/x-ndjson"})
    assert response.status_code == 207
    results = {result["line"]: result["status"] for result in response.json()["results"]}
    assert results == {1: "created", 3: "failed", 4: "created"}


def test_put_creates_and_replaces(client: httpx.Client) -> None:
    assert client.put("/v1/articles/p", json={"text": "Một."}).status_code == 201
    assert client.put("/v1/articles/p", json={"text": "Hai."}).status_code == 200
    assert client.get("/v1/articles/p").json()["text"] == "Hai."
    problem(client.put("/v1/articles/p", json={"id": "q", "text": "Ba."}), 422)


def test_a_page_is_cleaned_on_request(client: httpx.Client) -> None:
    page = "Hội nghị bàn việc làm đường liên xã\n\nTSN - Sáng nay hội nghị đã họp ở huyện.\n\nTin liên quan\n\nTin khác"
    created = client.post("/v1/articles", params={"clean": True}, json={"id": "p", "text": page}).json()
    assert {line["reason"] for line in created["removed"]} == {"headline", "agency mark", "after the article"}
    stored = client.get("/v1/articles/p").json()
    assert (stored["text"], stored["source"]) == ("Sáng nay hội nghị đã họp ở huyện.", "TSN")


def test_the_list_has_pages_and_filters(client: httpx.Client) -> None:
    client.post(
        "/v1/articles", json=[{"id": f"a{n}", "text": f"Bài {n}.", "source": "X" if n < 3 else "Y"} for n in range(5)]
    )
    first = client.get("/v1/articles", params={"limit": 2}).json()
    assert ([article["id"] for article in first["articles"]], first["total"]) == (["a0", "a1"], 5)
    ids, cursor = ["a0", "a1"], first["next_cursor"]
    while cursor:
        page = client.get("/v1/articles", params={"limit": 2, "cursor": cursor}).json()
        ids += [article["id"] for article in page["articles"]]
        cursor = page["next_cursor"]
    assert ids == [f"a{n}" for n in range(5)]
    assert client.get("/v1/articles", params={"source": "Y"}).json()["total"] == 2
    assert "text" not in first["articles"][0]


def test_similar_articles(client: httpx.Client) -> None:
    client.post(
        "/v1/articles",
        json=[
            ARTICLE,
            {"id": "copy", "text": ARTICLE["text"], "title": "Đăng lại"},
            {"id": "other", "text": "Đội bóng huyện thắng trận chung kết."},
        ],
    )
    found = client.get("/v1/articles/cau-song-hien/similar").json()["articles"]
    assert (found[0]["article"]["id"], found[0]["near_duplicate"]) == ("copy", True)
    by_text = client.post("/v1/similar", json={"text": "cầu mới dài 500 m"}).json()["articles"]
    assert by_text[0]["article"]["id"] in ("copy", "cau-song-hien")


BAD_BODIES = [
    (b"", "body"),
    (b"{", "is not JSON"),
    (b'{"question": "\xff"}', "not UTF-8"),
    (b'{"question": "a\\ud800"}', "question"),
    (b'{"question": "a\\u0000"}', "NUL"),
    (b'{"question": ""}', "question"),
    (b'{"question": "  "}', "question: is empty"),
    (b'{"question": 7}', "question"),
    (b'{"question": "a", "limit": NaN}', "NaN"),
    (b'{"question": "a", "limit": 0}', "limit"),
    (b'{"question": "a", "limit": 101}', "limit"),
    (b'{"question": "a", "mode": "best"}', "mode"),
    (b'{"question": "a", "lmit": 3}', "lmit"),
    (b'{"question": "a", "filters": {"published_after": "yesterday"}}', "published_after"),
    (b"[" * 100_000, "nested too deeply"),
    (json.dumps({"question": "a" * 2001}).encode(), "question"),
]


@pytest.mark.parametrize(("body", "named"), BAD_BODIES)
def test_a_bad_question_is_one_clear_problem(client: httpx.Client, body: bytes, named: str) -> None:
    response = client.post("/v1/ask", content=body, headers={"content-type": "application/json"})
    assert named in problem(response, 422)["detail"]


def test_unknown_routes_and_methods_are_problems(client: httpx.Client) -> None:
    problem(client.get("/v1/nothing"), 404)
    problem(client.put("/v1/ask"), 405)


def test_the_service_tells_about_itself(client: httpx.Client) -> None:
    client.post("/v1/articles", json=ARTICLE)
    info = client.get("/v1/info").json()
    assert (info["articles"], info["languages"]) == (1, {"vi": 1})
    assert info["model"]["name"] == "builtin"
    assert info["limits"]["max_question_characters"] == 2000
    assert {"name": "jsonl", "endings": [".jsonl", ".ndjson"]} in info["formats"]
    assert client.get("/livez").json() == client.get("/readyz").json() == {"status": "ok"}


def test_openapi_says_the_unit_of_offsets(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert "Unicode code points" in document["info"]["description"]
    assert set(document["paths"]) >= {"/v1/ask", "/v1/articles", "/v1/articles/{article_id}", "/v1/similar", "/v1/info"}


def test_a_server_does_not_wait_for_a_search(client: httpx.Client) -> None:
    """The event loop answers while threads search."""
    long_text = "\n\n".join(f"Đoạn {n} nói về cầu và đường. " * 20 for n in range(300))
    client.post("/v1/articles", json={"id": "long", "text": long_text})
    results: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: results.append(client.post("/v1/similar", json={"text": long_text}).status_code)
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert client.get("/livez").status_code == 200
    assert results == [200] * 4


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_beyond_the_limit_is_refused(tmp_path: Path, chunked: bool) -> None:
    with running_server(tmp_path / "data", HOIDAP_MAX_REQUEST_BYTES="2000", HOIDAP_MAX_ARTICLE_BYTES="500") as server:
        headers = {"content-type": "application/json"}
        body = json.dumps({"text": "a" * 3000}).encode()
        content: Any = iter([body[:1500], body[1500:]]) if chunked else body
        assert (
            "2,000 bytes"
            in problem(server.client.post("/v1/articles", content=content, headers=headers), 413)["detail"]
        )
        assert "500 bytes" in problem(server.client.post("/v1/articles", json={"text": "a" * 501}), 422)["detail"]
        assert server.client.post("/v1/articles", json={"text": "a" * 500}).status_code == 201


def test_writing_needs_the_key_where_there_is_one(tmp_path: Path) -> None:
    with running_server(tmp_path / "data", HOIDAP_API_KEY="s3cret-key") as server:
        client = server.client
        for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Basic s3cret-key"}):
            response = client.post("/v1/articles", json=ARTICLE, headers=headers)
            problem(response, 401)
            assert response.headers["www-authenticate"] == "Bearer"
        problem(client.delete("/v1/articles/x"), 401)
        problem(client.put("/v1/articles/x", json={"text": "a"}), 401)
        key = {"authorization": "Bearer s3cret-key"}
        assert client.post("/v1/articles", json=ARTICLE, headers=key).status_code == 201
        assert client.post("/v1/ask", json={"question": "cầu"}).status_code == 200
    assert "s3cret-key" not in server.log.read_text()


def test_an_exposed_service_without_a_key_is_read_only(tmp_path: Path) -> None:
    with running_server(tmp_path / "data", HOIDAP_HOST="0.0.0.0") as server:
        assert "HOIDAP_API_KEY" in problem(server.client.post("/v1/articles", json=ARTICLE), 403)["detail"]
        assert server.client.post("/v1/ask", json={"question": "cầu"}).status_code == 200


def test_a_web_page_of_another_site_cannot_write(client: httpx.Client) -> None:
    body = json.dumps(ARTICLE).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        problem(client.post("/v1/articles", content=body, headers={"content-type": kind}), 415)
    named = {"host": "evil.example.org:8080"}
    assert "evil.example.org" in problem(client.post("/v1/articles", json=ARTICLE, headers=named), 403)["detail"]
    assert client.get("/v1/articles").json()["total"] == 0


def test_an_empty_key_lets_nobody_in(tmp_path: Path) -> None:
    with running_server(tmp_path / "data", HOIDAP_HOST="0.0.0.0", HOIDAP_API_KEY="") as server:
        empty = {"authorization": "Bearer"}
        problem(server.client.post("/v1/articles", json=ARTICLE, headers=empty), 403)
