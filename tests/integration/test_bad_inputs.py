"""Bad input at both doors: one clear error that names it, no crash, and a corpus that holds what it held."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from server import Server, running_server

from index.identity import ID_PATTERN

GOOD = {"id": "good", "title": "Cầu", "text": "Cầu Sông Hiền dài 500 m.", "source": "TSN", "metadata": {"page": 3}}
JSON = "application/json"
NDJSON = "application/x-ndjson"
SMALL_ARTICLE, SMALL_BATCH = 1_000, 3


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("bad") / "data") as running:
        assert running.client.post("/v1/articles", json=GOOD).status_code == 201
        yield running


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    limits = {"HOIDAP_MAX_ARTICLE_BYTES": str(SMALL_ARTICLE), "HOIDAP_MAX_BATCH_ARTICLES": str(SMALL_BATCH)}
    with running_server(tmp_path_factory.mktemp("small") / "data", **limits) as running:
        assert running.client.post("/v1/articles", json=GOOD).status_code == 201
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """A client; afterwards the corpus holds what it held, and nothing crashed."""
    with untouched(server):
        yield server.client


@pytest.fixture
def small_client(small: Server) -> Iterator[httpx.Client]:
    with untouched(small):
        yield small.client


class untouched:  # noqa: N801  # reads as a statement
    """Checks that a block changes nothing."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def _state(self) -> tuple[Any, Any, Any]:
        client = self.server.client
        info = client.get("/v1/info").json()
        counts = {name: info[name] for name in ("articles", "passages", "characters", "languages")}
        return client.get("/v1/articles").json(), client.get("/v1/articles/good").json(), counts

    def __enter__(self) -> None:
        self.logged = self.server.log.stat().st_size
        self.before = self._state()

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        after = self._state()
        for article in after[0]["articles"]:  # so that one test that fails does not make the next ones fail
            if article["id"] != GOOD["id"]:
                self.server.client.delete(f"/v1/articles/{article['id']}")
        self.server.client.put(f"/v1/articles/{GOOD['id']}", json=GOOD)
        if kind is None:
            assert after == self.before
            assert self.before[0]["total"] == 1
            assert b"Traceback" not in self.server.log.read_bytes()[self.logged :]


def problem(response: httpx.Response, status: int, *named: str) -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    for name in named:
        assert name in body["detail"], body["detail"]
    assert "Traceback" not in response.text


def any_of(*values: Any) -> tuple[Any, ...]:
    """Return values of several types, for a table."""
    return values


# HTTP: bodies that hold no article

DEEP = b"[" * 100_000
OBJECTS = b'{"a":' * 100_000

ANY_BODY: list[tuple[bytes, str]] = [
    # body of any route that takes JSON, what the detail names
    (b"", "is not JSON"),
    (b" \n\t ", "is not JSON"),
    (b"{", "is not JSON"),
    (b"{'text': 'a'}", "is not JSON"),
    (b'{"text": "a",}', "is not JSON"),
    (b'{"text": "a"} {"text": "b"}', "is not JSON"),
    (b"\xff\xfe{\x00}\x00", "byte 0 (0xff) is not UTF-8"),
    (b'{"text": "a\xffb"}', "byte 11 (0xff) is not UTF-8"),
    (b'{"text": "\xed\xa0\x80"}', "byte 10 (0xed) is not UTF-8"),
    (b'{"text": NaN}', "NaN"),
    (b'{"text": "a", "metadata": {"x": Infinity}}', "Infinity"),
    (b'{"text": "a", "metadata": {"x": -Infinity}}', "-Infinity"),
    (b'{"text": "a", "metadata": {"x": ' + b"9" * 5000 + b"}}", "is not JSON"),
    (b"\x00\x01\x02\x03", "is not JSON"),
    (DEEP, "is nested too deeply"),
    (OBJECTS, "is nested too deeply"),
    (DEEP + b"]" * len(DEEP), "is nested too deeply"),
]


