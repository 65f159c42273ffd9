"""Drafts to articles: checked, normalised, cleaned where they are pages, identified."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import InvalidArticle
from index.preparation import MAX_FIELD_CHARACTERS, NOT_CLEANED, prepare
from index.records import Draft, Scalar

PAGE = """Trang chủ
Nước lên nhanh ở xã Vĩnh An chiều nay
Chiều nay bà con trong xã ra bờ sông xem nước lên, ai cũng lo cho vườn rau mới trồng.
Ông trưởng thôn nói nước còn lên nữa, mọi người nên chuyển đồ đạc lên gác trước khi trời tối.
"""


def test_text_and_fields_are_normalised() -> None:
    draft = Draft(
        "\ufeffHo\u0300a\r\nBi\u0300nh",
        title="  Ho\u0300a \n Bi\u0300nh ",
        source="",
        url=" https://a.example.org/x ",
        published_at="2017-04-11 08:30",
        language="VI_vn",
        metadata={"trang": 3, "nháp": False, "ghi chú": None},
    )
    prepared = prepare(draft)
    article = prepared.article
    assert (article.text, article.title, article.source) == ("Hòa\nBình", "Hòa Bình", None)
    assert (article.url, article.id) == ("https://a.example.org/x", "a.example.org:x")
    assert (article.published_at, article.language) == ("2017-04-11T08:30", "vi")
    assert article.metadata == {"trang": 3, "nháp": False, "ghi chú": None}
    assert (prepared.raw, prepared.cleaner, prepared.removed) == (article.text, NOT_CLEANED, ())


def test_language_is_detected_only_when_it_is_not_given() -> None:
    assert prepare(Draft(PAGE)).article.language == "vi"
    assert prepare(Draft(PAGE, language="lo")).article.language == "lo"
    assert prepare(Draft("12345")).article.language == "und"


def test_pages_are_cleaned_unless_told_otherwise() -> None:
    cleaned = prepare(Draft(PAGE, scraped=True))
    assert cleaned.article.title == "Nước lên nhanh ở xã Vĩnh An chiều nay"
    assert cleaned.article.text.startswith("Chiều nay")
    assert [(line.number, line.text) for line in cleaned.removed][:1] == [(1, "Trang chủ")]
    assert cleaned.raw == PAGE
    assert prepare(Draft(PAGE, scraped=True), clean=False).article.text == PAGE
    assert prepare(Draft(PAGE)).article.text == PAGE
    assert prepare(Draft(PAGE), clean=True).article.text == cleaned.article.text


def test_identity_by_content_is_of_what_came_in() -> None:
    expected = "sha256-" + hashlib.sha256(PAGE.encode()).hexdigest()[:40]
    assert prepare(Draft(PAGE, scraped=True)).article.id == expected
    assert prepare(Draft(PAGE.replace("\n", "\r\n"))).article.id == expected


def test_what_is_given_wins_over_what_cleaning_finds() -> None:
    given_fields = Draft(PAGE, title="Nước lên", source="Báo Làng", author="Lê Na", published_at="2018", scraped=True)
    article = prepare(given_fields).article
    assert (article.title, article.source, article.author) == ("Nước lên", "Báo Làng", "Lê Na")
    assert article.published_at == "2018"


def test_digests_tell_text_from_fields() -> None:
    draft = Draft("Ông đi.", title="Một", metadata={"a": 1, "b": 2})
    one = prepare(draft)
    same = prepare(replace(draft, metadata={"b": 2, "a": 1}, origin="elsewhere"))
    assert (same.raw_digest, same.fields_digest) == (one.raw_digest, one.fields_digest)
    other_fields = prepare(replace(draft, title="Hai"))
    assert other_fields.raw_digest == one.raw_digest
    assert other_fields.fields_digest != one.fields_digest
    assert prepare(replace(draft, text="Bà đi.")).raw_digest != one.raw_digest
    assert prepare(draft, clean=True).raw_digest != one.raw_digest


def test_equal_digests_mean_equal_text_for_pages_with_another_title() -> None:
    pages = [
        prepare(Draft(PAGE, title=title, scraped=True)) for title in ("Một", "Nước lên nhanh ở xã Vĩnh An chiều nay")
    ]
    assert pages[0].raw_digest != pages[1].raw_digest


@pytest.mark.parametrize("text", ["", " \n\t", "\ufeff", "\r\n"])
def test_no_text(text: str) -> None:
    with pytest.raises(InvalidArticle, match=r"^bài 1: text: is empty$"):
        prepare(Draft(text, origin="bài 1"))


def test_a_page_of_nothing_but_chrome() -> None:
    with pytest.raises(InvalidArticle, match="nothing is left after cleaning; use --no-clean"):
        prepare(Draft("Trang chủ\nĐăng nhập\n", scraped=True))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"id": "a b"}, r"^id: 'a b' is not of the form"),
        ({"id": " "}, r"^id: ' ' is not of the form"),
        ({"id": ".."}, r"^id: '..' is not of the form"),
        ({"url": "ftp://a.org"}, r"^url: 'ftp://a.org' is no http or https address$"),
        ({"url": "https://a b"}, r"^url: 'https://a b' is no http"),
        ({"url": "https://a.org/" + "x" * 4000}, r"^url: has 4,014 characters; at most 4,000 are kept$"),
        ({"published_at": "11/04/2017"}, r"^published_at: '11/04/2017' is no date"),
        ({"published_at": "2017-02-30"}, r"^published_at: '2017-02-30' is no day of the calendar"),
        ({"language": "tiếng Việt"}, r"^language: 'tiếng Việt' is no language code"),
        ({"language": "vietnamese"}, r"^language: 'vietnamese' is no language code"),
        ({"title": "x" * 2001}, r"^title: has 2,001 characters; at most 2,000 are kept$"),
        ({"title": "a\0b"}, r"^title: holds a NUL character at offset 1; remove it$"),
        ({"author": "\ud800"}, r"^author: holds half a surrogate pair at offset 0"),
        ({"metadata": {"k": "\ud800"}}, r"^metadata\.k: holds half a surrogate pair at offset 0"),
        ({"metadata": {"a\0": 1}}, r"^metadata: holds a NUL character at offset 1"),
        ({"metadata": {"k": "x" * 2001}}, r"^metadata\.k: has 2,001 characters"),
        ({"metadata": {"k" * 2001: 1}}, r"^metadata: has a key of 2,001 characters"),
    ],
)
def test_fields_that_break_the_contract(fields: Mapping[str, str], message: str) -> None:
    with pytest.raises(InvalidArticle, match=message):
        prepare(replace(Draft("chữ"), **fields))  # type: ignore[arg-type]


def test_text_that_cannot_be_stored() -> None:
    with pytest.raises(InvalidArticle, match="text: holds a NUL character at offset 2"):
        prepare(Draft("ab\0"))
    with pytest.raises(InvalidArticle, match="text: holds half a surrogate pair at offset 1"):
        prepare(Draft("a\udc00"))


def test_the_longest_text_is_counted_in_bytes() -> None:
    assert prepare(Draft("đ" * 50), max_text_bytes=100).article.text == "đ" * 50
    with pytest.raises(InvalidArticle, match="is longer than 99 bytes"):
        prepare(Draft("đ" * 50), max_text_bytes=99)


def test_what_cleaning_mistakes_for_a_field_is_not_kept() -> None:
    article = prepare(Draft("x" * 50_000, scraped=True)).article
    assert len(article.title) <= MAX_FIELD_CHARACTERS
    assert article.text


SCALARS: st.SearchStrategy[Scalar] = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9)
)


@given(
    st.text(),
    st.none() | st.text(max_size=20),
    st.dictionaries(st.text(max_size=5), SCALARS, max_size=3),
    st.booleans(),
)
def test_any_draft_is_an_article_or_an_invalid_one(
    text: str, title: str | None, metadata: dict[str, Scalar], scraped: bool
) -> None:
    try:
        prepared = prepare(Draft(text, title=title, metadata=metadata, scraped=scraped))
    except InvalidArticle:
        return
    article = prepared.article
    assert "\r" not in article.text
    assert article.text.encode()
    again = prepare(Draft(text, title=title, metadata=metadata, scraped=scraped))
    assert (again.article, again.raw_digest, again.fields_digest) == (
        article,
        prepared.raw_digest,
        prepared.fields_digest,
    )


def test_an_article_with_tables_differs_from_what_formats_1_and_2_hold_of_it() -> None:
    def digest(text: str) -> tuple[bytes, bytes]:
        return prepare(Draft(text=text)).raw_digest, hashlib.sha256(f"0\n\n{text}".encode()).digest()

    now, before = digest("Nước rút từ chiều.")
    assert now == before
    now, before = digest("| Trạm | Mực nước |\n|---|---|\n| Gò Bồi | 3,2 |")
    assert now != before
