"""Records with named fields: names and types."""

from __future__ import annotations

import pytest

from index.errors import InvalidArticle
from index.readers.fields import draft_from_fields
from index.records import Draft


def test_all_fields() -> None:
    record = {
        "id": "a",
        "title": "t",
        "text": "chữ",
        "url": "u",
        "source": "s",
        "author": "n",
        "published_at": "2017",
        "language": "vi",
        "metadata": {"trang": 3, "thật": True, "tỉ lệ": 0.5, "không": None, "chữ": "x", "nhãn": ["lũ", 3, True, None]},
    }
    assert draft_from_fields(record, "chỗ") == Draft(**record, origin="chỗ")  # type: ignore[arg-type]


def test_nulls_count_as_absent() -> None:
    assert draft_from_fields({"text": "chữ", "title": None, "metadata": None}) == Draft("chữ")


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (None, "article: expected an object with a text, got nothing"),
        ([], "article: expected an object with a text, got a list"),
        ("chữ", "article: expected an object with a text, got text"),
        ({}, "text: is required"),
        ({"text": None}, "text: is required"),
        ({"text": 3}, "text: expected text, got a number"),
        ({"text": "x", "title": True}, "title: expected text, got true or false"),
        ({"text": "x", "id": ["a"]}, "id: expected text, got a list"),
        ({"text": "x", "titel": "y", "abc": 1}, "article: unknown key 'abc', 'titel'; known are id, title, text"),
        ({"text": "x", "metadata": []}, "metadata: expected an object of flat values, got a list"),
        (
            {"text": "x", "metadata": {"a": {"b": 1}}},
            "metadata.a: expected a flat value or a list of them, got an object",
        ),
        ({"text": "x", "metadata": {"a": [[1]]}}, "metadata.a: expected a list of flat values, got one with a list"),
        ({"text": "x", "metadata": {"a": [1, {}]}}, "metadata.a: expected a list of flat values, got one with an obj"),
        ({"text": "x", "metadata": {"a": [1, float("inf")]}}, "metadata.a: is not a finite number"),
        ({"text": "x", "metadata": {"a": [2**63]}}, "metadata.a: does not fit 64 bits"),
        ({"text": "x", "metadata": {"a": ["b"] * 101}}, "metadata.a: has 101 values; at most 100 are kept"),
        ({"text": "x", "metadata": {1: "a"}}, "metadata: key 1 is not text"),
        ({"text": "x", "metadata": {"a": float("nan")}}, "metadata.a: is not a finite number"),
        ({"text": "x", "metadata": {"a": 2**63}}, "metadata.a: does not fit 64 bits"),
        ({"text": "x", "metadata": {str(i): i for i in range(101)}}, "metadata: has 101 entries; at most 100"),
    ],
)
def test_what_is_wrong_is_named(record: object, message: str) -> None:
    with pytest.raises(InvalidArticle) as caught:
        draft_from_fields(record, "chỗ")
    assert str(caught.value).startswith(f"chỗ: {message}")
