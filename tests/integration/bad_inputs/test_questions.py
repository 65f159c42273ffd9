"""Bad questions, filters and texts to compare, in bodies."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from bad_inputs import JSON, any_of, dumped
from problems import problem

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
