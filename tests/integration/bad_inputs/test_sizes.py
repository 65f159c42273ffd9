"""Texts at the limits, and far below them but odd."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from bad_inputs import NDJSON, SMALL_ARTICLE, SMALL_BATCH
from problems import problem
from server import Server, running_server

SIZES: list[tuple[str, str, int]] = [
    # what, the text, status: the limit counts bytes of UTF-8
    ("the limit", "a" * SMALL_ARTICLE, 201),
    ("one byte above", "a" * (SMALL_ARTICLE + 1), 422),
    ("the limit in accents", "ầ" * 333 + "a", 201),
    ("one byte above in accents", "ầ" * 333 + "ab", 422),
    ("the limit in emoji", "🙂" * 250, 201),
    ("one character above in emoji", "🙂" * 251, 422),
]


@pytest.mark.parametrize(("what", "text", "status"), SIZES, ids=[row[0] for row in SIZES])
def test_the_limit_of_an_article(small_client: httpx.Client, what: str, text: str, status: int) -> None:
    response = small_client.put("/v1/articles/sized", json={"text": text})
    assert response.status_code == status, response.text
    if status == 422:
        problem(response, 422, "text: is longer than 1,000 bytes", "split it")
        problem(small_client.post("/v1/articles", json={"text": text}), 422, "text: is longer than 1,000 bytes")
        problem(small_client.get("/v1/articles/sized"), 404)
    else:
        assert small_client.get("/v1/articles/sized").json()["text"] == text
        assert small_client.delete("/v1/articles/sized").status_code == 204


def test_the_limit_of_a_batch(small_client: httpx.Client) -> None:
    articles = [{"id": f"n{n}", "text": f"Bài {n}."} for n in range(SMALL_BATCH + 1)]
    lines = "\n".join(json.dumps(article) for article in articles)
    problem(small_client.post("/v1/articles", json=articles), 413, "more than 3 articles")
    problem(
        small_client.post("/v1/articles", content=lines, headers={"content-type": NDJSON}), 413, "more than 3 articles"
    )
    assert small_client.post("/v1/articles", json=articles[:-1]).json()["created"] == SMALL_BATCH
    for article in articles[:-1]:
        assert small_client.delete(f"/v1/articles/{article['id']}").status_code == 204


def test_the_limit_of_a_text_to_compare(small_client: httpx.Client) -> None:
    assert small_client.post("/v1/similar", json={"text": "a" * SMALL_ARTICLE}).status_code == 200
    problem(small_client.post("/v1/similar", json={"text": "a" * SMALL_ARTICLE + "b"}), 422, "longer than 1,000 bytes")


@pytest.mark.slow
def test_the_largest_article_is_stored_whole(server: Server, client: httpx.Client) -> None:
    """Sixteen million bytes, a line of which has no sentence, no space and no end."""
    sentences = "Cầu số 12 bắc qua sông Hiền dài 500 m. "
    text = (sentences * (16_000_000 // len(sentences.encode())))[:-2000] + "x" * 1000
    text += "x" * (16_000_000 - len(text.encode()))
    created = client.post("/v1/articles", json={"id": "large", "text": text}, timeout=300)
    assert created.status_code == 201, created.text[:500]
    assert client.get("/v1/articles/large").json()["text"] == text
    found = client.get("/v1/search", params={"q": "cầu số 12", "mode": "lexical"}).json()
    assert found["total"] > 10_000
    problem(client.post("/v1/articles", json={"id": "large", "text": text + "x"}, timeout=300), 422, "16,000,000 bytes")
    assert client.delete("/v1/articles/large").status_code == 204


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["đườngdài", "e\u0301", "北京"])
def test_a_line_of_ten_million_bytes(client: httpx.Client, piece: str) -> None:
    text = piece * (10_000_000 // len(piece.encode()))
    assert client.post("/v1/articles", json={"id": "line", "text": text}, timeout=300).status_code == 201
    assert client.post("/v1/ask", json={"question": piece, "limit": 100}, timeout=300).status_code == 200
    assert client.get("/v1/articles/line/similar", timeout=300).status_code == 200
    assert client.delete("/v1/articles/line", timeout=300).status_code == 204


@pytest.mark.slow
def test_five_thousand_short_articles_in_one_request(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server:
        client = server.client
        articles = [{"id": f"n{n}", "text": f"Bài số {n}."} for n in range(5_000)]
        body = client.post("/v1/articles", json=articles, timeout=300).json()
        assert (body["created"], body["failed"]) == (5_000, 0)
        assert client.get("/v1/articles").json()["total"] == 5_000
        assert client.get("/v1/search", params={"q": "bài số 4321"}).json()["passages"][0]["article"]["id"] == "n4321"


ODD_TEXTS = [
    "🙂👩‍👩‍👧🇻🇳",
    "Ca\u0302\u0300u Mo\u031b\u0301i",
    "\u202eשלום abc\u202c مرحبا id-1",
    "a\u200b\u200d\ufeff b",
    "\u0301\u0302\u0300",
    "\ue000\uffff\U0010ffff",
    "\x01\x1f\x7f\x85\u2028\u2029x",
    '{"text": "a"}\n<script>alert(1)</script>\n\'; DROP TABLE articles; --',
    ". . . ? ! …",
    "id-" + "שלום" * 50,
]


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_odd_text_is_text(client: httpx.Client, text: str) -> None:
    assert client.post("/v1/articles", json={"id": "odd", "title": text, "text": text}).status_code == 201
    stored = client.get("/v1/articles/odd").json()["text"]
    for mode in ("hybrid", "dense", "lexical"):
        answer = client.post("/v1/ask", json={"question": text, "mode": mode})
        assert answer.status_code == 200, answer.text
        for passage in answer.json()["passages"]:
            if passage["article"]["id"] == "odd":
                assert passage["text"] == stored[passage["start"] : passage["end"]]
    assert client.post("/v1/similar", json={"text": text}).status_code == 200
    assert client.get("/v1/articles/odd/similar").status_code == 200
    assert client.delete("/v1/articles/odd").status_code == 204
