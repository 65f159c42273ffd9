"""PDF: text in reading order, whole sentences, pages and sections, and what the file says of itself."""

from __future__ import annotations

import sys
import textwrap
import unicodedata
from pathlib import Path

import pytest
from pdf_files import PITCH, PdfPage, pdf, scan

from index.errors import ReadError
from index.readers.pdf import read_pdf
from index.readers.walking import SkippedFile, read_path
from index.records import Draft, Place

DYKE = (
    "Sáng nay, Ủy ban nhân dân huyện công bố kế hoạch sửa đê sông Lô dài mười hai cây số. Việc sửa đê bắt đầu trong "
    "tháng tư và kéo dài đến mùa lũ. Người dân hai bên bờ góp công đào đất và chở đá suốt ba tháng liền."
)
MARKET = (
    "Phiên chợ vùng cao họp mỗi tháng hai lần, vào ngày rằm và ngày cuối tháng âm lịch. Bà con các bản mang ngựa, mật "
    "ong và vải lanh xuống bán từ lúc trời chưa sáng. Đến trưa thì chợ tan, chỉ còn vài hàng phở bên đường."
)
DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf")


def read(folder: Path, content: bytes) -> Draft:
    file = folder / "báo.pdf"
    file.write_bytes(content)
    (draft,) = read_pdf(file, "báo.pdf")
    assert isinstance(draft, Draft)
    return draft


def wrapped(text: str, width: int = 60) -> list[str]:
    return textwrap.wrap(text, width)


def stretches(draft: Draft) -> list[tuple[int | None, str | None, str]]:
    """The text of each place, with its page and section."""
    ends = [place.start for place in draft.places[1:]] + [len(draft.text)]
    return [
        (place.page, place.section, draft.text[place.start : end])
        for place, end in zip(draft.places, ends, strict=True)
    ]


def test_lines_become_paragraphs(tmp_path: Path) -> None:
    page = PdfPage().lines(wrapped(DYKE), y=700).lines(wrapped(MARKET), y=600)
    draft = read(tmp_path, pdf([page]))
    assert draft.text == f"{DYKE}\n{MARKET}"
    assert draft.places == (Place(0, page=1),)


def test_an_indented_line_begins_a_paragraph(tmp_path: Path) -> None:
    full = ["Câu này vừa đúng hết một dòng dài sáu mươi chữ cái nhé bạn ơi."] * 2
    page = PdfPage().lines([*full], indent=20).lines([*full], y=700 - 2 * PITCH, indent=20)
    assert read(tmp_path, pdf([page])).text == "\n".join([f"{full[0]} {full[0]}"] * 2)


def test_a_line_that_ends_early_on_purpose_ends_its_paragraph(tmp_path: Path) -> None:
    lines = ["Kính gửi:", "Ủy ban nhân dân xã", *wrapped(DYKE), "Nơi nhận", "Như trên"]
    assert read(tmp_path, pdf([PdfPage().lines(lines)])).text == "\n".join([*lines[:2], DYKE, *lines[-2:]])


def test_items_of_a_list_stay_apart(tmp_path: Path) -> None:
    items = [f"• {DYKE[:100].strip()}", f"• {MARKET[:100].strip()}"]
    lines = [line for item in items for line in wrapped(item, 40)]
    assert read(tmp_path, pdf([PdfPage().lines(lines)])).text == "\n".join(items)


@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("order", ["across", "down"])
def test_columns_are_read_one_after_the_other(tmp_path: Path, columns: int, order: str) -> None:
    texts = [DYKE, MARKET, DYKE.replace("sông Lô", "sông Gâm")][:columns]
    width = 480 / columns
    page = PdfPage().write("Đầu đề dài chạy qua cả các cột của trang báo", y=750, size=20)
    lines = [
        (row, column, line)
        for column, text in enumerate(texts)
        for row, line in enumerate(wrapped(text, int(width / 5) - 3))
    ]
    for row, column, line in sorted(lines) if order == "across" else lines:
        page.write(line, 60 + column * width, 700 - row * PITCH)
    page.lines(wrapped(MARKET, 96), y=300)
    draft = read(tmp_path, pdf([page]))
    assert draft.text.split("\n") == ["Đầu đề dài chạy qua cả các cột của trang báo", *texts, MARKET]


def test_a_sentence_goes_on_in_the_next_column(tmp_path: Path) -> None:
    lines = wrapped(f"{DYKE} {MARKET}", 44)
    middle = len(lines) // 2 + 1
    page = PdfPage().lines(lines[:middle], x=60).lines(lines[middle:], x=320)
    assert read(tmp_path, pdf([page])).text == f"{DYKE} {MARKET}"


