"""Feeds: an article an entry, with what the feed says of it."""

from __future__ import annotations

import socket
import unicodedata
from pathlib import Path

import pytest
from zips import write

from index.errors import HoidapError, ReadError
from index.identity import identify
from index.readers.feeds import read_feed
from index.readers.walking import ReadFailure, read_path
from index.records import Draft

ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Đài làng</title>%s</feed>'
RSS = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Báo bến</title>%s</channel></rss>'
)
ITEM = (
    "<item><title>Cầu &amp; đò</title><link>https://ben.example/1</link><dc:creator>Lê Sáu</dc:creator>"
    "<pubDate>Tue, 5 Nov 2024 21:40:00 +0700</pubDate><category>xã</category><category>đò</category>"
    "<description>Tóm tắt.</description><content:encoded><![CDATA[<p>Cầu mới thay đò.</p><ul><li>Phí: không</li></ul>"
    "<p>The post Cầu &amp; đò appeared first on Báo bến.</p>]]></content:encoded></item>"
)


def items(tmp_path: Path, feed: str | bytes, name: str = "tin.xml") -> list[Draft | HoidapError]:
    return list(read_feed(write(tmp_path / name, feed.encode() if isinstance(feed, str) else feed), name))


def only(tmp_path: Path, feed: str | bytes) -> Draft:
    (draft,) = items(tmp_path, feed)
    assert isinstance(draft, Draft)
    return draft


def test_an_item_of_rss(tmp_path: Path) -> None:
    draft = only(tmp_path, RSS % ITEM)
    assert draft.text == "Cầu mới thay đò.\n- Phí: không"
    assert (draft.title, draft.url, draft.source) == ("Cầu & đò", "https://ben.example/1", "Báo bến")
    assert (draft.author, draft.published_at) == ("Lê Sáu", "2024-11-05T21:40:00+07:00")
    assert (draft.metadata, draft.origin) == ({"categories": ["xã", "đò"]}, "tin.xml:1")


def test_an_entry_of_atom(tmp_path: Path) -> None:
    entry = (
        "<entry><title type='html'>&lt;b&gt;Mùa&lt;/b&gt; lũ</title><id>urn:uuid:1-2</id>"
        "<updated>2023-01-02T03:04:05Z</updated>"
        "<author><name>An</name><email>a@b.example</email></author><author><name>Bình</name></author>"
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>"
        "<p>Nước lên.</p><p>Nước xuống.</p></div></content>"
        "</entry>"
    )  # fmt: skip
    draft = only(tmp_path, ATOM % entry)
    assert (draft.text, draft.title, draft.author) == ("Nước lên.\nNước xuống.", "Mùa lũ", "An, Bình")
    assert (draft.published_at, draft.id, draft.url) == ("2023-01-02T03:04:05Z", "guid:urn~3Auuid~3A1-2", None)


def test_through_the_child_process_with_every_ending(tmp_path: Path) -> None:
    for name in ("a.rss", "b.atom", "c.xml"):
        write(tmp_path / name, (RSS % ITEM.replace("/1", f"/{name}")).encode())
    drafts = list(read_path(tmp_path))
    assert [identify(draft) for draft in drafts if isinstance(draft, Draft)] == [
        "ben.example:a.rss",
        "ben.example:b.atom",
        "ben.example:c.xml",
    ]


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("<description>Chỉ có &lt;i&gt;tóm tắt&lt;/i&gt;.</description>", "Chỉ có tóm tắt."),
        ("<title>Chỉ có tên</title>", "Chỉ có tên"),
        ("<description>Giá 3 &amp;lt; 5</description>", "Giá 3 < 5"),
        (f"<description>{unicodedata.normalize('NFD', 'Gạo rẻ')}</description>", "Gạo rẻ"),
        ("<description>חדשות היום</description>", "חדשות היום"),
        ("<description><![CDATA[<script>x</script><p>Một</p><img src='a'/>Hai]]></description>", "Một\nHai"),
    ],
)
def test_texts(item: str, text: str, tmp_path: Path) -> None:
    assert only(tmp_path, RSS % f"<item>{item}</item>").text == text


