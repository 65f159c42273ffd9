"""CSV and TSV: the header names the fields, each row is an article."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import EncodingError, HoidapError, InvalidArticle, ReadError
from index.readers.tables import read_csv, read_tsv
from index.records import Draft


def read(folder: Path, content: str | bytes, name: str = "tin.csv") -> list[Draft | HoidapError]:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list((read_tsv if name.endswith(".tsv") else read_csv)(file, name))


def messages(items: list[Draft | HoidapError]) -> list[str]:
    return [item.text if isinstance(item, Draft) else str(item) for item in items]


def test_columns_are_the_fields_of_an_article(tmp_path: Path) -> None:
    items = read(
        tmp_path,
        "\ufeffid, title ,text,published_at,metadata.chủ đề,metadata.trang\r\n"
        'a1,"Nước, lên","Dòng một\r\nDòng ""hai""",2017-04,đời sống,3\r\n'
        "\r\n,,,,,\r\n"
        ",,chữ,,,\r\n",
    )
    assert items == [
        Draft(
            'Dòng một\r\nDòng "hai"',
            origin="tin.csv:2",
            id="a1",
            title="Nước, lên",
            published_at="2017-04",
            metadata={"chủ đề": "đời sống", "trang": "3"},
        ),
        Draft("chữ", origin="tin.csv:6"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen_in_the_header(tmp_path: Path, delimiter: str) -> None:
    content = f"id{delimiter}text\na{delimiter}một\n"
    assert read(tmp_path, content) == [Draft("một", origin="tin.csv:2", id="a")]


def test_one_column_is_enough(tmp_path: Path) -> None:
    assert read(tmp_path, 'text\nmột\n"hai; ba, bốn"') == [
        Draft("một", origin="tin.csv:2"),
        Draft("hai; ba, bốn", origin="tin.csv:3"),
    ]


def test_tsv_has_tabs_whatever_else_is_in_it(tmp_path: Path) -> None:
    assert read(tmp_path, "text\tmetadata.a,b,c\nmột, hai\tx\n", "tin.tsv") == [
        Draft("một, hai", origin="tin.tsv:2", metadata={"a,b,c": "x"})
    ]


def test_unicode_text_of_a_spreadsheet(tmp_path: Path) -> None:
    assert read(tmp_path, "id\ttext\r\na\tHà\u2028Nội\r\n".encode("utf-16"), "tin.tsv") == [
        Draft("Hà\u2028Nội", origin="tin.tsv:2", id="a")
    ]


def test_a_bad_row_does_not_stop_the_others(tmp_path: Path) -> None:
    content = 'id,text\na\nb,một,hai\n,\nc,\n"x"y,ba\nd,bốn\n'
    assert messages(read(tmp_path, content)) == [
        "tin.csv:2: has 1 cells, the header names 2 columns",
        "tin.csv:3: has 3 cells, the header names 2 columns",
        "tin.csv:5: text: is required",
        "tin.csv:6: is no row of a table: ',' expected after '\"'; is a quotation mark left open or not doubled?",
        "bốn",
    ]


def test_an_open_quotation_is_named_where_it_begins(tmp_path: Path) -> None:
    (first, second) = messages(read(tmp_path, 'text\nmột\n"hai\nba\nbốn\n'))
    assert first == "một"
    assert second.startswith("tin.csv:3: is no row of a table: unexpected end of data")


def test_undecodable_bytes_fail_their_row_only(tmp_path: Path) -> None:
    content = "text\nmột\n".encode() + b'"hai\nb\xff\xfea"\n' + "bốn\n".encode()
    first, second, third = read(tmp_path, content)
    assert isinstance(first, Draft)
    assert isinstance(second, EncodingError)
    assert (second.origin, second.byte_offset, second.byte) == ("tin.csv:4", content.index(b"\xff"), 0xFF)
    assert third == Draft("bốn", origin="tin.csv:5")


def test_an_undecodable_header_fails_the_file(tmp_path: Path) -> None:
    with pytest.raises(EncodingError, match=r"^tin\.csv:1: byte 1 \(0xff\)"):
        read(tmp_path, b"t\xffxt\nabc\n")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", "is empty; the first line of a table names its columns"),
        ("\n", "is empty; the first line of a table names its columns"),
        (",,\n", "is empty"),
        ("text,tieu de,x\n", "article: unknown column 'tieu de', 'x'; known are id, title, text"),
        ("text,metadata.\n", "article: unknown column 'metadata.'"),
        ("text,metadata\n", "article: unknown column 'metadata'"),
        ("text,,id\n", "article: unknown column ''"),
        ("text,Text\n", "article: column 'text' is there twice"),
        ("text," + ",".join(f"metadata.c{n}" for n in range(16_384)) + "\n", "has 16,385 columns; at most 16,384"),
        ("text,id,text\n", "article: column 'text' is there twice"),
        ("id,title\n", "text: is required; the columns are id, title"),
        ('text,"id\n', "is no header of a table"),
    ],
)
def test_headers_that_cannot_be_used(tmp_path: Path, header: str, message: str) -> None:
    with pytest.raises((ReadError, InvalidArticle)) as caught:
        read(tmp_path, header + "a,b,c\n" * bool(header))
    assert str(caught.value).startswith(f"tin.csv:1: {message}")