def test_columns_below_a_heading_are_read_after_those_above_it(tmp_path: Path) -> None:
    texts = [DYKE, MARKET, "Bà con bản trên họp chợ vào sáng thứ bảy.", "Bà con bản dưới họp chợ vào sáng chủ nhật."]
    page = PdfPage().write("Chuyện đê", y=740, size=16).write("Chuyện chợ", y=560, size=16)
    for text, x, y in zip(texts, (60, 320, 60, 320), (700, 700, 530, 530), strict=True):
        page.lines(wrapped(text, 44), x=x, y=y)
    lines = ["Chuyện đê", DYKE, MARKET, "Chuyện chợ", *texts[2:]]
    assert read(tmp_path, pdf([page])).text.split("\n") == lines


def test_the_rows_of_a_table_are_read_across(tmp_path: Path) -> None:
    rows = [("Xã", "Hộ nghèo", "Ghi chú"), *((f"Xã Tây {n}", str(12 * n), "đã xong phần móng") for n in range(8))]
    page = PdfPage()
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            page.write(cell, 60 + 150 * column, 700 - number * PITCH)
    assert read(tmp_path, pdf([page])).text == "\n".join("\t".join(row) for row in rows)


def test_one_line_with_a_wide_gap_is_no_table(tmp_path: Path) -> None:
    lines = wrapped(DYKE)
    page = PdfPage().lines(lines[:1])
    first, second = lines[1].split(" ", 1)
    page.write(first, 60, 700 - PITCH).write(second, 80 + 5 * len(first), 700 - PITCH)
    page.lines(lines[2:], y=700 - 2 * PITCH)
    assert read(tmp_path, pdf([page])).text == DYKE


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["Ủy ban đã gửi infor-", "mation tới các xã."], "Ủy ban đã gửi information tới các xã."),
        (["Ủy ban đã gửi infor\u00ad", "mation tới các xã."], "Ủy ban đã gửi information tới các xã."),
        (["Mềm in\u00adfor\u00adma\u00adtion ở giữa dòng."], "Mềm information ở giữa dòng."),
        (
            ["Một ly nước well-known. Thêm một ly well-", "known nữa."],
            "Một ly nước well-known. Thêm một ly well-known nữa.",
        ),
        (["Tàu chạy từ Bà Rịa-", "Vũng Tàu ra đảo."], "Tàu chạy từ Bà Rịa-Vũng Tàu ra đảo."),
        (["Bệnh COVID-", "19 đã lui."], "Bệnh COVID-19 đã lui."),
        (["Ông nói - rất chậm -", "rằng mưa sẽ tạnh."], "Ông nói - rất chậm - rằng mưa sẽ tạnh."),
    ],
)
def test_words_broken_at_the_end_of_a_line(tmp_path: Path, lines: list[str], text: str) -> None:
    assert read(tmp_path, pdf([PdfPage().lines(lines)])).text == text


def test_a_sentence_is_whole_across_a_page_break(tmp_path: Path) -> None:
    lines = wrapped(DYKE)
    draft = read(tmp_path, pdf([PdfPage().lines(lines[:2]), PdfPage().lines(lines[2:]).lines(wrapped(MARKET), y=500)]))
    assert draft.text == f"{DYKE}\n{MARKET}"
    first = " ".join(lines[:2]) + " "
    assert stretches(draft) == [(1, None, first), (2, None, draft.text[len(first) :])]


def test_a_word_broken_over_pages_belongs_to_the_first(tmp_path: Path) -> None:
    pages = [PdfPage().lines(["Ủy ban đã gửi infor-"]), PdfPage().lines(["mation tới các xã."])]
    assert stretches(read(tmp_path, pdf(pages))) == [
        (1, None, "Ủy ban đã gửi information "),
        (2, None, "tới các xã."),
    ]


def test_a_foot_note_does_not_part_a_sentence(tmp_path: Path) -> None:
    lines = wrapped(DYKE)
    first = PdfPage().lines(lines[:2]).lines(["1. Theo báo cáo của huyện."], y=80, size=8)
    second = PdfPage().lines(lines[2:]).lines(wrapped(MARKET), y=500)
    draft = read(tmp_path, pdf([first, second]))
    assert draft.text == f"{DYKE}\n1. Theo báo cáo của huyện.\n{MARKET}"
    assert [place.page for place in draft.places] == [1, 2, 1, 2]


