"""HTML to lines: all of its text, in order, whatever it is nested in."""

from __future__ import annotations

import pytest

from index.errors import ReadError
from index.readers.markup_blocks import Block, blocks_of
from index.readers.pipe_tables import pipe_table
from index.readers.trees import parse_html


def lines(html: str) -> list[str]:
    return [block.text for block in blocks_of(parse_html(html, "x"))]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Một <b>hai</b>\n ba</p>bốn<div>năm</div>sáu", ["Một hai ba", "bốn", "năm", "sáu"]),
        ("dòng<br>dưới<br/><br/>nữa", ["dòng", "dưới", "nữa"]),
        ("a<!-- b -->c<script>d</script>e<span hidden>f</span>g<i style='display: none'>h</i>", ["aceg"]),
        ("<ul><li>một<ol start='4'><li>bốn<li value='9'>chín</ol></ul>", ["- một", "4. bốn", "9. chín"]),
        ("<pre>a\n  b</pre>", ["a", "b"]),
        ("Ông nói <q>có</q>.", ["Ông nói “có”."]),
        ("nước<sup>2</sup> và<a href='#f'><sup>12</sup></a>", ["nước2 và[12]"]),
        ("tuy&shy;ệt &amp; &lt;đẹp&gt;\u00a0lắm", ["tuyệt & <đẹp> lắm"]),
        ("<ruby>漢<rt>かん</rt></ruby>字", ["漢字"]),
        ("<table><tr><td><p>Bố</p><p>cục</p></td></tr></table>", ["Bố", "cục"]),
        ("<table><tr><td>a<td>b<tr><td>c|d<td></table>", ["| a | b |", "| --- | --- |", "| c\\|d |  |"]),
        (
            "<table><tr><th>Dân<td>5<tr><th>Hộ<td>2</table>",
            ["|  |  |", "| --- | --- |", "| Dân | 5 |", "| Hộ | 2 |"],
        ),
        (
            "<table><tr><th>Xã<th colspan=2>Hộ<tr><td rowspan=2>Tây<td>1<td>2<tr><td>3<td>4</table>",
            ["| Xã | Hộ |  |", "| --- | --- | --- |", "| Tây | 1 | 2 |", "| Tây | 3 | 4 |"],
        ),
        (
            "<table><tr><td>ngoài<table><tr><td>a<td>b<tr><td>c<td>d</table></table>đuôi",
            ["ngoài", "| a | b |", "| --- | --- |", "| c | d |", "đuôi"],
        ),
    ],
)
def test_lines(html: str, expected: list[str]) -> None:
    assert lines(html) == expected


def test_what_a_line_is() -> None:
    blocks = list(blocks_of(parse_html("<h3 id='a'>Mục</h3><blockquote><p>Trích</p></blockquote><ul><li>x</ul>", "x")))
    assert blocks == [
        Block("Mục", "heading", 3, anchors=("a",)),
        Block("Trích", is_quoted=True),
        Block("- x", "item"),
    ]


def test_twice_the_page_is_twice_the_work() -> None:
    """Every node is looked at once, counted by the lines that come out."""
    for piece in ("<p><i>x", "<table><tr><td>a<td>b</tr><tr><td>c<td>d</tr></table>", "<div><ul><li>a</ul></div>"):
        assert 2 * len(lines(piece * 200)) == len(lines(piece * 400))


@pytest.mark.parametrize(
    ("html", "error"),
    [
        ("<div>" * 5000 + "x", "nests its elements too deeply"),
        ("<i>x</i>" * 1_000_001, "more than 2,000,000 elements and attributes"),
        ("x" * 70_000_000, "is longer than 67,108,864 bytes of markup"),
        ("", "holds no text"),
    ],
)
def test_trees_that_are_too_large_are_refused(html: str, error: str) -> None:
    with pytest.raises(ReadError, match=error):
        lines(html)


def test_cells_that_span_thousands_add_few() -> None:
    wide = "<table>" + "<tr><td colspan=999999 rowspan=999999>a<td>b</tr>" * 2000 + "</table>"
    assert sum(map(len, lines(wide))) < 4_000_000


def test_rows_without_a_word_and_short_rows() -> None:
    assert pipe_table([["a", "b"], ["", " "], ["c"]]) == ["| a | b |", "| --- | --- |", "| c |  |"]
    assert pipe_table([["", ""]]) == []
