"""Replies: the answered message and the signature leave, never all that there is."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from zips import write

from index.readers import replies
from index.readers.mail import read_eml
from index.readers.replies import own_words


@pytest.mark.parametrize(
    "attribution",
    [
        "On Mon, 4 Mar 2019 at 10:12, Lan <lan@xa.example> wrote:",
        "On Mon, 4 Mar 2019 at 10:12, Nguyễn Thị Ngọc Lan\n<lan@xa.example> wrote:",
        "Vào 10:12, Th 2, 4 thg 3, 2019 Lan <lan@xa.example> đã viết:",
        "Le lun. 4 mars 2019 à 10:12, Lan <lan@xa.example> a écrit :",
        "Am 04.03.19 um 10:12 schrieb Lan:",
        "El lun, 4 mar 2019 a las 10:12, Lan (<lan@xa.example>) escribió:",
        "4 марта 2019 г., 10:12, Lan <lan@xa.example> написал:",
    ],
)
def test_the_answered_message_leaves(attribution: str) -> None:
    assert own_words(f"Đồng ý.\n\n{attribution}\n> Họp nhé?\n>> Bao giờ?\n> Mai.") == "Đồng ý."
    assert own_words(f"Đồng ý.\n\n{attribution}\n\nHọp nhé?\nMai.") == "Đồng ý."
    assert own_words(f"{attribution}\n> Họp nhé?\n\nĐồng ý, ở đâu?") == "Đồng ý, ở đâu?"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Được.\n\n-----Original Message-----\nFrom: Lan\nHọp nhé?", "Được."),
        ("Được.\n\n----- Thư gốc -----\nHọp nhé?", "Được."),
        ("Được.\n\nFrom: Lan <l@x.example>\nSent: Monday, 4 March 2019\nTo: An\nSubject: Họp\n\nHọp nhé?", "Được."),
        ("Được.\n\nTừ: Lan\nĐã gửi: thứ hai\nĐến: An\nChủ đề: Họp\n\nHọp nhé?", "Được."),
        ("> Có cầu không?\nCó.\n> Có đò không?\nKhông.", "Có.\nKhông."),
        ("Thuế tăng.\n-- \nLan\nPhòng thuế", "Thuế tăng."),
        ("Thuế tăng.\n--\nLan\n\n> Hỏi", "Thuế tăng."),
    ],
)
def test_other_ways_to_quote_and_to_sign(text: str, expected: str) -> None:
    assert own_words(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "> chỉ có trích\n> không có gì khác",
        "-----Original Message-----\nFrom: Lan\nHọp nhé?",
        "On 5 May the minister wrote:\nThe bridge will stay.\nIt was built in 1931.",
        "Ba việc:\n--\nĐóng cống.\n--\nBáo cho dân.\n--\nĐo độ mặn.",
        "Xem dưới.\n\n---------- Forwarded message ---------\nFrom: Lan\nDate: Mon\nTo: An\n\nĐê đã vỡ.",
        "Begin forwarded message:\n\nFrom: Lan\nDate: Mon\nTo: An\n\nĐê đã vỡ.",
        "Từ: huyện xa\nNgười dân lên đường.",
        "Một\n--\n" + "Đoạn văn dài tiếp theo ở dưới dấu gạch.\n" * 40 + "Hết",
        "Vào năm 1975 ông đã viết: một bài thơ.",
    ],
)
def test_what_may_be_the_sender_s_own_stays(text: str) -> None:
    assert own_words(text) == text


def test_block_quotations_leave_an_html_message_only_where_a_line_says_whose_they_are(tmp_path: Path) -> None:
    def read(html: str) -> str:
        sent = EmailMessage()
        sent["Subject"] = "a"
        sent.set_content(html, subtype="html")
        (draft,) = read_eml(write(tmp_path / "a.eml", sent.as_bytes()), "a.eml")
        return draft.text

    attribution = "On Mon, 4 Mar 2019 at 10:12, Lan &lt;lan@xa.example&gt; wrote:"
    assert read(f"<div>Vâng.</div><div>{attribution}<br><blockquote>Họp nhé?</blockquote></div>") == "Vâng."
    assert read(f"<p>Vâng.</p><blockquote type='cite'><div>{attribution}</div><p>Họp nhé?</p></blockquote>") == "Vâng."
    assert read("<p>Cụ kể:</p><blockquote>Sông xưa rộng lắm.</blockquote>") == "Cụ kể:\nSông xưa rộng lắm."


@pytest.mark.parametrize("line", ["On 1 x", "From: a", "--", "> a", "4 x"])
def test_the_work_is_linear_in_the_lines(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    look = replies._attribution_at

    def counted(lines: list[str], number: int) -> int:
        nonlocal looks
        looks += 1
        return look(lines, number)

    monkeypatch.setattr(replies, "_attribution_at", counted)
    own_words(f"{line}\n" * 5_000)
    assert looks <= 25 * 5_001


def test_lines_about_a_journey_are_no_header() -> None:
    text = "Lịch đi lại:\n\nFrom: Huế\nDate: 3 May\nTo: Vinh\n\nTàu rời ga lúc 6 giờ."
    assert own_words(text) == text
    answered = "Được.\n\nFrom: Lan Hạ\nSent: 3 May\nTo: An\nSubject: Họp\n\nHọp nhé?"
    assert own_words(answered) == "Được."
