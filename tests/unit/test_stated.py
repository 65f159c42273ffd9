"""Titles, authors and dates in the properties of a document, and what programs put there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from index.readers.stated import stated_author, stated_date, stated_pdf_date, stated_title


@pytest.mark.parametrize(
    "title",
    [
        "Sửa đê sông Lô",
        "Báo cáo 2017",
        "Microsoft và bài toán chữ Việt",
        "Document: một cuộc đời",
        "Ngày 30.4",
        "Đê",
        "Bản số 12 của tạp chí",
    ],
)
def test_titles_that_somebody_gave(title: str) -> None:
    assert stated_title(f"  {title}\n") == title


@pytest.mark.parametrize(
    "title",
    [
        "Microsoft Word - doc1.docx",
        "Microsoft Word - Báo cáo tháng 3",
        "PowerPoint Presentation",
        "baocao_final_v2",
        "Báo cáo cuối.docx",
        "bao cao.PDF",
        "C:\\Users\\an\\bai",
        "untitled",
        "Untitled-1",
        "Tài liệu1",
        "Document1",
        "20170411",
        "---",
        "\ufffd\ufffdo c\ufffdo",
        "x" * 301,
        "",
        None,
    ],
)
def test_titles_that_programs_gave(title: str | None) -> None:
    assert stated_title(title) is None


@pytest.mark.parametrize("author", ["Nguyễn Văn An", "Ban biên tập", "HP Lovecraft", "An", "Lê Thị Adminh"])
def test_authors(author: str) -> None:
    assert stated_author(author) == author


@pytest.mark.parametrize(
    "author",
    ["Admin", "administrator", "User", "HP", "DELL 2", "PC-01", "Windows User", "an@bao.vn", "python-docx", "may tinh"],
)
def test_machines_and_accounts_are_no_authors(author: str) -> None:
    assert stated_author(author) is None


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("D:20170411083000+07'00'", "2017-04-11T08:30:00+07:00"),
        ("D:20170411083000+07'00", "2017-04-11T08:30:00+07:00"),
        ("D:20170411083000-05'30'", "2017-04-11T08:30:00-05:30"),
        ("D:20170411083000Z", "2017-04-11T08:30:00Z"),
        ("D:20170411083000Z00'00'", "2017-04-11T08:30:00Z"),
        ("D:20170411083000", "2017-04-11T08:30:00"),
        ("D:201704110830", "2017-04-11T08:30:00"),
        ("20170411", "2017-04-11"),
        ("D:201704", "2017-04"),
        ("D:2017", "2017"),
        ("D:19700101000000Z", None),
        ("D:20171311", None),
        ("D:20170231", None),
        ("ngày 11 tháng 4", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_of_pdf(written: str | None, date: str | None) -> None:
    assert stated_pdf_date(written) == date


def test_dates_of_office() -> None:
    assert stated_date(datetime(2017, 4, 11, 1, 30, 5, 7)) == "2017-04-11T01:30:05Z"
    assert stated_date(datetime(2017, 4, 11, 1, 30, tzinfo=UTC)) == "2017-04-11T01:30:00Z"
    assert stated_date(datetime(1980, 1, 1)) is None