def story(number: int) -> str:
    """A paragraph that shares no line with those of other numbers."""
    words = f"{DYKE} {MARKET}".rstrip(".").split()
    start = 7 * number
    return f"Chuyện thứ {number} kể rằng {' '.join(words[start:] + words[:start])}."


def with_furniture(count: int, head: str, foot: str) -> list[PdfPage]:
    """Pages with a paragraph each; `#` in head and foot is the number of the page."""
    pages = []
    for number in range(1, count + 1):
        page = PdfPage().write(head.replace("#", str(number)), y=770, size=8)
        page.lines(wrapped(story(number)), y=700)
        pages.append(page.write(foot.replace("#", str(number)), x=290, y=40, size=8))
    return pages


@pytest.mark.parametrize(
    ("head", "foot"),
    [
        ("Tạp chí Sông Nước, số 12/2024", "#"),
        ("Trang #/6", "Báo Đồng Bằng"),
        ("Báo cáo thường niên", "- # -"),
        ("Chương # kể chuyện khác mỗi trang", "Trang # trên tổng số 6"),
    ],
)
def test_running_heads_feet_and_page_numbers_are_left_out(tmp_path: Path, head: str, foot: str) -> None:
    draft = read(tmp_path, pdf(with_furniture(6, head, foot)))
    assert draft.text.split("\n") == [story(number) for number in range(1, 7)]
    assert [place.page for place in draft.places] == [1, 2, 3, 4, 5, 6]


def test_heads_that_differ_on_left_and_right_pages_are_left_out(tmp_path: Path) -> None:
    pages = with_furniture(7, "", "")
    for number, page in enumerate(pages, 1):
        page.write(f"{number} Sử làng" if number % 2 else f"Nguyễn Văn An {number}", y=770, x=60 if number % 2 else 400)
    assert read(tmp_path, pdf(pages)).text.count("\n") == 6


def test_heads_that_name_the_chapter_are_left_out_for_the_number_beside_them(tmp_path: Path) -> None:
    pages = with_furniture(6, "", "")
    names = ["Mở đầu", "Mở đầu", "Sông", "Sông", "Núi", "Núi"]
    for number, (page, name) in enumerate(zip(pages, names, strict=True), 1):
        if number in (1, 3):  # where a chapter begins, the number stands below
            page.write(str(number + 10), y=40, x=300)
        else:
            page.write(name, y=770).write(str(number + 10), x=500, y=770)
    assert read(tmp_path, pdf(pages)).text.count("\n") == 5


def test_a_short_document_keeps_its_head_and_foot(tmp_path: Path) -> None:
    text = read(tmp_path, pdf(with_furniture(2, "Báo Đồng Bằng", "Trang #"))).text
    assert text.count("Báo Đồng Bằng") == 2
    assert text.count("Trang 1") == 1


def test_what_repeats_on_few_pages_or_elsewhere_stays(tmp_path: Path) -> None:
    pages = with_furniture(6, "", "")
    for page in pages[:3]:
        page.write("Điệp khúc ba trang đầu", y=770)
    for number, page in enumerate(pages):
        page.write("Câu đứng mỗi trang một nơi", y=300 + 40 * number)
        page.write(f"Năm {1990 + 3 * number} được mùa", y=60)
    text = read(tmp_path, pdf(pages)).text
    assert text.count("Điệp khúc ba trang đầu") == 3
    assert text.count("Câu đứng mỗi trang một nơi") == 6
    assert text.count("được mùa") == 6


def test_the_head_of_a_table_on_every_page_stays(tmp_path: Path) -> None:
    pages = []
    for number in range(4):
        page = PdfPage()
        for row, cells in enumerate([("Xã", "Hộ"), *((f"Xã {number}{row}", f"{row}{number}") for row in range(5))]):
            page.write(cells[0], 60, 700 - row * PITCH).write(cells[1], 300, 700 - row * PITCH)
        pages.append(page)
    assert read(tmp_path, pdf(pages)).text.count("Xã\tHộ") == 4


@pytest.mark.parametrize("matrix", ["0 1 -1 0 600 0 cm", "0 -1 1 0 0 800 cm", "-1 0 0 -1 600 800 cm"])
def test_pages_that_lie_on_their_side(tmp_path: Path, matrix: str) -> None:
    assert read(tmp_path, pdf([PdfPage(matrix=matrix).lines(wrapped(DYKE), y=500)])).text == DYKE


