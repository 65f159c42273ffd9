"""HTML: the article, what the page states about it, and the encoding it is written in."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from index.preparation import prepare
from index.readers.html.page import read_html
from index.readers.walking import ReadFailure, read_path
from index.records import Draft

FIRST = "Chiều nay bà con xã Vĩnh An ra bờ sông xem nước lên, ai cũng lo cho vườn rau."
SECOND = "Ông trưởng thôn nói nước còn lên nữa, mọi người nên chuyển đồ đạc lên gác trước khi trời tối."
BODY = f"<nav><a href='/'>Trang chủ</a></nav><article><h1>Nước lên</h1><p>{FIRST}</p><p>{SECOND}</p></article>"


def page(folder: Path, head: str = "", body: str = BODY, encoding: str = "utf-8") -> Draft:
    file = folder / "trang.html"
    file.write_bytes(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(encoding))
    return read_html(file, "trang.html")


def test_the_article_is_found_one_paragraph_a_line(tmp_path: Path) -> None:
    draft = page(tmp_path, "<title>Nước lên | Báo Làng</title>")
    assert draft == Draft(f"Nước lên\n{FIRST}\n{SECOND}", origin="trang.html", title="Nước lên")
    assert prepare(draft, clean=True).article.text == f"{FIRST}\n{SECOND}"


def test_the_vietnamese_seed(repository: Path) -> None:
    name = "nguyet-thuc-toan-phan.html"
    draft = read_html(repository / "seeds" / name, name)
    assert draft.title == "Vì sao Mặt Trăng hóa đỏ khi nguyệt thực toàn phần?"
    assert (draft.author, draft.source) == ("Đỗ Khánh Linh", "Nhịp Phố")
    assert (draft.published_at, draft.url) == ("2022-11-07T19:00:00+07:00", None)
    text = prepare(draft, clean=True).article.text
    assert text.startswith("Nguyệt thực xảy ra vào đêm trăng tròn")
    assert text.endswith("bằng chứng rằng Trái Đất có hình cầu.")
    assert not any(chrome in text for chrome in ("Chia sẻ", "cookie", "Bình luận", "Đọc thêm", "©"))


def test_the_english_seed(repository: Path) -> None:
    draft = read_html(repository / "seeds" / "smallpox-eradication.html", "x.html")
    assert draft.title == "The last case: how smallpox was hunted down"
    assert (draft.author, draft.published_at) == ("Dr Ruth Okafor", "2020-05-08T09:00:00Z")
    text = prepare(draft, clean=True).article.text
    assert text.startswith("On 8 May 1980 the World Health Assembly")
    assert "Advertisement" not in text
    assert "privacy" not in text


def test_what_linked_data_states(tmp_path: Path) -> None:
    data = (
        '{"@graph": [{"@type": "WebPage"}, {"@type": "NewsArticle", "datePublished": "2017-04",'
        '"author": [{"name": "Lê Na"}, {"name": "Trần Bình"}], "publisher": {"name": "Báo Làng"}}]}'
    )
    draft = page(tmp_path, f'<script type="application/ld+json">{data}</script>')
    assert (draft.published_at, draft.source) == ("2017-04", "Báo Làng")
    assert draft.author is not None
    assert "Lê Na" in draft.author


@pytest.mark.parametrize(
    "data", ["{", "[" * 50_000, "3", "null", '{"author": 3, "publisher": [], "datePublished": {}}']
)
def test_broken_linked_data_states_nothing(tmp_path: Path, data: str) -> None:
    draft = page(tmp_path, f'<script type="application/ld+json">{data}</script>')
    assert (draft.author, draft.source, draft.published_at) == (None, None, None)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<meta property="article:published_time" content="2018-01-27T18:30+07:00">', "2018-01-27T18:30+07:00"),
        ('<meta itemprop="datePublished" content="2018-01-27">', "2018-01-27"),
        ('<meta name="date" content="27/01/2018"><meta name="pubdate" content="2018-01">', "2018-01-27"),
        ('<meta name="pubdate" content="7/11/2022">', None),
        ('<meta property="article:modified_time" content="2018-01-27">', None),
        ('<link rel="canonical" href="https://bao.example.org/2018/01/27/nuoc-len.html">', None),
        ('<meta property="og:image" content="https://bao.example.org/2018/01/27/a.jpg">', None),
    ],
)
def test_dates_are_those_that_the_page_states(tmp_path: Path, head: str, expected: str | None) -> None:
    assert page(tmp_path, head).published_at == expected


def test_dates_in_the_markup_of_the_article(tmp_path: Path) -> None:
    body = BODY.replace("</h1>", '</h1><time datetime="2018-01-27 18:30">27/1</time>')
    assert page(tmp_path, "", body).published_at == "2018-01-27T18:30"
    outside = BODY + '<aside><time datetime="2019-01-01">bài khác</time></aside>'
    assert page(tmp_path, "", outside).published_at is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<link rel="canonical" href="https://bao.example.org/a">', "https://bao.example.org/a"),
        ('<link rel="Canonical nofollow" href=" http://bao.example.org/a ">', "http://bao.example.org/a"),
        ('<link rel="canonical" href="/a"><meta property="og:url" content="https://b.org/a">', "https://b.org/a"),
        ('<link rel="canonical" href="javascript:alert(1)">', None),
        ('<link rel="canonical" href="//bao.example.org/a">', None),
        ('<base href="https://bao.example.org/"><link rel="alternate" href="https://bao.example.org/b">', None),
    ],
)
def test_the_address_is_a_full_one_or_none(tmp_path: Path, head: str, expected: str | None) -> None:
    assert page(tmp_path, head).url == expected


def test_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: object, **options: object) -> None:
        raise AssertionError("a page was about to be fetched")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    body = BODY + '<img src="https://bao.example.org/a.jpg"><iframe src="https://bao.example.org/f"></iframe>'
    assert page(tmp_path, '<link rel="canonical" href="https://bao.example.org/a">', body).text


@pytest.mark.parametrize(
    "content", ["", " \n", "<html></html>", "<!-- -->", "<<<>>>", "<html><body><script>x()</script></body></html>"]
)
def test_a_page_without_an_article(tmp_path: Path, content: str) -> None:
    file = tmp_path / "trang.html"
    file.write_text(content, encoding="utf-8")
    (failure,) = read_path(file)
    assert isinstance(failure, ReadFailure)
    assert str(failure.error) == f"{file}: no article was found in the page; save its text as .txt if there is one"


def test_an_xml_declaration_is_no_trouble(tmp_path: Path) -> None:
    file = tmp_path / "trang.htm"
    file.write_text(f"<?xml version='1.0' encoding='utf-8'?><html><body>{BODY}</body></html>", encoding="utf-8")
    (draft,) = read_path(file)
    assert isinstance(draft, Draft)
    assert FIRST in draft.text
    assert (draft.path, draft.scraped) == ("trang.htm", True)


def test_trafilatura_is_imported_for_html_only() -> None:
    program = "import sys, index.readers; print([name for name in ('trafilatura', 'lxml') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"
