"""EPUB: chapters in order, named by the table of contents."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from books import CHAPTERS, epub_of, page
from zips import write, zip_of

from index.errors import ReadError
from index.readers import sections
from index.readers.epub import read_epub
from index.readers.walking import ReadFailure, read_path
from index.records import Draft


def read(tmp_path: Path, content: bytes) -> Draft:
    (draft,) = read_epub(write(tmp_path / "sách.epub", content), "sách.epub")
    return draft


def by_section(draft: Draft) -> list[tuple[str | None, str]]:
    """The text of each section."""
    ends = [place.start for place in draft.places[1:]] + [len(draft.text)]
    return [
        (place.section, draft.text[place.start : end].strip()) for place, end in zip(draft.places, ends, strict=True)
    ]


def test_a_book_is_one_article_whose_chapters_are_sections(tmp_path: Path) -> None:
    draft = read(tmp_path, epub_of())
    assert by_section(draft) == [
        ("Chương 1: Ươm hạt", "Ươm hạt\nHạt bưởi ngâm nước ấm trong sáu giờ."),
        ("Chương 2: Ghép cành", "Ghép cành\nCành ghép được buộc bằng dây chuối."),
    ]
    assert (draft.title, draft.author, draft.source) == ("Sổ tay vườn ươm", "Lê Mận", "Nhà in Bến Đá")
    assert (draft.published_at, draft.language) == ("2016-05-02", "vi")
    assert draft.metadata == {"identifier": "urn:isbn:978-0-00"}


def test_through_the_child_process(tmp_path: Path) -> None:
    (draft,) = read_path(write(tmp_path / "sách.epub", epub_of()))
    assert isinstance(draft, Draft)
    assert (draft.path, len(draft.places), draft.scraped) == ("sách.epub", 2, False)


def test_an_outline_of_epub_2_with_several_chapters_in_a_file(tmp_path: Path) -> None:
    body = '<h2 id="a">I</h2><p>Đất.</p><div id="b"><p>Nước.</p></div>'
    points = "".join(
        f'<navPoint><navLabel><text>{title}</text></navLabel><content src="x.html#{anchor}"/></navPoint>'
        for title, anchor in (("Phần đất", "a"), ("Phần nước", "b"))
    )
    outline = f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{points}</navMap></ncx>'
    draft = read(tmp_path, epub_of({"x.html": body}, navigation=None, outline=outline))
    assert by_section(draft) == [("Phần đất", "I\nĐất."), ("Phần nước", "Nước.")]


def test_without_a_table_of_contents_headings_name_the_chapters(tmp_path: Path) -> None:
    chapters = {
        "1.xhtml": "<h1>Gió</h1><p>Gió mùa.</p>",
        "2.xhtml": "<p>Vẫn gió.</p>",
        "3.xhtml": "<h2>Mưa</h2><p>M.</p>",
    }
    draft = read(tmp_path, epub_of(chapters, navigation=None))
    assert by_section(draft) == [("Gió", "Gió\nGió mùa.\n\nVẫn gió."), ("Mưa", "Mưa\nM.")]


def test_decomposed_and_right_to_left_text(tmp_path: Path) -> None:
    words = unicodedata.normalize("NFD", "Đường về làng rất dài.")
    draft = read(tmp_path, epub_of({"1.xhtml": f"<p>{words}</p><p dir='rtl'>שלום לכל הקוראים</p>"}, navigation=None))
    assert draft.text == "Đường về làng rất dài.\nשלום לכל הקוראים"


def test_what_a_chapter_may_hold(tmp_path: Path) -> None:
    body = (
        "<p>Giá&nbsp;vàng<sup><a href='#n1'>1</a></sup> tăng.</p><script>x()</script><ul><li>Bạc</li></ul>"
        "<table><tr><th>Loại</th><th>Giá</th></tr><tr><td>Nhẫn</td><td>5</td></tr></table>"
    )
    draft = read(tmp_path, epub_of({"1.xhtml": body}, navigation=None))
    assert draft.text == "Giá vàng[1] tăng.\n- Bạc\n| Loại | Giá |\n| --- | --- |\n| Nhẫn | 5 |"


@pytest.mark.parametrize(
    ("stated", "field", "value"),
    [
        ("<dc:language>vie-VN</dc:language>", "language", "vi"),
        ("<dc:language>tiếng Việt</dc:language>", "language", None),
        ("<dc:date>2009-11-30T17:00:00+00:00</dc:date>", "published_at", "2009-11-30T17:00:00+00:00"),
        ("<dc:date>0101-01-01T00:00:00+00:00</dc:date>", "published_at", None),
        ("<dc:date>mùa thu</dc:date>", "published_at", None),
        ('<dc:date opf:event="modification">2020</dc:date><dc:date>2001</dc:date>', "published_at", "2001"),
        ("<dc:creator>An</dc:creator><dc:creator opf:role='trl'>Bình</dc:creator>", "author", "An"),
        ("<dc:creator>An</dc:creator><dc:creator opf:role='aut'>Chi</dc:creator>", "author", "An, Chi"),
        ("<dc:creator id='x'>An</dc:creator><meta refines='#x' property='role'>ill</meta>", "author", None),
        (f"<dc:title>{'dài ' * 400}</dc:title>", "title", None),
    ],
)
def test_what_a_book_states(stated: str, field: str, value: str | None, tmp_path: Path) -> None:
    assert getattr(read(tmp_path, epub_of(metadata=stated)), field) == value


def test_a_protected_book_says_so_and_veiled_fonts_do_not(tmp_path: Path) -> None:
    def encryption(method: str, path: str) -> dict[str, str]:
        return {
            "META-INF/encryption.xml": '<encryption xmlns="urn:x" xmlns:e="http://www.w3.org/2001/04/xmlenc#">'
            f'<e:EncryptedData><e:EncryptionMethod Algorithm="{method}"/>'
            f'<e:CipherData><e:CipherReference URI="{path}"/></e:CipherData></e:EncryptedData></encryption>'
        }

    with pytest.raises(ReadError, match=r"sách\.epub: is protected against copying \(DRM\)"):
        read(tmp_path, epub_of(more=encryption("http://www.w3.org/2001/04/xmlenc#aes256-cbc", "OEBPS/hai.xhtml")))
    assert read(tmp_path, epub_of(more=encryption("http://www.idpf.org/2008/embedding", "OEBPS/a.otf"))).places


BOMB = '<!DOCTYPE html [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + level)} "{f"&{chr(97 + level)};" * 10}">' for level in range(9)
)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"PK", "is no zip archive, or is cut off"),
        (zip_of({"a.txt": "x"}), "is no EPUB: it has no package document"),
        (epub_of({}), "names no chapter"),
        (epub_of({"1.xhtml": "<img src='a.png'/>"}), "holds no text; are its pages pictures"),
        (epub_of()[:-60], "is no zip archive, or is cut off"),
        (epub_of({"1.xhtml": "<div>" * 3000 + "x"}), "nests its elements too deeply"),
        (epub_of({"1.xhtml": "<i/>" * 2_000_001}), "has more than 2,000,000 elements and attributes"),
        (epub_of({"1.xhtml": " " * 70_000_000}), "1.xhtml: unpacks to more than"),
        (zip_of({"x.opf": f"{BOMB}]><package>&j;</package>"}), "Maximum entity amplification factor exceeded"),
        (
            zip_of({"x.opf": "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"}),
            "declares XML entities",
        ),
    ],
)
def test_hostile_books_are_refused_with_a_word(content: bytes, error: str, tmp_path: Path) -> None:
    (failure,) = read_path(write(tmp_path / "sách.epub", content))
    assert isinstance(failure, ReadFailure)
    assert error in str(failure.error)
    assert str(failure.error).startswith(f"{tmp_path}/sách.epub")


def test_entities_in_a_chapter_are_not_expanded(tmp_path: Path) -> None:
    content = epub_of(navigation=None, more={"OEBPS/một.xhtml": f"{BOMB}]><html><body><p>Đá &j;</p></body></html>"})
    assert read(tmp_path, content).text.startswith("Đá")
    assert len(read(tmp_path, content).text) < 200


def test_a_chapter_listed_a_thousand_times_is_read_once(tmp_path: Path) -> None:
    content = epub_of(dict.fromkeys(["1.xhtml"], "<p>Chữ.</p>"), navigation=None)
    assert read(tmp_path, content).text == "Chữ."


def test_a_book_longer_than_an_article_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "MAX_TEXT_BYTES", 50)
    with pytest.raises(ReadError, match="holds more than 50 characters; split it into several files"):
        read(tmp_path, epub_of())


def test_a_page_that_is_no_xml_is_read_as_html(tmp_path: Path) -> None:
    content = epub_of(CHAPTERS, more={"OEBPS/hai.xhtml": page("<p>Ghép<br>cành & lá").replace("</", "<!-- -->", 0)})
    assert "Ghép\ncành & lá" in read(tmp_path, content).text
