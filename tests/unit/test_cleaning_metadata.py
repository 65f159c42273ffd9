"""Dates, agency marks and bylines as they are written on pages."""

from __future__ import annotations

import pytest

from index.cleaning.lines.agencies import split_agency
from index.cleaning.lines.bylines import Byline, byline_in, split_run_on
from index.cleaning.lines.dates import date_in, is_date_line
from index.cleaning.phrases import phrase_key


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Thứ Bảy, 09/09/2023 | 07:15 GMT+7", "2023-09-09T07:15+07:00"),
        ("Thứ hai, ngày 06 tháng 11 năm 2023", "2023-11-06"),
        ("20:22 17/06/2022", "2022-06-17T20:22"),
        ("March 4, 2021 at 3:05 pm", "2021-03-04T15:05"),
        ("Publié le 1er juin 2019", "2019-06-01"),
        ("2022年10月12日 09:30", "2022-10-12T09:30"),
        ("20/11", None),
        ("31/02/2020", None),
    ],
)
def test_date_in(text: str, date: str | None) -> None:
    assert date_in(text) == date


@pytest.mark.parametrize("text", ["Khai mạc ngày 12/05/2020 tại nhà văn hóa huyện", "07:30 Khai mạc", "1972", "2-1"])
def test_is_no_date_line(text: str) -> None:
    assert not is_date_line(text)


@pytest.mark.parametrize(
    ("lead", "agency"),
    [
        ("TTXVN - Sáng nay", "TTXVN"),
        ("VOV.VN – Sáng nay", "VOV"),
        ("(Dân trí) - Sáng nay", "Dân trí"),
        ("(Chinhphu.vn) – Sáng nay", "Chinhphu"),
        ("HÀ NỘI (TTXVN) – Sáng nay", "TTXVN"),
        ("Hà Nội, ngày 5/6 (TTXVN) - Sáng nay", "TTXVN"),
        ("PARIS, 5 juin (AFP) - Sáng nay", "AFP"),
        ("SXO - Sáng nay", "SXO"),
        ("Tuổi Trẻ Online - Sáng nay", "Tuổi Trẻ Online"),
        ("PV: Sáng nay", None),
        ("Lao động - một quyền cơ bản", None),
        ("Messi (PSG) - tiền đạo", None),
        ("(1) - Sáng nay", None),
        ("HÀ NỘI - Sáng nay", None),
    ],
)
def test_split_agency(lead: str, agency: str | None) -> None:
    found, rest = split_agency(lead, lambda _name: True)
    assert (found.removesuffix(".vn") if found else None) == agency
    assert rest == ("Sáng nay" if agency else lead)


def test_unknown_code_is_no_agency_where_others_are_not_allowed() -> None:
    assert split_agency("GDP - thước đo", lambda _name: False) == (None, "GDP - thước đo")


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("Thu Hằng", Byline(author="Thu Hằng")),
        ("Minh Anh/Báo Sông Xanh", Byline(author="Minh Anh", source="Báo Sông Xanh")),
        ("Nguyễn Hằng/VOV-Trung tâm Tin", Byline(author="Nguyễn Hằng", source="VOV")),
        ("T.H (TTXVN)", Byline(author="T.H", source="TTXVN")),
        ("Mai Đan (thực hiện)", Byline(author="Mai Đan")),
        ("Bài, ảnh: Lê Na", Byline(author="Lê Na")),
        ("(Theo TTXVN)", Byline(source="TTXVN")),
        ("Nguồn: VOV.VN", Byline(source="VOV")),
        ("TTXVN", Byline(source="TTXVN")),
        ("By Jane Roe", Byline(author="Jane Roe")),
        ("责任编辑：李晓", Byline()),
        ("PV", Byline(author="PV")),
        ("- Lê Na", None),
        ("Tin liên quan", None),
        ("Gia cố nhà cửa", None),
    ],
)
def test_byline_in(line: str, byline: Byline | None) -> None:
    assert byline_in(line) == byline


def test_a_name_behind_the_end_mark_is_a_byline() -> None:
    assert split_run_on("Nước đã rút./. Minh Anh") == ("Nước đã rút./.", Byline(author="Minh Anh"))
    assert split_run_on("Ông là ai? Minh Anh") == ("Ông là ai? Minh Anh", None)


def test_a_single_word_keeps_its_accents() -> None:
    assert phrase_key("Ảnh:") != phrase_key("Anh:")
    assert phrase_key("TIN LIEN QUAN") == phrase_key("Tin liên quan (3)")
