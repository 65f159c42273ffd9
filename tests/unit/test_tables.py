"""Tables in text: what is a row, what names the columns, and what is only prose with commas."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.models.encoder import passage_input
from index.text.chunking import LENGTHS, chunk, chunk_with_headers
from index.text.sentences import split_sentences
from index.text.tables import MAX_HEADER_CHARACTERS, cells_of, find_tables, in_words, words_of_cells

BARS = "Giá nông sản.\n\n| Loại | Giá (đồng/kg) |\n|---|---:|\n| Lúa | 7.200 |\n| Ngô | 6.500 |\n\nGiá hôm nay."
NO_MARK = "| Cảng | Tàu vào |\n| Cửa Lò | 41 |\n| Vũng Áng | 96 |"
WITHOUT_HEADER = "| Cửa Lò | 41 |\n| Vũng Áng | 96 |\n| Hòn La | 12 |"
NAMES_AND_VALUES = "| Diện tích | 300 km² |\n|---|---|\n| Số dân | 51.000 |\n| Chợ chính | Chợ Đông |"
CAPTION_IN_BARS = (
    "| Bảng 2 | |\n|---|---|\n| Trường | Học sinh |\n|---|---|\n| Tiểu học Gò Dầu | 640 |\n| THCS Lê Lai | 811 |"
)
TABS = "Ga\tGiờ đến\tGiờ đi\nVinh\t05:10\t05:20\nĐồng Hới\t08:44\t08:58"
COMMAS = 'ward,pupils,school\nNorth,412,"Hill, lower"\nSouth,390,Brook'
SEMICOLONS = "Loài;Số cá thể\nSếu;12\nCò;340"
YEARS = "| Tỉnh | 2023 | 2024 |\n| Long An | 512 | 530 |\n| Bến Tre | 288 | 301 |"
NO_BARS_AROUND = "Đội | Điểm\n--- | ---\nHải Âu | 12\nSao Biển | 9"
GRID = "+------+----+\n| Đảo | Dân |\n+======+====+\n| Nam | 12 |\n+------+----+\n| Bắc | 30 |\n+------+----+"


@pytest.mark.parametrize(
    ("text", "header", "rows"),
    [
        (BARS, "| Loại | Giá (đồng/kg) |", ["| Lúa | 7.200 |", "| Ngô | 6.500 |"]),
        (NO_MARK, "| Cảng | Tàu vào |", ["| Cửa Lò | 41 |", "| Vũng Áng | 96 |"]),
        (WITHOUT_HEADER, None, WITHOUT_HEADER.split("\n")),
        (NAMES_AND_VALUES, None, ["| Diện tích | 300 km² |", "| Số dân | 51.000 |", "| Chợ chính | Chợ Đông |"]),
        (TABS, "Ga\tGiờ đến\tGiờ đi", ["Vinh\t05:10\t05:20", "Đồng Hới\t08:44\t08:58"]),
        (COMMAS, "ward,pupils,school", ['North,412,"Hill, lower"', "South,390,Brook"]),
        (SEMICOLONS, "Loài;Số cá thể", ["Sếu;12", "Cò;340"]),
        (YEARS, "| Tỉnh | 2023 | 2024 |", ["| Long An | 512 | 530 |", "| Bến Tre | 288 | 301 |"]),
        (NO_BARS_AROUND, "Đội | Điểm", ["Hải Âu | 12", "Sao Biển | 9"]),
    ],
)
def test_a_table_has_rows_and_perhaps_a_header(text: str, header: str | None, rows: list[str]) -> None:
    (table,) = find_tables(text)
    assert (table.header and text[slice(*table.header)]) == header
    assert [text[slice(*row)] for row in table.rows] == rows


@pytest.mark.parametrize(
    ("text", "header", "rows"),
    [
        (CAPTION_IN_BARS, "| Trường | Học sinh |", ["| Tiểu học Gò Dầu | 640 |", "| THCS Lê Lai | 811 |"]),
        (GRID, "| Đảo | Dân |", ["| Nam | 12 |", "| Bắc | 30 |"]),
    ],
)
def test_lines_above_the_header_are_no_rows(text: str, header: str, rows: list[str]) -> None:
    above, table = find_tables(text)
    assert above.rows == ()
    assert table.header is not None
    assert text[slice(*table.header)] == header
    assert [text[slice(*row)] for row in table.rows] == rows


@pytest.mark.parametrize(
    "text",
    [
        "Ông đến, ngồi\nBà đi, về\nCon ăn, ngủ",
        "Giá 6,5 triệu\nGiá 7,5 triệu\nGiá 8,5 triệu",
        "Nguyễn An, 35 tuổi, Huế\nTrần Bình, 41 tuổi, Vinh\nLê Chi, 29 tuổi, Hà Nội",
        "Mua gạo; muối; mắm.\nMua rau; cá; thịt.\nMua vải; kim; chỉ.",
        "Trăm năm trong cõi người ta,\nChữ tài chữ mệnh khéo là ghét nhau,\nTrải qua một cuộc bể dâu,",
        "Trang chủ | Thời sự | Thể thao",
        "\tĐoạn thứ nhất lùi vào.\n\tĐoạn thứ hai lùi vào.\n\tĐoạn thứ ba lùi vào.",
        "In 1994, he left, alone.\nIn 1996, he came, alone.\nIn 1999, he died, alone.",
        f"{'Một câu dài ' * 12}\tvà nữa\n" * 3,
        "a,b\nc,d",
    ],
)
def test_prose_is_no_table(text: str) -> None:
    assert find_tables(text) == []


def test_a_row_in_words_names_its_columns() -> None:
    assert in_words("| **Lúa** | 7.200 |", "| Loại | Giá |", "|") == "Loại: Lúa, Giá: 7.200"
    assert in_words("| Số dân | 51.000 |", "", "|") == "Số dân: 51.000"
    assert in_words("| a | | c | d |", "| X | Y | Z |", "|") == "X: a, Z: c, d"
    assert in_words("Vinh\t5\t6", "Đến\tĐi", "\t") == "Vinh, Đến: 5, Đi: 6"  # the empty corner was cut off
    assert (
        in_words('North,412,"Hill, lower"', "ward,pupils,school", ",")
        == "ward: North, pupils: 412, school: Hill, lower"
    )


def test_a_bar_behind_a_backslash_is_in_a_cell() -> None:
    assert cells_of(r"| a \| b | c |", "|") == [r"a \| b", "c"]
    assert words_of_cells("| **Lúa** |  | 7.200 |") == ["Lúa", "7.200"]


def test_a_passage_inside_a_table_goes_on_with_its_rows() -> None:
    (table,) = find_tables("| Ngô | 6.500 |\n\nHết bảng.", "| Loại | Giá |")
    assert (table.header, table.rows) == (None, ((0, 15),))
    (table,) = find_tables("Sếu;12\nÔng kể lại chuyện.", "Loài;Số cá thể")
    assert table.rows == ((0, 6),)
    assert find_tables("Ông kể lại chuyện; rồi đi.", "| Loại | Giá |") == []


def test_a_header_that_is_long_is_not_read_again() -> None:
    names = " | ".join(["một cột có tên dài"] * (MAX_HEADER_CHARACTERS // 18))
    (table,) = find_tables(f"| {names} |\n|---|\n| 1 |\n| 2 |")
    assert table.header is None
    assert len(table.rows) == 2


LINES = st.lists(
    st.sampled_from(
        ["| a | 1 |", "| b | 2 |", "|---|---|", "x\t1", "y\t2", "p;1;2", "q;3;4", "a,b,c", "1,2,3", "",
         "Câu một. Câu hai.", "và câu ba,", "| lẻ |", "+--+--+", "x | y", "#| a", "|", "- mục",
         '"a,b",c', "  | c | 3 |  ", "Tên\tTuổi\r"]
    ),
    max_size=40,
)  # fmt: skip


@given(st.one_of(LINES.map("\n".join), st.text(alphabet='|\t;,\n -a1"ạ.', max_size=200)))
def test_rows_are_whole_sentences_in_order(text: str) -> None:
    sentences = split_sentences(text)
    assert all(one[1] <= other[0] for one, other in pairwise(sentences))
    edges = [0, *(at for span in sentences for at in span), len(text)]
    assert not any(text[edges[row] : edges[row + 1]].strip() for row in range(0, len(edges), 2)), "left out"
    spans = dict(sentences)
    for table in find_tables(text):
        for line in table.lines:
            if line[0] < line[1]:
                assert spans[line[0]] == line[1]
        for row in table.rows:
            assert "\n" not in text[slice(*row)]
            assert text[slice(*row)].strip() == text[slice(*row)]


@given(LINES.map("\n".join), st.integers(1, 80))
def test_a_passage_inside_a_table_knows_its_header(text: str, times: int) -> None:
    long = f"{text}\n\n| Loại | Giá |\n|---|---|\n" + "| gạo nếp | 12 |\n" * times
    tables = find_tables(long)
    for (start, _end), header in chunk_with_headers(long):
        inside = [table for table in tables if table.rows and table.rows[0][0] <= start < table.rows[-1][1]]
        assert header == (inside[0].header if inside else None)


def test_passages_break_between_rows_and_take_the_header_along() -> None:
    rows = [f"| Thôn {number} | {number * 7} |" for number in range(200)]
    text = "Số hộ của từng thôn.\n\n| Thôn | Số hộ |\n|---|---|\n" + "\n".join(rows)
    header = text.index("| Thôn |"), text.index("| Thôn |") + len("| Thôn | Số hộ |")
    cut = chunk_with_headers(text)
    assert len(cut) > 3
    assert [found for _span, found in cut] == [None, *[header] * (len(cut) - 1)]
    for start, end in chunk(text)[1:]:
        assert end - start <= LENGTHS.most
        assert set(text[start:end].split("\n")) <= set(rows)
    assert passage_input("Số hộ", "| Thôn 9 | 63 |", "| Thôn | Số hộ |") == "Số hộ\n| Thôn | Số hộ |\n| Thôn 9 | 63 |"


def test_a_passage_does_not_end_with_a_header() -> None:
    for length in range(380, 640, 7):
        prose = ("Câu văn này kể chuyện. " * 40)[:length].rsplit(".", 1)[0] + "."
        text = f"{prose}\n\n| Thôn | Số hộ |\n|---|---|\n" + "| Gò Cao | 71 |\n" * 40
        assert not any(text[start:end].endswith("|---|---|") for start, end in chunk(text))


def test_a_large_table_is_cut_in_as_many_passages_a_row_as_a_small_one() -> None:
    text = "| Mã | Số |\n|---|---|\n" + "| A1 | 20 |\n" * 2000
    small, large = len(chunk(text[: len(text) // 2])), len(chunk(text))
    assert 1.9 * small <= large <= 2.1 * small