@pytest.mark.parametrize(("body", "named"), ANY_BODY, ids=[repr(body[:40]) for body, _ in ANY_BODY])
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/articles"), ("PUT", "/v1/articles/good"), ("POST", "/v1/ask"), ("POST", "/v1/similar")],
)
def test_what_is_no_json(client: httpx.Client, method: str, path: str, body: bytes, named: str) -> None:
    response = client.request(method, path, content=body, headers={"content-type": JSON})
    # An empty body is none at all to FastAPI where it reads the body itself.
    problem(response, 422, "body" if body == b"" else named)


BAD_ARTICLES: list[tuple[Any, str]] = [
    # article, what the error names
    (None, "expected an object"),
    ("text", "expected an object"),
    (7, "expected an object"),
    (True, "expected an object"),
    ({}, "text: is required"),
    ({"title": "a"}, "text: is required"),
    ({"text": None}, "text: is required"),
    ({"text": ""}, "text: is empty"),
    ({"text": " \n\t\u3000"}, "text: is empty"),
    *(({"text": value}, "text: expected text") for value in any_of(7, True, [], {}, 0.5, ["a"])),
    *(
        ({"text": "a", name: value}, f"{name}: expected text")
        for name in ("id", "title", "url", "source", "author", "published_at", "language")
        for value in any_of(7, False, ["a"], {"a": 1})
    ),
    *(({"text": "a", "metadata": value}, "metadata: expected an object") for value in any_of(7, "a", ["a"], True)),
    *(
        ({"text": "a", "metadata": {"x": value}}, "metadata.x")
        for value in any_of([], {}, [1], {"y": 1}, 2**63, -(10**30))
    ),
    ({"text": "a", "metadata": {str(n): n for n in range(101)}}, "metadata: has 101 entries"),
    ({"text": "a", "metadata": {"x": "a" * 2001}}, "metadata.x: has 2,001 characters"),
    ({"text": "a", "metadata": {"x" * 2001: 1}}, "metadata: has a key of 2,001 characters"),
    *(({"text": "a", name: "x" * 2001}, f"{name}: has 2,001 characters") for name in ("title", "source", "author")),
    *(({"text": "a", key: "x"}, repr(key)) for key in ("Text", "", "meta data", "\u202e", "__proto__")),
    # half a surrogate pair, NUL
    *(({"text": "a", name: "a\ud800"}, f"{name}: holds half a surrogate pair at offset 1") for name in ("id", "url")),
    *(({"text": "b", **{name: "a\udfff"}}, f"{name}: holds half") for name in ("text", "title", "source", "author")),
    *(({"text": "b", **{name: "\0"}}, f"{name}: holds a NUL character at offset 0") for name in ("text", "title")),
    ({"text": "a", "metadata": {"x": "\0"}}, "metadata.x: holds a NUL"),
    ({"text": "a", "metadata": {"\ud800": 1}}, "metadata: holds half"),
    ({"text": "a", "metadata": {"\ud800": []}}, "metadata.\\ud800: expected a flat value"),
    ({"text": "a", "\ud800": 1}, "unknown key"),
    # identities, addresses, dates, languages
    *(
        ({"text": "a", "id": value}, ID_PATTERN)
        for value in any_of("", " ", "a/b", "a b", "x" * 201, ".", "..", "ạ", "a\n")
    ),
    *(({"text": "a", "id": value}, ID_PATTERN) for value in any_of("a%2Fb", "🙂", "שלום", "good\u200b", "a?b", "a#b")),
    *(
        ({"text": "a", "url": value}, "is no http or https address")
        for value in any_of(
            *(
                "javascript:alert(1)",
                "ftp://example.org/a",
                "file:///etc/passwd",
                "data:text/html,x",
                "http://",
                "https:",
            ),
            *(
                "http:///path",
                "//example.org",
                "example.org",
                "/a",
                "http://[::1",
                "http://exa mple.org",
                "http://a\u200b",
            ),
        )
    ),
    ({"text": "a", "url": "https://example.org/" + "a" * 4000}, "url: has 4,020 characters"),
    *(
        ({"text": "a", "published_at": value}, "published_at: ")
        for value in any_of(
            *("11/4", "11/04/2017", "2017-13", "2017-02-30", "2017-4-1", "0000", "20170411", "-2017", "1491868800"),
            *("2017-04-11T25:00", "2017-04-11T08", "2017-04-11T08:30+99:99", "2017-04-11T08:61", "٢٠١٧", "hôm qua"),
        )
    ),
    *(
        ({"text": "a", "language": value}, "language: ")
        for value in any_of("x", "tiếng Việt", "english", "v1", "vi-a-b-c")
    ),
]


