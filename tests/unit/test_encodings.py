"""The bytes of a page to its text: what browsers read is read, and what had to give way is noted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ReadError
from index.preparation import prepare
from index.readers.charset_labels import codec_of
from index.readers.encodings import Decoded, decode_page
from index.readers.walking import read_path
from index.records import Draft

VIETNAMESE = "Chiều nay bà con trong xã ra bờ sông xem nước lên, ai cũng lo cho vườn rau mới trồng."
FRENCH = "Cet après-midi, les élèves sont allés à la rivière, où l'eau montait déjà très vite."


def page(head: str, text: str) -> str:
    return f"<html><head>{head}<title>x</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", ""),
        ("utf-8-sig", '<meta charset="windows-1252">'),
        ("utf-16", '<meta charset="utf-8">'),
        ("utf-16-le", ""),
        ("utf-16-be", ""),
        ("utf-8", "<meta charset=UTF-8>"),
        ("utf-8", '<meta charset="utf-16">'),
        ("utf-8", '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=iso-8859-1">'),
        ("utf-8", "<meta charset=gbk>"),
        ("utf-8", "<meta charset=unheard-of>"),
        ("iso2022_jp", "<meta charset=iso-2022-jp>"),
    ],
)
def test_what_is_certain_is_read_without_a_word(encoding: str, head: str) -> None:
    text = page(head, "川辺" if encoding == "iso2022_jp" else VIETNAMESE)
    assert decode_page(text.encode(encoding), "x") == Decoded(text)


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        ("gb2312", "gb18030", "镕基"),
        ("Shift_JIS", "cp932", "①髙"),
        ("euc-kr", "cp949", "똠방"),
        ("iso-8859-1", "cp1252", "“curly” €"),
        ("iso-8859-9", "cp1254", "Şişli"),
        ("tis-620", "cp874", "ภาษาไทย…"),
        ("koi8-r", "koi8-r", "Вода"),
        ("big5", "big5hkscs", "河邊"),
        ("windows-1258", "cp1258", "Đơn"),
    ],
)
def test_names_mean_what_browsers_take_them_for(charset: str, codec: str, text: str) -> None:
    assert codec_of(charset) == codec_of(charset.upper()) is not None
    assert decode_page(f"<meta charset='{charset}'>{text}".encode(codec), "x").text.endswith(text)
    xml = f"<?xml version='1.0' encoding='{charset}'?><html>{text}"
    assert decode_page(xml.encode(codec), "x") == Decoded(xml)


@pytest.mark.parametrize("head", ["", "<meta charset=utf-8>", "<meta charset=windows-1252>", "<meta charset=gbk>"])
@pytest.mark.parametrize("wrong", [b"\xe9", b"\xff", b"\xc3", b"\xe1\xba"])
def test_a_stray_byte_of_a_page_in_utf8_is_replaced_and_named(head: str, wrong: bytes) -> None:
    before, after = page(head, VIETNAMESE).encode().split(b"</p>")
    read = decode_page(before + b"<script>//" + wrong + b"</script>" + after, "x")
    assert VIETNAMESE in read.text
    assert "//\ufffd</script>" in read.text
    (note,) = read.notes
    assert note.startswith("1 place is not UTF-8 and became U+FFFD, first byte ")
    assert f"(0x{wrong[0]:02x})" in note


def test_a_page_that_is_cut_off_within_a_letter() -> None:
    content = page("", VIETNAMESE * 2).encode()
    cut = content[: content.rindex("ồ".encode()) + 2]
    read = decode_page(cut, "x")
    assert read.text.endswith("mới tr\ufffd")
    assert len(read.notes) == 1


def test_nul_characters_are_left_out() -> None:
    assert decode_page(b"<p>" + b"word " * 40 + b"a\0b\0", "x") == Decoded(
        "<p>" + "word " * 40 + "ab", ("2 NUL characters were left out",)
    )


@pytest.mark.parametrize(
    ("text", "codec", "read_as"),
    [
        (FRENCH, "cp1252", "windows-1252"),
        ("Сегодня днём жители деревни вышли к реке посмотреть, как поднимается вода.", "cp1251", "cp1251"),
        ("今天下午，村民们来到河边看水位上涨。大家都很担心。", "gb18030", "gb18030"),
        ("오늘 오후 마을 주민들이 강가에 나와 물이 불어나는 것을 지켜보았다.", "cp949", "cp949"),
        ("บ่ายวันนี้ชาวบ้านออกมาดูน้ำขึ้นที่ริมแม่น้ำ", "cp874", "cp874"),
    ],
)
@pytest.mark.parametrize("label", ["", "unheard-of"])
def test_a_page_that_names_no_encoding_is_read_by_what_it_looks_like(
    text: str, codec: str, read_as: str, label: str
) -> None:
    read = decode_page(page(f"<meta charset={label}>" if label else "", text).encode(codec), "x")
    assert text in read.text
    says = f"names the encoding {label!r}, which it is not in" if label else "names no encoding"
    assert read.notes == (f"the page {says}; read as {read_as}",)


def test_a_page_that_says_utf8_and_is_not() -> None:
    read = decode_page(page("<meta charset=utf-8>", FRENCH).encode("cp1252"), "x")
    assert FRENCH in read.text
    assert read.notes == ("the page names the encoding 'utf-8', which it is not in; read as windows-1252",)
    (note,) = decode_page("<meta charset=utf-8><p>caf\xe9".encode("cp1252"), "x").notes
    assert note == "1 place is not UTF-8 and became U+FFFD, first byte 26 (0xe9)"


def test_a_byte_that_the_named_encoding_lacks() -> None:
    read = decode_page(b"<meta charset=windows-1252><p>caf\xe9 \x81", "x")
    assert read.text.endswith("café \ufffd")
    assert read.notes == ("1 place is not windows-1252 and became U+FFFD, first byte 35 (0x81)",)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x01\x02\xff" * 9, bytes(range(256)) * 4])
def test_a_picture_is_no_page(content: bytes) -> None:
    with pytest.raises(ReadError, match=r"^x: is a binary file, not a page$"):
        decode_page(content, "x")


@given(st.binary(max_size=200))
def test_any_bytes_give_text_or_one_error(content: bytes) -> None:
    try:
        read = decode_page(content, "x")
    except ReadError:
        return
    assert "\0" not in read.text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200), st.sampled_from(["gbk", "koi8-r", "x"]))
def test_valid_utf8_is_utf8_whatever_the_page_names(text: str, label: str) -> None:
    content = page(f"<meta charset={label}>", VIETNAMESE + text)
    assert decode_page(content.encode(), "x") == Decoded(content)


@pytest.mark.parametrize(
    ("case", "file", "expected"),
    [
        ("utf8-page-names-legacy-charset", "de.html", "Die neue Brücke über die Elbe öffnet im Mai für Fußgänger"),
        ("utf8-page-names-legacy-charset", "vi.html", "Cầu mới bắc qua sông Lam mở cho người đi bộ"),
        ("one-bad-byte-refuses-page", "script.html", "đã được nghiệm thu sau ba năm thi công"),
        ("one-bad-byte-refuses-page", "nul.html", "đã được nghiệm thu sau ba năm thi công"),
    ],
)
def test_cases(repository: Path, case: str, file: str, expected: str) -> None:
    folder = repository.parent / "shared" / "cases" / case
    if not folder.is_dir():
        pytest.skip("needs ../shared/cases")
    (draft,) = read_path(folder / file)
    assert isinstance(draft, Draft)
    assert expected in prepare(draft).article.text
    assert len(draft.notes) == case.startswith("one-bad")