def test_headings_of_the_outline_are_sections(tmp_path: Path) -> None:
    heads = ["Chương một: Con đê", "2. Phiên chợ"]
    pages = [
        PdfPage().write("Lời nói đầu của làng.", y=760).write(heads[0], size=14, y=730).lines(wrapped(DYKE)),
        PdfPage().lines(["Một câu của chương một."]).write(heads[1], size=14, y=650).lines(wrapped(MARKET), y=600),
    ]
    outline = [("Chương một: Con đê", 0), ("Phiên chợ", 1), ("Không có trong trang", 1), ("Ngoài tập", 0)]
    assert stretches(read(tmp_path, pdf(pages, outline=outline))) == [
        (1, None, "Lời nói đầu của làng.\n"),
        (1, "Chương một: Con đê", f"{heads[0]}\n{DYKE}\n"),
        (2, "Chương một: Con đê", "Một câu của chương một.\n"),
        (2, "Phiên chợ", f"{heads[1]}\n{MARKET}"),
    ]


def test_what_the_file_says_of_itself(tmp_path: Path) -> None:
    info = {"Title": "Sửa đê sông Lô", "Author": "Nguyễn Văn An", "CreationDate": "D:20170411083000+07'00'"}
    draft = read(tmp_path, pdf([PdfPage().lines(wrapped(DYKE))], info=info))
    assert (draft.title, draft.author, draft.published_at) == (
        "Sửa đê sông Lô",
        "Nguyễn Văn An",
        "2017-04-11T08:30:00+07:00",
    )


def test_what_programs_fill_in_is_no_statement(tmp_path: Path) -> None:
    info = {"Title": "Microsoft Word - baocao1.docx", "Author": "Admin", "CreationDate": "D:19700101000000Z"}
    draft = read(tmp_path, pdf([PdfPage().lines(wrapped(DYKE))], info=info))
    assert (draft.title, draft.author, draft.published_at) == (None, None, None)


def test_text_is_composed(tmp_path: Path) -> None:
    draft = read(tmp_path, pdf([PdfPage().lines(wrapped(unicodedata.normalize("NFD", DYKE), 80))]))
    assert draft.text == DYKE
    assert read(tmp_path, pdf([PdfPage().write("Một tra\ufb03c mới")])).text == "Một traffic mới"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (scan(), "has no text layer; it is a scan: run OCR, for example ocrmypdf"),
        (pdf([PdfPage().write("kín")], encrypted=True), "is encrypted; save it without a password"),
        (b"", "is no PDF, or damaged"),
        (b"%PDF-1.7\n" + b"rac" * 1000, "is no PDF, or damaged"),
        (pdf([PdfPage().write("\ue001\ue002\ue003")]), "has a text layer, but its fonts do not say which letters they"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=f"^báo.pdf: {reason}"):
        read(tmp_path, content)


def test_pages_without_text_among_others_are_passed_over(tmp_path: Path) -> None:
    draft = read(tmp_path, pdf([PdfPage(), PdfPage().lines(wrapped(DYKE)), PdfPage()]))
    assert (draft.text, draft.places) == (DYKE, (Place(0, page=2),))


def test_every_beginning_of_a_file_is_read_or_named(tmp_path: Path) -> None:
    whole = pdf(with_furniture(4, "Báo", "#"), outline=[("Chuyện thứ 1", 0)])
    file = tmp_path / "cụt.pdf"
    for part in range(1, 20):
        file.write_bytes(whole[: len(whole) * part // 20])
        items = [item for item in read_path(file) if not isinstance(item, SkippedFile)]
        assert items
        assert all(isinstance(item, Draft) or str(item.error).startswith(f"{file}: ") for item in items)


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(ReadError, match=r"reading PDF needs pypdfium2: pip install 'hoidap\[files\]'"):
        read(tmp_path, b"")


@pytest.mark.skipif(not DEJAVU.exists(), reason="needs the font DejaVu")
def test_a_real_font(tmp_path: Path) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    raw = pypdfium2.raw
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(600, 800)
    data = DEJAVU.read_bytes()
    font = raw.FPDFText_LoadFont(
        document, (raw.c_uint8 * len(data)).from_buffer_copy(data), len(data), raw.FPDF_FONT_TRUETYPE, True
    )
    for number, line in enumerate(wrapped(DYKE, 70)):
        text = raw.FPDFPageObj_CreateTextObj(document, font, 11.0)
        encoded = f"{line}\0".encode("utf-16-le")
        raw.FPDFText_SetText(text, (raw.c_ushort * (len(encoded) // 2)).from_buffer_copy(encoded))
        raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, 60, 700 - number * PITCH)
        raw.FPDFPage_InsertObject(page, text)
    page.gen_content()
    document.save(tmp_path / "thật.pdf")
    assert read(tmp_path, (tmp_path / "thật.pdf").read_bytes()).text == DYKE