def test_very_long_cells(tmp_path: Path) -> None:
    (draft,) = read(tmp_path, "text\n" + "x" * 1_000_000 + "\n")
    assert isinstance(draft, Draft)
    assert len(draft.text) == 1_000_000
    assert csv.field_size_limit() >= 16_000_000


def test_a_higher_limit_of_the_process_stays(tmp_path: Path) -> None:
    before = csv.field_size_limit(2**31 - 1)
    try:
        read(tmp_path, "text\nmột\n")
        assert csv.field_size_limit() == 2**31 - 1
    finally:
        csv.field_size_limit(before)


def test_nul_is_left_to_the_checks_of_the_article(tmp_path: Path) -> None:
    assert read(tmp_path, "text\na\0b\n") == [Draft("a\0b", origin="tin.csv:2")]


@given(
    st.lists(st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip), max_size=5), st.sampled_from(",;\t")
)
def test_what_the_csv_module_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], delimiter: str
) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["id", "text"], *([str(number), text] for number, text in enumerate(texts))])
    items = read(tmp_path_factory.mktemp("bảng"), written.getvalue())
    assert [(item.id, item.text) for item in items if isinstance(item, Draft)] == [
        (str(number), text) for number, text in enumerate(texts)
    ]


def test_capitals_and_spaces_in_the_names_of_columns_do_not_matter(tmp_path: Path) -> None:
    items = read(tmp_path, "ID, Text ,Published At,Metadata.Chuyên mục\na,chữ,2017,đời sống\n")
    assert items == [Draft("chữ", origin="tin.csv:2", id="a", published_at="2017", metadata={"Chuyên mục": "đời sống"})]


def test_a_line_may_name_the_separator(tmp_path: Path) -> None:
    expected = [Draft("một, hai", origin="tin.csv:3", id="a")]
    assert read(tmp_path, "sep=;\r\nid;text\r\na;một, hai\r\n") == expected
    assert read(tmp_path, '\ufeff"sep=;"\nid;text\na;một, hai\n') == expected
    assert read(tmp_path, "SEP=\t\nid\ttext\na\tmột, hai\n") == expected


def test_separators_at_the_end_name_no_column(tmp_path: Path) -> None:
    items = read(tmp_path, "id,text,,\na,một,,\nb,hai\nc,ba,,,,\nd,bốn,x,\n")
    assert messages(items) == ["một", "hai", "ba", "tin.csv:5: has 4 cells, the header names 2 columns"]


def test_many_columns_take_no_more_than_linear_time(tmp_path: Path) -> None:
    names = [f"metadata.c{n}" for n in range(16_000)]
    content = ",".join(["text", *names]) + "\n" + ",".join(["chữ", *[""] * 15_999, "x"]) + "\n"
    assert read(tmp_path, content) == [Draft("chữ", origin="tin.csv:2", metadata={"c15999": "x"})]
