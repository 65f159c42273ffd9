"""E-mail: what the sender wrote, from whom and when."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zips import write

from index.errors import HoidapError, ReadError
from index.identity import identify
from index.readers import mail
from index.readers.mail import read_eml, read_mbox
from index.readers.walking import ReadFailure, read_path
from index.records import Draft


def message(text: str = "Chiều nay họp lúc ba giờ.", **headers: str) -> EmailMessage:
    made = EmailMessage()
    stated = {"From": "Ngô Thị Lan <lan@xa.example>", "Subject": "Họp thôn", "Date": "Tue, 5 Nov 2024 21:40:00 +0700"}
    for name, value in {**stated, "Message-ID": "<a.1@xa.example>", **headers}.items():
        if value:
            made[name] = value
    made.set_content(text)
    return made


def read(tmp_path: Path, content: bytes | EmailMessage) -> Draft:
    sent = content if isinstance(content, bytes) else content.as_bytes()
    (draft,) = read_eml(write(tmp_path / "thư.eml", sent), "thư.eml")
    return draft


def test_a_message(tmp_path: Path) -> None:
    draft = read(tmp_path, message())
    assert draft.text == "Chiều nay họp lúc ba giờ."
    assert (draft.title, draft.author, draft.published_at) == ("Họp thôn", "Ngô Thị Lan", "2024-11-05T21:40:00+07:00")
    assert (draft.id, draft.metadata) == ("mid:a.1~40xa.example", {})


@pytest.mark.parametrize(
    ("headers", "field", "value"),
    [
        ({"From": "lan@xa.example"}, "author", None),
        ({"From": '"lan@xa.example" <lan@xa.example>'}, "author", None),
        ({"From": "An <a@b.example>, Bình <c@d.example>"}, "author", "An, Bình"),
        ({"Date": "hôm qua"}, "published_at", None),
        ({"Date": "5 Nov 2024 21:40"}, "published_at", "2024-11-05T21:40:00"),
        ({"Message-ID": ""}, "id", None),
        ({"Subject": unicodedata.normalize("NFD", "Mưa về")}, "title", "Mưa về"),
        ({"Subject": "פגישה מחר"}, "title", "פגישה מחר"),
        ({"Subject": ""}, "title", None),
    ],
)
def test_headers(headers: dict[str, str], field: str, value: str | None, tmp_path: Path) -> None:
    assert getattr(read(tmp_path, message(**headers)), field) == value


RAW = b"From: =?utf-8?B?TMOq?= An <a@b.example>\r\nSubject: %b\r\n%b\r\n%b"


@pytest.mark.parametrize(
    ("subject", "headers", "body", "title", "text"),
    [
        ("Lũ về".encode(), b"", "Nước dâng.".encode(), "Lũ về", "Nước dâng."),
        (b"=?iso-8859-1?Q?caf=E9?=", b"Content-Type: text/plain; charset=iso-8859-1\r\n", b"th\xe9", "café", "thé"),
        (b"=?x-none?Q?a=E9?=", b"Content-Type: text/plain; charset=x-none\r\n", b"a\xe9", "a\ufffd", "a\ufffd"),
        (b"a", b"Content-Type: text/plain; charset=windows-1252\r\n", "Đê vỡ".encode(), "a", "Đê vỡ"),
        (b"a", b"Content-Type: text/plain; charset=utf-8\r\n", b"x \xff y", "a", "x \ufffd y"),
        (b"a", b"Content-Type: text/plain; charset=zlib\r\n", b"x", "a", "x"),
        (b"a", b"", b"x\0y", "a", "x\ufffdy"),
        (
            b"a",
            b"Content-Transfer-Encoding: base64\r\n",
            base64.b64encode("Chữ ký còn".encode()).rstrip(b"=")[:-1] + b"!\r\n",
            "a",
            "Chữ ký c\ufffd",
        ),
        (b"a", b"Content-Type: text/html\r\n", "<p>Một</p><p>Hai</p>".encode(), "a", "Một\nHai"),
    ],
)
def test_whatever_it_claims_to_be(
    subject: bytes, headers: bytes, body: bytes, title: str, text: str, tmp_path: Path
) -> None:
    draft = read(tmp_path, RAW % (subject, headers, body))
    assert (draft.author, draft.title) == ("Lê An", title)
    assert draft.text.startswith(text[:-1])
    assert draft.text == text or "base64" in headers.decode()


def test_the_plain_part_before_the_html_part_unless_it_only_points_there(tmp_path: Path) -> None:
    both = message("Bản chữ.")
    both.add_alternative("<p>Bản trang</p>", subtype="html")
    assert read(tmp_path, both).text == "Bản chữ."
    stub = message("Xin xem bản HTML.")
    stub.add_alternative("<p>Giá điện tăng từ tháng sáu.</p>" * 20, subtype="html")
    assert read(tmp_path, stub).text.startswith("Giá điện tăng từ tháng sáu.\nGiá")
    blank = message(" \n")
    blank.add_alternative("<table><tr><td>a<td>b<tr><td>c<td>d</table>", subtype="html")
    assert read(tmp_path, blank).text == "| a | b |\n| --- | --- |\n| c | d |"


def test_attachments_are_named_not_read(tmp_path: Path) -> None:
    sent = message("Kèm theo hai tệp.")
    sent.add_attachment("bí mật", filename="sổ.txt")
    sent.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="bản đồ.pdf")
    draft = read(tmp_path, sent)
    assert (draft.text, draft.metadata) == ("Kèm theo hai tệp.", {"attachments": ["sổ.txt", "bản đồ.pdf"]})


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "is no e-mail: it has no headers|holds no text"),
        (b"chu khong co dau de", "is no e-mail|holds no text"),
        (b"Subject: a\n\n", "holds no text"),
        (b"Content-Type: application/pdf\n\nJVBERi0=", "holds no text, only attachments"),
        (b"Subject: a\n\n" + b"\n" * 2_000_001, "has too many lines or parts"),
        (
            b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(300)) + b"\nx",
            "has parts nested in more than 50 others",
        ),
        (
            b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(9000)) + b"\nx",
            "has too many lines or parts",
        ),
        (b"Content-Type: message/rfc822\n\n" * 3000 + b"x", "only attachments|is no message that can be read"),
    ],
)
def test_hostile_messages_are_refused_with_a_word(content: bytes, error: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=rf"thư\.eml: ({error})"):
        read(tmp_path, content)


@pytest.mark.parametrize("header", ["From", "Subject", "Date", "Content-Type", "Message-ID", "Content-Disposition"])
@pytest.mark.parametrize(
    "value", ["(" * 90_000, '"' * 99_999, "=?utf-8?Q?" * 9_000, "a;" * 50_000, "\udcff<" * 9_000, "@,"]
)
def test_odd_headers_cost_little_and_stop_nothing(header: str, value: str, tmp_path: Path) -> None:
    sent = f"Subject: a\n{header}: {value}\n\nCòn chữ.".encode("utf-8", "surrogateescape")
    (item,) = read_path(write(tmp_path / "thư.eml", sent))
    if header.startswith("Content"):
        assert isinstance(item, Draft | ReadFailure)
    else:
        assert isinstance(item, Draft)
        assert item.text == "Còn chữ."


def mbox(tmp_path: Path, *messages: bytes) -> Iterator[Draft | HoidapError]:
    lines = b"".join(b"From x@y.example Tue Nov  5 21:40:00 2024\n" + one + b"\n\n" for one in messages)
    return read_mbox(write(tmp_path / "kho.mbox", lines), "kho.mbox")


def test_an_mbox_is_read_message_by_message(tmp_path: Path) -> None:
    second = b"Subject: b\n\nHai\n\n>From day nay ve sau.\n\nFrom now on it is not escaped."
    first, other, broken = mbox(tmp_path, message().as_bytes(), second, b"Subject: c\n\n")
    assert isinstance(first, Draft)
    assert isinstance(other, Draft)
    assert (first.id, first.origin) == ("mid:a.1~40xa.example", "kho.mbox:1")
    assert other.text == "Hai\n\nFrom day nay ve sau.\n\nFrom now on it is not escaped."
    assert str(broken) == "kho.mbox:3: holds no text"
    drafts = [item for item in read_path(tmp_path / "kho.mbox") if isinstance(item, Draft)]
    assert identify(drafts[1]).startswith("kho.mbox:")
    assert drafts[1].path == f"kho.mbox/{other.path}"


def test_a_message_beyond_the_bound_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "MAX_MESSAGE_BYTES", 2_000)
    long = b"Subject: b\n\n" + b"dong\n" * 500
    first, failed, last = mbox(tmp_path, b"Subject: a\n\nmot", long, b"Subject: c\n\nba")
    assert isinstance(first, Draft)
    assert str(failed) == "kho.mbox:2: is longer than 2,000 bytes"
    assert isinstance(last, Draft)
    assert last.text == "ba"


def test_what_is_no_mbox_says_so(tmp_path: Path) -> None:
    (failure,) = read_path(write(tmp_path / "kho.mbox", b"Subject: a\n\nb"))
    assert isinstance(failure, ReadFailure)
    assert 'is no mbox: it does not begin with "From "' in str(failure.error)
    assert list(mbox(tmp_path, b"Subject: a\n\nb", b""))[-1:] != []


@given(changes=st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=6)), max_size=6))
def test_whatever_bytes_are_damaged_a_message_is_read_or_named(
    changes: list[tuple[int, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    sent = message("Chữ thường.")
    sent.add_alternative("<p>Chữ trang</p>", subtype="html")
    content = sent.as_bytes()
    for place, piece in changes:
        content = content[:place] + piece + content[place + 1 :]
    (item,) = read_path(write(tmp_path_factory.getbasetemp() / "hỏng.eml", content))
    assert isinstance(item, Draft | ReadFailure)