def test_entries_without_address_are_told_apart(tmp_path: Path) -> None:
    feed = RSS % (
        "<item><description>một</description></item><item><guid isPermaLink='false'>x/2</guid><description>hai"
        "</description></item>"
        + "".join(f"<item><link>https://ben.example/</link><description>{word}</description></item>" for word in "ab")
    )
    drafts = [item for item in read_path(write(tmp_path / "tin.rss", feed.encode())) if isinstance(item, Draft)]
    ids = [identify(draft) for draft in drafts]
    assert ids[1] == "guid:x:2"
    assert all(one.startswith("tin.rss:") for one in (ids[0], *ids[2:]))
    assert len(set(ids)) == 4


def test_encodings(tmp_path: Path) -> None:
    feed = '<?xml version="1.0" encoding="%s"?>' + ATOM % "<entry><summary>été</summary></entry>"
    feed = feed.replace("Đài làng", "Radio")
    assert only(tmp_path, (feed % "iso-8859-1").encode("latin-1")).text == "été"
    assert only(tmp_path, (feed % "utf-16").encode("utf-16")).text == "été"


def test_a_feed_that_breaks_off_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    found = items(tmp_path, (RSS % (ITEM + ITEM.replace("/1", "/2"))).encode()[:-80])
    assert isinstance(found[0], Draft)
    assert found[0].text == "Cầu mới thay đò.\n- Phí: không"
    assert str(found[-1]).startswith("tin.xml: is damaged, entries may be missing")


_BOMB = f'<!DOCTYPE rss [<!ENTITY a "{"ha" * 5_000}"><!ENTITY b "{"&a;" * 5_000}">]>'


@pytest.mark.parametrize(
    ("feed", "error"),
    [
        (b"", "is no RSS or Atom feed"),
        (b"<urlset><url>https://a.example</url></urlset>", "is no RSS or Atom feed"),
        (b"\x89PNG", "is no RSS or Atom feed"),
        ((RSS % "").encode(), "is a feed without an entry"),
        (b"<rss>" + b"<item/>" * 2_000_001, "has more than 2,000,000 elements and attributes"),
        ((RSS % "<item></item>").encode(), "is an entry without text and title"),
    ],
)
def test_hostile_feeds_are_refused_with_a_word(feed: bytes, error: str, tmp_path: Path) -> None:
    (failure,) = read_path(write(tmp_path / "tin.xml", feed))
    assert isinstance(failure, ReadFailure)
    assert error in str(failure.error)


@pytest.mark.parametrize(
    "item",
    [
        "<description>Đá &b;&b;&b;&b;</description>",
        "<description>Đá " + "&lt;div&gt;" * 3000 + "</description>",
        "<title>Đá</title>" + "<b>" * 5_000 + "</b>" * 5_000,
        "<title>Đá</title>" + "<category>x</category>" * 20_000,
    ],
)
def test_bombs_end_soon_and_grow_little(item: str, tmp_path: Path) -> None:
    for found in read_path(write(tmp_path / "tin.xml", (_BOMB + RSS % f"<item>{item}</item>").encode())):
        assert isinstance(found, Draft | ReadFailure)
        if isinstance(found, Draft):
            assert len(found.text) < 100_000
            assert len(str(found.metadata)) < 2_000


def test_an_address_is_not_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(ReadError, match="is no RSS or Atom feed"):
        items(tmp_path, "https://ben.example/feed.xml")
    (tmp_path / "khác.xml").write_text(RSS % ITEM, encoding="utf-8")
    with pytest.raises(ReadError, match="is no RSS or Atom feed"):
        items(tmp_path, str(tmp_path / "khác.xml"))
