"""Bodies that hold no article, and articles that are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from bad_inputs import DEEP, JSON, NDJSON, any_of, dumped
from problems import problem
from server import running_server

from index.identity import ID_PATTERN

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
        for value in any_of({}, [[]], [{"y": 1}], {"y": 1}, 2**63, -(10**30), [2**63])
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
    ({"text": "a", "metadata": {"\ud800": [[]]}}, "metadata.\\ud800: expected a list of flat values"),
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
            *("11/4", "11/04/2017", "2017-13", "2017-02-30", "0000", "-2017", "1491868800"),
            *("2017-04-11T25:00", "2017-04-11T08", "2017-04-11T08:30+99:99", "2017-04-11T08:61", "٢٠١٧", "hôm qua"),
        )
    ),
    *(
        ({"text": "a", "language": value}, "language: ")
        for value in any_of("x", "tiếng Việt", "english", "v1", "vi-a-b-c")
    ),
]


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
