"""Pages whose markup is out of bounds: the text stays, the work is bounded, and the note says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.readers.encodings import Decoded
from index.readers.html import bounds
from index.readers.html.bounds import within_bounds
from index.readers.html.page import read_html

PARAGRAPH = "<p>Chiều nay bà con xã Vĩnh An ra bờ sông xem nước lên, ai cũng lo cho vườn rau mới trồng bên đê.</p>"
LAST = "Ông trưởng thôn nói nước còn lên nữa, mọi người nên chuyển đồ đạc lên gác trước khi trời tối hẳn."


def page(inside: str) -> str:
    return (
        f"<html><head><title>Nước lên</title></head><body><article><h1>Nước lên</h1>{PARAGRAPH}{inside}"
        f"<p>{LAST}</p></article></body></html>"
    )


def bounded(text: str) -> tuple[str, tuple[str, ...]]:
    read = within_bounds(Decoded(text))
    return read.text, read.notes


@pytest.mark.parametrize(
    "text",
    [
        page("<ul><li>một<li>hai</ul><table><tr><td>ba</table><br/><img src='a.jpg'>"),
        page("<p>chữ" * 1000),
        page("<!-- <b><b><b> --><script>if (a<b && c>d) document.write('<div><div>')</script>"),
        page("<div>" * 50 + "chữ" + "</div>" * 50),
        page("</div></p></section>"),
        page("<a href='x?a=1&amp;b=2' title=\"&quot;x&quot; > y\">z</a>"),
        "a < b",
    ],
)
def test_a_page_within_bounds_keeps_its_markup(text: str) -> None:
    kept, notes = bounded(text)
    assert (kept, notes) == (text, ())


@pytest.mark.parametrize("tag", ["div", "span", "b", "blockquote", "font", "x-y"])
@pytest.mark.parametrize("is_closed", [True, False])
def test_what_is_nested_too_deeply_loses_its_tags_and_not_its_text(tag: str, is_closed: bool) -> None:
    text, (note,) = bounded(page(f"<{tag}>chữ " * 1000 + f"</{tag}>" * 1000 * is_closed))
    assert text.count("chữ") == 1000
    assert text.count(f"<{tag}>") == bounds._MOST_DEPTH - 1  # the article around them
    assert text.count(f"</{tag}>") in (0, text.count(f"<{tag}>"))
    assert note == "801 elements of the page are nested more than 200 deep and lost their tags"


def test_tables_and_lists_count_for_all_their_levels() -> None:
    for opening in ("<table><tr><td>", "<ul><li>", "<dl><dd>"):
        text, (note,) = bounded(page(opening * 1000))
        assert "are nested more than 200 deep" in note
        assert sum(map(text.count, opening.replace("<", " <").split())) < 2500


def test_attributes_beyond_a_number_are_dropped() -> None:
    text, (note,) = bounded(page("<p class='chính' " + " ".join(f"a{i}=x" for i in range(5000)) + ">chữ</p>"))
    assert "<p class='chính' a0=x" in text
    assert text.count("=x") == 199
    assert note == "1 elements of the page have more than 200 attributes and lost the rest"


def test_elements_beyond_a_number_lose_their_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "_MOST_ELEMENTS", 100)
    text, (note,) = bounded(page("<p>chữ</p>" * 200))
    assert text.count("<p>") == 100 - 6
    assert text.count("chữ") == 200
    assert "chữ\nchữ" in text
    assert note == "108 elements of the page come after the first 100 and lost their tags"


def test_a_script_that_gives_way_does_not_become_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "_MOST_ELEMENTS", 20)
    text, _ = bounded(page("<p>chữ</p>" * 20 + "<script>var bí_mật = '<p>'</script><style>p{}</style>"))
    assert "bí_mật" not in text
    assert "p{}" not in text


FLOODS: dict[str, Callable[[int], str]] = {
    "spans": lambda n: "<span>" * n + "chữ" + "</span>" * n,
    "groups of spans": lambda n: ("<p>" + "<span>" * 150 + "chữ" + "</span>" * 150) * (n // 150),
    "attributes": lambda n: "<p " + " ".join(f"a{i}" for i in range(n)) + ">",
    "tables": lambda n: "<table><tr><td>" * n,
    "options": lambda n: "<select>" + "<option>chữ" * n + "</select>",
    "brackets": lambda n: "<" * n,
    "open tags": lambda n: "<a " * n,
    "quotes": lambda n: "<a b='" * n,
    "comments": lambda n: "<!-- " * n,
    "scripts": lambda n: "<script>" * n,
    "script ends": lambda n: "</script>" * n,
    "mixed ends": lambda n: "<b>" * n + "</i>" * n,
    "style": lambda n: "<style>" + "a{b:c}" * n,
    "entities": lambda n: "&amp;&#7879;" * n,
}


@pytest.mark.parametrize("flood", FLOODS)
def test_the_article_is_read_from_a_flood_of_markup(tmp_path: Path, flood: str) -> None:
    text, _ = bounded(page(FLOODS[flood](30_000)))
    assert len(text) <= 4 * len(page(FLOODS[flood](30_000)))
    file = tmp_path / "trang.html"
    file.write_text(page(FLOODS[flood](3_000)), encoding="utf-8")
    assert "Chiều nay bà con xã Vĩnh An" in read_html(file, "x").text


@pytest.mark.parametrize("flood", ["spans", "attributes", "mixed ends"])
def test_what_the_parser_gets_does_not_grow_with_the_flood(flood: str) -> None:
    """The parser takes time by depth times length and by attributes squared: it gets as many for 2n as for n."""
    few, many = (bounded(page(FLOODS[flood](n)))[0] for n in (5_000, 10_000))
    assert many.split() == few.split()


MARKUP = ["<b>", "</b>", "<p>", "</p>", "<script>", "</script>", "<!--", "-->", "a", "<", ">", "<i x=1>", "<br>"]


@given(st.lists(st.sampled_from(MARKUP), max_size=60))
def test_any_markup_within_bounds_is_kept(pieces: list[str]) -> None:
    text = "".join(pieces)
    kept, notes = bounded(text)
    assert notes == ()
    assert kept == text
