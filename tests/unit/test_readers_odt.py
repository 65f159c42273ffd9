"""OpenDocument texts: what their authors wrote, under its headings."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from documents import content, odt_of
from zips import write, zip_of

from index.readers.odt import read_odt
from index.readers.walking import ReadFailure, read_path
from index.records import Draft, Place


def read(tmp_path: Path, sent: bytes) -> Draft:
    (draft,) = read_odt(write(tmp_path / "bến.odt", sent), "bến.odt")
    return draft


def test_a_document_with_its_sections(tmp_path: Path) -> None:
    draft = read(tmp_path, odt_of())
    assert draft.text == "Đò ngang\nĐò chạy từ năm giờ sáng.\nGiá vé\nMỗi lượt ba nghìn đồng."
    assert draft.places == (Place(0, section="Đò ngang"), Place(draft.text.index("Giá vé"), section="Giá vé"))
    assert (draft.title, draft.author, draft.published_at) == ("Nội quy bến đò", "Bà Tư", "2015-03-02T08:00:00")


def test_through_the_child_process(tmp_path: Path) -> None:
    (draft,) = read_path(write(tmp_path / "bến.odt", odt_of()))
    assert isinstance(draft, Draft)
    assert (draft.path, len(draft.places)) == ("bến.odt", 2)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<text:p>Bến<text:s/>cũ<text:tab/>đã<text:line-break/>dời</text:p>", "Bến cũ đã\ndời"),
        ("<text:p>Nước <text:span>lên<text:a>cao</text:a></text:span> quá.</text:p>", "Nước lêncao quá."),
        ("<text:list><text:list-item><text:p>Áo phao</text:p></text:list-item></text:list>", "- Áo phao"),
        (
            "<text:p>Giá mới<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Từ tháng tư."
            "</text:p></text:note-body></text:note> cao.</text:p><text:p>Hết.</text:p>",
            "Giá mới[1] cao.\nHết.\n[1] Từ tháng tư.",
        ),
        (
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>bỏ</text:p></text:deletion>"
            "</text:changed-region></text:tracked-changes><text:p>Còn<text:change-start/> thêm"
            "<text:change-end/>.</text:p>",
            "Còn thêm.",
        ),
        ("<text:p>Lời<office:annotation><text:p>sửa lại</text:p></office:annotation> kể.</text:p>", "Lời kể."),
        (
            "<text:table-of-content><text:p>Mục lục 1</text:p></text:table-of-content><text:p>Đầu.</text:p>",
            "Đầu.",
        ),
        (
            "<table:table><table:table-row><table:table-cell><text:p>Chuyến</text:p></table:table-cell><table:table-cell>"
            "<text:p>Giờ</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell>"
            "<text:p>Sáng</text:p></table:table-cell><table:table-cell><text:p>5</text:p><text:p>6</text:p>"
            "</table:table-cell></table:table-row><table:table-row>"
            '<table:table-cell table:number-columns-repeated="9999"/>'
            "</table:table-row></table:table>",
            "| Chuyến | Giờ |\n| --- | --- |\n| Sáng | 5 6 |",
        ),
        (
            "<text:p><draw:frame><draw:text-box><text:p>Trong khung</text:p></draw:text-box></draw:frame></text:p>",
            "Trong khung",
        ),
        (
            f"<text:p>{unicodedata.normalize('NFD', 'Thuyền về')}</text:p><text:p>נהר גדול</text:p>",
            "Thuyền về\nנהר גדול",
        ),
    ],
)
def test_what_a_document_may_hold(body: str, text: str, tmp_path: Path) -> None:
    assert read(tmp_path, odt_of(body)).text == text


def test_a_paragraph_in_the_style_of_a_title_is_the_title_where_none_is_stated(tmp_path: Path) -> None:
    draft = read(tmp_path, odt_of('<text:p text:style-name="Title">Lịch đò</text:p><text:p>Sáng.</text:p>', meta=""))
    assert (draft.title, draft.author, draft.text) == ("Lịch đò", None, "Lịch đò\nSáng.")


def test_the_notes_at_the_end_belong_to_no_section(tmp_path: Path) -> None:
    note = "<text:note><text:note-body><text:p>Từ tháng tư.</text:p></text:note-body></text:note>"
    draft = read(tmp_path, odt_of(f"<text:h>Giá vé</text:h><text:p>Ba nghìn{note} đồng.</text:p>"))
    assert draft.places == (Place(0, section="Giá vé"), Place(draft.text.index("[1] Từ")))


_BOMB = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
_ENCRYPTED = "<manifest><encryption-data/></manifest>"


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (b"PK", "is no zip archive, or is cut off"),
        (odt_of()[:-99], "is no zip archive, or is cut off"),
        (zip_of({"content.xml": "<a/>"}), "is no OpenDocument text"),
        (zip_of({"a.txt": "a"}), "is no OpenDocument text"),
        (odt_of(""), "holds no text"),
        (odt_of(**{"content.xml": _BOMB + content("<text:p>&c;</text:p>")}), "declares XML entities of its own"),
        (odt_of(**{"content.xml": content("<text:p>")}), "content.xml: is no sound XML"),
        (odt_of("<text:section>" * 3000 + "</text:section>" * 3000), "content.xml: is no sound XML: Excessive depth"),
        (odt_of("<p/>" * 2_000_001), "has more than 2,000,000 elements and attributes"),
        (odt_of(f"<text:p>{'x' * 17_000_000}</text:p>"), "unpacks to more than 200 times its packed bytes"),
        (odt_of(**{"content.xml": "\x8f\x1c", "META-INF/manifest.xml": _ENCRYPTED}), "is encrypted; save it without"),
    ],
)  # fmt: skip
def test_hostile_documents_are_refused_with_a_word(sent: bytes, error: str, tmp_path: Path) -> None:
    (failure,) = read_path(write(tmp_path / "bến.odt", sent))
    assert isinstance(failure, ReadFailure)
    assert error in str(failure.error)


def test_cells_repeated_without_end_are_bounded(tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="999999"><text:p>x</text:p></table:table-cell>'
    rows = f"<table:table-row>{cell}{cell}</table:table-row>" * 50
    assert len(read(tmp_path, odt_of(f"<table:table>{rows}</table:table>")).text) < 60_000
