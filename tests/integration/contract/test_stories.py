"""The contract of stories, field by field."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from contract import ARTICLE, COPY, HEADER_FIELDS, OTHER

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