def dumped(value: object) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize(("article", "named"), BAD_ARTICLES, ids=[repr(row[0])[:60] for row in BAD_ARTICLES])
def test_what_is_no_article(client: httpx.Client, article: Any, named: str) -> None:
    problem(client.post("/v1/articles", content=dumped(article), headers={"content-type": JSON}), 422, named)
    body = b"[" + dumped(article) + b"]"
    for content, kind in ((body, JSON), (dumped(article), NDJSON)):
        response = client.post("/v1/articles", content=content, headers={"content-type": kind})
        assert response.status_code == 422
        (result,) = response.json()["results"]
        assert result["status"] == "failed"
        assert named in result["error"]
    if not isinstance(article, dict) or "id" not in article:
        response = client.put("/v1/articles/good", content=dumped(article), headers={"content-type": JSON})
        problem(response, 422)


def test_no_good_article_is_lost_among_bad_ones(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server:
        articles: list[Any] = []
        for n, (bad, _) in enumerate(BAD_ARTICLES):
            articles += [bad, {"id": f"n{n}", "text": f"Bài số {n}."}]
        response = server.client.post("/v1/articles", content=dumped(articles), headers={"content-type": JSON})
        assert response.status_code == 207
        body = response.json()
        assert (body["created"], body["failed"]) == (len(BAD_ARTICLES), len(BAD_ARTICLES))
        assert [result["line"] for result in body["results"]] == list(range(1, len(articles) + 1))
        assert server.client.get("/v1/articles").json()["total"] == len(BAD_ARTICLES)


# HTTP: ids in paths

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


# HTTP: questions, searches, lists

BAD_FILTERS: list[tuple[Any, str]] = [
    (7, "filters"),
    ([], "filters"),
    ("vi", "filters"),
    ({"lang": ["vi"]}, "lang"),
    *(({name: "vi"}, name) for name in ("language", "source", "article_id")),
    *(({name: [7]}, name) for name in ("language", "source", "article_id")),
    *(({name: None}, name) for name in ("language", "source", "article_id", "metadata")),
    *(({name: ["\ud800"]}, f"{name}: holds half a surrogate pair") for name in ("language", "source", "article_id")),
    *(({name: ["a\0"]}, f"{name}: holds a NUL") for name in ("language", "source", "article_id")),
    ({"article_id": ["x"] * 1001}, "article_id"),
    *(
        ({name: value}, name)
        for name in ("published_after", "published_before")
        for value in any_of(2017, "", "x", "0000", [])
    ),
    *(({"metadata": value}, "metadata") for value in any_of(7, [], "page")),
    *(({"metadata": {"x": value}}, "metadata.x") for value in any_of([], {}, [1], 2**63, "\ud800", "\0")),
    *(({"metadata": {key: 1}}, "metadata: holds") for key in ("\ud800", "\0")),
    ({"metadata": {str(n): n for n in range(101)}}, "metadata: has 101 entries"),
]

BAD_QUESTIONS: list[tuple[Any, str]] = [
    # body, what the problem names; see test_http.py for the question itself
    (None, "body"),
    ([], "body"),
    ({}, "question"),
    ({"question": None}, "question"),
    ({"question": ["a"]}, "question"),
    ({"question": "a", "q": "a"}, "q"),
    *(({"question": "a", "limit": value}, "limit") for value in any_of(-1, 0, 101, 10**30, 1.5, "many", None, [], {})),
    *(({"question": "a", "max_per_article": value}, "max_per_article") for value in any_of(0, -1, "many", None)),
    *(({"question": "a", "mode": value}, "mode") for value in any_of("", "HYBRID", "best", 7, None, ["dense"])),
    *(({"question": "a", "min_confidence": value}, "min_confidence") for value in any_of(-0.1, 1.1, "high", [])),
    *(({"question": "a", "filters": value}, named) for value, named in BAD_FILTERS),
]


@pytest.mark.parametrize(("body", "named"), BAD_QUESTIONS, ids=[repr(row[0])[:60] for row in BAD_QUESTIONS])
def test_bad_questions(client: httpx.Client, body: Any, named: str) -> None:
    modes = ("hybrid", "dense", "lexical")
    with_modes = isinstance(body, dict) and "question" in body and "mode" not in body
    for content in [{**body, "mode": mode} for mode in modes] if with_modes else [body]:
        response = client.post("/v1/ask", content=dumped(content), headers={"content-type": JSON})
        problem(response, 422, named)


BAD_TEXTS: list[tuple[Any, str]] = [
    ({}, "text"),
    ({"text": ""}, "text"),
    ({"text": " \n"}, "text: is empty"),
    ({"text": 7}, "text"),
    ({"text": "a\ud800"}, "text"),
    ({"text": "\0"}, "text: holds a NUL character at offset 0"),
    ({"text": "a", "limit": 0}, "limit"),
    ({"text": "a", "limit": 101}, "limit"),
    ({"text": "a", "id": "good"}, "id"),
]


@pytest.mark.parametrize(("body", "named"), BAD_TEXTS)
def test_bad_texts_to_compare(client: httpx.Client, body: Any, named: str) -> None:
    response = client.post("/v1/similar", content=dumped(body), headers={"content-type": JSON})
    problem(response, 422, named)


BAD_FILTER_PARAMETERS: list[tuple[str, str]] = [
    ("metadata=", "metadata: is not JSON"),
    ("metadata={", "metadata: is not JSON"),
    ("metadata=[]", "metadata: expected a JSON object"),
    ("metadata=7", "metadata: expected a JSON object"),
    ("metadata=null", "metadata: expected a JSON object"),
    ('metadata={"x":NaN}', "NaN"),
    ('metadata={"x":1e999}', "metadata.x: is not a finite number"),
    ('metadata={"x":123456789012345678901234567890}', "metadata.x"),
    ('metadata={"x":{}}', "metadata.x: expected a flat value"),
    ('metadata={"x":"\\ud800"}', "metadata.x: holds half a surrogate pair"),
    ('metadata={"\\ud800":1}', "metadata: holds half a surrogate pair"),
    ('metadata={"x":"\\u0000"}', "metadata.x: holds a NUL"),
    ("metadata=" + "[" * 30_000, "metadata: is nested too deeply"),
    ("published_after=", "published_after"),
    ("published_after=yesterday", "published_after: 'yesterday' is no date"),
    ("published_before=2017-02-30", "published_before"),
    ("source=%00", "source: holds a NUL"),
    ("&".join(f"source={n}" for n in range(101)), "source"),
    ("&".join(f"language=l{n}" for n in range(101)), "language"),
]

BAD_PARAMETERS: list[tuple[str, str, str]] = [
    *(("/v1/articles", query, named) for query, named in BAD_FILTER_PARAMETERS),
    *(("/v1/search", f"q=a&{query}", named) for query, named in BAD_FILTER_PARAMETERS),
    *(("/v1/search", f"q=a&mode=lexical&{query}", named) for query, named in BAD_FILTER_PARAMETERS),
    *(("/v1/articles", f"limit={value}", "limit") for value in any_of("0", "-1", "1001", "9" * 30, "a", "1.5", "")),
    *(("/v1/search", f"q=a&limit={value}", "limit") for value in any_of("0", "-1", "101", "9" * 30, "a", "1.5", "")),
    *(("/v1/search", f"q=a&offset={value}", "offset") for value in any_of("-1", "991", "1000", "9" * 30, "a", "")),
    *(("/v1/search", f"q=a&mode={value}", "mode") for value in any_of("best", "", "HYBRID")),
    ("/v1/search", "", "q"),
    ("/v1/search", "q=", "q"),
    ("/v1/search", "q=%20%0A", "is empty"),
    ("/v1/search", "q=%00", "NUL"),
    ("/v1/search", "q=" + "a" * 2001, "q"),
    ("/v1/articles/good/similar", "limit=0", "limit"),
    ("/v1/articles/good/similar", "limit=x", "limit"),
    *(("/v1/stories", query, named) for query, named in BAD_FILTER_PARAMETERS),
    *(("/v1/stories", f"limit={value}", "limit") for value in any_of("0", "-1", "101", "9" * 30, "a", "1.5", "")),
    *(("/v1/stories", f"offset={value}", "offset") for value in any_of("-1", "a", "")),
    *(("/v1/stories", f"min_articles={value}", "min_articles") for value in any_of("0", "-1", "a", "")),
    *(("/v1/stories", f"days={value}", "days") for value in any_of("0", "-1", "nan", "inf", "1e300", "a", "")),
    ("/v1/stories", "days=1&published_after=2024", "days"),
]


@pytest.mark.parametrize(
    ("path", "query", "named"), BAD_PARAMETERS, ids=[f"{p}?{q[:40]}" for p, q, _ in BAD_PARAMETERS]
)
def test_bad_parameters(client: httpx.Client, path: str, query: str, named: str) -> None:
    problem(client.get(f"{path}?{query}"), 422, named)


ODD_PARAMETERS: list[str] = [
    # strange, and answered
    *(f"/v1/articles?cursor={cursor}" for cursor in ("", "%00", "%ff", "%ED%A0%80", "'--", "~" * 3000, "%F0%9F%99%82")),
    "/v1/articles?limit=1&limit=2",
    "/v1/articles?published_after=2017&published_after=2018",
    '/v1/articles?metadata={"a":1}&metadata={"b":2}',
    "/v1/articles?published_before=9999-12-31T23:59:59-14:00",
    "/v1/articles?published_after=0001-01-01T00:00%2B14:00",
    "/v1/articles?published_after=2018&published_before=2017",
    "/v1/articles?source=%ff",
    "/v1/search?q=a&q=b",
    "/v1/search?q=a&mode=dense&mode=lexical",
    "/v1/search?q=%ED%A0%80",
    "/v1/search?q=%F0%9F%8E%89",
    "/v1/search?q=" + "a" * 2000,
    "/v1/search?q=" + "%22'()%3A%2B-*%5E~%5B%5D" * 20,
    "/v1/search?q=ca%CC%82%CC%80u&limit=100&offset=900",
]


@pytest.mark.parametrize("address", ODD_PARAMETERS, ids=[address[:50] for address in ODD_PARAMETERS])
def test_odd_parameters_are_answered(client: httpx.Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200, response.text
    assert set(response.json()) & {"articles", "passages"}


# HTTP: sizes

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


# The command line


class Folder:
    """A data folder with one article, beside files to ingest."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = root / "data"
        self.files = root / "files"
        self.files.mkdir()
        (root / "good.md").write_text("Cầu Sông Hiền dài 500 m.", encoding="utf-8")
        assert self.run("ingest", str(root / "good.md")).returncode == 0
        self.before = self.state()

    def run(self, *arguments: str | bytes, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
        return subprocess.run(
            [sys.executable, "-m", "api.commands.main", *arguments],
            env={**environment, "HOIDAP_DATA": str(self.data), "HF_HUB_OFFLINE": "1", "COLUMNS": "300", **settings},
            capture_output=True,
            text=True,
            cwd=self.files,
            check=False,
            timeout=120,
        )

    def state(self) -> str:
        return self.run("articles", "list", "--json").stdout + self.run("articles", "show", "good.md").stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    made = Folder(tmp_path_factory.mktemp("commands"))
    yield made
    assert made.state() == made.before


def write(name: str, content: bytes) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return make


def nothing(_folder: Path) -> None:
    """Make no file."""


def chain(*makers: Callable[[Path], None]) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        for maker in makers:
            maker(folder)

    return make


def circle(folder: Path) -> None:
    (folder / "one.txt").symlink_to(folder / "two.txt")
    (folder / "two.txt").symlink_to(folder / "one.txt")


def way_out(folder: Path) -> None:
    (folder / "links").mkdir()
    (folder / "links" / "out.txt").symlink_to("/etc/hostname")
    (folder / "links" / "up").symlink_to(folder)


def unreadable(folder: Path) -> None:
    (folder / "secret.md").write_text("Không ai đọc được.", encoding="utf-8")
    (folder / "secret.md").chmod(0)


as_root = pytest.mark.skipif(os.geteuid() == 0, reason="root can read every file")

BAD_COMMANDS: list[Any] = [
    # files to make, arguments, exit status, what is said
    (nothing, ["ingest", "nowhere.txt"], 1, "nowhere.txt: does not exist"),
    (write("empty.md", b""), ["ingest", "empty.md"], 1, "empty.md: text: is empty"),
    (write("white.txt", b" \n\t\n"), ["ingest", "white.txt"], 1, "white.txt: text: is empty"),
    (write("latin.txt", "Café".encode("latin-1")), ["ingest", "latin.txt"], 1, "latin.txt: byte 3 (0xe9) is not UTF-8"),
    (write("image.txt", b"\x89PNG\r\n\x1a\n\0\0\0"), ["ingest", "image.txt"], 1, "image.txt: is a binary file"),
    (write("nul.md", b"a\0b"), ["ingest", "nul.md"], 1, "nul.md: holds a NUL character at offset 1"),
    (write("a.docx", b"PK\3\4"), ["ingest", "a.docx"], 1, "name the format with --format"),
    (write("noending", b"a"), ["ingest", "noending"], 1, "name the format with --format"),
    (write("a.jsonl", b"not json"), ["ingest", "a.jsonl"], 1, "a.jsonl:1: is not JSON"),
    (write("n.jsonl", b'{"text": NaN}'), ["ingest", "n.jsonl"], 1, "n.jsonl:1: is not JSON: NaN"),
    (write("d.jsonl", DEEP), ["ingest", "d.jsonl"], 1, "d.jsonl:1: is nested too deeply"),
    (write("s.jsonl", b'{"text": "\\ud800"}'), ["ingest", "s.jsonl"], 1, "s.jsonl:1: text: holds half a surrogate"),
    (
        write("u.jsonl", b'{"text": "a", "body": "b"}'),
        ["ingest", "u.jsonl"],
        1,
        "u.jsonl:1: article: unknown key 'body'",
    ),
    (write("i.jsonl", b'{"text": "a", "id": "a/b"}'), ["ingest", "i.jsonl"], 1, "i.jsonl:1: id: 'a/b'"),
    (write("x.jsonl", b'{"text": "\xff"}'), ["ingest", "x.jsonl"], 1, "x.jsonl:1: byte 10 (0xff) is not UTF-8"),
    (write("t.csv", b"id,body\na,b\n"), ["ingest", "t.csv"], 1, "t.csv:1: article: unknown column 'body'"),
    (write("e.csv", b""), ["ingest", "e.csv"], 1, "e.csv:1: is empty"),
    (write("f.md", b"---\na: [\n---\ntext"), ["ingest", "f.md"], 1, "f.md: the front matter is not YAML"),
    (write("j.md", b"---\nurl: javascript:x\n---\ntext"), ["ingest", "j.md"], 1, "is no http or https address"),
    (write("y.md", b"---\npublished_at: 11/4\n---\ntext"), ["ingest", "y.md"], 1, "published_at: '11/4' is no date"),
    (write("g.txt", b"a"), ["ingest", "g.txt", "--format", "docx"], 2, "'docx' is not one of 'text'"),
    (write("big.md", b"a" * 16_000_001), ["ingest", "big.md"], 1, "big.md: text: is longer than 16,000,000 bytes"),
    (lambda f: (f / "x.txt").mkdir(), ["ingest", "x.txt"], 1, "x.txt: holds no file to read"),
    (lambda f: (f / "bare").mkdir(), ["ingest", "bare"], 1, "bare: holds no file to read"),
    (lambda f: os.mkfifo(f / "pipe.txt"), ["ingest", "pipe.txt"], 1, "pipe.txt: is neither a file nor a folder"),
    (circle, ["ingest", "one.txt"], 1, "one.txt: does not exist"),
    (way_out, ["ingest", "-v", "links"], 0, "out.txt: links out of the folder"),
    pytest.param(unreadable, ["ingest", "secret.md"], 1, "secret.md: Permission denied", marks=as_root),
    (nothing, ["ask", ""], 1, "question: is empty"),
    (nothing, ["ask", "a" * 2001], 1, "question: has 2,001 characters; at most 2,000"),
    (nothing, ["ask", b"a\xff"], 1, "question: holds half a surrogate pair at offset 1"),
    (nothing, ["ask", "a", "--limit", "0"], 2, "--limit"),
    (nothing, ["ask", "a", "--limit", "101"], 1, "limit: must be 1 to 100, not 101"),
    (nothing, ["ask", "a", "--limit", "1.5"], 2, "--limit"),
    (nothing, ["ask", "a", "--model", "no/such-model"], 1, "model no/such-model: cannot be loaded"),
    (nothing, ["info", "--model", "/etc/hostname"], 1, "model /etc/hostname: cannot be loaded"),
    (nothing, ["info", "--data", "/etc/hostname"], 1, "data folder /etc/hostname: cannot be created"),
    (nothing, ["similar", "nobody"], 1, "no article has the id 'nobody'"),
    (nothing, ["similar", "--text", "nowhere.txt"], 2, "nowhere.txt"),
    (write("b.txt", b"\xff\0"), ["similar", "--text", "b.txt"], 1, "b.txt"),
    (write("w.txt", b" "), ["similar", "--text", "w.txt"], 1, "text: is empty"),
    (lambda f: (f / "dir.txt").mkdir(), ["similar", "--text", "dir.txt"], 2, "is a directory"),
    (nothing, ["articles", "show", "../good.md"], 1, "no article has the id '../good.md'"),
    (nothing, ["articles", "show", ""], 1, "no article has the id ''"),
    (nothing, ["articles", "delete", "good.md/", "GOOD.MD"], 1, "no article has the id 'good.md/'"),
    (nothing, ["articles", "delete"], 2, "ID"),
    (nothing, ["articles", "frob"], 2, "frob"),
    (nothing, ["stories", "--days", "0"], 1, "days: must be above 0"),
    (nothing, ["stories", "--days", "1", "--after", "2024"], 1, "days: cannot be combined"),
    (nothing, ["stories", "--after", "soon"], 1, "soon"),
    (nothing, ["stories", "--limit", "101"], 1, "limit: must be 1 to 100"),
    (nothing, ["serve", "--port", "70000"], 2, "--port"),
    (nothing, ["serve", "--port", "http"], 2, "--port"),
]


@pytest.mark.parametrize(
    ("make", "arguments", "status", "named"),
    BAD_COMMANDS,
    ids=[
        " ".join(part if isinstance(part, str) else repr(part) for part in row[1])[:60]
        for row in (getattr(entry, "values", entry) for entry in BAD_COMMANDS)
    ],
)
def test_bad_commands(
    folder: Folder, make: Callable[[Path], None], arguments: list[str | bytes], status: int, named: str
) -> None:
    make(folder.files)
    done = folder.run(*arguments)
    assert done.returncode == status, done.stdout + done.stderr
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    if status == 1:
        assert len(done.stderr.splitlines()) == 1, "one clear error"
    if arguments[0] == "ingest" and status == 1 and done.stdout:
        assert done.stdout.startswith("0 created, 0 replaced, 0 unchanged, 1 failed")


BAD_SETTINGS: list[tuple[list[str], dict[str, str], str]] = [
    # arguments, variables, what is said
    (["info"], {"HOIDAP_PORT": "http"}, "HOIDAP_PORT"),
    (["info"], {"HOIDAP_MAX_ARTICLE_BYTES": "many"}, "HOIDAP_MAX_ARTICLE_BYTES"),
    (["serve", "--model", "no/such-model"], {}, "model no/such-model"),
    (["serve", "--data", "/etc/hostname"], {}, "data folder /etc/hostname"),
]


@pytest.mark.parametrize(("arguments", "variables", "named"), BAD_SETTINGS, ids=[repr(row) for row in BAD_SETTINGS])
def test_bad_settings(folder: Folder, arguments: list[str], variables: dict[str, str], named: str) -> None:
    done = folder.run(*arguments, **variables)
    assert done.returncode in (1, 2)
    assert named in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["articles", "show"], ["articles", "delete"], ["similar"]], ids=" ".join)
def test_an_id_that_is_not_utf8(folder: Folder, arguments: list[str]) -> None:
    done = folder.run(*arguments, b"\xff")
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
