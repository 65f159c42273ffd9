"""DOCX: paragraphs, headings, lists, tables and notes in document order, and what was deleted left out."""

from __future__ import annotations

import io
import re
import sys
import unicodedata
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from word_files import p, r, saved, tbl, with_parts, word

from index.errors import HoidapError, ReadError
from index.readers.docx import read_docx
from index.readers.formats import format_named
from index.records import Draft, Place

SHOWN = '<w:vanish w:val="0"/>'
LEVEL = '<w:outlineLvl w:val="0"/>'
"""What makes a paragraph a heading, whatever its style."""


def read(folder: Path, content: bytes) -> Draft:
    file = folder / "bài.docx"
    file.write_bytes(content)
    (draft,) = read_docx(file, "bài.docx")
    assert isinstance(draft, Draft)
    return draft


def errors(folder: Path, content: bytes) -> list[str]:
    """What the reader says of a file in its child process."""
    file = folder / "bài.docx"
    file.write_bytes(content)
    read = format_named("docx").read
    assert read is not None
    try:
        items = list(read(file, "bài.docx"))
    except HoidapError as error:
        return [str(error)]
    return [str(item) for item in items if isinstance(item, HoidapError)]


def test_a_document_as_word_writes_it(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Sửa đê sông Lô", 0)
    document.add_paragraph("Huyện công bố kế hoạch sửa đê.")
    document.add_heading("Việc làm trước", 1)
    document.add_paragraph("Đắp đất", style="List Bullet")
    document.add_paragraph("Chở đá", style="List Number")
    document.add_heading("Số liệu", 2)
    table = document.add_table(2, 2)
    for number, text in enumerate(("Xã", "Số hộ", "Tây Sơn", "12")):
        table.cell(number // 2, number % 2).text = text
    document.add_paragraph("Hết.")
    document.core_properties.author = "Nguyễn Văn An"
    document.core_properties.created = datetime(2017, 4, 11, 1, 30, tzinfo=UTC)
    draft = read(tmp_path, saved(document))
    assert draft.text.split("\n") == [
        "Sửa đê sông Lô",
        "Huyện công bố kế hoạch sửa đê.",
        "Việc làm trước",
        "- Đắp đất",
        "1. Chở đá",
        "Số liệu",
        "| Xã | Số hộ |",
        "| --- | --- |",
        "| Tây Sơn | 12 |",
        "Hết.",
    ]
    assert draft.places == (
        Place(draft.text.index("Việc làm"), section="Việc làm trước"),
        Place(draft.text.index("Số liệu"), section="Số liệu"),
    )
    assert (draft.title, draft.author, draft.published_at) == (
        "Sửa đê sông Lô",
        "Nguyễn Văn An",
        "2017-04-11T01:30:00Z",
    )


def test_the_stated_title_comes_first_and_a_programs_is_none(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Đầu đề trong bài", 0)
    document.core_properties.title = "Đầu đề đã đặt"
    assert read(tmp_path, saved(document)).title == "Đầu đề đã đặt"
    document.core_properties.title = "Document1"
    assert read(tmp_path, saved(document)).title == "Đầu đề trong bài"


def test_the_template_of_the_library_says_nothing(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Chữ")
    draft = read(tmp_path, saved(document))
    assert (draft.title, draft.author, draft.published_at) == (None, None, None)


def test_headings_by_styles_built_on_others(tmp_path: Path) -> None:
    document = docx.Document()
    own = document.styles.add_style("Mục riêng", 1)
    own.base_style = document.styles["Heading 2"]
    document.add_paragraph("Theo kiểu riêng", style="Mục riêng")
    document.add_paragraph("Chữ thường")
    assert [place.section for place in read(tmp_path, saved(document)).places] == ["Theo kiểu riêng"]


def test_changes_are_read_as_accepted(tmp_path: Path) -> None:
    body = (
        f"<w:p>{r('Đê dài ')}<w:del><w:r><w:delText>mười</w:delText><w:t>mười</w:t></w:r></w:del>"
        f"<w:ins>{r('mười hai')}</w:ins>{r(' cây số')}"
        f"<w:moveFrom>{r('đã chuyển')}</w:moveFrom><w:moveTo>{r(', chuyển đến')}</w:moveTo>.</w:p>"
        f"<w:del>{p('Đoạn đã xóa')}</w:del>{p('Đoạn sau')}"
    )
    assert read(tmp_path, word(body)).text == "Đê dài mười hai cây số, chuyển đến\nĐoạn sau"


def counted(list_id: str, depth: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{list_id}"/></w:numPr>'


def test_numbers_that_word_counts_are_written_down(tmp_path: Path) -> None:
    levels = [("1", "upperRoman", "Chương %1."), ("1", "decimal", "Điều %2."), ("1", "lowerLetter", "%3)")]
    levels += [("3", "decimal", "%1.%2.%4"), ("1", "bullet", "\uf0b7")]
    numbering = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{label}"/></w:lvl>'
        for depth, (start, kind, label) in enumerate(levels)
    )
    numbering = f'<w:abstractNum w:abstractNumId="7">{numbering}</w:abstractNum>'
    numbering += '<w:num w:numId="5"><w:abstractNumId w:val="7"/></w:num>'
    items = [(0, "Mở đầu"), (1, "Phạm vi"), (2, "một"), (2, "hai"), (1, "Đối tượng"), (2, "ba"), (0, "Thi hành")]
    items += [(3, "sâu"), (3, "sâu nữa"), (4, "chấm"), (8, "lạ")]
    body = "".join(p(text, counted("5", depth)) for depth, text in items) + p("Ngoài", counted("0"))
    heading = p("Phụ lục", LEVEL + counted("5"))
    rows = tbl(*([p("", counted("6")), p(name)] for name in ("Xã một", "Xã hai")))
    numbering += '<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>'
    numbering += '<w:num w:numId="6"><w:abstractNumId w:val="8"/></w:num>'
    draft = read(tmp_path, word(body + heading + rows, {"numbering": numbering}))
    assert draft.text.split("\n") == [
        "Chương I. Mở đầu",
        "Điều 1. Phạm vi",
        "a) một",
        "b) hai",
        "Điều 2. Đối tượng",
        "a) ba",
        "Chương II. Thi hành",
        "II.1.3 sâu",
        "II.1.4 sâu nữa",
        "- chấm",
        "- lạ",
        "Ngoài",
        "Chương III. Phụ lục",
        "| 1 | Xã một |",
        "| --- | --- |",
        "| 2 | Xã hai |",
    ]
    assert [place.section for place in draft.places] == ["Chương III. Phụ lục"]


def test_what_stands_in_links_fields_and_controls(tmp_path: Path) -> None:
    body = (
        f"<w:p>{r('Xem ')}<w:hyperlink>{r('trang này')}</w:hyperlink><w:r><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t>"
        f"<w:noBreakHyphen/><w:softHyphen/><w:t>c</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
        f"<w:smartTag><w:fldSimple>{r('7')}</w:fldSimple></w:smartTag>{r('ẩn', '<w:vanish/>')}"
        f"{r('hiện', SHOWN)}</w:p>"
        f"<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>{p('Trong khung')}</w:sdtContent></w:sdt>"
    )
    assert read(tmp_path, word(body)).text == "Xem trang này a\nb-c7hiện\nTrong khung"


def test_text_boxes_are_read_once_behind_their_paragraph(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{p('Trong hộp')}</w:txbxContent>"
    body = (
        f"<w:p>{r('Quanh hộp')}<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback><w:pict>{box}"
        f"</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>{p('Sau hộp')}"
    )
    assert read(tmp_path, word(body)).text == "Quanh hộp\nTrong hộp\nSau hộp"


def test_notes_stand_at_the_end_with_their_marks(tmp_path: Path) -> None:
    body = (
        f"{p('Phần một', LEVEL)}"
        f'<w:p>{r("Đê cao")}<w:r><w:endnoteReference w:id="2"/></w:r>{r(" và dài")}'
        f'<w:r><w:footnoteReference w:id="2"/></w:r>{r(".")}</w:p>'
        f'<w:p>{r("Nhắc lại")}<w:r><w:footnoteReference w:id="2"/><w:footnoteReference w:id="99"/></w:r></w:p>'
    )
    separator = '<w:{0} w:id="-1" w:type="separator"><w:p><w:r><w:separator/></w:r></w:p></w:{0}>'
    note = '<w:{0} w:id="2">{1}</w:{0}>'
    notes = {
        "footnotes": (separator + note).format("footnote", p("Theo huyện.") + p("Năm nay.")),
        "endnotes": (separator + note).format("endnote", p("Theo tỉnh | huyện.")),
    }
    draft = read(tmp_path, word(body, notes))
    assert draft.text.split("\n") == [
        "Phần một",
        "Đê cao[1] và dài[2].",
        "Nhắc lại[2]",
        "[1] Theo tỉnh | huyện.",
        "[2] Theo huyện. Năm nay.",
    ]
    assert draft.places == (Place(0, section="Phần một"), Place(draft.text.index("[1] Theo")))


def test_merged_cells_are_not_repeated_and_tables_in_cells_are_flat(tmp_path: Path) -> None:
    inner = tbl([p("trong 1"), p("trong 2")], [p("trong 3")])
    wide = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
    first, further = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>', "<w:tcPr><w:vMerge/></w:tcPr>"
    body = tbl(
        [wide + p("Cả hai cột"), p("Ba")],
        [first + p("Hai dòng"), p("a|b") + p("c"), inner + p("")],
        [further + p("lặp"), p(""), p("cuối")],
    )
    assert read(tmp_path, word(body)).text.split("\n") == [
        "| Cả hai cột |  | Ba |",
        "| --- | --- | --- |",
        "| Hai dòng | a\\|b c | trong 1 trong 2 trong 3 |",
        "|  |  | cuối |",
    ]


def test_deleted_rows_are_out_and_a_frame_is_no_table(tmp_path: Path) -> None:
    deleted = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{p('đã xóa')}</w:tc><w:tc>{p('x')}</w:tc></w:tr>"
    table = tbl([p("A"), p("B")]).replace("</w:tbl>", f"{deleted}</w:tbl>")
    frame = tbl([p("Đoạn một") + p("Đoạn hai")])
    assert read(tmp_path, word(table + frame)).text == "| A | B |\n| --- | --- |\nĐoạn một\nĐoạn hai"


def test_text_is_composed(tmp_path: Path) -> None:
    draft = read(tmp_path, word(p(unicodedata.normalize("NFD", "Sông Đà")) + p("Mục", LEVEL)))
    assert draft.text == "Sông Đà\nMục"
    assert draft.places == (Place(8, section="Mục"),)


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(ReadError, match=r"reading DOCX needs python-docx: pip install 'hoidap\[files\]'"):
        read(tmp_path, b"")


def entities() -> bytes:
    """A document whose entities name each other, to be a billion words when they are replaced."""
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    xml = word(p("trước") + p("@") + p("sau"))
    with zipfile.ZipFile(io.BytesIO(xml)) as archive:
        body = archive.read("word/document.xml").replace(b"@", b"&e9;")
    return with_parts(xml, {"word/document.xml": f"<!DOCTYPE w [{lines}]>".encode() + body})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is no DOCX, or damaged"),
        (b"rac" * 1000, "is no DOCX, or damaged"),
        (b"\xd0\xcf\x11\xe0" + bytes(1000), "is encrypted, or an old .doc; save it as .docx without a password"),
        (word(p("một"))[:-400], "is no DOCX, or damaged"),
        (with_parts(word(p("một")), {"[Content_Types].xml": b"<Types"}), "is damaged, or no such file as its ending"),
        (word("<w:p>"), "is damaged, or no such file as its ending says"),
        (word("<w:tbl><w:tr><w:tc>" * 200 + p("sâu") + "</w:tc></w:tr></w:tbl>" * 200), "is damaged, or no such file"),
        (entities(), "is damaged, or no such file as its ending says .*[Ee]ntity"),
        (with_parts(word(p("một")), {"word/media/x.bin": bytes(401_000_000)}), r"has 40\d,\d+,\d+ bytes when it is un"),
        (word("<w:p/>" * 15_000_000), r"has 9\d,\d+,\d+ bytes of XML when it is unpacked; at most 80,000,000 are read"),
        (with_parts(word(p("một")), {f"x/{n}": b"" for n in range(20_001)}), r"has 20,0\d\d parts; at most 20,000"),
    ],
    ids=["empty", "junk", "encrypted", "cut", "types", "xml", "deep", "entities", "bomb", "paragraphs", "parts"],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    (error,) = errors(tmp_path, content)
    assert re.match(f"bài.docx: {reason}", error)


def test_a_cell_that_spans_a_million_columns(tmp_path: Path) -> None:
    wide = '<w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr>'
    text = read(tmp_path, word(tbl([wide + p("rộng"), p("hẹp")]))).text
    assert text.split("\n")[0].count("|") == 66


def test_styles_in_a_circle(tmp_path: Path) -> None:
    document = docx.Document()
    one, two = document.styles.add_style("Một", 1), document.styles.add_style("Hai", 1)
    one.base_style, two.base_style = two, one
    document.add_paragraph("Chữ", style="Một")
    assert read(tmp_path, saved(document)).text == "Chữ"
