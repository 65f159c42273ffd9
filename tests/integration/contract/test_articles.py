"""The contract of an article: its fields, identity, text, dates and language."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx
import pytest
from contract import ARTICLE, PAGE, ids_of, post, stored
from problems import problem


def test_every_field_comes_back(client: httpx.Client) -> None:
    assert post(client, ARTICLE) == {
        "line": 1,
        "id": ARTICLE["id"],
        "status": "created",
        "error": None,
        "removed": [],
        "notes": [],
    }
    sha256 = hashlib.sha256(ARTICLE["text"].encode()).hexdigest()
    assert stored(client, ARTICLE["id"]) == {**ARTICLE, "sha256": sha256, "places": []}


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
        "places": [],
    }


@pytest.mark.parametrize("key", ["ID", "body", "lang", "sha256", "score", "places"])
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
